//! PostgreSQL as a storage of the ratelimit family: limits shared by all processes that use one database.

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
