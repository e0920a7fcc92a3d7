//! Servers that stand still, or are busy.

use std::time::{Duration, Instant};

use ratelimit_test_servers::Redis;

use super::persist;
use crate::support::{Load, hurried_limiter};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_paused_server_is_used_again_when_it_goes_on() {
    let redis = Redis::start();
    let load = Load::start(&hurried_limiter(&redis.uri())).await;
    redis.pause();
    persist(Duration::from_secs(2)).await;
    redis.resume();
    let seen = load.finish("server stopped for 2 s (SIGSTOP)", Instant::now()).await;
    assert!(seen.late > 0, "{seen}");
}

/// For less than it takes to give the connection up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_pause_costs_no_connection() {
    let redis = Redis::start();
    let load = Load::start(&hurried_limiter(&redis.uri())).await;
    redis.pause();
    persist(Duration::from_millis(150)).await;
    redis.resume();
    load.finish("server stopped for 150 ms", Instant::now()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_in_a_slow_command_is_waited_for() {
    let redis = Redis::builder().config("enable-debug-command yes").start();
    let load = Load::start(&hurried_limiter(&redis.uri())).await;
    redis.command(&["DEBUG", "SLEEP", "1.5"]);
    load.finish("server in a command of 1.5 s", Instant::now()).await;
}

/// Redis answers BUSY then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_in_a_slow_script_says_that_it_is_busy() {
    let redis = Redis::builder().config("busy-reply-threshold 100").start();
    let load = Load::start(&hurried_limiter(&redis.uri())).await;
    let script = "local t = redis.call('TIME') local e = t[1] * 1000000 + t[2] + 1500000 \
                  repeat t = redis.call('TIME') until t[1] * 1000000 + t[2] > e return 1";
    redis.command(&["EVAL", script, "0"]);
    let seen = load.finish("server in a script of 1.5 s (BUSY)", Instant::now()).await;
    assert!(seen.errors > 0, "{seen}");
}
