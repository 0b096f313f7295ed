//! Lists every operation of the schema by its Rust type, so that tests can go through all of them, and tells the tests which
//! input is there.

#[path = "support/inputs.rs"]
mod inputs;

use std::fmt::Write as _;
use std::path::Path;

use ucwa_codegen::lower::lower;
use ucwa_schema::{Method, Schema};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=support/inputs.rs");
    inputs::tell(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema");
    println!("cargo::rerun-if-changed={}", schema.join("resources").display());
    let model = lower(&Schema::load(&schema)?);
    let mut list = String::from("vec![\n");
    for category in &model.categories {
        for resource in &category.resources {
            for operation in &resource.operations {
                let verb = match operation.method {
                    Method::Get => "get",
                    Method::Post => "post",
                    Method::Put => "put",
                    Method::Delete => "delete",
                    Method::Options => "options",
                };
                writeln!(list, "    Operation::{verb}::<ucwa::{}::{}>(),", category.module, resource.type_name)?;
            }
        }
    }
    list.push_str("]\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("operations.rs"), list)?;
    Ok(())
}
