//! What is told of the figures.

use bench::{Fragment, Goal, Table};

use crate::{
    apps::{self, App},
    figures::{Figures, Rate},
};

/// What is aimed at: an app, the one it is compared with, how many instructions more it may take, and what of the
/// other's requests/s it should at least serve.
const GOALS: [(App, App, f64, f64); 6] = [
    (apps::ROUTE, apps::PLAIN, 500.0, 0.97),
    (apps::DEFAULT, apps::PLAIN, 500.0, 0.97),
    (apps::ROUTE_HEADERS, apps::HEADERS_BY_HAND, 600.0, 0.95),
    (apps::DEFAULT_HEADERS, apps::HEADERS_BY_HAND, 600.0, 0.95),
    (apps::ROUTE_REFUSED, apps::REFUSAL_BY_HAND, 1000.0, 0.95),
    (apps::DEFAULT_REFUSED, apps::REFUSAL_BY_HAND, 1000.0, 0.95),
];

const RIVALS: [App; 6] = [
    apps::GOVERNOR,
    apps::GOVERNOR_HEADERS,
    apps::GOVERNOR_REFUSED,
    apps::EXTENSIBLE,
    apps::EXTENSIBLE_HEADERS,
    apps::EXTENSIBLE_REFUSED,
];

/// What refusals are to be of the best rival's a second.
const REFUSALS_GOAL: Goal = Goal::AtLeast(1.1);

/// Ours beside apps that do the same by hand, with the goals.
pub fn by_hand(fragment: &mut Fragment, figures: &Figures) {
    fragment.text("One worker, one route, connections that are kept.");
    fragment.heading("Beside an app that does the same by hand");
    let mut table =
        Table::new(["app", "instructions", "beside", "its", "more", "goal", "requests/s × its", "goal"]);
    for (app, by_hand, at_most, at_least) in GOALS.into_iter().filter(|(app, ..)| figures.has(*app)) {
        let (more, rate) = (figures.more(app, by_hand), figures.beside(app, by_hand));
        let mut held = |measure, goal: Goal, value| {
            fragment.goal(format!("{}; {measure} {}", app.0, by_hand.0), goal, value)
        };
        table.row([
            app.0.to_owned(),
            cell(figures.count(app), whole),
            by_hand.0.to_owned(),
            cell(figures.count(by_hand), whole),
            cell(more, signed),
            cell(more, |more| held("instructions over", Goal::AtMost(at_most), more)),
            cell(rate, ratio),
            cell(rate, |rate| held("requests/s ×", Goal::AtLeast(at_least), rate)),
        ]);
    }
    fragment.table(&table);
}

pub fn rivals(fragment: &mut Fragment, figures: &Figures) {
    fragment.heading("Rivals");
    let mut table = Table::new(["app", "instructions", "over plain", "requests/s × plain"]);
    let apps = GOALS.map(|(app, ..)| app).into_iter().chain(RIVALS);
    for app in apps.filter(|app| figures.has(*app)) {
        table.row([
            app.0.to_owned(),
            cell(figures.count(app), whole),
            cell(figures.more(app, apps::PLAIN), signed),
            cell(figures.beside(app, apps::PLAIN), ratio),
        ]);
    }
    fragment.table(&table);
}

/// Ours beside whichever rival refuses more a second.
pub fn refusals(fragment: &mut Fragment, figures: &Figures) {
    let mut table = Table::new(["app", "refusals/s × the best rival's", "goal"]);
    let ours = [apps::ROUTE_REFUSED, apps::DEFAULT_REFUSED];
    for app in ours.into_iter().filter(|app| figures.has(*app)) {
        let beside =
            [apps::GOVERNOR_REFUSED, apps::EXTENSIBLE_REFUSED].map(|rival| figures.beside(app, rival));
        let least = beside.into_iter().flatten().reduce(f64::min);
        let what = format!("{}; refusals/s × the best rival's", app.0);
        let verdict = cell(least, |least| fragment.goal(what, REFUSALS_GOAL, least));
        table.row([app.0.to_owned(), cell(least, ratio), verdict]);
    }
    fragment.table(&table);
}

pub fn load(fragment: &mut Fragment, figures: &Figures) {
    fragment.heading("Under load");
    let mut table = Table::new(["app", "requests/s", "p50, µs", "p99, µs", "p99.9, µs"]);
    for app in apps::ALL {
        let Some(Rate { rate, latencies: [half, most, nearly_all], .. }) = figures.rate(app) else {
            continue;
        };
        let cells = [rate, half, most, nearly_all].map(|figure| whole(*figure));
        table.row([app.0.to_owned()].into_iter().chain(cells));
    }
    fragment.table(&table);
}

pub fn limits(fragment: &mut Fragment, figures: &Figures) {
    fragment.heading("Several limits on one route");
    let mut table = Table::new(["limits", "instructions over plain", "requests/s × plain"]);
    for (limits, _) in apps::LIMITS {
        let count = figures.instructions_of_limits.get(&limits);
        let more = count.and_then(|count| Some(count - figures.count(apps::PLAIN)?));
        let rate = figures.rates_of_limits.get(&limits);
        let rate = rate.and_then(|rate| rate.beside.get(apps::PLAIN.0).copied());
        if more.is_some() || rate.is_some() {
            table.row([limits.to_string(), cell(more, signed), cell(rate, ratio)]);
        }
    }
    fragment.table(&table);
}

/// Nothing of what was not measured.
fn cell(figure: Option<f64>, tell: impl FnOnce(f64) -> String) -> String {
    figure.map(tell).unwrap_or_default()
}

fn whole(figure: f64) -> String {
    format!("{figure:.0}")
}

fn signed(figure: f64) -> String {
    format!("{figure:+.0}")
}

fn ratio(figure: f64) -> String {
    format!("{figure:.3}")
}
