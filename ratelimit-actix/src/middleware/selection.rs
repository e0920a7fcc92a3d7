//! Learning which decorated handler routing has chosen, before anything of it runs.
//!
//! Actix routes synchronously inside `Service::call`, and clones a handler exactly when its route
//! has been chosen; the handler's future is not polled before `call` has returned. So the middleware
//! pushes the request's state here while it calls on, and the `Clone` that the attributes write marks
//! it. `tests/` pins this behaviour of Actix.

use std::{cell::RefCell, iter, rc::Rc};

use crate::{request::State, route::Route};

thread_local! {
    /// The requests being routed on this thread: more than one when limiters are nested.
    static ROUTING: RefCell<Vec<Rc<State>>> = const { RefCell::new(Vec::new()) };
    /// The decorated handlers of the apps that this thread has built: services are built before the middlewares
    /// around them. Bounded by the handlers that the program has.
    static BUILT: RefCell<Vec<&'static Route>> = const { RefCell::new(Vec::new()) };
}

/// Runs `call`, in which a request is routed, with its state in sight.
pub(crate) fn while_routing<T>(state: &Rc<State>, call: impl FnOnce() -> T) -> T {
    /// Leaves the stack as it was, even when a guard or a middleware panics.
    struct Pop;
    impl Drop for Pop {
        fn drop(&mut self) {
            ROUTING.with_borrow_mut(Vec::pop);
        }
    }
    ROUTING.with_borrow_mut(|routing| routing.push(Rc::clone(state)));
    let _pop = Pop;
    call()
}

/// Notes that a decorated handler was chosen for the request being routed, under each of its limiters.
///
/// Only that request: a service may route another one, in an app of its own, while it is called. A handler that
/// is cloned while nothing is routed is one of an app that is being built.
pub(crate) fn selected(route: &'static Route) {
    ROUTING.with_borrow(|routing| {
        let innermost = routing.last().cloned();
        if innermost.is_none() {
            note_built(route);
        }
        for state in iter::successors(innermost, |state| state.outer.clone()) {
            state.select();
        }
    });
}

fn note_built(route: &'static Route) {
    BUILT.with_borrow_mut(|built| {
        if built.iter().all(|other| !std::ptr::eq(*other, route)) {
            built.push(route);
        }
    });
}

/// The decorated handlers of the apps that this thread has built so far.
pub(crate) fn built() -> Vec<&'static Route> {
    BUILT.with_borrow(Clone::clone)
}
