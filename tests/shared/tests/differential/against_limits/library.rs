//! The library, in a Python of its own.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use ratelimit_test_servers::python::{PYTHON, python};
use serde_json::Value;

/// A running `differential.py`, which ends with its standard input.
pub(crate) struct Library {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Library {
    #[track_caller]
    pub(crate) fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("differential.py");
        let mut process = Command::new(python())
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{PYTHON} names no Python: {error}"));
        let questions = process.stdin.take();
        let answers = BufReader::new(process.stdout.take().expect("piped"));
        Self { process, questions, answers }
    }

    /// What it says to a schedule.
    #[track_caller]
    pub(crate) fn ask(&mut self, schedule: &Value) -> Value {
        let questions = self.questions.as_mut().expect("open until the end");
        let mut answer = String::new();
        let asked = writeln!(questions, "{schedule}").and_then(|()| self.answers.read_line(&mut answer));
        match (asked, serde_json::from_str(&answer)) {
            (Ok(_), Ok(answer)) => answer,
            _ => panic!(
                "differential.py gave up; what it says is above. If it can't import the library, unset {PYTHON} or \
                 run scripts/test, which installs it"
            ),
        }
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        drop(self.questions.take());
        let _ = self.process.wait();
    }
}
