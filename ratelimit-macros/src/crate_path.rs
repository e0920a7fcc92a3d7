//! The only place that spells paths into our own crates.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// `::ratelimit_actix`, under the name the user's Cargo.toml gives it.
pub(crate) fn root() -> TokenStream {
    let name = match crate_name("ratelimit-actix") {
        Ok(FoundCrate::Name(name)) => name,
        // Inside ratelimit-actix itself, which names itself from outside; or a manifest that can't be
        // read (a build without Cargo), where the usual name is the best guess.
        Ok(FoundCrate::Itself) | Err(_) => "ratelimit_actix".to_owned(),
    };
    let name = Ident::new(&name, Span::call_site());
    quote!(::#name)
}

/// The module of things that only generated code calls.
pub(crate) fn private() -> TokenStream {
    let root = root();
    quote!(#root::__private)
}

/// `path` for a call whose mistakes, such as a bound not met, the compiler shows at `shown`.
pub(crate) fn shown_at(shown: Span, path: TokenStream) -> TokenStream {
    // Only the place changes: names still mean what they mean in generated code.
    let span = Span::call_site().located_at(shown);
    path.into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}
