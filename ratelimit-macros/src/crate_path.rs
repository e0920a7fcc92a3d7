//! The only place that spells paths into our own crates, and decides where they seem to stand.

use std::{env, fs, path::Path, sync::Mutex, time::SystemTime};

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::Token;

use crate::manifest;

/// `ratelimit_actix`, under the name the user's Cargo.toml gives it. That is the usual one inside ratelimit-actix itself,
/// which names itself from outside, and where no manifest can be read (a build without Cargo).
pub(crate) fn root() -> Ident {
    let name = renamed().unwrap_or_else(|| "ratelimit_actix".to_owned());
    Ident::new(&name, Span::call_site())
}

/// The other name, as code writes it.
fn renamed() -> Option<String> {
    /// The manifest that was read last, when that was written, and what it said. A compiler reads one; what serves an
    /// editor reads several, again and again.
    type Known = (String, SystemTime, Option<String>);
    static KNOWN: Mutex<Option<Known>> = Mutex::new(None);

    let folder = env::var("CARGO_MANIFEST_DIR").ok()?;
    let path = Path::new(&folder).join("Cargo.toml");
    let written = fs::metadata(&path).and_then(|of| of.modified()).ok()?;
    let mut known = KNOWN.lock().ok()?;
    match &*known {
        Some((of, at, name)) if *of == folder && *at == written => name.clone(),
        _ => {
            let name = manifest::renamed(&path, "ratelimit-actix").map(|name| name.replace('-', "_"));
            *known = Some((folder, written, name.clone()));
            name
        }
    }
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
