//! Writing the headers of a response.

use std::time::Duration;

use actix_web::http::header::HeaderMap;
use ratelimit_core::Decision;

use super::{
    Headers,
    names::Names,
    seconds,
    structured::{Prepared, RATELIMIT, RATELIMIT_POLICY, number},
};

impl Headers {
    /// Reports `decision` under `policy` in a response's headers.
    ///
    /// `retry_after` is the wait before a refused request passes: `None` for a request that was let
    /// through and for one that waiting doesn't help. `unix_now` is the time since 1970. Families of
    /// which anything is there already stay as they are: a limiter nearer to the handler has written
    /// them, or the handler itself.
    pub(crate) fn write(
        &self,
        headers: &mut HeaderMap,
        policy: &Prepared,
        decision: &Decision,
        retry_after: Option<Duration>,
        unix_now: Duration,
    ) {
        if !self.is_written(headers) {
            if self.legacy {
                self.write_legacy(headers, policy, decision, unix_now);
            }
            if self.draft {
                write_draft(headers, policy, decision);
            }
        }
        if let (Some(form), Some(wait)) = (self.retry_after, retry_after) {
            form.write(headers, self.names.retry_after.get(), wait, unix_now);
        }
    }

    /// Whether any family is chosen that answers carry when they aren't refusals.
    pub(crate) fn reports(&self) -> bool {
        self.legacy || self.draft
    }

    fn is_written(&self, headers: &HeaderMap) -> bool {
        let Names { limit, remaining, reset, .. } = &self.names;
        let ours = [limit.get(), remaining.get(), reset.get(), &RATELIMIT, &RATELIMIT_POLICY];
        if headers.len() > FEW {
            return ours.into_iter().any(|name| headers.contains_key(name));
        }
        headers.keys().any(|name| ours.contains(&name))
    }

    fn write_legacy(
        &self,
        headers: &mut HeaderMap,
        policy: &Prepared,
        decision: &Decision,
        unix_now: Duration,
    ) {
        let reset = seconds::rounded_up(unix_now.saturating_add(decision.reset_after()));
        headers.insert(self.names.limit.get().clone(), policy.capacity_value(decision));
        headers.insert(self.names.remaining.get().clone(), number(decision.remaining()));
        headers.insert(self.names.reset.get().clone(), number(reset));
    }
}

/// Up to so many headers are looked through: to look five names up takes as many instructions as this.
const FEW: usize = 8;

fn write_draft(headers: &mut HeaderMap, policy: &Prepared, decision: &Decision) {
    if let (Some(policy), Some(limit)) = (policy.policy_value(), policy.limit_value(decision)) {
        headers.insert(RATELIMIT_POLICY.clone(), policy);
        headers.insert(RATELIMIT.clone(), limit);
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};
    use ratelimit_core::{Policy, Quota, Receipt, Strategy};

    use super::*;
    use crate::RetryAfter;

    const NOW: Duration = Duration::from_millis(1_767_225_600_500);

    const LEGACY: [&str; 3] =
        ["x-ratelimit-limit: 5", "x-ratelimit-remaining: 2", "x-ratelimit-reset: 1767225631"];
    const DRAFT: [&str; 2] = [r#"ratelimit-policy: "name";q=5;w=60"#, r#"ratelimit: "name";r=2;t=30"#];

    fn report(
        written: &Headers,
        already: &[(&str, &'static str)],
        retry_after: Option<Duration>,
    ) -> Vec<String> {
        let quota = Quota::new("5/minute".parse().expect("a limit"), Strategy::FixedWindow);
        let policy = Policy::new(quota, "test", ["test"]).with_name("name");
        let decision = Decision::allow(5, 2, Duration::from_millis(29_501), Receipt::default());
        let mut headers = HeaderMap::new();
        for (name, value) in already {
            headers.append(HeaderName::try_from(*name).expect("a name"), HeaderValue::from_static(value));
        }
        written.write(&mut headers, &Prepared::of(&policy), &decision, retry_after, NOW);
        headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().expect("text"))).collect()
    }

    #[track_caller]
    fn check(mut found: Vec<String>, expected: &[&[&str]]) {
        let mut expected = expected.concat();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_family_can_be_chosen() {
        let refused = Some(Duration::from_millis(29_501));
        check(report(&Headers::all(), &[], None), &[&LEGACY, &DRAFT]);
        check(report(&Headers::legacy(), &[], None), &[&LEGACY]);
        check(report(&Headers::draft(), &[], None), &[&DRAFT]);
        check(report(&Headers::none(), &[], None), &[]);
        check(report(&Headers::default(), &[], refused), &[&LEGACY, &DRAFT, &["retry-after: 30"]]);
        check(report(&Headers::none(), &[], refused), &[&["retry-after: 30"]]);
        check(report(&Headers::none().without_retry_after(), &[], refused), &[]);
        let dated = Headers::none().retry_after(RetryAfter::HttpDate);
        check(report(&dated, &[], refused), &[&["retry-after: Thu, 01 Jan 2026 00:00:31 GMT"]]);
    }

    #[test]
    fn names_can_be_changed() {
        let headers = Headers::legacy().rename_limit("X-A").rename_remaining("X-B").rename_reset("X-C");
        let headers = headers.rename_retry_after("X-D");
        let expected = ["x-a: 5", "x-b: 2", "x-c: 1767225631", "x-d: 1"];
        check(report(&headers, &[], Some(Duration::ZERO)), &[&expected]);
    }

    #[test]
    fn what_an_inner_limiter_or_the_handler_wrote_stays_alone() {
        for (name, value) in
            [("x-ratelimit-limit", "9"), ("x-ratelimit-reset", "8"), ("ratelimit", "\"i\";r=1")]
        {
            let there = format!("{name}: {value}");
            check(report(&Headers::all(), &[(name, value)], None), &[&[&there]]);
            let refused = Some(Duration::from_secs(7));
            check(report(&Headers::all(), &[(name, value)], refused), &[&[&there, "retry-after: 7"]]);
        }
    }

    #[test]
    fn retry_after_is_never_shortened_and_only_for_refusals() {
        let there = [("retry-after", "100")];
        check(report(&Headers::none(), &there, Some(Duration::from_secs(7))), &[&["retry-after: 100"]]);
        check(report(&Headers::none(), &there, Some(Duration::from_secs(107))), &[&["retry-after: 107"]]);
        check(report(&Headers::all(), &there, None), &[&LEGACY, &DRAFT, &["retry-after: 100"]]);
    }
}
