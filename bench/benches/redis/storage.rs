//! Our storage, asked as a limiter asks it.

use ratelimit_core::{Batch, Key, LimitSet, Policy, Quota, Storage, Strategy};
use ratelimit_redis::RedisStorage;
use ratelimit_test_servers::Redis;

use crate::contestant::Contestant;

pub struct Ours {
    name: &'static str,
    uri: String,
    storage: RedisStorage,
    policies: Vec<Policy>,
    clients: Vec<String>,
}

impl Ours {
    /// Limits that are charged together, for one client.
    pub fn new(redis: &Redis, name: &'static str, strategy: Strategy, limits: &str) -> Self {
        let limits: LimitSet = limits.parse().expect("limits");
        // The name keeps its counters apart from others'.
        let policy = |limit: &_| Policy::new(Quota::new(*limit, strategy), "bench", [name]);
        Self {
            name,
            uri: redis.uri(),
            storage: RedisStorage::open(&redis.uri()).expect("a server's address"),
            policies: limits.iter().map(policy).collect(),
            clients: Vec::new(),
        }
        .of_clients(1)
    }

    pub fn of_clients(mut self, clients: usize) -> Self {
        self.clients = (0..clients).map(|client| format!("client-{client:014}")).collect();
        self
    }

    /// At most so many acquisitions in a call, instead of the default.
    pub fn coalesce(mut self, at_most: usize) -> Self {
        let builder = RedisStorage::builder(&self.uri).coalesce(at_most);
        self.storage = builder.build().expect("a server's address");
        self
    }
}

impl Contestant for Ours {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn acquire(&self, client: usize) {
        // The key is made for each request, as a limiter does.
        let key = Key::from(self.clients[client % self.clients.len()].as_str());
        let mut batch = Batch::new();
        for policy in &self.policies {
            batch.push(policy, &key, 1);
        }
        let decisions = self.storage.acquire(&batch).await.expect("a server that runs");
        assert!(decisions.all_allowed(), "{} refused", self.name);
    }
}
