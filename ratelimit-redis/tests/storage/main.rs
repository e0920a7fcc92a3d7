//! The storage against real servers: what it counts, what it leaves there, and what happens when they fail.

mod conformance;
mod foreign;
mod keys;
mod resets;
mod round_trips;
mod server_time;
mod support;
