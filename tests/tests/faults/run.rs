//! A run: traffic, a fault in its midst, and a report.

use std::{
    sync::{Arc, atomic::Ordering, mpsc},
    thread::{self, JoinHandle, sleep},
    time::{Duration, Instant},
};

use ratelimit_actix::{Limiter, OnError};
use ratelimit_tests::{logs, recovery::PATIENCE};

use crate::{
    report::Report,
    traffic::{self, CLIENTS, Sent, Signals},
    watch::Watch,
};

/// How long traffic goes on once all is well again: keys are begun and used up in it.
const AFTERWARDS: Duration = Duration::from_millis(700);

/// Traffic on a server whose limiter counts in the storage under test.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) limiter: Limiter,
    fault: (&'static str, &'static str),
    on_error: OnError,
    system: usize,
    signals: Arc<Signals>,
    traffic: JoinHandle<Vec<Sent>>,
    watch: Watch,
    healed: Option<Instant>,
    lost: Vec<Instant>,
}

impl Run {
    /// Starts server and clients, and lets them do until every client has used up its old key's allowance.
    /// `fault` is where it happens, and what.
    #[track_caller]
    pub(crate) fn start(fault: (&'static str, &'static str), uri: &str) -> Self {
        Self::start_with(fault, uri, OnError::Fallback)
    }

    #[track_caller]
    pub(crate) fn start_with(fault: (&'static str, &'static str), uri: &str, on_error: OnError) -> Self {
        let run = Self::start_at_once(fault, uri, on_error);
        run.wait("every client has used up its old key", || {
            run.signals.used_up.load(Ordering::Relaxed) == CLIENTS
        });
        run
    }

    /// [`start_with`](Self::start_with) where nobody need be able to use up an allowance.
    pub(crate) fn start_at_once(fault: (&'static str, &'static str), uri: &str, on_error: OnError) -> Self {
        logs::collect();
        let limiter = Limiter::builder().storage_uri(uri).on_error(on_error).build().expect("right settings");
        let (signals, (sender, system)) = (Arc::new(Signals::default()), mpsc::channel());
        let traffic = {
            let (limiter, signals) = (limiter.clone(), Arc::clone(&signals));
            let running_in = move |system| sender.send(system).expect("we wait for it");
            thread::spawn(move || traffic::run(limiter, &signals, running_in))
        };
        let system = system.recv().expect("it runs");
        let watch = Watch::start(limiter.clone());
        Self { limiter, fault, on_error, system, signals, traffic, watch, healed: None, lost: Vec::new() }
    }

    /// Lets clients rest for a while.
    pub(crate) fn rest(&self, time: Duration) {
        self.signals.hold.store(true, Ordering::Relaxed);
        sleep(time);
        self.signals.hold.store(false, Ordering::Relaxed);
    }

    /// The server has lost, or is about to lose, what it had counted.
    pub(crate) fn data_is_lost(&mut self) {
        self.lost.push(Instant::now());
    }

    /// The fault is over.
    pub(crate) fn healed(&mut self) {
        self.healed = Some(Instant::now());
    }

    /// Waits until the storage is found back, and a bit.
    #[track_caller]
    pub(crate) fn finish(self) -> Report {
        self.wait("the storage is found back", || !self.limiter.storage_health().is_failing());
        sleep(AFTERWARDS);
        self.end()
    }

    /// Ends it now, whatever the storage does.
    #[track_caller]
    pub(crate) fn end(self) -> Report {
        let seen = self.watch.end();
        self.signals.stop.store(true, Ordering::Relaxed);
        let sent = self.traffic.join().expect("clients don't panic");
        let report = Report {
            fault: self.fault,
            on_error: self.on_error,
            sent,
            seen,
            health: self.limiter.storage_health(),
            log: logs::lines_of(self.system),
            healed: self.healed,
            lost: self.lost,
        };
        report.check();
        report.note();
        report
    }

    #[track_caller]
    pub(crate) fn wait(&self, what: &str, condition: impl Fn() -> bool) {
        let start = Instant::now();
        while !condition() {
            assert!(start.elapsed() < PATIENCE, "{:?}: it never happened that {what}", self.fault);
            sleep(Duration::from_millis(2));
        }
    }
}

/// Lets things take their course for a while.
pub(crate) fn go_on(millis: u64) {
    sleep(Duration::from_millis(millis));
}
