//! This program again, in another process, which answers questions.

use std::{
    io::{BufRead, BufReader, Write, stdin},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use serde::{Serialize, de::DeserializeOwned};

use crate::process;

/// A process that answers a line of JSON to each line of a question, and ends when this is dropped.
#[derive(Debug)]
pub struct Peer {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts this program with other words.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn start(words: &[&str]) -> Self {
        let mut command = process::itself();
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("a process");
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let output = BufReader::new(output.expect("a pipe"));
        Self { process, input: input.expect("a pipe"), output }
    }

    /// # Panics
    /// When the process has ended, or answers something else.
    pub fn ask<T: DeserializeOwned>(&mut self, question: &str) -> T {
        writeln!(self.input, "{question}").expect("a process that runs");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("a process that runs");
        serde_json::from_str(&answer).expect("an answer")
    }
}

/// Answers the questions of the process that has started this one, until it asks no more.
///
/// # Panics
/// When a question can't be read.
pub fn answer<T: Serialize>(mut answer: impl FnMut(&str) -> T) {
    for question in stdin().lines() {
        let answer = answer(&question.expect("a line"));
        println!("{}", serde_json::to_string(&answer).expect("an answer"));
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
