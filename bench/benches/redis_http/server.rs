//! An app in a process of its own, which ends when this is dropped.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use ratelimit_test_servers::Redis;

use crate::apps::App;

pub struct Server {
    process: Child,
    pub app: App,
    pub port: u16,
}

impl Server {
    pub fn start(app: App, redis: &Redis) -> Self {
        Self::start_under(&[], app, redis)
    }

    /// Starts it under a profiler, by words to put before its own.
    pub fn start_under(profiler: &[String], app: App, redis: &Redis) -> Self {
        let itself = std::env::current_exe().expect("a program").display().to_string();
        let words: Vec<String> = profiler.iter().cloned().chain([itself]).collect();
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).args(["serve", app.name(), &redis.uri()]).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", words[0]));
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().expect("a pipe"));
        output.read_line(&mut line).expect("a line");
        let port = line.trim().parse().expect("the server's port");
        Self { process, app, port }
    }

    /// Waits until it has ended by itself.
    pub fn wait(mut self) {
        self.process.wait().expect("a process of ours");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
