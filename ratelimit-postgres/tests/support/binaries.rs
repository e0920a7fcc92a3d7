//! Where PostgreSQL's programs are, and as whom they run.

use std::{
    env, fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
};

/// The folder with `initdb` and `postgres`: Debian's newest, or one on PATH.
fn folder() -> PathBuf {
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").exists())
        .collect();
    versions.sort();
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = || env::split_paths(&path).find(|folder| folder.join("initdb").exists());
    versions
        .pop()
        .map(|(_, folder)| folder)
        .or_else(on_path)
        .expect("PostgreSQL is not installed: run scripts/test, or `apt-get install postgresql`")
}

/// A command that runs one of the programs. They refuse to run as root, so root hands over to `postgres`.
pub(super) fn program(name: &str) -> Command {
    let mut command = Command::new(folder().join(name));
    if let Some((user, group)) = unprivileged() {
        command.uid(user).gid(group);
    }
    command.current_dir("/");
    command
}

/// Gives a folder to whom the programs run as.
pub(super) fn give(folder: &Path) {
    if let Some((user, group)) = unprivileged() {
        chown(folder, Some(user), Some(group)).expect("root may give folders away");
    }
}

/// The user and group `postgres`, if this is root.
fn unprivileged() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let root = fs::metadata("/proc/self").is_ok_and(|itself| itself.uid() == 0);
    root.then(|| {
        let users = fs::read_to_string("/etc/passwd").expect("every system has users");
        let line = users.lines().find(|line| line.starts_with("postgres:"));
        let mut ids = line.expect("Debian's package makes a user `postgres`").split(':').skip(2);
        let mut id = || ids.next()?.parse().ok();
        (id().expect("a user's number"), id().expect("a group's number"))
    })
}
