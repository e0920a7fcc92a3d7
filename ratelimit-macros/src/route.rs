//! Writes a policy as a constant.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use syn::{ext::IdentExt, spanned::Spanned};

use crate::{
    crate_path::{self, Private},
    exempt::ExemptAttribute,
    function::{Cost, Function},
    key::Key,
    limit::LimitAttribute,
    limits,
    policy::Policy,
    text,
    values::Given,
};

/// The policy of the handler `name`, as an expression.
pub(crate) fn expand(name: &Ident, policy: &Policy, private: &Private) -> TokenStream {
    let name = name.unraw().to_string();
    let limits = policy.limits.iter().map(|limit| expand_limit(limit, private));
    let exemption = expand_exemption(policy.exemptions.first(), private);
    quote! {
        #private::Route::new(
            ::core::concat!(::core::module_path!(), "::", #name),
            [#(#limits),*],
            #exemption,
        )
    }
}

fn expand_limit(attribute: &LimitAttribute, private: &Private) -> TokenStream {
    let options = expand_options(attribute, private);
    let Some(source) = &attribute.source else {
        let limits = attribute.limits.iter().map(|limit| {
            let (amount, window, unit) = (limit.amount(), limit.window_nanos(), limit.unit_nanos());
            quote!((#amount, #window, #unit))
        });
        return quote!(#private::Rule::checked(&[#(#limits),*]) #(#options)*);
    };
    let text = text::of(source.to_token_stream());
    // A reference, so that a static can be named. One to a function lives for ever.
    let reference = crate_path::shown_at(source.span(), quote!(&));
    quote!(#private::Rule::new(#reference #source).function(#text) #(#options)*)
}

/// The options as calls of the constant's builder, one line an option.
fn expand_options(attribute: &LimitAttribute, private: &Private) -> Vec<TokenStream> {
    let strategy = attribute.strategy.map(|strategy| {
        // The variant's name; the enum may grow, so there is no complete `match` to write.
        format_ident!("{strategy:?}")
    });
    let on_error = attribute.on_error.map(|on_error| format_ident!("{on_error}"));
    let function = |function: Option<&Function>| {
        function.map(|function| function.expand(private, "of_request", "of_request_async"))
    };
    let methods = (!attribute.methods.is_empty()).then_some(&attribute.methods);
    let call = |option: &str, arguments: Option<TokenStream>| {
        arguments.map(|arguments| {
            // What a closure returns is wrong at the call, for the compiler, which is to show the closure.
            let option = Ident::new(option, Span::call_site().located_at(arguments.span()));
            quote!(.#option(#arguments))
        })
    };
    let string = |given: &Option<Given<String>>| {
        given.as_ref().map(|given| given.value.as_str()).map(|text| quote!(#text))
    };
    let number =
        |given: &Option<Given<u64>>| given.as_ref().map(|given| given.value).map(|number| quote!(#number));
    [
        call("key_of", attribute.key.as_ref().map(|key| expand_key(key, private))),
        call("strategy", strategy.map(|strategy| quote!(#private::Strategy::#strategy))),
        call("burst", number(&attribute.burst)),
        call(
            "cost",
            attribute.cost.as_ref().and_then(Cost::number).map(|given| given.value).map(|cost| quote!(#cost)),
        ),
        call(
            "cost_of",
            function(match &attribute.cost {
                Some(Cost::Function(cost)) => Some(cost),
                Some(Cost::Number(_)) | None => None,
            }),
        ),
        call("methods", methods.map(|methods| quote!([#(#methods),*]))),
        call("per_method", attribute.per_method.then(TokenStream::new)),
        call("scope", string(&attribute.scope)),
        call("shared", string(&attribute.shared)),
        call("name", string(&attribute.name)),
        call("exempt_when", function(attribute.exempt_when.as_ref())),
        call(
            "deduct_when",
            attribute.deduct_when.as_ref().map(|it| it.expand(private, "of_response", "of_response")),
        ),
        call("override_defaults", attribute.override_defaults.map(|value| quote!(#value))),
        call(
            "on_breach",
            attribute.on_breach.as_ref().map(|it| it.expand(private, "of_breach", "of_breach")),
        ),
        call("error_message", attribute.error_message.as_ref().map(|message| message.expand(private))),
        call("on_error", on_error.map(|on_error| quote!(#private::OnError::#on_error))),
        call("shadow", attribute.shadow.as_ref().map(|_| TokenStream::new())),
        call("meta", attribute.meta.as_ref().map(|meta| limits::constant(&meta.value, private))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The key's label and the function that finds it, as arguments.
fn expand_key(key: &Key, private: &Private) -> TokenStream {
    let label = key.to_string();
    if let Key::Word(word) = key {
        let find = format_ident!("key_{word}");
        return quote!(#label, #private::#find);
    }
    // Not a name that the user's own expression could mean.
    let request = Ident::new("__ratelimit_request", Span::mixed_site());
    let find = find_key(key, &request, private);
    quote!(#label, |#request| #find)
}

/// An expression of type `Option<Key>`.
fn find_key(key: &Key, request: &Ident, private: &Private) -> TokenStream {
    match key {
        Key::Word(word) => {
            let find = format_ident!("key_{word}");
            quote!(#private::#find(#request))
        }
        Key::Lookup(lookup, name) => {
            let find = format_ident!("key_{lookup}");
            quote!(#private::#find(#request, #name))
        }
        Key::Function(function) => {
            let call = quote!(#private::key_from(#request, #function));
            crate_path::shown_at(function.span(), call)
        }
        Key::All(parts) => {
            let parts = parts.iter().map(|part| find_key(part, request, private));
            quote!(::core::option::Option::Some(#private::Key::composite([#(#parts?),*])))
        }
    }
}

fn expand_exemption(exempt: Option<&ExemptAttribute>, private: &Private) -> TokenStream {
    let Some(exempt) = exempt else { return quote!(#private::Exemption::NONE) };
    if !exempt.names_tiers {
        return quote!(#private::Exemption::ALL);
    }
    let tiers = exempt.tiers.iter().map(|tier| {
        // `default` alone would read like the trait's method.
        let builder = if *tier == "default" { "default_limits" } else { tier };
        Ident::new(builder, Span::call_site())
    });
    quote!(#private::Exemption::NONE #(.#tiers())*)
}
