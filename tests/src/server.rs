//! A real server on a free port of loopback, with two workers.

use std::{
    net::SocketAddr,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use actix_web::{App, HttpServer, dev::ServerHandle, rt, web::ServiceConfig};
use ratelimit_actix::{Limiter, LimiterBuilder, ManualClock, MemoryStorage};
use ratelimit_test_servers::Redis;

use crate::LateStorage;

/// Which storage stands behind a limiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// Memory, which answers at once.
    Memory,
    /// Memory that answers late: see [`LateStorage`].
    Late,
    /// A real Redis server.
    Redis,
}

/// The Redis server of this process's tests; each limiter behind it has a database of its own.
static REDIS: LazyLock<Redis> = LazyLock::new(|| Redis::builder().config("databases 10000").start());

impl Backend {
    /// Every backend a behaviour must hold on.
    pub const ALL: [Self; 3] = [Self::Memory, Self::Late, Self::Redis];

    /// `builder` with this storage behind it, counting time by `clock`.
    pub fn behind(self, builder: LimiterBuilder, clock: &ManualClock) -> LimiterBuilder {
        let builder = builder.clock(clock.clone());
        match self {
            Self::Memory => builder,
            // However loaded the machine is, these storages never fail.
            Self::Late => builder
                .storage(LateStorage::new(MemoryStorage::builder().clock(clock.clone()).build()))
                .storage_deadline(Duration::from_mins(1)),
            Self::Redis => {
                static DATABASES: AtomicU32 = AtomicU32::new(0);
                let database = DATABASES.fetch_add(1, Ordering::Relaxed);
                builder
                    .storage_uri(&format!("{}/{database}", REDIS.uri().trim_end_matches('/')))
                    .storage_deadline(Duration::from_mins(1))
            }
        }
    }
}

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    handle: ServerHandle,
}

impl Server {
    /// Serves an app of `routes` under `limiter`.
    ///
    /// # Panics
    /// When the server can't start: there is nothing to test then.
    pub fn start(
        limiter: Limiter,
        routes: impl Fn(&mut ServiceConfig, &Limiter) + Clone + Send + 'static,
    ) -> Self {
        let server = HttpServer::new(move || {
            let limiter = limiter.clone();
            let routes = routes.clone();
            App::new().wrap(limiter.clone()).configure(move |config| routes(config, &limiter))
        });
        let server = server.workers(2).disable_signals().bind("127.0.0.1:0").expect("a free port");
        Self::run(server.addrs()[0], server.run())
    }

    /// Runs `server`, which listens at `address`, until this is dropped.
    #[must_use]
    pub fn run(address: SocketAddr, server: actix_web::dev::Server) -> Self {
        let handle = server.handle();
        rt::spawn(server);
        Self { address, handle }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Stopping is asked for at once; the returned future only waits for it.
        drop(self.handle.stop(false));
    }
}
