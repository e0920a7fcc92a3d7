//! Writes a policy as a constant.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use syn::{ext::IdentExt, spanned::Spanned};

use crate::{
    crate_path, exempt::ExemptAttribute, key::Key, limit::LimitAttribute, policy::Policy, values::Given,
};

/// The policy of the handler `name`, as an expression.
pub(crate) fn expand(name: &Ident, policy: &Policy, private: &TokenStream) -> TokenStream {
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

fn expand_limit(attribute: &LimitAttribute, private: &TokenStream) -> TokenStream {
    let limits = attribute.limits.iter().map(|limit| {
        let (amount, window, unit) = (limit.amount(), limit.window_nanos(), limit.unit_nanos());
        quote!(#private::limit(#amount, #window, #unit))
    });
    let options = expand_options(attribute, private);
    quote!(#private::Rule::new(#private::LimitSet::checked(const { &[#(#limits),*] })) #(#options)*)
}

/// The options as calls of the constant's builder, one line an option.
fn expand_options(attribute: &LimitAttribute, private: &TokenStream) -> Vec<TokenStream> {
    let strategy = attribute.strategy.map(|strategy| {
        // The variant's name; the enum may grow, so there is no complete `match` to write.
        format_ident!("{strategy:?}")
    });
    let methods = (!attribute.methods.is_empty()).then_some(&attribute.methods);
    let call = |option: &str, arguments: Option<TokenStream>| {
        let option = Ident::new(option, Span::call_site());
        arguments.map(|arguments| quote!(.#option(#arguments)))
    };
    let text = |given: &Option<Given<String>>| {
        given.as_ref().map(|given| given.value.as_str()).map(|text| quote!(#text))
    };
    let number =
        |given: &Option<Given<u64>>| given.as_ref().map(|given| given.value).map(|number| quote!(#number));
    [
        call("key", attribute.key.as_ref().map(|key| expand_key(key, private))),
        call("strategy", strategy.map(|strategy| quote!(#private::Strategy::#strategy))),
        call("burst", number(&attribute.burst)),
        call("cost", number(&attribute.cost)),
        call("methods", methods.map(|methods| quote!([#(#methods),*]))),
        call("per_method", attribute.per_method.then(TokenStream::new)),
        call("scope", text(&attribute.scope)),
        call("shared", text(&attribute.shared)),
        call("name", text(&attribute.name)),
        call("override_defaults", attribute.override_defaults.map(|value| quote!(#value))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The key's label and the function that finds it.
fn expand_key(key: &Key, private: &TokenStream) -> TokenStream {
    let label = key.to_string();
    if let Key::Word(word) = key {
        let find = format_ident!("key_{word}");
        return quote!(#private::labelled(#label, #private::#find));
    }
    // Not a name that the user's own expression could mean.
    let request = Ident::new("__ratelimit_request", Span::mixed_site());
    let find = find_key(key, &request, private);
    quote!(#private::labelled(#label, |#request| #find))
}

/// An expression of type `Option<Key>`.
fn find_key(key: &Key, request: &Ident, private: &TokenStream) -> TokenStream {
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

fn expand_exemption(exempt: Option<&ExemptAttribute>, private: &TokenStream) -> TokenStream {
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
