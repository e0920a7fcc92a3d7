//! What the benchmarks have in common.
//!
//! A benchmark reads its [`Options`], measures in interleaved rounds ([`interleave`]), holds its figures against
//! [`Goal`]s, and writes a [`Fragment`]: a text for `RESULTS.md` and the raw figures as JSON beside it. The program
//! `report` makes one text and the plots of all fragments.
//!
//! ```no_run
//! use bench::{Fragment, Goal, Options, Table, interleave, median, median_ratio};
//! use serde_json::json;
//!
//! // `cargo test` runs benches too, and there is nothing to test.
//! let Some(options) = Options::read() else { return };
//! let mut fragment = Fragment::new("20-example", "An example", &options);
//! let rounds = interleave(options.pick(15, 3), 2, |_contestant, _round| 1.0);
//! let ratio = median_ratio(&rounds[1], &rounds[0]);
//! let verdict = fragment.goal("example; × plain", Goal::AtMost(1.5), ratio);
//! let mut table = Table::new(["app", "ns", "× plain", "goal"]);
//! table.row(["example".into(), format!("{:.0}", median(rounds[1].clone())), format!("{ratio:.2}"), verdict]);
//! fragment.table(&table);
//! fragment.finish(&json!({ "rounds": rounds }));
//! ```

pub mod callgrind;
mod chart;
pub mod client;
mod disturbance;
mod folders;
mod fragment;
mod goal;
pub mod limiters;
mod options;
mod peer;
pub mod process;
mod rounds;
mod run;
pub mod server;
mod table;
pub mod wrk;

pub use self::{
    chart::{Chart, Scale, Series, short},
    disturbance::Disturbance,
    folders::Folders,
    fragment::Fragment,
    goal::Goal,
    options::Options,
    peer::{Peer, answer},
    rounds::{interleave, median, median_ratio},
    run::{Held, Run},
    table::Table,
};
