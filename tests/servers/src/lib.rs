//! Real Redis servers for tests and benchmarks, which start in milliseconds and end with the test.
//!
//! | | |
//! |---|---|
//! | [`Redis`] | one server, plain, with passwords, TLS or a unix socket, or a replica |
//! | [`Sentinels`] | a master with replicas and three sentinels |
//! | [`Cluster`] | three masters that share the slots, with or without replicas |
//! | [`DelayingProxy`] | a wire to any of them that can be made slow, or broken |
//! | [`python::python`] | no server, but a Python with the libraries that tests use |
//!
//! Whatever is started ends when it is dropped, when the test panics and, where `setpriv` is installed, when the
//! test's process is killed. Ports don't collide, however many tests run at once.
//!
//! ```
//! use ratelimit_test_servers::Redis;
//!
//! let redis = Redis::start();
//! redis.command(&["SET", "key", "value"]);
//! assert_eq!(redis.query::<u64, _>(&["DBSIZE"]), 1);
//! ```
//!
//! Everything blocks, and panics when it can't be had: a test has nothing to do then. In asynchronous tests, start
//! servers before the runtime has anything else to do. A server in a `static` is shared by all tests of a process and
//! ends with it, but leaves its folder in the system's temporary folder.

mod builder;
mod cluster;
mod commands;
mod launch;
mod port;
mod process;
mod proxy;
pub mod python;
mod redis;
mod sentinel;
mod tls;
mod wait;

pub use self::{
    builder::RedisBuilder,
    cluster::{Cluster, ClusterBuilder, Migration, SLOTS, slot_of},
    proxy::{DelayingProxy, Flow},
    redis::Redis,
    sentinel::{Sentinels, SentinelsBuilder},
    tls::Tls,
};
