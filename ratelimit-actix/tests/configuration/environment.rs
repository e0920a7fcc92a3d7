//! The environment, which a process has once: each test gives one to a child.

use std::{env, process::Command};

use ratelimit_actix::Limiter;

/// Tells the child what `from_env` must say; without it the test below is not in a child.
const EXPECTED: &str = "EXPECTED_OF_FROM_ENV";

/// What the child runs.
#[test]
fn from_env_says_what_is_expected() {
    let Ok(expected) = env::var(EXPECTED) else { return };
    let found = Limiter::from_env().map_or_else(|error| error.to_string(), |limiter| format!("{limiter:?}"));
    assert!(found.contains(&expected), "{found}");
}

/// Whether a limiter from these variables alone, or the error, says what is expected.
fn from_env_says(variables: &[(&str, &str)], expected: &str) {
    let output = Command::new(env::current_exe().expect("a path"))
        .args(["--exact", "environment::from_env_says_what_is_expected"])
        .env_clear()
        .envs(variables.iter().copied())
        .env(EXPECTED, expected)
        .output()
        .expect("a child");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}

#[test]
fn variables_with_the_prefix_are_settings() {
    from_env_says(&[], "strategy: FixedWindow");
    from_env_says(
        &[("RATELIMIT_STRATEGY", "moving-window"), ("STRATEGY", "nonsense"), ("HOME", "/")],
        "strategy: MovingWindow",
    );
    from_env_says(&[("RATELIMIT_KEY_PREFIX", "shop"), ("RATELIMIT_DEFAULT", "5/minute")], "shop");
}

#[test]
fn what_a_service_called_ratelimit_leaves_there_is_no_mistake() {
    from_env_says(
        &[("RATELIMIT_PORT", "tcp://10.0.0.1:8081"), ("RATELIMIT_SERVICE_HOST", "10.0.0.1")],
        "FixedWindow",
    );
}

#[test]
fn every_mistake_is_told() {
    from_env_says(
        &[("RATELIMIT_DEFUALT", "5/minute"), ("RATELIMIT_ENABLED", ""), ("ratelimit_max_keys", "none")],
        "the limiter can't be built:\n  \
         RATELIMIT_DEFUALT: there is no such setting; did you mean `RATELIMIT_DEFAULT`?\n  \
         RATELIMIT_ENABLED: expected `true` or `false`, found ``\n  \
         ratelimit_max_keys: expected a whole number of at least 1, found `none`",
    );
}
