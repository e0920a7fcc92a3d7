//! Writes the code: a constant of the handler's name that Actix can register, and a type of that name for the way past
//! the limits.
//!
//! The function itself stays as it was written, inside a block where only the handler sees it. The
//! block also keeps the function's own name free: `async fn user(user: User)` works, which it would
//! not if the name stood for the constant there.
//!
//! All constants are of one type. Were each handler a type of its own, Actix's code for a handler would be compiled
//! once for each, beside ours.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, FnArg, Pat, Safety, Signature, Token, spanned::Spanned};

use crate::{crate_path, item::Function, others::Others, policy::Policy, route, shape};

/// The handler under its policy.
pub(crate) fn expand(function: &Function, others: &Others, policy: &Policy) -> TokenStream {
    let private = crate_path::private();
    let name = &function.signature.ident;
    let route_name = Ident::new("__RATELIMIT_ROUTE", Span::call_site());
    let [request, payload] =
        ["__ratelimit_request", "__ratelimit_payload"].map(|name| Ident::new(name, Span::mixed_site()));
    let route = route::expand(name, policy, &private);
    let run = quote!(#private::run(#name, #request, #payload));
    let run = crate_path::shown_at(name.span(), run);
    let handler = quote!(#private::Decorated::new(&#route_name, |#request, #payload| #run));
    let registered = expand_registered(function, &handler, &private);
    let unlimited = expand_unlimited(function, &others.lints);
    let inside = quote! {
        #unlimited
        static #route_name: #private::LazyLock<#private::Route> = #private::LazyLock::new(|| #route);
        #registered
    };
    wrap(function, others, &inside)
}

/// What stands in for a handler with mistakes: it can be registered and its body is still checked, so
/// that nothing but the mistakes is reported.
pub(crate) fn skeleton(function: &mut Function, others: &mut Others) -> TokenStream {
    let private = crate_path::private();
    let signature = &mut function.signature;
    if signature.asyncness.is_none() && !shape::returns_future(signature) {
        signature.asyncness = Some(Token![async](signature.fn_token.span));
    }
    let is_plain = signature.generics.params.is_empty()
        && signature.asyncness.is_some()
        && matches!(signature.safety, Safety::Default);
    let unlimited = is_plain.then(|| expand_unlimited(function, &others.lints));
    others.function.push(syn::parse_quote!(#[allow(dead_code)]));
    let registered = expand_registered(function, &quote!(#private::Decorated::MISTAKEN), &private);
    let inside = quote! {
        #unlimited
        #registered
    };
    wrap(function, others, &inside)
}

/// The constant that is registered, in the handler's block; the one outside is equal to it.
fn expand_registered(function: &Function, handler: &TokenStream, private: &TokenStream) -> TokenStream {
    let Function { visibility, signature, .. } = function;
    let name = &signature.ident;
    quote! {
        #[automatically_derived]
        impl #name {
            #[doc(hidden)]
            #[allow(dead_code)]
            #visibility const __RATELIMIT_HANDLER: #private::Decorated = #handler;
        }
    }
}

/// The type and the constant, and a block with the function and `inside`.
fn wrap(function: &Function, others: &Others, inside: &TokenStream) -> TokenStream {
    let Function { visibility, signature, block } = function;
    let name = &signature.ident;
    let Others { registered, lints, function: function_attributes, is_deprecated, siblings } = others;
    let siblings = siblings.iter().map(|path| {
        let span = Span::call_site().located_at(path.span());
        quote_spanned!(span=> #[allow(unused_imports)] use #path as _;)
    });
    let private = crate_path::private();
    // Documentation is the type's.
    let of_constant = registered.iter().filter(|attribute| !attribute.path().is_ident("doc"));
    // The block has to name the deprecated type, and so has the constant.
    let quiet = is_deprecated.then(|| quote!(#[allow(deprecated)]));
    quote! {
        #(#registered)*
        #(#lints)*
        #[allow(non_camel_case_types, missing_copy_implementations, dead_code)]
        #[derive(::core::fmt::Debug)]
        #visibility struct #name {}

        #(#of_constant)*
        #quiet
        #(#lints)*
        #[doc(hidden)]
        #[allow(non_upper_case_globals)]
        #visibility const #name: #private::Decorated = <#name>::__RATELIMIT_HANDLER;

        #quiet
        const _: () = {
            // Folded into this expansion, the siblings would seem to be unused imports.
            #(#siblings)*
            #(#function_attributes)*
            #signature #block
            #inside
        };
    }
}

/// The way to the function past its limits.
fn expand_unlimited(function: &Function, lints: &[Attribute]) -> TokenStream {
    let Function { visibility, signature, .. } = function;
    let Signature { ident: name, inputs, output, generics, .. } = signature;
    let bounds = &generics.where_clause;
    let (arguments, types): (Vec<_>, Vec<_>) = inputs
        .iter()
        .enumerate()
        .filter_map(|(index, input)| match input {
            FnArg::Typed(argument) => Some((argument_name(index, &argument.pat), &argument.ty)),
            FnArg::Receiver(_) => None,
        })
        .unzip();
    quote! {
        #[automatically_derived]
        impl #name {
            /// The handler without its limits: for unit tests.
            #(#lints)*
            #[allow(dead_code)]
            #visibility async fn unlimited(#(#arguments: #types),*) #output #bounds {
                #name(#(#arguments),*).await
            }
        }
    }
}

/// The argument's own name where it has one: it is shown in documentation. Hygiene keeps it apart from
/// the handler's name.
fn argument_name(index: usize, pattern: &Pat) -> Ident {
    match pattern {
        Pat::Ident(binding) if !binding.ident.to_string().starts_with('_') => {
            let mut name = binding.ident.clone();
            name.set_span(Span::mixed_site());
            name
        }
        _ => format_ident!("argument_{index}", span = Span::mixed_site()),
    }
}
