//! The longest that a single hit takes, while a limiter grows and while what is idle leaves it, beside governor: see
//! the README.
//!
//! Each run is a process of its own, which is this program with words that say what it is to do: what one has left
//! behind would be taken by the next.

mod clock;
mod growing;
mod leaving;
mod pauses;

use bench::{Fragment, Goal, Options, Table, limiters::NAMES, median, process, short};
use serde::Serialize;
use serde_json::json;

use pauses::Pauses;

/// The first word to a process that is measured.
const SUBJECT: &str = "subject";

/// After those of limiters: a loop that does nothing but read the clock.
const FLOOR: usize = NAMES.len();

/// What happens while hits are timed, with how many keys, and what the longest is to take at most, in milliseconds.
#[derive(Clone, Copy)]
struct Scene {
    word: &'static str,
    keys: u64,
    goal: Goal,
}

impl Scene {
    fn title(self) -> String {
        let keys = short(self.keys as f64);
        if self.word == "leaving" {
            format!("While {keys} idle keys leave")
        } else {
            format!("Growing to {keys} keys")
        }
    }
}

/// One limiter in a scene.
#[derive(Serialize)]
struct Row {
    scene: &'static str,
    keys: u64,
    limiter: &'static str,
    runs: Vec<Pauses>,
}

fn main() {
    let Some(options) = Options::read() else { return };
    if let [subject, scene, keys, limiter] = &options.words[..]
        && subject == SUBJECT
    {
        let (keys, limiter) = (keys.parse().expect("a number"), limiter.parse().expect("a number"));
        let pauses =
            if scene == "leaving" { leaving::run(keys, limiter) } else { growing::run(keys, limiter) };
        return println!("{}", serde_json::to_string(&pauses).expect("numbers"));
    }
    let mut fragment = Fragment::new("14-pauses", "The longest hit", &options);
    fragment.text(
        "Each hit is timed. What else the machine does shows as pauses too: so what a thread waited for a core, as \
         the kernel tells it, is taken off; the goal is held against the median of the runs' longest; and a loop that \
         only reads the clock, for about as long, tells what the machine itself is good for. A figure that the floor \
         has as well says nothing of the limiter.",
    );
    let mut rows = Vec::new();
    for scene in scenes(&options) {
        if options.chooses(scene.word) {
            let scene_rows = measure(scene, options.pick(7, 2));
            tell(&mut fragment, scene, &scene_rows);
            rows.extend(scene_rows);
        }
    }
    fragment.finish(&json!({ "rows": rows }));
}

fn scenes(options: &Options) -> [Scene; 3] {
    let (few, many) = options.pick((1_000_000, 10_000_000), (100_000, 200_000));
    let at_most = Goal::AtMost;
    [
        Scene { word: "growing", keys: few, goal: at_most(0.5) },
        Scene { word: "growing", keys: many, goal: at_most(1.0) },
        Scene { word: "leaving", keys: few, goal: at_most(0.3) },
    ]
}

/// Every limiter once a round.
fn measure(scene: Scene, runs: usize) -> Vec<Row> {
    let limiters = NAMES.into_iter().chain(["floor: reading the clock"]);
    let row = |limiter| Row { scene: scene.word, keys: scene.keys, limiter, runs: Vec::new() };
    let mut rows: Vec<Row> = limiters.map(row).collect();
    for run in 0..runs {
        eprintln!("{}, run {} of {runs}", scene.title(), run + 1);
        for (limiter, row) in rows.iter_mut().enumerate() {
            let words = [SUBJECT, scene.word, &scene.keys.to_string(), &limiter.to_string()];
            let output = process::itself().args(words).output().expect("a process");
            row.runs.push(serde_json::from_slice(&output.stdout).expect("pauses"));
        }
    }
    rows
}

fn tell(fragment: &mut Fragment, scene: Scene, rows: &[Row]) {
    fragment.heading(&scene.title());
    let mut table = Table::new([
        "limiter",
        "longest, ms (median of runs)",
        "with waits for a core",
        "longest of all runs",
        "p99.99, µs",
        "mean, ns",
        "hits timed",
        "idle keys gone, ms",
        "goal",
    ]);
    for (index, row) in rows.iter().enumerate() {
        let of = |figure: fn(&Pauses) -> f64| row.runs.iter().map(figure).collect::<Vec<_>>();
        let longest = median(of(|run| run.longest_on_core_ms));
        let is_ours = (1..NAMES.len()).contains(&index);
        let what = format!("{}, {}; longest, ms", row.limiter, scene.title());
        let verdict = if is_ours { fragment.goal(what, scene.goal, longest) } else { String::new() };
        let gone = median(of(|run| run.gone_after_ms.unwrap_or_default()));
        table.row([
            row.limiter.to_owned(),
            format!("{longest:.3}"),
            format!("{:.3}", median(of(|run| run.longest_ms))),
            format!("{:.3}", of(|run| run.longest_on_core_ms).into_iter().fold(0.0, f64::max)),
            format!("{:.1}", median(of(|run| run.p9999_us))),
            format!("{:.0}", median(of(|run| run.mean_ns))),
            format!("{:.0}", median(of(|run| run.hits as f64))),
            if gone > 0.0 { format!("{gone:.1}") } else { String::new() },
            verdict,
        ]);
    }
    fragment.table(&table);
    if scene.word == "leaving" {
        fragment.text(
            "Ours go by the hits of others, governor's by `retain_recent` on another thread; the time is what it took \
             until all were gone.",
        );
    }
}
