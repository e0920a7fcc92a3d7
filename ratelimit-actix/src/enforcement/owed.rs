//! What a request owes before its handler is known, and how scopes come into it.

use super::{Charge, Group, OnError};
use crate::route::Exemption;

/// What a request owes, group by group in the order that they are asked.
#[derive(Default)]
pub(crate) struct Owed {
    /// To meta and application limits. Boxed, as few apps have any and this is moved about on every request.
    app: Option<Box<App>>,
    /// To the handler's own limits, or to default limits and those of scopes.
    pub(crate) route: Group,
}

#[derive(Default)]
struct App {
    meta: Group,
    application: Group,
}

impl Owed {
    pub(crate) fn to_route(route: Group) -> Self {
        Self { app: None, route }
    }

    /// The charge, if there is one plain one and nothing else.
    pub(crate) fn take_only(&mut self) -> Option<Charge> {
        if self.app.is_some() { None } else { self.route.take_only() }
    }

    /// Whether there may be anything but the last group.
    pub(crate) fn is_to_app(&self) -> bool {
        self.app.is_some()
    }

    pub(crate) fn meta(&self) -> Option<&Group> {
        self.app.as_ref().map(|app| &app.meta)
    }

    pub(crate) fn meta_mut(&mut self) -> &mut Group {
        &mut self.app.get_or_insert_default().meta
    }

    pub(crate) fn application_mut(&mut self) -> &mut Group {
        &mut self.app.get_or_insert_default().application
    }

    /// Frees the request of tiers.
    pub(crate) fn exempt(&mut self, exemption: Exemption) {
        let Some(app) = &mut self.app else { return };
        if exemption.meta {
            app.meta = Group::default();
        }
        if exemption.application {
            app.application = Group::default();
        }
    }

    /// Lets the last group, if it may refuse, stand in for limits of the others that could not be found.
    pub(crate) fn fall_back(&mut self) {
        if let Some(app) = &mut self.app
            && self.route.enforces()
        {
            app.meta.fall_back();
            app.application.fall_back();
        }
    }

    pub(crate) fn groups(&self) -> impl Iterator<Item = &Group> {
        let app = self.app.iter().flat_map(|app| [&app.meta, &app.application]);
        app.chain([&self.route])
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.app.is_none() && self.route.is_empty() || self.groups().all(Group::is_empty)
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
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

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
