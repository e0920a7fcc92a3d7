//! The figures: as JSON, which is added to part by part, and as a page made of it.

use std::{collections::BTreeMap, fmt::Write as _, fs, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::apps::{self, App};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/results");

/// All that is measured. Apps go by their names.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    instructions: BTreeMap<String, f64>,
    rates: BTreeMap<String, Rate>,
    /// The machine's load, of five minutes, once the rates had been measured.
    load: f64,
    /// By the number of limits on one route.
    instructions_of_limits: BTreeMap<u32, f64>,
    /// The same; 0 is the plain app.
    rates_of_limits: BTreeMap<u32, Rate>,
}

/// How quick an app is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rate {
    /// Requests a second.
    pub rate: f64,
    /// Microseconds: p50, p99 and p99.9.
    pub latencies: [f64; 3],
    /// Its rate divided by that of another app: the median of the rounds.
    pub beside: BTreeMap<String, f64>,
}

/// What is aimed at: an app, the one it is compared with, how many instructions more it may take, and what of the
/// other's requests/s it should at least serve.
const GOALS: [(App, App, f64, f64); 6] = [
    (apps::ROUTE, apps::PLAIN, 500.0, 0.97),
    (apps::DEFAULT, apps::PLAIN, 500.0, 0.97),
    (apps::ROUTE_HEADERS, apps::HEADERS_BY_HAND, 600.0, 0.95),
    (apps::DEFAULT_HEADERS, apps::HEADERS_BY_HAND, 600.0, 0.95),
    (apps::ROUTE_REFUSED, apps::REFUSAL_BY_HAND, 1000.0, 0.95),
    (apps::DEFAULT_REFUSED, apps::REFUSAL_BY_HAND, 1000.0, 0.95),
];

/// Rivals, and the plain app that does what they do.
const RIVALS: [(App, App); 6] = [
    (apps::GOVERNOR, apps::PLAIN),
    (apps::GOVERNOR_HEADERS, apps::PLAIN),
    (apps::GOVERNOR_REFUSED, apps::PLAIN),
    (apps::EXTENSIBLE, apps::PLAIN),
    (apps::EXTENSIBLE_HEADERS, apps::PLAIN),
    (apps::EXTENSIBLE_REFUSED, apps::PLAIN),
];

/// What refusals are to be of the best rival's requests/s.
const REFUSALS_BESIDE_RIVALS: f64 = 1.1;

impl Figures {
    /// Those of the last runs, which the parts of this one replace.
    pub fn read() -> Self {
        let text = fs::read_to_string(Path::new(FOLDER).join("http.json")).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    pub fn set_instructions(&mut self, app: App, count: f64) {
        println!("{}: {count:.0} instructions a request", app.0);
        self.instructions.insert(app.0.to_owned(), count.round());
    }

    pub fn set_instructions_of_limits(&mut self, limits: u32, count: f64) {
        println!("{limits} limits: {count:.0} instructions a request");
        self.instructions_of_limits.insert(limits, count.round());
    }

    pub fn set_rate(&mut self, app: App, rate: Rate) {
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        self.load = load.split(' ').nth(1).and_then(|load| load.parse().ok()).unwrap_or_default();
        self.rates.insert(app.0.to_owned(), rate);
    }

    pub fn set_rate_of_limits(&mut self, limits: u32, rate: Rate) {
        self.rates_of_limits.insert(limits, rate);
    }

    /// Prints the page, and writes it and the JSON.
    pub fn write(&self) -> io::Result<()> {
        let folder = Path::new(FOLDER);
        fs::create_dir_all(folder)?;
        fs::write(folder.join("http.json"), serde_json::to_string_pretty(self)? + "\n")?;
        let page = self.page();
        println!("\n{page}");
        fs::write(folder.join("20-http.md"), page)
    }

    fn page(&self) -> String {
        let mut page = String::from("## Over HTTP, in memory\n\n");
        let _ = writeln!(
            page,
            "`cargo bench --bench http`; one worker, one route, keep-alive connections. {}\n",
            versions()
        );
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        let _ = writeln!(
            page,
            "Requests/s and latencies were measured at a load of {:.1} on {cores} cores; where that is much more than \
             2, they say little, and instructions are what counts.\n",
            self.load
        );
        self.goals(&mut page);
        self.beside_rivals(&mut page);
        self.latencies(&mut page);
        self.limits(&mut page);
        page
    }

    fn goals(&self, page: &mut String) {
        page.push_str("### Beside an app that does the same by hand\n\n");
        page.push_str("| app | instructions | beside | more | goal | | requests/s × | goal | |\n");
        page.push_str("|---|---|---|---|---|---|---|---|---|\n");
        for (app, by_hand, more_goal, rate_goal) in GOALS {
            let (own, other) = (self.count(app), self.count(by_hand));
            let more = own - other;
            let rate = self.beside(app, by_hand);
            let _ = writeln!(
                page,
                "| {} | {own:.0} | {} ({other:.0}) | {more:+.0} | ≤ {more_goal:+} | {} | {rate:.3} | ≥ {rate_goal} | {} |",
                app.0,
                by_hand.0,
                met(more <= more_goal),
                met(rate >= rate_goal)
            );
        }
        page.push('\n');
    }

    fn beside_rivals(&self, page: &mut String) {
        page.push_str(
            "### Rivals\n\n| app | instructions | over plain | requests/s × plain |\n|---|---|---|---|\n",
        );
        for (app, plain) in GOALS.map(|(app, ..)| (app, apps::PLAIN)).into_iter().chain(RIVALS) {
            let own = self.count(app);
            let (more, rate) = (own - self.count(plain), self.beside(app, plain));
            let _ = writeln!(page, "| {} | {own:.0} | {more:+.0} | {rate:.3} |", app.0);
        }
        let rivals = [apps::GOVERNOR_REFUSED, apps::EXTENSIBLE_REFUSED];
        for ours in [apps::ROUTE_REFUSED, apps::DEFAULT_REFUSED] {
            let worst =
                rivals.map(|rival| self.beside(ours, rival)).into_iter().fold(f64::INFINITY, f64::min);
            let goal = REFUSALS_BESIDE_RIVALS;
            let _ = write!(page, "\n{}: {worst:.2} × the best rival's refusals/s (goal ≥ {goal}: ", ours.0);
            let _ = writeln!(page, "{}).", met(worst >= goal));
        }
        page.push('\n');
    }

    fn latencies(&self, page: &mut String) {
        page.push_str(
            "### Under load\n\n| app | requests/s | p50, µs | p99, µs | p99.9, µs |\n|---|---|---|---|---|\n",
        );
        for app in apps::ALL {
            let Some(Rate { rate, latencies: [half, most, nearly_all], .. }) = self.rates.get(app.0) else {
                continue;
            };
            let _ = writeln!(page, "| {} | {rate:.0} | {half:.0} | {most:.0} | {nearly_all:.0} |", app.0);
        }
        page.push('\n');
    }

    fn limits(&self, page: &mut String) {
        page.push_str("### Several limits on one route\n\n");
        page.push_str("| limits | instructions over plain | requests/s × plain |\n|---|---|---|\n");
        for (limits, count) in &self.instructions_of_limits {
            let rate = self.rates_of_limits.get(limits).and_then(|rate| rate.beside.get(apps::PLAIN.0));
            let rate = rate.copied().unwrap_or(f64::NAN);
            let _ = writeln!(page, "| {limits} | {:+.0} | {rate:.3} |", count - self.count(apps::PLAIN));
        }
        page.push('\n');
    }

    fn count(&self, app: App) -> f64 {
        self.instructions.get(app.0).copied().unwrap_or(f64::NAN)
    }

    fn beside(&self, app: App, other: App) -> f64 {
        self.rates.get(app.0).and_then(|rate| rate.beside.get(other.0)).copied().unwrap_or(f64::NAN)
    }
}

fn met(is_met: bool) -> &'static str {
    if is_met { "met" } else { "**missed**" }
}

/// What was measured, by the lock file, and with what.
fn versions() -> String {
    let lock = include_str!("../../Cargo.lock");
    let version = |name: &str| {
        let from = lock.split_once(&format!("name = \"{name}\"\nversion = \"")).map_or("", |(_, rest)| rest);
        format!("{name} {}", from.split('"').next().unwrap_or_default())
    };
    let named = ["actix-web", "actix-governor", "governor", "actix-extensible-rate-limit"].map(version);
    let tool = |name: &str, words: &[&str]| {
        let output = std::process::Command::new(name).args(words).output().ok();
        let output = output.map(|output| [output.stdout, output.stderr].concat()).unwrap_or_default();
        let line = String::from_utf8_lossy(&output).lines().next().unwrap_or_default().to_owned();
        line.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    };
    let tools = [tool("rustc", &["--version"]), tool("wrk", &["-v"]), tool("valgrind", &["--version"])];
    format!("{}; {}.", named.join(", "), tools.join(", "))
}
