//! What compiles, and what the compiler says of what doesn't.
//!
//! The answers are those of the workspace's toolchain; after an update of it, `TRYBUILD=overwrite`
//! writes them anew, and the difference is to be read.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    for name in ["limit", "exempt", "limits"] {
        cases.pass(format!("tests/ui/{name}/pass/*.rs"));
        cases.compile_fail(format!("tests/ui/{name}/fail/*.rs"));
    }
}
