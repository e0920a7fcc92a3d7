//! Memory a key, beside governor: see the README.
//!
//! Each limiter is filled in a process of its own, which is this program with words that say what it is to hold: what
//! one has left behind would be taken by the next.

mod allocator;
mod subject;

use bench::{
    Fragment, Goal, Options, Table,
    limiters::{Client, NAMES, Text21, Text200},
    process,
};
use serde::Serialize;
use serde_json::json;

use subject::{SUBJECT, Weight};

/// Bytes a key.
const GOAL: Goal = Goal::AtMost(40.0);

const CLIENTS: [&str; 3] = [<u64 as Client>::NAME, Text21::NAME, Text200::NAME];

#[derive(Serialize)]
struct Row {
    client: &'static str,
    limiter: &'static str,
    /// 0 for no bound.
    max_keys: usize,
    weight: Weight,
}

fn main() {
    let Some(options) = Options::read() else { return };
    if options.words.first().is_some_and(|word| word == SUBJECT) {
        return subject::run(&options.words[1..]);
    }
    let keys = options.pick(1_000_000, 100_000);
    let mut fragment = Fragment::new("12-bytes", "Memory a key", &options);
    fragment.text(format_args!(
        "{} different clients, each in a fresh process. Resident is what the kernel says the process has more than \
         before; allocated what it has asked the allocator for; peak what was resident at most while it grew. All \
         of them by the keys held in the end.",
        bench::short(keys as f64)
    ));
    let mut table = Table::new([
        "key",
        "limiter",
        "max_keys",
        "held",
        "bytes a key, resident",
        "allocated",
        "peak",
        "goal",
    ]);
    let mut rows = Vec::new();
    for client in CLIENTS {
        for (index, limiter) in NAMES.into_iter().enumerate() {
            let bounds = if index == 0 { &[0][..] } else { &[keys, 2 * keys] };
            for &max_keys in bounds {
                let row = Row { client, limiter, max_keys, weight: weigh(client, index, keys, max_keys) };
                table.row(cells(&mut fragment, &row));
                rows.push(row);
            }
        }
    }
    fragment.table(&table);
    fragment.finish(&json!({ "rows": rows }));
}

fn cells(fragment: &mut Fragment, row: &Row) -> Vec<String> {
    let Weight { held, resident, allocated, peak } = row.weight;
    let a_key = |bytes: u64| bytes as f64 / held as f64;
    let (max_keys, verdict) = match row.max_keys {
        0 => (String::new(), String::new()),
        max_keys => {
            let max_keys = bench::short(max_keys as f64);
            let what = format!("{}, {}, max_keys {max_keys}; bytes a key", row.limiter, row.client);
            (max_keys, fragment.goal(what, GOAL, a_key(resident)))
        }
    };
    let bytes = [resident, allocated, peak].map(|bytes| format!("{:.1}", a_key(bytes)));
    [row.client.to_owned(), row.limiter.to_owned(), max_keys, held.to_string()]
        .into_iter()
        .chain(bytes)
        .chain([verdict])
        .collect()
}

fn weigh(client: &str, limiter: usize, keys: usize, max_keys: usize) -> Weight {
    let words = [client.to_owned(), limiter.to_string(), keys.to_string(), max_keys.to_string()];
    let output = process::itself().arg(SUBJECT).args(words).output().expect("a process");
    serde_json::from_slice(&output.stdout).expect("a weight")
}
