use super::*;
use crate::{ManualClock, Quota, Receipt, Strategy};

const SECOND: Duration = Duration::from_secs(1);

fn policy(name: &str) -> Policy {
    Policy::new(Quota::new("3/minute".parse().expect("a limit"), Strategy::FixedWindow), "", [name])
}

fn refusal(seconds: u32) -> Decision {
    Decision::refuse(3, 0, SECOND * seconds, Some(SECOND * seconds), Receipt::default())
}

fn memory(at_most: Duration) -> (RefusalMemory, ManualClock) {
    let clock = ManualClock::new();
    (RefusalMemory::new(at_most).with_clock(Arc::new(clock.clone())), clock)
}

#[test]
fn a_refusal_is_repeated_with_what_is_left_of_its_wait() {
    let (memory, clock) = memory(SECOND * 60);
    let (policy, key) = (policy("data"), Key::from("alice"));
    let batch = Batch::of(&policy, &key, 1);
    memory.note(&batch, &Decisions::from_iter([refusal(40)]), memory.ask());
    clock.advance(SECOND * 39);
    let recalled = memory.recall(&batch).expect("it still holds");
    assert_eq!(recalled[0].retry_after(), Some(SECOND));
    clock.advance(SECOND);
    assert!(memory.recall(&batch).is_none(), "the server would let it pass");
}

#[test]
fn it_is_repeated_no_longer_than_was_set() {
    let (memory, clock) = memory(SECOND);
    let (policy, key) = (policy("data"), Key::from("alice"));
    let batch = Batch::of(&policy, &key, 1);
    memory.note(&batch, &Decisions::from_iter([refusal(40)]), memory.ask());
    clock.advance(SECOND);
    assert!(memory.recall(&batch).is_none());
}

#[test]
fn another_cost_and_another_amount_are_asked_for() {
    let (memory, _) = memory(SECOND);
    let (three, key) = (policy("data"), Key::from("alice"));
    memory.note(&Batch::of(&three, &key, 2), &Decisions::from_iter([refusal(40)]), memory.ask());
    assert!(memory.recall(&Batch::of(&three, &key, 1)).is_none());
    let nine =
        Policy::new(Quota::new("9/minute".parse().expect("a limit"), Strategy::FixedWindow), "", ["data"]);
    assert!(memory.recall(&Batch::of(&nine, &key, 2)).is_none());
    assert!(memory.recall(&Batch::of(&three, &key, 2)).is_some());
}

#[test]
fn what_was_said_beside_a_refusal_is_repeated_with_it() {
    let (memory, _) = memory(SECOND);
    let (wide, narrow, key) = (policy("wide"), policy("narrow"), Key::from("alice"));
    let mut batch = Batch::of(&wide, &key, 1);
    batch.push(&narrow, &key, 1);
    let beside = Decision::allow(3, 2, SECOND, Receipt::default());
    memory.note(&batch, &Decisions::from_iter([beside, refusal(40)]), memory.ask());
    let recalled = memory.recall(&batch).expect("one refuses");
    assert_eq!(recalled.iter().map(Decision::remaining).collect::<Vec<_>>(), [2, 0]);

    // Alone, the wide limit says nothing of a refusal; beside one, an unknown key has everything left.
    assert!(memory.recall(&Batch::of(&wide, &key, 1)).is_none());
    let bob = Key::from("bob");
    let mut mixed = Batch::of(&wide, &bob, 1);
    mixed.push(&narrow, &key, 1);
    let recalled = memory.recall(&mixed).expect("one refuses");
    assert_eq!(recalled.iter().map(Decision::remaining).collect::<Vec<_>>(), [3, 0]);
}

#[test]
fn nothing_is_remembered_of_what_passed_nor_for_no_time() {
    let (policy, key) = (policy("data"), Key::from("alice"));
    let batch = Batch::of(&policy, &key, 1);
    let (memory, _) = memory(SECOND);
    memory.note(
        &batch,
        &Decisions::from_iter([Decision::allow(3, 2, SECOND, Receipt::default())]),
        memory.ask(),
    );
    assert!(memory.recall(&batch).is_none());
    let off = RefusalMemory::new(Duration::ZERO);
    off.note(&batch, &Decisions::from_iter([refusal(40)]), off.ask());
    assert!(off.recall(&batch).is_none());
}

#[test]
fn a_flood_of_refusals_is_forgotten_bit_by_bit_and_keeps_the_longest() {
    let (memory, _) = memory(SECOND * 60);
    let policy = policy("data");
    let keys: Vec<Key> = (0..100_000_u64).map(Key::from).collect();
    let long = Key::from("long");
    memory.note(&Batch::of(&policy, &long, 1), &Decisions::from_iter([refusal(50)]), memory.ask());
    for key in &keys {
        memory.note(&Batch::of(&policy, key, 1), &Decisions::from_iter([refusal(5)]), memory.ask());
    }
    let known = keys.iter().filter(|key| memory.recall(&Batch::of(&policy, key, 1)).is_some()).count();
    assert!(known <= PLACES * WAYS && known > PLACES, "{known}");
    assert!(memory.recall(&Batch::of(&policy, &long, 1)).is_some());
}

#[test]
fn an_answer_that_a_change_has_overtaken_is_not_remembered() {
    let (memory, _) = memory(SECOND);
    let (policy, key) = (policy("data"), Key::from("alice"));
    let batch = Batch::of(&policy, &key, 1);
    for clears in [true, false] {
        let asked = memory.ask();
        if clears {
            memory.clear();
        } else {
            memory.forget(&policy, &key);
        }
        memory.note(&batch, &Decisions::from_iter([refusal(40)]), asked);
        assert!(memory.recall(&batch).is_none());
    }
}

/// Two quotas of one counter may have one bucket's size and two rates.
#[test]
fn a_refusal_of_another_amount_is_not_repeated() {
    let (memory, _) = memory(SECOND * 60);
    let bucket = |limit: &str| {
        let quota = Quota::new(limit.parse().expect("a limit"), Strategy::TokenBucket);
        Policy::new(quota.with_burst(3).expect("a burst"), "", ["data"])
    };
    let (slow, quick, key) = (bucket("1/minute"), bucket("60/minute"), Key::from("alice"));
    let batch = Batch::of(&slow, &key, 1);
    memory.note(&batch, &Decisions::from_iter([refusal(40)]), memory.ask());
    assert!(memory.recall(&batch).is_some());
    assert!(memory.recall(&Batch::of(&quick, &key, 1)).is_none());
}
