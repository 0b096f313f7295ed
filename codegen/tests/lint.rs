//! What lint finds: in pages that are made to be wrong, and in the present reference.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use ucwa_codegen::diagnostics::Drawing;
use ucwa_codegen::lint::triage::{Explanation, Resolution, triage};
use ucwa_codegen::lint::{LintFinding, LintKind, lint};
use ucwa_codegen::pages::{Page, read_all};
use ucwa_schema::Schema;
use ucwa_tests::is_counted_edition;

const FENCE: &str = "```";

/// A page of a resource with these parts.
fn resource(name: &str, properties: &str, links: &str, rest: &str) -> Page {
    let text = format!(
        "# {name}\n\nIt.\n\n### Properties\n\n|Name|Description|\n|:-|:-|\n{properties}\n\n### Links\n\n\
         |Link|Description|\n|:-|:-|\n{links}\n\n{rest}\n"
    );
    page(&format!("{name}_ref.md"), &text)
}

fn page(name: &str, text: &str) -> Page {
    Page::new(name.into(), text.as_bytes().to_vec()).expect("a page")
}

/// A GET with these samples of its response, if any.
fn get(json: &str, xml: &str) -> String {
    let request = "Get https://a.example/rug HTTP/1.1";
    format!(
        "## Operations\n\n### GET\n\n#### Examples\n\n#### JSON Request\n\n{FENCE}\n{request}\n{FENCE}\n\n\
         #### JSON Response\n\n{FENCE}\nHTTP/1.1 200 OK\n{json}\n{FENCE}\n\n#### XML Request\n\n{FENCE}\n{request}\n{FENCE}\n\n\
         #### XML Response\n\n{FENCE}\nHTTP/1.1 200 OK\n{xml}\n{FENCE}\n"
    )
}

/// A rug with a colour, a link to itself and samples of both.
fn rug() -> Page {
    resource("rug", "|colour|Its colour.|", "|self|Itself.|", &get(JSON, XML))
}

const JSON: &str = r#"{ "rel" : "rug", "colour" : "red", "_links" : { "self" : { "href" : "/rug" } } }"#;
const XML: &str = r#"<resource rel="rug" href="/rug"><property name="colour">red</property></resource>"#;

/// The findings of one kind, as `page: place: message`.
fn found(pages: &[Page], kind: LintKind) -> Vec<String> {
    let told = |finding: &LintFinding| format!("{}: {}", finding.page, finding.text());
    lint(pages, &[]).iter().filter(|finding| finding.kind == kind).map(told).collect()
}

#[test]
fn a_sound_page_has_no_findings() {
    assert_eq!(lint(&[rug()], &[]), []);
}

#[test]
fn a_resource_that_no_sample_shows_has_no_findings() {
    let bare = resource("rug", "|colour|Its colour.|", "|self|Itself.|", "## Operations\n\n### GET\n");
    assert_eq!(found(&[bare], LintKind::UnsampledProperty), [] as [&str; 0]);
}

#[test]
fn what_samples_show_and_tables_lack_is_one_finding_for_both_formats() {
    let json = r#"{ "rel" : "rug", "size" : 3, "_links" : { "shop" : { "href" : "/s" } } }"#;
    let xml =
        r#"<resource rel="rug" href="/r"><link rel="shop" href="/s" /><property name="size">3</property></resource>"#;
    let pages = [resource("rug", "|colour|Its colour.|", "|self|Itself.|\n|owner|Whose it is.|", &get(json, xml))];
    let findings = lint(&pages, &[]);
    let size = findings.iter().find(|finding| finding.kind == LintKind::UndocumentedProperty).expect("a finding");
    assert_eq!((size.place.as_str(), size.spots.len()), ("properties/size", 2));
    assert_eq!(
        found(&pages, LintKind::UndocumentedLink),
        ["rug_ref.md: links/shop: samples of `rug` have it, but no table does"]
    );
    assert_eq!(found(&pages, LintKind::UnsampledProperty), ["rug_ref.md: properties/colour: no sample has it"]);
    assert_eq!(found(&pages, LintKind::UnsampledLink), ["rug_ref.md: links/owner: no sample has it"]);
    assert_eq!(
        found(&pages, LintKind::UndocumentedResource),
        ["rug_ref.md: links/owner/target: leads to `owner`, which has no page"]
    );
}

#[test]
fn each_of_many_findings_in_one_long_line_has_its_column_and_only_the_text_that_is_drawn() {
    let names: Vec<_> = (0..100).map(|number| format!("é{number}")).collect();
    // What is a value first, or part of another name, is found where it stands in quotes.
    let entries: Vec<_> = names.iter().map(|name| format!(r#""n{name}" : "é", "{name}" : 1"#)).collect();
    let line = format!(r#"{{ "rel" : "rug", "colour" : "red", {} }}"#, entries.join(", "));
    let pages = [resource("rug", "|colour|Its colour.|", "|self|Itself.|", &get(&line, XML))];
    let findings = lint(&pages, &[]);
    for name in &names {
        let place = format!("properties/{name}");
        let finding = findings.iter().find(|finding| finding.place == place).expect("a finding");
        let at = line.find(&format!("\"{name}\"")).expect("it is there") + 1;
        assert_eq!(finding.column(), line[..at].chars().count() + 1, "{name}");
        assert!(finding.spots.iter().all(|spot| spot.source.len() < 300), "{line}");
        assert!(finding.draw(Drawing::Plain).contains("rug_ref.md"));
    }
}

#[test]
fn values_are_compared_with_the_enumeration_that_lists_them() {
    let colour = "# Colour\n\nIt.\n\n## Members\n\n|Name|Description|\n|:-|:-|\n|Blue|Blue.|\n|Green|Green.|\n";
    let pile = "# Pile\n\nIt.\n\n## Members\n\n|Name|Description|\n|:-|:-|\n|High|High.|\n";
    let rug = resource("rug", "|colour|Its colour ([Colour](Colour_ref.md)).|", "|self|Itself.|", &get(JSON, XML));
    let pages = [page("Colour_ref.md", colour), page("Pile_ref.md", pile), rug];
    let listed = found(&pages, LintKind::UnlistedValue);
    assert_eq!(listed, ["Colour_ref.md: members/red: used, but the page does not list it"]);
    assert_eq!(found(&pages, LintKind::UnusedEnumeration), ["Pile_ref.md: no property or parameter has its values"]);
    let placeholder = |text: &str| text.replace("red", "samplevalue");
    let samples = get(&placeholder(JSON), &placeholder(XML));
    let rug = resource("rug", "|colour|Its colour ([Colour](Colour_ref.md)).|", "|self|Itself.|", &samples);
    let expected = ["rug_ref.md: properties/colour: samples have a placeholder where Colour is documented"];
    assert_eq!(found(&[page("Colour_ref.md", colour), rug], LintKind::PlaceholderValue), expected);
}

#[test]
fn a_parameter_of_both_address_and_body_is_found_with_whether_the_tables_agree() {
    let table =
        |heading: &str, rows: &str| format!("#### {heading}\n\n|Name|Description|Required?|\n|:-|:-|:-|\n{rows}\n\n");
    let query = table("Query parameters", "|size|Its size.|No|\n|far|How far. String|No|\n|only|Here. String|No|");
    let body = table("Request body", "|size|Its size. Int32|Yes|\n|far|How far. String|No|");
    let rug = resource("rug", "|colour|Its colour.|", "", &format!("## Operations\n\n### POST\n\n{query}{body}"));
    let expected = [
        "rug_ref.md: operations/POST/query/far: the body has the same parameter",
        "rug_ref.md: operations/POST/query/size: the body has the same parameter, but differs on whether it is required",
    ];
    assert_eq!(found(&[rug], LintKind::DuplicateRow), expected);
}

#[test]
fn errors_are_compared_with_the_lists_of_codes_and_subcodes() {
    let list = |name: &str, member: &str| {
        let text = format!("# {name}\n\nIt.\n\n## Members\n\n|Name|Description|\n|:-|:-|\n|{member}|It.|\n");
        page(&format!("{name}_ref.md"), &text)
    };
    let errors = "\n#### Synchronous errors\n\n|Error|Code|Subcode|Description|\n|:-|:-|:-|:-|\n|Conflict|409|None|A.|\n\
                  |Conflict|410|Torn|B.|\n|Lost|404|None|C.|\n|Conflict|409|None|A.|\n|Conflict|409|None|D.|\n";
    let operation = get(JSON, XML).replace("### GET\n", &format!("### GET\n{errors}"));
    let rug = resource("rug", "|colour|Its colour.|", "|self|Itself.|", &operation);
    let pages = [list("ErrorCode", "Conflict"), list("ErrorSubcode", "Burnt"), rug];
    let expected = [
        "ErrorCode_ref.md: members/Lost: error tables have it, but the page does not list it",
        "ErrorSubcode_ref.md: members/Torn: error tables have it, but the page does not list it",
        "rug_ref.md: operations/GET/errors: `Conflict` does not match the status 410",
    ];
    assert_eq!(found(&pages, LintKind::UnknownError), expected);
    let twice = ["rug_ref.md: operations/GET/errors: Conflict 409: a row is listed twice"];
    assert_eq!(found(&pages, LintKind::DuplicateRow), twice, "several causes of one code are no duplicates");
}

#[test]
fn rows_that_are_there_twice_and_names_in_two_cases_are_found() {
    let properties = "|colour|Its colour.|\n|Colour|Its colour.|\n|colour|Its hue.|";
    let pages = [resource("rug", properties, "|self|Itself.|\n|self|Itself.|", &get(JSON, XML))];
    let expected = [
        "rug_ref.md: links/self: a row is listed twice",
        "rug_ref.md: properties/colour: two rows have the same name and differ",
    ];
    assert_eq!(found(&pages, LintKind::DuplicateRow), expected);
    assert_eq!(
        found(&pages, LintKind::MisspeltName),
        ["rug_ref.md: properties/Colour: written `Colour` here and `colour` elsewhere"]
    );
}

#[test]
fn names_of_what_has_no_page_are_found() {
    let events =
        "## Events\n\n### Added\n\n|Resource|Priority|Sender|Reason|\n|:-|:-|:-|:-|\n|Rug|High|shop|It came.|\n";
    let item = "#### Response body\n\n|Item|Description|\n|:-|:-|\n|carpet|A carpet.|\n\n#### Examples\n";
    let operation = get(JSON, XML).replace("#### Examples\n", item);
    let rest = format!("{events}\n{operation}");
    let pages = [resource("rug", "|colour|Its colour.|", "|self|Itself.|", &rest)];
    let expected = [
        "rug_ref.md: events/Rug added/resource: `Rug` is written `rug` on its page",
        "rug_ref.md: events/Rug added/sender: `shop` is not a resource",
    ];
    assert_eq!(found(&pages, LintKind::EventResource), expected);
    assert_eq!(
        found(&pages, LintKind::ResponseItem),
        ["rug_ref.md: operations/GET/response/resource: `carpet` is not a resource"]
    );
}

#[test]
fn an_overview_is_compared_with_the_pages() {
    let overview = "# UCWA resources\n\nAll.\n\n## Things\n\n- [lamp](lamp_ref.md)\n- [vase](vase_ref.md)\n- [lamp](lamp_ref.md)\n";
    let lamp = resource("lamp", "|colour|Its colour.|", "|self|Itself.|", "");
    let expected = [
        "UCWAResources.md: `lamp` is listed twice",
        "UCWAResources.md: `vase` is listed but has no page",
        "rug_ref.md: category: `UCWAResources.md` does not list it",
    ];
    assert_eq!(found(&[page("UCWAResources.md", overview), lamp, rug()], LintKind::Overview), expected);
}

#[test]
fn what_cannot_be_placed_and_errata_that_do_not_apply_are_findings() {
    let pages = [resource("rug", "|its colour|It.|", "|self|Itself.|", &get(JSON, XML))];
    assert_eq!(found(&pages, LintKind::Unplaced), ["rug_ref.md: `its colour` is not a valid name for a property"]);
    let erratum = serde_json::json!({
        "id": "hue", "page": "rug_ref.md", "place": "properties/hue/type", "expected": "String", "value": "Int32", "reason": "so",
    });
    let errata = [serde_json::from_value(erratum).expect("an erratum")];
    let stale: Vec<_> = lint(&[rug()], &errata).into_iter().map(|finding| (finding.kind, finding.place)).collect();
    assert_eq!(stale, [(LintKind::StaleErratum, "properties/hue/type".to_string())]);
}

/// The pages of the repository, in one of the four ways in which pages are written.
fn seeds(dialect: &str) -> Vec<Page> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/pages").join(dialect);
    read_all(&[folder]).expect("the pages can be read")
}

#[test]
fn pages_without_markup_have_the_findings_of_markdown() {
    let told = |dialect: &str| {
        let findings = lint(&seeds(dialect), &[]).into_iter();
        let name = |page: &str| page.split('_').next().unwrap_or_default().to_string();
        findings.map(|finding| (finding.kind, name(&finding.page), finding.text())).collect::<Vec<_>>()
    };
    let expected = told("markdown");
    assert!(!expected.is_empty());
    for dialect in ["piped", "text", "text-inline-events"] {
        assert_eq!(told(dialect), expected, "{dialect}");
    }
}

#[test]
fn pages_that_end_anywhere_are_looked_at_all_the_same() {
    for whole in ["markdown", "text"].into_iter().flat_map(seeds) {
        for end in (1..whole.text().len()).step_by(211).filter(|end| whole.text().is_char_boundary(*end)) {
            let Ok(cut) = Page::new(whole.path().to_path_buf(), whole.text().as_bytes()[..end].to_vec()) else {
                continue;
            };
            for finding in lint(&[cut], &[]) {
                assert!(!finding.spots.is_empty(), "{finding:?}");
                finding.draw(Drawing::Plain);
            }
        }
    }
}

/// A folder of pages and a schema folder beside it.
struct Workshop(TempDir);

impl Workshop {
    fn new(pages: &[Page]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["pages", "schema"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        for page in pages {
            fs::write(folder.path().join("pages").join(page.name()), page.text()).expect("a file");
        }
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn lint(&self, options: &[&str]) -> Output {
        let (pages, schema) = (self.path("pages"), self.path("schema"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_ucwa-codegen"));
        command.arg("lint").arg(pages).arg("--schema").arg(schema).args(options).env("NO_COLOR", "1");
        command.output().expect("the command runs")
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_command_fails_with_new_findings_and_their_lines_until_they_are_explained() {
    let workshop =
        Workshop::new(&[resource("rug", "|colour|Its colour.|", "|self|Itself.|\n|self|Itself.|", &get(JSON, XML))]);
    let output = workshop.lint(&[]);
    let printed = text(&output.stdout);
    assert!(!output.status.success(), "{printed}");
    assert!(printed.contains("rug_ref.md:16:2") && printed.contains("|self|Itself.|"), "{printed}");
    assert!(text(&output.stderr).contains("1 new findings") && text(&output.stderr).contains("lint.json"));

    let reason = r#"[{ "kind": "duplicate-row", "page": "*", "finding": "links/self*", "reason": "Once is enough." }]"#;
    fs::write(workshop.path("schema/lint.json"), reason).expect("a file");
    let output = workshop.lint(&[]);
    assert!(output.status.success() && !text(&output.stdout).contains("rug_ref.md"), "{}", text(&output.stdout));
    let all = text(&workshop.lint(&["--all"]).stdout);
    assert!(all.contains("explained: Once is enough."), "{all}");
}

#[test]
fn programs_and_people_read_the_same_findings() {
    let workshop =
        Workshop::new(&[resource("rug", "|colour|Its colour.|", "|self|Itself.|\n|self|Itself.|", &get(JSON, XML))]);
    let json: serde_json::Value =
        serde_json::from_slice(&workshop.lint(&["--format", "json"]).stdout).expect("the output is JSON");
    assert_eq!(json[0]["kind"], "duplicate-row");
    assert_eq!((json[0]["spots"][0]["line"].as_u64(), &json[0]["outcome"]), (Some(16), &"new".into()));
    let markdown = text(&workshop.lint(&["--format", "markdown"]).stdout);
    assert!(markdown.contains("## duplicate-row") && markdown.contains("rug_ref.md:16:2: links/self: "), "{markdown}");
}

#[test]
fn a_list_of_reasons_that_cannot_be_read_is_told_with_its_place() {
    let workshop = Workshop::new(&[rug()]);
    fs::write(workshop.path("schema/lint.json"), "[{ \"kind\": \"typo\" }]").expect("a file");
    let output = workshop.lint(&[]);
    assert!(!output.status.success() && text(&output.stderr).contains("lint.json:1:"), "{}", text(&output.stderr));
}

/// One line per finding; those that many pages share say on how many.
#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn the_findings_of_the_present_reference_are_known_and_each_is_corrected_or_explained() {
    let pages = ucwa_tests::pages();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    // What is new in another edition is told by `lint`, and by `update` when it takes the edition in.
    if !is_counted_edition(&pages) {
        return;
    }
    let errata = Schema::load_errata(&schema).expect("the repository has errata");
    let reasons = Explanation::load(&schema).expect("the repository has reasons");
    let triaged = triage(lint(&pages, &errata), &errata, &reasons, &pages.iter().map(Page::name).collect());
    let new: Vec<_> = triaged.iter().filter(|triaged| triaged.is_new()).map(|triaged| triaged.finding.text()).collect();
    assert!(new.is_empty(), "correct or explain these:\n{}", new.join("\n"));

    let mut groups = BTreeMap::<(LintKind, String, &str), Vec<&str>>::new();
    for triaged in &triaged {
        let outcome = match &triaged.outcome {
            Resolution::Corrected(_) => "erratum",
            Resolution::Explained(_) => "reason",
            Resolution::New => "new",
        };
        let key = (triaged.finding.kind, triaged.finding.text(), outcome);
        groups.entry(key).or_default().push(&triaged.finding.page);
    }
    let mut lines = String::new();
    let mut last = None;
    for ((kind, finding, outcome), pages) in &groups {
        if last != Some(kind) {
            let count = triaged.iter().filter(|triaged| triaged.finding.kind == *kind).count();
            let _ = writeln!(lines, "{kind} ({count})");
            last = Some(kind);
        }
        let pages = if pages.len() > 3 { format!("{} pages", pages.len()) } else { pages.join(", ") };
        let _ = writeln!(lines, "  {outcome:<8}{pages}: {finding}");
    }
    insta::assert_snapshot!("reference", lines);
}
