//! What the whole-stack tests share: a real server on loopback, a client, and storages to put behind.

pub mod client;
pub mod failing;
pub mod late;
pub mod logs;
pub mod recovery;
pub mod server;

pub use self::{
    client::{Answer, Ask},
    failing::{FailingStorage, Mood},
    late::LateStorage,
    server::{Backend, Server},
};
