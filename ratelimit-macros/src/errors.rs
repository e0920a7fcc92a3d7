//! Gathers mistakes, so that the user sees all of them at once.

use std::{cell::RefCell, fmt::Display};

use proc_macro2::TokenStream;
use quote::ToTokens;

/// The mistakes found so far. Whoever creates it must call [`finish`](Errors::finish): a mistake that
/// nobody reports would let a wrong limit compile.
#[must_use]
#[derive(Default)]
pub(crate) struct Errors {
    found: RefCell<Vec<syn::Error>>,
}

impl Errors {
    /// Notes a mistake in `tokens`, which the compiler underlines.
    pub(crate) fn at(&self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    /// Notes a mistake, or several that were combined into one.
    pub(crate) fn add(&self, error: syn::Error) {
        self.found.borrow_mut().push(error);
    }

    /// The value, or a noted mistake.
    pub(crate) fn check<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// The mistakes as `compile_error!`s; `None` when there are none.
    pub(crate) fn finish(self) -> Option<TokenStream> {
        let mut found = self.found.take().into_iter();
        let first = found.next()?;
        let all = found.fold(first, |mut all, error| {
            all.combine(error);
            all
        });
        Some(all.into_compile_error())
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        debug_assert!(self.found.borrow().is_empty() || std::thread::panicking(), "unreported mistakes");
    }
}

/// A mistake in `tokens`.
pub(crate) fn error<T>(tokens: impl ToTokens, message: impl Display) -> syn::Result<T> {
    Err(syn::Error::new_spanned(tokens, message))
}

/// `did you mean …?` when one of `known` is near to `word` in spelling, else the whole list.
pub(crate) fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = ratelimit_core::suggest::nearest(word, known.clone()) {
        return format!("did you mean `{near}`?");
    }
    let names: Vec<_> = known.into_iter().map(|name| format!("`{name}`")).collect();
    format!("known are {}", names.join(", "))
}
