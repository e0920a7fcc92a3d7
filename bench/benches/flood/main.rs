//! A flood of new keys against the bound, beside governor, which has none: see the README.
//!
//! Each limiter is in a process of its own, which is this program with words that say which.

mod subject;
mod tables;

use bench::{Fragment, Options, Peer, limiters::NAMES};
use serde::{Deserialize, Serialize};
use serde_json::json;

use subject::SUBJECT;

/// Between them it is looked how things stand.
const PARTS: usize = 10;

/// One limiter's flood.
#[derive(Serialize)]
struct Flood {
    name: &'static str,
    points: Vec<Point>,
    /// Of ours.
    end: Option<End>,
}

/// A part of the flood.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Point {
    /// Keys since the flood began.
    seen: u64,
    nanos_a_hit: f64,
    resident_mb: f64,
    /// Clients that were refused before have tried again so often, and passed so often.
    retries: u64,
    passed: u64,
}

/// How it is after the flood.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct End {
    keys: u64,
    evicted: u64,
    evicted_refused: u64,
    /// Of the clients that were refused before and have kept quiet since, how many pass now.
    quiet_passed: u64,
}

fn main() {
    let Some(options) = Options::read() else { return };
    if let [subject, limiter, max_keys] = &options.words[..]
        && subject == SUBJECT
    {
        let number = |word: &String| word.parse().expect("a number");
        return subject::run(number(limiter), number(max_keys));
    }
    // A million is the default.
    let (max_keys, keys) = options.pick((1_000_000, 5_000_000), (50_000, 200_000));
    let mut fragment = Fragment::new("15-flood", "A flood of new keys", &options);
    let start = |limiter: usize| Peer::start(&[SUBJECT, &limiter.to_string(), &max_keys.to_string()]);
    let mut peers: Vec<Peer> = (0..NAMES.len()).map(start).collect();
    let flood = |name: &&'static str| Flood { name, points: Vec::new(), end: None };
    let mut floods: Vec<Flood> = NAMES.iter().map(flood).collect();
    for part in 1..=PARTS {
        eprintln!("part {part} of {PARTS}");
        for (peer, flood) in peers.iter_mut().zip(&mut floods) {
            flood.points.push(peer.ask(&keys.to_string()));
        }
    }
    for (peer, flood) in peers.iter_mut().zip(&mut floods).skip(1) {
        flood.end = Some(peer.ask("end"));
    }
    tables::write(&mut fragment, &floods, max_keys);
    fragment.finish(&json!({ "flood": floods }));
}
