//! Messages are limited by user, and openings by address.

use std::time::Duration;

use actix_web::{App, HttpServer, rt};
use awc::{
    BoxedSocket, Client,
    error::WsClientError,
    ws::{Codec, Frame, Message},
};
use futures_util::{SinkExt, StreamExt};
use ratelimit_actix::ManualClock;

type Chat = actix_codec::Framed<BoxedSocket, Codec>;

/// A real server, and where it listens.
fn start(clock: &ManualClock) -> String {
    let limiter = websocket::limiter().clock(clock.clone()).build().expect("the limits are right");
    let server = HttpServer::new(move || {
        App::new().wrap(limiter.clone()).configure(|config| websocket::routes(config, &limiter))
    });
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a free port");
    let address = server.addrs()[0];
    // It ends with the test's runtime.
    rt::spawn(server.run());
    format!("ws://{address}/chat")
}

async fn open(address: &str, user: &str) -> Result<Chat, WsClientError> {
    let (_, chat) = Client::new().ws(format!("{address}?user={user}")).connect().await?;
    Ok(chat)
}

/// What is answered to a message.
async fn say(chat: &mut Chat, text: &str) -> String {
    chat.send(Message::Text(text.to_owned().into())).await.expect("an open chat");
    match chat.next().await {
        Some(Ok(Frame::Text(answer))) => String::from_utf8_lossy(&answer).into_owned(),
        other => panic!("no answer: {other:?}"),
    }
}

#[actix_web::test]
async fn messages_are_limited_by_user_over_all_connections() {
    let clock = ManualClock::new();
    let address = start(&clock);
    let mut ada = open(&address, "ada").await.expect("a chat");
    for text in ["one", "two"] {
        assert_eq!(say(&mut ada, text).await, format!("ada: {text}"));
    }
    let mut again = open(&address, "ada").await.expect("a chat");
    assert_eq!(say(&mut again, "three").await, "ada: three");
    assert_eq!(say(&mut again, "four").await, "slow down, 10 s");
    assert_eq!(say(&mut ada, "five").await, "slow down, 10 s");
    let mut bob = open(&address, "bob").await.expect("a chat");
    assert_eq!(say(&mut bob, "one").await, "bob: one");
    clock.advance(Duration::from_secs(10));
    assert_eq!(say(&mut ada, "six").await, "ada: six");
}

#[actix_web::test]
async fn openings_are_limited_by_address() {
    let address = start(&ManualClock::new());
    for _ in 0..5 {
        open(&address, "ada").await.expect("a chat");
    }
    match open(&address, "ada").await {
        Err(WsClientError::InvalidResponseStatus(status)) => assert_eq!(status, 429),
        other => panic!("expected a refusal: {:?}", other.map(drop)),
    }
}
