//! What a request owes before its handler is known, and how scopes come into it.

use super::{Group, OnError};

/// What a request owes on a route without attributes.
#[derive(Default)]
pub(crate) struct Undecorated {
    pub(crate) meta: Group,
    pub(crate) application: Group,
    pub(crate) default: Group,
    /// No route's pattern fits the path.
    pub(crate) unmatched: bool,
}

impl Undecorated {
    pub(crate) fn is_empty(&self) -> bool {
        self.meta.is_empty() && self.application.is_empty() && self.default.is_empty()
    }
}

/// What a request owes to a scope that it has entered.
pub(crate) struct Scope {
    pub(crate) group: Group,
    /// The limits of scopes around it and the default limits don't hold.
    pub(crate) overrides: bool,
}

/// The scopes that a request has entered, the outermost first.
#[derive(Default)]
pub(crate) struct Scopes(Vec<Scope>);

impl Scopes {
    pub(crate) fn enter(&mut self, scope: Scope) {
        self.0.push(scope);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|scope| scope.group.is_empty() && !scope.overrides)
    }

    /// Whether one of them takes the default limits' place.
    pub(crate) fn override_defaults(&self) -> bool {
        self.0.iter().any(|scope| scope.overrides)
    }

    /// What is owed to them, and to the default limits unless one of them takes their place.
    pub(crate) fn with_defaults(mut self, mut default: Group) -> Group {
        if self.0.is_empty() {
            if default.enforces() {
                default.fall_back();
            }
            return default;
        }
        // One whose limits could not be found falls back on what it would replace.
        for scope in self.0.iter_mut().filter(|scope| scope.group.failure() == Some(OnError::Fallback)) {
            scope.overrides = false;
        }
        let overridden = self.override_defaults();
        let from = self.0.iter().rposition(|scope| scope.overrides).unwrap_or(0);
        let mut owed = if overridden { Group::default() } else { default };
        for scope in self.0.into_iter().skip(from) {
            owed.append(scope.group);
        }
        if owed.enforces() {
            owed.fall_back();
        }
        owed
    }
}
