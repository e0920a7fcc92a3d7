//! Talking to a server as its administrator.

use std::time::Duration;

use redis::{Client, Cmd, FromRedisValue, RedisResult, ToRedisArgs, Value, from_redis_value};

use crate::Redis;

/// A user that every server here has, whatever a test does to the others: tests administer, replicas follow and
/// sentinels watch by it.
pub(crate) const ADMIN: &str = "test-admin";
/// Its password.
pub(crate) const ADMIN_PASSWORD: &str = "of-the-tests";

const TIMEOUT: Duration = Duration::from_secs(5);

impl Redis {
    /// What the server replies to a command, given word by word.
    ///
    /// It comes over a new connection from a user of its own, `test-admin`, who may do everything: no matter what
    /// users and connections a test has shut out.
    ///
    /// ```
    /// let redis = ratelimit_test_servers::Redis::start();
    /// redis.command(&["SET", "greeting", "hello"]);
    /// assert_eq!(redis.query::<String, _>(&["GET", "greeting"]), "hello");
    /// ```
    ///
    /// # Panics
    /// When the server replies an error, or not within five seconds.
    #[track_caller]
    pub fn command<W: ToRedisArgs>(&self, words: &[W]) -> Value {
        match self.try_command(words) {
            Ok(value) => value,
            Err(error) => panic!("{} on port {}: {error}", name_of(words), self.port()),
        }
    }

    /// [`command`](Self::command), the reply read as a `T`.
    ///
    /// # Panics
    /// As `command`, and when the reply is no `T`.
    #[track_caller]
    pub fn query<T: FromRedisValue, W: ToRedisArgs>(&self, words: &[W]) -> T {
        match from_redis_value(self.command(words)) {
            Ok(value) => value,
            Err(error) => panic!("{} on port {}: {error}", name_of(words), self.port()),
        }
    }

    /// [`command`](Self::command) for what may fail.
    pub fn try_command<W: ToRedisArgs>(&self, words: &[W]) -> RedisResult<Value> {
        let uri = format!("redis://{ADMIN}:{ADMIN_PASSWORD}@127.0.0.1:{}", self.port());
        let mut connection = Client::open(uri)?.get_connection_with_timeout(TIMEOUT)?;
        connection.set_read_timeout(Some(TIMEOUT))?;
        command_of(words).query(&mut connection)
    }

    /// [`query`](Self::query) for what may fail.
    pub fn try_query<T: FromRedisValue, W: ToRedisArgs>(&self, words: &[W]) -> RedisResult<T> {
        Ok(from_redis_value(self.try_command(words)?)?)
    }

    /// A field of `INFO everything`, such as `connected_clients`; `None` while the server is out of reach or has no
    /// such field.
    pub fn info(&self, field: &str) -> Option<String> {
        let info: String = self.try_query(&["INFO", "everything"]).ok()?;
        let value = |line: &str| line.strip_prefix(field)?.strip_prefix(':').map(str::to_owned);
        info.lines().find_map(value)
    }
}

fn command_of<W: ToRedisArgs>(words: &[W]) -> Cmd {
    let mut command = Cmd::new();
    for word in words {
        command.arg(word);
    }
    command
}

/// The command's first word: the others may be secret.
fn name_of<W: ToRedisArgs>(words: &[W]) -> String {
    let words = words.first().map(ToRedisArgs::to_redis_args).unwrap_or_default();
    words.first().map(|word| String::from_utf8_lossy(word).into_owned()).unwrap_or_default()
}
