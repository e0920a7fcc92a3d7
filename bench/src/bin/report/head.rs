//! The machine, the toolchain, the versions.

use std::{
    error::Error,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    thread,
};

use bench::{
    Options,
    process::{date, output},
};

/// Whose versions are told.
const CRATES: [&str; 10] = [
    "ratelimit-core",
    "governor",
    "dashmap",
    "quanta",
    "actix-web",
    "actix-governor",
    "actix-extensible-rate-limit",
    "actix-limitation",
    "redis",
    "tokio",
];

/// Programs that measure or are measured, and how each tells its version.
const PROGRAMS: [(&str, &str); 3] =
    [("redis-server", "--version"), ("wrk", "--version"), ("valgrind", "--version")];

pub fn text(options: &Options) -> Result<String, Box<dyn Error>> {
    let mut text = String::from("# Figures\n\n");
    if options.quick {
        text += "**Of quick runs: they show that everything works, and say nothing else.**\n\n";
    }
    writeln!(
        text,
        "Made by `bench/run`; each part says which command made it, and when. Goals that a part misses are"
    )?;
    writeln!(text, "marked **missed**. How to read all this is told in the [README](README.md).\n")?;
    writeln!(text, "|  | |\n|---|---|")?;
    for (name, value) in facts() {
        writeln!(text, "| {name} | {value} |")?;
    }
    Ok(text)
}

fn facts() -> Vec<(&'static str, String)> {
    let locked = versions();
    let crates: Vec<_> = CRATES.iter().filter_map(|name| told(&locked, name)).collect();
    let programs: Vec<_> = PROGRAMS.iter().filter_map(program).collect();
    vec![
        ("put together", date()),
        ("commit", commit()),
        ("processor", first_value("/proc/cpuinfo", "model name")),
        ("cores", thread::available_parallelism().map(|cores| cores.to_string()).unwrap_or_default()),
        ("memory", memory()),
        ("kernel", output("uname", &["-sr"])),
        ("compiler", output("rustc", &["--version"])),
        ("built with", "`cargo bench`: optimised, thin LTO, one codegen unit".to_owned()),
        ("crates", crates.join(", ")),
        ("programs", programs.join(", ")),
    ]
}

/// Short, and marked when other files differ from it than those that runs make.
fn commit() -> String {
    let commit = output("git", &["rev-parse", "--short", "HEAD"]);
    let made = [":!results", ":!plots", ":!RESULTS.md"];
    let changes = output("git", &[&["status", "--porcelain", "--", ":/"], &made[..]].concat());
    if changes.is_empty() { commit } else { format!("{commit}, with changes") }
}

fn memory() -> String {
    let kilobytes = first_value("/proc/meminfo", "MemTotal");
    let kilobytes: f64 = kilobytes.trim_end_matches(" kB").parse().unwrap_or_default();
    format!("{:.1} GiB", kilobytes / 1024.0 / 1024.0)
}

/// The value of the first line `name : value` of a file.
fn first_value(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
    value.unwrap_or_default().trim().to_owned()
}

/// Name and version of each package in the lock file.
fn versions() -> Vec<(String, String)> {
    let file: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock = fs::read_to_string(file).unwrap_or_default();
    let quoted =
        |line: &str, name: &str| Some(line.strip_prefix(name)?.trim_matches([' ', '=', '"']).to_owned());
    let package = |part: &str| {
        let value = |name| part.lines().find_map(|line| quoted(line, name));
        Some((value("name")?, value("version")?))
    };
    lock.split("[[package]]").filter_map(package).collect()
}

fn told(locked: &[(String, String)], name: &str) -> Option<String> {
    let versions: Vec<_> =
        locked.iter().filter(|(other, _)| other == name).map(|(_, version)| version.as_str()).collect();
    (!versions.is_empty()).then(|| format!("{name} {}", versions.join(" and ")))
}

fn program((name, flag): &(&str, &str)) -> Option<String> {
    let told = output(name, &[flag]);
    let line = told.lines().next()?;
    // As `wrk 4.1.0 [epoll] …`, `valgrind-3.19.0` and `Redis server v=7.0.15 sha=…` tell it.
    let version = line.split(|c: char| !(c.is_ascii_digit() || c == '.')).find(|word| word.contains('.'))?;
    Some(format!("{name} {version}"))
}
