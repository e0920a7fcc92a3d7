//! The way from an attribute on an item to code: place, read, judge, write.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use crate::{
    attributes::{Kind, Others},
    errors::Errors,
    expand,
    item::{Body, Item},
    placement,
    policy::Policy,
    rules, shape,
};

/// Expands the attribute of this `kind` on `item`, together with its siblings.
pub(crate) fn decorate(kind: Kind, arguments: &TokenStream, item: TokenStream) -> TokenStream {
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
    finish(kind, item, &policy, errors)
}

/// Judges the item and writes the code.
fn finish(kind: Kind, item: Item, policy: &Policy, errors: Errors) -> TokenStream {
    let Item { attributes, body } = item;
    let mut function = match body {
        Body::Function(function) => function,
        Body::Other(rest) => {
            let first = rest.clone().into_iter().next().map(TokenStream::from);
            errors.at(first, format!("`#[{}]` goes on a handler: an `async fn`", kind.name()));
            let mistakes = errors.finish();
            return quote!(#(#attributes)* #rest #mistakes);
        }
    };
    shape::check(&function.signature, &errors);
    let Some(mistakes) = errors.finish() else {
        return expand::expand(&function, &Others::sort(attributes), policy);
    };
    if shape::is_method(&function.signature) {
        // No type may stand beside it.
        let item = Item { attributes, body: Body::Function(function) };
        return quote!(#item #mistakes);
    }
    let handler = expand::skeleton(&mut function, &mut Others::sort(attributes));
    [handler, mistakes].into_iter().map(ToTokens::into_token_stream).collect()
}
