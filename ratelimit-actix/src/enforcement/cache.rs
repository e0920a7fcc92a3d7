//! Finding what was planned, on every request: by rules and method, and by the path that a request has.
//!
//! Finding a path's pattern goes through the app's routes one by one, builds text, and would be most of what a
//! default limit costs. So each worker remembers some paths. A flood of made-up paths makes it forget, and
//! remember others; it takes no more room.

use std::{
    fmt,
    hash::{BuildHasherDefault, Hasher},
    rc::Rc,
    sync::Arc,
};

use super::planned::Planned;
use crate::Rule;

/// How many paths a worker remembers: a power of two. With as many as this in steady use about a third share a
/// place with another, and are looked up anew when they take turns.
const PLACES: usize = 512;

/// Longer paths are looked up each time. So the cache holds at most half a megabyte of them.
const LONGEST_PATH: usize = 1024;

/// What rules come to for a path, under a name that methods are counted by.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) planned: Rc<[Planned]>,
    /// No route's pattern fits the path.
    pub(super) unmatched: bool,
}

/// What is asked for: rules by their address, as in `plan`, how many scopes with limits stand around them, and a
/// method's name.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) rules: *const Arc<Rule>,
    pub(super) depth: Option<usize>,
    pub(super) method: &'static str,
    pub(super) path: &'a str,
}

/// The paths that a worker remembers: each has one place, where the last one stays.
#[derive(Default)]
pub(super) struct PathCache(Vec<Option<Place>>);

struct Place {
    rules: *const Arc<Rule>,
    depth: Option<usize>,
    method: &'static str,
    path: Box<str>,
    found: Found,
}

impl PathCache {
    pub(super) fn get(&self, asked: &Asked<'_>) -> Option<&Found> {
        let place = self.0.get(asked.place())?.as_ref()?;
        let is_asked = *place.path == *asked.path
            && place.rules == asked.rules
            && place.depth == asked.depth
            // By address, which takes no comparing: were one method to have two, its paths would be looked up.
            && std::ptr::eq(place.method, asked.method);
        is_asked.then_some(&place.found)
    }

    pub(super) fn insert(&mut self, asked: &Asked<'_>, found: Found) {
        if asked.path.len() > LONGEST_PATH {
            return;
        }
        // Apps without default limits have none of it.
        self.0.resize_with(PLACES, || None);
        let Asked { rules, depth, method, path } = *asked;
        self.0[asked.place()] = Some(Place { rules, depth, method, path: path.into(), found });
    }
}

impl fmt::Debug for PathCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PathCache").finish_non_exhaustive()
    }
}

impl Asked<'_> {
    fn place(&self) -> usize {
        let mut hasher = QuickHasher::default();
        // What nearly all of an app's requests have in common hardly spreads them.
        hasher.write_usize(self.rules.addr() ^ self.method.len());
        hasher.write(self.path.as_bytes());
        // A product's high bits depend on all of its factors' bits.
        (hasher.finish() >> 32) as usize % PLACES
    }
}

/// Builds [`QuickHasher`]s.
pub(super) type Quick = BuildHasherDefault<QuickHasher>;

/// A hasher for what clients have no say in, or can do no harm with: the usual one takes 150 instructions for what this
/// does in 20.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct QuickHasher(u64);

impl QuickHasher {
    fn add(&mut self, word: u64) {
        // From Fibonacci hashing: 2⁶⁴ divided by the golden ratio.
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for word in words {
            self.add(u64::from_le_bytes(*word));
        }
        for byte in rest {
            self.add(u64::from(*byte));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.add(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.add(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str) -> Asked<'_> {
        Asked { rules: std::ptr::null(), depth: None, method: "GET", path }
    }

    #[test]
    fn a_path_is_found_under_the_same_rules_scope_and_method_only() {
        let mut cache = PathCache::default();
        assert!(cache.get(&asked("/a")).is_none());
        cache.insert(&asked("/a"), Found { planned: Rc::default(), unmatched: true });
        assert!(cache.get(&asked("/a")).is_some_and(|found| found.unmatched));
        assert!(cache.get(&asked("/b")).is_none());
        assert!(cache.get(&Asked { method: "POST", ..asked("/a") }).is_none());
        assert!(cache.get(&Asked { depth: Some(0), ..asked("/a") }).is_none());
        let rule: Arc<Rule> = Arc::new(Rule::new("1/second"));
        assert!(cache.get(&Asked { rules: &raw const rule, ..asked("/a") }).is_none());
    }

    #[test]
    fn any_number_of_paths_takes_no_more_room() {
        let mut cache = PathCache::default();
        for number in 0..10 * PLACES {
            let path = format!("/{number}");
            cache.insert(&asked(&path), Found { planned: Rc::default(), unmatched: false });
            assert!(cache.get(&asked(&path)).is_some());
        }
        assert_eq!(cache.0.len(), PLACES);
        let used = cache.0.iter().flatten().count();
        assert!(used > PLACES * 9 / 10, "paths are spread over {used} places only");
        let long = "/".repeat(LONGEST_PATH + 1);
        cache.insert(&asked(&long), Found { planned: Rc::default(), unmatched: false });
        assert!(cache.get(&asked(&long)).is_none());
    }
}
