//! A flood of new keys against the bound, beside governor, which has none: see the README.
//!
//! Each limiter is in a process of its own, which is this program with words that say which.

mod subject;
mod tables;

use bench::{Fragment, Options, Peer, limiters::NAMES};
use serde::{Deserialize, Serialize};
use serde_json::json;

use subject::SUBJECT;

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
    if let [subject, limiter] = &options.words[..]
        && subject == SUBJECT
    {
        return subject::run(limiter.parse().expect("a number"));
    }
    let (parts, keys) = options.pick((10, 5_000_000), (10, 200_000));
    let mut fragment = Fragment::new("15-flood", "A flood of new keys", &options);
    let mut peers: Vec<Peer> =
        (0..NAMES.len()).map(|limiter| Peer::start(&[SUBJECT, &limiter.to_string()])).collect();
    let flood = |name: &&'static str| Flood { name, points: Vec::new(), end: None };
    let mut floods: Vec<Flood> = NAMES.iter().map(flood).collect();
    for part in 0..parts {
        eprintln!("part {} of {parts}", part + 1);
        for (peer, flood) in peers.iter_mut().zip(&mut floods) {
            flood.points.push(peer.ask(&keys.to_string()));
        }
    }
    for (peer, flood) in peers.iter_mut().zip(&mut floods).skip(1) {
        flood.end = Some(peer.ask("end"));
    }
    tables::write(&mut fragment, &floods);
    fragment.finish(&json!({ "flood": floods }));
}
