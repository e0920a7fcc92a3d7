//! Which plots there are.

use bench::{
    Scale::{self, Linear, Log, Names},
    Series,
};
use serde_json::Value;

use crate::plots::{latencies, limits, lines};

/// What to draw of which figures.
pub struct Drawing {
    /// The part whose figures they are.
    pub fragment: &'static str,
    pub file: &'static str,
    pub title: &'static str,
    /// Of x and y, with their units.
    pub labels: [&'static str; 2],
    pub scales: [Scale; 2],
    pub series: fn(&Value) -> Vec<Series>,
}

pub fn drawings() -> [Drawing; 9] {
    [
        Drawing {
            fragment: "growth",
            file: "growth-bytes.svg",
            title: "Memory a key, over keys held",
            labels: ["keys", "bytes a key (resident)"],
            scales: [Log, Linear],
            series: |figures| lines(&figures["growth"], "keys", "bytes_a_key"),
        },
        Drawing {
            fragment: "growth",
            file: "growth-nanos.svg",
            title: "A hit on a known key, over keys held",
            labels: ["keys", "ns a hit"],
            scales: [Log, Linear],
            series: |figures| lines(&figures["growth"], "keys", "nanos_a_hit"),
        },
        Drawing {
            fragment: "flood",
            file: "flood-nanos.svg",
            title: "A hit in a flood of new keys",
            labels: ["keys seen", "ns a hit"],
            scales: [Linear, Linear],
            series: |figures| lines(&figures["flood"], "seen", "nanos_a_hit"),
        },
        Drawing {
            fragment: "flood",
            file: "flood-memory.svg",
            title: "Memory in a flood of new keys",
            labels: ["keys seen", "MB resident"],
            scales: [Linear, Linear],
            series: |figures| lines(&figures["flood"], "seen", "resident_mb"),
        },
        Drawing {
            fragment: "http",
            file: "http-limits.svg",
            title: "Requests over limits on a route",
            labels: ["limits", "requests/s"],
            scales: [Linear, Linear],
            series: limits,
        },
        Drawing {
            fragment: "http",
            file: "http-latency.svg",
            title: "Latencies",
            labels: ["share of requests that are as quick", "µs"],
            scales: [Names(&["50 %", "99 %", "99.9 %"]), Log],
            series: latencies,
        },
        Drawing {
            fragment: "scaling",
            file: "scaling-shards.svg",
            title: "What a cluster carries, over shards",
            labels: ["shards", "decisions/s"],
            scales: [Linear, Linear],
            series: |figures| lines(&figures["plot_shards"], "shards", "decisions_per_second"),
        },
        Drawing {
            fragment: "scaling",
            file: "scaling-calls.svg",
            title: "Calls to the storage with leases",
            labels: ["requests a lease", "calls a request"],
            scales: [Log, Linear],
            series: |figures| lines(&figures["plot_calls"], "batch", "calls_per_request"),
        },
        Drawing {
            fragment: "scaling",
            file: "scaling-under.svg",
            title: "What leases keep from clients",
            labels: ["requests a lease", "not admitted though within the limit, %"],
            scales: [Log, Linear],
            series: |figures| lines(&figures["plot_under"], "batch", "percent_not_admitted"),
        },
    ]
}
