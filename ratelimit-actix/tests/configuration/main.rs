//! Settings from the environment and from files: what each does, and what is said of what can't be.

mod effects;
mod environment;
mod layers;
mod mistakes;
mod storage;
mod world;
