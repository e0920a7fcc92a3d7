//! The only place that spells paths into our own crates, and decides where they seem to stand.

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

/// `code` as if it were written at `shown`, where the compiler then shows what is wrong with it, such as a
/// bound not met. Only the place changes: names mean what they mean in generated code.
pub(crate) fn shown_at(shown: Span, code: TokenStream) -> TokenStream {
    let span = Span::call_site().located_at(shown);
    code.into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}
