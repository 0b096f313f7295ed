//! Emits the module that the crate includes, the way any crate with a schema of its own does.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=schema");
    let output = Path::new(&std::env::var("OUT_DIR")?).join("hostile");
    ucwa_codegen::generate::generate_module(Path::new("schema"), &output, "crate::hostile")?;
    Ok(())
}
