//! Apps that count in memory, beside apps without a limiter and with rivals': instructions a request,
//! requests/s and latencies. See the README.
//!
//! This program is also its servers: each runs in a process of its own.

mod apps;
mod handlers;
mod instructions;
mod rates;
mod report;
mod serve;

use report::Figures;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
    if words.contains(&"--quick") {
        // Whether it works: nothing is written.
        instructions::print(&["plain", "ratelimit-route", "ratelimit-default"]);
        return Ok(());
    }
    match words[..] {
        // `cargo test` runs benches too, with `--test`; there is nothing to test.
        _ if words.contains(&"--test") => return Ok(()),
        ["serve", app] => return serve::serve(app),
        _ => {}
    }
    let part = |name: &str| !words.iter().any(|word| PARTS.contains(word)) || words.contains(&name);
    // Other words choose apps by their names, and nothing is written: a quick look.
    let named: Vec<&str> = words.iter().copied().filter(|word| !PARTS.contains(word)).collect();
    if !named.is_empty() {
        instructions::print(&named);
        return Ok(());
    }
    let mut figures = Figures::read();
    if part("instructions") {
        instructions::measure(&mut figures);
    }
    if part("rates") {
        rates::measure(&mut figures);
    }
    if part("limits") {
        rates::measure_limits(&mut figures);
    }
    figures.write()
}

/// `report` measures nothing, and makes the page anew.
const PARTS: [&str; 4] = ["instructions", "rates", "limits", "report"];
