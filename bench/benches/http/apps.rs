//! The apps measured: one route, on one worker.

/// Which app: its name is its argument on the command line, and its name in the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct App(pub &'static str);

/// The first word to the program that serves one.
pub const SERVE: &str = "serve";

/// Nothing but Actix.
pub const PLAIN: App = App("plain");
/// The handler sets the five headers itself.
pub const HEADERS_BY_HAND: App = App("headers-by-hand");
/// The handler answers the 429 itself: headers and body to the byte as ours.
pub const REFUSAL_BY_HAND: App = App("refusal-by-hand");

/// `#[limit]`, no headers.
pub const ROUTE: App = App("ratelimit-route");
/// A default limit on an undecorated route, no headers.
pub const DEFAULT: App = App("ratelimit-default");
pub const ROUTE_HEADERS: App = App("ratelimit-route-headers");
pub const DEFAULT_HEADERS: App = App("ratelimit-default-headers");
/// Refused by `#[limit]`, with headers and the problem document.
pub const ROUTE_REFUSED: App = App("ratelimit-route-refused");
/// The same by a default limit.
pub const DEFAULT_REFUSED: App = App("ratelimit-default-refused");

/// So many limits on one route, no headers.
pub const LIMITS: [(u32, App); 5] = [
    (1, App("ratelimit-limits-1")),
    (2, App("ratelimit-limits-2")),
    (4, App("ratelimit-limits-4")),
    (8, App("ratelimit-limits-8")),
    (16, App("ratelimit-limits-16")),
];

pub const GOVERNOR: App = App("governor");
pub const GOVERNOR_HEADERS: App = App("governor-headers");
pub const GOVERNOR_REFUSED: App = App("governor-refused");
pub const EXTENSIBLE: App = App("extensible");
pub const EXTENSIBLE_HEADERS: App = App("extensible-headers");
pub const EXTENSIBLE_REFUSED: App = App("extensible-refused");

/// All but those of [`LIMITS`].
pub const ALL: [App; 15] = [
    PLAIN,
    HEADERS_BY_HAND,
    REFUSAL_BY_HAND,
    ROUTE,
    DEFAULT,
    ROUTE_HEADERS,
    DEFAULT_HEADERS,
    ROUTE_REFUSED,
    DEFAULT_REFUSED,
    GOVERNOR,
    GOVERNOR_HEADERS,
    GOVERNOR_REFUSED,
    EXTENSIBLE,
    EXTENSIBLE_HEADERS,
    EXTENSIBLE_REFUSED,
];

impl App {
    /// Whether it answers 429, after the first request.
    pub fn refuses(self) -> bool {
        [REFUSAL_BY_HAND, ROUTE_REFUSED, DEFAULT_REFUSED, GOVERNOR_REFUSED, EXTENSIBLE_REFUSED]
            .contains(&self)
    }

    pub fn status(self) -> u16 {
        if self.refuses() { 429 } else { 200 }
    }

    /// The arguments that make this program the app.
    pub fn words(self) -> [&'static str; 2] {
        [SERVE, self.0]
    }
}
