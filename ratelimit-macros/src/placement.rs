//! Makes every placement one: below the routing attributes.
//!
//! A routing attribute such as `#[get("/")]` takes the function into a service of its own, where the
//! function's name is the handler to call. So the limits must be part of what has that name, which
//! they are when they expand last.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Attribute;

use crate::{
    attributes::{Kind, is_routing},
    item::Item,
};

/// Whether a routing attribute waits below the one being expanded.
pub(crate) fn is_above_routing(item: &Item) -> bool {
    item.attributes.iter().any(is_routing)
}

/// The item with `own` and its siblings last. Nothing is checked: they will be expanded again.
pub(crate) fn move_below(own: &Attribute, mut item: Item) -> TokenStream {
    let siblings = take_siblings(&mut item);
    item.attributes.push(own.clone());
    item.attributes.extend(siblings);
    quote!(#item)
}

/// Takes our other attributes off the item.
pub(crate) fn take_siblings(item: &mut Item) -> Vec<Attribute> {
    item.attributes.extract_if(.., |attribute| Kind::of(attribute).is_some()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(item: TokenStream) -> String {
        let own = Kind::Limit.attribute(quote!("1/day"));
        move_below(&own, Item::parse(item)).to_string()
    }

    #[test]
    fn siblings_go_along_in_order_and_nothing_else_moves() {
        let item = quote! {
            #[a] #[exempt(meta)] #[get("/")] #[b] #[x::limit("2/day")]
            async fn f() {}
        };
        let expected = quote! {
            #[a] #[get("/")] #[b] #[::ratelimit_actix::limit("1/day")] #[exempt(meta)] #[x::limit("2/day")]
            async fn f() {}
        };
        assert_eq!(moved(item), expected.to_string());
    }

    #[test]
    fn routing_attributes_are_known_by_their_last_segment() {
        let is_above = |item| is_above_routing(&Item::parse(item));
        assert!(is_above(quote!(
            #[actix_web::get("/")]
            async fn f() {}
        )));
        assert!(is_above(quote!(
            #[routes]
            #[get("/")]
            async fn f() {}
        )));
        assert!(!is_above(quote!(
            #[get::other]
            async fn f() {}
        )));
    }
}
