//! Requests that wait for the next call: those that come together are asked together.
//!
//! The first request of a turn of the runtime spawns a task, which sends what has gathered when its own
//! turn comes: all that asked in between go in one call of the script, and cost the server and this
//! process little more than one request would. Nobody waits for company: a request that is alone goes
//! alone, in the same turn. Each request is still a transaction of its own.
//!
//! If nothing is under way, many go in two calls, the second written after the first. Who asks again once it was
//! answered would otherwise be in one call with all the others for ever, and the server would wait while this process
//! works, and this process while the server does. So each works on one half while the other has the other one.
//!
//! Requests are sent by tasks, not by those who asked, because callers stop waiting when their deadline
//! has passed or their client has left, and others may be on the same call.

use std::{
    future::poll_fn,
    mem,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use parking_lot::Mutex;
use ratelimit_core::StorageError;
use redis::Value;
use tokio::sync::oneshot;

use crate::{
    connection::Lane,
    reply::{Answer, Reader},
    request::Request,
    script::{ACQUIRE, ACQUIRE_WITHOUT_LOGS, ServerScript},
};

/// As many as the script can number, and no more than keep the server from others for long.
const MOST: usize = 255;

/// From so many on, two calls are better than one: a call costs the server as much as two or three requests do.
const MANY: usize = 16;

/// A request and where its answer goes.
#[derive(Debug)]
struct Waiting {
    /// In a box, as it goes from hand to hand.
    request: Box<Request>,
    now_micros: u64,
    answer: oneshot::Sender<Result<(Box<Request>, Answer), StorageError>>,
}

/// What has gathered since the last call.
#[derive(Debug)]
pub(crate) struct Queue {
    waiting: Mutex<Vec<Waiting>>,
    /// How many requests share a call at most.
    most: usize,
    /// How many calls are on their way.
    under_way: AtomicUsize,
}

/// A call that is on its way.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Queue {
    pub(crate) fn new(most: usize) -> Self {
        Self { waiting: Mutex::default(), most: most.clamp(1, MOST), under_way: AtomicUsize::new(0) }
    }

    /// Whether it is the first since the last call, so that there is somebody to send what gathers.
    fn push(&self, waiting: Waiting) -> bool {
        let mut queue = self.waiting.lock();
        queue.push(waiting);
        queue.len() == 1
    }

    /// Everything that waits, cut into calls of about a size: as few as may be, but many into two if nothing is under
    /// way.
    fn take(&self) -> Vec<Vec<Waiting>> {
        let mut all = mem::take(&mut *self.waiting.lock());
        all.retain(|waiting| !waiting.answer.is_closed());
        let is_idle = self.under_way.load(Ordering::Relaxed) == 0;
        let least = if is_idle && all.len() >= MANY { 2 } else { 1 };
        let count = all.len().div_ceil(self.most).max(least);
        let size = all.len().div_ceil(count);
        let mut calls = Vec::with_capacity(count);
        while !all.is_empty() {
            let rest = all.split_off(size.min(all.len()));
            calls.push(mem::replace(&mut all, rest));
        }
        calls
    }
}

/// Asks the server; with others, if they ask at the same time. `now_micros` is 0 for the server's time.
/// The request comes back with its answer, which is read by it.
pub(crate) async fn ask(
    lane: &Arc<Lane>,
    request: Request,
    now_micros: u64,
) -> Result<(Box<Request>, Answer), StorageError> {
    let (sender, receiver) = oneshot::channel();
    if lane.queue.push(Waiting { request: Box::new(request), now_micros, answer: sender }) {
        lane.runtime().spawn(flush(Turn(Some(Arc::clone(lane)))));
    }
    receiver.await.unwrap_or_else(|_| Err(StorageError::transient("the runtime of the connection has ended")))
}

/// The task that is to send what has gathered. If its runtime ends before it could, nobody else would: all
/// are told.
struct Turn(Option<Arc<Lane>>);

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(lane) = &self.0 {
            drop(lane.queue.take());
        }
    }
}

async fn flush(mut turn: Turn) {
    let Some(lane) = turn.0.take() else { return };
    let mut calls = lane.queue.take().into_iter();
    let Some(first) = calls.next() else { return };
    let mut first = pin!(send(Arc::clone(&lane), first));
    // The first is handed to the connection's task before the others have tasks, and so written before them: written
    // together, calls would be answered together.
    let is_over = poll_fn(|context| Poll::Ready(first.as_mut().poll(context).is_ready())).await;
    for call in calls {
        lane.runtime().spawn(send(Arc::clone(&lane), call));
    }
    if !is_over {
        first.await;
    }
}

async fn send(lane: Arc<Lane>, call: Vec<Waiting>) {
    let _under_way = UnderWay::new(&lane.queue.under_way);
    let keys: Vec<&str> =
        call.iter().flat_map(|waiting| waiting.request.keys()).map(String::as_str).collect();
    let (script, terms) = call_of(&call);
    match lane.run(script, &keys, &[&terms]).await {
        Ok(Value::BulkString(answer)) => deliver(call, &answer),
        Ok(_) => fail(call, || StorageError::permanent("the server's answer is not the script's")),
        Err(error) => {
            let (message, transient) = (error.to_string(), error.is_transient());
            fail(call, || again(&message, transient));
        }
    }
}

/// The script, and what it is told: each plan once, and which of them each request has. Requests of a
/// busy moment have few plans, as they come from few routes.
fn call_of(call: &[Waiting]) -> (&'static ServerScript, Vec<u8>) {
    let mut plans: Vec<&[u8]> = Vec::new();
    let mut which = Vec::with_capacity(call.len());
    for waiting in call {
        let plan = waiting.request.plan();
        let known = plans.iter().position(|known| *known == plan).unwrap_or_else(|| {
            plans.push(plan);
            plans.len() - 1
        });
        which.push(u8::try_from(known + 1).unwrap_or(u8::MAX)); // no more than requests: see `MOST`
    }
    // The moment is one for all of a call; only tests give one.
    let now_micros = call.iter().map(|waiting| waiting.now_micros).max().unwrap_or_default();
    let mut terms = now_micros.to_be_bytes().to_vec();
    terms.push(u8::try_from(plans.len()).unwrap_or(u8::MAX));
    terms.extend(plans.concat());
    terms.extend(which);
    let has_logs = call.iter().any(|waiting| waiting.request.has_logs());
    (if has_logs { &ACQUIRE } else { &ACQUIRE_WITHOUT_LOGS }, terms)
}

fn deliver(call: Vec<Waiting>, answer: &[u8]) {
    let mut reader = match Reader::new(answer) {
        Ok(reader) => reader,
        Err(error) => return fail(call, || again(&error.to_string(), false)),
    };
    for waiting in call {
        let answer = waiting.request.read(&mut reader);
        // Who doesn't wait any more has still been counted, as the contract says.
        let _ = waiting.answer.send(answer.map(|answer| (waiting.request, answer)));
    }
}

fn fail(call: Vec<Waiting>, error: impl Fn() -> StorageError) {
    for waiting in call {
        let _ = waiting.answer.send(Err(error()));
    }
}

/// An error for one more of those who share it.
fn again(message: &str, transient: bool) -> StorageError {
    if transient { StorageError::transient(message) } else { StorageError::permanent(message) }
}
