//! No secret of the traffic is in anything that is printed.

mod common;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{command, inspect_data, text};
use ucwa_inspect::draw::{Drawing, draw};
use ucwa_inspect::input::read;
use ucwa_inspect::report::ReportFormat;
use ucwa_inspect::{Checker, MASK, Masker, People, Report};

/// What must not be seen: parts of the tokens and passwords in `tests/data`.
const KEPT: [&str; 4] = ["AAEBHAEFAAAAAAAFFQAAAHR0a2VuMD", "Pass!word", "Pass%21word", "word-9"];

/// A password that looks like any word, so that only what stands around it tells.
const WORD: &str = "Geheimnis";

/// A token that says by itself what it is.
const TOKEN: &str = "q7Rz0LmT4vX9aB2cD8eF1gH6";

/// All that is printed about a file: reports in each format, errata, drawings and lists of errors.
fn printed(name: &str, file: &str) -> String {
    let recording = read(name, file.as_bytes());
    let (mut checker, mut masker) = (Checker::new(Some(common::schema())), Masker::default());
    for message in &recording.messages {
        masker.learn(message);
        checker.check(message);
    }
    let report = Report::new(1, &checker, &recording.errors, &masker).with_suggestions(&checker, &masker);
    let mut all = String::new();
    for format in [ReportFormat::Text, ReportFormat::Markdown, ReportFormat::Json] {
        all += &report.write(format);
    }
    for error in &recording.errors {
        let _ = writeln!(all, "{}", draw(error, Drawing::Plain, &masker));
    }
    let _ = writeln!(all, "{:?} {masker:?}", report.suggestions);
    assert!(!report.findings.is_empty() || !report.errors.is_empty(), "nothing to print: {file}");
    all
}

/// A response in JSON with properties that name and show whatever is asked for.
fn response(body: &str) -> String {
    format!("HTTP/1.1 200 OK\nContent-Type: application/json\n\n{{\"rel\":\"contactPresence\",{body}}}\n")
}

fn hides(secret: &str, file: &str) {
    let printed = printed("test", file);
    assert!(!printed.contains(secret), "{secret} of {file} in {printed}");
    assert!(printed.contains(MASK) || printed.contains(r"\[secret\]"), "{printed}");
}

#[test]
fn no_output_of_the_command_holds_a_secret() {
    for folder in ["known", "unknown", "broken"] {
        for arguments in [
            &["--schema", "../../../schema", "--verbose"][..],
            &["--format", "json", "--schema", "../../../schema"],
            &["--format", "markdown", "--schema", "../../../schema"],
            &["--suggest", "--schema", "../../../schema"],
        ] {
            let output = command(&[arguments, &[folder]].concat());
            let all = text(&output.stdout) + &text(&output.stderr);
            for secret in KEPT {
                assert!(!all.contains(secret), "{folder} {arguments:?}: {secret} in {all}");
            }
        }
    }
}

#[test]
fn a_secret_that_a_message_names_is_masked_wherever_another_repeats_it() {
    let basic = STANDARD.encode(format!("lene:{WORD}"));
    for told in [
        format!("GET /ucwa/v1/x?access_token={WORD} HTTP/1.1\n\n"),
        format!("GET /ucwa/v1/x?a=b#id_token={WORD} HTTP/1.1\n\n"),
        format!("GET https://lene:{WORD}@pool.contoso.com/x HTTP/1.1\n\n"),
        format!("GET /x HTTP/1.1\nAuthorization: Bearer {WORD}\n\n"),
        format!("GET /x HTTP/1.1\nAuthorization: Basic {basic}\n\n"),
        format!("GET /x HTTP/1.1\nX-Auth-Token: {WORD}\n\n"),
        format!("GET /x HTTP/1.1\nCookie: a=b; session={WORD}; c=d\n\n"),
        format!("GET /x HTTP/1.1\nReferer: https://pool.contoso.com/a#access_token={WORD}&b=c\n\n"),
        format!("GET /x HTTP/1.1\nCookie: a=\"{WORD}\"\n\n"),
        format!("HTTP/1.1 200 OK\nSet-Cookie: session={WORD}; path=/\n\n"),
        format!(
            "POST /x HTTP/1.1\nContent-Type: multipart/form-data; boundary=b\n\n--b\nContent-Disposition: form-data; \
             name=\"password\"\n\n{WORD}\n--b--\n"
        ),
        format!("GET /x HTTP/1.1\nAuthorization: Bearer\n {WORD}\n\n"),
        format!("GET /x HTTP/1.1\r\nAuthorization:\r\n\tBearer {WORD}\r\n\r\n"),
        format!("GET /x HTTP/1.1\nAuthorization: Bearer\t{WORD}\n\n"),
        format!("GET /x HTTP/1.1\nCookie: a=b;\n session={WORD}\n\n"),
        format!(
            "POST /x HTTP/1.1\nContent-Type: multipart/form-data;\n boundary=\"b; c\"\n\n--b; c\nContent-Disposition: form-data; \
             Name = \"password\"\n\n{WORD}\n--b; c--\n"
        ),
        format!("POST /x HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\na=b&PASSWORD={WORD}\n\n"),
        response(&format!(r#""password":"{WORD}","password":"other""#)),
        response(&format!(r#""pass\u0077ord":"{WORD}""#)),
        format!("HTTP/1.1 200 OK\nContent-Type: application/json\n\n{{\"rel\":\"me\",\"password\":\"{WORD}\n\n"),
        format!(
            "HTTP/1.1 200 OK\nContent-Type: application/xml\n\n<a><property name=\"password\"><!-- it -->{WORD}</property></a>\n\n"
        ),
        format!("HTTP/1.1 302 Found\nLocation: /a?webTicket={WORD}\n\n"),
        format!("POST /x HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n\na=b&client_secret={WORD}\n\n"),
        response(&format!(r#""password":"{WORD}""#)),
        response(&format!(r#""apiKeys":["{WORD}"]"#)),
        response(&format!(r#""userToken":{{"value":"{WORD}"}}"#)),
        response(&format!(r#""_links":{{"self":{{"href":"/a?b=c&sig={WORD}"}}}}"#)),
        response(&format!(r#""message":"{{\"refresh_token\":\"{WORD}\"}}""#)),
        response(&format!(r#""message":"<a token='{WORD}'/>""#)),
        format!("HTTP/1.1 200 OK\nContent-Type: application/xml\n\n<a><b accessToken=\"{WORD}\"/></a>\n\n"),
        format!(
            "HTTP/1.1 200 OK\nContent-Type: application/xml\n\n<a><property id='1' name = 'password'>{WORD}</property></a>\n\n"
        ),
        format!(
            "HTTP/1.1 200 OK\nContent-Type: application/xml\n\n<a><propertyList name='tokens'><item>b</item><item>{WORD}</item></propertyList></a>\n\n"
        ),
        format!(
            "HTTP/1.1 200 OK\nContent-Type: application/xml\n\n<a><t:Password><![CDATA[{WORD}]]></t:Password></a>\n\n"
        ),
    ] {
        for shown in [
            format!(r#""{WORD}":1"#),
            format!(r#""x{WORD}y":{{"a":1}}"#),
            format!(r#""availability":"{WORD}""#),
            format!(r#""_links":{{"{WORD}":{{"href":"/a"}}}}"#),
        ] {
            hides(WORD, &format!("{told}{}", response(&shown)));
        }
    }
}

#[test]
fn a_secret_of_any_part_of_a_har_entry_is_masked_wherever_another_repeats_it() {
    let entry = |request: &str, response: &str| {
        let shown = response_body(r#""availability":"Geheimnis""#).replace('"', "\\\"");
        format!(
            r#"{{"log":{{"pages":[{{"id":"1","title":"https://pool.contoso.com/#access_token=Titel-Wort"}}],"entries":[{{
            "request":{{"method":"GET","url":"https://pool.contoso.com/x"{request}}},
            "response":{{"status":200,"content":{{"mimeType":"application/json","text":"{shown}"}}{response}}}}}]}}}}"#
        )
    };
    for (request, response) in [
        (r#","cookies":[{"name":"session","value":"Geheimnis"}]"#, ""),
        (r#","queryString":[{"name":"access_token","value":"Geheimnis"}]"#, ""),
        (r#","queryString":[{"name":"back","value":"/a?sig=Geheimnis"}]"#, ""),
        (r#","postData":{"mimeType":"a/b","params":[{"name":"password","value":"Geheimnis"}]}"#, ""),
        (
            r#","postData":{"mimeType":"multipart/form-data; boundary=b","params":[{"name":"password","value":"Geheimnis"}],
            "text":"--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nGeheimnis\r\n--b--\r\n"}"#,
            "",
        ),
        ("", r#","cookies":[{"name":"session","value":"Geheimnis","path":"/"}]"#),
        ("", r#","redirectURL":"/a?webTicket=Geheimnis""#),
        ("", r#","redirectURL":"https://lene:Geheimnis@pool.contoso.com/""#),
    ] {
        hides(WORD, &entry(request, response));
    }
    // What tools add to entries, and entries that are none.
    for beside in [
        r#""_webSocketMessages":[{"type":"send","data":"{\"access_token\":\"Geheimnis\"}"}]"#,
        r#""_initiator":{"url":"https://pool.contoso.com/?access_token=Geheimnis"}"#,
        r#""comment":"password=Geheimnis""#,
        r#""request":{"headers":[{"name":"Authorization","value":"Bearer Geheimnis"}]}"#,
        r#""request":{"method":"GET","url":"/","headers":{"Authorization":"Bearer Geheimnis"}}"#,
        r#""request":{"cookies":[{"name":"a","value":"Geheimnis"}]}"#,
    ] {
        hides(WORD, &entry("", "").replace(r#""entries":["#, &format!(r#""entries":[{{{beside}}},"#)));
        if !beside.contains("request") {
            hides(WORD, &entry("", "").replace(r#""entries":[{"#, &format!(r#""entries":[{{{beside},"#)));
        }
    }
    let titled = entry("", "").replace(WORD, "Titel-Wort");
    hides("Titel-Wort", &titled);
}

/// The body of a contact's presence with these properties.
fn response_body(properties: &str) -> String {
    format!(r#"{{"rel":"contactPresence",{properties}}}"#)
}

#[test]
fn what_looks_like_a_secret_does_not_hide_the_rest_of_the_line() {
    let guid = "282f4a7c-91b3-4d5e-8f60-a1b2c3d4e5f6";
    let printed = printed("test", &format!(r#"{{"rel":"contact","_embedded":{{"contactPresence":{{"{guid}":1}}}}}}"#));
    assert!(printed.contains(&format!("contactPresence.{MASK} (Int32)")), "{printed}");
    assert!(printed.contains(&format!("_embedded.contactPresence.{MASK}")) && !printed.contains(guid), "{printed}");
}

#[test]
fn a_secret_is_masked_in_the_forms_that_it_takes_elsewhere() {
    let told = "GET /x?password=a%26b%2F%22geheim HTTP/1.1\n\n";
    for form in ["a&b/\\\"geheim", "a%26b%2F%22geheim", "a\\u0026b/\\\"geheim"] {
        hides("geheim", &format!("{told}{}", response(&format!(r#""availability":"{form}""#))));
    }
    let xml = r#"<resource rel="contactPresence"><property name="password">a&amp;b-9</property><property name="availability">a&amp;b-9</property></resource>"#;
    hides("b-9", xml);
}

#[test]
fn what_looks_like_a_secret_is_masked_though_nothing_told_of_it() {
    for secret in [
        TOKEN.to_owned(),
        format!("{TOKEN}/{TOKEN}+{TOKEN}=="),
        "282f4a7c-91b3-4d5e-8f60-a1b2c3d4e5f6".to_owned(),
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsZW5lIn0.".to_owned(),
        format!("cwt={WORD}"),
        format!("Bearer {WORD}"),
        format!("https://pool.contoso.com/#access_token={WORD}"),
        format!("https://lene:{WORD}@pool.contoso.com/"),
    ] {
        let hidden = if secret.contains(WORD) { WORD } else { &secret[..12] };
        for shown in [
            format!(r#""{secret}":1"#),
            format!(r#""availability":"{secret}""#),
            format!(r#""_links":{{"{secret}":{{"href":"/a"}}}}"#),
            format!(r#""_embedded":{{"contact":[{{"{secret}":{{}}}}]}}"#),
        ] {
            hides(hidden, &response(&shown));
        }
        let xml = format!(
            r#"<resource rel="contact"><property name="{secret}">1</property><link rel="{secret}" href="/a"/></resource>"#
        );
        hides(hidden, &xml);
        let events = format!(
            r#"{{"sender":[{{"rel":"{secret}","href":"/","events":[{{"link":{{"rel":"{secret}","href":"/"}},"type":"{secret}"}}]}}]}}"#
        );
        hides(hidden, &events);
        hides(
            hidden,
            &format!(
                "HTTP/1.1 409 Conflict\nContent-Type: application/json\n\n{{\"code\":\"{secret}\",\"subcode\":\"{secret}\"}}"
            ),
        );
        hides(hidden, &format!("HTTP/1.1 200 OK\nContent-Encoding: {secret}\n\n\u{1}\u{2}"));
    }
}

#[test]
fn what_cookies_keep_besides_sessions_hides_nothing() {
    let told = "GET /x HTTP/1.1\nCookie: theme=dark; size=9; session=Geheimnis\n\n";
    let printed = printed("test", &format!("{told}{}", response(r#""dark":1"#)));
    assert!(printed.contains("contactPresence.dark"), "{printed}");
}

#[test]
fn names_of_files_are_shown_without_what_looks_like_a_secret() {
    let body = r#"{"rel":"contact","mood":1}"#;
    for name in [format!("a?access_token={WORD}.har"), format!("traffic/{TOKEN}.har"), format!("cwt={WORD}.har")] {
        for file in [body, "{", "nothing"] {
            let printed = printed(&name, file);
            assert!(!printed.contains(WORD) && !printed.contains(TOKEN), "{printed}");
        }
    }
    for name in ["recordings/2016-09-26/Session-2016-09-26T10-15.har", "presenceSubscriptionMembership2/channel.http"] {
        assert!(printed(name, body).contains(name), "{name} is no secret");
    }
}

#[test]
fn names_of_the_reference_are_no_secrets() {
    let schema = common::schema();
    let masker = Masker::default();
    let resources = schema.resources.values();
    let properties = resources.clone().flat_map(|resource| resource.properties.iter().map(|property| &property.name));
    let values = schema.enumerations.values().flat_map(|found| found.members.iter().map(|member| &member.name));
    for name in schema.resources.keys().chain(properties).chain(schema.enumerations.keys()).chain(values) {
        let text = format!("POST {name}.{name} (String) in _embedded.{name}[3].{name}");
        assert_eq!(masker.mask_sent(&text), text);
    }
    let text = response(
        r#""_embedded":{"mediaRelayAccessToken":{"rel":"mediaRelayAccessToken","mood":1,"password":"Geheimnis"}}"#,
    );
    assert!(printed("test", &text).contains("mediaRelayAccessToken.mood"));
}

#[test]
fn the_excerpt_of_a_broken_file_holds_no_secret() {
    for line in [
        r#"{"password":"geheim-5" "name":1}"#.to_owned(),
        r#"{"access_token":"geheim-5","x" 1}"#.to_owned(),
        r#"{"headers":[{"name":"Authorization","value":"geheim-5"}] 1}"#.to_owned(),
        r#"{"headers":[{"name":"X","value":"Bearer geheim-5"}] 1}"#.to_owned(),
        r#"{"headers":[{"name":"X-Session-Token","value":"geheim-5"}] 1}"#.to_owned(),
        r#"{"a":"https://pool.contoso.com/?cwt=geheim-5" 1}"#.to_owned(),
        r#"{"text":"{\"password\":\"geheim-5\"}" 1}"#.to_owned(),
        r#"<a><property name="password">geheim-5</property><b</a>"#.to_owned(),
        r"<a><Password>geheim-5</Password></b>".to_owned(),
        format!(r#"{{"a":"{TOKEN}geheim-5" 1}}"#),
    ] {
        let recording = read("test", line.as_bytes());
        let [error] = &recording.errors[..] else { panic!("{line}: {:?}", recording.errors) };
        let drawn = draw(error, Drawing::Plain, &Masker::default());
        assert!(!drawn.contains("geheim") && drawn.contains(MASK), "{drawn}");
    }
}

#[test]
fn an_excerpt_does_not_cut_a_secret_that_another_file_told_of() {
    let mut masker = Masker::default();
    read("one", format!("GET /x?password={WORD} HTTP/1.1\n").as_bytes()).messages.iter().for_each(|m| masker.learn(m));
    for reach in 25..60 {
        let space = " ".repeat(reach);
        for line in [format!(r#"{{"a":"{WORD}"{space}"b":1}}"#), format!(r#"{{"a":1 "b"{space}:"{WORD}"}}"#)] {
            let recording = read("test", line.as_bytes());
            let drawn = draw(&recording.errors[0], Drawing::Plain, &masker);
            assert!(!drawn.contains("imnis") && !drawn.contains("Gehe"), "{drawn}");
        }
    }
}

#[test]
fn nothing_from_a_file_commands_a_terminal() {
    let text = "{\"rel\":\"contact\",\"a\\u001b[31m\\u202eb\":1}";
    assert!(printed("te\u{1b}[31mst", text).chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'));
    let coded = "HTTP/1.1 200 OK\nContent-Encoding: a\u{1b}[31m\n\n\u{1}";
    assert!(!printed("test", coded).contains('\u{1b}'));
}

#[test]
fn people_are_masked_on_request() {
    let shown = Masker::new(People::Shown);
    let masked = Masker::new(People::Masked);
    for text in [
        "sip:lene@contoso.com",
        "sip%3Alene%40contoso.com",
        "lene@contoso.com",
        "lene%40contoso.com",
        "tel:+14255550101",
        "+1 425 555 0101",
    ] {
        assert_eq!(shown.mask(text), text);
        assert_eq!(masked.mask(&format!("a {text} b")), format!("a {MASK} b"));
    }
    assert_eq!(masked.mask("entry 12, response, _links.contact"), "entry 12, response, _links.contact");
    assert!(inspect_data("unknown", People::Masked).report().findings.len() > 10);
}

#[test]
fn what_people_wrote_where_something_else_belongs_is_not_shown_with_what_was_expected() {
    // The words are those of the errors, too.
    for words in [
        "the harbour at nine",
        "I expected the harbour",
        "it, expected at the harbour, found",
        "at line 5 at the harbour",
    ] {
        for message in messages_with(words) {
            let report = common::findings_in(&message, None);
            for format in [ReportFormat::Text, ReportFormat::Markdown, ReportFormat::Json] {
                let shown = report.write(format);
                assert!(!shown.contains("harbour"), "{message}: {shown}");
            }
        }
    }
    let report = common::findings_in(r#"{"_links":{"self":{"href":"/events?ack=1"}},"sender":"words"}"#, None);
    let shown = report.write(ReportFormat::Text);
    assert!(shown.contains("sender (expected a sender)"), "{shown}");
    let cut = "HTTP/1.1 200 OK\nContent-Type: application/vnd.microsoft.com.ucwa+json\n\n{\"rel\":\"contact\",\"name\":\"harbour \\ud800\"}";
    let shown = common::findings_in(cut, None).write(ReportFormat::Text);
    assert!(shown.contains("contact.name (expected text, found half of a character)"), "{shown}");
    assert!(!shown.contains("harbour"), "{shown}");
}

/// Messages in which words stand where something else belongs.
fn messages_with(words: &str) -> Vec<String> {
    vec![
        format!(r#"{{"_links":{{"self":{{"href":"/events?ack=1"}}}},"sender":"{words}"}}"#),
        format!(r#"{{"_links":"{words}","sender":[]}}"#),
        format!(
            r#"{{"_links":{{"self":{{"href":"/events?ack=1"}}}},"sender":[{{"rel":"people","href":"/p","events":"{words}"}}]}}"#
        ),
        format!(
            r#"{{"_links":{{"self":{{"href":"/events?ack=1"}}}},"sender":[{{"rel":"people","href":"/p","events":[{{"type":"updated","link":"{words}"}}]}}]}}"#
        ),
        format!(r#"{{"code":"Conflict","subcode":{{"x":"{words}"}}}}"#),
        format!(r#"{{"code":"Conflict","parameters":"{words}"}}"#),
        format!(r#"{{"rel":"contact","_links":"{words}"}}"#),
        format!(r#"{{"rel":"contact","_embedded":"{words}"}}"#),
    ]
}
