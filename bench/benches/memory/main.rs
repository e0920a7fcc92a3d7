//! A hit in memory, beside governor, in one run: see the README.

mod asked;
mod cell;
mod requests;
mod tables;

use std::net::Ipv4Addr;

use bench::{
    Fragment, Options,
    limiters::{Client, Limiter, Ours, Rival, Text21, contestants, fill},
};
use serde_json::json;

use asked::Asked;
use cell::{Cell, Size};
use requests::{Requests, Spread};

fn main() {
    let Some(options) = Options::read() else { return };
    let mut fragment = Fragment::new("10-memory", "A hit in memory", &options);
    let mut cells = Vec::new();
    measure_all::<u64>(&options, &mut cells);
    measure_all::<Ipv4Addr>(&options, &mut cells);
    measure_all::<Text21>(&options, &mut cells);
    let asked = options.chooses("asked").then(|| measure_asked(&options));
    tables::hits(&mut fragment, &cells);
    tables::threads(&mut fragment, &cells, size(&options).keys[2]);
    if let Some(asked) = &asked {
        tables::asked(&mut fragment, asked);
    }
    fragment.finish(&json!({ "cells": cells, "asked": asked }));
}

fn size(options: &Options) -> Size {
    options.pick(
        Size { keys: &[1, 10_000, 1_000_000, 10_000_000], rounds: 15, hits: 400_000 },
        Size { keys: &[1, 10_000, 100_000], rounds: 3, hits: 50_000 },
    )
}

/// Every cell of clients told apart in that way.
fn measure_all<C: Client>(options: &Options, cells: &mut Vec<Cell>) {
    if !options.chooses(C::NAME) {
        return;
    }
    let size = size(options);
    for &keys in size.keys {
        eprintln!("{}, {keys} keys", C::NAME);
        let contestants = contestants::<C>(keys);
        for contestant in &contestants {
            fill(contestant.as_ref(), 0..keys as u64);
        }
        // Of one key all requests are alike.
        let spreads = if keys == 1 { &[Spread::Uniform][..] } else { &Spread::ALL };
        for &spread in spreads {
            let requests = Requests::new(keys, spread);
            cells.push(Cell::measure(&contestants, &requests, &size));
        }
    }
}

/// The same hit through the face that any storage has, on one key.
fn measure_asked(options: &Options) -> Cell {
    let fixed = Ours::STRATEGIES[0];
    let contestants: Vec<Box<dyn Limiter<u64>>> = vec![
        Box::new(Rival::<u64>::wide()),
        Box::new(Ours::wide(fixed, 1)),
        Box::new(Asked::new(Ours::wide(fixed, 1))),
    ];
    Cell::measure(&contestants, &Requests::new(1, Spread::Uniform), &size(options))
}
