//! Clients that send one request after another to a limited app, and what became of each.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use actix_web::{
    Responder, get,
    rt::{System, time::sleep},
};
use awc::Client;
use futures_util::future::join_all;
use ratelimit_actix::{Limiter, limit};
use ratelimit_tests::Server;

/// How many clients there are, each with a connection of its own.
pub(crate) const CLIENTS: usize = 8;

/// What one key may send to the narrow route.
pub(crate) const AMOUNT: usize = 20;

/// How often a young key is used: some more than it may.
const LIFE: usize = AMOUNT + 3;

/// A machine that thinks time is up before this has other troubles; what takes longer is a hang.
const HANG: Duration = Duration::from_secs(30);

/// Leaves the machine some time for others.
const PAUSE: Duration = Duration::from_millis(3);

#[get("/wide")]
#[limit("1000000/hour", key = header("X-Client"))]
async fn wide() -> impl Responder {
    "ok"
}

/// In a cluster its two counters are on different servers.
#[get("/narrow")]
#[limit("20/hour", key = header("X-Key"))]
#[limit("1000000/hour", key = header("X-Client"))]
async fn narrow() -> impl Responder {
    "ok"
}

/// Which allowance a request used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Allowance {
    /// The wide one, by which nobody may be refused.
    Wide,
    /// The narrow one of the client's key that is used all the time.
    Old,
    /// The narrow one of a key that is used for a moment, the n-th of its client.
    Young(usize),
}

/// A request, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) client: usize,
    pub(crate) allowance: Allowance,
    pub(crate) at: Instant,
    pub(crate) took: Duration,
    /// Its status, or why there is none.
    pub(crate) answer: Result<u16, String>,
}

/// How clients are told what to do, and tell how they do.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    pub(crate) stop: AtomicBool,
    pub(crate) hold: AtomicBool,
    /// How many clients have used up the allowance of their old key.
    pub(crate) used_up: AtomicUsize,
}

/// Serves an app under `limiter` and lets clients send to it until they are told to stop. Blocks; says which
/// [`System`] it runs in when that is known.
pub(crate) fn run(limiter: Limiter, signals: &Arc<Signals>, running_in: impl FnOnce(usize)) -> Vec<Sent> {
    System::new().block_on(async move {
        running_in(System::current().id());
        let server = Server::start(limiter, |app, _| {
            app.service(wide).service(narrow);
        });
        let clients = (0..CLIENTS).map(|number| send(number, server.address(), signals));
        join_all(clients).await.concat()
    })
}

async fn send(number: usize, server: SocketAddr, signals: &Signals) -> Vec<Sent> {
    let client = Client::builder().timeout(HANG).finish();
    let (mut sent, mut turn, mut used_up) = (Vec::new(), 0, false);
    while !signals.stop.load(Ordering::Relaxed) {
        if signals.hold.load(Ordering::Relaxed) {
            sleep(PAUSE).await;
            continue;
        }
        let mut allowances = vec![Allowance::Wide, Allowance::Young(turn / LIFE)];
        // Its allowance is to be used up soon; then it is enough to look now and then.
        if !used_up || turn.is_multiple_of(4) {
            allowances.push(Allowance::Old);
        }
        for allowance in allowances {
            let one = ask(&client, server, number, allowance).await;
            if !used_up && allowance == Allowance::Old && one.answer == Ok(429) {
                used_up = true;
                signals.used_up.fetch_add(1, Ordering::Relaxed);
            }
            sent.push(one);
            sleep(PAUSE).await;
        }
        turn += 1;
    }
    sent
}

async fn ask(client: &Client, server: SocketAddr, number: usize, allowance: Allowance) -> Sent {
    let (path, key) = match allowance {
        Allowance::Wide => ("wide", String::new()),
        Allowance::Old => ("narrow", format!("old-{number}")),
        Allowance::Young(age) => ("narrow", format!("young-{number}-{age}")),
    };
    let request = client.get(format!("http://{server}/{path}"));
    let request = request.insert_header(("X-Client", number.to_string())).insert_header(("X-Key", key));
    let at = Instant::now();
    let answer = async {
        let mut response = request.send().await.map_err(|error| error.to_string())?;
        response.body().await.map_err(|error| error.to_string())?;
        let status = response.status().as_u16();
        if status != 200 && !response.headers().contains_key("retry-after") {
            return Err(format!("{status} without a Retry-After"));
        }
        Ok(status)
    };
    let answer = answer.await;
    Sent { client: number, allowance, at, took: at.elapsed(), answer }
}
