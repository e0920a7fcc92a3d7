//! A plan past one machine, by figures: what one shard carries, how it scales over a cluster, and what leases of
//! quota gain and cost. What follows for whoever runs it is in `docs/scaling.md`.
//!
//! ```sh
//! cargo bench --bench scaling            # all of it, written to results/40-scaling.md and results/scaling.json
//! cargo bench --bench scaling -- leases  # a part: shard, cluster or leases; printed only
//! cargo bench --bench scaling -- --quick # whether it works
//! ```
//!
//! It wants `redis-server`. Servers' microseconds are their own, from `INFO`, so that they hold for whatever clients;
//! what is simulated is by a seed, and the same in each run. In the file of figures:
//!
//! | name | of each |
//! |---|---|
//! | `shard_strategies`, `shard_sharing`, `cluster_strategies`, `cluster_several_keys` | row: `decisions_per_second`, `decisions_per_call`, `micros_in_scripts`, `micros_of_processor`, `micros_of_each` server, and the ceiling |
//! | `shard_parts`, `shard_replica` | what a call costs and a request; what a replica adds |
//! | `shard_memory` | kind of counter: `bytes_a_client` |
//! | `cluster_shards` | number of shards: imbalance, and what they carry |
//! | `leases_shapes`, `leases_processes`, `leases_ends`, `leases_loads`, `leases_pays` | case: see `leases/case.rs` |
//! | `leases_hot_key`, `leases_real` | rate of one key; run on a real server |
//! | `plot_…` | line: `name` and `points`, for plots |

mod cluster;
mod cost;
mod leases;
mod load;
mod report;
mod shard;
mod spent;

use bench::Options;
use tokio::runtime::Builder;

use report::Report;

fn main() {
    // `cargo test` runs benches too, and there is nothing to test.
    let Some(options) = Options::read() else { return };
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut report = Report::new("40-scaling", "Past one machine", options.clone());
    let shard = options.chooses("shard").then(|| shard::measure(&mut report, &runtime));
    let cluster = options.chooses("cluster").then(|| cluster::measure(&mut report, &runtime));
    if options.chooses("leases") {
        leases::measure(&mut report, &runtime);
    }
    if let (Some(shard), Some(cluster)) = (shard, cluster) {
        leases::shares(&mut report, shard, cluster);
    }
    report.finish();
}
