//! What the benchmarks have left.

use std::{collections::BTreeMap, fs, io};

use bench::Folders;
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
}
