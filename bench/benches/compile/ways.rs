//! The ways to build an app.

use std::{fs, path::PathBuf, process::Command, time::Instant};

use bench::process;

use crate::apps::{APPS, Apps, Change};

/// A way to build, and what happens to `main.rs` before.
pub struct Way {
    pub title: &'static str,
    pub rounds: usize,
    /// Whether it needs no dependencies built in yet another way.
    pub is_quick: bool,
    /// Whether nothing has been built before.
    pub is_whole: bool,
    release: bool,
    incremental: bool,
    change: Change,
}

const DEBUG: Way = Way {
    title: "debug, touched",
    rounds: 11,
    is_quick: true,
    is_whole: false,
    release: false,
    incremental: true,
    change: Change::Touched,
};

pub const WAYS: [Way; 5] = [
    DEBUG,
    Way { title: "debug, a line changed", change: Change::Edited, ..DEBUG },
    Way { title: "debug, not incremental", incremental: false, change: Change::Edited, ..DEBUG },
    Way {
        title: "release",
        rounds: 5,
        is_quick: false,
        release: true,
        incremental: false,
        change: Change::Edited,
        ..DEBUG
    },
    Way { title: "debug, whole", rounds: 3, is_quick: false, is_whole: true, ..DEBUG },
];

/// What a build took, in seconds.
pub struct Took {
    pub by_the_clock: f64,
    pub of_processors: f64,
}

impl Way {
    /// Sees to it that there is something to build.
    pub fn prepare(&self, apps: &Apps, app: usize) {
        apps.change(app, self.change);
        if self.is_whole {
            // There is none at first.
            drop(fs::remove_dir_all(self.target(apps)));
        }
    }

    pub fn build(&self, apps: &Apps, app: usize) -> Took {
        let mut command = Command::new("cargo");
        command.args(["build", "--quiet", "--package", APPS[app]]).current_dir(&apps.folder);
        command.args(self.release.then_some("--release")).env("CARGO_TARGET_DIR", self.target(apps));
        // Were it `1`, the limiter would be built as if it were at work on, too; see `apps::WORKSPACE`.
        command.env_remove("CARGO_INCREMENTAL");
        if !self.incremental {
            command.env("CARGO_INCREMENTAL", "0");
        }
        let (began, spent) = (Instant::now(), process::spent());
        let status = command.status().expect("cargo");
        let (by_the_clock, of_processors) = (began.elapsed().as_secs_f64(), process::spent() - spent);
        assert!(status.success(), "{command:?}: {status}");
        Took { by_the_clock, of_processors }
    }

    fn target(&self, apps: &Apps) -> PathBuf {
        apps.folder.join(if self.is_whole { "whole" } else { "target" })
    }
}
