//! Users are counted apart, whatever their address, and guesses by address.

use std::{net::SocketAddr, time::Duration};

use actix_web::{
    App, HttpServer, rt,
    test::{TestRequest, init_service, try_call_service},
};
use ratelimit_actix::{Limiter, ManualClock};

fn limiters(clock: &ManualClock) -> [Limiter; 2] {
    [users_after_authentication::limiter(), users_after_authentication::guesses()]
        .map(|builder| builder.clock(clock.clone()).build().expect("the limits are right"))
}

/// The statuses of `count` requests with a token, from an address.
async fn statuses(
    [limiter, guesses]: &[Limiter; 2],
    path: &str,
    token: &str,
    address: &str,
    count: usize,
) -> Vec<u16> {
    let app = App::new().wrap(limiter.clone()).wrap(guesses.clone());
    let app = init_service(app.configure(|config| users_after_authentication::routes(config, limiter))).await;
    let peer: SocketAddr = format!("{address}:4711").parse().expect("an address");
    let mut statuses = Vec::new();
    for _ in 0..count {
        let request = TestRequest::with_uri(path).peer_addr(peer);
        let request = request.insert_header(("Authorization", format!("Bearer {token}"))).to_request();
        let status = match try_call_service(&app, request).await {
            Ok(answer) => answer.status(),
            Err(error) => error.error_response().status(),
        };
        statuses.push(status.as_u16());
    }
    statuses
}

#[actix_web::test]
async fn users_count_apart_whatever_their_address() {
    let clock = ManualClock::new();
    let limiters = limiters(&clock);
    assert_eq!(statuses(&limiters, "/api/search", "ada-token", "192.0.2.1", 2).await, [200, 200]);
    assert_eq!(statuses(&limiters, "/api/search", "ada-token", "192.0.2.2", 1).await, [429]);
    assert_eq!(statuses(&limiters, "/api/search", "bob-token", "192.0.2.1", 3).await, [200, 200, 429]);
    assert_eq!(statuses(&limiters, "/api/notes", "ada-token", "192.0.2.1", 6).await[4..], [200, 429]);
    clock.advance(Duration::from_mins(1));
    assert_eq!(statuses(&limiters, "/api/search", "ada-token", "192.0.2.2", 1).await, [200]);
}

#[actix_web::test]
async fn guesses_are_bounded_by_address_and_users_are_not() {
    let clock = ManualClock::new();
    let limiters = limiters(&clock);
    for _ in 0..4 {
        assert_eq!(statuses(&limiters, "/api/notes", "ada-token", "192.0.2.1", 5).await, [200; 5]);
        clock.advance(Duration::from_mins(1));
    }
    let guessed = statuses(&limiters, "/api/notes", "nonsense", "192.0.2.9", 12).await;
    assert_eq!(guessed, [[401; 3].as_slice(), &[429; 9]].concat());
    assert_eq!(statuses(&limiters, "/api/notes", "ada-token", "192.0.2.9", 1).await, [429], "found too late");
    assert_eq!(statuses(&limiters, "/api/notes", "ada-token", "192.0.2.1", 1).await, [200]);
}

#[actix_web::test]
async fn the_status_is_free() {
    let limiters = limiters(&ManualClock::new());
    assert_eq!(statuses(&limiters, "/api/status", "", "192.0.2.1", 30).await, [200; 30]);
}

/// The whole of it, as `main` runs it.
#[actix_web::test]
async fn a_real_server_starts() {
    let [limiter, guesses] = limiters(&ManualClock::new());
    let server = HttpServer::new(move || {
        let app = App::new().wrap(limiter.clone()).wrap(guesses.clone());
        app.configure(|config| users_after_authentication::routes(config, &limiter))
    });
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a free port").run();
    let handle = server.handle();
    rt::spawn(server);
    handle.stop(false).await;
}
