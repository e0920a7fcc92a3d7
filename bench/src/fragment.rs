//! One benchmark's part of `RESULTS.md`, and its figures.

use std::{fmt::Display, fs, time::Instant};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    Folders, Goal, Options, Table,
    disturbance::{Disturbance, Watch},
    process,
};

/// What a benchmark writes: `results/NN-name.md`, and `results/name.json` with the raw figures, of which plots can
/// be drawn again. All that goes in is printed too.
#[derive(Debug)]
pub struct Fragment {
    file: &'static str,
    options: Options,
    text: String,
    run: Run,
    began: Instant,
    watch: Watch,
}

/// How figures came about, and what they are held against.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Run {
    pub command: String,
    pub date: String,
    pub seconds: u64,
    #[serde(default)]
    pub disturbance: Disturbance,
    pub goals: Vec<Held>,
}

/// A figure and its goal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Held {
    pub what: String,
    pub goal: Goal,
    pub value: f64,
    pub is_met: bool,
}

/// What lies in the file of figures.
#[derive(Serialize)]
struct Figures<'a> {
    run: &'a Run,
    #[serde(flatten)]
    data: Value,
}

impl Fragment {
    /// `file` is `NN-name`: fragments stand in `RESULTS.md` in the order of their numbers, and the benchmark is
    /// `name`, with `-` for `_`.
    pub fn new(file: &'static str, title: &str, options: &Options) -> Self {
        let mut command = format!("cargo bench --bench {}", name_of(file).replace('-', "_"));
        let flags =
            options.quick.then_some("--quick").into_iter().chain(options.words.iter().map(String::as_str));
        let flags: Vec<&str> = flags.collect();
        if !flags.is_empty() {
            command = format!("{command} -- {}", flags.join(" "));
        }
        let run = Run { command, date: process::date(), ..Run::default() };
        let (text, began, watch) = (String::new(), Instant::now(), Watch::start());
        let mut fragment = Self { file, options: options.clone(), text, run, began, watch };
        fragment.put(format_args!("## {title}\n"));
        fragment
    }

    /// A heading within the part.
    pub fn heading(&mut self, title: &str) {
        self.put(format_args!("### {title}\n"));
    }

    /// A paragraph.
    pub fn text(&mut self, text: impl Display) {
        self.put(format_args!("{text}\n"));
    }

    pub fn table(&mut self, table: &Table) {
        self.put(format_args!("{table}"));
    }

    /// Holds a figure against its goal, for the list of all goals; answers what a table's cell says of it.
    pub fn goal(&mut self, what: impl Into<String>, goal: Goal, value: f64) -> String {
        self.run.goals.push(Held { what: what.into(), goal, value, is_met: goal.is_met(value) });
        goal.verdict(value)
    }

    /// Writes both files. `data` must be a map: its entries stand beside `run`.
    ///
    /// # Panics
    /// When the files can't be written.
    pub fn finish(mut self, data: &impl Serialize) {
        self.run.seconds = self.began.elapsed().as_secs();
        self.run.disturbance = self.watch.disturbance();
        let run = &self.run;
        let missed = run.goals.iter().filter(|held| !held.is_met).count();
        let met = run.goals.len() - missed;
        let goals = match (met, missed) {
            (0, 0) => String::new(),
            (met, 0) => format!("; all {met} goals met"),
            (met, missed) => format!("; {met} goals met, **{missed} missed**"),
        };
        let (command, date, seconds) = (&run.command, &run.date, run.seconds);
        let Disturbance { by_programs, by_guests } = run.disturbance;
        let how = format!(
            "`{command}`, {date}, {seconds} s; other programs had {by_programs:.2} cores meanwhile, other guests of the \
             host {by_guests:.2}{goals}."
        );
        self.put(format_args!("{how}\n"));
        let data = serde_json::to_value(data).expect("figures");
        let figures =
            serde_json::to_string_pretty(&Figures { run: &self.run, data }).expect("a map of figures");
        let folder = Folders::of(&self.options).results().expect("a folder that can be written");
        fs::write(folder.join(self.file).with_extension("md"), &self.text)
            .expect("a file that can be written");
        let file = folder.join(name_of(self.file)).with_extension("json");
        fs::write(file, figures + "\n").expect("a file that can be written");
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        println!("{text}");
        self.text += &format!("{text}\n");
    }
}

/// What comes after the number.
fn name_of(file: &str) -> &str {
    file.split_once('-').map_or(file, |(_number, name)| name)
}
