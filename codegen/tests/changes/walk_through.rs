//! The walk-through in the documentation is what happens.

use std::collections::BTreeMap;
use std::fs;

use ucwa_codegen::pages::read_all;
use ucwa_tests::{copy_folder, is_counted_edition, workspace};

use crate::common::{difference, files, run, said};

/// The blocks of the section that walks through a change, each with its lines.
fn blocks() -> Vec<Vec<String>> {
    let page = fs::read_to_string(workspace().join("docs/when-the-pages-change.md")).expect("the page is there");
    let section = page.split("\n## ").find(|section| section.starts_with("Example: one new row"));
    let fenced = section.expect("the section is there").split("```").skip(1).step_by(2);
    fenced.map(|block| block.lines().skip(1).map(str::to_owned).collect()).collect()
}

#[test]
#[cfg_attr(not(reference_is_there), ignore = "there are no reference pages: name their folder in UCWA_REFERENCE")]
fn the_walk_through_is_what_happens() {
    let reference = ucwa_tests::reference_folder();
    // It was written for the edition that was counted.
    if !is_counted_edition(&read_all(std::slice::from_ref(&reference)).expect("the reference can be read")) {
        return;
    }
    let blocks = blocks();
    let [row, printed, reviewed, accepted] = &blocks[..] else { panic!("{blocks:#?}") };

    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("ucwa");
    copy_folder(&reference, &folder.path().join("reference"));
    for part in ["schema", "generated/src", "tests/snapshots"] {
        copy_folder(&workspace().join(part), &repository.join(part));
    }
    fs::write(repository.join("Cargo.toml"), "[workspace.package]\nversion = \"0.1.0\"\n").expect("a file");
    let page = folder.path().join("reference/pinnedGroup_ref.md");
    let row = row[0].strip_prefix('+').expect("the row is added");
    let text = fs::read_to_string(&page).expect("the page is there");
    fs::write(&page, text.replacen("\n|name|", &format!("\n{row}\n|name|"), 1)).expect("a file");
    let before = files(&repository);

    let arguments: Vec<_> = printed[0].split(" -- ").nth(1).expect("there is a command").split(' ').collect();
    let (output, errors) = said(&run(&repository, &arguments));
    assert_eq!(output.lines().collect::<Vec<_>>(), printed[1..], "{errors}");

    let changed = |path: &str| {
        let path = repository.join(path);
        let text = fs::read_to_string(&path).expect("the file is there");
        difference(before.get(&path).map_or("", String::as_str), &text)
    };
    let mut shown = BTreeMap::<_, Vec<_>>::new();
    let mut file = "";
    for line in &reviewed[1..] {
        match line.strip_prefix("+++ ") {
            Some(name) => file = name,
            None => shown.entry(file).or_default().push(line.clone()),
        }
    }
    let (entry, module, schema) =
        ("CHANGELOG.md", "generated/src/people/pinned_group.rs", "schema/resources/pinnedGroup.json");
    assert_eq!(shown.keys().copied().collect::<Vec<_>>(), [entry, module, schema]);
    assert_eq!(shown[schema], changed(schema));
    assert_eq!(shown[module], changed(module));
    assert!(changed(entry).ends_with(&shown[entry]), "{:?}", changed(entry));

    let snapshot = fs::read_to_string(repository.join("tests/snapshots/surface.snap.new")).expect("it waits");
    assert_eq!(difference(&before[&repository.join("tests/snapshots/surface.snap")], &snapshot), accepted[1..]);
}
