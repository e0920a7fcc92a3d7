//! Requests a second and instructions a request through Redis, beside an Actix app that calls a script
//! which does nothing, and beside rivals: see the README.
//!
//! This program is also its servers: each runs in a process of its own, which `bench::server` starts.

mod apps;
mod instructions;
mod rates;

use bench::{Fragment, Options};
use ratelimit_test_servers::Redis;
use serde_json::json;

use apps::App;

fn main() -> std::io::Result<()> {
    let Some(options) = Options::read() else { return Ok(()) };
    if let [serve, app, uri] = &options.words[..]
        && serve == App::SERVE
    {
        return apps::serve(App::named(app), uri);
    }
    let mut fragment = Fragment::new("31-redis-http", "Actix apps that count in Redis", &options);
    let redis = Redis::start();
    let rates = options.chooses("rates").then(|| rates::measure(&redis, &options, &mut fragment));
    let instructions = options.chooses("instructions").then(|| instructions::measure(&redis, &mut fragment));
    fragment.finish(&json!({ "rates": rates, "instructions": instructions }));
    Ok(())
}
