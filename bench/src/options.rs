//! What a benchmark's command line says.

/// The words after `cargo bench --bench NAME --`.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whether it is only to be seen that everything works: few rounds, small sizes.
    pub quick: bool,
    /// The words that are no flags: each benchmark says what they choose.
    pub words: Vec<String>,
}

impl Options {
    /// `None` when `cargo test` runs the program, which it does with `--test`: there is nothing to test.
    pub fn read() -> Option<Self> {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
        if has("--test") {
            return None;
        }
        let quick = has("--quick");
        // Cargo adds `--bench`.
        Some(Self { quick, words: arguments.into_iter().filter(|word| !word.starts_with("--")).collect() })
    }

    /// One of two sizes.
    pub fn pick<T>(&self, full: T, quick: T) -> T {
        if self.quick { quick } else { full }
    }

    /// Whether a part of that name is to be run: all are unless words choose some.
    pub fn chooses(&self, name: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| name.contains(word))
    }
}
