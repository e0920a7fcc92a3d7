//! Counters to charge, by tier, and charges that were made.

use std::rc::Rc;

use ratelimit_core::{Acquisition, Batch, Key, Receipt, Refund};

use super::{
    failover::Source,
    plan::{Counter, Planned},
};
#[cfg(feature = "metrics")]
use crate::observe::DecisionKeys;
use crate::{Limiter, OnError, Rule, Tier, Verdict};

/// One counter to charge, for one key.
#[derive(Debug)]
pub(crate) struct Charge {
    counter: Rc<Counter>,
    /// `None` only of a charge that is never made, for want of a key.
    key: Option<Key>,
    cost: u64,
}

impl Charge {
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
        self.key.as_ref()
    }

    pub(crate) fn cost(&self) -> u64 {
        self.cost
    }

    /// A charge of `policy` by a rule that says nothing else.
    #[cfg(test)]
    pub(crate) fn sample(tier: Tier, policy: ratelimit_core::Policy) -> Self {
        let rule = std::sync::Arc::new(Rule::new("1/second"));
        Self { counter: Rc::new(Counter::new(tier, &rule, policy)), key: None, cost: 1 }
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

    fn acquisition(&self) -> Option<Acquisition<'_>> {
        Some(Acquisition { policy: &self.counter.policy, key: self.key.as_ref()?, cost: self.cost })
    }
}

/// A charge that was made, and by which storage.
#[derive(Clone, Debug)]
pub(crate) struct Charged {
    pub(crate) charge: Rc<Charge>,
    pub(crate) source: Source,
    receipt: Receipt,
}

impl Charged {
    pub(crate) fn new(charge: &Rc<Charge>, source: Source, receipt: Receipt) -> Self {
        Self { charge: Rc::clone(charge), source, receipt }
    }

    pub(crate) fn refund(&self) -> Option<Refund<'_>> {
        Some(Refund { acquisition: self.charge.acquisition()?, receipt: self.receipt })
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

/// Charges of which each counter is there once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Charges(Vec<Rc<Charge>>);

impl Charges {
    /// A counter that is there already stays once, at the greater cost and by the stricter of the two limits:
    /// limits that share a name may differ in amount.
    fn push(&mut self, new: Charge) {
        let same = |old: &&mut Rc<Charge>| match (old.acquisition(), new.acquisition()) {
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
                let stricter = if strictness(&new) < strictness(old) { &new } else { &**old };
                let (counter, key) = (Rc::clone(&stricter.counter), stricter.key.clone());
                *old = Rc::new(Charge { counter, key, cost });
            }
            None => self.0.push(Rc::new(new)),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Rc<Charge>> {
        self.0.iter()
    }

    pub(crate) fn of(charge: &Rc<Charge>) -> Self {
        Self(vec![Rc::clone(charge)])
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
        for Acquisition { policy, key, cost } in self.0.iter().filter_map(|charge| charge.acquisition()) {
            batch.push(policy, key, cost);
        }
        batch
    }
}

/// What is asked in one step: all of it is charged, or nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) charges: Charges,
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
    /// Adds the counters of a rule.
    pub(crate) fn add(&mut self, planned: &Planned, counters: &[Rc<Counter>], who: &Who, cost: u64) {
        let key = match who {
            Who::Nobody => return,
            Who::Refused => None,
            Who::Key(key) => Some(key),
        };
        for counter in counters {
            let charge = Charge { counter: Rc::clone(counter), key: key.cloned(), cost };
            match (key, planned.rule.shadow) {
                (None, true) => {}
                (None, false) => self.keyless.push(Verdict::keyless(Rc::new(charge))),
                (Some(_), true) => self.shadow.push(charge),
                (Some(_), false) if counter.tier == Tier::Meta => self.meta.push(charge),
                (Some(_), false) => self.charges.push(charge),
            }
        }
        if let (Some(key), false) = (key, planned.rule.shadow) {
            for counter in planned.meta.iter() {
                self.meta.push(Charge { counter: Rc::clone(counter), key: Some(key.clone()), cost: 1 });
            }
        }
    }

    /// Adds all of another group.
    pub(crate) fn append(&mut self, other: Self) {
        let Self { charges, shadow, meta, keyless, failed } = other;
        self.charges.absorb(charges);
        self.shadow.absorb(shadow);
        self.meta.absorb(meta);
        self.keyless.extend(keyless);
        self.failed = match (self.failed, failed) {
            (Some(one), Some(other)) => Some(one.stricter(other)),
            (one, other) => one.or(other),
        };
    }

    /// Whether there is a limit in it that may refuse.
    pub(crate) fn enforces(&self) -> bool {
        !self.charges.is_empty() || !self.keyless.is_empty()
    }

    /// Notes that default limits hold in place of those that could not be found.
    pub(crate) fn fall_back(&mut self) {
        self.failed.take_if(|on_error| *on_error == OnError::Fallback);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.charges.is_empty()
            && self.shadow.is_empty()
            && self.meta.is_empty()
            && self.keyless.is_empty()
            && self.failed.is_none()
    }
}

impl Charges {
    fn absorb(&mut self, others: Self) {
        if self.0.is_empty() {
            self.0 = others.0;
            return;
        }
        for charge in others.0 {
            self.push(Charge {
                counter: Rc::clone(&charge.counter),
                key: charge.key.clone(),
                cost: charge.cost,
            });
        }
    }
}
