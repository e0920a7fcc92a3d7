//! What Linux tells of processes and the machine, and programs run for their output.

use std::{
    fs,
    process::{self, Command},
};

use crate::disturbance;

/// The memory of this process that is resident, in bytes.
pub fn resident() -> u64 {
    let pages = fs::read_to_string("/proc/self/statm").expect("Linux's /proc");
    let pages: u64 = pages.split_whitespace().nth(1).and_then(|pages| pages.parse().ok()).expect("a number");
    pages * page_size()
}

/// The most that was ever resident, in bytes.
pub fn most_resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux's /proc");
    kilobytes(&status, "VmHWM:") * 1024
}

/// Seconds of processor that this process has had, with those of its children, and theirs, that have ended.
pub fn spent() -> f64 {
    let own = disturbance::parent_and_ticks(process::id());
    own.map_or(0.0, |(_, ticks)| ticks / disturbance::TICKS)
}

/// What the machine could give to programs, in bytes.
pub fn available() -> u64 {
    let memory = fs::read_to_string("/proc/meminfo").expect("Linux's /proc");
    kilobytes(&memory, "MemAvailable:") * 1024
}

/// Now, in UTC.
pub fn date() -> String {
    output("date", &["-u", "+%Y-%m-%d %H:%M UTC"])
}

/// This program again, in another process.
///
/// # Panics
/// When the program's file can't be found.
pub fn itself() -> Command {
    Command::new(std::env::current_exe().expect("a program"))
}

/// What a program prints; nothing where it isn't installed.
pub fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

fn page_size() -> u64 {
    output("getconf", &["PAGESIZE"]).parse().unwrap_or(4096)
}

fn kilobytes(lines: &str, name: &str) -> u64 {
    let value = lines.lines().find_map(|line| line.strip_prefix(name)).expect("a line of that name");
    value.trim().trim_end_matches(" kB").parse().expect("a number")
}
