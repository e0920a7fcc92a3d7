//! Many clients at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;
use tokio::{sync::Semaphore, task::JoinSet, time::sleep};

use crate::{Connection, Tally, Worker};

/// Connections to any number of workers, which all ask for one path, as often as they are allowed to.
#[derive(Debug)]
pub struct Crowd {
    path: Arc<str>,
    /// One permit a request.
    requests: Arc<Semaphore>,
    tally: Arc<Mutex<Tally>>,
    connections: JoinSet<()>,
}

impl Crowd {
    /// Nobody yet, who will ask for `path`.
    #[must_use]
    pub fn new(path: &str) -> Self {
        Self {
            path: path.into(),
            requests: Arc::new(Semaphore::new(0)),
            tally: Arc::default(),
            connections: JoinSet::new(),
        }
    }

    /// Connects `count` more clients to `worker`; they wait for [`send`](Self::send).
    ///
    /// # Panics
    /// When the worker doesn't take connections.
    pub async fn join(&mut self, worker: &Worker, count: usize) {
        for _ in 0..count {
            let connection = Connection::open(worker.address()).await.expect("a worker that listens");
            let client = Client {
                connection,
                path: Arc::clone(&self.path),
                requests: Arc::clone(&self.requests),
                tally: Arc::clone(&self.tally),
                is_alive: worker.is_alive(),
            };
            self.connections.spawn(client.ask());
        }
    }

    /// Has `count` more requests sent, by whoever is free.
    pub fn send(&self, count: usize) {
        self.requests.add_permits(count);
    }

    /// Waits until `count` requests in all have ended.
    pub async fn wait_for(&self, count: u64) {
        while self.tally.lock().total() < count {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Waits until `count` requests in all have ended, and for all connections to close; tells how they ended.
    pub async fn finish(mut self, count: u64) -> Tally {
        self.wait_for(count).await;
        self.requests.close();
        while self.connections.join_next().await.is_some() {}
        self.tally.lock().clone()
    }
}

struct Client {
    connection: Connection,
    path: Arc<str>,
    requests: Arc<Semaphore>,
    tally: Arc<Mutex<Tally>>,
    is_alive: Arc<AtomicBool>,
}

impl Client {
    async fn ask(mut self) {
        while let Ok(permit) = self.requests.acquire().await {
            if !self.is_alive.load(Ordering::SeqCst) {
                return; // and somebody else sends the request
            }
            permit.forget();
            let answer = self.connection.get(&self.path).await;
            assert!(
                answer.is_ok() || !self.is_alive.load(Ordering::SeqCst),
                "a worker that was not killed didn't answer: {answer:?}",
            );
            self.tally.lock().add(answer.as_ref().ok().map(|answer| answer.status));
            if answer.is_err() {
                return;
            }
        }
    }
}
