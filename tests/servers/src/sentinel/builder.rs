//! Starting a master, its replicas and their sentinels.

use super::{MASTER_NAME, SENTINELS, Sentinels};
use crate::{
    Redis, RedisBuilder,
    builder::Role,
    commands::{ADMIN, ADMIN_PASSWORD},
};

/// Settings of [`Sentinels`] to start; [`Sentinels::builder`] begins them.
#[derive(Clone, Debug)]
#[must_use = "nothing starts before `start()`"]
pub struct SentinelsBuilder {
    replicas: usize,
    password: Option<String>,
    sentinel_password: Option<String>,
    lines: Vec<String>,
}

impl SentinelsBuilder {
    pub(super) fn new() -> Self {
        Self { replicas: 1, password: None, sentinel_password: None, lines: Vec::new() }
    }

    /// How many replicas the master has: 1 by default.
    pub fn replicas(mut self, count: usize) -> Self {
        self.replicas = count;
        self
    }

    /// Asks the clients of master and replicas for this password.
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self
    }

    /// Asks the clients of sentinels for this password.
    pub fn sentinel_password(mut self, password: &str) -> Self {
        self.sentinel_password = Some(password.to_owned());
        self
    }

    /// Adds a line to the configuration files of master and replicas.
    pub fn config(mut self, line: &str) -> Self {
        self.lines.push(line.to_owned());
        self
    }

    /// Starts all of them and waits until every sentinel knows every other and every replica.
    ///
    /// # Panics
    /// When they can't be started.
    #[track_caller]
    pub fn start(&self) -> Sentinels {
        let mut servers = vec![self.server().start()];
        for _ in 0..self.replicas {
            servers.push(self.server().replica_of(&servers[0]).start());
        }
        let sentinels = (0..SENTINELS).map(|_| self.sentinel(servers[0].port()).start()).collect();
        let started = Sentinels { sentinels, servers };
        started.hurry();
        started.wait_until_ready();
        started
    }

    fn server(&self) -> RedisBuilder {
        let builder = with_password(Redis::builder(), self.password.as_deref());
        self.lines.iter().fold(builder, |builder, line| builder.config(line))
    }

    fn sentinel(&self, master: u16) -> RedisBuilder {
        with_password(Redis::builder(), self.sentinel_password.as_deref())
            .role(Role::Sentinel)
            .config(&format!("sentinel monitor {MASTER_NAME} 127.0.0.1 {master} 2"))
            .config(&format!("sentinel down-after-milliseconds {MASTER_NAME} 500"))
            .config(&format!("sentinel failover-timeout {MASTER_NAME} 2000"))
            .config(&format!("sentinel auth-user {MASTER_NAME} {ADMIN}"))
            .config(&format!("sentinel auth-pass {MASTER_NAME} {ADMIN_PASSWORD}"))
            .config(&format!("sentinel sentinel-user {ADMIN}"))
            .config(&format!("sentinel sentinel-pass {ADMIN_PASSWORD}"))
    }
}

fn with_password(builder: RedisBuilder, password: Option<&str>) -> RedisBuilder {
    match password {
        Some(password) => builder.password(password),
        None => builder,
    }
}
