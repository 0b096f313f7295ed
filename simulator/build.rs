//! Puts the schema into the program, so that it needs no files beside it.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let package = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    // A published package has the schema in it; in the repository, the folder beside it is the one that people edit.
    let (shared, packaged) = (package.join("../schema"), package.join("schema"));
    let schema = if shared.join("errors.json").is_file() { shared } else { packaged }.canonicalize()?;
    let mut files = vec![PathBuf::from("errors.json")];
    for folder in ["resources", "enums"] {
        println!("cargo::rerun-if-changed={}", schema.join(folder).display());
        for entry in fs::read_dir(schema.join(folder))? {
            files.push(Path::new(folder).join(entry?.file_name()));
        }
    }
    println!("cargo::rerun-if-changed={}", schema.join("errors.json").display());
    files.sort();

    let mut text = String::from("&[\n");
    for file in &files {
        writeln!(text, "    ({:?}, include_bytes!({:?})),", file.display(), schema.join(file).display())?;
    }
    text.push_str("]\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("schema.rs"), text)?;
    Ok(())
}
