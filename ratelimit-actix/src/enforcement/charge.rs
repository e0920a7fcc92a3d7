//! Counters to charge, by tier, and charges that were made.

use std::rc::Rc;

use ratelimit_core::{Acquisition, Batch, Key};
use smallvec::{SmallVec, smallvec};

use super::{
    failover::Source,
    planned::{Counter, Planned},
};
#[cfg(feature = "metrics")]
use crate::observe::DecisionKeys;
use crate::{Limiter, OnError, Rule, Tier, Verdict, answer::Prepared};

/// One counter to charge, for one key.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    counter: Rc<Counter>,
    /// Anybody's in a charge that is never made, for want of a key.
    key: Key,
    cost: u64,
    // Beside each other and in here, so that a verdict takes 128 bytes: what is larger is moved by a call.
    has_key: bool,
    /// Which storage has made it, as long as it has not been given back.
    pub(crate) made_by: Option<Source>,
}

impl Charge {
    #[inline]
    pub(super) fn new(counter: &Rc<Counter>, key: Key, cost: u64) -> Self {
        Self { counter: Rc::clone(counter), key, cost, has_key: true, made_by: None }
    }

    pub(super) fn into_parts(self) -> (Rc<Counter>, Key, u64) {
        (self.counter, self.key, self.cost)
    }

    /// One that is never made, for want of a key.
    fn keyless(counter: &Rc<Counter>, cost: u64) -> Self {
        Self { has_key: false, ..Self::new(counter, Key::global(), cost) }
    }

    pub(crate) fn tier(&self) -> Tier {
        self.counter.tier
    }

    pub(crate) fn rule(&self) -> &Rule {
        &self.counter.rule
    }

    pub(crate) fn policy(&self) -> &ratelimit_core::Policy {
        &self.counter.policy
    }

    pub(crate) fn key(&self) -> Option<&Key> {
        self.has_key.then_some(&self.key)
    }

    pub(crate) fn cost(&self) -> u64 {
        self.cost
    }

    pub(crate) fn prepared(&self) -> &Prepared {
        self.counter.prepared()
    }

    /// A charge of `policy` by a rule that says nothing else.
    #[cfg(test)]
    pub(crate) fn sample(tier: Tier, policy: ratelimit_core::Policy) -> Self {
        let rule = std::sync::Arc::new(Rule::new("1/second"));
        Self::keyless(&Rc::new(Counter::new(tier, &rule, policy)), 1)
    }

    /// What metrics call the limit: see [`Counter::label`].
    #[cfg(feature = "metrics")]
    pub(crate) fn label(&self) -> &str {
        self.counter.label()
    }

    #[cfg(feature = "metrics")]
    pub(crate) fn decision_keys(&self) -> &DecisionKeys {
        &self.counter.decision_keys
    }

    pub(crate) fn acquisition(&self) -> Option<Acquisition<'_>> {
        Some(Acquisition { policy: &self.counter.policy, key: self.key()?, cost: self.cost })
    }
}

/// Whom a limit counts.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    Key(Key),
    /// The key is missing, and such requests are not counted.
    Nobody,
    /// The key is missing, and such requests are refused.
    Refused,
}

/// Charges of which each counter is there once. Most requests owe one, which takes no allocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Charges(SmallVec<[Charge; 1]>);

impl Charges {
    /// A counter that is there already stays once, at the greater cost and by the stricter of the two limits:
    /// limits that share a name may differ in amount.
    pub(super) fn push(&mut self, new: Charge) {
        let same = |old: &&mut Charge| match (old.acquisition(), new.acquisition()) {
            (Some(old), Some(new)) => old.same_counter(&new),
            _ => false,
        };
        match self.0.iter_mut().find(same) {
            Some(old) => {
                let strictness = |charge: &Charge| {
                    let quota = charge.policy().quota();
                    (quota.capacity(), quota.limit().amount())
                };
                let cost = old.cost.max(new.cost);
                if strictness(&new) < strictness(old) {
                    *old = new;
                }
                old.cost = cost;
            }
            None => self.0.push(new),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Charge> {
        self.0.iter()
    }

    pub(crate) fn of(charge: &Charge) -> Self {
        Self(smallvec![charge.clone()])
    }

    /// The charge, if there is one only.
    pub(super) fn only(&self) -> Option<&Charge> {
        if let [charge] = &self.0[..] { Some(charge) } else { None }
    }

    /// What becomes of the request for a charge's sake while the storage fails.
    pub(crate) fn on_error(&self, index: usize, limiter: &Limiter) -> OnError {
        self.0.get(index).map_or(OnError::Closed, |charge| limiter.on_error(charge.rule()))
    }

    pub(crate) fn extend(&mut self, others: &Self) {
        self.0.extend(others.0.iter().cloned());
    }

    /// The charges as a storage takes them: one acquisition a charge, in order.
    pub(crate) fn batch(&self) -> Batch<'_> {
        let mut batch = Batch::new();
        for Acquisition { policy, key, cost } in self.0.iter().filter_map(Charge::acquisition) {
            batch.push(policy, key, cost);
        }
        batch
    }
}

/// What is asked in one step: all of it is charged, or nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) charges: Charges,
    /// Boxed, as groups are moved about on every request and few have any of it.
    rare: Option<Box<Rare>>,
}

/// What few groups have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rare {
    /// What only looks on, charged apart.
    pub(crate) shadow: Charges,
    /// What counts refusals, and refuses while it is spent.
    pub(crate) meta: Charges,
    /// Limits that refuse for want of a key.
    pub(crate) keyless: Vec<Verdict>,
    /// The limits could not be found, and what is to become of the request then.
    pub(crate) failed: Option<OnError>,
}

impl Group {
    pub(super) fn one(charge: Charge) -> Self {
        Self { charges: Charges(smallvec![charge]), rare: None }
    }

    /// The charge, if there is one and nothing else.
    pub(super) fn take_only(&mut self) -> Option<Charge> {
        if self.rare.is_some() || self.charges.0.len() != 1 { None } else { self.charges.0.pop() }
    }

    /// One of limits that could not be found.
    pub(crate) fn failed(on_error: OnError) -> Self {
        let mut group = Self::default();
        group.fail(on_error);
        group
    }

    /// Notes that limits could not be found. Of several failures the strictest answer holds.
    pub(crate) fn fail(&mut self, on_error: OnError) {
        let failed = &mut self.rare_mut().failed;
        *failed = Some(failed.map_or(on_error, |other| other.stricter(on_error)));
    }

    /// What is to become of the request, if limits could not be found.
    pub(crate) fn failure(&self) -> Option<OnError> {
        self.rare()?.failed
    }

    pub(crate) fn rare(&self) -> Option<&Rare> {
        self.rare.as_deref()
    }

    fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Adds the counters of a rule.
    pub(crate) fn add(&mut self, planned: &Planned, counters: &[Rc<Counter>], who: Who, cost: u64) {
        let key = match who {
            Who::Nobody => return,
            Who::Refused => return self.add_keyless(planned, counters, cost),
            Who::Key(key) => key,
        };
        if !planned.rule.shadow {
            for counter in planned.meta.iter() {
                let charge = Charge::new(counter, key.clone(), 1);
                self.rare_mut().meta.push(charge);
            }
        }
        let Some((last, others)) = counters.split_last() else { return };
        for counter in others {
            self.push(planned, counter, key.clone(), cost);
        }
        // The usual rule has one limit, for which the key isn't cloned.
        self.push(planned, last, key, cost);
    }

    fn push(&mut self, planned: &Planned, counter: &Rc<Counter>, key: Key, cost: u64) {
        let charge = Charge::new(counter, key, cost);
        if planned.rule.shadow {
            self.rare_mut().shadow.push(charge);
        } else if counter.tier == Tier::Meta {
            self.rare_mut().meta.push(charge);
        } else {
            self.charges.push(charge);
        }
    }

    /// Adds limits that refuse for want of a key; one that only looks on does nothing.
    fn add_keyless(&mut self, planned: &Planned, counters: &[Rc<Counter>], cost: u64) {
        if planned.rule.shadow {
            return;
        }
        for counter in counters {
            self.rare_mut().keyless.push(Verdict::keyless(Charge::keyless(counter, cost)));
        }
    }

    /// Adds all of another group.
    pub(crate) fn append(&mut self, other: Self) {
        self.charges.absorb(other.charges);
        let Some(rare) = other.rare else { return };
        let Rare { shadow, meta, keyless, failed } = *rare;
        let own = self.rare_mut();
        own.shadow.absorb(shadow);
        own.meta.absorb(meta);
        own.keyless.extend(keyless);
        if let Some(on_error) = failed {
            self.fail(on_error);
        }
    }

    /// Whether there is a limit in it that may refuse.
    pub(crate) fn enforces(&self) -> bool {
        !self.charges.is_empty() || self.rare().is_some_and(|rare| !rare.keyless.is_empty())
    }

    /// Notes that default limits hold in place of those that could not be found.
    pub(crate) fn fall_back(&mut self) {
        if let Some(rare) = &mut self.rare {
            rare.failed.take_if(|on_error| *on_error == OnError::Fallback);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        let is_empty = |rare: &Rare| {
            rare.shadow.is_empty() && rare.meta.is_empty() && rare.keyless.is_empty() && rare.failed.is_none()
        };
        self.charges.is_empty() && self.rare().is_none_or(is_empty)
    }
}

impl Charges {
    fn absorb(&mut self, others: Self) {
        if self.0.is_empty() {
            self.0 = others.0;
            return;
        }
        for charge in others.0 {
            self.push(charge);
        }
    }
}
