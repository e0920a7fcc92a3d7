//! What comes out: tables to read, and the figures behind them.

use std::{fs, io, path::Path};

use serde::Serialize;
use serde_json::{Map, Value};

/// Tables in Markdown, printed as they come, and the same and more as JSON.
#[derive(Default)]
pub struct Report {
    markdown: String,
    figures: Map<String, Value>,
}

impl Report {
    pub fn say(&mut self, text: &str) {
        println!("{text}\n");
        self.markdown.push_str(text);
        self.markdown.push_str("\n\n");
    }

    /// A table, whose first column is of words and the others are of numbers.
    pub fn table(&mut self, columns: &[&str], rows: &[Vec<String>]) {
        let line = |cells: Vec<&str>| format!("| {} |", cells.join(" | "));
        let rule = (0..columns.len()).map(|index| if index == 0 { "---" } else { "--:" });
        let mut lines = vec![line(columns.to_vec()), line(rule.collect())];
        for row in rows {
            assert_eq!(row.len(), columns.len(), "a cell for each column");
            lines.push(line(row.iter().map(String::as_str).collect()));
        }
        self.say(&lines.join("\n"));
    }

    /// Figures for plots, under a name.
    pub fn figures(&mut self, name: &str, figures: &impl Serialize) {
        let value = serde_json::to_value(figures).expect("figures are numbers and words");
        self.figures.insert(name.to_owned(), value);
    }

    /// Writes `40-scaling.md` and `scaling.json` into the folder.
    pub fn write(self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("40-scaling.md"), self.markdown.trim_end().to_owned() + "\n")?;
        let json = serde_json::to_string_pretty(&self.figures)?;
        fs::write(folder.join("scaling.json"), json + "\n")
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
