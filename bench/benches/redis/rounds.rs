//! Interleaved rounds: every contestant once, again and again, so that whatever else the machine does
//! meets all of them alike.

use bench::{Fragment, Goal, Options, Table, median, median_ratio};
use ratelimit_test_servers::Redis;
use serde::Serialize;
use tokio::runtime::Runtime;

use crate::contestant::{Lap, Row};

/// How many acquisitions are under way at a time; how many rounds there are, and of how many acquisitions
/// each is. The first is the one with an aim.
const COLUMNS: [(Lap, usize); 4] = [
    (Lap { in_flight: 64, acquisitions: 16_000 }, 15),
    (Lap { in_flight: 1, acquisitions: 1_000 }, 7),
    (Lap { in_flight: 16, acquisitions: 8_000 }, 7),
    (Lap { in_flight: 256, acquisitions: 32_000 }, 7),
];

/// One contestant's rounds.
#[derive(Clone, Default, Serialize)]
pub struct Rounds {
    /// Acquisitions a second.
    rates: Vec<f64>,
    /// Microseconds of the server's an acquisition: in commands, and all that its processor did.
    in_commands: Vec<f64>,
    processor: Vec<f64>,
}

/// Answers the rounds of each row, for each number of acquisitions under way.
pub fn measure(
    redis: &Redis,
    runtime: &Runtime,
    rows: &[Row],
    options: &Options,
    fragment: &mut Fragment,
) -> Vec<(usize, Vec<Rounds>)> {
    let columns = COLUMNS.map(|(lap, rounds)| column(redis, runtime, rows, lap, options.pick(rounds, 3)));
    let head = ["", "/s at 64", "× floor", "quickest ×", "aim", "server: µs in commands", "µs of processor"];
    let more = ["/s at 1", "×", "/s at 16", "×", "/s at 256", "×"];
    let mut table = Table::new(head.into_iter().chain(more));
    for (index, row) in rows.iter().enumerate() {
        let [rate, ratio] = rate_and_ratio(&columns[0], index);
        let of = &columns[0][index];
        let goal = |aim| fragment.goal(format!("{}; × floor", row.name), Goal::AtLeast(aim), ratio);
        let mut cells = vec![
            row.name.to_owned(),
            format!("{rate:.0}"),
            format!("{ratio:.2}"),
            format!("{:.2}", quickest(of) / quickest(&columns[0][0])),
            row.aim.map(goal).unwrap_or_default(),
            format!("{:.2}", median(of.in_commands.clone())),
            format!("{:.2}", median(of.processor.clone())),
        ];
        for column in &columns[1..] {
            let [rate, ratio] = rate_and_ratio(column, index);
            cells.extend([format!("{rate:.0}"), format!("{ratio:.2}")]);
        }
        table.row(cells);
    }
    fragment.table(&table);
    COLUMNS.iter().map(|(lap, _)| lap.in_flight).zip(columns).collect()
}

fn rate_and_ratio(column: &[Rounds], index: usize) -> [f64; 2] {
    [median(column[index].rates.clone()), median_ratio(&column[index].rates, &column[0].rates)]
}

/// What the quickest round came to, which others have disturbed least.
fn quickest(rounds: &Rounds) -> f64 {
    rounds.rates.iter().copied().fold(0.0, f64::max)
}

fn column(redis: &Redis, runtime: &Runtime, rows: &[Row], lap: Lap, rounds: usize) -> Vec<Rounds> {
    let mut all = vec![Rounds::default(); rows.len()];
    for row in rows {
        (row.lap)(runtime, lap); // connects, and makes the server know the script
    }
    for round in 0..rounds {
        // Whoever starts changes, as the first may find the machine in another mood.
        for turn in 0..rows.len() {
            let index = (round + turn) % rows.len();
            let before = Spent::of(redis);
            let took = (rows[index].lap)(runtime, lap);
            let after = Spent::of(redis);
            let count = lap.acquisitions as f64;
            all[index].rates.push(count / took.as_secs_f64());
            all[index].in_commands.push((after.in_commands - before.in_commands) / count);
            all[index].processor.push((after.processor - before.processor) / count);
        }
    }
    all
}

/// What the server has spent since it started, in microseconds.
struct Spent {
    in_commands: f64,
    processor: f64,
}

impl Spent {
    fn of(redis: &Redis) -> Self {
        let info: String = redis.query(&["INFO", "everything"]);
        let value = |name: &str| {
            info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).unwrap_or_default()
        };
        let seconds = |name: &str| value(name).parse::<f64>().expect("a number");
        // The time of what they call is within theirs.
        let commands = ["cmdstat_evalsha", "cmdstat_eval", "cmdstat_exec"];
        Self {
            in_commands: commands.iter().map(|command| micros(value(command))).sum(),
            processor: (seconds("used_cpu_user") + seconds("used_cpu_sys")) * 1e6,
        }
    }
}

/// `usec` of `calls=1,usec=2,…`; 0 of a command that was never used.
fn micros(stats: &str) -> f64 {
    let usec = stats.split(',').find_map(|field| field.strip_prefix("usec="));
    usec.map_or(0.0, |usec| usec.parse().expect("a number"))
}
