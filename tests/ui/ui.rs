//! What the reference does not allow does not compile, and the compiler says what to do instead.
//!
//! After a change of the messages, `TRYBUILD=overwrite cargo test -p ucwa-ui` writes them anew; read them before they are kept.

#[test]
fn the_compiler_says_what_to_do() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.compile_fail("fail/*.rs");
}
