//! Calls of redis-rs without a limiter around them, each kind on one multiplexed connection.

use ratelimit_test_servers::Redis;
use redis::{Client, RedisResult, aio::MultiplexedConnection};
use tokio::runtime::Runtime;

use crate::contestant::Contestant;

/// What stands for a limiter that costs nothing.
const NOTHING: &str = "return 1";

/// A fixed window as one writes it by hand: one limit, no clock, nothing told but the count and the wait.
const FIXED_WINDOW: &str = "
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
if count == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return { count, redis.call('PTTL', KEYS[1]) }";

/// As long as ours.
const KEY: &str = "ratelimit:1:bench:{client-000000000}:counters-01";

/// A call, sent once an acquisition.
pub struct Call {
    name: &'static str,
    connection: MultiplexedConnection,
    kind: Kind,
}

enum Kind {
    Script { digest: String, arguments: &'static [u64] },
    Multi,
}

impl Call {
    pub fn floor(redis: &Redis, runtime: &Runtime) -> Self {
        Self::script(redis, runtime, "floor: EVALSHA `return 1`", NOTHING, &[])
    }

    pub fn fixed_window_script(redis: &Redis, runtime: &Runtime) -> Self {
        Self::script(redis, runtime, "EVALSHA, a fixed window by hand", FIXED_WINDOW, &[1, 60_000])
    }

    /// What actix-extensible-rate-limit 0.4 sends.
    pub fn multi(redis: &Redis, runtime: &Runtime) -> Self {
        Self { name: "MULTI, actix-extensible's", connection: connect(redis, runtime), kind: Kind::Multi }
    }

    fn script(
        redis: &Redis,
        runtime: &Runtime,
        name: &'static str,
        source: &str,
        arguments: &'static [u64],
    ) -> Self {
        let digest = redis.query(&["SCRIPT", "LOAD", source]);
        Self { name, connection: connect(redis, runtime), kind: Kind::Script { digest, arguments } }
    }
}

impl Contestant for Call {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn acquire(&self, _: usize) {
        let connection = self.connection.clone();
        let answer = match &self.kind {
            Kind::Script { digest, arguments } => run_script(connection, digest, arguments).await,
            Kind::Multi => run_multi(connection).await,
        };
        answer.expect("a server that runs");
    }
}

async fn run_script(
    mut connection: MultiplexedConnection,
    digest: &str,
    arguments: &[u64],
) -> RedisResult<()> {
    redis::cmd("EVALSHA").arg(digest).arg(1).arg(KEY).arg(arguments).query_async(&mut connection).await
}

async fn run_multi(mut connection: MultiplexedConnection) -> RedisResult<()> {
    let mut pipe = redis::pipe();
    pipe.atomic();
    pipe.cmd("BITFIELD").arg("multi").arg(&["OVERFLOW", "SAT", "INCRBY", "u63", "0", "1", "GET", "u63", "0"]);
    pipe.cmd("EXPIRE").arg("multi").arg(60).arg("NX").ignore();
    pipe.cmd("TTL").arg("multi");
    let (_counts, _ttl): (Vec<u64>, i64) = pipe.query_async(&mut connection).await?;
    Ok(())
}

fn connect(redis: &Redis, runtime: &Runtime) -> MultiplexedConnection {
    let client = Client::open(redis.uri()).expect("a server's address");
    runtime.block_on(client.get_multiplexed_async_connection()).expect("a server that runs")
}
