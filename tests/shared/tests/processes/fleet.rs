//! The processes of one app.

use std::path::Path;

use ratelimit_shared_tests::{Connection, Crowd, Tally, Worker};
use tokio::task::block_in_place;

/// What `/thousand` admits.
pub(crate) const LIMIT: u64 = 1_000;

/// Each process is killed when so many more requests were sent, half of which have ended.
const BETWEEN_KILLS: usize = 200;

/// Workers over one storage.
pub(crate) struct Fleet {
    uri: String,
    workers: Vec<Worker>,
}

impl Fleet {
    pub(crate) fn start(uri: &str, count: usize) -> Self {
        let workers = (0..count).map(|_| start(uri)).collect();
        Self { uri: uri.to_owned(), workers }
    }

    /// Asks every worker on `connections` connections at once, `requests` times in all.
    pub(crate) async fn ask(&self, path: &str, connections: usize, requests: usize) -> Tally {
        let crowd = self.crowd(path, connections).await;
        crowd.send(requests);
        crowd.finish(requests as u64).await
    }

    /// The same; meanwhile each worker in turn is killed and replaced.
    pub(crate) async fn ask_and_kill(&mut self, path: &str, connections: usize, requests: usize) -> Tally {
        let mut crowd = self.crowd(path, connections).await;
        let mut sent = 0;
        for worker in &mut self.workers {
            crowd.send(BETWEEN_KILLS);
            sent += BETWEEN_KILLS;
            crowd.wait_for((sent - BETWEEN_KILLS / 2) as u64).await;
            block_in_place(|| {
                worker.kill();
                *worker = start(&self.uri);
            });
            crowd.join(worker, connections).await;
        }
        crowd.send(requests - sent);
        crowd.finish(requests as u64).await
    }

    /// How much of the limit of `/thousand` is used, by a process that remembers nothing.
    pub(crate) async fn used(&self) -> u64 {
        let worker = block_in_place(|| start(&self.uri));
        let mut connection = Connection::open(worker.address()).await.expect("a worker that listens");
        let answer = connection.get("/used").await.expect("an answer");
        answer.body.parse().unwrap_or_else(|_| panic!("no number: {answer:?}"))
    }

    async fn crowd(&self, path: &str, connections: usize) -> Crowd {
        let mut crowd = Crowd::new(path);
        for worker in &self.workers {
            crowd.join(worker, connections).await;
        }
        crowd
    }
}

fn start(uri: &str) -> Worker {
    Worker::start(Path::new(env!("CARGO_BIN_EXE_worker")), uri)
}
