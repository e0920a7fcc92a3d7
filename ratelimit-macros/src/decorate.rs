//! The way from an attribute on an item to code: place, read, judge, write.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Attribute;

use crate::{
    attributes::Kind,
    errors::Errors,
    expand,
    item::{Body, Item},
    others::Others,
    placement,
    policy::Policy,
    rules, shape,
};

/// Expands the attribute of this `kind` on `item`, together with its siblings.
pub(crate) fn decorate(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let own = kind.attribute(arguments);
    let mut item = Item::parse(item);
    if matches!(item.body, Body::Function(_)) && placement::is_above_routing(&item) {
        return placement::move_below(&own, item);
    }

    let mut ours = vec![own];
    ours.extend(placement::take_siblings(&mut item));
    let errors = Errors::default();
    let policy = Policy::read(&ours, &errors);
    rules::check(&policy, &errors);
    if let Body::Other(rest) = &item.body {
        let first = rest.clone().into_iter().next();
        errors.at(first, format!("`#[{}]` goes on a handler: an `async fn`", kind.name()));
    }
    finish(item, &ours[1..], &policy, errors)
}

/// Judges the function and writes the code.
fn finish(item: Item, siblings: &[Attribute], policy: &Policy, errors: Errors) -> TokenStream {
    if let Body::Function(function) = &item.body {
        shape::check(&function.signature, &errors);
    }
    let mistakes = errors.finish();
    let mut others = Others::sort(&item.attributes, siblings);
    match (item.body, mistakes) {
        (Body::Function(function), None) => expand::expand(&function, &others, policy),
        (Body::Function(mut function), mistakes) if !shape::is_method(&function.signature) => {
            let handler = expand::skeleton(&mut function, &mut others);
            quote!(#handler #mistakes)
        }
        // What can't become a type stays as it was.
        (body, mistakes) => {
            let item = Item { attributes: item.attributes, body };
            quote!(#item #mistakes)
        }
    }
}
