//! Keys as text, written as in `#[limit(…, key = …)]`: `ip`, `header("X-Api-Key")`, `(ip, path("id"))`.

use std::{borrow::Cow, sync::Arc};

use actix_web::HttpRequest;
use ratelimit_core::{Key, suggest::nearest};

use super::value::quoted;
use crate::key::{self, KeyError, KeyExtractor};

/// As many as a tuple of extractors may have.
const MAX_PARTS: usize = 8;

/// How deep parentheses may stand in each other: a text from outside must not exhaust the stack.
const MAX_DEPTH: usize = 4;

const WORDS: [&str; 7] = ["ip", "global", "user", "header", "cookie", "path", "query"];

const EXPECTED: &str = "expected `ip`, `global`, `user`, `header(\"…\")`, `cookie(\"…\")`, `path(\"…\")`, \
                        `query(\"…\")` or several such as `(ip, header(\"X-Tenant\"))`";

/// The extractor that `text` names.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(text: &str) -> Result<Arc<dyn KeyExtractor>, String> {
    let mut parser = Parser { rest: text, text };
    let key = parser.key(0)?;
    if parser.rest.trim().is_empty() { Ok(key) } else { Err(parser.mistake()) }
}

struct Parser<'a> {
    /// What is left to read.
    rest: &'a str,
    text: &'a str,
}

impl<'a> Parser<'a> {
    fn key(&mut self, depth: usize) -> Result<Arc<dyn KeyExtractor>, String> {
        if self.eat('(') {
            if depth == MAX_DEPTH {
                return Err(self.mistake());
            }
            return self.parts(depth + 1);
        }
        let word = self.word();
        Ok(match word {
            "ip" => Arc::new(key::ip()),
            "global" => Arc::new(key::global()),
            "user" => Arc::new(key::user()),
            "header" => Arc::new(key::header(self.argument()?)),
            "cookie" => Arc::new(key::cookie(self.argument()?)),
            "path" => Arc::new(key::path(self.argument()?)),
            "query" => Arc::new(key::query(self.argument()?)),
            _ => return Err(self.unknown(word)),
        })
    }

    /// What is left of a composite key. As in Rust, parentheses around one key without a comma mean nothing.
    fn parts(&mut self, depth: usize) -> Result<Arc<dyn KeyExtractor>, String> {
        let mut parts = Vec::new();
        loop {
            if self.eat(')') {
                return self.composite(parts);
            }
            let part = self.key(depth)?;
            if parts.is_empty() && self.eat(')') {
                return Ok(part);
            }
            parts.push(part);
            if !self.eat(',') {
                return if self.eat(')') { self.composite(parts) } else { Err(self.mistake()) };
            }
        }
    }

    fn composite(&self, parts: Vec<Arc<dyn KeyExtractor>>) -> Result<Arc<dyn KeyExtractor>, String> {
        match parts.len() {
            0 => Err(self.mistake()),
            1..=MAX_PARTS => Ok(Arc::new(Composite(parts))),
            _ => Err(format!("a key has at most {MAX_PARTS} parts, found {}", parts.len())),
        }
    }
    /// The name that is looked up: `("X-Api-Key")`. None holds a quotation mark, so there are no escapes.
    fn argument(&mut self) -> Result<&'a str, String> {
        if !(self.eat('(') && self.eat('"')) {
            return Err(self.mistake());
        }
        let (name, rest) = self.rest.split_once('"').ok_or_else(|| self.mistake())?;
        self.rest = rest;
        if self.eat(')') { Ok(name) } else { Err(self.mistake()) }
    }

    fn word(&mut self) -> &'a str {
        let start = self.rest.trim_start();
        let end = start.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(start.len());
        let (word, rest) = start.split_at(end);
        self.rest = rest;
        word
    }

    fn eat(&mut self, character: char) -> bool {
        let rest = self.rest.trim_start().strip_prefix(character);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn unknown(&self, word: &str) -> String {
        match nearest(&word.to_ascii_lowercase(), WORDS) {
            Some(known) => format!("{}; did you mean `{known}`?", self.mistake()),
            None => format!("{}; give a function to `LimiterBuilder::key`", self.mistake()),
        }
    }

    fn mistake(&self) -> String {
        format!("{EXPECTED}, found {}", quoted(self.text))
    }
}

/// A tuple whose parts are known at run time only; it counts and is called as the tuple is.
struct Composite(Vec<Arc<dyn KeyExtractor>>);

impl KeyExtractor for Composite {
    fn extract(&self, request: &HttpRequest) -> Option<Key> {
        let parts: Option<Vec<_>> = self.0.iter().map(|part| part.extract(request)).collect();
        parts.map(Key::composite)
    }

    fn check(&self) -> Result<(), KeyError> {
        self.0.iter().try_for_each(KeyExtractor::check)
    }

    fn label(&self) -> Cow<'static, str> {
        let labels: Vec<_> = self.0.iter().map(KeyExtractor::label).collect();
        format!("({},)", labels.join(",")).into()
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    /// The label of what `text` names.
    fn label(text: &str) -> String {
        parse(text).expect(text).label().into_owned()
    }

    #[test]
    fn keys_are_written_as_in_the_attribute_and_count_as_its_do() {
        for word in ["ip", "global", "user"] {
            assert_eq!(label(word), word);
        }
        assert_eq!(label(" header( \"X-Api-Key\" ) "), key::header("X-Api-Key").label());
        assert_eq!(label("cookie(\"sid\")"), key::cookie("sid").label());
        assert_eq!(label("path(\"id\")"), key::path("id").label());
        assert_eq!(label("query(\"a b\")"), key::query("a b").label());
        assert_eq!(label("(ip, header(\"X-A\"))"), (key::ip(), key::header("X-A")).label());
        assert_eq!(label("(ip,(user,),)"), (key::ip(), (key::user(),)).label());
        assert_eq!(label("((ip))"), "ip");

        let request = TestRequest::with_uri("/?a=1&b=2").to_http_request();
        let both = (key::query("a"), key::query("b"));
        assert_eq!(
            parse("(query(\"a\"), query(\"b\"))").expect("a key").extract(&request),
            both.extract(&request)
        );
        assert_eq!(parse("(query(\"a\"), query(\"c\"))").expect("a key").extract(&request), None);
        assert!(parse("(ip, header(\"not a name\"))").expect("a key").check().is_err());
    }

    #[test]
    fn what_is_no_key_is_told_with_what_is() {
        let open = "(".repeat(100_000);
        let bad = [
            "",
            "()",
            "(",
            "ip)",
            "ip ip",
            "ip()",
            "header",
            "header()",
            "header(X-A)",
            "header(\"X-A\"",
            "header(\"X-A)",
            "(ip",
            "(ip header(\"X-A\"))",
            "(,)",
            "(ip,,)",
            "by_tenant",
            "IP",
            "é",
            "(((((ip)))))",
            &open,
        ];
        for text in bad {
            let message = parse(text).err().expect(text);
            assert!(message.starts_with(EXPECTED), "{message}");
        }
        assert!(parse("IP").err().expect("no key").ends_with("; did you mean `ip`?"));
        assert!(parse("hader(\"X-A\")").err().expect("no key").ends_with("; did you mean `header`?"));
        assert!(parse("by_tenant").err().expect("no key").ends_with("`LimiterBuilder::key`"));
        let many = format!("({})", ["ip"; 9].join(", "));
        assert_eq!(parse(&many).err().as_deref(), Some("a key has at most 8 parts, found 9"));
    }
}
