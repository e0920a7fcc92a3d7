//! The kinds of values that options take.

use proc_macro2::TokenStream;
use quote::ToTokens;
use ratelimit_core::{Limit, Strategy};
use syn::{Expr, ExprLit, ExprPath, Ident, Lit, LitStr};

use crate::{
    arguments::{Argument, Value},
    errors::{error, hint},
    limit::parse_limits,
};

/// A value with the tokens it was written as, for mistakes that show only when all options are known.
pub(crate) struct Given<T> {
    /// The option's name.
    pub(crate) name: Ident,
    /// What was written after the `=`.
    pub(crate) tokens: TokenStream,
    pub(crate) value: T,
}

impl Argument {
    /// The expression of `name = expression`; `example` shows how to write it.
    pub(crate) fn expression(&self, example: &str) -> syn::Result<&Expr> {
        match &self.value {
            Value::Is(expression) => Ok(peel(expression)),
            Value::Flag | Value::List(_) => {
                error(&self.name, format!("`{}` takes a value: write `{example}`", self.name))
            }
        }
    }

    /// `name = "…"`
    pub(crate) fn string(&self) -> syn::Result<Given<String>> {
        let example = format!("{} = \"…\"", self.name);
        let expression = self.expression(&example)?;
        match as_string(expression) {
            Some(literal) => Ok(self.given(expression, literal.value())),
            None => error(expression, format!("`{}` is a string: write `{example}`", self.name)),
        }
    }

    /// `name = 2`
    pub(crate) fn whole_number(&self) -> syn::Result<Given<u64>> {
        let example = format!("{} = 2", self.name);
        let expression = self.expression(&example)?;
        match expression {
            Expr::Lit(ExprLit { lit: Lit::Int(literal), .. }) => literal
                .base10_parse()
                .map(|number| self.given(expression, number))
                .or_else(|_| error(literal, format!("`{}` is too large: at most {}", self.name, u64::MAX))),
            Expr::Unary(_) => error(expression, format!("`{}` can't be negative", self.name)),
            _ => error(expression, format!("`{}` is a whole number: write `{example}`", self.name)),
        }
    }

    /// `name` or `name = true` or `name = false`
    pub(crate) fn flag(&self) -> syn::Result<bool> {
        match &self.value {
            Value::Flag => Ok(true),
            Value::Is(expression) => match peel(expression) {
                Expr::Lit(ExprLit { lit: Lit::Bool(literal), .. }) => Ok(literal.value),
                _ => error(expression, format!("`{}` is `true` or `false`", self.name)),
            },
            Value::List(_) => error(&self.name, format!("`{}` is `true` or `false`", self.name)),
        }
    }

    /// `name = token_bucket`
    pub(crate) fn strategy(&self) -> syn::Result<Strategy> {
        const EXAMPLE: &str = "strategy = fixed_window";
        let expression = self.expression(EXAMPLE)?;
        if let Some(literal) = as_string(expression) {
            let meant = find_strategy(&literal.value()).unwrap_or_default();
            return error(literal, format!("a strategy is written without quotes: `strategy = {meant}`"));
        }
        let Some(ident) = as_ident(expression) else {
            return error(expression, format!("`strategy` is a name: write `{EXAMPLE}`"));
        };
        let word = ident.to_string();
        find_strategy(&word).map_or_else(
            || {
                let hint = hint(&word, Strategy::ALL.map(Strategy::name));
                error(ident, format!("unknown strategy `{word}`: {hint}"))
            },
            Ok,
        )
    }

    /// `on_error = open`: the name of a variant of `OnError`.
    pub(crate) fn on_error(&self) -> syn::Result<&'static str> {
        const EXAMPLE: &str = "on_error = fallback";
        const WORDS: [(&str, &str); 3] = [("fallback", "Fallback"), ("open", "Open"), ("closed", "Closed")];
        let expression = self.expression(EXAMPLE)?;
        if let Some(literal) = as_string(expression) {
            let quoted = literal.value();
            let meant =
                WORDS.iter().find(|(known, _)| *known == quoted).map_or("fallback", |(known, _)| known);
            return error(literal, format!("`on_error` is written without quotes: `on_error = {meant}`"));
        }
        let Some(ident) = as_ident(expression) else {
            return error(expression, format!("`on_error` is a name: write `{EXAMPLE}`"));
        };
        let word = ident.to_string();
        let found = WORDS.into_iter().find(|(known, _)| *known == word);
        found.map_or_else(
            || {
                let hint = hint(&word, WORDS.map(|(known, _)| known));
                error(ident, format!("unknown `on_error` `{word}`: {hint}"))
            },
            |(_, variant)| Ok(variant),
        )
    }

    /// `meta = "10/hour"`
    pub(crate) fn limits(&self) -> syn::Result<Given<Vec<Limit>>> {
        let expression = self.expression(&format!("{} = \"10/hour\"", self.name))?;
        Ok(self.given(expression, parse_limits(expression)?))
    }

    /// `methods("GET", "post")`: upper-case names, none twice.
    pub(crate) fn methods(&self) -> syn::Result<Vec<String>> {
        let Value::List(expressions) = &self.value else {
            return error(
                &self.name,
                "methods are listed in parentheses: write `methods(\"GET\", \"POST\")`",
            );
        };
        if expressions.is_empty() {
            return error(&self.name, "`methods()` names no method: leave it out to limit all of them");
        }
        let mut methods = Vec::new();
        for expression in expressions {
            let Some(literal) = as_string(expression) else {
                return error(expression, "a method is a string, such as `\"GET\"`");
            };
            let method = literal.value().to_ascii_uppercase();
            if !is_http_token(&method) {
                return error(literal, format!("`{method}` can't be an HTTP method"));
            }
            if methods.contains(&method) {
                return error(literal, format!("`{method}` is listed twice"));
            }
            methods.push(method);
        }
        // In one order, as they are part of the counter's identity.
        methods.sort_unstable();
        Ok(methods)
    }

    fn given<T>(&self, tokens: impl ToTokens, value: T) -> Given<T> {
        Given { name: self.name.clone(), tokens: tokens.into_token_stream(), value }
    }
}

/// `expression` without the parentheses and the invisible groups of `macro_rules!` around it.
pub(crate) fn peel(expression: &Expr) -> &Expr {
    match expression {
        Expr::Paren(inner) => peel(&inner.expr),
        Expr::Group(inner) => peel(&inner.expr),
        _ => expression,
    }
}

/// The string literal that `expression` is.
pub(crate) fn as_string(expression: &Expr) -> Option<&LitStr> {
    match peel(expression) {
        Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) => Some(literal),
        _ => None,
    }
}

/// The single name that `expression` is.
pub(crate) fn as_ident(expression: &Expr) -> Option<&Ident> {
    match expression {
        Expr::Path(ExprPath { qself: None, path, .. }) => path.get_ident(),
        _ => None,
    }
}

/// Whether `text` can be a method or a header's name (RFC 9110, `token`).
pub(crate) fn is_http_token(text: &str) -> bool {
    let is_token_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_token_byte)
}

fn find_strategy(name: &str) -> Option<Strategy> {
    Strategy::ALL.into_iter().find(|strategy| strategy.name() == name)
}
