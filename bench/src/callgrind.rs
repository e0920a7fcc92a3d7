//! Instructions a request, by callgrind: what two runs differ by, which served different numbers of
//! requests. They are of the whole process, so that what requests share, such as a connection's task, is
//! among them.

use std::{fs, path::Path};

use crate::{client, server::Server};

/// The two runs.
#[derive(Clone, Copy, Debug)]
pub struct Runs {
    /// How many connections are busy in each.
    pub connections: usize,
    /// How many requests a connection the first serves.
    pub few: usize,
    /// How many the second serves.
    pub many: usize,
}

impl Runs {
    /// Instructions a request of the app that this program serves by the arguments `words`, when it answers
    /// `status`. The profiles stay in `folder`, for `callgrind_annotate`, under `name` and the number of requests.
    pub fn instructions(self, folder: &str, name: &str, words: &[&str], status: u16) -> f64 {
        let Self { connections, few, many } = self;
        let [least, most] = [few, many].map(|each| {
            let file = Path::new(folder).join(format!("callgrind.{name}.{}", each * connections));
            run(&file, words, connections, each, status)
        });
        (most - least) as f64 / ((many - few) * connections) as f64
    }
}

/// Instructions of a whole run.
fn run(file: &Path, words: &[&str], connections: usize, each: usize, status: u16) -> i64 {
    let valgrind = ["valgrind", "--tool=callgrind", "-q"].map(str::to_owned);
    let profiler: Vec<_> =
        valgrind.into_iter().chain([format!("--callgrind-out-file={}", file.display())]).collect();
    let server = Server::start_under(&profiler, words);
    client::warm_up(server.port);
    client::send(server.port, connections, each, status);
    server.end();
    total(file)
}

/// The instructions that a profile of callgrind's counts.
///
/// # Panics
/// When there is no such profile: valgrind has failed, and there is nothing to measure.
pub fn total(file: &Path) -> i64 {
    let profile = fs::read_to_string(file).expect("valgrind's profile");
    let total = profile.lines().find_map(|line| line.strip_prefix("summary: "));
    total.and_then(|total| total.trim().parse().ok()).expect("a summary in valgrind's profile")
}
