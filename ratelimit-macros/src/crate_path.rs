//! The only place that spells paths into our own crates, and decides where they seem to stand.

use proc_macro_crate::{FoundCrate, crate_name};
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::Token;

/// `ratelimit_actix`, under the name the user's Cargo.toml gives it.
pub(crate) fn root() -> Ident {
    let name = match crate_name("ratelimit-actix") {
        Ok(FoundCrate::Name(name)) => name,
        // Inside ratelimit-actix itself, which names itself from outside; or a manifest that can't be
        // read (a build without Cargo), where the usual name is the best guess.
        Ok(FoundCrate::Itself) | Err(_) => "ratelimit_actix".to_owned(),
    };
    Ident::new(&name, Span::call_site())
}

/// The module of things that only generated code calls: `::ratelimit_actix::__private`.
pub(crate) struct Private {
    root: Ident,
}

impl Private {
    /// Looks the crate's name up.
    pub(crate) fn find() -> Self {
        Self { root: root() }
    }

    /// The same as if it were written at `shown`; see [`shown_at`].
    pub(crate) fn at(&self, shown: Span) -> Self {
        let mut root = self.root.clone();
        root.set_span(generated_at(shown));
        Self { root }
    }
}

/// Token by token: a stream that is put into another costs a call of the compiler.
impl ToTokens for Private {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let separator = Token![::](self.root.span());
        separator.to_tokens(tokens);
        self.root.to_tokens(tokens);
        separator.to_tokens(tokens);
        Ident::new("__private", self.root.span()).to_tokens(tokens);
    }
}

/// Where what is generated seems to be written at `shown`. Only the place changes: names mean what they mean in
/// generated code.
pub(crate) fn generated_at(shown: Span) -> Span {
    Span::call_site().located_at(shown)
}

/// `code` as if it were written at `shown`, where the compiler then shows what is wrong with it, such as a
/// bound not met.
pub(crate) fn shown_at(shown: Span, code: TokenStream) -> TokenStream {
    let span = generated_at(shown);
    code.into_iter()
        .map(|mut token| {
            token.set_span(span);
            token
        })
        .collect()
}
