//! Charges to give back, as the script takes them.

use ratelimit_core::{Receipt, Refund, StorageError};

use crate::{
    layout::Layout,
    request::{Few, Item, counted},
    terms,
};

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
            let (quota, name) = counted(acquisition.policy)?;
            let key = layout.key(acquisition.policy, acquisition.key);
            all.push(key, name, &quota, acquisition.cost, *receipt);
        }
        Ok(all)
    }

    /// Adds what was charged for an item of a request.
    pub(crate) fn push_item(&mut self, key: &str, item: &Item, receipt: Receipt) {
        self.push(key.to_owned(), item.name, &item.quota, item.cost, receipt);
    }

    fn push(
        &mut self,
        key: String,
        name: [u8; 8],
        quota: &ratelimit_core::Quota,
        cost: u64,
        receipt: Receipt,
    ) {
        let mut terms = name.to_vec();
        if terms::push_refund(&mut terms, quota, cost, receipt) {
            self.keys.push(key);
            self.terms.push(terms);
        }
    }

    /// The keys and the terms of each call, with `at_once` charges at most.
    pub(crate) fn calls(&self, at_once: usize) -> impl Iterator<Item = (&[String], Vec<u8>)> {
        self.keys.chunks(at_once).zip(self.terms.chunks(at_once)).map(|(keys, terms)| (keys, terms.concat()))
    }
}
