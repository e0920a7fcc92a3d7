//! How the storage does, in numbers.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// How a limiter's storage does: whether it answers, and what failed since the limiter was built.
/// From [`Limiter::storage_health`](crate::Limiter::storage_health).
///
/// ```
/// use actix_web::{HttpResponse, Responder, get, web};
/// use ratelimit_actix::{Limiter, exempt};
///
/// #[get("/health")]
/// #[exempt]
/// async fn health(limiter: web::Data<Limiter>) -> impl Responder {
///     let storage = limiter.storage_health();
///     match storage.failing_for() {
///         None => HttpResponse::Ok().body(format!("well; {} outages so far", storage.outages())),
///         Some(time) => HttpResponse::Ok().body(format!("without its storage for {time:?}")),
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StorageHealth {
    pub(super) failing_for: Option<Duration>,
    pub(super) outages: u64,
    pub(super) failed_calls: u64,
    pub(super) requests_without: u64,
    pub(super) lost_refunds: u64,
}

impl StorageHealth {
    /// Whether the storage is failing now, so that requests are answered without it.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.failing_for.is_some()
    }

    /// How long the storage has been failing; `None` while it answers.
    #[must_use]
    pub fn failing_for(&self) -> Option<Duration> {
        self.failing_for
    }

    /// How often the storage has begun to fail.
    #[must_use]
    pub fn outages(&self) -> u64 {
        self.outages
    }

    /// How many calls of the storage have failed or missed their deadline: requests' and refunds', and
    /// those that looked whether it was back.
    #[must_use]
    pub fn failed_calls(&self) -> u64 {
        self.failed_calls
    }

    /// How many requests were handled by [`OnError`](crate::OnError) in the storage's stead.
    #[must_use]
    pub fn requests_without(&self) -> u64 {
        self.requests_without
    }

    /// How many charges could not be given back. Their clients wait longer than they had to, and nobody
    /// gains by it.
    #[must_use]
    pub fn lost_refunds(&self) -> u64 {
        self.lost_refunds
    }
}

/// A number that only grows, written by nobody while the storage does well.
#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self, more: usize) {
        self.0.fetch_add(more as u64, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
