//! `Forwarded` (RFC 7239), read from the right.
//!
//! Elements are cut off from the right and each is parsed by itself. Read from the left, a quote that
//! a client leaves open would swallow the elements that proxies append after it.

use std::{borrow::Cow, net::IpAddr};

use actix_web::http::header::{FORWARDED, HeaderMap};

use super::node;
use crate::tchar::is_tchar;

/// The hops that all lines of the header list, nearest first; a malformed one is `None`.
pub(super) fn hops(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    headers
        .get_all(FORWARDED)
        .rev()
        .flat_map(|line| Elements { rest: Some(line.as_bytes()) })
        .map(|element| hop(element.trim_ascii()))
}

/// The elements of one line, last first.
struct Elements<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let line = self.rest.take()?;
        let mut quoted = false;
        for (at, byte) in line.iter().enumerate().rev() {
            match byte {
                b'"' if !(quoted && is_escaped(line, at)) => quoted = !quoted,
                b',' if !quoted => {
                    self.rest = Some(&line[..at]);
                    return Some(&line[at + 1..]);
                }
                _ => {}
            }
        }
        Some(line)
    }
}

/// Whether the byte at `at`, within a quoted string, is escaped: an odd number of backslashes
/// stands before it. Each backslash is looked at for one quote only, so the scan stays linear.
fn is_escaped(line: &[u8], at: usize) -> bool {
    line[..at].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
}

/// The address of the one `for` parameter of an element.
fn hop(element: &[u8]) -> Option<IpAddr> {
    let mut found = None;
    let mut rest = element;
    loop {
        rest = rest.trim_ascii_start();
        if !matches!(rest.first(), None | Some(b';')) {
            let (parameter, after) = parameter(rest)?;
            if parameter.name.eq_ignore_ascii_case(b"for") {
                let address = node::parse(&parameter.value)?;
                if found.replace(address).is_some() {
                    return None;
                }
            }
            rest = after.trim_ascii_start();
        }
        match rest.split_first() {
            None => return found,
            Some((b';', after)) => rest = after,
            Some(_) => return None,
        }
    }
}

struct Parameter<'a> {
    name: &'a [u8],
    value: Cow<'a, [u8]>,
}

/// A leading `name=value`, and what follows.
fn parameter(bytes: &[u8]) -> Option<(Parameter<'_>, &[u8])> {
    let (name, rest) = token(bytes)?;
    let rest = rest.strip_prefix(b"=")?;
    let (value, rest) = match rest.strip_prefix(b"\"") {
        Some(rest) => quoted_string(rest)?,
        None => token(rest).map(|(value, rest)| (Cow::Borrowed(value), rest))?,
    };
    Some((Parameter { name, value }, rest))
}

/// A leading token, and what follows.
fn token(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = bytes.iter().take_while(|b| is_tchar(**b)).count();
    (length > 0).then(|| bytes.split_at(length))
}

/// The content, without escapes, of a quoted string whose opening quote is gone, and what follows.
fn quoted_string(bytes: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let plain = bytes.iter().position(|b| matches!(b, b'"' | b'\\'))?;
    if bytes[plain] == b'"' {
        return Some((Cow::Borrowed(&bytes[..plain]), &bytes[plain + 1..]));
    }
    let mut content = bytes[..plain].to_vec();
    let mut rest = bytes[plain..].iter();
    loop {
        match rest.next()? {
            b'"' => return Some((Cow::Owned(content), rest.as_slice())),
            b'\\' => content.push(*rest.next()?),
            byte => content.push(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_cut_at_unquoted_commas_from_the_right() {
        let table: &[(&str, &[&str])] = &[
            ("for=1.1.1.1", &["for=1.1.1.1"]),
            ("for=a, for=b", &[" for=b", "for=a"]),
            ("", &[""]),
            (",", &["", ""]),
            (r#"a="x,y", b="z""#, &[r#" b="z""#, r#"a="x,y""#]),
            (r#"a="\",\"", b"#, &[" b", r#"a="\",\"""#]),
            (r#"a="\\", b="c\\\"d,""#, &[r#" b="c\\\"d,""#, r#"a="\\""#]),
            // A client's open quote does not reach into what a proxy appended.
            (r#"for="evil, for="[::1]""#, &[r#" for="[::1]""#, r#"for="evil"#]),
        ];
        for (line, expected) in table {
            let elements: Vec<_> = Elements { rest: Some(line.as_bytes()) }.collect();
            let expected: Vec<_> = expected.iter().map(|text| text.as_bytes()).collect();
            assert_eq!(elements, expected, "{line}");
        }
    }

    #[test]
    fn an_element_names_its_hop_in_one_for_parameter() {
        let table: &[(&str, Option<&str>)] = &[
            ("for=1.2.3.4", Some("1.2.3.4")),
            ("FOR=1.2.3.4", Some("1.2.3.4")),
            (r#"for="1.2.3.4:567""#, Some("1.2.3.4")),
            (r#"for="1\.2.3.4""#, Some("1.2.3.4")),
            (r#"For="[2001:db8::7]:4711""#, Some("2001:db8::7")),
            ("proto=https;for=1.2.3.4;by=5.6.7.8", Some("1.2.3.4")),
            ("proto=https; for=1.2.3.4 ;", Some("1.2.3.4")),
            (r#"by="a;for=9.9.9.9,\"";for=1.2.3.4"#, Some("1.2.3.4")),
            ("", None),
            (";", None),
            ("proto=https", None),
            ("for=", None),
            ("for", None),
            ("for = 1.2.3.4", None),
            ("for=unknown", None),
            (r#"for="unknown""#, None),
            (r#"for="_hidden""#, None),
            ("for=1.2.3.4;for=5.6.7.8", None),
            ("for=1.2.3.4;for=unknown", None),
            ("for=1.2.3.4:567", None),
            (r#"for="2001:db8::7""#, None),
            (r#"for="1.2.3.4"#, None),
            (r#"for="1.2.3.4\""#, None),
            (r#"for="1.2.3.4"x"#, None),
            ("for=1.2.3.4 proto=https", None),
            ("for=1.2.3.4;proto", None),
        ];
        for (element, expected) in table {
            let expected = expected.map(|text| text.parse().expect("an address"));
            assert_eq!(hop(element.as_bytes()), expected, "{element}");
        }
        assert_eq!(hop(b"for=1.2.3.4;\xff=1"), None);
        assert_eq!(hop(b"for=\"1.2.3.4\xff\""), None);
    }
}
