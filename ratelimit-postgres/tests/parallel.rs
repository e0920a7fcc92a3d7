//! Many at once: processes, runtimes, counters in opposite orders.

mod support;

use std::{
    env,
    process::{Command, Stdio},
    sync::{Arc, Barrier},
    thread,
};

use ratelimit_core::{Batch, Decision, Key, RateLimiter, Strategy};

use self::support::{Database, alice, daily, patient, runtime};

const PROCESSES: u64 = 4;
const ATTEMPTS: u64 = 150;
const AMOUNT: u64 = 200;

/// Where a process that was started by a test finds the database: then it is a client, not a test.
const ADDRESS: &str = "RATELIMIT_POSTGRES_TEST_ADDRESS";

/// Runs itself again, four times, each with a pool of its own.
#[test]
fn four_processes_admit_exactly_the_amount() {
    if let Ok(address) = env::var(ADDRESS) {
        return hammer(&address);
    }
    let runtime = runtime();
    let database = runtime.block_on(Database::new());
    let processes: Vec<_> = (0..PROCESSES)
        .map(|_| {
            Command::new(env::current_exe().expect("this is a program"))
                .args(["four_processes_admit_exactly_the_amount", "--exact", "--nocapture"])
                .env(ADDRESS, database.address())
                .stdout(Stdio::piped())
                .spawn()
                .expect("it starts again")
        })
        .collect();
    for process in processes {
        let output = process.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    runtime.block_on(async {
        let limiter = RateLimiter::new(database.storage());
        for strategy in Strategy::ALL {
            let left = limiter.stats(&daily(strategy, AMOUNT, "hammer"), &alice()).await.expect("an answer");
            assert_eq!(left.remaining(), 0, "{strategy}");
            // Every process noted what it was given; together it is the amount.
            let noted =
                limiter.stats(&daily(Strategy::FixedWindow, u64::MAX, strategy.name()), &alice()).await;
            assert_eq!(u64::MAX - noted.expect("an answer").remaining(), AMOUNT, "{strategy}");
        }
    });
}

/// What each of the processes does: takes what it can get, and notes it on counters beside.
fn hammer(address: &str) {
    let limiter = RateLimiter::new(patient(address).build().expect("right settings"));
    runtime().block_on(async {
        for strategy in Strategy::ALL {
            let policy = daily(strategy, AMOUNT, "hammer");
            let key = alice();
            let hits = (0..ATTEMPTS).map(|_| limiter.hit(&policy, &key, 1));
            let decisions = futures_util::future::join_all(hits).await;
            let admitted =
                decisions.into_iter().filter(|decision| decision.as_ref().is_ok_and(Decision::is_allowed));
            let admitted = u64::try_from(admitted.count()).expect("few");
            let note = daily(Strategy::FixedWindow, u64::MAX, strategy.name());
            let noted = limiter.hit(&note, &key, admitted).await.expect("an answer");
            assert!(noted.is_allowed());
        }
    });
}

/// Everybody takes from the same counters, named in every order; what one is refused is taken from none.
#[test]
fn counters_in_any_order_never_lock_each_other_out() {
    let runtime = runtime();
    let database = Arc::new(runtime.block_on(Database::new()));
    let limiter = RateLimiter::new(database.storage());
    let policies = Arc::new(Strategy::ALL.map(|strategy| {
        let amount = if strategy == Strategy::TokenBucket { 100 } else { 400 };
        daily(strategy, amount, "orders")
    }));
    let threads: Vec<_> = (0..8)
        .map(|number| {
            let (limiter, policies) = (limiter.clone(), Arc::clone(&policies));
            thread::spawn(move || support::runtime().block_on(take_in_order(number, &limiter, &policies)))
        })
        .collect();
    let admitted: u64 = threads.into_iter().map(|thread| thread.join().expect("no error")).sum();
    assert_eq!(admitted, 100);
    runtime.block_on(async {
        for policy in policies.iter() {
            let left = limiter.stats(policy, &alice()).await.expect("an answer").remaining();
            assert_eq!(left, policy.quota().limit().amount() - 100, "{}", policy.quota().strategy());
        }
        let deadlocks = "select deadlocks from pg_stat_database where datname = current_database()";
        assert_eq!(database.number(deadlocks).await, 0);
    });
}

/// Takes 40 times from all counters, in an order of its own; answers how often it could.
async fn take_in_order(number: usize, limiter: &RateLimiter, policies: &[ratelimit_core::Policy; 4]) -> u64 {
    let keys = [alice(), Key::from("bob")];
    let mut order: Vec<_> = policies.iter().collect();
    order.rotate_left(number % 4);
    if number >= 4 {
        order.reverse();
    }
    let mut admitted = 0;
    for round in 0..40 {
        let mut batch = Batch::new();
        for policy in &order {
            batch.push(policy, &keys[0], 1);
            if round % 2 == 0 {
                batch.push(policy, &keys[1], 0);
            }
        }
        let decisions = limiter.hit_all(&batch).await.expect("an answer");
        admitted += u64::from(decisions.all_allowed());
    }
    admitted
}

/// As in an Actix server, whose workers are runtimes: at the same time, and long after each other's end.
#[test]
fn one_storage_serves_runtimes_at_the_same_time_and_one_after_another() {
    let database = runtime().block_on(Database::new());
    let limiter = RateLimiter::new(database.storage());
    let policy = daily(Strategy::FixedWindow, 1000, "runtimes");
    let hits = |number: u32| {
        let (limiter, policy) = (limiter.clone(), policy.clone());
        move || {
            runtime().block_on(async move {
                for _ in 0..number {
                    assert!(limiter.hit(&policy, &alice(), 1).await.expect("an answer").is_allowed());
                }
            });
        }
    };
    for _ in 0..3 {
        hits(5)();
    }
    let barrier = Arc::new(Barrier::new(3));
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let (barrier, hits) = (Arc::clone(&barrier), hits(50));
            thread::spawn(move || {
                barrier.wait();
                hits();
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no error");
    }
    // Nor does it take a runtime of tokio's.
    let left = futures_executor(limiter.stats(&policy, &alice())).expect("an answer");
    assert_eq!(left.remaining(), 1000 - 15 - 150);
}

/// The least of executors.
fn futures_executor<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => thread::park(),
        }
    }
}
