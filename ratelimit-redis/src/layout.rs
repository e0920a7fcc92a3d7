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

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use parking_lot::RwLock;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ratelimit_core::{Key, Policy};
use sha2::{Digest, Sha256};

use crate::request::is_log;

/// The version of the layout and of the scripts; [`script`](crate::script) says when to raise it, and how.
pub(crate) const VERSION: u32 = 1;

/// Characters of a namespace that are written as they are; none of them means anything in a pattern.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// So many policies' names are remembered; apps have some hundreds.
const REMEMBERED: usize = 65_536;

/// Makes names, and remembers those parts of them that every request needs again.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    policies: RwLock<HashMap<u64, Arc<PolicyNames>>>,
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
        let names = self.names(policy);
        let mut name = String::with_capacity(names.head.len() + names.tail.len() + 16);
        name.push_str(&names.head);
        push_client(&mut name, key);
        name.push_str(&names.tail);
        name
    }

    fn names(&self, policy: &Policy) -> Arc<PolicyNames> {
        if let Some(names) = self.policies.read().get(&policy.fingerprint()) {
            return Arc::clone(names);
        }
        let mut tail = String::from("}:");
        let (tag, counters) = if is_log(policy) { (b'm', policy.counter()) } else { (b'c', policy.path()) };
        let digest = Sha256::new().chain_update([tag]).chain_update(counters).finalize();
        URL_SAFE_NO_PAD.encode_string(&digest[..8], &mut tail);
        let names = Arc::new(PolicyNames { head: head(policy.namespace()) + "{", tail });
        let mut policies = self.policies.write();
        if policies.len() < REMEMBERED {
            policies.insert(policy.fingerprint(), Arc::clone(&names));
        }
        names
    }
}

/// The pattern of all names in a namespace.
pub(crate) fn namespace_pattern(namespace: &str) -> String {
    head(namespace) + "{*"
}

/// The pattern of all names of a key in a namespace.
pub(crate) fn key_pattern(namespace: &str, key: &Key) -> String {
    let mut pattern = head(namespace) + "{";
    push_client(&mut pattern, key);
    pattern + "}:*"
}

fn head(namespace: &str) -> String {
    format!("ratelimit:{VERSION}:{}:", utf8_percent_encode(namespace, PLAIN))
}

fn push_client(name: &mut String, key: &Key) {
    URL_SAFE_NO_PAD.encode_string(&Sha256::digest(key.as_bytes())[..12], name);
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
