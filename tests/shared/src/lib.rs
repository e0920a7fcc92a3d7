//! Many processes over one storage: what their tests need.
//!
//! `src/bin/worker.rs` is a server with limited routes over the storage that its environment names. A test starts
//! several of them ([`Worker`]), and sends a [`Crowd`] of clients against them.

mod client;
mod crowd;
mod tally;
mod worker;

pub use self::{
    client::{Answer, Connection},
    crowd::Crowd,
    tally::Tally,
    worker::{STORAGE_URI, Worker},
};
