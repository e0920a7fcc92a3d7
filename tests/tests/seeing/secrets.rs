//! No key is told.

use crate::{
    story::{SECRET, everything},
    watch::Watch,
};

#[actix_web::test]
async fn a_secret_key_appears_in_no_event_span_or_label() {
    let (watch, metrics) = Watch::over(everything()).await;
    let text = watch.text();
    assert!(text.contains("ratelimit.storage") && text.contains("key=Key("), "nothing was watched: {text}");
    assert!(!text.contains(SECRET), "{text}");
    assert!(!metrics.is_empty(), "nothing was watched");
    let labels: Vec<_> = metrics.iter().flat_map(|metric| metric.labels.values()).collect();
    assert!(labels.iter().all(|value| !value.contains(SECRET)), "{labels:?}");
    assert!(labels.iter().all(|value| !value.contains("Key(")), "not even as a hash: {labels:?}");
}
