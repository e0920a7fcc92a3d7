//! What is told of the cells.

use bench::{Fragment, Goal, Table, median, median_ratio};

use crate::{cell::Cell, requests::Spread};

/// What a hit is to take at most of governor's, by strategy.
const GOALS: [(&str, f64); 3] = [("fixed window", 0.45), ("token bucket", 0.45), ("sliding window", 0.6)];
/// What two threads are to do at least of what one does.
const THREADS_GOAL: Goal = Goal::AtLeast(1.8);

/// Nanoseconds a hit and the ratio to governor, in every cell.
pub fn hits(fragment: &mut Fragment, cells: &[Cell]) {
    let mut table = Table::new([
        "key",
        "keys",
        "spread",
        "threads",
        "governor, ns",
        "fixed window, ns (× governor)",
        "token bucket",
        "sliding window",
        "goals ≤ 0.45, 0.45, 0.6",
    ]);
    for cell in cells {
        for (threads, nanos) in (1..).zip(&cell.nanos) {
            let mut row = place(cell).to_vec();
            row.extend([threads.to_string(), format!("{:.1}", median(nanos[0].clone()))]);
            let mut missed = Vec::new();
            for ((strategy, goal), ours) in GOALS.iter().zip(&nanos[1..]) {
                let ratio = median_ratio(ours, &nanos[0]);
                row.push(format!("{:.1} ({ratio:.2} ×)", median(ours.clone())));
                let what = format!("{strategy}, {}, threads: {threads}; × governor", place(cell).join(", "));
                fragment.goal(what, Goal::AtMost(*goal), ratio);
                if !Goal::AtMost(*goal).is_met(ratio) {
                    missed.push(*strategy);
                }
            }
            row.push(match &missed[..] {
                [] => "met".to_owned(),
                missed => format!("**missed** by {}", missed.join(", ")),
            });
            table.row(row);
        }
    }
    fragment.table(&table);
}

/// What two threads do of what one does, where there are so many keys.
pub fn threads(fragment: &mut Fragment, cells: &[Cell], keys: usize) {
    fragment.heading("Two threads");
    fragment.text("Throughput of two threads over that of one, in the same rounds.");
    let mut table = Table::new(["key", "keys", "spread", "limiter", "two threads over one", "goal"]);
    for cell in cells.iter().filter(|cell| cell.keys == keys) {
        for (index, limiter) in cell.contestants.iter().enumerate() {
            let [one, two] = &cell.nanos;
            let ratio = 2.0 * median_ratio(&one[index], &two[index]);
            let mut row = place(cell).to_vec();
            let what = format!("{limiter}, {}; two threads over one", place(cell).join(", "));
            let verdict = if index == 0 { String::new() } else { fragment.goal(what, THREADS_GOAL, ratio) };
            row.extend([(*limiter).to_owned(), format!("{ratio:.2}"), verdict]);
            table.row(row);
        }
    }
    fragment.table(&table);
}

/// One key, asked as one asks any storage.
pub fn asked(fragment: &mut Fragment, cell: &Cell) {
    fragment.heading("Through `RateLimiter::hit`");
    fragment.text("One key, a u64, one thread: the future polled once, the storage behind a trait object.");
    let mut table = Table::new(["limiter", "ns", "× governor", "× direct"]);
    let nanos = &cell.nanos[0];
    for (limiter, ours) in cell.contestants.iter().zip(nanos) {
        let ratio = |of: usize| format!("{:.2}", median_ratio(ours, &nanos[of]));
        table.row([(*limiter).to_owned(), format!("{:.1}", median(ours.clone())), ratio(0), ratio(1)]);
    }
    fragment.table(&table);
}

fn place(cell: &Cell) -> [String; 3] {
    let spread = if cell.keys == 1 { "one" } else { Spread::name(cell.spread) };
    [cell.client.to_owned(), bench::short(cell.keys as f64), spread.to_owned()]
}
