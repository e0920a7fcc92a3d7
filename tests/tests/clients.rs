//! S12, S13: who is counted, and that nobody can be somebody else.

use actix_web::{HttpRequest, Responder, get, web};
use ratelimit_actix::{ForwardedHeader, Limiter, LimiterBuilder, ManualClock, MissingKey, limit};
use ratelimit_tests::{Ask, Backend, Server};

#[get("/ip")]
#[limit("2/minute", key = ip)]
async fn by_ip() -> impl Responder {
    "ok"
}

#[get("/header")]
#[limit("2/minute", key = header("X-User-Id"))]
async fn by_header() -> impl Responder {
    "ok"
}

#[get("/cookie")]
#[limit("2/minute", key = cookie("sid"))]
async fn by_cookie() -> impl Responder {
    "ok"
}

#[get("/path/{id}")]
#[limit("2/minute", key = path("id"))]
async fn by_path() -> impl Responder {
    "ok"
}

#[get("/query")]
#[limit("2/minute", key = query("id"))]
async fn by_query() -> impl Responder {
    "ok"
}

#[get("/global")]
#[limit("2/minute", key = global)]
async fn by_nobody() -> impl Responder {
    "ok"
}

fn tenant(request: &HttpRequest) -> Option<String> {
    request.headers().get("x-tenant")?.to_str().ok().map(str::to_owned)
}

#[get("/function")]
#[limit("2/minute", key = tenant)]
async fn by_function() -> impl Responder {
    "ok"
}

#[get("/closure")]
#[limit("2/minute", key = |request| request.query_string().len() as u64)]
async fn by_closure() -> impl Responder {
    "ok"
}

#[get("/tuple/{id}")]
#[limit("2/minute", key = (header("X-User-Id"), path("id")))]
async fn by_tuple() -> impl Responder {
    "ok"
}

fn routes(app: &mut web::ServiceConfig, _: &Limiter) {
    app.service((
        by_ip,
        by_header,
        by_cookie,
        by_path,
        by_query,
        by_nobody,
        by_function,
        by_closure,
        by_tuple,
    ));
}

fn serve(builder: LimiterBuilder) -> Server {
    let limiter = builder.clock(ManualClock::new()).build().expect("right settings");
    Server::start(limiter, routes)
}

/// Uses up the two requests of `ask`, and checks that `other` has its own.
async fn are_apart(server: &Server, ask: Ask, other: Ask) {
    assert_eq!(ask.statuses(server, 3).await, [200, 200, 429], "{ask}");
    assert_eq!(other.statuses(server, 3).await, [200, 200, 429], "{other}");
}

/// Uses up the two requests of `ask`, and checks that `other` is the same client.
async fn are_one(server: &Server, ask: Ask, other: Ask) {
    assert_eq!(ask.statuses(server, 2).await, [200, 200], "{ask}");
    assert_eq!(other.statuses(server, 1).await, [429], "{other}");
}

#[actix_web::test]
async fn every_kind_of_key_tells_clients_apart() {
    let server = serve(Limiter::builder());
    let header = |value: &str| Ask::get("/header").header("X-User-Id", value);
    are_apart(&server, header("alice"), header("bob")).await;
    let cookie = |value: &str| Ask::get("/cookie").header("Cookie", format!("a=b; sid={value}"));
    are_apart(&server, cookie("1"), cookie("2")).await;
    are_apart(&server, Ask::get("/path/1"), Ask::get("/path/2")).await;
    are_apart(&server, Ask::get("/query?id=1&x=y"), Ask::get("/query?x=y&id=2")).await;
    are_apart(
        &server,
        Ask::get("/function").header("x-tenant", "a"),
        Ask::get("/function").header("x-tenant", "b"),
    )
    .await;
    are_apart(&server, Ask::get("/closure?a"), Ask::get("/closure?bb")).await;
    let tuple = |user: &str, id: &str| Ask::get(&format!("/tuple/{id}")).header("X-User-Id", user);
    are_apart(&server, tuple("alice", "1"), tuple("alice", "2")).await;
    are_apart(&server, tuple("bob", "1"), tuple("bob", "2")).await;
    are_one(&server, Ask::get("/global?a"), Ask::get("/global?b").header("X-User-Id", "bob")).await;
}

#[actix_web::test]
async fn a_missing_key_counts_the_address_unless_told_otherwise() {
    let server = serve(Limiter::builder());
    for path in ["/header", "/cookie", "/query", "/function", "/tuple/1"] {
        assert_eq!(Ask::get(path).statuses(&server, 3).await, [200, 200, 429], "{path}");
    }
    // An empty value is none, and a value that looks like the address is not the address.
    let empty = Ask::get("/header").header("X-User-Id", "");
    assert_eq!(empty.statuses(&server, 1).await, [429]);
    let forged = Ask::get("/header").header("X-User-Id", "127.0.0.1");
    assert_eq!(forged.statuses(&server, 1).await, [200]);

    let server = serve(Limiter::builder().missing_key(MissingKey::Skip));
    assert_eq!(Ask::get("/header").statuses(&server, 5).await, [200; 5]);
    let server = serve(Limiter::builder().missing_key(MissingKey::Refuse));
    let refused = Ask::get("/header").of(&server).await;
    assert_eq!(refused.status.as_u16(), 429);
    assert_eq!(refused.header("retry-after"), "", "waiting won't help");
}

#[actix_web::test]
async fn a_forwarding_header_from_anyone_is_not_believed() {
    for backend in Backend::ALL {
        let limiter =
            backend.behind(Limiter::builder(), &ManualClock::new()).build().expect("right settings");
        let server = Server::start(limiter, routes);
        let forged = |address: &str| Ask::get("/ip").header("X-Forwarded-For", address);
        assert_eq!(forged("192.0.2.1").statuses(&server, 2).await, [200, 200]);
        assert_eq!(forged("192.0.2.2").statuses(&server, 1).await, [429]);
    }
}

#[actix_web::test]
async fn clients_behind_a_trusted_proxy_are_apart() {
    let server = serve(Limiter::builder().trusted_proxies(["127.0.0.0/8", "10.0.0.1"]));
    let via = |list: &str| Ask::get("/ip").header("X-Forwarded-For", list);
    are_apart(&server, via("192.0.2.1"), via("192.0.2.2")).await;
    // What a client writes itself stands to the left of what the proxy adds, and is not believed.
    are_one(&server, via("6.6.6.6, 192.0.2.3"), via("7.7.7.7, 192.0.2.3, 10.0.0.1")).await;
    // IPv6 counts by /64, IPv4-mapped addresses as IPv4.
    are_one(&server, via("2001:db8:1:2::1"), via("2001:db8:1:2:ffff::9")).await;
    are_one(&server, via("192.0.2.4"), via("::ffff:192.0.2.4")).await;
    // A malformed entry ends the walk: the nearest address that is known is the proxy's own.
    are_one(&server, via("192.0.2.5, what is this"), via("192.0.2.6, \"")).await;
    // The other header is not looked at.
    let other = Ask::get("/ip").header("Forwarded", "for=192.0.2.77");
    assert_eq!(other.statuses(&server, 1).await, [429]);
}

#[actix_web::test]
async fn the_forwarded_header_instead() {
    let trusting =
        Limiter::builder().trusted_proxies(["127.0.0.1"]).forwarded_header(ForwardedHeader::Forwarded);
    let server = serve(trusting);
    let via = |list: &str| Ask::get("/ip").header("Forwarded", list);
    are_apart(&server, via("for=192.0.2.1;proto=https"), via("For=\"192.0.2.2:4711\"")).await;
    are_one(&server, via("for=\"[2001:db8::1]\""), via("for=192.0.2.9, for=\"[2001:db8::2]:80\"")).await;
}

#[actix_web::test]
async fn odd_input_is_counted_and_breaks_nothing() {
    let server = serve(Limiter::builder().trusted_proxies(["127.0.0.1"]));
    let user = |value: &[u8]| Ask::get("/header").header("X-User-Id", value);
    are_apart(&server, user(&[b'x'; 8000]), user(&[b'y'; 8000])).await;
    are_apart(&server, user(b"\xff\xfe"), user(b"\xff\xfd")).await;
    for list in [",,,,", "unknown", "999.1.1.1", "1.2.3.4:99999", "[::1", "\u{e9}", &"1.1.1.1,".repeat(900)] {
        let status = Ask::get("/ip").header("X-Forwarded-For", list).of(&server).await.status.as_u16();
        assert!(status == 200 || status == 429, "{status} for {list}");
    }
    let cookie = Ask::get("/cookie").header("Cookie", ";;=;sid");
    assert_eq!(cookie.statuses(&server, 3).await, [200, 200, 429]);
    let query = Ask::get("/query?%ff&&&id=%fe&id=2");
    assert_eq!(query.statuses(&server, 3).await, [200, 200, 429]);
}
