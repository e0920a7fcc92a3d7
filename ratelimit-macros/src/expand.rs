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
use quote::{quote, quote_spanned};
use syn::{FnArg, Safety, Token, spanned::Spanned};

use crate::{
    crate_path::{Private, generated_at},
    item::Function,
    others::Others,
    policy::Policy,
    route, shape,
    unlimited::Unlimited,
};

/// The handler under its policy.
pub(crate) fn expand(function: &Function, others: &Others, policy: &Policy) -> TokenStream {
    let private = Private::find();
    let name = &function.signature.ident;
    let [request, payload] =
        ["__ratelimit_request", "__ratelimit_payload"].map(|name| Ident::new(name, Span::mixed_site()));
    let route = route::expand(name, policy, &private);
    let extractors = function.signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(argument) => Some(&argument.ty),
        FnArg::Receiver(_) => None,
    });
    // Shown at the handler, which may be none. Else the compiler would look for the extractors among all numbers of them.
    let (shown, at) = (generated_at(name.span()), private.at(name.span()));
    let run = quote_spanned!(shown=> #at::run::<_, (#(#extractors,)*)>(#name, #request, #payload));
    // Functions rather than closures: an edit of the app's own closures compiles all closures of a module anew.
    let inside = quote! {
        fn __ratelimit_route() -> #private::Route {
            #route
        }
        static __RATELIMIT_ROUTE: #private::LazyLock<#private::Route> =
            #private::LazyLock::new(__ratelimit_route);
        fn __ratelimit_run(#request: #private::HttpRequest, #payload: #private::Payload) -> #private::Answer {
            #run
        }
    };
    let handler = quote!(#private::Decorated::new(&__RATELIMIT_ROUTE, __ratelimit_run));
    wrap(function, others, &private, &inside, Some(&Unlimited { function, others }), &handler)
}

/// What stands in for a handler with mistakes: it can be registered and its body is still checked, so
/// that nothing but the mistakes is reported.
pub(crate) fn skeleton(function: &mut Function, others: &mut Others) -> TokenStream {
    let private = Private::find();
    let signature = &mut function.signature;
    if signature.asyncness.is_none() && !shape::returns_future(signature) {
        signature.asyncness = Some(Token![async](signature.fn_token.span));
    }
    let is_plain = signature.generics.params.is_empty()
        && signature.asyncness.is_some()
        && matches!(signature.safety, Safety::Default);
    others.function.push(syn::parse_quote!(#[allow(dead_code)]));
    let (function, others) = (&*function, &*others);
    let unlimited = is_plain.then_some(Unlimited { function, others });
    wrap(
        function,
        others,
        &private,
        &TokenStream::new(),
        unlimited.as_ref(),
        &quote!(#private::Decorated::MISTAKEN),
    )
}

/// The type and the constant, and a block with the function and `inside`. There is a constant in the block, too, to
/// which the one outside is equal.
fn wrap(
    function: &Function,
    others: &Others,
    private: &Private,
    inside: &TokenStream,
    unlimited: Option<&Unlimited<'_>>,
    handler: &TokenStream,
) -> TokenStream {
    let Function { visibility, signature, block } = function;
    let name = &signature.ident;
    let Others { registered, lints, function: function_attributes, is_deprecated, siblings } = others;
    let siblings = siblings
        .iter()
        .map(|path| quote_spanned!(generated_at(path.span())=> #[allow(unused_imports)] use #path as _;));
    // Documentation is the type's.
    let of_constant = registered.iter().filter(|attribute| !attribute.path().is_ident("doc"));
    // The block has to name the deprecated type, and so has the constant.
    let quiet = is_deprecated.then(|| quote!(#[allow(deprecated)]));
    quote! {
        #(#registered)*
        #(#lints)*
        #[allow(non_camel_case_types, missing_copy_implementations, missing_debug_implementations, dead_code)]
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
            #[allow(dead_code)]
            impl #name {
                #unlimited
                #[doc(hidden)]
                #visibility const __RATELIMIT_HANDLER: #private::Decorated = #handler;
            }
        };
    }
}
