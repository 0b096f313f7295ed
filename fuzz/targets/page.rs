//! A page of the reference: extraction says what it cannot place, and what it places is generated or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use ucwa_codegen::emit::Root;
use ucwa_codegen::extract::extract;
use ucwa_codegen::generate::generate;
use ucwa_codegen::pages::Page;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(page) = Page::new("contact_ref.md".into(), bytes.to_vec()) {
        let _ = generate(&extract(&[page]).schema, &Root::Crate);
    }
});
