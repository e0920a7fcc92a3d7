//! Forgetting counters.

use ratelimit_core::{Key, Reset, StorageError};

use crate::{IntoKey, Limiter};

impl Limiter {
    /// Forgets every counter of one key, whichever limits counted it: to let a client in again. Answers how
    /// many there were.
    ///
    /// Of an address, or text that reads as one, all counters of that client are forgotten, also of the
    /// IPv6 network that it is counted by, and where it was counted for want of another key.
    ///
    /// ```
    /// # use ratelimit_actix::Limiter;
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let limiter = Limiter::builder().build()?;
    /// limiter.reset("ada").await?; // of `key = user`, say
    /// limiter.reset("203.0.113.7").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A key that is none, `None` or empty text, has no counters.
    ///
    /// # Errors
    /// When the storage fails. What was counted in memory in its stead is forgotten all the same.
    pub async fn reset(&self, key: impl IntoKey) -> Result<u64, StorageError> {
        let Some(key) = key.into_key() else { return Ok(0) };
        let namespace = &self.settings().namespace;
        let mut forgotten = 0;
        let mut failure = None;
        for key in self.aliases(&key) {
            match self.storage().reset(Reset::Key { namespace, key: &key }).await {
                Ok(more) => forgotten += more,
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(forgotten), Err)
    }

    /// Forgets every counter of this limiter, or of those that share its storage and
    /// [`key_prefix`](crate::LimiterBuilder::key_prefix); nobody else's. Answers how many there were.
    ///
    /// ```
    /// # use ratelimit_actix::Limiter;
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let limiter = Limiter::builder().build()?;
    /// limiter.limit("1/minute").key("ada").hit().await?;
    /// assert_eq!(limiter.reset_all().await?, 1);
    /// assert!(limiter.limit("1/minute").key("ada").hit().await?.is_allowed());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the storage fails. What was counted in memory in its stead is forgotten all the same.
    pub async fn reset_all(&self) -> Result<u64, StorageError> {
        self.storage().reset(Reset::Namespace(&self.settings().namespace)).await
    }

    /// The keys that stand for `key`.
    pub(super) fn aliases(&self, key: &Key) -> Vec<Key> {
        let mut keys = vec![key.clone()];
        if let Some(address) = key.address() {
            let counted = self.settings().addresses.key(Some(address));
            // How requests without a key are counted: see `enforcement::demand`.
            let instead = Key::composite([counted.clone()]);
            keys.extend([Key::from(address), counted, instead]);
        }
        let mut seen = Vec::new();
        keys.retain(|key| {
            !seen.contains(key) && {
                seen.push(key.clone());
                true
            }
        });
        keys
    }
}
