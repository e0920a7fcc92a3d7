//! A Python with the libraries that tests compare with and use.

use std::{
    env,
    ffi::OsString,
    path::Path,
    process::{Command, Stdio},
};

/// The variable that names such a Python; without it, `scripts/python-env` makes one.
pub const PYTHON: &str = "TESTS_PYTHON";

/// The interpreter of a Python that has the libraries `limits` and `urllib3`, which is made if it isn't there.
///
/// # Panics
/// When it can't be made: tests that need it fail, and are never skipped.
#[track_caller]
#[must_use]
pub fn python() -> OsString {
    if let Some(python) = env::var_os(PYTHON) {
        return python;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/python-env");
    let made = Command::new(&script).stderr(Stdio::inherit()).output();
    match made {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).trim().into(),
        other => panic!("{} failed, as it says above ({other:?})", script.display()),
    }
}
