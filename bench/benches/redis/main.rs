//! Acquisitions through Redis, beside a bare script call on one connection, in one run: see the README.

mod calls;
mod contestant;
mod refusals;
mod rounds;
mod storage;

use bench::{Fragment, Options};
use ratelimit_core::Strategy::{FixedWindow, MovingWindow, SlidingWindow, TokenBucket};
use ratelimit_test_servers::Redis;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use calls::Call;
use contestant::{Contestant, Row};
use storage::Ours;

const ONE: &str = "10000000/minute";
const THREE: &str = "10000000/minute; 100000000/hour; 1000000000/day";
/// Windows so short that the logs of a run stay short.
const ONE_SHORT: &str = "1000000/100ms";
const THREE_SHORT: &str = "1000000/100ms; 2000000/200ms; 3000000/300ms";

/// What one limit, and three of one list, are to reach of the bare call.
const AIM_OF_ONE: f64 = 0.65;
const AIM_OF_THREE: f64 = 0.5;

fn main() {
    let Some(options) = Options::read() else { return };
    let mut fragment = Fragment::new("30-redis", "Acquisitions through Redis", &options);
    let redis = Redis::start();
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    // Words of the command line choose rows by their names.
    let is_chosen = |row: &Row| options.chooses(row.name);
    let mut rows = rows(&redis, &runtime);
    let others = rows.split_off(1).into_iter().filter(is_chosen);
    rows.extend(others);
    let all = rounds::measure(&redis, &runtime, &rows, &options, &mut fragment);
    if options.words.is_empty() {
        refusals::measure(&redis, &runtime, &mut fragment);
    }
    fragment.finish(&json!({ "in_flight": all }));
}

/// Everything measured; the first is what the others are compared with.
fn rows(redis: &Redis, runtime: &Runtime) -> Vec<Row> {
    let ours = |name, strategy, limits| Ours::new(redis, name, strategy, limits);
    let call = |call: fn(&Redis, &Runtime) -> Call| call(redis, runtime);
    let row = |contestant: Ours, aim| contestant.row(aim);
    let three_aim = Some(AIM_OF_THREE);
    let one_aim = Some(AIM_OF_ONE);
    vec![
        call(Call::floor).row(None),
        row(ours("fixed window, one limit", FixedWindow, ONE), one_aim),
        row(ours("fixed window, three limits", FixedWindow, THREE), three_aim),
        row(ours("sliding window, one limit", SlidingWindow, ONE), one_aim),
        row(ours("sliding window, three limits", SlidingWindow, THREE), three_aim),
        row(ours("token bucket, one limit", TokenBucket, ONE), one_aim),
        row(ours("token bucket, three limits", TokenBucket, THREE), three_aim),
        row(ours("moving window, one limit", MovingWindow, ONE_SHORT), one_aim),
        row(ours("moving window, three limits", MovingWindow, THREE_SHORT), three_aim),
        row(ours("fixed window, one, 100 keys", FixedWindow, ONE).of_clients(100), one_aim),
        row(ours("fixed window, three, 100 keys", FixedWindow, THREE).of_clients(100), three_aim),
        row(ours("coalesce(1), one limit", FixedWindow, ONE).coalesce(1), None),
        row(ours("coalesce(1), three limits", FixedWindow, THREE).coalesce(1), None),
        call(Call::fixed_window_script).row(None),
        call(Call::multi).row(None),
    ]
}
