//! Quota that processes take before they need it, in leases of several units: what calls that saves, and what it
//! costs in precision.
//!
//! Each process is a [`lessee::Lessee`]; [`world`] plays traces with them over one shared storage, which is a
//! `MemoryStorage` on a clock that the trace drives, and [`books`] watch what comes of it. Nothing is timed: all
//! figures are the same in each run.

mod books;
mod case;
mod ends;
mod lease;
mod lessee;
mod loads;
mod pays;
mod processes;
mod real;
mod shapes;
mod tally;
mod terms;
mod traces;
mod world;

use tokio::runtime::Runtime;

use crate::report::Report;
pub use pays::shares;

pub fn measure(report: &mut Report, runtime: &Runtime) {
    report.heading("Leases: quota taken before it is used");
    report.say(
        "A simulation with the library's own storage, strategies and memory of refusals, by a seed: the same in each \
         run. Processes take a batch of units in one call of `acquire`, and use them up before they ask again; a lease \
         ends with the window it was charged to, or when the bucket would be full again. What is left and less than a \
         batch is asked for in a second call. The limit is 10,000 a minute a client. Cells are *calls a request, what \
         was not admitted of what the exact limiter admits*. Checked in each case: every unit charged is used, given \
         back, expired, lost or held; no window of a fixed window has more than its amount; no bucket gives more than \
         one lease too much.",
    );
    shapes::measure(report);
    processes::measure(report);
    ends::measure(report);
    loads::measure(report);
    pays::measure(report);
    real::measure(report, runtime);
}
