//! The plots, each of the figures of one part; those of parts that were never run are left out.

use std::{error::Error, path::Path};

use bench::{Chart, Series};
use serde_json::Value;

use crate::{drawings::drawings, results::Results};

/// A plot that was drawn.
pub struct Plot {
    /// The fragment it stands under.
    pub fragment: &'static str,
    pub file: &'static str,
    pub title: &'static str,
}

pub fn draw(results: &Results, folder: &Path) -> Result<Vec<Plot>, Box<dyn Error>> {
    let mut plots = Vec::new();
    for drawing in drawings() {
        let Some(figures) = results.figures(drawing.fragment) else { continue };
        let series = (drawing.series)(figures);
        if series.iter().all(|series| series.points.is_empty()) {
            continue;
        }
        let ([x_label, y_label], [x_scale, y_scale]) = (drawing.labels, drawing.scales);
        let title = drawing.title;
        let chart = Chart { title, x_label, y_label, x_scale, y_scale, series };
        chart.draw(&folder.join(drawing.file))?;
        plots.push(Plot { fragment: drawing.fragment, file: drawing.file, title });
    }
    Ok(plots)
}

/// `[{"name": "…", "points": [{x: …, y: …}]}]`.
pub fn lines(figures: &Value, x: &str, y: &str) -> Vec<Series> {
    let point = |point: &Value| Some((point[x].as_f64()?, point[y].as_f64()?));
    let line = |line: &Value| Series {
        name: line["name"].as_str().unwrap_or_default().to_owned(),
        points: each(&line["points"]).filter_map(point).collect(),
    };
    each(figures).map(line).collect()
}

/// `{"1": {"rate": …}, …}` by the number of limits.
pub fn limits(figures: &Value) -> Vec<Series> {
    let point = |(limits, app): (&String, &Value)| Some((limits.parse().ok()?, app["rate"].as_f64()?));
    let mut points: Vec<(f64, f64)> = entries(&figures["rates_of_limits"]).filter_map(point).collect();
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    vec![Series { name: "ratelimit".to_owned(), points }]
}

/// `{"app": {"latencies": [p50, p99, p99.9]}, …}`, of the apps that answer without headers and refuse nothing: more
/// lines than these can't be told apart.
pub fn latencies(figures: &Value) -> Vec<Series> {
    let points = |app: &Value| {
        (1..)
            .zip(each(&app["latencies"]))
            .filter_map(|(share, micros)| Some((share.into(), micros.as_f64()?)))
            .collect()
    };
    let is_shown = |name: &str| !["headers", "refused", "by-hand"].iter().any(|word| name.contains(word));
    let shown = entries(&figures["rates"]).filter(|(name, _)| is_shown(name));
    shown.map(|(name, app)| Series { name: name.clone(), points: points(app) }).collect()
}

fn each(figures: &Value) -> impl Iterator<Item = &Value> {
    figures.as_array().into_iter().flatten()
}

fn entries(figures: &Value) -> impl Iterator<Item = (&String, &Value)> {
    figures.as_object().into_iter().flatten()
}
