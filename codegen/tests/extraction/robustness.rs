//! No input makes extraction panic, and none makes it lose its way for long.

use proptest::prelude::*;
use ucwa_codegen::diagnostics::Drawing;
use ucwa_codegen::extract::extract;
use ucwa_codegen::pages::Page;

/// Pieces that pages are made of, whole and broken.
const PIECES: [&str; 44] = [
    "# lamp",
    "lamp",
    "## Members",
    "Members",
    "### Properties",
    "Properties",
    "### Links",
    "Links",
    "## Operations",
    "## Events",
    "### Added",
    "GET",
    "### POST",
    "#### Request body",
    "#### Query parameters",
    "#### Response body",
    "#### Synchronous errors",
    "#### JSON Request",
    "JSON Response",
    "#### XML Response",
    "```",
    "```json",
    "---",
    "|Name|Description|",
    "Name | Description |",
    "Name Description",
    "Name Description Required?",
    "|**Error**|**Code**|**Subcode**|**Description**|",
    "|Resource|Priority|Sender|Reason|",
    "|:--|:--|",
    "---|---|",
    "|a|b ([C](d.md)) <p>é|",
    "|limit|The maximum value is 99999999999999999999 (A)B, or C|Yes|",
    "|Gone|410|None|x|",
    "a 410 b",
    "||",
    "\\|",
    "None",
    "Sample of returned event data. { \"sender\" : [ { \"events\" : [ { \"link\" : 1 } ] } ] }",
    "HTTP/1.1 200 OK",
    "Content-Type: application/json",
    "{ \"rel\" : \"lamp\", \"a\" : [[[ \"x : y\n z\" ]]], \"_links\" : null, \"_embedded\" : { \"b\" : [ 1 ] } }",
    "<resource rel=\"lamp\"><link rel=\"a\"/><property name=\"b\">é&amp;</property></resource>",
    "&lt;input&gt;&quot;",
];

fn survives(bytes: Vec<u8>) {
    let Ok(page) = Page::new("folder/x_ref.md".into(), bytes) else { return };
    let extraction = extract(&[page]);
    for diagnostic in &extraction.diagnostics {
        assert!(!diagnostic.draw(Drawing::Plain).is_empty());
    }
    for sample in &extraction.samples {
        let _ = (sample.json(), sample.status(), sample.target());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survives(bytes);
    }

    #[test]
    fn any_text(text in "\\PC{0,300}") {
        survives(text.into_bytes());
    }

    #[test]
    fn pieces_of_pages_in_any_order(pieces in proptest::collection::vec(0..PIECES.len(), 0..60), blank in any::<bool>()) {
        let separator = if blank { "\n\n" } else { "\n" };
        let text: Vec<_> = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        survives(text.join(separator).into_bytes());
    }

    #[test]
    fn pages_with_bytes_changed(at in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut bytes = PIECES.join("\n").into_bytes();
        for (index, byte) in at {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        survives(bytes);
    }

    #[test]
    fn pages_cut_short(length in 0..2000_usize) {
        let text = PIECES.join("\n");
        survives(text.as_bytes()[..length.min(text.len())].to_vec());
    }
}

#[test]
fn deep_nesting_and_long_lines_are_no_trouble() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(20_000), close.repeat(20_000));
    let page = |body: &str| {
        format!(
            "# lamp\n### Properties\nNone\n### Links\nNone\n## Operations\n### GET\n#### JSON Response\n```\nHTTP/1.1 200 OK\n{body}\n```\n"
        )
    };
    survives(page(&deep("{\"a\":", "}")).into_bytes());
    survives(page(&deep("<resource rel=\"a\">", "</resource>")).into_bytes());
    survives(format!("# lamp\n### Properties\n{}\n", deep("[*_", "_*]")).into_bytes());
    survives(format!("# lamp\n### Properties\n|{}\n", "<a".repeat(50_000)).into_bytes());
    survives("|".repeat(100_000).into_bytes());
    survives(
        format!("# lamp\n### Properties\n|Name|Description|\n|a|{})|\n### Links\nNone\n", "(".repeat(1_000_000))
            .into_bytes(),
    );
    let members: Vec<_> = (0..100_000).map(|number| format!("|m{number}||")).collect();
    survives(format!("# Lamp\n## Members\n|Name|Description|\n{}\n", members.join("\n")).into_bytes());
}
