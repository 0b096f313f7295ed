//! Whether what is called breaking breaks a program, and what is not does not: a compiler decides.
//!
//! For each history a module is emitted from the pages before and from the pages after, and one program that uses every item
//! of the module is checked against both.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use ucwa_codegen::compare::Class;
use ucwa_codegen::emit::Root;
use ucwa_codegen::generate::generate;
use ucwa_schema::Schema;

use crate::histories::HISTORIES;

/// What a user could write: every field, method, verb, input, variant and type of the pages that all histories begin with.
const PROGRAM: &str = include_str!("program.rs");

/// A crate with a module for each schema, and the program as an example for each.
fn write_crate(folder: &Path, name: &str, schemas: &[Schema]) {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[lib]\nname = \"changes\"\n\n[dependencies]\nucwa-runtime = {{ path = '{}' }}\n\n[workspace]\n",
        runtime.display()
    );
    let mut root = String::new();
    for (number, schema) in schemas.iter().enumerate() {
        let module = format!("h{number}");
        let generated = generate(schema, &Root::Module(format!("crate::{module}"))).expect("the schema is sound");
        generated.files.write(&folder.join("src").join(&module)).expect("the module is written");
        writeln!(root, "pub mod {module};").expect("a string takes all");
        put(
            &folder.join(format!("examples/h{number}.rs")),
            &format!("use changes::h{number} as ucwa;\n{PROGRAM}\n{}", HISTORIES[number].program),
        );
    }
    put(&folder.join("src/lib.rs"), &root);
    put(&folder.join("Cargo.toml"), &manifest);
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).expect("the workspace has a lock file");
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// The numbers of the programs that do not compile, with what the compiler says of each.
fn broken(folder: &Path) -> BTreeSet<(usize, String)> {
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("changes");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--examples", "--keep-going", "--message-format=json"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let mut broken = BTreeSet::new();
    let mut checked = BTreeSet::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let number =
            |name: &Value| name.as_str().and_then(|name| name.strip_prefix('h')).and_then(|name| name.parse().ok());
        let Some(number) = number(&message["target"]["name"]) else { continue };
        match (message["reason"].as_str(), message["message"]["level"].as_str()) {
            (Some("compiler-artifact"), _) => drop(checked.insert(number)),
            (Some("compiler-message"), Some("error")) => {
                broken.insert((number, message["message"]["message"].as_str().unwrap_or_default().to_owned()));
            }
            _ => {}
        }
    }
    let numbers = broken.iter().map(|(number, _)| *number);
    let all: BTreeSet<usize> = checked.iter().copied().chain(numbers).collect();
    assert_eq!(all.len(), HISTORIES.len(), "not all was checked: {}", String::from_utf8_lossy(&output.stderr));
    broken
}

#[test]
fn what_is_called_breaking_breaks_a_program_and_what_is_not_does_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let (before, after): (Vec<_>, Vec<_>) = HISTORIES.iter().map(crate::histories::History::schemas).unzip();
    write_crate(&folder.path().join("old"), "changes-old", &before);
    write_crate(&folder.path().join("new"), "changes-new", &after);

    assert_eq!(broken(&folder.path().join("old")), BTreeSet::new(), "the program uses what is there");

    let errors = broken(&folder.path().join("new"));
    let mut wrong = Vec::new();
    for (number, history) in HISTORIES.iter().enumerate() {
        let errors: Vec<_> = errors.iter().filter(|(broken, _)| *broken == number).map(|(_, error)| error).collect();
        let class = history.report().class();
        if (class == Some(Class::Breaking)) == errors.is_empty() {
            wrong.push(format!("{}: called {class:?}, and the compiler says {errors:?}", history.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
