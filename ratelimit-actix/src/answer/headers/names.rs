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

impl HeaderNameError {
    /// Which header: `retry-after`.
    pub(crate) fn header(&self) -> &'static str {
        self.header
    }
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
    /// Every name that is none, or that another header has. Of two headers with one name, the one that was
    /// renamed is at fault.
    pub(super) fn problems(&self) -> Vec<HeaderNameError> {
        let mut names = [&self.limit, &self.remaining, &self.reset, &self.retry_after];
        names.sort_by_key(|name| name.is_renamed);
        let mut taken = vec![&RATELIMIT, &RATELIMIT_POLICY];
        let mut problems = Vec::new();
        for name in names {
            let error =
                |found: &str, reason| HeaderNameError { header: name.header, found: found.into(), reason };
            if let Some(bad) = &name.bad {
                problems.push(error(bad, "expected letters, digits and marks such as `-`"));
            } else if taken.contains(&&name.current) {
                problems.push(error(name.current.as_str(), "another header of the limiter has this name"));
            } else {
                taken.push(&name.current);
            }
        }
        problems
    }
}

/// A header's name, parsed once.
#[derive(Clone, Debug)]
pub(super) struct Name {
    header: &'static str,
    current: HeaderName,
    is_renamed: bool,
    /// What it was renamed to, if that is no name.
    bad: Option<String>,
}

impl Name {
    fn new(header: &'static str, current: HeaderName) -> Self {
        Self { header, current, is_renamed: false, bad: None }
    }

    pub(super) fn rename(&mut self, name: &str) {
        self.is_renamed = true;
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
        assert!(good.iter().all(|headers| headers.problems().is_empty()));

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
            let messages: Vec<_> = headers.problems().iter().map(ToString::to_string).collect();
            assert_eq!(messages, [format!("{found} can't be the name of the {header} header: {reason}")]);
        }
    }

    #[test]
    fn every_bad_name_is_told_and_the_renamed_header_is_at_fault() {
        let headers = Headers::all().rename_limit("Retry-After").rename_reset("a b").rename_remaining("");
        let problems = headers.problems();
        let at_fault: Vec<_> = problems.iter().map(super::HeaderNameError::header).collect();
        assert_eq!(at_fault, ["limit", "remaining", "reset"]);
    }
}
