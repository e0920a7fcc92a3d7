//! The `#[limit]` and `#[exempt]` attributes and the `limits!` macro of [ratelimit-actix], which re-exports them.
//!
//! The way of an attribute through this crate: `decorate` moves it below a routing attribute, where
//! it comes again (`placement`); reads it with its siblings (`arguments`, then `limit`, `exempt`, `key`
//! and `values`) into one `policy`; judges policy and function (`rules`, `shape`); and writes code
//! (`expand`, `unlimited`, `route`). Mistakes gather in `errors` on the way.
//!
//! A new option is a line in `limit::OPTIONS`, a field of `LimitAttribute`, a line in
//! `route::expand_options`, and a field and method of the same name on ratelimit-actix's `Rule`,
//! which the written code calls. It also wants its example in `docs/limit.md` and a failing case in
//! `tests/ui`.
//!
//! [ratelimit-actix]: https://docs.rs/ratelimit-actix

mod arguments;
mod attributes;
mod crate_path;
mod decorate;
mod errors;
mod exempt;
mod expand;
mod function;
mod item;
mod key;
mod limit;
mod limits;
mod manifest;
mod others;
mod placement;
mod policy;
mod route;
mod rules;
mod shape;
mod text;
mod unlimited;
mod values;

use proc_macro::TokenStream;

use self::attributes::Kind;

#[doc = include_str!("docs/limit.md")]
#[proc_macro_attribute]
pub fn limit(arguments: TokenStream, item: TokenStream) -> TokenStream {
    decorate::decorate(Kind::Limit, arguments.into(), item.into()).into()
}

#[doc = include_str!("docs/limits.md")]
#[proc_macro]
pub fn limits(text: TokenStream) -> TokenStream {
    limits::expand(text.into()).into()
}

#[doc = include_str!("docs/exempt.md")]
#[proc_macro_attribute]
pub fn exempt(arguments: TokenStream, item: TokenStream) -> TokenStream {
    decorate::decorate(Kind::Exempt, arguments.into(), item.into()).into()
}
