//! Instructions of a hit in memory, by callgrind, beside governor: see the README.
//!
//! This program is also what runs under valgrind, with words that say what it is to do.

mod callgrind;

use std::net::Ipv4Addr;

use bench::{
    Fragment, Goal, Options, Table,
    limiters::{Client, NAMES, Text21},
};
use serde::Serialize;
use serde_json::json;

/// What a hit is to need at most, of each kind of client.
const GOALS: [(&str, f64); 3] = [(u64::NAME, 120.0), (Ipv4Addr::NAME, 120.0), (Text21::NAME, 200.0)];

/// Instructions a hit, of each contestant.
#[derive(Serialize)]
struct Row {
    client: &'static str,
    keys: usize,
    instructions: [f64; NAMES.len()],
}

fn main() {
    let Some(options) = Options::read() else { return };
    if let [subject, client, keys, contestant, hits] = &options.words[..]
        && subject == callgrind::SUBJECT
    {
        let number = |word: &String| word.parse().expect("a number");
        return callgrind::subject(client, number(keys), number(contestant), number(hits));
    }
    let mut fragment = Fragment::new("11-instructions", "Instructions of a hit in memory", &options);
    let head = ["key", "keys", NAMES[0], NAMES[1], NAMES[2], NAMES[3], "goal"];
    let mut table = Table::new(head);
    let mut rows = Vec::new();
    for (client, goal) in GOALS {
        for &keys in options.pick(&[1, 10_000][..], &[1]) {
            let instructions =
                std::array::from_fn(|contestant| callgrind::instructions_a_hit(client, keys, contestant));
            let row = Row { client, keys, instructions };
            table.row(cells(&mut fragment, &row, Goal::AtMost(goal)));
            rows.push(row);
        }
    }
    fragment.table(&table);
    fragment.text(
        "Of programs only: where a clock is read by asking the kernel, as under valgrind, the kernel's part is not \
         among them. governor's `quanta` reads the processor's counter.",
    );
    fragment.finish(&json!({ "rows": rows }));
}

fn cells(fragment: &mut Fragment, row: &Row, goal: Goal) -> Vec<String> {
    let mut missed = Vec::new();
    for (name, &count) in NAMES.iter().zip(&row.instructions).skip(1) {
        fragment.goal(format!("{name}, {}, {} keys; instructions", row.client, row.keys), goal, count);
        if !goal.is_met(count) {
            missed.push(*name);
        }
    }
    let verdict = match &missed[..] {
        [] => format!("{goal}: met"),
        missed => format!("{goal}: **missed** by {}", missed.join(", ")),
    };
    let counts = row.instructions.iter().map(|count| format!("{count:.0}"));
    let place = [row.client.to_owned(), row.keys.to_string()];
    place.into_iter().chain(counts).chain([verdict]).collect()
}
