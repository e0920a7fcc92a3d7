//! Every way of registering a route, on a real server with two workers, over every kind of storage:
//! undecorated routes have the default limit, decorated ones their own, exempt ones none.

mod files;
mod guards;
mod handlers;
mod middlewares;
mod placements;
mod services;

use actix_web::web::ServiceConfig;
use ratelimit_actix::{Limiter, ManualClock};
use ratelimit_tests::{Ask, Backend, Server};

/// A way of registering routes, and what holds for each of them.
struct Shape {
    name: &'static str,
    routes: fn(&mut ServiceConfig, &Limiter),
    expect: Vec<(Ask, Holds)>,
}

/// Which limit holds for a route. The default is 2 a minute; handlers have 3 a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// The default limit.
    Default,
    /// The default limit, and the answer that passes has this status.
    DefaultOf(u16),
    /// The handler's own limit.
    Own,
    /// None.
    Nothing,
}

impl Holds {
    /// The statuses of as many requests as show the limit.
    fn statuses(self) -> Vec<u16> {
        match self {
            Self::Default => vec![200, 200, 429],
            Self::DefaultOf(status) => vec![status, status, 429],
            Self::Own => vec![200, 200, 200, 429],
            Self::Nothing => vec![200; 5],
        }
    }

    /// The statuses once the limit is used up.
    fn used_up(self) -> Vec<u16> {
        if self == Self::Nothing { vec![200; 3] } else { vec![429; 2] }
    }
}

fn shapes() -> Vec<Shape> {
    [placements::shapes(), guards::shapes(), middlewares::shapes(), services::shapes(), files::shapes()]
        .into_iter()
        .flatten()
        .collect()
}

async fn check(shape: &Shape, backend: Backend) -> Vec<String> {
    let builder = Limiter::builder().default_limits("2/minute");
    let limiter = backend.behind(builder, &ManualClock::new()).build().expect("right settings");
    let server = Server::start(limiter, shape.routes);
    let mut wrong = Vec::new();
    for (ask, holds) in &shape.expect {
        let (expected, got) = (holds.statuses(), ask.statuses(&server, holds.statuses().len()).await);
        if got != expected {
            wrong.push(format!(
                "{} on {backend:?}: {ask}: {holds:?} is {expected:?}, got {got:?}",
                shape.name
            ));
        }
    }
    // Now that every limit is used up, none may touch another route.
    for (ask, holds) in &shape.expect {
        let (expected, got) = (holds.used_up(), ask.statuses(&server, holds.used_up().len()).await);
        if got != expected {
            wrong.push(format!(
                "{} on {backend:?}, used up: {ask}: {holds:?} is {expected:?}, got {got:?}",
                shape.name
            ));
        }
    }
    wrong
}

#[actix_web::test]
async fn every_shape_has_the_limits_it_declares() {
    let mut wrong = Vec::new();
    let shapes = shapes();
    for backend in Backend::ALL {
        for shape in &shapes {
            wrong.extend(check(shape, backend).await);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} shapes' checks failed:\n{}",
        wrong.len(),
        shapes.len(),
        wrong.join("\n")
    );
}
