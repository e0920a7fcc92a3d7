//! What compiles, and what the compiler says of what doesn't.
//!
//! The answers are those of the workspace's toolchain; after an update of it, `TRYBUILD=overwrite`
//! writes them anew, and the difference is to be read.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    for attribute in ["limit", "exempt"] {
        cases.pass(format!("tests/ui/{attribute}/pass/*.rs"));
        cases.compile_fail(format!("tests/ui/{attribute}/fail/*.rs"));
    }
}
