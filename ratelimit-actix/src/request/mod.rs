//! One request on its way through the limiter: what is known of it, and what of that others may see.

mod limit_info;
mod look_alike;
mod pool;
mod saved_head;
mod state;

pub use self::limit_info::LimitInfo;
pub(crate) use self::look_alike::LookAlikes;
pub(crate) use self::pool::{Lent, StatePool};
pub(crate) use self::saved_head::SavedHead;
pub(crate) use self::state::{State, Treatment};
