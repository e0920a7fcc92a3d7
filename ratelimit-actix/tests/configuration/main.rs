//! Settings from the environment and from files: what each does, and what is said of what can't be.

mod effects;
mod environment;
mod layers;
mod mistakes;
#[cfg(feature = "serde")]
mod sources;
mod storage;
mod world;
