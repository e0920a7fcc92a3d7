//! A limiter in another process, which grows and is hit when it is told to.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use bench::process;

use crate::subject::SUBJECT;

pub struct Grower {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub keys: u64,
    /// What it has that an empty one hasn't.
    pub bytes: f64,
    /// Whether it would take too much if it grew.
    pub stopped: bool,
}

impl Grower {
    /// One that holds nothing, and has room for `most`.
    pub fn start(client: &str, limiter: usize, most: u64) -> Self {
        let words = [SUBJECT, client, &limiter.to_string(), &most.to_string()];
        let mut command = process::itself();
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("a process");
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let output = BufReader::new(output.expect("a pipe"));
        Self { process, input: input.expect("a pipe"), output, keys: 0, bytes: 0.0, stopped: false }
    }

    pub fn grow(&mut self, keys: u64) {
        self.bytes = self.ask(&format!("grow {keys}"));
        self.keys = keys;
    }

    /// Of hits on known keys, each round on others.
    pub fn nanos_a_hit(&mut self, round: usize) -> f64 {
        self.ask(&format!("hit {round}"))
    }

    fn ask(&mut self, question: &str) -> f64 {
        writeln!(self.input, "{question}").expect("a process that runs");
        let mut answer = String::new();
        self.output.read_line(&mut answer).expect("a process that runs");
        answer.trim().parse().expect("a number")
    }
}

impl Drop for Grower {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
