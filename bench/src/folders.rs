//! Where results go.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folders and files that benchmarks and the report write. What a quick run writes is kept in `target/quick`:
/// figures of small sizes must not take the place of true ones.
#[derive(Clone, Debug)]
pub struct Folders {
    root: PathBuf,
}

impl Folders {
    pub fn new(quick: bool) -> Self {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: if quick { bench.join("target/quick") } else { bench.to_owned() } }
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
