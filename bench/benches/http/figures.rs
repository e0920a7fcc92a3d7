//! All that is measured, of which the tables are made.

use std::collections::BTreeMap;

use bench::Options;
use serde::{Deserialize, Serialize};

use crate::{
    apps::{self, App},
    instructions, rates,
};

/// Apps go by their names. Of what was not chosen there is nothing.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Figures {
    instructions: BTreeMap<String, f64>,
    rates: BTreeMap<String, Rate>,
    /// By the number of limits on one route.
    pub instructions_of_limits: BTreeMap<u32, f64>,
    /// The same; 0 is the plain app.
    pub rates_of_limits: BTreeMap<u32, Rate>,
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

/// Words that choose what is measured; others choose apps by their names.
const PARTS: [&str; 2] = ["instructions", "rates"];

impl Figures {
    pub fn measure(options: &Options) -> Self {
        let (parts, names): (Vec<String>, _) =
            options.words.iter().cloned().partition(|word| PARTS.contains(&word.as_str()));
        let [parts, names] = [parts, names].map(|words| Options { words, ..options.clone() });
        // The plain app is what the others are compared with.
        let is_chosen = |app: &App| *app == apps::PLAIN || names.chooses(app.0);
        let all: Vec<App> = apps::ALL.into_iter().filter(is_chosen).collect();
        let limits: Vec<(u32, App)> =
            apps::LIMITS.into_iter().filter(|(_, app)| names.chooses(app.0)).collect();
        let mut figures = Self::default();
        if parts.chooses("instructions") {
            let count = |app| instructions::count(app, options).round();
            figures.instructions = all.iter().map(|app| (app.0.to_owned(), count(*app))).collect();
            figures.instructions_of_limits =
                limits.iter().map(|(limits, app)| (*limits, count(*app))).collect();
        }
        if parts.chooses("rates") {
            let named = all.iter().map(|app| app.0.to_owned());
            figures.rates = named.zip(rates::measure(&all, options)).collect();
            let (numbers, apps): (Vec<u32>, Vec<App>) = [(0, apps::PLAIN)].into_iter().chain(limits).unzip();
            figures.rates_of_limits = numbers.into_iter().zip(rates::measure(&apps, options)).collect();
        }
        figures
    }

    pub fn has(&self, app: App) -> bool {
        self.instructions.contains_key(app.0) || self.rates.contains_key(app.0)
    }

    /// Instructions a request.
    pub fn count(&self, app: App) -> Option<f64> {
        self.instructions.get(app.0).copied()
    }

    /// How many instructions more than the other app.
    pub fn more(&self, app: App, other: App) -> Option<f64> {
        Some(self.count(app)? - self.count(other)?)
    }

    pub fn rate(&self, app: App) -> Option<&Rate> {
        self.rates.get(app.0)
    }

    /// The app's rate divided by the other's.
    pub fn beside(&self, app: App, other: App) -> Option<f64> {
        self.rate(app)?.beside.get(other.0).copied()
    }
}
