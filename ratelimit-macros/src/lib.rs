//! The `#[limit]` and `#[exempt]` attributes.

mod arguments;
mod attributes;
mod crate_path;
mod decorate;
mod errors;
mod exempt;
mod expand;
mod item;
mod key;
mod limit;
mod others;
mod placement;
mod policy;
mod route;
mod rules;
mod shape;
mod text;
mod values;

use proc_macro::TokenStream;

use self::attributes::Kind;

/// Limits a handler.
#[proc_macro_attribute]
pub fn limit(arguments: TokenStream, item: TokenStream) -> TokenStream {
    decorate::decorate(Kind::Limit, &arguments.into(), item.into()).into()
}

/// Frees a handler of limits.
#[proc_macro_attribute]
pub fn exempt(arguments: TokenStream, item: TokenStream) -> TokenStream {
    decorate::decorate(Kind::Exempt, &arguments.into(), item.into()).into()
}
