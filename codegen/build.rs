//! Tells the tests which input is there.
//!
//! The package does not have this file. From the package, tests that need other files are ignored.

#[path = "../tests/support/inputs.rs"]
mod inputs;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../tests/support/inputs.rs");
    let workspace = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    inputs::tell(&workspace);
    println!("cargo::rustc-check-cfg=cfg(schema_is_there)");
    if workspace.join("schema/resources").is_dir() {
        println!("cargo::rustc-cfg=schema_is_there");
    }
}
