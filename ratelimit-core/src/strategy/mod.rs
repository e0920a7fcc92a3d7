//! The four strategies, as pure functions over integer state.
//!
//! A [`State`] is one counter. It holds no clock, no quota and no key: who keeps it passes the present
//! moment and the quota in, so one state can be tested without waiting and kept anywhere.
//!
//! | strategy | most hits in any span of a window | memory for a counter | evenness |
//! |---|---|---|---|
//! | [`fixed_window`] | twice the amount | constant | all at once after each window |
//! | [`sliding_window`] | about the amount, by an estimate | constant | bit by bit, once a window is over |
//! | [`moving_window`] | the amount | 16 bytes for each instant hit | as the hits came |
//! | [`token_bucket`] | capacity and amount | constant | even |
//!
//! In all of them an event leaves when its age reaches the window, waits are exact to the nanosecond,
//! and a moment a little earlier than one seen before, as racing threads bring, does no harm.

pub(crate) mod arithmetic;
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
