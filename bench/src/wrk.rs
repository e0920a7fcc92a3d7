//! Requests a second and latencies, by `wrk`.

use std::process::Command;

/// What a run of `wrk` has seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Requests a second.
    pub rate: f64,
    /// Latencies in microseconds: of half the requests, of 99 and of 99.9 in a hundred at most.
    pub latencies: [f64; 3],
}

/// Prints percentiles that `wrk` doesn't.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/wrk.lua");

/// Sends requests over so many connections; each sends again when it has been answered.
///
/// # Panics
/// When the server answers other than the app should: 2xx or 3xx, unless it `refuses`.
pub fn run(port: u16, connections: usize, seconds: &str, refuses: bool) -> Seen {
    let (connections, address) = (connections.to_string(), format!("http://127.0.0.1:{port}/"));
    let words = ["-t1", "-c", &connections, "-d", seconds, "-s", SCRIPT, &address];
    let output =
        Command::new("wrk").args(words).output().expect("wrk, which the system's packages have").stdout;
    let output = String::from_utf8_lossy(&output);
    assert_eq!(output.contains("Non-2xx"), refuses, "not answered as the app should:\n{output}");
    let numbers = output.lines().find_map(|line| line.strip_prefix("seen: "));
    let numbers = numbers.unwrap_or_else(|| panic!("wrk has seen nothing:\n{output}"));
    let numbers: Vec<f64> = numbers.split(' ').map(|number| number.parse().expect("a number")).collect();
    let [rate, half, most, nearly_all] = numbers[..] else { panic!("not four numbers:\n{output}") };
    Seen { rate, latencies: [half, most, nearly_all] }
}
