//! Limits behind an asynchronous middleware that finds out who asks.

use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web,
};
use ratelimit_actix::{Limiter, ManualClock, key};
use ratelimit_tests::{Ask, Backend, Server};

use super::ok;

/// Lets `Bearer NAME` in, after a wait, and notes the user.
async fn authenticate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    tokio::task::yield_now().await;
    let bearer = request.headers().get("Authorization").and_then(|value| value.to_str().ok());
    let Some(user) = bearer.and_then(|bearer| bearer.strip_prefix("Bearer ")).map(str::to_owned) else {
        let answer = HttpResponse::Unauthorized().finish();
        return Ok(request.into_response(answer).map_into_right_body());
    };
    request.extensions_mut().insert(key::User::new(user));
    Ok(next.call(request).await?.map_into_left_body())
}

fn routes(app: &mut web::ServiceConfig, limiter: &Limiter) {
    app.service(
        web::scope("/api").wrap(limiter.around(from_fn(authenticate))).route("/x", web::get().to(ok)),
    );
}

fn server(backend: Backend) -> Server {
    let builder = Limiter::builder().default_limits("2/minute").key(key::user());
    Server::start(backend.behind(builder, &ManualClock::new()).build().expect("right settings"), routes)
}

#[actix_web::test]
async fn users_are_counted_where_authentication_has_found_them() {
    for backend in Backend::ALL {
        let server = server(backend);
        for user in ["alice", "bob"] {
            let ask = Ask::get("/api/x").header("Authorization", format!("Bearer {user}"));
            assert_eq!(ask.statuses(&server, 3).await, [200, 200, 429], "{user}");
        }
    }
}

#[actix_web::test]
async fn guessing_is_bounded() {
    for backend in Backend::ALL {
        let server = server(backend);
        assert_eq!(Ask::get("/api/x").statuses(&server, 4).await, [401, 401, 429, 429]);
    }
}
