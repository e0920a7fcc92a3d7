//! Counters in Redis.
mod builder;
mod connection;
mod layout;
mod queue;
mod refunds;
mod reply;
mod request;
mod reset;
mod script;
mod spanning;
mod storage;
mod terms;
mod uri;

pub use self::{builder::RedisStorageBuilder, storage::RedisStorage, uri::UriError};
