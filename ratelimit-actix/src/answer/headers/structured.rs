//! The IETF draft's headers as structured fields (RFC 9651).

use std::{borrow::Cow, time::Duration};

use actix_web::{
    http::header::{HeaderName, HeaderValue},
    web::Bytes,
};
use ratelimit_core::{Decision, Policy, Quota, Strategy};
use sfv::{Integer, KeyRef, ListSerializer, StringRef};

use super::seconds;

/// What the server enforces; the same on every response of one policy.
pub(super) static RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What is left for this client.
pub(super) static RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");

const Q: &KeyRef = KeyRef::constant("q");
const W: &KeyRef = KeyRef::constant("w");

/// What of a policy goes into every header and refusal of its limit, written once.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// `"name";q=5;w=60`; `None` never happens, but must not panic.
    policy: Option<HeaderValue>,
    /// `"name"`
    name: Option<Box<str>>,
    /// How much can be taken at once, and the same as a header.
    capacity: (u64, HeaderValue),
    /// `5 per 1 minute`
    limit: Box<str>,
    /// The name as JSON.
    json_name: Box<str>,
}

impl Prepared {
    pub(crate) fn of(policy: &Policy) -> Self {
        let quota = policy.quota();
        let name = item(policy.name(), []);
        let parameters = [(Q, quota.capacity()), (W, window_seconds(quota))];
        Self {
            policy: item(policy.name(), parameters).and_then(|value| HeaderValue::try_from(value).ok()),
            name: name.map(Into::into),
            capacity: (quota.capacity(), quota.capacity().into()),
            limit: quota.limit().to_string().into(),
            json_name: serde_json::Value::from(policy.name()).to_string().into(),
        }
    }

    /// `"name";q=5;w=60`
    pub(super) fn policy_value(&self) -> Option<HeaderValue> {
        self.policy.clone()
    }

    /// `"name";r=2;t=31`. By hand, where it is the same every time but for two numbers: to serialize it takes
    /// 2,000 instructions, this 200.
    pub(super) fn limit_value(&self, decision: &Decision) -> Option<HeaderValue> {
        let name = self.name.as_deref()?;
        let (mut remaining, mut reset) = (itoa::Buffer::new(), itoa::Buffer::new());
        let remaining = remaining.format(decision.remaining().min(LONGEST_INTEGER));
        let reset = reset.format(seconds::rounded_up(decision.reset_after()).min(LONGEST_INTEGER));
        let mut value = Vec::with_capacity(name.len() + remaining.len() + reset.len() + 6);
        for part in [name, ";r=", remaining, ";t=", reset] {
            value.extend_from_slice(part.as_bytes());
        }
        HeaderValue::from_maybe_shared(Bytes::from(value)).ok()
    }

    /// The most that can be taken at once, as a decision has it.
    pub(super) fn capacity_value(&self, decision: &Decision) -> HeaderValue {
        let (capacity, value) = &self.capacity;
        // Another process may have counted by another amount.
        if *capacity == decision.limit() { value.clone() } else { number(decision.limit()) }
    }

    /// The name as JSON: `"login"`.
    pub(crate) fn json_name(&self) -> &str {
        &self.json_name
    }

    /// The limit as text: `5 per 1 minute`.
    pub(crate) fn limit(&self) -> &str {
        &self.limit
    }
}

/// A number as a header.
pub(super) fn number(number: u64) -> HeaderValue {
    let mut buffer = itoa::Buffer::new();
    HeaderValue::from_str(buffer.format(number)).unwrap_or_else(|_| number.into())
}

fn item<const N: usize>(name: &str, parameters: [(&KeyRef, u64); N]) -> Option<String> {
    let name = printable(name);
    let mut list = ListSerializer::new();
    let parameters = parameters.map(|(key, number)| (key, integer(number)));
    list.bare_item(StringRef::from_str(&name).ok()?).parameters(parameters);
    list.finish()
}

/// The largest number that structured fields hold.
const LONGEST_INTEGER: u64 = 999_999_999_999_999;

/// Structured fields hold 15 digits; who has more left won't miss the difference.
fn integer(number: u64) -> Integer {
    Integer::try_from(number).unwrap_or(Integer::MAX)
}

/// The time in which the whole quota becomes available again, so that `q` in `w` is the true rate:
/// the window, or for a token bucket the time that it takes to fill.
fn window_seconds(quota: &Quota) -> u64 {
    let limit = quota.limit();
    if quota.strategy() != Strategy::TokenBucket || limit.amount() == 0 {
        return seconds::to_wait(limit.window());
    }
    let nanos = u128::from(quota.capacity()) * u128::from(limit.window_nanos());
    let seconds = nanos.div_ceil(u128::from(limit.amount()) * Duration::from_secs(1).as_nanos());
    u64::try_from(seconds).unwrap_or(u64::MAX).max(1)
}

/// Structured strings are printable ASCII. Names are checked to be so where they are given; one that
/// slips through is shown as far as it can be.
fn printable(name: &str) -> Cow<'_, str> {
    let is_printable = |c: char| matches!(c, ' '..='~');
    if name.chars().all(is_printable) {
        return Cow::Borrowed(name);
    }
    name.chars().map(|c| if is_printable(c) { c } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use ratelimit_core::{Limit, Receipt};

    use super::*;

    fn policy(limit: Limit, strategy: Strategy) -> Policy {
        Policy::new(Quota::new(limit, strategy), "test", ["test"])
    }

    fn limit(amount: u64, window: Duration) -> Limit {
        Limit::new(amount, window).expect("a limit")
    }

    fn written(policy: &Policy) -> String {
        text(Prepared::of(policy).policy_value())
    }

    fn text(value: Option<HeaderValue>) -> String {
        value.expect("a value").to_str().expect("text").to_owned()
    }

    #[test]
    fn a_policy_says_how_much_in_how_long() {
        let table = [
            (5, Duration::from_mins(1), r#""5 per 1 minute";q=5;w=60"#),
            (0, Duration::from_secs(1), r#""0 per 1 second";q=0;w=1"#),
            (u64::MAX, Limit::MAX_WINDOW, "q=999999999999999;w=4611686019"),
        ];
        for strategy in
            [Strategy::FixedWindow, Strategy::SlidingWindow, Strategy::MovingWindow, Strategy::TokenBucket]
        {
            for (amount, window, expected) in table {
                let value = text(Prepared::of(&policy(limit(amount, window), strategy)).policy_value());
                assert!(value.ends_with(expected), "{value}");
            }
            let value = written(&policy(limit(5, Duration::from_millis(500)), strategy).with_name("n"));
            assert_eq!(value, r#""n";q=5;w=1"#);
            let value = written(&policy(limit(5, Duration::from_millis(1500)), strategy).with_name("n"));
            assert_eq!(value, r#""n";q=5;w=2"#);
        }
    }

    #[test]
    fn a_buckets_window_is_the_time_it_takes_to_fill() {
        let table =
            [(1, 1, 2, "q=2;w=2"), (10, 60, 5, "q=5;w=30"), (3, 60, 10, "q=10;w=200"), (7, 60, 1, "q=1;w=9")];
        for (amount, seconds, burst, expected) in table {
            let quota = Quota::new(limit(amount, Duration::from_secs(seconds)), Strategy::TokenBucket);
            let quota = quota.with_burst(burst).expect("a burst");
            let value = written(&Policy::new(quota, "test", ["test"]).with_name("n"));
            assert_eq!(value, format!(r#""n";{expected}"#));
        }
    }

    #[test]
    fn a_limit_says_how_much_is_left_and_when_there_is_more() {
        let policy = policy(limit(5, Duration::from_mins(1)), Strategy::FixedWindow).with_name("n");
        let table = [
            (2, Duration::from_millis(30_001), r#""n";r=2;t=31"#),
            (5, Duration::ZERO, r#""n";r=5;t=0"#),
            (u64::MAX, Duration::MAX, r#""n";r=999999999999999;t=18446744074"#), // 584 years
        ];
        for (remaining, reset_after, expected) in table {
            let decision = Decision::allow(5, remaining, reset_after, Receipt::default());
            assert_eq!(text(Prepared::of(&policy).limit_value(&decision)), expected);
        }
    }

    #[test]
    fn names_are_quoted_and_never_break_the_header() {
        let policy = policy(limit(1, Duration::from_secs(1)), Strategy::FixedWindow);
        let table = [
            (r#"a "b" \c;d,e"#, r#""a \"b\" \\c;d,e""#),
            ("ü\r\nx: y\u{7f}", r#""???x: y?""#),
            ("", r#""""#),
        ];
        for (name, expected) in table {
            let value = written(&policy.clone().with_name(name));
            assert_eq!(value, format!("{expected};q=1;w=1"));
        }
    }
}
