//! States of requests that have been answered, to be used for later ones.
//!
//! To allocate a state, fill it and free it takes 250 instructions of a request. A state is taken back when
//! nobody else has it any more, and everything in it is forgotten then.

use std::{cell::RefCell, fmt, rc::Rc};

use super::State;

/// As many as are under way at a time in a worker that is busy. What is more is freed.
const MOST: usize = 64;

/// One service's states that are not in use.
///
/// Not among its plans, which each state holds: they would never be freed.
#[derive(Default)]
pub(crate) struct StatePool(RefCell<Vec<Rc<State>>>);

impl StatePool {
    pub(super) fn take(&self) -> Option<Rc<State>> {
        self.0.borrow_mut().pop()
    }

    fn leave(&self, mut state: Rc<State>) {
        let Some(forgotten) = Rc::get_mut(&mut state) else { return };
        forgotten.forget();
        let mut states = self.0.borrow_mut();
        if states.len() < MOST {
            states.push(state);
        }
    }
}

impl fmt::Debug for StatePool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatePool").finish_non_exhaustive()
    }
}

/// A state that goes back when this is dropped, if it is the last to have it.
pub(crate) struct Lent {
    state: Option<Rc<State>>,
    pool: Rc<StatePool>,
}

impl Lent {
    pub(crate) fn new(state: Rc<State>, pool: &Rc<StatePool>) -> Self {
        Self { state: Some(state), pool: Rc::clone(pool) }
    }

    /// The state: `None` never, before this is dropped.
    pub(crate) fn state(&self) -> Option<&Rc<State>> {
        self.state.as_ref()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(state) = self.state.take() {
            self.pool.leave(state);
        }
    }
}
