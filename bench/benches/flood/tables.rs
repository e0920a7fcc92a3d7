//! What is told of the floods.

use bench::{Fragment, Goal, Table, median, short};

use crate::{End, Flood, Point};

/// What the last part is to be of the first at most, and the median of the last three of that of the first three.
const FLAT_MEMORY: Goal = Goal::AtMost(1.05);
const FLAT_TIME: Goal = Goal::AtMost(1.1);
const NONE: Goal = Goal::AtMost(0.0);

pub fn write(fragment: &mut Fragment, floods: &[Flood], max_keys: usize) {
    fragment.text(format_args!(
        "New keys at full speed, each once, with 5 a day; ours holds at most {max_keys} keys, governor \
         has no bound. Before it 600 clients use up theirs and are refused. Every thousand keys one of 300 of them tries \
         again; the other 300 try again when the flood is over."
    ));
    fragment.table(&table(floods, "ns a hit, keys seen:", |point| point.nanos_a_hit));
    fragment.table(&table(floods, "MB resident, keys seen:", |point| point.resident_mb));
    verdicts(fragment, floods);
}

fn table(floods: &[Flood], title: &str, figure: fn(&Point) -> f64) -> Table {
    let seen: Vec<String> = floods[0].points.iter().map(|point| short(point.seen as f64)).collect();
    let mut table = Table::new([title].into_iter().chain(seen.iter().map(String::as_str)));
    for flood in floods {
        let cells = flood.points.iter().map(|point| format!("{:.1}", figure(point)));
        table.row([flood.name.to_owned()].into_iter().chain(cells));
    }
    table
}

fn verdicts(fragment: &mut Fragment, floods: &[Flood]) {
    let mut table = Table::new(["limiter", "what", "figure", "goal"]);
    for Flood { name, points, end } in floods {
        let [.., last] = &points[..] else { continue };
        let time = |points: &[Point]| median(points.iter().map(|point| point.nanos_a_hit).collect());
        let ends = points.len().min(3);
        let rise = time(&points[points.len() - ends..]) / time(&points[..ends]);
        let growth = last.resident_mb / points[0].resident_mb;
        let tries = format!("passed of {} retries in the flood", last.retries);
        let mut row = |what: &str, figure: f64, goal: Goal| {
            // governor's are told without a goal: it has no bound to keep.
            let verdict = match end {
                Some(_) => fragment.goal(format!("{name}; {what}"), goal, figure),
                None => String::new(),
            };
            let figure = if goal == NONE { figure.to_string() } else { format!("{figure:.2}") };
            table.row([(*name).to_owned(), what.to_owned(), figure, verdict]);
        };
        row("memory in the end, × that after the first part", growth, FLAT_MEMORY);
        row("time a hit in the last three parts, × the first three", rise, FLAT_TIME);
        row(&tries, last.passed as f64, NONE);
        if let Some(End { keys, evicted, evicted_refused, quiet_passed }) = end {
            row("passed of 300 refused that kept quiet", *quiet_passed as f64, NONE);
            let what = format!("evicted while refused (of {evicted}; {keys} held)");
            row(&what, *evicted_refused as f64, NONE);
        }
    }
    fragment.table(&table);
}
