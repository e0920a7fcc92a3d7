//! Which clock counts.

use std::{any::Any, sync::Arc};

use crate::{Clock, SystemClock, Timestamp};

/// A storage's clock. The machine's own is called without a detour: it is read at each hit.
#[derive(Clone, Debug)]
pub(super) enum Time {
    OfMachine(SystemClock),
    Other(Arc<dyn Clock>),
}

impl Time {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let any: &dyn Any = &*clock;
        match any.downcast_ref() {
            Some(clock) => Self::OfMachine(*clock),
            None => Self::Other(clock),
        }
    }

    #[inline]
    pub(super) fn now(&self) -> Timestamp {
        match self {
            Self::OfMachine(clock) => clock.now(),
            Self::Other(clock) => clock.now(),
        }
    }

    #[inline]
    pub(super) fn recent(&self) -> Timestamp {
        match self {
            Self::OfMachine(clock) => clock.recent(),
            Self::Other(clock) => clock.recent(),
        }
    }
}
