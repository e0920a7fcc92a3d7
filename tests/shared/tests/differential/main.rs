//! The same schedules of hits, waits and refunds have the same outcome wherever they are counted.
//!
//! [`against_redis`]: in memory and in Redis, over every strategy and everything that a storage can be asked.
//! [`against_limits`]: here and in the Python library `limits`, as far as the contract wants the same.

mod against_limits;
mod against_redis;
