//! Servers that don't let us in, or not do what we must.

use std::error::Error;

use ratelimit_core::{Key, StorageError, Strategy};
use ratelimit_test_servers::{Redis, Sentinels};

use crate::support::{limiter, policy};

const SECRET: &str = "hunter2-of-shop";

async fn error_at(uri: &str) -> StorageError {
    let policy = policy(Strategy::FixedWindow, "5/hour", "data");
    limiter(uri).hit(&policy, &Key::from("alice"), 1).await.expect_err("it may not count")
}

/// Permanent, says what it is about, and nowhere shows the password.
fn check(case: &str, error: &StorageError, says: &str) {
    assert!(!error.is_transient(), "{case}: {error}");
    assert!(error.to_string().to_lowercase().contains(says), "{case}: {error}");
    let mut all = vec![format!("{error:?}")];
    let mut source: Option<&dyn Error> = Some(error);
    while let Some(error) = source {
        all.push(format!("{error} {error:?}"));
        source = error.source();
    }
    assert!(!all.concat().contains(SECRET), "{case}: {all:?}");
}

#[tokio::test]
async fn a_refused_login_is_no_outage() {
    let redis = Redis::builder().password("right").user("off off >off ~* +@all").start();
    let at = |login: &str| format!("redis://{login}127.0.0.1:{}", redis.port());
    check("wrong password", &error_at(&at(&format!(":{SECRET}@"))).await, "login");
    check("no password", &error_at(&at("")).await, "login");
    check("unknown user", &error_at(&at(&format!("nobody:{SECRET}@"))).await, "login");
    check("disabled user", &error_at(&at("off:off@")).await, "login");
}

#[tokio::test]
async fn missing_rights_are_no_outage() {
    let cases = [
        ("scripts", "~* +@all -@scripting", "perm"),
        ("keys", "~other:* +@all", "perm"),
        ("commands of scripts", "~* +@all -set -rpush -setrange", "can't run this command"),
    ];
    for (case, rule, says) in cases {
        let redis = Redis::builder().user(&format!("shop on >{SECRET} {rule}")).start();
        let uri = format!("redis://shop:{SECRET}@127.0.0.1:{}", redis.port());
        check(case, &error_at(&uri).await, says);
    }
}

/// A server says what came with a command that it doesn't know: with HELLO, the login.
#[tokio::test]
async fn a_server_that_echoes_a_login_is_not_quoted() {
    let redis = Redis::builder().password(SECRET).config("rename-command HELLO \"\"").start();
    let uri = format!("redis://:{SECRET}@127.0.0.1:{}?protocol=resp3", redis.port());
    check("no HELLO", &error_at(&uri).await, "unknown command 'hello'");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_no_outage() {
    let redis = Redis::start();
    check("database", &error_at(&format!("{}/99", redis.uri())).await, "db");
}

#[tokio::test]
async fn logins_of_sentinels_and_masters_are_told_apart() {
    let sentinels = Sentinels::builder().password("right").sentinel_password("other").start();
    let (addresses, name) = (sentinels.addresses().join(","), sentinels.master_name());
    let at = |login: &str, service: &str, query: &str| {
        format!("redis+sentinel://{login}{addresses}/{service}?{query}")
    };
    let right = "sentinel_password=other";
    let wrong_master = error_at(&at(&format!(":{SECRET}@"), name, right)).await;
    check("the master's password", &wrong_master, "login");
    let wrong_sentinel = error_at(&at(":right@", name, &format!("sentinel_password={SECRET}"))).await;
    assert!(!format!("{wrong_sentinel:?}").contains(SECRET), "{wrong_sentinel:?}");
    let unknown = error_at(&at(":right@", "nobody", right)).await;
    assert!(unknown.to_string().to_lowercase().contains("master"), "{unknown}");
}
