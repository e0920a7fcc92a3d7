//! An app under a configuration, and clients of it.

use actix_web::{
    App, HttpResponse,
    http::header::HeaderMap,
    test::{TestRequest, call_service, init_service},
    web,
};
use ratelimit_actix::{Config, Limiter, LimiterBuilder, ManualClock};

/// What clients are told by.
pub(crate) const CLIENT: &str = "192.0.2.1:40000";

/// An app with the routes `/` and `/other`, undecorated and for every method, whose time stands still.
pub(crate) struct World {
    limiter: Limiter,
    pub(crate) clock: ManualClock,
}

impl World {
    /// Under these settings and no others.
    pub(crate) fn of(settings: &[(&str, &str)]) -> Self {
        Self::built(Limiter::builder(), settings)
    }

    /// Under what `builder` has been told, and then under these settings.
    pub(crate) fn built(builder: LimiterBuilder, settings: &[(&str, &str)]) -> Self {
        let config = Config::from_pairs(settings.iter().copied());
        let clock = ManualClock::new();
        let limiter = builder.config(&config).clock(clock.clone()).build().expect("right settings");
        Self { limiter, clock }
    }

    /// The answer's status and headers. A new app each time: the counters are the limiter's.
    pub(crate) async fn ask(&self, request: TestRequest) -> (u16, HeaderMap) {
        let routes = |config: &mut web::ServiceConfig| {
            config.route("/", web::to(HttpResponse::Ok)).route("/other", web::to(HttpResponse::Ok));
        };
        let app = init_service(App::new().wrap(self.limiter.clone()).configure(routes)).await;
        let answer = call_service(&app, request.to_request()).await;
        (answer.status().as_u16(), answer.headers().clone())
    }

    /// The statuses of these requests, one after the other.
    pub(crate) async fn statuses(&self, requests: impl IntoIterator<Item = TestRequest>) -> Vec<u16> {
        let mut statuses = Vec::new();
        for request in requests {
            statuses.push(self.ask(request).await.0);
        }
        statuses
    }

    /// The statuses of so many GETs of `/` by one client.
    pub(crate) async fn gets(&self, count: usize) -> Vec<u16> {
        self.statuses((0..count).map(|_| get("/"))).await
    }

    /// What the limiter says of itself.
    pub(crate) fn debug(&self) -> String {
        format!("{:?}", self.limiter)
    }
}

/// A GET by the usual client.
pub(crate) fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path).peer_addr(CLIENT.parse().expect("an address"))
}

/// A POST by the usual client.
pub(crate) fn post(path: &str) -> TestRequest {
    TestRequest::post().uri(path).peer_addr(CLIENT.parse().expect("an address"))
}

/// A GET of `/` by another client.
pub(crate) fn from(peer: &str) -> TestRequest {
    TestRequest::get().uri("/").peer_addr(peer.parse().expect("an address"))
}
