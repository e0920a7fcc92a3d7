//! Limits shared by all processes that use one PostgreSQL database: the storage contract of
//! [`ratelimit_core`], without another server to run.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use ratelimit_core::{Key, Policy, Quota, RateLimiter, Strategy};
//! use ratelimit_postgres::PostgresStorage;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let storage = PostgresStorage::builder("postgres://app:secret@localhost/shop")
//!     .pool_size(4)
//!     .statement_timeout(Duration::from_millis(500))
//!     .build()?; // a wrong URI is an error here; the first call connects
//! storage.prepare().await?; // or connect now, and find mistakes at start
//!
//! let limiter = RateLimiter::new(storage);
//! let policy = Policy::new(Quota::new("3/minute".parse()?, Strategy::FixedWindow), "shop", ["login"]);
//! if !limiter.hit(&policy, &Key::from("alice"), 1).await?.is_allowed() {
//!     // come back later
//! }
//! # Ok(())
//! # }
//! ```
//!
//! With Actix Web it is `Limiter::builder().storage_uri("postgres://…")`, and the feature `postgres`.
//!
//! # When to choose it
//! Take it if the service has a PostgreSQL database and no Redis, and limits some thousand requests a second. Take
//! Redis if there is one already, if many more requests are limited, or if the database is what the limits protect:
//! each request that is asked about is a transaction there. One process alone needs neither: memory answers in less
//! than a microsecond.
//!
//! Measured on two cores shared by the database (PostgreSQL 15 on loopback, settings as installed but for
//! `fsync=off`, which unlogged tables don't notice), the 32 callers that ask over 8 connections, and other work:
//!
//! | hits a second | one key, passing | one key, refused | 100,000 keys |
//! |---|---|---|---|
//! | fixed window | 9,100 | 14,400 | 14,600 |
//! | sliding window | 8,300 | 11,800 | 15,300 |
//! | moving window | 5,900 | 9,300 | 8,500 |
//! | token bucket | 6,600 | 10,100 | 10,900 |
//!
//! A caller alone waits 0.1 to 0.5 milliseconds, and a network's way comes on top. Measure yours:
//! `cargo run --release -p ratelimit-postgres --example throughput postgres://user@localhost/database`.
//!
//! # Setup
//! The first call installs the schema `ratelimit_v1`, whoever's call that is and however many processes start
//! together. The role needs the right to create schemas in the database, once. If it may not have it, run
//! [`PostgresStorage::SCHEMA_SQL`] as one that may, and grant the application's role what is written there. Nothing
//! else in the database is touched. Any PostgreSQL from 14 on should do; the tests run on 15.
//!
//! * **Connections.** At most [`pool_size`](PostgresStorageBuilder::pool_size) a process, whatever the number of Actix
//!   workers: they are on a thread of the storage's own. All processes together need to fit into `max_connections`.
//! * **TLS** by the connector you give to [`tls`](PostgresStorageBuilder::tls).
//! * **PgBouncer** and its kin: connect past them. Sessions are set up by the first packet (statement timeout, isolation,
//!   plans), which a pooler may refuse or forget, and one that pools by transaction loses prepared statements.
//! * **Applications that share a database** share counters if they share namespaces: give each a namespace.
//!
//! # How it works
//! 1. A call is one statement and so one round trip and one transaction: a function in the database locks the
//!    counters, reads the server's clock, decides, charges all or none, and commits.
//! 2. The locks are advisory ones, taken in ascending order, so callers never lock each other out, and counters
//!    that don't exist yet are locked just as well.
//! 3. Nobody holds a lock while something goes over the network: a client that stops in the middle of anything
//!    holds up nobody. This is why the server decides, not the client in a longer transaction.
//! 4. The server decides in exact arithmetic (`numeric`) and answers how the counters stood. What is left, the waits
//!    and the receipts come from these numbers by the core's own strategies, the same code as in memory. If server and
//!    core ever disagree on who passes, the functions are not this version's, and the call is an error.
//! 5. A counter is one row. A moving window has a row for each instant it was hit at besides, with running sums, so
//!    that what has left and when more is free is found by an index; a hit adds one row and clears away up to eight
//!    that have left. So a log has up to as many rows as the limit's amount. Forgetting it, or giving back a charge
//!    that many have followed, touches as many.
//! 6. An expired row is found by an index and freed by new counters, up to four each, so the tables hold
//!    what counts and little more; [`PostgresStorage::purge_expired`] frees all at once.
//! 7. A refusal is remembered here for a second ([`remember_refusals`](PostgresStorageBuilder::remember_refusals)), so
//!    that who knocks on costs the server nothing.
//! 8. Keys, paths and namespaces are stored as the first 128 bits of their SHA-256, never as they are.
//!
//! # When something fails
//! * **The server is away, restarts, is overloaded or silent**: an error that
//!   [`is_transient`](ratelimit_core::StorageError::is_transient), after
//!   [`connect_timeout`](PostgresStorageBuilder::connect_timeout) plus
//!   [`statement_timeout`](PostgresStorageBuilder::statement_timeout) and a second at the latest. Once it is back, so
//!   is the storage.
//! * **A wrong password, role, database or right**: a permanent error that tells the server's reason.
//! * **A reply is dropped** because a caller's deadline passed: what waits for a connection is given up; what was
//!   sent is completed in the background, so it may have been charged, and the connection stays good.
//! * **The server crashes**: its tables are unlogged, which is what makes them fast, so counters start anew.
//!   [`logged`](PostgresStorageBuilder::logged) tables survive but for the last moments, and write to the log.
//!   Unlogged tables are not replicated: after a failover to a replica counters start anew, too.
//! * **The server's clock is set back**: a counter's own time goes on from where it was. Set forward, windows end
//!   early.
//!
//! # Pitfalls
//! * A transaction that stays open for long elsewhere on the server keeps old versions of rows alive, and a key that
//!   is hit a thousand times a second makes as many of them: that key becomes slow until the transaction ends.
//! * The digests have no secret in them: who reads the tables can recognize keys that can be guessed, such as addresses.
//! * Below the server's clock of microseconds nothing is told apart.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `test-util` | `PostgresStorageBuilder::clock`: tests that set the time |

mod address;
mod builder;
mod digest;
mod error;
mod numeric;
mod request;
mod schema;
mod standing;
mod storage;
mod worker;

pub use tokio_postgres;

pub use self::{builder::PostgresStorageBuilder, error::BuildError, storage::PostgresStorage};
