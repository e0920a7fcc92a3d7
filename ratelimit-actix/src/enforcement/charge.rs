//! Counters to charge, by tier, and charges that were made.

use std::{rc::Rc, time::Duration};

use ratelimit_core::{Acquisition, Batch, Decision, Key, Policy, Receipt, Refund};

use super::{failover::Source, plan::Policies};
use crate::{Tier, Verdict};

/// One counter to charge.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    pub(crate) tier: Tier,
    pub(crate) policy: Rc<Policy>,
    key: Key,
    cost: u64,
}

impl Charge {
    fn acquisition(&self) -> Acquisition<'_> {
        Acquisition { policy: &self.policy, key: &self.key, cost: self.cost }
    }
}

/// A charge that was made, and by which storage.
#[derive(Clone, Debug)]
pub(crate) struct Charged {
    charge: Charge,
    source: Source,
    receipt: Receipt,
}

impl Charged {
    pub(crate) fn new(charge: Charge, source: Source, receipt: Receipt) -> Self {
        Self { charge, source, receipt }
    }

    pub(crate) fn tier(&self) -> Tier {
        self.charge.tier
    }

    pub(crate) fn source(&self) -> Source {
        self.source
    }

    pub(crate) fn refund(&self) -> Refund<'_> {
        Refund { acquisition: self.charge.acquisition(), receipt: self.receipt }
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

/// What is asked in one step: all of it is charged, or nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    charges: Vec<Charge>,
    /// Limits that refuse for want of a key.
    keyless: Vec<Verdict>,
}

impl Group {
    /// Adds a tier's policies. A counter that is there already stays once, at the greater cost.
    pub(crate) fn add(&mut self, tier: Tier, policies: &Policies, who: &Who, cost: u64) {
        for policy in policies.iter() {
            match who {
                Who::Nobody => {}
                Who::Refused => self.keyless.push(keyless(tier, policy)),
                Who::Key(key) => {
                    self.push(Charge { tier, policy: Rc::clone(policy), key: key.clone(), cost });
                }
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.charges.is_empty() && self.keyless.is_empty()
    }

    pub(crate) fn charges(&self) -> &[Charge] {
        &self.charges
    }

    pub(crate) fn keyless(&self) -> &[Verdict] {
        &self.keyless
    }

    /// The charges as a storage takes them: one acquisition a charge, in order.
    pub(crate) fn batch(&self) -> Batch<'_> {
        let mut batch = Batch::new();
        for Acquisition { policy, key, cost } in self.charges.iter().map(Charge::acquisition) {
            batch.push(policy, key, cost);
        }
        batch
    }

    fn push(&mut self, new: Charge) {
        let same = |old: &&mut Charge| old.acquisition().same_counter(&new.acquisition());
        match self.charges.iter_mut().find(same) {
            Some(old) => old.cost = old.cost.max(new.cost),
            None => self.charges.push(new),
        }
    }
}

/// What a request owes on a route without attributes.
#[derive(Default)]
pub(crate) struct Undecorated {
    pub(crate) application: Group,
    pub(crate) default: Group,
    /// No route's pattern fits the path.
    pub(crate) unmatched: bool,
}

impl Undecorated {
    pub(crate) fn is_empty(&self) -> bool {
        self.application.is_empty() && self.default.is_empty()
    }
}

/// The refusal of a request without a key: waiting won't help.
fn keyless(tier: Tier, policy: &Rc<Policy>) -> Verdict {
    let limit = policy.quota().capacity();
    let decision = Decision::refuse(limit, 0, Duration::ZERO, None, Receipt::default());
    Verdict::new(tier, Rc::clone(policy), decision)
}
