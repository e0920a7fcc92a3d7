//! What servers have spent, as they tell it themselves.

use ratelimit_test_servers::Redis;

/// What a server has spent since it started; or between two moments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// Microseconds in commands.
    pub in_commands: f64,
    /// Microseconds of its processor, for whatever.
    pub processor: f64,
    /// Calls of scripts.
    pub calls: f64,
}

impl Spent {
    pub fn of(redis: &Redis) -> Self {
        let info: String = redis.query(&["INFO", "everything"]);
        let value = |name: &str| {
            info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default()
        };
        let seconds = |name: &str| value(name).parse::<f64>().expect("a number");
        // The time of what they call is within theirs.
        let scripts = ["cmdstat_evalsha", "cmdstat_eval"].map(value);
        let sum = |field: &str| scripts.iter().map(|stats| field_of(stats, field)).sum();
        Self {
            in_commands: sum("usec="),
            processor: (seconds("used_cpu_user") + seconds("used_cpu_sys")) * 1e6,
            calls: sum("calls="),
        }
    }

    pub fn since(self, before: Self) -> Self {
        Self {
            in_commands: self.in_commands - before.in_commands,
            processor: self.processor - before.processor,
            calls: self.calls - before.calls,
        }
    }
}

/// Of `calls=1,usec=2,…`; 0 of a command that was never used.
fn field_of(stats: &str, field: &str) -> f64 {
    let value = stats.split(',').find_map(|part| part.strip_prefix(field));
    value.map_or(0.0, |value| value.parse().expect("a number"))
}
