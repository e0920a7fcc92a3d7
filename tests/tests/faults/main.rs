//! S14, measured: what clients notice of every fault that Redis can have.
//!
//! Each test is one fault, or one kind of it: a real server with two workers under traffic, real Redis processes, the
//! fault, and its end. It asserts what must hold, and adds a row to the table in `target/faults.md`. The one in
//! `docs/faults.md` was made one test after another:
//!
//! ```sh
//! cargo test -p ratelimit-tests --test faults -- --test-threads=1
//! ```

mod clusters;
mod nodes;
mod report;
mod run;
mod sentinels;
mod servers;
mod traffic;
mod watch;
mod wires;
mod writes;
