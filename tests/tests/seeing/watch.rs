//! What is emitted on this thread: metrics, events and spans, and all of it as text.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
};

use metrics_util::{
    MetricKind,
    debugging::{DebugValue, DebuggingRecorder, Snapshotter},
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id},
};
use tracing_subscriber::{
    Layer, Registry, fmt::format::FmtSpan, layer::Context, layer::SubscriberExt, registry::LookupSpan,
};

/// An event or a span: its name, level and the names of its fields, and those fields that had values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Traced {
    pub(crate) name: String,
    pub(crate) level: String,
    pub(crate) fields: BTreeSet<String>,
    pub(crate) values: BTreeMap<String, String>,
}

/// A metric: its labels, by name and value.
pub(crate) type Labels = BTreeMap<String, String>;

/// A metric as a recorder has it.
#[derive(Clone, Debug)]
pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) labels: Labels,
    /// What it stands at; of a histogram, how many values it has.
    pub(crate) value: f64,
    pub(crate) described: bool,
}

/// What has been emitted. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    traced: Arc<Mutex<Vec<Traced>>>,
    text: Text,
}

/// All that a subscriber which formats everything has written.
#[derive(Clone, Debug, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Watch {
    /// Runs `story` and collects what is emitted meanwhile.
    pub(crate) async fn over(story: impl Future<Output = ()>) -> (Self, Vec<Metric>) {
        let watch = Self::default();
        let recorder = DebuggingRecorder::new();
        let snapshotter = recorder.snapshotter();
        let text = watch.text.clone();
        let formatted = tracing_subscriber::fmt::layer()
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(move || text.clone());
        let subscriber = Registry::default().with(watch.clone()).with(formatted);
        let events = tracing::subscriber::set_default(subscriber);
        let numbers = metrics::set_default_local_recorder(&recorder);
        story.await;
        drop((events, numbers));
        (watch, metrics_of(&snapshotter))
    }

    pub(crate) fn traced(&self) -> Vec<Traced> {
        self.traced.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn text(&self) -> String {
        let text = self.text.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&text).into_owned()
    }

    fn note(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Values)) {
        if metadata.target() != "ratelimit" {
            return;
        }
        let mut values = Values::default();
        record(&mut values);
        let fields = metadata.fields().iter().map(|field| field.name().to_owned());
        self.traced.lock().unwrap_or_else(PoisonError::into_inner).push(Traced {
            name: metadata.name().to_owned(),
            level: metadata.level().to_string(),
            fields: fields.filter(|field| field != "message").collect(),
            values: values.0,
        });
    }
}

fn metrics_of(snapshotter: &Snapshotter) -> Vec<Metric> {
    let all = snapshotter.snapshot().into_vec().into_iter();
    let metrics = all.map(|(key, _, description, value)| {
        let (kind, key) = key.into_parts();
        let labels = key.labels().map(|label| (label.key().to_owned(), label.value().to_owned()));
        Metric {
            name: key.name().to_owned(),
            kind: match kind {
                MetricKind::Counter => "counter",
                MetricKind::Gauge => "gauge",
                MetricKind::Histogram => "histogram",
            },
            labels: labels.collect(),
            #[expect(clippy::cast_precision_loss, reason = "the numbers of a test are small")]
            value: match value {
                DebugValue::Counter(count) => count as f64,
                DebugValue::Gauge(value) => value.into_inner(),
                DebugValue::Histogram(values) => values.len() as f64,
            },
            described: description.is_some(),
        }
    });
    metrics.collect()
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Watch {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        self.note(attributes.metadata(), |values| attributes.record(values));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        self.note(event.metadata(), |values| event.record(values));
    }
}

#[derive(Default)]
struct Values(BTreeMap<String, String>);

impl Visit for Values {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
