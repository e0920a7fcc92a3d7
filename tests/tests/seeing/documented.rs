//! `docs/observability.md` has every name that is emitted, and no other.

use std::collections::{BTreeMap, BTreeSet};

use crate::{story::everything, watch::Watch};

const DOCUMENT: &str = include_str!("../../../docs/observability.md");

/// The rows of the document's tables whose first column begins with `prefix`, by that column.
fn rows(prefix: &str) -> BTreeMap<&'static str, Vec<&'static str>> {
    let rows = DOCUMENT.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows = rows.filter(|row| row.starts_with(prefix)).map(|row| {
        let mut columns = row.split('|').map(str::trim);
        let name = columns.next().unwrap_or_default().trim_end_matches('`');
        (name, columns.collect())
    });
    rows.collect()
}

/// The names in a column.
fn names(column: &str) -> BTreeSet<String> {
    column.split(", ").filter(|name| !name.is_empty()).map(|name| name.trim_matches('`').to_owned()).collect()
}

#[actix_web::test]
async fn every_metric_is_documented_and_every_documented_metric_is_emitted() {
    let (_, metrics) = Watch::over(everything()).await;
    let documented: BTreeMap<_, _> = rows("ratelimit_")
        .into_iter()
        .map(|(name, row)| (name.to_owned(), (row[0].to_owned(), names(row[1]))))
        .collect();
    let mut emitted = BTreeMap::new();
    for metric in &metrics {
        assert!(metric.described, "{} has no description", metric.name);
        let labels: BTreeSet<_> = metric.labels.keys().cloned().collect();
        emitted.insert(metric.name.clone(), (metric.kind.to_owned(), labels));
    }
    assert_eq!(emitted, documented);
}

#[actix_web::test]
async fn every_value_of_a_label_is_documented_but_names_of_limits() {
    let (_, metrics) = Watch::over(everything()).await;
    let labels = metrics.iter().flat_map(|metric| &metric.labels).filter(|(label, _)| *label != "policy");
    for (label, value) in labels {
        assert!(DOCUMENT.contains(&format!("`{value}`")), "{label}={value} is not documented");
    }
}

#[actix_web::test]
async fn every_event_and_span_is_documented_and_every_documented_one_is_emitted() {
    let (watch, _) = Watch::over(everything()).await;
    let documented: BTreeMap<_, _> = rows("ratelimit.")
        .into_iter()
        .map(|(name, row)| (name.to_owned(), (row[0].to_owned(), names(row[1]))))
        .collect();
    let traced = watch.traced().into_iter();
    let emitted: BTreeMap<_, _> = traced.map(|traced| (traced.name, (traced.level, traced.fields))).collect();
    assert_eq!(emitted, documented);
}
