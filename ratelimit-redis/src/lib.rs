//! Limits shared by all processes that use one Redis or Valkey: the storage contract of
//! [`ratelimit_core`], by one script and one round trip a request.
//!
//! ```no_run
//! use ratelimit_core::{Key, Policy, Quota, RateLimiter, Strategy};
//! use ratelimit_redis::RedisStorage;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let limiter = RateLimiter::new(RedisStorage::open("redis://127.0.0.1:6379")?);
//! let policy = Policy::new(Quota::new("3/minute".parse()?, Strategy::FixedWindow), "shop", ["login"]);
//! if !limiter.hit(&policy, &Key::from("alice"), 1).await?.is_allowed() {
//!     // come back later
//! }
//! # Ok(())
//! # }
//! ```
//!
//! With Actix Web it is `Limiter::builder().storage_uri("redis://…")`, and the feature `redis`.
//!
//! # Where to
//! | URI | servers |
//! |---|---|
//! | `redis://user:password@host:6379/0` | one |
//! | `rediss://…` | one, encrypted (feature `tls`) |
//! | `redis+unix:///run/redis.sock?db=0&user=…&pass=…` | one, by a socket of this machine |
//! | `redis+sentinel://user:password@host:26379,host:26379/service?db=0` | the master that sentinels name; their own login is `&sentinel_username=…&sentinel_password=…` |
//! | `redis+cluster://user:password@host:6379,host:6379` | a cluster; some of its nodes are enough |
//!
//! `rediss+sentinel` and `rediss+cluster` are encrypted, and `valkey` may stand for `redis` in all of them. Parts with
//! special characters are percent-encoded. One server speaks RESP3 after `?protocol=resp3`, and RESP2 unless told.
//! What a URI can't say, such as certificates, [`RedisStorage::builder`] can.
//!
//! # How it works
//! 1. A request's limits are decided by one script, in one step: all of them are charged, or none. By the **server's
//!    clock**, in microseconds; no client's clock matters.
//! 2. Requests that ask at the same time share a call of the script, up to
//!    [`coalesce`](RedisStorageBuilder::coalesce) of them: each is decided on its own, in order, and pays for less.
//!    Nobody waits for company.
//! 3. A counter is 24 bytes, a sliding window's 32, whatever the amount; those of the limits of one list (`"200/day; 50/hour"`) share a
//!    key. Only a moving window keeps a log: of each microsecond in which something was taken, at most as many as the
//!    amount. What was taken there can be given back until a thousand later hits have been entered.
//! 4. Every key lives as long as it can matter, and a script that writes it says so in the same step.
//! 5. What is left, the waits and the receipts come from what the script says of the counters, by the core's own
//!    strategies: the same code as in memory.
//! 6. A refusal is remembered here for a second ([`remember_refusals`](RedisStorageBuilder::remember_refusals)), so
//!    that who knocks on costs the server nothing.
//! 7. Each Tokio runtime, so each worker of an Actix server, has one connection, made when first needed.
//!
//! # What is in the server
//! ```text
//! ratelimit:1:shop:{QADMJwtyB0tPmNwV}:K5si1BZYc9w
//!           │  │    │                 └ the counters of one list of limits
//!           │  │    └ the client; in braces, so that in a cluster one client's counters share a slot
//!           │  └ the namespace, percent-encoded
//!           └ the version of all this
//! ```
//!
//! | a key that | is |
//! |---|---|
//! | is a string | the counters of fixed and sliding windows and token buckets |
//! | is a list | the log of a moving window, which shares its key with nothing |
//! | has an empty namespace, as in `ratelimit:1::{…}:…` | of a limiter without one: `key_prefix` of an Actix limiter sets it |
//! | has no time to live | not ours, or was changed by hand: every one of ours has one |
//!
//! Whose a key is can be told by who knows the client. Its digest is made of `b` and the text of a name or header, or
//! `4` and the bytes of an IPv4 address, and so on: see [`Key::as_bytes`](ratelimit_core::Key::as_bytes).
//!
//! ```sh
//! printf 'balice'     | openssl dgst -sha256 -binary | head -c 12 | basenc --base64url # QADMJwtyB0tPmNwV
//! printf '4\177\0\0\1' | openssl dgst -sha256 -binary | head -c 12 | basenc --base64url # 0FPAHvHPKJZdc58E
//! redis-cli --scan --pattern 'ratelimit:1:*:{QADMJwtyB0tPmNwV}:*'
//! ```
//!
//! To forget counters, [`reset`](ratelimit_core::Storage::reset) them, or delete their keys.
//!
//! The version stands for the names and what the keys hold, which is written down in this crate's `src/layout.rs`
//! and `src/script/acquire/1_contract.lua`; other versions never meet these keys. Applications that share a server
//! share counters if they share namespaces: give each a namespace. Clients are stored as digests, never as they are.
//! (Digests carry no secret: who can read the server can recognise a key that can be guessed, such as an IPv4
//! address.)
//!
//! # In a cluster
//! One client's counters share a slot, so most requests are decided in one step as everywhere. A request that meets
//! limits of several keys (a user's and everybody's, say) may have counters on several servers, and no step is atomic
//! over those: its parts are charged one after the other, and given back when a later one refuses. What is refused
//! has consumed nothing once it is answered; for that moment others may find less left than there is, never more.
//! Requests don't share calls, as their keys are on different servers.
//!
//! # When something fails
//! * **Errors** come from servers that are away, silent, out of memory (`maxmemory` with `noeviction`), read-only or
//!   loading; a request is then charged nothing, but for one whose answer was lost on the way. They are
//!   [transient](ratelimit_core::StorageError::is_transient) but for wrong logins and missing rights.
//! * **No deadline** is set on requests here: callers set theirs, as the Actix layer does. A caller may stop waiting
//!   at any time; its request may still be counted.
//! * **A connection** that was closed is replaced unseen: requests that were on it are asked once more, and counted
//!   twice if only their answers were lost. One that owes an answer for
//!   [`response_timeout`](RedisStorageBuilder::response_timeout) is given up, and the next request makes another: so a
//!   master that stands still is left for the one that sentinels name then.
//! * **A failover** loses what the new master had not been sent. **An eviction** loses counters: give the server a
//!   `maxmemory-policy` of `noeviction` or `volatile-ttl`. **A restart** without persistence starts all counts anew.
//! * **A clock set back** makes nobody wait for more than a window longer than otherwise; who has emptied a bucket
//!   waits until the clock has caught up.
//! * **Counting is exact** for amounts to 2⁶⁴; a sliding window's weighing rounds past 2⁵³, a bucket's rate
//!   past 2⁴².
//!
//! # Rights
//! With ACLs, this is enough on Redis 7; a cluster needs `+cluster|slots +ping` as well:
//!
//! ```text
//! user app on >password ~ratelimit:* -@all +eval +evalsha +time +get +set +setrange +type +unlink +del +llen
//!   +lindex +rpush +lset +lrem +ltrim +pexpire +scan +select
//! ```
//!
//! Any Redis from 5 on should do, and any Valkey; the tests run on Redis 7.0.
//!
//! # Features
//! | feature | adds |
//! |---|---|
//! | `tls` | `rediss://` and its kin, by rustls; certificates in the builder |
//! | `test-util` | `RedisStorageBuilder::clock`: tests that set the time |

mod builder;
mod connection;
mod error;
mod layout;
mod queue;
mod refunds;
mod remembered;
mod reply;
mod request;
mod reset;
mod script;
mod spanning;
mod storage;
mod terms;
mod uri;

pub use self::{builder::RedisStorageBuilder, error::BuildError, storage::RedisStorage};
