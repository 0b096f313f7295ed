//! Small pages of our own, one oddity or one fault each.

use ucwa_codegen::diagnostics::Diagnostic;
use ucwa_codegen::extract::{Extraction, SampleKind, Unresolved, extract};
use ucwa_codegen::pages::{Dialect, Page, read};
use ucwa_schema::{Cardinality, EventType, Evidence, Method, Schema, Type};

use crate::common::{facts, page, understood};

/// A page in Markdown with all parts that the reference knows.
pub(crate) const LAMP: &str = r#"---
title: lamp
---
# lamp reference

_**Applies to:** Light 1_

Shows light.

## Web Link
<a name = "sectionSection0"> </a>

For more on web links, see [Web links](WebLinks.md).

|**Name**|**Description**|
|:-----|:-----|
|rel|What it is.|

## Resource description

Anything may be said here.

### Properties

|**Name**|**Description**|
|:-----|:-----|
|colour|Its colour ([Colour](Colour_ref.md)).|
|lit|Shines now.|
|watts|Its power.|
|since|When it was lit.|
|label|Its label.At most 20: the maximum length is 20 characters.|
|pictureUrl|Where its picture is.|
|scent|What it smells of.|
|hours|How long it shone, room by room.Array of Int64|

### Links

This resource can have the following relationships.
|**Link**|**Description**|
|:-----|:-----|
|self|Itself.|
|bulb|What is in it.|
|room|Where it stands.|

### Azure Active Directory scopes for online applications

The user must have at least one of what follows.

| **Scope** | **Permission** | **Description** |
| ----- | ----- | ----- |
| Light.ReadWrite | See light | Lets it see. |

## Events

### added

|**Resource**|**Priority**|**Sender**|**Reason**|
|:-----|:-----|:-----|:-----|
|bulb|High|room|It was put in.</p><p></p>|

Sample of returned event data.

This sample is given only as an example.

{ "sender" : [ { "rel" : "room", "href" : "/r", "events" : [
    { "link" : { "rel" : "bulb", "href" : "/b" }, "in" : { "rel" : "lamp", "href" : "/l" }, "type" : "added" } ] } ] }

## Operations

### GET

Reads it.

#### Query parameters

|**Name**|**Description**|**Required?**|
|:-----|:-----|:-----|
|limit|How many.The minimum value is 1. The maximum value is 9.|No|

#### Request body

None

#### Response body

The response from a GET request contains all.

#### Synchronous errors

The errors below are its own.

|**Error**|**Code**|**Subcode**|**Description**|
|:-----|:-----|:-----|:-----|
|Gone|410|BulbMissing|It is *broken*.|
|Gone|410||It is broken.</p>|
|Gone|410|None|It is sold.|

#### Examples

#### JSON Request

```json
Get https://a.example/lamp HTTP/1.1
Accept: application/json

```json

#### JSON Response

```
HTTP/1.1 200 OK
Content-Type: application/json
{
  &quot;rel&quot; : &quot;lamp&quot;,
  &quot;colour&quot; : &quot;Red&quot;,
  &quot;lit&quot; : true,
  &quot;watts&quot; : 40,
  &quot;label&quot; : &quot;of\u0020mine&quot;,
  &quot;since&quot; : &quot;\/Date(1474932023993)\/&quot;,
  &quot;_links&quot; : {
    &quot;self&quot; : { &quot;href&quot; : &quot;/l&quot; },
    &quot;scent&quot; : { &quot;href&quot; : &quot;data:text/plain,rose&quot; }
  },
  &quot;_embedded&quot; : { &quot;bulb&quot; : [ { &quot;rel&quot; : &quot;bulb&quot; } ] }
}
```

#### XML Request

```
Get https://a.example/lamp HTTP/1.1
Accept: application/xml

```

#### XML Response

```
HTTP/1.1 200 OK
Content-Type: application/xml
<?xml version="1.0" encoding="utf-8"?>
<resource rel="lamp" href="/l">
  <property name="watts">40</property>
</resource>
```
"#;

pub(crate) fn lamp() -> Extraction {
    understood(&[page("lamp_ref.md", LAMP)])
}

#[test]
fn a_page_is_taken_out_whole() {
    let lamp = &lamp().schema.resources["lamp"];
    assert_eq!((lamp.rel.as_str(), lamp.revision, lamp.page.as_str()), ("lamp", 1, "lamp_ref.md"));
    assert_eq!(lamp.scopes, ["Light.ReadWrite"]);
    let links: Vec<_> = lamp.links.iter().map(|link| (link.rel.as_str(), link.cardinality, link.embedded)).collect();
    let (one, many) = (Cardinality::One, Cardinality::Many);
    assert_eq!(links, [("self", one, false), ("bulb", many, true), ("room", one, false)]);
    let event = &lamp.events[0];
    assert_eq!((event.kind, event.priority.as_str(), event.sender.as_str()), (EventType::Added, "high", "room"));
    assert_eq!(event.collection.as_deref(), Some("lamp"));
    let get = &lamp.operations[0];
    assert_eq!(
        (get.method, get.response.status, get.response.resource.as_deref()),
        (Method::Get, Some(200), Some("lamp"))
    );
    let subcodes: Vec<_> = get.errors.iter().map(|row| row.subcode.as_deref()).collect();
    assert_eq!(subcodes, [Some("BulbMissing"), None, None]);
    assert_eq!(get.errors[0].cause, get.errors[1].cause, "markup and debris do not make another cause");
    assert_ne!(get.errors[1].cause, get.errors[2].cause);
}

#[test]
fn types_are_known_by_the_best_evidence() {
    let extraction = lamp();
    let lamp = &extraction.schema.resources["lamp"];
    let types: Vec<_> =
        lamp.properties.iter().map(|row| (row.name.as_str(), row.kind.to_string(), row.evidence)).collect();
    let expected = [
        ("colour", "Colour", Evidence::Named),
        ("lit", "Boolean", Evidence::Sample),
        ("watts", "Int32", Evidence::Sample),
        ("since", "DateTime", Evidence::Sample),
        ("label", "String", Evidence::Sample),
        ("pictureUrl", "Uri", Evidence::Convention),
        ("scent", "ExternalResource", Evidence::Sample),
        ("hours", "Array of Int64", Evidence::Stated),
    ];
    assert_eq!(types, expected.map(|(name, kind, evidence)| (name, kind.to_string(), evidence)));
    assert_eq!(lamp.properties[4].limits.maximum_length, Some(20));
    let limit = &lamp.operations[0].query[0];
    assert_eq!((&limit.kind, limit.required, limit.limits.maximum), (&Type::Int32, false, Some(9)));
}

#[test]
fn samples_are_messages_without_what_happened_to_them_on_their_way_into_the_page() {
    let samples = lamp().samples;
    let kinds: Vec<_> = samples.iter().map(|sample| (sample.kind, sample.method)).collect();
    let get = Some(Method::Get);
    let (request, response) = ((SampleKind::Request, get), (SampleKind::Response, get));
    assert_eq!(kinds, [(SampleKind::Event, None), request, response, request, response]);
    assert_eq!(samples[1].target(), Some("https://a.example/lamp"));
    assert_eq!(samples[2].json().and_then(|json| Some(json.get("watts")?.as_i64()? + 2)), Some(42));
    assert_eq!(samples[2].line, LAMP.lines().position(|line| line.starts_with("HTTP/")).map_or(0, |line| line + 1));
}

#[test]
fn links_and_types_that_lead_out_of_the_set_stay_by_name_and_are_counted() {
    let unresolved = Unresolved::of(&lamp().schema);
    assert_eq!(unresolved.names.iter().map(String::as_str).collect::<Vec<_>>(), ["Colour", "bulb", "room"]);
    let said = unresolved.to_string();
    assert!(said.starts_with(&format!("{} references lead to pages that were not given", unresolved.places)), "{said}");
}

#[test]
fn a_set_with_more_pages_knows_more() {
    let colour = "# Colour reference\n\nWhat it looks like.\n\n## Members\n\n|Name|Description|\n|:--|:--|\n|Red|As blood.|\n|Blue||";
    let text = LAMP.replace("Its colour ([Colour](Colour_ref.md)).", "It looks like this.");
    let alone = understood(&[page("lamp_ref.md", &text)]).schema;
    assert_eq!(alone.resources["lamp"].properties[0].kind, Type::String);
    let both = understood(&[page("lamp_ref.md", &text), page("Colour_ref.md", colour)]).schema;
    assert_eq!(both.resources["lamp"].properties[0].kind.to_string(), "Colour");
    assert_eq!(both.enumerations["Colour"].members.len(), 2);
}

#[test]
fn overviews_and_generic_errors_are_known_by_their_titles() {
    let overview = "# UCWA resources\nAbout them.\n\n## Home\n<a name=\"a\"></a>\n\n- [lamp](lamp_ref.md)\n \n- [rug](rug_ref.md)\n";
    let errors = "# Generic synchronous errors\n\nThese.\n\n|Error|Description|\n|:--|:--|\n|TooDark|Light it.|\n";
    let pages = [
        page("a.md", overview),
        page("b.md", errors),
        page("lamp_ref.md", LAMP),
        page("c.md", "# UCWA enumerations\n- [A](A.md)"),
    ];
    let schema = understood(&pages).schema;
    assert_eq!(schema.resources["lamp"].category.as_deref(), Some("Home"));
    assert_eq!(schema.errors.generic[0].name, "TooDark");

    let running = "UCWA resources\n\nAbout them.\n\nHome\n\nlamp\n\nrug\n";
    let schema = understood(&[page("a.txt", running), page("lamp_ref.md", LAMP)]).schema;
    assert_eq!(schema.resources["lamp"].category.as_deref(), Some("Home"));
}

#[test]
fn running_text_may_lack_two_headings() {
    let text = "rug\n\nApplies to: Light 1\n\nLies.\n\nFor more on web links, see Web links.\n\nName Description\nrel What it is.\n\n\
                Resource description\n\nProperties\n\nNone\n\nNone\n\nOperations\n\nGET\n\nResponse body\n\nNone\n";
    let rug = page("x.txt", text);
    assert_eq!(read(&rug).dialect, Dialect::Text);
    let extraction = understood(&[rug]);
    assert_eq!(extraction.counts.properties + extraction.counts.links, 0);
    assert!(extraction.schema.resources.contains_key("rug"));
}

#[test]
fn headings_may_stand_at_any_level_in_any_case() {
    let text = LAMP
        .replace("### Properties", "## PROPERTIES")
        .replace("#### JSON Request", "### Json request")
        .replace("### GET", "## get");
    assert_eq!(facts(&[page("lamp_ref.md", &text)]), facts(&[page("lamp_ref.md", LAMP)]));
}

#[test]
fn headings_may_be_closed_and_rules_of_tables_may_have_tabs() {
    let closed: String = LAMP
        .lines()
        .map(|line| if line.starts_with('#') { format!("{line} ##\n") } else { format!("{line}\n") })
        .collect();
    let text = closed.replace("|:-----|:-----|", "|\t:-----\t|\t:-----\t|");
    assert_ne!(text, closed);
    assert_eq!(facts(&[page("lamp_ref.md", &text)]), facts(&[page("lamp_ref.md", LAMP)]));
    let errors = "# Generic synchronous errors #\n\n|Error|Description|\n|:--|:--|\n|BadRequest|It is wrong.|\n";
    assert_eq!(understood(&[page("errors.md", errors)]).schema.errors.generic.len(), 1);
}

#[test]
fn a_title_begins_with_the_name_and_says_little_else() {
    for title in ["# lamp", "# lamp : applies to houses", "# lamp (house)", "# lamp resource"] {
        assert_eq!(
            facts(&[page("lamp_ref.md", &LAMP.replace("# lamp reference\n", &format!("{title}\n")))]),
            facts(&[page("lamp_ref.md", LAMP)])
        );
    }
    let found = faults("# lamp reference\n", "# The lamp of a room\n");
    let [fault] = &found[..] else { panic!("{found:?}") };
    assert_eq!(
        fault.message,
        "the title `The lamp of a room` does not begin with the name of a resource or enumeration"
    );
}

/// The diagnostics of the page with one piece of text replaced.
fn faults(from: &str, to: &str) -> Vec<Diagnostic> {
    assert!(LAMP.contains(from), "{from}");
    extract(&[page("lamp_ref.md", &LAMP.replacen(from, to, 1))]).diagnostics
}

#[test]
fn what_cannot_be_placed_is_told_with_its_place() {
    let cases = [
        ("|lit|Shines now.|", "|lit|", "a row with the wrong number of cells"),
        ("|lit|Shines now.|", "|l t|Shines now.|", "`l t` is not a valid name for a property"),
        ("|bulb|What is in it.|", "|../bulb|What is in it.|", "`../bulb` is not a valid name for a relation"),
        ("|**Link**|**Description**|", "|**Rope**|**Description**|", "unknown table header"),
        (
            "|**Link**|**Description**|",
            "|**Item**|**Description**|",
            "a table of `item | description` in the wrong place",
        ),
        ("## Operations", "## Surgery", "the reference has no heading `Surgery`"),
        ("## Operations", "## Members", "a heading in the wrong place"),
        ("### GET", "", "a heading that does not belong to an operation"),
        ("#### Examples", "### GET", "GET is described twice"),
        ("|High|", "|Soon|", "`Soon` is not a priority"),
        ("|No|", "|Maybe|", "`Maybe` does not say whether the parameter is required"),
        ("|410|BulbMissing|", "|200|BulbMissing|", "`200` is not an error status"),
        ("|410|BulbMissing|", "|x|BulbMissing|", "`x` is not an error status"),
        ("|410|BulbMissing|", "|410|Bulb missing|", "`Bulb missing` is not a valid name for an error"),
        ("Light.ReadWrite", "Light", "`Light` is not a permission"),
        ("The errors below are its own.", "Mind these.", "text in the wrong place"),
        ("#### Examples", "#### Examples\n```\nGet\n```", "a sample where none is expected"),
        ("Get https://a.example/lamp HTTP/1.1\nAccept: application/json", "Read the lamp.", "this is not a message"),
        ("#### JSON Response", "#### JSON Request", "a second sample of the same kind"),
        ("---\n# lamp", "# lamp", "the front matter is not closed"),
        ("# lamp reference", "# lämp", "`lämp` is not a valid name for a resource"),
        ("### Links", "### Properties", "the heading `links` is missing"),
        ("bulb&quot; } ] }\n}\n```", "bulb&quot; } ] }\n}", "the fence around this sample is not closed"),
        ("Get https", "a\n```\nGet https", "a line of ``` that neither begins nor ends a sample"),
    ];
    let unreadable = faults("&quot;watts&quot; : 40,", "&quot;watts&quot; :");
    assert!(unreadable.iter().any(|fault| fault.message.starts_with("the body of this sample cannot be read")));
    for (from, to, message) in cases {
        let found = faults(from, to);
        let Some(fault) = found.iter().find(|fault| fault.message == message) else {
            panic!("no `{message}` among {found:#?}");
        };
        assert!(fault.line > 0 && fault.column > 0 && !fault.expected.is_empty(), "{fault:?}");
    }
}

#[test]
fn a_place_is_line_and_column_and_shows_the_line() {
    let faults = faults("|bulb|High|", "|bulb|Soon|");
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert_eq!((fault.column, fault.source.get(fault.span.0..fault.span.1)), (7, Some("Soon")));
    let line = LAMP.lines().position(|line| line.starts_with("|bulb|High|")).map_or(0, |line| line + 1);
    assert_eq!(fault.line, line);
    assert!(fault.source.starts_with("|bulb|Soon|room|"));
}

#[test]
fn all_faults_are_told_in_one_run() {
    let text = LAMP.replace("|High|", "|Soon|").replace("|No|", "|Maybe|");
    let other = LAMP.replace("# lamp reference", "# other").replace("|410|", "|4100|");
    let found = extract(&[page("lamp_ref.md", &text), page("other_ref.md", &other)]).diagnostics;
    assert_eq!(found.len(), 5, "{found:#?}");
}

#[test]
fn one_thing_described_by_two_pages_is_a_fault() {
    for second in [LAMP.to_string(), LAMP.replace("# lamp", "# LAMP")] {
        let found = extract(&[page("a.md", LAMP), page("b.md", &second)]).diagnostics;
        assert!(found.iter().any(|fault| fault.message.contains("is described by another page too")), "{found:?}");
    }
}

#[test]
fn a_page_of_something_else_is_one_fault() {
    for text in [
        "# Shopping\n\n- milk\n\n| a | b |\n|--|--|\n",
        "just text",
        "<html><body>404</body></html>",
        "#",
        "---\n---\n",
        "```",
    ] {
        let Extraction { diagnostics, schema, .. } = extract(&[page("x.md", text)]);
        assert!(!diagnostics.is_empty(), "{text}");
        assert!(schema.resources.is_empty() && schema.enumerations.is_empty());
    }
}

#[test]
fn no_pages_give_an_empty_schema() {
    let pages: [Page; 0] = [];
    assert_eq!(extract(&pages).schema, Schema::default());
}

#[test]
fn pages_may_say_more_about_an_enumeration_and_what_to_read_next() {
    let colour = "# Colour\n\nWhat it looks like.\n\n## Remarks\n\nNobody agrees\nabout colours.\n\n## Members\n\n|Name|Description|\n\
                  |:--|:--|\n|Red|As blood.|\n\n## See also\n\n- [Lamp](lamp_ref.md)\n- [Web links](WebLinks.md)\n";
    let text = format!("{LAMP}\n## See also\n\n- [Colour](Colour_ref.md)\n");
    let extraction = understood(&[page("Colour_ref.md", colour), page("lamp_ref.md", &text)]);
    assert_eq!(extraction.schema.enumerations["Colour"].members.len(), 1);
    assert_eq!(extraction.schema.resources["lamp"], lamp_with(&extraction).schema.resources["lamp"]);
    assert_eq!(extraction.warnings, []);
}

/// The page without more, in a set that knows the same enumerations.
fn lamp_with(extraction: &Extraction) -> Extraction {
    let mut alone = lamp();
    let known = alone.schema.resources.get_mut("lamp").expect("the lamp");
    known.properties.clone_from(&extraction.schema.resources["lamp"].properties);
    alone
}

/// What the page of 2016 says about how operations fail, in our own words.
const REASONS: &str = "## Events

#### Asynchronous reason codes

These come late.

They come with
an event.

##### **EntityTooLarge**

|**Subcode**|**Reason**|
|:-----|:-----|
|None|It does not fit.|

##### Forbidden

|**Subcode**|**Reason**|
|:-----|:-----|
  |BulbMissing|Nothing to light.|
  |None|Hands off.|
";

#[test]
fn reasons_for_which_operations_fail_later_are_read_as_pages_of_2016_list_them() {
    let listed = REASONS.replace("##### Forbidden", "- Forbidden");
    for events in [REASONS, &listed] {
        let extraction = understood(&[page("lamp_ref.md", &LAMP.replace("## Events\n", events))]);
        let lamp = &extraction.schema.resources["lamp"];
        let reasons: Vec<_> = lamp.reasons.rows.iter().map(ToString::to_string).collect();
        assert_eq!(reasons, ["EntityTooLarge", "Forbidden BulbMissing", "Forbidden"]);
        assert_eq!((&lamp.reasons.edition, lamp.events.len()), (&None, 1), "the events below are read as ever");
        let listed: Vec<_> = extraction.schema.errors.reasons.iter().map(|row| row.code.as_str()).collect();
        assert_eq!(listed, ["EntityTooLarge", "Forbidden", "Forbidden"]);
    }
    let nameless = LAMP.replace("## Events\n", &REASONS.replace("##### **EntityTooLarge**\n", ""));
    let found = extract(&[page("lamp_ref.md", &nameless)]).diagnostics;
    let messages: Vec<_> = found.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(messages, ["a table of subcodes without a code"]);
}
