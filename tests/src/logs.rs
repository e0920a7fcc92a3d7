//! What the limiter has logged.

use std::{
    panic,
    sync::{Mutex, Once, PoisonError},
};

use actix_web::rt::System;
use log::{LevelFilter, Log, Metadata, Record};

/// Lines, and the [`System`]s that logged them.
static LINES: Mutex<Vec<(Option<usize>, String)>> = Mutex::new(Vec::new());

struct Collector;

impl Log for Collector {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        note(format!("{} {}", record.level(), record.args()));
    }

    fn flush(&self) {}
}

fn note(line: String) {
    let system = System::try_current().map(|system| system.id());
    LINES.lock().unwrap_or_else(PoisonError::into_inner).push((system, line));
}

/// Begins to collect this process's log lines, and its panics as lines that begin with `PANIC`.
///
/// # Panics
/// When something else in this process logs elsewhere.
pub fn collect() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        log::set_logger(&Collector).expect("the first logger of this process");
        log::set_max_level(LevelFilter::Info);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            note(format!("PANIC {panic}"));
            before(panic);
        }));
    });
}

/// The lines collected so far that hold `part`.
pub fn lines_with(part: &str) -> Vec<String> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().map(|(_, line)| line).filter(|line| line.contains(part)).cloned().collect()
}

/// The lines collected so far that the threads of one [`System`] have logged, so the workers of its servers.
pub fn lines_of(system: usize) -> Vec<String> {
    let lines = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    lines.iter().filter(|(logged_by, _)| *logged_by == Some(system)).map(|(_, line)| line.clone()).collect()
}
