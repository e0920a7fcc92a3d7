//! What comes out: tables to read, and the figures behind them.

use bench::{Fragment, Options, Table};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The fragment, and what is to lie in its file of figures.
pub struct Report {
    pub options: Options,
    fragment: Fragment,
    figures: Map<String, Value>,
}

impl Report {
    pub fn new(file: &'static str, title: &str, options: Options) -> Self {
        Self { fragment: Fragment::new(file, title, &options), figures: Map::new(), options }
    }

    pub fn heading(&mut self, title: &str) {
        self.fragment.heading(title);
    }

    /// A heading within a heading.
    pub fn part(&mut self, title: &str) {
        self.fragment.text(format!("#### {title}"));
    }

    pub fn say(&mut self, text: &str) {
        self.fragment.text(text);
    }

    pub fn table<const N: usize>(&mut self, columns: [&str; N], rows: impl IntoIterator<Item = Vec<String>>) {
        let mut table = Table::new(columns);
        for row in rows {
            table.row(row);
        }
        self.fragment.table(&table);
    }

    /// Figures under a name.
    pub fn figures(&mut self, name: &str, figures: &impl Serialize) {
        let value = serde_json::to_value(figures).expect("figures are numbers and words");
        self.figures.insert(name.to_owned(), value);
    }

    /// Lines of a plot, as the program `report` draws them: of each its name and its points.
    pub fn plot(&mut self, name: &str, [x, y]: [&str; 2], lines: &[(String, Vec<(f64, f64)>)]) {
        let point = |point: &(f64, f64)| json!({ x: point.0, y: point.1 });
        let line = |(name, points): &(String, Vec<(f64, f64)>)| json!({ "name": name, "points": points.iter().map(point).collect::<Vec<_>>() });
        self.figures(name, &lines.iter().map(line).collect::<Vec<_>>());
    }

    /// Holds a figure against what it must not exceed.
    pub fn at_most(&mut self, what: &str, most: f64, value: f64) {
        self.fragment.goal(what, bench::Goal::AtMost(most), value);
    }

    /// Writes the fragment and the figures, of a whole run only.
    pub fn finish(self) {
        if self.options.words.is_empty() {
            self.fragment.finish(&self.figures);
        }
    }
}

/// A rate as people say it: `428 k`.
pub fn thousands(rate: f64) -> String {
    if rate >= 1e5 { format!("{:.0} k", rate / 1e3) } else { format!("{:.1} k", rate / 1e3) }
}

/// `2.4 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
