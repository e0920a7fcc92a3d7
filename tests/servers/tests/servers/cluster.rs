//! Masters that share the slots.

use ratelimit_test_servers::{Cluster, Redis, slot_of};

#[test]
fn slots_are_those_the_server_computes() {
    let redis = Redis::builder().config("cluster-enabled yes").config("cluster-port 0").start();
    for key in ["", "foo", "{user}:1", "a{}b", "{", "}{x}", "{{y}}", "rl:127.0.0.1:\u{e9}"] {
        assert_eq!(redis.query::<u16, _>(&["CLUSTER", "KEYSLOT", key]), slot_of(key), "{key:?}");
    }
}

#[test]
fn a_migration_moves_keys_and_says_ask_meanwhile() {
    let cluster = Cluster::builder().password("secret").start();
    let slot = slot_of("{tag}1");
    let (from, to) = (cluster.master_of(slot), cluster.other_masters(slot)[0]);
    from.command(&["SET", "{tag}1", "one"]);
    from.command(&["SET", "{tag}2", "two"]);

    let migration = cluster.begin_migration(slot, to);
    assert_eq!(migration.move_keys(1), 1);
    let refused =
        |key: &str| from.try_command(&["GET", key]).err().and_then(|error| error.code().map(str::to_owned));
    let refusals: Vec<_> = ["{tag}1", "{tag}2"].into_iter().filter_map(refused).collect();
    assert_eq!(refusals, ["ASK"]);
    migration.finish();

    assert_eq!(cluster.master_of(slot).port(), to.port());
    assert_eq!(to.query::<String, _>(&["GET", "{tag}1"]), "one");
    assert_eq!(to.query::<String, _>(&["GET", "{tag}2"]), "two");
    assert_eq!(refused("{tag}1").as_deref(), Some("MOVED"));
    cluster.migrate_slot(slot, from);
    assert_eq!(from.query::<String, _>(&["GET", "{tag}1"]), "one");
}

#[test]
fn replicas_take_over_in_good_order_and_after_a_crash() {
    let cluster = Cluster::builder().with_replicas().start();
    let slot = slot_of("key");
    let first = cluster.master_of(slot);
    first.command(&["SET", "key", "value"]);

    let second = cluster.failover(slot);
    assert_ne!(second, first.port());
    assert_eq!(cluster.node(second).query::<String, _>(&["GET", "key"]), "value");
    first.wait_until_ready();

    assert_eq!(cluster.kill_master_of(slot), second);
    assert_eq!(cluster.wait_for_promotion(slot, second), first.port());
    assert_eq!(first.query::<String, _>(&["GET", "key"]), "value");

    cluster.node(second).restart();
    assert_eq!(cluster.node(second).info("role").as_deref(), Some("slave"));
    assert_eq!(cluster.nodes().len(), 6);
}
