//! The encrypted side, as `redis-cli` finds it.

use std::process::{Command, Output};

use ratelimit_test_servers::Redis;

#[test]
fn a_client_that_trusts_the_authority_gets_in() {
    let redis = Redis::builder().tls().start();
    let output = ping(&redis, &["--cacert", &redis.tls().ca_path().display().to_string()]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "PONG\n", "{output:?}");
    assert!(redis.tls().ca_pem().starts_with("-----BEGIN CERTIFICATE-----"));
}

#[test]
fn a_client_that_trusts_another_authority_stays_out() {
    let (redis, other) = (Redis::builder().tls().start(), Redis::builder().tls().start());
    let output = ping(&redis, &["--cacert", &other.tls().ca_path().display().to_string()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("certificate verify failed"), "{output:?}");
}

#[test]
fn a_client_shows_its_certificate_where_one_is_required() {
    let redis = Redis::builder().tls_with_client_certificates().start();
    let tls = redis.tls();
    let path = |path: std::path::PathBuf| path.display().to_string();
    let (ca, certificate) = (path(tls.ca_path()), path(tls.client_certificate_path()));
    let output = ping(&redis, &["--cacert", &ca]);
    assert_ne!(String::from_utf8_lossy(&output.stdout), "PONG\n", "{output:?}");
    let output =
        ping(&redis, &["--cacert", &ca, "--cert", &certificate, "--key", &path(tls.client_key_path())]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "PONG\n", "{output:?}");
}

fn ping(redis: &Redis, arguments: &[&str]) -> Output {
    let uri = redis.tls_uri();
    let mut command = Command::new("redis-cli");
    command.args(["--tls", "--no-auth-warning", "-u", &uri]).args(arguments).arg("PING");
    command.output().expect("redis-cli is installed; scripts/test does that")
}
