//! What else the machine did while something was measured.

use std::{collections::HashMap, fs, process, time::Instant};

use serde::{Deserialize, Serialize};

/// Cores that others had, on average.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Disturbance {
    /// Programs that are not of this one's making.
    pub by_programs: f64,
    /// Other guests of the host.
    pub by_guests: f64,
}

/// Watches from when it is made.
#[derive(Debug)]
pub struct Watch {
    began: Instant,
    busy: f64,
    stolen: f64,
    own: f64,
}

impl Watch {
    pub fn start() -> Self {
        let (busy, stolen) = machine();
        Self { began: Instant::now(), busy, stolen, own: own() }
    }

    pub fn seconds(&self) -> u64 {
        self.began.elapsed().as_secs()
    }

    pub fn disturbance(&self) -> Disturbance {
        let (busy, stolen) = machine();
        let ticks = self.began.elapsed().as_secs_f64() * TICKS;
        let others = (busy - self.busy) - (own() - self.own);
        Disturbance { by_programs: others.max(0.0) / ticks, by_guests: (stolen - self.stolen) / ticks }
    }
}

/// What `/proc` counts a second in; Linux shows all programs this.
pub(crate) const TICKS: f64 = 100.0;

/// Ticks of all cores: spent by whatever ran, and by the host's other guests while something here wanted to run.
fn machine() -> (f64, f64) {
    let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
    let all = stat.lines().next().unwrap_or_default();
    let ticks: Vec<f64> = all.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    match ticks[..] {
        [user, nice, system, _idle, _waiting, irq, softirq, stolen, ..] => {
            (user + nice + system + irq + softirq, stolen)
        }
        _ => (0.0, 0.0),
    }
}

/// Ticks of this process and of what it has started, now or before.
fn own() -> f64 {
    let processes: HashMap<u32, (u32, f64)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|id| Some((id, parent_and_ticks(id)?)))
        .collect();
    let is_own = |id: &u32| {
        let parent = |id: &u32| processes.get(id).map(|(parent, _)| *parent);
        std::iter::successors(Some(*id), parent).any(|id| id == process::id())
    };
    processes.iter().filter(|(id, _)| is_own(id)).map(|(_, (_, ticks))| ticks).sum()
}

/// With those of children that have ended.
pub(crate) fn parent_and_ticks(id: u32) -> Option<(u32, f64)> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // Before the last bracket is the program's name, which may be anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11..15)?.iter().filter_map(|field| field.parse::<f64>().ok()).sum();
    Some((fields.get(1)?.parse().ok()?, ticks))
}
