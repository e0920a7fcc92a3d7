//! What the benchmarks have left.

use std::{collections::BTreeMap, fmt::Write, fs, io};

use bench::{Folders, Run, Table};
use serde::Deserialize;
use serde_json::Value;

pub struct Results {
    /// In the order of their numbers.
    pub fragments: Vec<FragmentText>,
    figures: BTreeMap<String, Value>,
}

pub struct FragmentText {
    /// `NN-name.md`.
    pub file: String,
    /// Without number and ending.
    pub name: String,
    pub text: String,
}

impl Results {
    pub fn read(folders: &Folders) -> io::Result<Self> {
        let mut results = Self { fragments: Vec::new(), figures: BTreeMap::new() };
        for file in fs::read_dir(folders.results()?)? {
            let (path, file) =
                (file?.path(), |path: &std::path::Path| Some(path.file_name()?.to_str()?.to_owned()));
            let Some(file) = file(&path) else { continue };
            if let Some(stem) = file.strip_suffix(".md") {
                let name = stem.split_once('-').map_or(stem, |(_number, name)| name).to_owned();
                results.fragments.push(FragmentText { text: fs::read_to_string(&path)?, name, file });
            } else if let Some(name) = file.strip_suffix(".json") {
                let figures = serde_json::from_str(&fs::read_to_string(&path)?)?;
                results.figures.insert(name.to_owned(), figures);
            }
        }
        results.fragments.sort_by(|one, other| one.file.cmp(&other.file));
        Ok(results)
    }

    /// The figures of a part, unless it was never run.
    pub fn figures(&self, name: &str) -> Option<&Value> {
        self.figures.get(name)
    }

    /// How many goals each part meets, and those that are missed.
    pub fn goals(&self) -> String {
        let mut table = Table::new(["part", "goals met", "missed"]);
        let mut missed = String::new();
        for fragment in &self.fragments {
            let run = self.figures(&fragment.name).map(|figures| Run::deserialize(&figures["run"]));
            let Some(Ok(run)) = run else { continue };
            let met = run.goals.iter().filter(|held| held.is_met).count();
            if run.goals.is_empty() {
                continue;
            }
            let misses = run.goals.len() - met;
            table.row([fragment.name.clone(), format!("{met} of {}", run.goals.len()), misses.to_string()]);
            for held in run.goals.iter().filter(|held| !held.is_met) {
                let (what, goal, value) = (&held.what, held.goal, held.value);
                let _ = writeln!(missed, "* {}: {what}: {value:.3}, goal {goal}", fragment.name);
            }
        }
        let mut text = format!("\n## Goals\n\n{table}\n");
        if missed.is_empty() {
            text += "None is missed.\n";
        } else {
            let _ = write!(text, "<details><summary>Missed</summary>\n\n{missed}\n</details>\n");
        }
        text
    }
}
