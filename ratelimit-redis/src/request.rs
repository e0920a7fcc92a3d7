//! One request's charges, as the script takes them and as its answer is read: owned, because it may
//! outlive the caller, who may stop waiting at any time.

use std::io::Write as _;

use ratelimit_core::{Acquisition, Decision, Decisions, Policy, Quota, StorageError, Strategy};
use smallvec::SmallVec;

use crate::{
    layout::Layout,
    reply::{Answer, Reader},
    terms,
};

/// As many as most requests have.
pub(crate) type Few<T> = SmallVec<[T; 4]>;

/// Whether to take anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Look = 0,
    Charge = 1,
}

/// A quota, and how much is taken of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub(crate) quota: Quota,
    pub(crate) cost: u64,
    /// The counter's name in its key.
    pub(crate) name: [u8; 8],
    /// Which of the batch's acquisitions this is.
    index: usize,
    /// Which of the request's keys the counter is in.
    pub(crate) group: usize,
}

/// Counters that are charged in one step.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    keys: Few<String>,
    /// Key by key, and by their names in each: the order of the script.
    items: Few<Item>,
    /// What requests of the same limits have in common, as the script takes it.
    plan: Vec<u8>,
}

impl Request {
    /// `grace_millis` is added to the time that keys live.
    pub(crate) fn new<'a>(
        layout: &Layout,
        acquisitions: impl IntoIterator<Item = (usize, &'a Acquisition<'a>)>,
        intent: Intent,
        grace_millis: u64,
    ) -> Result<Self, StorageError> {
        let mut keys = Few::<String>::new();
        let mut items = Few::<Item>::new();
        for (index, Acquisition { policy, key, cost }) in acquisitions {
            let (quota, name) = counted(policy)?;
            let key = layout.key(policy, key);
            let group = keys.iter().position(|other| *other == key).unwrap_or_else(|| {
                keys.push(key);
                keys.len() - 1
            });
            items.push(Item { quota, cost: *cost, name, index, group });
        }
        items.sort_unstable_by_key(|item| (item.group, item.name));
        let plan = plan(&items, keys.len(), intent, grace_millis)?;
        Ok(Self { keys, items, plan })
    }

    /// The same, only looking.
    pub(crate) fn looking(mut self) -> Self {
        self.plan[0] = Intent::Look as u8;
        self
    }

    pub(crate) fn keys(&self) -> &[String] {
        &self.keys
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    pub(crate) fn has_logs(&self) -> bool {
        self.items.iter().any(|item| item.quota.strategy() == Strategy::MovingWindow)
    }

    pub(crate) fn plan(&self) -> &[u8] {
        &self.plan
    }

    /// Reads this request's part of the answer.
    pub(crate) fn read(&self, reader: &mut Reader<'_>) -> Result<Answer, StorageError> {
        reader.answer(&self.items)
    }
}

/// The decisions on `items` in the order of the batch.
pub(crate) fn in_order(mut decided: Few<(Item, Decision)>) -> Decisions {
    decided.sort_unstable_by_key(|(item, _)| item.index);
    decided.into_iter().map(|(_, decision)| decision).collect()
}

/// Writes down what the script is told of a request's limits; see `script/acquire`.
fn plan(items: &[Item], keys: usize, intent: Intent, grace_millis: u64) -> Result<Vec<u8>, StorageError> {
    let (Ok(keys), Ok(_)) = (u8::try_from(keys), u8::try_from(items.len() * 8)) else {
        let count = items.len();
        return Err(StorageError::permanent(format!("{count} limits on one request; at most 31 fit")));
    };
    // Room for all of it: to grow and to join strings took 3,200 instructions a request, this takes 730.
    let mut plan = Vec::with_capacity(2 + items.len() * MOST_OF_AN_ITEM);
    plan.extend([intent as u8, keys]);
    for group in items.chunk_by(|one, next| one.group == next.group) {
        push_group(&mut plan, group, grace_millis);
    }
    Ok(plan)
}

/// As many bytes as an item takes of a plan at most, in a group of its own.
const MOST_OF_AN_ITEM: usize = 128;

fn push_group(plan: &mut Vec<u8>, items: &[Item], grace_millis: u64) {
    let small = |length: usize| u8::try_from(length).unwrap_or(u8::MAX); // `plan` has counted them
    let lives = items.iter().map(|item| terms::lives_millis(&item.quota)).max().unwrap_or_default();
    plan.push(small(items.len()));
    plan.extend(lives.saturating_add(grace_millis).to_be_bytes());
    plan.push(small(items.len() * 8));
    for item in items {
        plan.extend(item.name);
    }
    let length_at = plan.len();
    plan.extend([0; 2]);
    let _ = write!(plan, ">BI7c{}", items.len() * 8); // writing to memory doesn't fail
    for item in items {
        plan.extend(terms::format(item.quota.strategy()).as_bytes());
    }
    // Some ten bytes an item: 25 sliding windows are more than a byte can tell.
    let length = u16::try_from(plan.len() - length_at - 2).unwrap_or(u16::MAX);
    plan[length_at..][..2].copy_from_slice(&length.to_be_bytes());
    for item in items {
        plan.push(item.name[0]);
        terms::push_charge(plan, &item.quota, item.cost);
    }
}

/// Whether a policy's counters have keys of their own: logs are lists.
pub(crate) fn is_log(policy: &Policy) -> bool {
    policy.quota().strategy() == Strategy::MovingWindow
}

/// A policy's quota as the scripts count it, and its counter's name among those of a key.
pub(crate) fn counted(policy: &Policy) -> Result<(Quota, [u8; 8]), StorageError> {
    let quota = terms::rounded(policy.quota());
    let letter = terms::letter(quota.strategy()).ok_or_else(|| {
        StorageError::permanent(format!("the Redis storage doesn't count by {}", quota.strategy()))
    })?;
    Ok((quota, terms::name(letter, &quota)))
}
