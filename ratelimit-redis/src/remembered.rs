//! Parts of names that are asked for again and again, and cost a SHA-256 to make.

use std::fmt;

use parking_lot::Mutex;

/// Of so many the last one is remembered, each in a place that its fingerprint says.
const PLACES: usize = 4_096;

/// What was made last for each of some thousand fingerprints.
///
/// A SHA-256 takes 3,400 instructions on processors without instructions for it, a tenth of all that a
/// request to Redis takes in this process; to look here takes 50.
pub(crate) struct Remembered<T> {
    places: Box<[Place<T>]>,
}

/// A fingerprint and what was made for it.
type Place<T> = Mutex<Option<(u64, T)>>;

impl<T: Clone> Remembered<T> {
    /// What `make` makes of the key or policy with this fingerprint, which is a hash under the process's
    /// secret: nobody can look for two that have one.
    pub(crate) fn get_or_make(&self, fingerprint: u64, make: impl FnOnce() -> T) -> T {
        #[expect(clippy::cast_possible_truncation, reason = "any bits of a hash do")]
        let place = &self.places[fingerprint as usize % PLACES];
        if let Some((known, value)) = &*place.lock()
            && *known == fingerprint
        {
            return value.clone();
        }
        let new = make();
        *place.lock() = Some((fingerprint, new.clone()));
        new
    }
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self { places: (0..PLACES).map(|_| Mutex::default()).collect() }
    }
}

impl<T> fmt::Debug for Remembered<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remembered").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_for_the_last_that_came() {
        let remembered = Remembered::default();
        let places = u64::try_from(PLACES).expect("a few");
        assert_eq!(remembered.get_or_make(7, || "seven"), "seven");
        assert_eq!(remembered.get_or_make(7, || "made anew"), "seven");
        assert_eq!(remembered.get_or_make(7 + places, || "another"), "another");
        assert_eq!(remembered.get_or_make(7, || "made anew"), "made anew");
    }
}
