//! Puts the schema into the program, so that it needs no files beside it.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let schema = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../schema").canonicalize()?;
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
