//! What users of the crate can name, call and rely on, kept for review: whatever row of a page changes, this is the snapshot
//! that changes with it.

use insta::{Settings, assert_snapshot};
use ucwa_codegen::compare::surface;
use ucwa_schema::Schema;
use ucwa_tests::workspace;

#[test]
fn the_surface_of_the_crate() {
    let schema = Schema::load(&workspace().join("schema")).expect("the repository has a schema");
    let mut settings = Settings::clone_current();
    settings.set_description("What users of the crate can name, call and rely on");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| assert_snapshot!("surface", surface(&schema)));
}
