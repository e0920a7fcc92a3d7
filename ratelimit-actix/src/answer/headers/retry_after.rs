//! `Retry-After`.

use std::time::{Duration, SystemTime};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use super::{seconds, structured::number};

/// The last second that an HTTP date can name: 9999-12-31T23:59:59Z.
const LAST_DATE: u64 = 253_402_300_799;

/// How `Retry-After` says when to come back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryAfter {
    /// `Retry-After: 42`: right whatever the client's clock shows.
    #[default]
    Seconds,
    /// `Retry-After: Thu, 01 Jan 2026 00:00:42 GMT`: lasts through queues and caches.
    HttpDate,
}

impl RetryAfter {
    /// Sets `name` to come back `wait` after `now`, unless a later time is there already. Times are
    /// counted from 1970.
    pub(super) fn write(self, headers: &mut HeaderMap, name: &HeaderName, wait: Duration, now: Duration) {
        let (value, at) = match self {
            Self::Seconds => in_seconds(wait, now),
            Self::HttpDate => at_date(wait, now).unwrap_or_else(|| in_seconds(wait, now)),
        };
        let already = headers.get_all(name).filter_map(|value| read(value, now)).max();
        if already.is_none_or(|already| already < at) {
            headers.insert(name.clone(), value);
        }
    }
}

fn in_seconds(wait: Duration, now: Duration) -> (HeaderValue, Duration) {
    let seconds = seconds::to_wait(wait);
    (number(seconds), now.saturating_add(Duration::from_secs(seconds)))
}

/// `None` when the system can't tell so late a time.
fn at_date(wait: Duration, now: Duration) -> Option<(HeaderValue, Duration)> {
    let next = now.as_secs().saturating_add(1);
    let second = seconds::rounded_up(now.saturating_add(wait)).max(next).min(LAST_DATE);
    let at = Duration::from_secs(second);
    let date = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH.checked_add(at)?);
    Some((HeaderValue::try_from(date).ok()?, at))
}

/// The time that a `Retry-After` names; `None` when it names none.
fn read(value: &HeaderValue, now: Duration) -> Option<Duration> {
    let value = value.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than fit are later than all that do.
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(now.saturating_add(Duration::from_secs(seconds)));
    }
    read_date(value)?.duration_since(SystemTime::UNIX_EPOCH).ok()
}

/// An HTTP date, be its day of the week right or wrong: clients don't check that either.
fn read_date(value: &str) -> Option<SystemTime> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let right = || httpdate::parse_http_date(value).ok();
    let (_, rest) = value.split_once(", ").unwrap_or_default();
    let wrong = || DAYS.iter().find_map(|day| httpdate::parse_http_date(&format!("{day}, {rest}")).ok());
    right().or_else(wrong)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::RETRY_AFTER;

    use super::*;

    /// 2026-01-01T00:00:00.5Z
    const NOW: Duration = Duration::from_millis(1_767_225_600_500);

    #[track_caller]
    fn check(form: RetryAfter, already: &[&'static str], wait: Duration, expected: &[&str]) {
        let mut headers = HeaderMap::new();
        for value in already {
            headers.append(RETRY_AFTER, HeaderValue::from_static(value));
        }
        form.write(&mut headers, &RETRY_AFTER, wait, NOW);
        let values: Vec<_> =
            headers.get_all(RETRY_AFTER).map(|value| value.to_str().expect("text")).collect();
        assert_eq!(values, expected, "{form:?} {already:?} {wait:?}");
    }

    #[test]
    fn waits_are_rounded_up_and_at_least_a_second() {
        let table = [
            (Duration::ZERO, "1", "Thu, 01 Jan 2026 00:00:01 GMT"),
            (Duration::from_millis(1), "1", "Thu, 01 Jan 2026 00:00:01 GMT"),
            (Duration::from_millis(500), "1", "Thu, 01 Jan 2026 00:00:01 GMT"),
            (Duration::from_millis(501), "1", "Thu, 01 Jan 2026 00:00:02 GMT"),
            (Duration::from_millis(41_001), "42", "Thu, 01 Jan 2026 00:00:42 GMT"),
            (Duration::from_hours(24), "86400", "Fri, 02 Jan 2026 00:00:01 GMT"),
            (Duration::MAX, "18446744073709551615", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ];
        for (wait, seconds, date) in table {
            check(RetryAfter::Seconds, &[], wait, &[seconds]);
            check(RetryAfter::HttpDate, &[], wait, &[date]);
        }
    }

    #[test]
    fn a_later_time_that_is_there_already_stays() {
        let early = "Thu, 01 Jan 2026 00:00:30 GMT";
        let late = "Sun, 01 Feb 2032 00:00:00 GMT";
        let ours = Duration::from_secs(42);
        let table: &[(&[&'static str], &str)] = &[
            (&["43"], "43"),
            (&["42"], "42"),
            (&["1000000"], "1000000"),
            (&["99999999999999999999999"], "99999999999999999999999"),
            (&[late], late),
            (&["Sun, 06 Nov 2032 01:01:01 GMT"], "Sun, 06 Nov 2032 01:01:01 GMT"), // a Saturday
            (&["41"], "42"),
            (&["0"], "42"),
            (&[early], "42"),
            (&["Thu, 01 Jan 1950 00:00:00 GMT"], "42"),
            (&[""], "42"),
            (&["soon"], "42"),
            (&["-5"], "42"),
            (&["1.5"], "42"),
            (&["7", "8"], "42"),
        ];
        for (already, expected) in table {
            check(RetryAfter::Seconds, already, ours, &[expected]);
        }
        check(RetryAfter::Seconds, &["7", "70"], ours, &["7", "70"]);
        check(RetryAfter::HttpDate, &["41"], ours, &["Thu, 01 Jan 2026 00:00:43 GMT"]);
        check(RetryAfter::HttpDate, &["43"], ours, &["43"]);
        check(RetryAfter::HttpDate, &[late], ours, &[late]);
    }
}
