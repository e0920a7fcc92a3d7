//! Whatever acquires, and how long it takes for so many acquisitions.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::runtime::Runtime;

/// A way to acquire.
pub trait Contestant: Sized + Send + Sync + 'static {
    fn name(&self) -> &'static str;

    /// Acquires for a client of that number; panics when it is refused or fails.
    fn acquire(&self, client: usize) -> impl Future<Output = ()> + Send;

    /// A row of the table, and the share of the bare call that it is to reach.
    fn row(self, aim: Option<f64>) -> Row {
        let (name, contestant) = (self.name(), Arc::new(self));
        Row { name, aim, lap: Box::new(move |runtime, lap| runtime.block_on(run(&contestant, lap))) }
    }
}

/// A contestant whose type is forgotten, so that its calls are not made dynamically.
pub struct Row {
    pub name: &'static str,
    pub aim: Option<f64>,
    pub lap: RunLap,
}

/// How long a lap takes.
type RunLap = Box<dyn Fn(&Runtime, Lap) -> Duration>;

/// So many acquisitions, of which so many are under way at a time.
#[derive(Clone, Copy)]
pub struct Lap {
    pub acquisitions: usize,
    pub in_flight: usize,
}

/// Tasks, as a server has one a connection, each of which acquires again as soon as it has been answered.
async fn run<C: Contestant>(contestant: &Arc<C>, lap: Lap) -> Duration {
    let began = Instant::now();
    let share = lap.acquisitions / lap.in_flight;
    let tasks: Vec<_> = (0..lap.in_flight)
        .map(|task| {
            let contestant = Arc::clone(contestant);
            tokio::spawn(async move {
                for turn in 0..share {
                    contestant.acquire(task + turn * 7).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("an acquisition failed");
    }
    began.elapsed()
}
