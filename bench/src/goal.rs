//! What a figure should be.

use serde::{Deserialize, Serialize};

/// What a figure should be at most or at least.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

impl Goal {
    pub fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtMost(goal) => value <= goal,
            Self::AtLeast(goal) => value >= goal,
        }
    }

    /// The goal, and whether the value meets it: `≤ 0.45: met`.
    pub fn verdict(self, value: f64) -> String {
        format!("{self}: {}", if self.is_met(value) { "met" } else { "**missed**" })
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtMost(goal) => write!(f, "≤ {goal}"),
            Self::AtLeast(goal) => write!(f, "≥ {goal}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_says_the_goal_and_whether_it_is_met() {
        assert_eq!(Goal::AtMost(0.45).verdict(0.45), "≤ 0.45: met");
        assert_eq!(Goal::AtLeast(1.8).verdict(1.7), "≥ 1.8: **missed**");
        assert!(!Goal::AtMost(1.0).is_met(f64::NAN), "what was not measured meets nothing");
    }
}
