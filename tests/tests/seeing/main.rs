//! S18: what metrics and `tracing` tell.

mod documented;
mod secrets;
mod spans;
mod story;
mod told;
mod watch;
