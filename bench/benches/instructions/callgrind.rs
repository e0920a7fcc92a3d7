//! Two runs under callgrind, which differ by the number of hits alone.

use std::{hint::black_box, net::Ipv4Addr, path::Path, process::Command};

use bench::{
    callgrind,
    limiters::{Client, Limiter, Text21, contestant, fill, mix},
};

/// The first word to the program that is measured.
pub const SUBJECT: &str = "subject";

const FEW: usize = 5_000;
const MANY: usize = 35_000;

pub fn instructions_a_hit(client: &str, keys: usize, contestant: usize) -> f64 {
    let [few, many] = [FEW, MANY].map(|hits| instructions(client, keys, contestant, hits));
    (many - few) as f64 / (MANY - FEW) as f64
}

/// Those of a run within [`measured_hits`], whose profile stays for `callgrind_annotate`.
fn instructions(client: &str, keys: usize, contestant: usize, hits: usize) -> i64 {
    let words = [client.to_owned(), keys.to_string(), contestant.to_string(), hits.to_string()];
    let file = format!("callgrind.{}", words.join(".").replace([' ', ','], ""));
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
    // Outside of the hits governor's clock compares itself with another, for as long as that takes.
    let flags = ["--tool=callgrind", "-q", "--collect-atstart=no", "--toggle-collect=*measured_hits*"];
    let mut command = Command::new("valgrind");
    command.args(flags).arg(format!("--callgrind-out-file={}", file.display()));
    command.arg(std::env::current_exe().expect("a program")).arg(SUBJECT).args(words);
    let status = command.status().expect("valgrind, which the system's packages have");
    assert!(status.success(), "{command:?}: {status}");
    callgrind::total(&file)
}

/// What runs under callgrind.
pub fn subject(client: &str, keys: usize, contestant: usize, hits: usize) {
    match client {
        <u64 as Client>::NAME => run::<u64>(keys, contestant, hits),
        Ipv4Addr::NAME => run::<Ipv4Addr>(keys, contestant, hits),
        _ => run::<Text21>(keys, contestant, hits),
    }
}

fn run<C: Client>(keys: usize, index: usize, hits: usize) {
    let limiter = contestant::<C>(index, keys);
    fill(limiter.as_ref(), 0..keys as u64);
    let clients: Vec<C> = (0..hits as u64).map(|hit| C::numbered(mix(hit) % keys as u64)).collect();
    let allowed = measured_hits(limiter.as_ref(), &clients);
    assert_eq!(allowed, hits, "{} refused", limiter.name());
}

/// By its name the profiler knows when to count.
#[inline(never)]
fn measured_hits<C>(limiter: &dyn Limiter<C>, clients: &[C]) -> usize {
    black_box(limiter.hit_each(black_box(clients)))
}
