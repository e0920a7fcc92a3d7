//! The storage against real servers: what it counts, what it leaves there, and what happens when they fail.

mod conformance;
