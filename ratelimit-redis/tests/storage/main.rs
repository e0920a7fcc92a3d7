//! The storage against real servers: what it counts, what it leaves there, and what happens when they fail.

mod conformance;
mod failures;
mod foreign;
mod keys;
mod own_changes;
mod refusals;
mod resets;
mod round_trips;
mod server_time;
mod spanning;
mod support;
