//! The same schedules of hits, waits and refunds have the same outcome wherever they are counted.
//!
//! [`against_redis`]: in memory and in Redis, over every strategy and everything that a storage can be asked.

mod against_redis;
