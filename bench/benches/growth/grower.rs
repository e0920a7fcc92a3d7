//! A limiter in another process, which grows and is hit when it is told to.

use bench::Peer;

use crate::subject::SUBJECT;

pub struct Grower {
    peer: Peer,
    pub keys: u64,
    /// What it has that an empty one hasn't.
    pub bytes: f64,
    /// Whether it would take too much if it grew.
    pub stopped: bool,
}

impl Grower {
    /// One that holds nothing, and has room for `most`.
    pub fn start(client: &str, limiter: usize, most: u64) -> Self {
        let peer = Peer::start(&[SUBJECT, client, &limiter.to_string(), &most.to_string()]);
        Self { peer, keys: 0, bytes: 0.0, stopped: false }
    }

    pub fn grow(&mut self, keys: u64) {
        self.bytes = self.peer.ask(&format!("grow {keys}"));
        self.keys = keys;
    }

    /// Of hits on known keys, each round on others.
    pub fn nanos_a_hit(&mut self, round: usize) -> f64 {
        self.peer.ask(&format!("hit {round}"))
    }
}
