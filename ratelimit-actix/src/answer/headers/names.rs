//! What the headers are called.

use actix_web::http::header::{HeaderName, RETRY_AFTER};
use thiserror::Error;

use super::structured::{RATELIMIT, RATELIMIT_POLICY};

/// Why a header can't be called so. Building the limiter reports it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{found:?} can't be the name of the {header} header: {reason}")]
pub struct HeaderNameError {
    header: &'static str,
    found: String,
    reason: &'static str,
}

/// The headers that may be renamed.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) limit: Name,
    pub(super) remaining: Name,
    pub(super) reset: Name,
    pub(super) retry_after: Name,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            limit: Name::new("limit", HeaderName::from_static("x-ratelimit-limit")),
            remaining: Name::new("remaining", HeaderName::from_static("x-ratelimit-remaining")),
            reset: Name::new("reset", HeaderName::from_static("x-ratelimit-reset")),
            retry_after: Name::new("retry-after", RETRY_AFTER),
        }
    }
}

impl Names {
    /// The first name that is none, or that another header has.
    pub(super) fn check(&self) -> Result<(), HeaderNameError> {
        let names = [&self.limit, &self.remaining, &self.reset, &self.retry_after];
        let mut taken = vec![&RATELIMIT, &RATELIMIT_POLICY];
        for name in names {
            let error =
                |found: &str, reason| HeaderNameError { header: name.header, found: found.into(), reason };
            if let Some(bad) = &name.bad {
                return Err(error(bad, "expected letters, digits and marks such as `-`"));
            }
            if taken.contains(&&name.current) {
                return Err(error(name.current.as_str(), "another header of the limiter has this name"));
            }
            taken.push(&name.current);
        }
        Ok(())
    }
}

/// A header's name, parsed once.
#[derive(Clone, Debug)]
pub(super) struct Name {
    header: &'static str,
    current: HeaderName,
    /// What it was renamed to, if that is no name.
    bad: Option<String>,
}

impl Name {
    fn new(header: &'static str, current: HeaderName) -> Self {
        Self { header, current, bad: None }
    }

    pub(super) fn rename(&mut self, name: &str) {
        match HeaderName::try_from(name) {
            Ok(name) => (self.current, self.bad) = (name, None),
            Err(_) => self.bad = Some(name.to_owned()),
        }
    }

    pub(super) fn get(&self) -> &HeaderName {
        &self.current
    }
}

#[cfg(test)]
mod tests {
    use crate::Headers;

    #[test]
    fn names_must_be_names_and_differ() {
        let good = [
            Headers::all(),
            Headers::all().rename_limit("X-Quota").rename_remaining("X-Left").rename_reset("X-Fresh"),
            Headers::none().rename_retry_after("X-Retry-After"),
            // The last name counts.
            Headers::all().rename_limit("bad name").rename_limit("X-Quota"),
            Headers::all().rename_limit("X-RateLimit-Reset").rename_reset("X-RateLimit-Limit"),
        ];
        assert!(good.iter().all(|headers| headers.check().is_ok()));

        let no_name = "expected letters, digits and marks such as `-`";
        let taken = "another header of the limiter has this name";
        let table = [
            (Headers::all().rename_limit("X Quota"), "\"X Quota\"", "limit", no_name),
            (Headers::all().rename_remaining(""), "\"\"", "remaining", no_name),
            (Headers::all().rename_reset("a\nb"), "\"a\\nb\"", "reset", no_name),
            (Headers::all().rename_retry_after("é"), "\"é\"", "retry-after", no_name),
            (
                Headers::all().rename_remaining("X-RateLimit-Limit"),
                "\"x-ratelimit-limit\"",
                "remaining",
                taken,
            ),
            (Headers::all().rename_limit("RateLimit"), "\"ratelimit\"", "limit", taken),
            (
                Headers::all().rename_retry_after("RateLimit-Policy"),
                "\"ratelimit-policy\"",
                "retry-after",
                taken,
            ),
        ];
        for (headers, found, header, reason) in table {
            let message = headers.check().expect_err(found).to_string();
            assert_eq!(message, format!("{found} can't be the name of the {header} header: {reason}"));
        }
    }
}
