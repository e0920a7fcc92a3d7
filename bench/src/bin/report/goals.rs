//! The list of goals: how many each part meets, and which are missed.

use bench::{Goal, Held, Run, Table};
use serde::Deserialize;

use crate::results::Results;

/// A part that misses more than this has them summed up: each is in its file of figures.
const LISTED: usize = 20;

pub fn text(results: &Results) -> String {
    let mut table = Table::new(["part", "goals met", "missed"]);
    let mut missed = Vec::new();
    for fragment in &results.fragments {
        let name = &fragment.name;
        let run = results.figures(name).map(|figures| Run::deserialize(&figures["run"]));
        let Some(Ok(Run { goals, .. })) = run else { continue };
        if goals.is_empty() {
            continue;
        }
        let misses = goals.iter().filter(|held| !held.is_met).count();
        table.row([name.clone(), format!("{} of {}", goals.len() - misses, goals.len()), misses.to_string()]);
        let lines = if misses > LISTED { sums(&goals) } else { each(&goals) };
        missed.extend(lines.iter().map(|line| format!("* {name}: {line}\n")));
    }
    let missed = match &missed[..] {
        [] => "None is missed.\n".to_owned(),
        missed => format!("<details><summary>Missed</summary>\n\n{}\n</details>\n", missed.concat()),
    };
    format!("\n## Goals\n\n{table}\n{missed}")
}

fn each(goals: &[Held]) -> Vec<String> {
    let line = |held: &Held| format!("{}: {}, goal {}", held.what, figure(held.value), held.goal);
    goals.iter().filter(|held| !held.is_met).map(line).collect()
}

/// A line for all goals that are of one kind, where one of them is missed.
fn sums(goals: &[Held]) -> Vec<String> {
    let mut kinds: Vec<(String, Goal, Vec<&Held>)> = Vec::new();
    for held in goals {
        let kind = kind(&held.what);
        match kinds.iter_mut().find(|(other, goal, _)| *other == kind && *goal == held.goal) {
            Some((_, _, all)) => all.push(held),
            None => kinds.push((kind, held.goal, vec![held])),
        }
    }
    kinds.iter().filter_map(|(kind, goal, all)| sum(kind, *goal, all)).collect()
}

fn sum(kind: &str, goal: Goal, all: &[&Held]) -> Option<String> {
    let missed = all.iter().filter(|held| !held.is_met).count();
    let least = all.iter().map(|held| held.value).reduce(f64::min)?;
    let most = all.iter().map(|held| held.value).reduce(f64::max)?;
    let (best, worst) = match goal {
        Goal::AtMost(_) => (least, most),
        Goal::AtLeast(_) => (most, least),
    };
    let (count, best, worst) = (all.len(), figure(best), figure(worst));
    (missed > 0)
        .then(|| format!("{kind}: {missed} of {count} missed, {best} at best, {worst} at worst, goal {goal}"))
}

/// Of `subject, case, …; measure` all but what stands for the dots.
fn kind(what: &str) -> String {
    let Some((subject, measure)) = what.rsplit_once("; ") else { return what.to_owned() };
    let words: Vec<&str> = subject.split(", ").take(2).collect();
    format!("{}; {measure}", words.join(", "))
}

/// Three digits at least, of a count all.
fn figure(value: f64) -> String {
    if value.abs() >= 100.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(what: &str, goal: Goal, value: f64) -> Held {
        Held { what: what.to_owned(), goal, value, is_met: goal.is_met(value) }
    }

    #[test]
    fn many_goals_are_summed_up_by_their_kind() {
        let most = Goal::AtMost(0.45);
        let goals = [
            held("fixed window, u64, 1, one; × governor", most, 0.4),
            held("fixed window, u64, 10 k, zipf; × governor", most, 0.6),
            held("fixed window, text, 21 bytes, 1; × governor", most, 0.4),
            held("fixed window, u64, 10 k; two threads over one", Goal::AtLeast(1.8), 1.9),
            held("fixed window, u64, 1 M; two threads over one", Goal::AtLeast(1.8), 1.7),
        ];
        assert_eq!(
            sums(&goals),
            [
                "fixed window, u64; × governor: 1 of 2 missed, 0.400 at best, 0.600 at worst, goal ≤ 0.45",
                "fixed window, u64; two threads over one: 1 of 2 missed, 1.900 at best, 1.700 at worst, goal ≥ 1.8",
            ]
        );
    }

    #[test]
    fn few_goals_are_listed_where_they_are_missed() {
        let goals =
            [held("a; instructions", Goal::AtMost(120.0), 204.02), held("b; ms", Goal::AtMost(0.5), 0.1)];
        assert_eq!(each(&goals), ["a; instructions: 204, goal ≤ 120"]);
    }
}
