//! The storage.

use std::{fmt, sync::Arc};

use ratelimit_core::{
    Acquisition, Batch, Clock, Decision, Decisions, Refund, Reply, Reset, Storage, StorageError,
    storage::RefusalMemory,
};
use scopeguard::defer;

use crate::{
    BuildError, RedisStorageBuilder,
    connection::{Lane, Lanes},
    layout::Layout,
    queue,
    refunds::Refunds,
    request::{Intent, Request, in_order},
    reset,
    script::REFUND,
    spanning,
};

/// Counters in Redis, shared by every process that uses the same server and namespace.
///
/// Nothing is connected when a storage is made: the first request does that, on its runtime, and an
/// absent server is that request's error. See the [crate's documentation](crate) for what stands behind
/// it, and [`builder`](Self::builder) for its settings.
///
/// ```no_run
/// use ratelimit_core::{Key, Policy, Quota, RateLimiter, Strategy};
/// use ratelimit_redis::RedisStorage;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let limiter = RateLimiter::new(RedisStorage::open("redis://127.0.0.1:6379")?);
/// let policy = Policy::new(Quota::new("3/minute".parse()?, Strategy::FixedWindow), "shop", ["login"]);
/// let decision = limiter.hit(&policy, &Key::from("alice"), 1).await?;
/// assert_eq!(decision.remaining(), 2);
/// # Ok(())
/// # }
/// ```
pub struct RedisStorage {
    shared: Arc<Shared>,
}

/// What requests under way share with their storage.
pub(crate) struct Shared {
    pub(crate) layout: Layout,
    pub(crate) lanes: Lanes,
    pub(crate) refusals: RefusalMemory,
    /// A clock instead of the server's.
    pub(crate) clock: Option<Arc<dyn Clock>>,
}

/// With a clock of its own, time may stand still while the server's goes on: counters live a day longer.
const GRACE_MILLIS: u64 = 86_400_000;

impl RedisStorage {
    /// The storage at `uri`, with the settings that [`builder`](Self::builder) starts from.
    ///
    /// # Errors
    /// When the URI can't be. Whether a server is there shows at the first request.
    pub fn open(uri: &str) -> Result<Self, BuildError> {
        Self::builder(uri).build()
    }

    /// Settings for a storage at `uri`.
    pub fn builder(uri: &str) -> RedisStorageBuilder {
        RedisStorageBuilder::new(uri)
    }

    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared) }
    }

    fn ask<'a>(&'a self, batch: &'a Batch<'_>, intent: Intent) -> Reply<'a, Decisions> {
        if batch.is_empty() {
            return Reply::ready(Decisions::default());
        }
        if let Some(decisions) = self.shared.refusals.recall(batch) {
            return Reply::ready(decisions);
        }
        let lane = match self.shared.lanes.current() {
            Ok(lane) => lane,
            Err(error) => return Reply::failed(error),
        };
        Reply::later(async move { self.shared.ask_and_note(&lane, batch, intent).await })
    }
}

impl Shared {
    /// Whether the counters may be on several servers.
    fn spans(&self, batch: &Batch<'_>) -> bool {
        self.lanes.topology().is_cluster() && batch.iter().any(|hit| hit.key != batch[0].key)
    }

    /// Forgets what is remembered of counters that have been given something back.
    fn forget_refusals<'a>(&self, counters: impl Iterator<Item = Acquisition<'a>>) {
        for counter in counters {
            self.refusals.forget(counter.policy, counter.key);
        }
    }

    /// Asks the server, and remembers what it refuses.
    async fn ask_and_note(
        self: &Arc<Self>,
        lane: &Arc<Lane>,
        batch: &Batch<'_>,
        intent: Intent,
    ) -> Result<Decisions, StorageError> {
        let asked = self.refusals.ask();
        let decisions = self.ask(lane, batch, intent).await?;
        self.refusals.note(batch, &decisions, asked);
        if intent == Intent::Charge && !decisions.all_allowed() && self.spans(batch) {
            // Some of it was charged for a moment, and others may have been refused for that.
            let allowed = batch.iter().zip(decisions.iter()).filter(|(_, decision)| decision.is_allowed());
            self.forget_refusals(allowed.map(|(hit, _)| *hit));
        }
        Ok(decisions)
    }

    async fn ask(
        self: &Arc<Self>,
        lane: &Arc<Lane>,
        batch: &Batch<'_>,
        intent: Intent,
    ) -> Result<Decisions, StorageError> {
        if self.spans(batch) {
            return spanning::ask(self, lane, batch, intent).await;
        }
        let request = self.request(batch.iter().enumerate(), intent)?;
        let (request, answer) = queue::ask(lane, request, self.now_micros()).await?;
        Ok(in_order(answer.decisions(request.items(), answer.allowed)?))
    }

    pub(crate) fn request<'a>(
        &self,
        acquisitions: impl IntoIterator<Item = (usize, &'a Acquisition<'a>)>,
        intent: Intent,
    ) -> Result<Request, StorageError> {
        let grace_millis = if self.clock.is_some() { GRACE_MILLIS } else { 0 };
        Request::new(&self.layout, acquisitions, intent, grace_millis)
    }

    /// The time that the scripts are to count by; 0 for the server's own.
    pub(crate) fn now_micros(&self) -> u64 {
        // Not 0 even at the origin, which would mean the server's time.
        self.clock.as_ref().map_or(0, |clock| clock.now().as_nanos() / 1_000 + 1)
    }

    pub(crate) async fn give_back(&self, lane: &Lane, refunds: &Refunds) -> Result<(), StorageError> {
        // In a cluster each counter is asked for alone: two of them may be on two servers.
        let at_once = if self.lanes.topology().is_cluster() { 1 } else { usize::MAX };
        for (keys, terms) in refunds.calls(at_once) {
            let mut request = self.now_micros().to_be_bytes().to_vec();
            request.extend(terms);
            lane.run(&REFUND, keys, &[&request]).await?;
        }
        Ok(())
    }
}

impl Storage for RedisStorage {
    /// Charges all acquisitions or none, in one call of one script.
    ///
    /// In a cluster, acquisitions of several keys may live on several servers, and no step is atomic over
    /// those. Each server's part is then charged in turn, and given back if a later part refuses: what
    /// is refused consumes nothing once it has been answered, but while it is decided others may find
    /// less left than there is.
    fn acquire<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.ask(batch, Intent::Charge)
    }

    fn acquire_one<'a>(&'a self, hit: &Acquisition<'a>) -> Reply<'a, Decision> {
        if let Some(decision) = self.shared.refusals.recall_one(hit) {
            return Reply::ready(decision);
        }
        let lane = match self.shared.lanes.current() {
            Ok(lane) => lane,
            Err(error) => return Reply::failed(error),
        };
        let Acquisition { policy, key, cost } = *hit;
        Reply::later(async move {
            let batch = Batch::of(policy, key, cost);
            self.shared.ask_and_note(&lane, &batch, Intent::Charge).await?.only()
        })
    }

    fn peek<'a>(&'a self, batch: &'a Batch<'_>) -> Reply<'a, Decisions> {
        self.ask(batch, Intent::Look)
    }

    fn refund<'a>(&'a self, refunds: &'a [Refund<'_>]) -> Reply<'a, ()> {
        let lane = match self.shared.lanes.current() {
            Ok(lane) => lane,
            Err(error) => return Reply::failed(error),
        };
        Reply::later(async move {
            let charges = Refunds::new(&self.shared.layout, refunds)?;
            // After the server has given back: what is remembered until then is true. Or when the caller stops
            // waiting, as the server may do it nonetheless.
            defer!(self.shared.forget_refusals(refunds.iter().map(|refund| refund.acquisition)));
            self.shared.give_back(&lane, &charges).await
        })
    }

    /// Forgets counters. One counter is forgotten by its name; for a whole key or namespace the server's
    /// keys are gone through by SCAN, which takes a round trip for some thousand keys that the server
    /// holds, whoever's they are.
    fn reset<'a>(&'a self, target: Reset<'a>) -> Reply<'a, u64> {
        let lane = match self.shared.lanes.current() {
            Ok(lane) => lane,
            Err(error) => return Reply::failed(error),
        };
        Reply::later(async move {
            // After the server has forgotten, as above.
            defer!(self.shared.refusals.clear());
            reset::reset(&self.shared, &lane, target).await
        })
    }
}

impl fmt::Debug for RedisStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStorage").field("topology", self.shared.lanes.topology()).finish_non_exhaustive()
    }
}
