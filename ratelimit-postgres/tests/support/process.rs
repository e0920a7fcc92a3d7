//! A server's processes: signals for all of them.

use std::{fs, process::Command};

/// Sends a signal to a process and its children: a server answers by its children.
pub(super) fn signal(parent: u32, name: &str) {
    if matches!(name, "KILL" | "STOP") {
        send("STOP", &[parent]); // so that it has no more children while they are counted
    }
    let mut processes = children(parent);
    processes.push(parent);
    send(name, &processes);
}

fn send(name: &str, processes: &[u32]) {
    let numbers: Vec<_> = processes.iter().map(ToString::to_string).collect();
    // Some may have gone meanwhile.
    let status =
        Command::new("sh").args(["-c", &format!("kill -{name} {} 2>/dev/null", numbers.join(" "))]).status();
    status.expect("every system has sh");
}

fn children(parent: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").expect("Linux has /proc").flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| parent_of(*process) == Some(parent))
        .collect()
}

/// The fourth field; the second, the program's name, is in parentheses.
fn parent_of(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}
