//! The `#[limit]` and `#[exempt]` attributes.
use proc_macro::TokenStream;

/// Limits a handler.
#[proc_macro_attribute]
pub fn limit(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    item
}

/// Frees a handler of limits.
#[proc_macro_attribute]
pub fn exempt(_arguments: TokenStream, item: TokenStream) -> TokenStream {
    item
}
