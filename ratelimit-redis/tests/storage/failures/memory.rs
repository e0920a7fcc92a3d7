//! A server whose memory is full.

use ratelimit_core::{Batch, Key, Strategy};
use ratelimit_test_servers::Redis;

use crate::support::{left, limiter, policy};

#[tokio::test]
async fn a_full_server_charges_nothing_of_a_request_and_recovers() {
    let redis = Redis::start();
    let limiter = limiter(&redis.uri());
    let key = Key::from("alice");
    for (round, order) in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]].into_iter().enumerate() {
        let policies = order.map(|index| policy(Strategy::ALL[index], "9/hour", &format!("{round}.{index}")));
        let mut batch = Batch::new();
        for policy in &policies {
            batch.push(policy, &key, 1);
        }
        assert!(limiter.hit_all(&batch).await.expect("the server answers").all_allowed());
        redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
        for _ in 0..3 {
            let error = limiter.hit_all(&batch).await.expect_err("its memory is full");
            assert!(error.is_transient() && error.to_string().contains("OOM"), "{error}");
        }
        for policy in &policies {
            assert_eq!(left(&limiter, policy, &key).await, 8, "looking needs no memory");
        }
        redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
        assert!(limiter.hit_all(&batch).await.expect("there is room again").all_allowed());
        for policy in &policies {
            assert_eq!(left(&limiter, policy, &key).await, 7);
        }
    }
}
