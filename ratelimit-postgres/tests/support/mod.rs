//! A PostgreSQL server that lives as long as a test wants it.

#![allow(dead_code, reason = "each test file uses a part")]

mod binaries;
mod process;
mod server;

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use ratelimit_core::{Key, Limit, Policy, Quota, Strategy};
use ratelimit_postgres::{PostgresStorage, PostgresStorageBuilder};
use tokio::runtime::Runtime;

pub(crate) use self::server::Server;

/// The server that the running tests of this file share; ended with the last of them.
static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A database of a test's own.
pub(crate) struct Database {
    pub(crate) server: Arc<Server>,
    pub(crate) name: String,
}

impl Database {
    /// On the shared server.
    pub(crate) async fn new() -> Self {
        let server = {
            let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
            shared.upgrade().unwrap_or_else(|| {
                let server = Arc::new(Server::start());
                *shared = Arc::downgrade(&server);
                server
            })
        };
        Self::on(server).await
    }

    /// On a server that nobody else uses, to be ill-treated.
    pub(crate) async fn alone() -> Self {
        Self::on(Arc::new(Server::start())).await
    }

    async fn on(server: Arc<Server>) -> Self {
        let name = format!("test{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let database = Self { server, name };
        execute(&database.server.address("postgres"), &format!("create database {}", database.name)).await;
        database
    }

    pub(crate) fn address(&self) -> String {
        self.server.address(&self.name)
    }

    pub(crate) fn storage(&self) -> PostgresStorage {
        patient(&self.address()).build().expect("right settings")
    }

    pub(crate) async fn connect(&self) -> tokio_postgres::Client {
        connect(&self.address()).await
    }

    pub(crate) async fn execute(&self, sql: &str) {
        execute(&self.address(), sql).await;
    }

    /// The number that a query answers.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let client = connect(&self.address()).await;
        client.query_one(sql, &[]).await.expect("a right query").get(0)
    }
}

async fn execute(address: &str, sql: &str) {
    connect(address).await.batch_execute(sql).await.expect("right SQL");
}

async fn connect(address: &str) -> tokio_postgres::Client {
    let (client, connection) =
        tokio_postgres::connect(address, tokio_postgres::NoTls).await.expect("the server is up");
    tokio::spawn(connection);
    client
}

pub(crate) use ratelimit_postgres::tokio_postgres;

/// A storage that waits long: a busy machine is no failure.
pub(crate) fn patient(address: &str) -> PostgresStorageBuilder {
    PostgresStorage::builder(address)
        .statement_timeout(LONG)
        .connect_timeout(LONG)
        .remember_refusals(Duration::ZERO)
}

const LONG: Duration = Duration::from_mins(1);

/// A runtime as each worker of an Actix server has one.
pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

pub(crate) fn policy(strategy: Strategy, amount: u64, window: Duration, path: &str) -> Policy {
    Policy::new(Quota::new(Limit::new(amount, window).expect("a window"), strategy), "tests", [path])
}

/// A policy whose window outlasts any test.
pub(crate) fn daily(strategy: Strategy, amount: u64, path: &str) -> Policy {
    policy(strategy, amount, Duration::from_hours(24), path)
}

pub(crate) fn alice() -> Key {
    Key::from("alice")
}
