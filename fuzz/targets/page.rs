//! Pages of the reference, apart by lines of `%%%`: extraction says where it cannot place something, and what it places can be
//! linted, kept and read again, compared, exported, and generated or refused.

#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use ucwa_codegen::compare::compare;
use ucwa_codegen::diagnostics::Drawing;
use ucwa_codegen::emit::Root;
use ucwa_codegen::extract::{Extraction, extract};
use ucwa_codegen::generate::generate;
use ucwa_codegen::lint::lint;
use ucwa_codegen::pages::Page;
use ucwa_schema::validate::{Severity, validate};
use ucwa_schema::{Schema, facts};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let texts = text.split("\n%%%\n").enumerate();
    let page = |(number, text): (usize, &str)| Page::new(format!("page{number}_ref.md").into(), text.into()).ok();
    let pages: Vec<_> = texts.filter_map(page).collect();
    let extraction = extract(&pages);
    check_places(&pages, &extraction);
    for sample in &extraction.samples {
        let _ = (sample.json(), sample.status(), sample.target());
    }
    let _ = lint(&pages, &[]);
    let schema = extraction.schema;
    let _ = generate(&schema, &Root::Crate);
    let is_empty = schema.resources.is_empty() && schema.enumerations.is_empty();
    if is_empty || validate(&schema).iter().any(|violation| violation.severity == Severity::Error) {
        return;
    }
    let files = schema.files();
    let files = files.iter().map(|(path, text)| (path.to_path_buf(), text.as_bytes().to_vec()));
    let read = Schema::from_files(Path::new("schema"), files).expect("what was written can be read");
    assert_eq!(facts::facts(&read), facts::facts(&schema));
    assert!(compare(&schema, &read).is_empty());
});

fn check_places(pages: &[Page], extraction: &Extraction) {
    for diagnostic in extraction.diagnostics.iter().chain(&extraction.warnings) {
        assert!(!diagnostic.draw(Drawing::Plain).is_empty());
        let page = pages.iter().find(|page| page.path() == diagnostic.path).expect("it is about a page");
        if diagnostic.line == 0 {
            continue;
        }
        let line = page.lines().find(|(number, _)| *number == diagnostic.line);
        let Some((_, line)) = line else { panic!("{diagnostic}: there is no such line") };
        assert!((1..=line.chars().count() + 1).contains(&diagnostic.column), "{diagnostic}: there is no such column");
    }
}
