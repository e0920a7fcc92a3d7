//! A master, replicas and sentinels.

use ratelimit_test_servers::Sentinels;

#[test]
fn sentinels_promote_a_replica_for_a_killed_master() {
    let sentinels = Sentinels::builder().replicas(2).password("secret").sentinel_password("other").start();
    let master = sentinels.master();
    assert_eq!(master.port(), sentinels.servers()[0].port());
    assert_eq!(master.info("connected_slaves").as_deref(), Some("2"));
    master.command(&["SET", "key", "value"]);
    master.command(&["WAIT", "2", "4000"]);

    let killed = sentinels.kill_master();
    let promoted = sentinels.wait_for_promotion(killed);
    assert_ne!(promoted, killed);
    assert_eq!(sentinels.master().port(), promoted);
    assert_eq!(sentinels.master().query::<String, _>(&["GET", "key"]), "value");
    sentinels.master().command(&["SET", "key", "another"]);

    assert!(sentinels.uris().iter().all(|uri| uri.starts_with("redis://:other@")));
    assert_eq!(sentinels.addresses().len(), 3);
}

#[test]
fn a_paused_master_is_replaced_and_demoted_when_it_returns() {
    let sentinels = Sentinels::start();
    let paused = sentinels.pause_master();
    let promoted = sentinels.wait_for_promotion(paused);
    let former = sentinels.servers().iter().find(|server| server.port() == paused).expect("one of them");
    former.resume();
    while former.info("role").as_deref() != Some("slave") {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(sentinels.master().port(), promoted);
}
