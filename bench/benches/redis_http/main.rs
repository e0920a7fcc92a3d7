//! Requests a second and instructions a request through Redis, beside an Actix app that calls a script
//! which does nothing, and beside rivals: see the README.
//!
//! This program is also its servers: each runs in a process of its own, which `bench::server` starts.

mod apps;
mod instructions;
mod rates;

use ratelimit_test_servers::Redis;

use apps::App;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        // `cargo test` runs benches too, with `--test`; there is nothing to test.
        _ if has("--test") => return Ok(()),
        ["serve", app, uri] => return apps::serve(App::named(app), uri),
        _ => {}
    }
    let Some(options) = bench::Options::read() else { return Ok(()) };
    let mut fragment = bench::Fragment::new("31-redis-http", "Actix apps that count in Redis", &options);
    let redis = Redis::start();
    if !has("instructions") {
        rates::measure(&redis, &options, &mut fragment);
    }
    if !has("rates") {
        instructions::measure(&redis, &mut fragment);
    }
    fragment.finish(&serde_json::json!({}));
    Ok(())
}
