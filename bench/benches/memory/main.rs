//! A hit in memory, beside governor, in one run: see the README.

mod contestants;
mod rounds;

use contestants::{Contestant, fixed_window, governor, token_bucket};
use rounds::{Workload, print_header};

fn main() {
    // `cargo test` runs benches too, with `--test`; there is nothing to test.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    print_header();
    for keys in [1, 1_000_000] {
        let contestants: [Box<dyn Contestant>; 3] =
            [Box::new(governor()), Box::new(fixed_window()), Box::new(token_bucket())];
        for threads in [1, 2] {
            Workload::new(keys, threads).measure(&contestants);
        }
    }
}
