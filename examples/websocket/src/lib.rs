//! A chat whose messages are limited, and not only the requests that open it.
//!
//! `cargo run -p websocket`, then with any WebSocket client: `ws://127.0.0.1:8080/chat?user=ada`. Three messages in
//! ten seconds are echoed; the next is answered `slow down, 10 s`, and the connection stays open.
//!
//! A middleware sees a WebSocket once, when it is opened: `#[limit]` limits that. For each message the limiter is
//! asked by hand, by [`Limiter::limit`]. Messages are counted by user, so opening a second connection is no way
//! around it.

use actix_web::{Error, HttpRequest, HttpResponse, get, rt, web};
use actix_ws::{AggregatedMessage, Closed, MessageStream, Session};
use futures_util::StreamExt;
use ratelimit_actix::{Limiter, LimiterBuilder, limit};
use std::collections::HashMap;

/// How many messages a user may send.
pub const MESSAGES: &str = "3/10 seconds";

/// The longest message, in bytes.
const LONGEST: usize = 4096;

/// Opens a chat: five a minute for each address.
#[get("/chat")]
#[limit("5/minute", key = ip)]
async fn chat(
    request: HttpRequest,
    body: web::Payload,
    query: web::Query<HashMap<String, String>>,
    limiter: web::Data<Limiter>,
) -> Result<HttpResponse, Error> {
    let (response, session, messages) = actix_ws::handle(&request, body)?;
    let user = query.get("user").cloned().unwrap_or_else(|| "nobody".to_owned());
    rt::spawn(async move {
        // A client that has gone is nobody's error.
        let _ = converse(session, messages, &limiter, &user).await;
    });
    Ok(response)
}

/// Echoes messages until the client goes.
async fn converse(
    mut session: Session,
    messages: MessageStream,
    limiter: &Limiter,
    user: &str,
) -> Result<(), Closed> {
    let limit = limiter.limit(MESSAGES).scope("chat").key(user);
    let mut messages = messages.max_frame_size(LONGEST).aggregate_continuations();
    while let Some(Ok(message)) = messages.next().await {
        match message {
            AggregatedMessage::Text(text) => match limit.hit().await {
                Ok(decision) if decision.is_allowed() => session.text(format!("{user}: {text}")).await?,
                Ok(decision) => {
                    let wait = decision.retry_after().unwrap_or_default();
                    session.text(format!("slow down, {} s", wait.as_secs_f64().ceil())).await?;
                }
                // Nothing passes unlimited: not even when it can't be asked whether it may.
                Err(error) => {
                    log::error!("a message can't be limited: {error}");
                    session.text("try again later").await?;
                }
            },
            AggregatedMessage::Ping(bytes) => session.pong(&bytes).await?,
            AggregatedMessage::Close(_) => break,
            AggregatedMessage::Binary(_) | AggregatedMessage::Pong(_) => {}
        }
    }
    session.close(None).await
}

/// Registers all routes.
pub fn routes(config: &mut web::ServiceConfig, limiter: &Limiter) {
    config.app_data(web::Data::new(limiter.clone())).service(chat);
}

/// The limiter as yet unbuilt, so that a test can give it a clock.
pub fn limiter() -> LimiterBuilder {
    Limiter::builder().default_limits("60/minute")
}
