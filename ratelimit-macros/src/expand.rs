//! Writes the code: a type of the handler's name that Actix can register.
//!
//! The function itself stays as it was written, inside a block where only the handler sees it. The
//! block also keeps the function's own name free: `async fn user(user: User)` works, which it would
//! not if the name stood for the type there.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, FnArg, Pat, Safety, Signature, Token, spanned::Spanned};

use crate::{crate_path, item::Function, others::Others, policy::Policy, route, shape};

/// The handler under its policy.
pub(crate) fn expand(function: &Function, others: &Others, policy: &Policy) -> TokenStream {
    let private = crate_path::private();
    let name = &function.signature.ident;
    let route_name = Ident::new("__RATELIMIT_ROUTE", Span::call_site());
    let request = Ident::new("__ratelimit_request", Span::mixed_site());
    let route = route::expand(name, policy, &private);
    let guarded = quote!(#private::guard(#request, &#route_name, #name));
    let guarded = crate_path::shown_at(name.span(), guarded);
    let unlimited = expand_unlimited(function, &others.lints);
    let inside = quote! {
        #unlimited
        static #route_name: #private::LazyLock<#private::Route> = #private::LazyLock::new(|| #route);
        #[automatically_derived]
        impl ::core::clone::Clone for #name {
            fn clone(&self) -> Self {
                #private::selected(&#route_name);
                Self
            }
        }
        #[automatically_derived]
        impl #private::Handler<(#private::RawRequest,)> for #name {
            type Output = #private::Response;
            type Future = #private::Guarded;
            fn call(&self, (#request,): (#private::RawRequest,)) -> Self::Future {
                #guarded
            }
        }
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
    let name = signature.ident.clone();
    let is_plain = signature.generics.params.is_empty()
        && signature.asyncness.is_some()
        && matches!(signature.safety, Safety::Default);
    let unlimited = is_plain.then(|| expand_unlimited(function, &others.lints));
    others.function.push(syn::parse_quote!(#[allow(dead_code)]));
    let inside = quote! {
        #unlimited
        impl ::core::clone::Clone for #name {
            fn clone(&self) -> Self {
                Self
            }
        }
        impl #private::Handler<(#private::RawRequest,)> for #name {
            type Output = #private::Response;
            type Future = #private::Guarded;
            fn call(&self, _: (#private::RawRequest,)) -> Self::Future {
                ::core::unreachable!()
            }
        }
    };
    wrap(function, others, &inside)
}

/// The registered type, and a block with the function and `inside`.
fn wrap(function: &Function, others: &Others, inside: &TokenStream) -> TokenStream {
    let Function { visibility, signature, block } = function;
    let name = &signature.ident;
    let Others { registered, lints, function: function_attributes, is_deprecated, siblings } = others;
    let siblings = siblings.iter().map(|path| {
        let span = Span::call_site().located_at(path.span());
        quote_spanned!(span=> #[allow(unused_imports)] use #path as _;)
    });
    // The block has to name the deprecated type.
    let quiet = is_deprecated.then(|| quote!(#[allow(deprecated)]));
    quote! {
        #(#registered)*
        #(#lints)*
        #[allow(non_camel_case_types, missing_copy_implementations)]
        #[derive(::core::fmt::Debug)]
        #visibility struct #name;

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
