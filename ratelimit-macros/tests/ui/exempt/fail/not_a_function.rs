use ratelimit_actix::exempt;

#[exempt]
mod handler {}

fn main() {}
