//! The strategies, through their public face: properties of all of them, naive models of each, and the
//! cases that Flask-Limiter's own tests name.

mod charges;
mod models;
mod past;
mod restored;
mod robust;
mod vectors;
mod waits;
