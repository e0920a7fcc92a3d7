//! The apps measured: one route, which answers a few bytes, on one worker.

use std::{io, time::Duration};

use actix_extensible_rate_limit::{
    RateLimiter as ExtensibleLimiter,
    backend::{SimpleInputFunctionBuilder, redis::RedisBackend},
};
use actix_limitation::{Limiter as LimitationLimiter, RateLimiter as LimitationMiddleware};
use actix_web::{App as ActixApp, Responder, dev::ServiceRequest, get, rt::System, web};
use bench::serve;
use ratelimit_actix::{Headers, Limiter, OnError, limit};
use ratelimit_redis::RedisStorage;
use redis::{AsyncConnectionConfig, Client, Script, aio::MultiplexedConnection};
use redis_of_extensible::aio::ConnectionManager;
use tokio::sync::OnceCell;

const HOUR: Duration = Duration::from_hours(1);
/// More than all requests of a run.
const AMOUNT: u32 = 1_000_000_000;
/// How long the server may take: under a profiler everything takes fifty times as long.
const LONG: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum App {
    /// Nothing but Actix.
    Plain,
    /// A script that does nothing, called by the handler on the worker's one connection.
    Floor,
    /// The same on a connection that another thread drives, as one has it that is made in `main`.
    FloorInMain,
    Ours,
    /// Ours, counting in memory.
    OursInMemory,
    Extensible,
    Limitation,
}

impl App {
    /// The first word to the program that serves one.
    pub const SERVE: &str = "serve";

    const ALL: [Self; 7] = [
        Self::Plain,
        Self::Floor,
        Self::FloorInMain,
        Self::Ours,
        Self::OursInMemory,
        Self::Extensible,
        Self::Limitation,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Floor => "floor",
            Self::FloorInMain => "floor-in-main",
            Self::Ours => "ratelimit",
            Self::OursInMemory => "ratelimit-memory",
            Self::Extensible => "actix-extensible-rate-limit",
            Self::Limitation => "actix-limitation",
        }
    }

    pub fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|app| app.name() == name).expect("an app's name")
    }
}

/// The middleware's type has no name that could be written here.
macro_rules! extensible_middleware {
    ($backend:expr) => {{
        let input = SimpleInputFunctionBuilder::new(HOUR, AMOUNT.into()).peer_ip_key().build();
        ExtensibleLimiter::builder($backend, input).build()
    }};
}

pub fn serve(app: App, uri: &str) -> io::Result<()> {
    System::new().block_on(async {
        match app {
            App::Plain => serve!(ActixApp::new().service(hello)),
            App::Floor => {
                let floor = web::Data::new(Floor::new(uri));
                serve!(ActixApp::new().app_data(floor.clone()).service(call))
            }
            App::FloorInMain => {
                let floor = web::Data::new(Floor::new(uri));
                floor.connection().await;
                serve!(ActixApp::new().app_data(floor.clone()).service(call))
            }
            App::Ours => {
                let limiter = ours(uri);
                serve!(ActixApp::new().wrap(limiter.clone()).service(limited))
            }
            App::OursInMemory => {
                let limiter = Limiter::builder().headers(Headers::none()).build().expect("a limiter");
                serve!(ActixApp::new().wrap(limiter.clone()).service(limited))
            }
            App::Extensible => {
                let backend = extensible(uri).await;
                serve!(ActixApp::new().wrap(extensible_middleware!(backend.clone())).service(hello))
            }
            App::Limitation => {
                let limiter = web::Data::new(limitation(uri));
                serve!(
                    ActixApp::new()
                        .wrap(LimitationMiddleware::default())
                        .app_data(limiter.clone())
                        .service(hello)
                )
            }
        }
    })
}

#[get("/")]
async fn hello() -> impl Responder {
    "hello"
}

#[get("/")]
async fn call(floor: web::Data<Floor>) -> impl Responder {
    floor.call().await;
    "hello"
}

#[get("/")]
#[limit("1000000000/hour", key = ip)]
async fn limited() -> impl Responder {
    "hello"
}

/// A script that does nothing, and the connection to call it on.
struct Floor {
    client: Client,
    script: Script,
    connection: OnceCell<MultiplexedConnection>,
}

impl Floor {
    fn new(uri: &str) -> Self {
        let client = Client::open(uri).expect("a server's address");
        Self { client, script: Script::new("return 1"), connection: OnceCell::new() }
    }

    /// Made by who first asks, whose runtime drives it.
    async fn connection(&self) -> MultiplexedConnection {
        let connect = || async {
            let config = AsyncConnectionConfig::new().set_response_timeout(Some(LONG));
            let connection = self.client.get_multiplexed_async_connection_with_config(&config).await;
            let mut connection = connection.expect("a server that runs");
            self.script.prepare_invoke().load_async(&mut connection).await.expect("a script");
            connection
        };
        self.connection.get_or_init(connect).await.clone()
    }

    async fn call(&self) {
        let mut connection = self.connection().await;
        let mut command = redis::cmd("EVALSHA");
        command.arg(self.script.get_hash()).arg(1).arg("bench:127.0.0.1");
        let _: i64 = command.query_async(&mut connection).await.expect("a server that runs");
    }
}

fn ours(uri: &str) -> Limiter {
    let storage = RedisStorage::builder(uri).response_timeout(LONG).build().expect("a server's address");
    Limiter::builder()
        .storage(storage)
        .storage_deadline(LONG)
        .on_error(OnError::Closed) // an answer without the storage would be a quick one
        .headers(Headers::none())
        .build()
        .expect("a limiter")
}

async fn extensible(uri: &str) -> RedisBackend {
    let client = redis_of_extensible::Client::open(uri).expect("a server's address");
    let manager = ConnectionManager::new(client).await.expect("a server that runs");
    RedisBackend::builder(manager).build()
}

fn limitation(uri: &str) -> LimitationLimiter {
    // Named, as actix-extensible has a key of the bare address, which is no number.
    let peer = |request: &ServiceRequest| request.peer_addr().map(|peer| format!("limitation:{}", peer.ip()));
    let amount = AMOUNT as usize;
    LimitationLimiter::builder(uri).limit(amount).period(HOUR).key_by(peer).build().expect("a limiter")
}
