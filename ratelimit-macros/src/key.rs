//! `key = …`: whom a limit counts.

use std::fmt;

use syn::{Expr, ExprCall, ExprTuple, LitStr};

use crate::{
    errors::{error, hint},
    text,
    values::{as_ident, as_string, is_http_token, peel},
};

/// A tuple of more parts is surely a mistake, and long keys cost memory.
const MAX_PARTS: usize = 8;
/// The keys that look something up by name.
const LOOKUPS: [&str; 4] = ["header", "cookie", "path", "query"];

/// A key expression.
pub(crate) enum Key {
    /// One of the words `ip`, `global`, `user`.
    Word(&'static str),
    /// `header("…")`, `cookie("…")`, `path("…")` or `query("…")`.
    Lookup(&'static str, String),
    /// A closure, or a path to a function.
    Function(Expr),
    /// A tuple: all parts together.
    All(Vec<Key>),
}

impl Key {
    /// Reads the value of `key = …`.
    pub(crate) fn read(expression: &Expr) -> syn::Result<Self> {
        match peel(expression) {
            Expr::Path(_) => Self::read_path(expression),
            Expr::Call(call) => Self::read_call(call),
            Expr::Closure(_) => Ok(Self::Function(expression.clone())),
            Expr::Tuple(tuple) => Self::read_tuple(tuple),
            other => match as_string(other) {
                Some(literal) => error(
                    literal,
                    "a key is written without quotes: `key = ip`, `key = header(\"X-User-Id\")`",
                ),
                None => error(
                    other,
                    "expected a key: `ip`, `global`, `user`, `header(\"…\")`, `cookie(\"…\")`, `path(\"…\")`, \
                     `query(\"…\")`, a function, a closure, or a tuple of these",
                ),
            },
        }
    }

    fn read_path(expression: &Expr) -> syn::Result<Self> {
        let name = as_ident(peel(expression)).map(ToString::to_string).unwrap_or_default();
        if let Some(lookup) = find(LOOKUPS, &name) {
            return error(expression, format!("`{lookup}` needs a name: write `{lookup}(\"…\")`"));
        }
        Ok(match find(["ip", "global", "user"], &name) {
            Some(word) => Self::Word(word),
            None => Self::Function(expression.clone()),
        })
    }

    fn read_call(call: &ExprCall) -> syn::Result<Self> {
        let Some(name) = as_ident(&call.func) else {
            return error(call, "a key function is named, not called: leave out the parentheses");
        };
        let word = name.to_string();
        let Some(lookup) = find(LOOKUPS, &word) else {
            let hint = hint(&word, LOOKUPS);
            return error(
                name,
                format!("unknown key `{word}(…)`: {hint} A function is named, not called: `key = {word}`"),
            );
        };
        let Some(literal) = call.args.first().filter(|_| call.args.len() == 1).and_then(as_string) else {
            return error(call, format!("`{lookup}` takes one string: write `{lookup}(\"…\")`"));
        };
        Ok(Self::Lookup(lookup, name_of(lookup, literal)?))
    }

    fn read_tuple(tuple: &ExprTuple) -> syn::Result<Self> {
        match tuple.elems.len() {
            0 => error(tuple, "a key of no parts would be the same for everyone: write `key = global`"),
            1..=MAX_PARTS => tuple.elems.iter().map(Self::read).collect::<Result<_, _>>().map(Self::All),
            _ => error(tuple, format!("a key has at most {MAX_PARTS} parts")),
        }
    }
}

/// The text that stands for the key in its counters' identity.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Lookup(lookup, name) => write!(f, "{lookup}({name:?})"),
            Self::Function(function) => f.write_str(&text::of(quote::quote!(#function))),
            Self::All(parts) => {
                f.write_str("(")?;
                for part in parts {
                    write!(f, "{part},")?;
                }
                f.write_str(")")
            }
        }
    }
}

/// The name looked up: as requests spell it.
fn name_of(lookup: &str, literal: &LitStr) -> syn::Result<String> {
    let name = literal.value();
    if name.is_empty() {
        return error(literal, format!("the {lookup}'s name is empty"));
    }
    if matches!(lookup, "header" | "cookie") && !is_http_token(&name) {
        return error(literal, format!("`{name}` can't be a {lookup}'s name"));
    }
    Ok(if lookup == "header" { name.to_ascii_lowercase() } else { name })
}

fn find<const N: usize>(words: [&'static str; N], word: &str) -> Option<&'static str> {
    words.into_iter().find(|known| *known == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(source: &str) -> String {
        let expression = syn::parse_str(source).expect("an expression");
        Key::read(&expression).expect("a key").to_string()
    }

    #[test]
    fn labels_are_normal_forms() {
        assert_eq!(label("ip"), "ip");
        assert_eq!(label("header( \"X-User-Id\" )"), "header(\"x-user-id\")");
        assert_eq!(label("query(\"Q\")"), "query(\"Q\")");
        assert_eq!(label("crate :: by_user"), "crate::by_user");
        assert_eq!(label("| r | r . path ()"), "|r|r.path()");
        assert_eq!(label("(ip, (global, self::ip))"), "(ip,(global,self::ip,),)");
    }

    #[test]
    fn parentheses_make_no_tuple() {
        assert_eq!(label("(ip)"), "ip");
        assert_eq!(label("(ip,)"), "(ip,)");
    }
}
