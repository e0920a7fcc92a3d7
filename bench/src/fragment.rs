//! One benchmark's part of `RESULTS.md`, and its figures.

use std::{fmt::Display, fs, path::PathBuf};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Folders, Goal, Options, Table,
    disturbance::Watch,
    process,
    run::{Held, Run},
};

/// What a benchmark writes: `results/NN-name.md`, and `results/name.json` with the raw figures, of which plots can
/// be drawn again. All that goes in is printed too.
#[derive(Debug)]
pub struct Fragment {
    file: &'static str,
    options: Options,
    text: String,
    run: Run,
    /// Of a run that goes on: one that is over has its time and disturbance.
    watch: Option<Watch>,
}

/// What lies in the file of figures.
#[derive(Serialize)]
struct Figures<'a, T> {
    run: &'a Run,
    #[serde(flatten)]
    data: &'a T,
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
        Self::of(file, title, options, run, Some(Watch::start()))
    }

    /// The same of the last run's figures, which it answers: for another text or other goals, without measuring again.
    ///
    /// # Panics
    /// When there are no such figures.
    pub fn again<T: DeserializeOwned>(file: &'static str, title: &str, options: &Options) -> (Self, T) {
        let figures = fs::read(figures_file(file, options)).expect("figures of a run");
        let figures: Value = serde_json::from_slice(&figures).expect("figures of a run");
        let run = Run::deserialize(&figures["run"]).expect("how the figures came about");
        let run = Run { goals: Vec::new(), ..run };
        let data = T::deserialize(figures).expect("figures of this benchmark");
        (Self::of(file, title, options, run, None), data)
    }

    fn of(file: &'static str, title: &str, options: &Options, run: Run, watch: Option<Watch>) -> Self {
        let mut fragment = Self { file, options: options.clone(), text: String::new(), run, watch };
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

    /// Holds a figure against its goal, for the list of all goals; answers what a table's cell says of it. `what` is
    /// `subject, case, …; measure`: where many goals are missed, the list sums them up by the first two words between
    /// commas and the measure.
    pub fn goal(&mut self, what: impl Into<String>, goal: Goal, value: f64) -> String {
        self.run.goals.push(Held { what: what.into(), goal, value, is_met: goal.is_met(value) });
        goal.verdict(value)
    }

    /// Writes both files. `data` must be a map: its entries stand beside `run`.
    ///
    /// # Panics
    /// When the files can't be written.
    pub fn finish(mut self, data: &impl Serialize) {
        if let Some(watch) = &self.watch {
            self.run.seconds = Some(watch.seconds());
            self.run.disturbance = Some(watch.disturbance());
        }
        let told = self.run.to_string();
        self.text(told);
        let figures =
            serde_json::to_string_pretty(&Figures { run: &self.run, data }).expect("a map of figures");
        fs::write(folder(&self.options).join(self.file).with_extension("md"), &self.text)
            .expect("a file that can be written");
        fs::write(figures_file(self.file, &self.options), figures + "\n")
            .expect("a file that can be written");
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        println!("{text}");
        self.text += &format!("{text}\n");
    }
}

fn folder(options: &Options) -> PathBuf {
    Folders::of(options).results().expect("a folder that can be written")
}

fn figures_file(file: &str, options: &Options) -> PathBuf {
    folder(options).join(name_of(file)).with_extension("json")
}

/// What comes after the number.
fn name_of(file: &str) -> &str {
    file.split_once('-').map_or(file, |(_number, name)| name)
}
