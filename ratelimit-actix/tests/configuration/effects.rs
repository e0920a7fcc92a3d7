//! What each setting does, by the answers of an app under it.

mod clients;
mod failures;
mod headers;
mod limits;
