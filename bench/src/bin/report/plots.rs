//! The plots, each of the figures of one part; those of parts that were never run are left out.

use std::{error::Error, path::Path};

use bench::{Chart, Scale, Series};
use serde_json::Value;

use crate::results::Results;

/// A plot that was drawn.
pub struct Plot {
    /// The fragment it stands under.
    pub fragment: &'static str,
    pub file: &'static str,
    pub title: &'static str,
}

/// What to draw of which figures.
struct Drawing {
    fragment: &'static str,
    file: &'static str,
    chart: Chart<'static>,
    series: fn(&Value) -> Vec<Series>,
}

pub fn draw(results: &Results, folder: &Path) -> Result<Vec<Plot>, Box<dyn Error>> {
    let mut plots = Vec::new();
    for drawing in drawings() {
        let Drawing { fragment, file, mut chart, series } = drawing;
        let Some(figures) = results.figures(fragment) else { continue };
        chart.series = series(figures);
        if chart.series.iter().all(|series| series.points.is_empty()) {
            continue;
        }
        chart.draw(&folder.join(file))?;
        plots.push(Plot { fragment, file, title: chart.title });
    }
    Ok(plots)
}

fn drawings() -> Vec<Drawing> {
    vec![
        Drawing {
            fragment: "growth",
            file: "growth-bytes.svg",
            chart: chart(
                "Memory a key, over keys held",
                "keys",
                "bytes a key (resident)",
                Scale::Log,
                Scale::Linear,
            ),
            series: |figures| lines(&figures["growth"], "keys", "bytes_a_key"),
        },
        Drawing {
            fragment: "growth",
            file: "growth-nanos.svg",
            chart: chart(
                "A hit on a known key, over keys held",
                "keys",
                "ns a hit",
                Scale::Log,
                Scale::Linear,
            ),
            series: |figures| lines(&figures["growth"], "keys", "nanos_a_hit"),
        },
        Drawing {
            fragment: "flood",
            file: "flood-nanos.svg",
            chart: chart(
                "A hit in a flood of new keys",
                "keys seen",
                "ns a hit",
                Scale::Linear,
                Scale::Linear,
            ),
            series: |figures| lines(&figures["flood"], "seen", "nanos_a_hit"),
        },
        Drawing {
            fragment: "flood",
            file: "flood-memory.svg",
            chart: chart(
                "Memory in a flood of new keys",
                "keys seen",
                "MB resident",
                Scale::Linear,
                Scale::Linear,
            ),
            series: |figures| lines(&figures["flood"], "seen", "resident_mb"),
        },
        Drawing {
            fragment: "http",
            file: "http-limits.svg",
            chart: chart(
                "Requests over limits on a route",
                "limits",
                "requests/s",
                Scale::Linear,
                Scale::Linear,
            ),
            series: limits,
        },
        Drawing {
            fragment: "http",
            file: "http-latency.svg",
            chart: chart(
                "Latencies",
                "share of requests that are as quick",
                "µs",
                Scale::Names(&["50 %", "99 %", "99.9 %"]),
                Scale::Log,
            ),
            series: latencies,
        },
    ]
}

fn chart(
    title: &'static str,
    x_label: &'static str,
    y_label: &'static str,
    x_scale: Scale,
    y_scale: Scale,
) -> Chart<'static> {
    Chart { title, x_label, y_label, x_scale, y_scale, series: Vec::new() }
}

/// `[{"name": "…", "points": [{x: …, y: …}]}]`.
fn lines(figures: &Value, x: &str, y: &str) -> Vec<Series> {
    let point = |point: &Value| Some((point[x].as_f64()?, point[y].as_f64()?));
    let line = |line: &Value| Series {
        name: line["name"].as_str().unwrap_or_default().to_owned(),
        points: each(&line["points"]).filter_map(point).collect(),
    };
    each(figures).map(line).collect()
}

/// `{"1": {"rate": …}, …}` by the number of limits, or rows that tell it.
fn limits(figures: &Value) -> Vec<Series> {
    let row = |row: &Value| Some((row["limits"].as_f64()?, row["requests_per_second"].as_f64()?));
    let named = |(limits, app): (&String, &Value)| Some((limits.parse().ok()?, app["rate"].as_f64()?));
    let mut points: Vec<(f64, f64)> = each(&figures["limits"]).filter_map(row).collect();
    points.extend(entries(&figures["rates_of_limits"]).filter_map(named));
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    vec![Series { name: "ratelimit".to_owned(), points }]
}

/// `{"app": {"latencies": [p50, p99, p99.9]}, …}`, or rows that tell it. Of the apps only those that answer without
/// headers and refuse nothing: more lines than these can't be told apart.
fn latencies(figures: &Value) -> Vec<Series> {
    let line = |name: &str, micros: [&Value; 3]| Series {
        name: name.to_owned(),
        points: (1..)
            .zip(micros)
            .filter_map(|(share, micros)| Some((share.into(), micros.as_f64()?)))
            .collect(),
    };
    let row = |row: &Value| {
        let micros = [&row["p50_us"], &row["p99_us"], &row["p999_us"]];
        line(row["app"].as_str().unwrap_or_default(), micros)
    };
    let is_shown = |name: &str| !["headers", "refused", "by-hand"].iter().any(|word| name.contains(word));
    let named = |(name, app): (&String, &Value)| {
        let micros = &app["latencies"];
        is_shown(name).then(|| line(name, [&micros[0], &micros[1], &micros[2]]))
    };
    each(&figures["latency"]).map(row).chain(entries(&figures["rates"]).filter_map(named)).collect()
}

fn each(figures: &Value) -> impl Iterator<Item = &Value> {
    figures.as_array().into_iter().flatten()
}

fn entries(figures: &Value) -> impl Iterator<Item = (&String, &Value)> {
    figures.as_object().into_iter().flatten()
}
