//! What stands for keys and policies in the database.

use std::error::Error;

use bytes::BytesMut;

use ratelimit_core::{Key, Policy};
use sha2::{Digest as _, Sha256};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

/// The first 128 bits of a SHA-256, kept as a `uuid`: half the room of text, and ordered by the server.
///
/// A key may be a secret, a token or an address, and stays out of tables, backups and logs. The digest has no
/// salt, because all processes must agree on it, so what can be guessed, such as an IPv4 address, can be
/// recognized by who reads the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Digest([u8; 16]);

impl Digest {
    /// The least and the greatest: the ends of a namespace.
    pub(crate) const FIRST: Self = Self([0; 16]);
    pub(crate) const LAST: Self = Self([0xff; 16]);

    pub(crate) fn of_namespace(namespace: &str) -> Self {
        Self::of(b'n', &[namespace.as_bytes()])
    }

    pub(crate) fn of_key(key: &Key) -> Self {
        Self::of(b'k', &[key.as_bytes()])
    }

    /// Of a counter: no two counters share it, in whatever namespace.
    pub(crate) fn of_counter(policy: &Policy, key: &Key) -> Self {
        Self::of(b'c', &[policy.namespace().as_bytes(), policy.counter(), key.as_bytes()])
    }

    /// Each kind of digest has a letter, each part its length, so that none can pass for another.
    fn of(kind: u8, parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new_with_prefix([kind]);
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let mut first = [0; 16];
        first.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        Self(first)
    }
}

impl ToSql for Digest {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.extend_from_slice(&self.0);
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::UUID
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Digest {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(raw.try_into()?))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::UUID
    }
}

#[cfg(test)]
mod tests {
    use ratelimit_core::{Quota, Strategy};

    use super::*;

    fn policy(namespace: &str, path: &str) -> Policy {
        Policy::new(
            Quota::new("3/minute".parse().expect("a limit"), Strategy::FixedWindow),
            namespace,
            [path],
        )
    }

    #[test]
    fn digests_are_the_same_in_every_process() {
        assert_eq!(Digest::of_key(&Key::from("alice")), Digest::of(b'k', &[b"balice"]));
        let bytes = Digest::of_namespace("").0.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(bytes, "fd87400839d77a6884dc3b634ce294ad");
    }

    #[test]
    fn kinds_and_cuts_do_not_meet() {
        assert_ne!(Digest::of_namespace("balice"), Digest::of_key(&Key::from("alice")));
        let key = Key::global();
        assert_ne!(
            Digest::of_counter(&policy("a", "bc"), &key),
            Digest::of_counter(&policy("ab", "c"), &key)
        );
    }
}
