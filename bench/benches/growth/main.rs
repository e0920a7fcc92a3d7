//! Memory and time over the number of keys held, beside governor: see the README.
//!
//! Each limiter grows in a process of its own, which is this program with words that say which. All of them grow to
//! the same number of keys, and are then asked in turn.

mod grower;
mod subject;

use bench::{
    Fragment, Options, Table, interleave,
    limiters::{Client, NAMES, Text21},
    median, process, short,
};
use serde::Serialize;
use serde_json::json;

use grower::Grower;

/// A limiter that would take more isn't made to grow further.
const MOST_BYTES: f64 = 16e9;

/// Which of the limiters grow: governor, the fixed window and the token bucket.
const LIMITERS: [usize; 3] = [0, 1, 2];

/// A line of the plots.
#[derive(Serialize)]
struct Line {
    name: String,
    points: Vec<Point>,
}

#[derive(Clone, Copy, Serialize)]
struct Point {
    keys: u64,
    bytes_a_key: f64,
    nanos_a_hit: f64,
}

fn main() {
    let Some(options) = Options::read() else { return };
    if let [subject, client, limiter, most] = &options.words[..]
        && subject == subject::SUBJECT
    {
        return subject::run(client, limiter, most);
    }
    let millions = options.pick(&[1.0, 2.0, 5.0, 10.0, 20.0, 50.0][..], &[0.1, 0.2]);
    let sizes: Vec<u64> = millions.iter().map(|millions| (millions * 1e6) as u64).collect();
    let mut fragment = Fragment::new("13-growth", "Memory and time over keys held", &options);
    let mut lines = Vec::new();
    for client in [<u64 as Client>::NAME, Text21::NAME] {
        if options.chooses(client) {
            lines.extend(grow(client, &sizes, options.pick(9, 3)));
        }
    }
    fragment.table(&table(&sizes, &lines, "bytes a key, resident", |point| point.bytes_a_key));
    fragment.table(&table(&sizes, &lines, "ns a hit on a known key", |point| point.nanos_a_hit));
    fragment.finish(&json!({ "growth": lines }));
}

/// All limiters, through all sizes.
fn grow(client: &str, sizes: &[u64], rounds: usize) -> Vec<Line> {
    let most = sizes.last().copied().unwrap_or_default();
    let mut growers: Vec<Grower> =
        LIMITERS.iter().map(|&limiter| Grower::start(client, limiter, most)).collect();
    let name = |&limiter: &usize| format!("{}, {client}", NAMES[limiter]);
    let mut lines: Vec<Line> =
        LIMITERS.iter().map(|limiter| Line { name: name(limiter), points: Vec::new() }).collect();
    for &keys in sizes {
        eprintln!("{client}, {keys} keys");
        for grower in &mut growers {
            // What is to come, by what there is, and a part of a table twice while it is moved.
            let more = grower.bytes / grower.keys.max(1) as f64 * (keys - grower.keys) as f64 * 1.3;
            grower.stopped |= grower.bytes + more > MOST_BYTES || more > process::available() as f64 * 0.9;
            if !grower.stopped {
                grower.grow(keys);
            }
        }
        let going: Vec<usize> = (0..growers.len()).filter(|&index| !growers[index].stopped).collect();
        let nanos = interleave(rounds, going.len(), |turn, round| growers[going[turn]].nanos_a_hit(round));
        for (&index, nanos) in going.iter().zip(nanos) {
            let bytes_a_key = growers[index].bytes / keys as f64;
            lines[index].points.push(Point { keys, bytes_a_key, nanos_a_hit: median(nanos) });
        }
    }
    lines
}

fn table(sizes: &[u64], lines: &[Line], title: &str, figure: fn(&Point) -> f64) -> Table {
    let sizes: Vec<String> = sizes.iter().map(|&keys| short(keys as f64)).collect();
    let mut table = Table::new([title].into_iter().chain(sizes.iter().map(String::as_str)));
    for line in lines {
        let cell = |index| line.points.get(index).map(|point| format!("{:.1}", figure(point)));
        let cells = (0..sizes.len()).map(|index| cell(index).unwrap_or_else(|| "no room".to_owned()));
        table.row([line.name.clone()].into_iter().chain(cells));
    }
    table
}
