//! The command `generate`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use ucwa_schema::Schema;
use ucwa_schema::validate::validate;

const COMMAND: &str = "cargo run -p ucwa-codegen -- generate";

fn repository_schema() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

fn temporary() -> TempDir {
    tempfile::tempdir().expect("there is room for a folder")
}

/// Runs the command `generate` over a folder of sources.
fn run(schema: &Path, output: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ucwa-codegen"));
    command.arg("generate").arg("--schema").arg(schema).arg("--output").arg(output).args(more);
    command.output().expect("the command can be run")
}

/// Every file below a folder with its text.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("the folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).expect("sources are text");
                found.insert(path, text);
            }
        }
    }
    found
}

#[test]
fn a_check_names_the_command_and_writes_nothing() {
    let (schema, folder) = (repository_schema(), temporary());
    assert!(run(&schema, folder.path(), &[]).status.success());
    let sound = run(&schema, folder.path(), &["--check"]);
    assert!(sound.status.success(), "{}", String::from_utf8_lossy(&sound.stderr));
    let path = |name: &str| folder.path().join(name);
    let faults: [(&str, &str, &dyn Fn()); 3] = [
        ("lib.rs", "differs", &|| fs::write(path("lib.rs"), "edited").expect("it can be written")),
        ("registry.rs", "is missing", &|| fs::remove_file(path("registry.rs")).expect("it is there")),
        ("stale.rs", "is stale", &|| fs::write(path("stale.rs"), "").expect("it can be written")),
    ];
    for (file, what, make) in faults {
        make();
        let before = files(folder.path());
        let output = run(&schema, folder.path(), &["--check"]);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{file}");
        assert!(error.contains(&format!("{file} {what}")) && error.contains(COMMAND), "{error}");
        assert_eq!(files(folder.path()), before, "a check wrote something");
    }
    assert!(run(&schema, folder.path(), &[]).status.success());
    assert!(run(&schema, folder.path(), &["--check"]).status.success());
}

#[test]
fn the_command_counts_what_a_schema_lacks() {
    let folder = temporary();
    let (description, sources) = (folder.path().join("schema"), folder.path().join("few"));
    let mut schema = Schema::load(&repository_schema()).expect("the repository has a schema");
    schema.resources.remove("contact");
    schema.enumerations.remove("Availability");
    schema.files().write(&description).expect("the folder is empty");
    let output = run(&description, &sources, &["--module", "crate::few"]);
    let error = String::from_utf8_lossy(&output.stderr);
    let gaps = validate(&schema).len();
    assert!(gaps > 1 && output.status.success(), "{error}");
    assert!(error.contains(&format!("warning: {gaps} references")), "{error}");
    assert!(sources.join("mod.rs").exists() && !sources.join("lib.rs").exists());
}
