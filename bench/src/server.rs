//! An app in a process of its own: this program again, with other arguments. It ends when this is dropped.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// A process that serves an app and has printed its port.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// Where it listens.
    pub port: u16,
}

impl Server {
    /// Starts this program with the arguments `words`.
    pub fn start(words: &[&str]) -> Self {
        Self::start_under(&[], words)
    }

    /// The same under a profiler, by words to put before the program.
    ///
    /// # Panics
    /// When it doesn't start.
    pub fn start_under(profiler: &[String], words: &[&str]) -> Self {
        let itself = std::env::current_exe().expect("a program").display().to_string();
        let all: Vec<String> = profiler.iter().cloned().chain([itself]).collect();
        let mut command = Command::new(&all[0]);
        command.args(&all[1..]).args(words).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", all[0]));
        let mut line = String::new();
        let mut output = BufReader::new(process.stdout.take().expect("a pipe"));
        output.read_line(&mut line).expect("a line");
        let port = line.trim().parse().expect("the server's port");
        Self { process, port }
    }

    /// Tells it to end, and waits until it has: a profiler writes its profile then.
    ///
    /// # Panics
    /// When it is no process of ours.
    pub fn end(mut self) {
        let id = self.process.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().expect("a process of ours");
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

/// Serves the Actix app that the expression makes for each worker, on one worker; prints the port, as [`Server`]
/// wants it. A macro, as the type of an app with middleware has no name.
#[macro_export]
macro_rules! serve {
    ($app:expr) => {{
        let server = ::actix_web::HttpServer::new(move || $app);
        let server = server.workers(1).shutdown_timeout(1).bind(("127.0.0.1", 0))?;
        println!("{}", server.addrs()[0].port());
        server.run().await
    }};
}
