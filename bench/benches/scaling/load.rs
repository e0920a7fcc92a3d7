//! Tasks that acquire through the real storage as fast as they are answered.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use ratelimit_core::{Batch, Key, LimitSet, Policy, Quota, Storage, Strategy};
use ratelimit_redis::RedisStorage;
use tokio::runtime::Runtime;

/// Who asks, and for what.
pub struct Load {
    /// Each has a connection of its own, as each worker of a server has.
    pub storages: Vec<RedisStorage>,
    /// Limits of one client each, charged together.
    pub policies: Vec<Policy>,
    pub clients: Vec<String>,
    /// A limit that everybody shares besides.
    pub shared: Option<Policy>,
    /// What every request is to hear.
    pub allowed: bool,
}

/// So many acquisitions, of which so many are under way at a time on each connection.
#[derive(Clone, Copy)]
pub struct Lap {
    pub acquisitions: usize,
    pub in_flight: usize,
}

impl Load {
    pub fn new(storages: Vec<RedisStorage>, strategy: Strategy, limits: &str, clients: usize) -> Self {
        Self {
            storages,
            policies: policies(strategy, limits),
            clients: (0..clients).map(client).collect(),
            shared: None,
            allowed: true,
        }
    }

    /// How long a lap took, and how many acquisitions it had in whole.
    pub fn run(self: &Arc<Self>, runtime: &Runtime, lap: Lap) -> (Duration, f64) {
        let tasks = self.storages.len() * lap.in_flight;
        let share = lap.acquisitions.div_ceil(tasks);
        let began = Instant::now();
        runtime.block_on(async {
            let spawn = |task| tokio::spawn(Arc::clone(self).task(task, share));
            for task in (0..tasks).map(spawn).collect::<Vec<_>>() {
                task.await.expect("an acquisition failed");
            }
        });
        (began.elapsed(), (share * tasks) as f64)
    }

    async fn task(self: Arc<Self>, task: usize, share: usize) {
        for turn in 0..share {
            // Numbers without a common factor, so that all clients come in turn.
            let client = (task * share + turn) * 7919 % self.clients.len();
            self.acquire(&self.storages[task % self.storages.len()], &self.clients[client]).await;
        }
    }

    async fn acquire(&self, storage: &RedisStorage, client: &str) {
        // Keys are made for each request, as a limiter does.
        let (key, everybody) = (Key::from(client), Key::global());
        let mut batch = Batch::new();
        for policy in &self.policies {
            batch.push(policy, &key, 1);
        }
        if let Some(policy) = &self.shared {
            batch.push(policy, &everybody, 1);
        }
        let decisions = storage.acquire(&batch).await.expect("a server that runs");
        assert_eq!(decisions.all_allowed(), self.allowed, "a decision that was not foreseen");
    }
}

/// Policies of one list, as an attribute with several limits makes them.
pub fn policies(strategy: Strategy, limits: &str) -> Vec<Policy> {
    let limits: LimitSet = limits.parse().expect("limits");
    let policy = |limit: &_| Policy::new(Quota::new(*limit, strategy), "bench", [strategy.name()]);
    limits.iter().map(policy).collect()
}

pub fn client(number: usize) -> String {
    format!("client-{number:014}")
}

/// Storages on one server or cluster, each with a connection of its own.
pub fn storages(uri: &str, connections: usize, coalesce: usize) -> Vec<RedisStorage> {
    let storage = |_| {
        let builder = RedisStorage::builder(uri).coalesce(coalesce).remember_refusals(Duration::ZERO);
        builder.build().expect("a server's address")
    };
    (0..connections).map(storage).collect()
}
