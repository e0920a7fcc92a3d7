//! States that are kept elsewhere come back as they were.

use proptest::{collection::vec, prelude::*};
use ratelimit_core::{
    Quota, Strategy, Timestamp,
    strategy::{FixedWindow, MovingWindow, SlidingWindow, State, TokenBucket},
};

/// The state that is made of what `state` tells of itself.
fn restored(state: &State) -> State {
    match state {
        State::FixedWindow(window) => {
            // A window's end is when it expires, whatever the quota.
            let end = window.expires_at(&quota(Strategy::FixedWindow));
            State::FixedWindow(FixedWindow::new(end, window.count()))
        }
        State::SlidingWindow(windows) => {
            let (start, current, previous) = (windows.start(), windows.current(), windows.previous());
            State::SlidingWindow(SlidingWindow::new(start, current, previous))
        }
        State::MovingWindow(log) => State::MovingWindow(log.hits().collect::<MovingWindow>()),
        State::TokenBucket(bucket) => {
            State::TokenBucket(TokenBucket::new(bucket.full_at(), bucket.fraction()))
        }
        other => panic!("how is {other:?} kept?"),
    }
}

fn quota(strategy: Strategy) -> Quota {
    Quota::new("7/minute".parse().expect("a limit"), strategy)
}

proptest! {
    #[test]
    fn a_restored_state_decides_as_the_one_it_was(
        steps in vec((0..40_000_000_000_u64, 0..5_u64), 1..30),
        cost in 0..9_u64,
    ) {
        for strategy in Strategy::ALL {
            let quota = quota(strategy);
            let (mut state, mut now) = (State::new(strategy), 1_000_000_000_000);
            for (wait, taken) in &steps {
                now += wait;
                let at = Timestamp::from_nanos(now);
                if state.decide(&quota, *taken, at).is_allowed() {
                    state.charge(&quota, *taken, at);
                }
                prop_assert_eq!(restored(&state).decide(&quota, cost, at), state.decide(&quota, cost, at));
                prop_assert_eq!(restored(&state).expires_at(&quota), state.expires_at(&quota));
            }
        }
    }
}
