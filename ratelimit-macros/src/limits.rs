//! `limits!("…")`: limits that the compiler checks, as a constant.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use ratelimit_core::Limit;
use syn::{Expr, Token, parse::Parser, punctuated::Punctuated};

use crate::{crate_path::Private, errors::error, limit::parse_limits};

/// The constant, or the mistakes.
pub(crate) fn expand(text: TokenStream) -> TokenStream {
    let private = Private::find();
    let limits = if text.is_empty() {
        Err(syn::Error::new(Span::call_site(), "the limit string is missing: write `limits!(\"3/minute\")`"))
    } else {
        parse_one(text).and_then(|expression| parse_limits(&expression))
    };
    match limits {
        Ok(limits) => constant(&limits, &private),
        Err(mistake) => mistake.into_compile_error(),
    }
}

fn parse_one(text: TokenStream) -> syn::Result<Expr> {
    let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
    let mut expressions = parser.parse2(text)?.into_iter();
    match (expressions.next(), expressions.next()) {
        (Some(expression), None) => Ok(expression),
        (_, other) => error(other, "only one limit string: write several limits as `\"10/hour; 3/minute\"`"),
    }
}

/// `limits`, of which none is there twice, as an expression.
pub(crate) fn constant(limits: &[Limit], private: &Private) -> TokenStream {
    let limits = limits.iter().map(|limit| {
        let (amount, window, unit) = (limit.amount(), limit.window_nanos(), limit.unit_nanos());
        quote!(#private::limit(#amount, #window, #unit))
    });
    quote!(#private::LimitSet::checked(const { &[#(#limits),*] }))
}
