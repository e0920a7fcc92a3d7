//! One request's charges, as the script takes them and as its answer is read: owned, because it may
//! outlive the caller, who may stop waiting at any time.

use ratelimit_core::{Acquisition, Decisions, Quota, Refund, StorageError};
use smallvec::SmallVec;

use crate::{
    layout::Layout,
    reply::{Reader, decisions},
    terms,
};

/// As many as most requests have.
type Few<T> = SmallVec<[T; 4]>;

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
}

/// Counters that are charged in one step.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    keys: Few<String>,
    items: Few<Item>,
    /// What `acquire.lua` takes, from its size on.
    terms: Vec<u8>,
}

impl Request {
    pub(crate) fn new<'a>(
        layout: &Layout,
        acquisitions: impl IntoIterator<Item = &'a Acquisition<'a>>,
        intent: Intent,
        grace_millis: u64,
    ) -> Result<Self, StorageError> {
        let mut request = Self { keys: Few::new(), items: Few::new(), terms: vec![0, 0, intent as u8, 0] };
        for acquisition in acquisitions {
            let item = Item { quota: terms::rounded(acquisition.policy.quota()), cost: acquisition.cost };
            request.terms.push(letter(&item.quota)?);
            terms::push_charge(&mut request.terms, &item.quota, item.cost, grace_millis);
            request.keys.push(layout.counter(acquisition.policy, acquisition.key));
            request.items.push(item);
        }
        let size = u16::try_from(request.terms.len() - 2);
        let (Ok(size), Ok(counters)) = (size, u8::try_from(request.items.len())) else {
            let count = request.items.len();
            return Err(StorageError::permanent(format!("{count} limits on one request; at most 255 fit")));
        };
        request.terms[..2].copy_from_slice(&size.to_be_bytes());
        request.terms[3] = counters;
        Ok(request)
    }

    /// The same, only looking.
    pub(crate) fn looking(mut self) -> Self {
        self.terms[2] = Intent::Look as u8;
        self
    }

    pub(crate) fn keys(&self) -> &[String] {
        &self.keys
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    pub(crate) fn terms(&self) -> &[u8] {
        &self.terms
    }

    /// Reads this request's part of the answer.
    pub(crate) fn read(&self, reader: &mut Reader<'_>) -> Result<Answer, StorageError> {
        reader.answer(&self.items)
    }
}

/// What the server says to a request: whether every limit let it pass, and the counters before that.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) now_micros: u64,
    pub(crate) allowed: bool,
    pub(crate) states: Vec<u8>,
}

impl Answer {
    /// What each limit says; `allowed` is about the whole request, of which this may be a part.
    pub(crate) fn decisions(&self, items: &[Item], allowed: bool) -> Result<Decisions, StorageError> {
        decisions(self, items, allowed)
    }
}

/// Charges to give back.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refunds {
    keys: Few<String>,
    /// What `refund.lua` takes for each of the keys.
    terms: Few<Vec<u8>>,
}

impl Refunds {
    /// Leaves out what can't be given back any more.
    pub(crate) fn new(layout: &Layout, refunds: &[Refund<'_>]) -> Result<Self, StorageError> {
        let mut all = Self::default();
        for Refund { acquisition, receipt } in refunds {
            let item = Item { quota: terms::rounded(acquisition.policy.quota()), cost: acquisition.cost };
            all.push(layout.counter(acquisition.policy, acquisition.key), &item, *receipt)?;
        }
        Ok(all)
    }

    pub(crate) fn push(
        &mut self,
        key: String,
        item: &Item,
        receipt: ratelimit_core::Receipt,
    ) -> Result<(), StorageError> {
        let mut terms = vec![letter(&item.quota)?];
        if terms::push_refund(&mut terms, &item.quota, item.cost, receipt) {
            self.keys.push(key);
            self.terms.push(terms);
        }
        Ok(())
    }

    /// The keys and the terms of each call, with `at_once` charges at most.
    pub(crate) fn calls(&self, at_once: usize) -> impl Iterator<Item = (&[String], Vec<u8>)> {
        self.keys.chunks(at_once).zip(self.terms.chunks(at_once)).map(|(keys, terms)| (keys, terms.concat()))
    }
}

fn letter(quota: &Quota) -> Result<u8, StorageError> {
    terms::letter(quota.strategy()).ok_or_else(|| {
        StorageError::permanent(format!("the Redis storage doesn't count by {}", quota.strategy()))
    })
}
