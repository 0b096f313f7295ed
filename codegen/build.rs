//! Tells the tests which input is there.

#[path = "../tests/support/inputs.rs"]
mod inputs;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../tests/support/inputs.rs");
    inputs::tell(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
}
