use std::iter;

use ratelimit_core::MemoryStorage;

use super::*;

/// Outside of a runtime, so that there is no probe but what a test does itself.
fn breaker() -> Arc<Breaker> {
    let storage = Arc::new(MemoryStorage::new());
    Arc::new(Breaker::new(storage, OnError::Open, Duration::from_millis(1), ""))
}

fn fail(breaker: &Arc<Breaker>, period: Period) {
    breaker.failed(period, &StorageError::transient("on purpose"), iter::once(&Key::from("alice")));
}

#[test]
fn the_first_failure_begins_an_outage_and_an_answer_ends_it() {
    let breaker = breaker();
    for outages in 1..=3 {
        let period = breaker.period().expect("it is asked");
        assert!(!breaker.health().is_failing());
        fail(&breaker, period);
        assert!(breaker.period().is_none(), "it is not asked any more");
        assert!(breaker.health().is_failing());
        assert_eq!(breaker.health().outages(), outages);
        breaker.answers();
    }
    assert_eq!(breaker.health().failed_calls(), 3);
}

#[test]
fn calls_made_before_a_switch_change_nothing_after_it() {
    let breaker = breaker();
    let period = breaker.period().expect("it is asked");
    fail(&breaker, period);
    fail(&breaker, period);
    breaker.answers();
    fail(&breaker, period);
    assert!(breaker.period().is_some(), "that failure was of the outage before");
    assert_eq!(breaker.health().outages(), 1);
    assert_eq!(breaker.health().failed_calls(), 3);
}

#[test]
fn the_probe_asks_for_the_keys_that_failed_first() {
    let breaker = breaker();
    let period = breaker.period().expect("it is asked");
    assert_eq!(breaker.failed_keys(), None);
    fail(&breaker, period);
    breaker.failed(period, &StorageError::transient("on purpose"), iter::once(&Key::from("bob")));
    assert_eq!(breaker.failed_keys(), Some(vec![Key::from("alice")]));
}
