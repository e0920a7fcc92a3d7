//! What the keys in the server are called.
//!
//! ```text
//! ratelimit:1:shop:{QADMJwtyB0tPmNwV}:K5si1BZYc9w
//! │         │ │     │                 └ the counters: those of the limits of one list
//! │         │ │     └ the client; in braces, so that in a cluster one client's counters share a slot
//! │         │ └ the namespace, percent-encoded but for letters, digits, - . _ ~
//! │         └ the version of this layout and of the scripts
//! └ so that an ACL can be `~ratelimit:*`
//! ```
//!
//! The client is the first 96 bits of the SHA-256 of [`Key::as_bytes`], the counters are the first 64 bits
//! of that of `c` and [`Policy::path`], or for a moving window, which is a list and has a key for itself,
//! of `m` and [`Policy::counter`]; both in URL-safe Base64 without padding. A client's key may be a secret,
//! so it is never in the server; and it may be chosen by an attacker, whom no weaker hash would keep from
//! having it fall together with another's. Short names are quick ones: Lua hashes every byte of them.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ratelimit_core::{Key, Policy};
use sha2::{Digest, Sha256};

use crate::{remembered::Remembered, request::is_log};

/// The version of the layout and of the scripts; [`script`](crate::script) says when to raise it, and how.
pub(crate) const VERSION: u32 = 1;

/// Characters of a namespace that are written as they are; none of them means anything in a pattern.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Makes names, and remembers those parts of them that requests need again.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    policies: Remembered<Arc<PolicyNames>>,
    clients: Remembered<Client>,
}

/// What the names of a policy's counters have in common.
#[derive(Debug)]
struct PolicyNames {
    head: String,
    tail: String,
}

impl Layout {
    /// The name of the key that a counter is in.
    pub(crate) fn key(&self, policy: &Policy, key: &Key) -> String {
        let names = self.policies.get_or_make(policy.fingerprint(), || Arc::new(PolicyNames::of(policy)));
        let client = self.clients.get_or_make(key.fingerprint(), || client(key));
        let mut name = String::with_capacity(names.head.len() + names.tail.len() + client.len());
        name.push_str(&names.head);
        name.extend(client.map(char::from));
        name.push_str(&names.tail);
        name
    }
}

impl PolicyNames {
    fn of(policy: &Policy) -> Self {
        let (tag, counters) = if is_log(policy) { (b'm', policy.counter()) } else { (b'c', policy.path()) };
        let digest = Sha256::new().chain_update([tag]).chain_update(counters).finalize();
        let mut tail = String::from("}:");
        URL_SAFE_NO_PAD.encode_string(&digest[..8], &mut tail);
        Self { head: head(policy.namespace()) + "{", tail }
    }
}

/// How a client is named, in ASCII.
type Client = [u8; 16];

fn client(key: &Key) -> Client {
    let mut name = Client::default();
    // 12 bytes are 16 characters: they always fit.
    let _ = URL_SAFE_NO_PAD.encode_slice(&Sha256::digest(key.as_bytes())[..12], &mut name);
    name
}

/// The pattern of all names in a namespace.
pub(crate) fn namespace_pattern(namespace: &str) -> String {
    head(namespace) + "{*"
}

/// The pattern of all names of a key in a namespace.
pub(crate) fn key_pattern(namespace: &str, key: &Key) -> String {
    let mut pattern = head(namespace) + "{";
    pattern.extend(client(key).map(char::from));
    pattern + "}:*"
}

fn head(namespace: &str) -> String {
    format!("ratelimit:{VERSION}:{}:", utf8_percent_encode(namespace, PLAIN))
}

#[cfg(test)]
mod tests {
    use ratelimit_core::{Quota, Strategy};

    use super::*;

    fn name(namespace: &str, key: &str) -> String {
        let quota = Quota::new("3/minute".parse().expect("a limit"), Strategy::FixedWindow);
        Layout::default().key(&Policy::new(quota, namespace, ["data"]), &Key::from(key))
    }

    /// A name that changes loses every count of everybody: raise [`VERSION`] when it must.
    #[test]
    fn names_are_as_they_always_were() {
        assert_eq!(name("shop", "alice"), "ratelimit:1:shop:{QADMJwtyB0tPmNwV}:K5si1BZYc9w");
    }

    #[test]
    fn namespaces_hold_no_braces_and_no_patterns() {
        assert!(name("a{b}*:c", "alice").starts_with("ratelimit:1:a%7Bb%7D%2A%3Ac:{"));
        assert_eq!(namespace_pattern("a*"), "ratelimit:1:a%2A:{*");
    }

    #[test]
    fn a_key_s_pattern_fits_its_names() {
        let pattern = key_pattern("shop", &Key::from("alice"));
        assert!(name("shop", "alice").starts_with(pattern.trim_end_matches('*')));
        assert!(!name("shop", "bob").starts_with(pattern.trim_end_matches('*')));
    }
}
