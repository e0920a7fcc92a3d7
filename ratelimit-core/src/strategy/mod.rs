//! The four strategies, as pure functions over integer state.
//!
//! A [`State`] is one counter. It holds no clock, no quota and no key: who keeps it passes the present
//! moment and the quota in, so one state can be tested without waiting and kept anywhere.

mod kind;
mod standing;
mod state;

pub mod fixed_window;
pub mod moving_window;
pub mod sliding_window;
pub mod token_bucket;

pub use self::{
    fixed_window::FixedWindow,
    kind::{ParseStrategyError, Strategy},
    moving_window::MovingWindow,
    sliding_window::SlidingWindow,
    state::State,
    token_bucket::TokenBucket,
};
