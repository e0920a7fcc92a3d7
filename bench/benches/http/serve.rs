//! The servers.

use std::{io, time::Duration};

use actix_extensible_rate_limit::{
    RateLimiter as ExtensibleLimiter,
    backend::{SimpleInputFunctionBuilder, memory::InMemoryBackend},
};
use actix_governor::{Governor, GovernorConfigBuilder};
use actix_web::{App as ActixApp, rt::System};
use bench::serve;
use ratelimit_actix::{Headers, Limiter};

use crate::{apps, apps::App, handlers};

const HOUR: Duration = Duration::from_hours(1);
/// More than all requests of a run.
const AMOUNT: u32 = 1_000_000_000;
/// The same as a limit.
const WIDE: &str = "1000000000/hour";

/// The middleware's type has no name that could be written here.
macro_rules! extensible {
    ($amount:expr $(, $headers:ident)?) => {{
        let backend = InMemoryBackend::builder().build();
        serve!(ActixApp::new().service(handlers::hello).wrap({
            let input = SimpleInputFunctionBuilder::new(HOUR, $amount).peer_ip_key().build();
            ExtensibleLimiter::builder(backend.clone(), input)$(.$headers())?.build()
        }))
    }};
}

pub fn serve(name: &str) -> io::Result<()> {
    let limits = apps::LIMITS.iter().map(|(_, app)| *app);
    let app = apps::ALL.into_iter().chain(limits).find(|app| app.0 == name).expect("an app's name");
    System::new().block_on(async {
        match app {
            apps::PLAIN => serve!(ActixApp::new().service(handlers::hello)),
            apps::HEADERS_BY_HAND => serve!(ActixApp::new().service(handlers::headers_by_hand)),
            apps::REFUSAL_BY_HAND => serve!(ActixApp::new().service(handlers::refusal_by_hand)),
            apps::GOVERNOR => {
                let config = GovernorConfigBuilder::default().period(SHORT).burst_size(AMOUNT).finish();
                let config = config.expect("a configuration");
                serve!(ActixApp::new().wrap(Governor::new(&config)).service(handlers::hello))
            }
            apps::GOVERNOR_HEADERS => {
                let mut config = GovernorConfigBuilder::default();
                let config = config.period(SHORT).burst_size(AMOUNT).use_headers().finish();
                let config = config.expect("a configuration");
                serve!(ActixApp::new().wrap(Governor::new(&config)).service(handlers::hello))
            }
            apps::GOVERNOR_REFUSED => {
                let mut config = GovernorConfigBuilder::default();
                let config = config.period(HOUR).burst_size(1).use_headers().finish();
                let config = config.expect("a configuration");
                serve!(ActixApp::new().wrap(Governor::new(&config)).service(handlers::hello))
            }
            apps::EXTENSIBLE => extensible!(AMOUNT.into()),
            apps::EXTENSIBLE_HEADERS => extensible!(AMOUNT.into(), add_headers),
            apps::EXTENSIBLE_REFUSED => extensible!(1, add_headers),
            _ => serve_ours(app).await,
        }
    })
}

/// As short as one request of `AMOUNT` in an hour.
const SHORT: Duration = Duration::from_nanos(3_600);

async fn serve_ours(app: App) -> io::Result<()> {
    let without = Limiter::builder().headers(Headers::none());
    match app {
        apps::DEFAULT | apps::DEFAULT_HEADERS | apps::DEFAULT_REFUSED => {
            let builder = if app == apps::DEFAULT { without } else { Limiter::builder() };
            let limits = if app == apps::DEFAULT_REFUSED { "1/hour" } else { WIDE };
            let limiter = builder.default_limits(limits).build().expect("a limiter");
            serve!(ActixApp::new().wrap(limiter.clone()).service(handlers::hello))
        }
        apps::ROUTE_HEADERS => {
            let limiter = Limiter::builder().build().expect("a limiter");
            serve!(ActixApp::new().wrap(limiter.clone()).service(handlers::limited_1))
        }
        apps::ROUTE_REFUSED => {
            let limiter = Limiter::builder().build().expect("a limiter");
            serve!(ActixApp::new().wrap(limiter.clone()).service(handlers::one_an_hour))
        }
        _ => serve_limits(app, without.build().expect("a limiter")).await,
    }
}

async fn serve_limits(app: App, limiter: Limiter) -> io::Result<()> {
    macro_rules! limited {
        ($handler:ident) => {
            serve!(ActixApp::new().wrap(limiter.clone()).service(handlers::$handler))
        };
    }
    match app.0 {
        "ratelimit-limits-2" => limited!(limited_2),
        "ratelimit-limits-4" => limited!(limited_4),
        "ratelimit-limits-8" => limited!(limited_8),
        "ratelimit-limits-16" => limited!(limited_16),
        _ => limited!(limited_1),
    }
}
