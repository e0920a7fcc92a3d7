//! Tests of limit strings: what is accepted, what is refused and in which words, and what holds for all.

mod accepted;
mod messages;
mod properties;
mod refused;
mod sets;
mod windows;
