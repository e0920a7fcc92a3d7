//! Where results go.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::Options;

/// The folders and files that benchmarks and the report write. What a quick run writes, or one of some rows only, is
/// kept in `target/quick`: it must not take the place of true and whole figures.
#[derive(Clone, Debug)]
pub struct Folders {
    root: PathBuf,
}

impl Folders {
    pub fn of(options: &Options) -> Self {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let is_true = !options.quick && options.words.is_empty();
        Self { root: if !is_true { bench.join("target/quick") } else { bench.to_owned() } }
    }

    /// Fragments and their figures.
    pub fn results(&self) -> io::Result<PathBuf> {
        self.made("results")
    }

    pub fn plots(&self) -> io::Result<PathBuf> {
        self.made("plots")
    }

    /// The text made of all fragments.
    pub fn report(&self) -> PathBuf {
        self.root.join("RESULTS.md")
    }

    /// Texts by hand, of the true runs only.
    pub fn commentary(&self) -> PathBuf {
        self.root.join("commentary")
    }

    fn made(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.root.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}
