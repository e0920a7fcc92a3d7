//! A plan past one machine, by figures: what one shard carries, how it scales over a cluster, and what leases of
//! quota gain and cost. See the README, and `docs/scaling.md` for what follows from it.

mod cluster;
mod cost;
mod leases;
mod load;
mod report;
mod shard;
mod spent;

use std::path::Path;

use tokio::runtime::{Builder, Runtime};

use report::Report;

fn main() {
    // `cargo test` runs benches too, with `--test`; there is nothing to test.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    // Words of the command line choose parts: `shard`, `cluster`, `leases`. Only a whole run is written down.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let is_chosen = |part: &str| words.is_empty() || words.iter().any(|word| word == part);
    let runtime = runtime();
    let mut report = Report::default();
    report.say("## Past one machine: `cargo bench --bench scaling`");
    let shard = is_chosen("shard").then(|| shard::measure(&mut report, &runtime));
    let cluster = is_chosen("cluster").then(|| cluster::measure(&mut report, &runtime));
    if is_chosen("leases") {
        leases::measure(&mut report, &runtime);
    }
    if let (Some(shard), Some(cluster)) = (shard, cluster) {
        leases::shares(&mut report, shard, cluster);
    }
    if words.is_empty() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("results");
        report.write(&folder).expect("a folder to write into");
    }
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}
