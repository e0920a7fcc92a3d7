//! Learning which decorated handler routing has chosen, before anything of it runs.
//!
//! Actix routes synchronously inside `Service::call`, and clones a handler exactly when its route
//! has been chosen; the handler's future is not polled before `call` has returned. So the middleware
//! notes here that it calls on, and the `Clone` that the attributes write marks the call. `tests/` pins
//! this behaviour of Actix.

use std::{
    cell::{Cell, RefCell},
    iter,
    rc::Rc,
    sync::LazyLock,
};

use crate::{request::State, route::Route};

/// What is being routed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Routing {
    Nothing,
    /// A request, for which no decorated handler has been chosen so far.
    Unmarked,
    Marked,
}

thread_local! {
    /// The innermost of the calls in which a request is routed on this thread.
    static ROUTING: Cell<Routing> = const { Cell::new(Routing::Nothing) };
    /// The decorated handlers of the apps that this thread has built: services are built before the middlewares
    /// around them. Bounded by the handlers that the program has.
    static BUILT: RefCell<Vec<&'static Route>> = const { RefCell::new(Vec::new()) };
}

/// Runs `call`, in which a request is routed. If a decorated handler is chosen for it, its state is marked under each of
/// its limiters.
///
/// Only that request's: a service may route another one, in an app of its own, while it is called.
pub(crate) fn while_routing<T>(state: &Rc<State>, call: impl FnOnce() -> T) -> T {
    /// Goes back to the call around this one, even when a guard or a middleware panics.
    struct GoBack(Routing);
    impl Drop for GoBack {
        fn drop(&mut self) {
            ROUTING.set(self.0);
        }
    }
    let _back = GoBack(ROUTING.replace(Routing::Unmarked));
    let routed = call();
    if ROUTING.get() == Routing::Marked {
        for state in iter::successors(Some(&**state), |state| state.outer.as_deref()) {
            state.select();
        }
    }
    routed
}

/// Whether a request is being routed. An app that is built meanwhile has handlers that [`built`] doesn't know.
pub(super) fn is_routing() -> bool {
    ROUTING.get() != Routing::Nothing
}

/// Notes that a decorated handler was chosen for the request being routed. A handler that is cloned while nothing is
/// routed is one of an app that is being built.
pub(crate) fn selected(route: &'static LazyLock<Route>) {
    if ROUTING.get() == Routing::Nothing {
        note_built(route);
    } else {
        ROUTING.set(Routing::Marked);
    }
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
