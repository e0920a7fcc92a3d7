//! What the attributes say of a handler, as the macros write it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::http::Method;
use ratelimit_core::{Limit, LimitSet};

use crate::{
    Rule,
    key::labelled::{KeyFn, labelled},
    rule::Rules,
};

/// Everything the attributes of one handler say.
#[derive(Debug)]
pub struct Route {
    /// Its own, from 0 on: there is one of each in a program.
    pub(crate) number: usize,
    /// The handler's path: `module::function`.
    pub(crate) handler: &'static str,
    pub(crate) rules: Rules,
    pub(crate) exempt: Exemption,
    /// Whether asking the rules may take time.
    pub(crate) awaits: bool,
}

impl Route {
    /// The policy of `handler`.
    pub fn new<const N: usize>(handler: &'static str, rules: [Rule; N], exempt: Exemption) -> Self {
        static NUMBERS: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let awaits = rules.iter().any(Rule::awaits);
        Self { number, handler, rules: rules.into_iter().map(Arc::new).collect(), exempt, awaits }
    }

    /// Whether a limit for requests with `method` takes the place of the default limits. One that only looks on
    /// doesn't: trying a limit out must not take away another.
    pub(crate) fn overrides_defaults(&self, method: &Method) -> bool {
        self.rules.iter().any(|rule| rule.override_defaults && !rule.shadow && rule.covers(method))
    }
}

/// The tiers a handler is free of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_field_names)]
pub struct Exemption {
    pub(crate) application: bool,
    pub(crate) default: bool,
    pub(crate) meta: bool,
}

impl Exemption {
    /// Of no tier.
    pub const NONE: Self = Self { application: false, default: false, meta: false };
    /// Of every tier: a plain `#[exempt]`.
    pub const ALL: Self = Self { application: true, default: true, meta: true };

    /// Also free of application limits.
    #[must_use]
    pub const fn application(self) -> Self {
        Self { application: true, ..self }
    }

    /// Also free of default limits.
    #[must_use]
    pub const fn default_limits(self) -> Self {
        Self { default: true, ..self }
    }

    /// Also free of meta limits.
    #[must_use]
    pub const fn meta(self) -> Self {
        Self { meta: true, ..self }
    }
}

/// What attributes mostly say, for any number of handlers without a copy of generic code for each.
impl Rule {
    /// A rule of limits whose text the macro has checked: amount, window and unit of each.
    #[doc(hidden)]
    pub fn checked(limits: &[(u64, u64, u64)]) -> Self {
        let limits: Vec<_> =
            limits.iter().map(|(amount, window, unit)| limit(*amount, *window, *unit)).collect();
        // A handler's rules are made once and live as long as the program.
        Self::new(LimitSet::checked(limits.leak()))
    }

    /// `key = …`; `label` is the expression's text.
    #[doc(hidden)]
    pub fn key_of(self, label: &'static str, find: KeyFn) -> Self {
        self.key(labelled(label, find))
    }
}

/// A limit whose text the macro has checked, and the unit it was written in.
///
/// # Panics
/// When the window is none; the macro has seen to it that it is.
pub const fn limit(amount: u64, window_nanos: u64, unit_nanos: u64) -> Limit {
    match Limit::new(amount, Duration::from_nanos(window_nanos)) {
        Ok(limit) => limit.printed_in(unit_nanos),
        Err(_) => panic!("the macro checks windows"),
    }
}
