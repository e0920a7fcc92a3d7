//! How figures came about, and what they are held against.

use serde::{Deserialize, Serialize};

use crate::{Disturbance, Goal};

/// One run of a benchmark.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Run {
    pub command: String,
    pub date: String,
    /// Unknown, as is the disturbance, of runs that were made before both were kept.
    pub seconds: Option<u64>,
    pub disturbance: Option<Disturbance>,
    pub goals: Vec<Held>,
}

/// A figure and its goal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Held {
    pub what: String,
    pub goal: Goal,
    pub value: f64,
    pub is_met: bool,
}

impl std::fmt::Display for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}`, {}", self.command, self.date)?;
        if let Some(seconds) = self.seconds {
            write!(f, ", {seconds} s")?;
        }
        match self.disturbance {
            Some(Disturbance { by_programs, by_guests }) => write!(
                f,
                "; other programs had {by_programs:.2} cores meanwhile, other guests of the host {by_guests:.2}"
            )?,
            None => write!(f, "; what others had of the machine meanwhile was not kept")?,
        }
        let missed = self.goals.iter().filter(|held| !held.is_met).count();
        match (self.goals.len() - missed, missed) {
            (0, 0) => write!(f, "."),
            (met, 0) => write!(f, "; all {met} goals met."),
            (met, missed) => write!(f, "; {met} goals met, **{missed} missed**."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_tells_of_disturbance_and_goals() {
        let disturbance = Some(Disturbance { by_programs: 0.5, by_guests: 0.0 });
        let (command, date) = ("cargo bench --bench http".to_owned(), "2026-11-25 12:30 UTC".to_owned());
        let held = |is_met| Held { what: "memory".to_owned(), goal: Goal::AtMost(1.0), value: 1.0, is_met };
        let run = Run { command, date, seconds: Some(3), disturbance, goals: vec![held(true), held(false)] };
        assert_eq!(
            run.to_string(),
            "`cargo bench --bench http`, 2026-11-25 12:30 UTC, 3 s; other programs had 0.50 cores meanwhile, other \
             guests of the host 0.00; 1 goals met, **1 missed**."
        );
    }

    #[test]
    fn a_run_that_kept_neither_time_nor_disturbance_says_so() {
        let run: Run = serde_json::from_str(r#"{"command": "a", "date": "b", "goals": []}"#).expect("a run");
        assert_eq!(run.to_string(), "`a`, b; what others had of the machine meanwhile was not kept.");
    }
}
