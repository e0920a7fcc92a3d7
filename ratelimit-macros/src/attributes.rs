//! Tells our attributes, the routing attributes and all others apart.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Meta, parse_quote};

use crate::{crate_path, errors::error};

/// Which of our attributes it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Limit,
    Exempt,
}

impl Kind {
    /// The kind of `attribute`; `None` when it is none of ours. Goes by the last segment of its path,
    /// as a macro can't know what a name was imported as.
    pub(crate) fn of(attribute: &Attribute) -> Option<Self> {
        let last = attribute.path().segments.last()?;
        [Self::Limit, Self::Exempt].into_iter().find(|kind| last.ident == kind.name())
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Exempt => "exempt",
        }
    }

    /// The attribute being expanded, written out again. Its path underlines the whole attribute.
    pub(crate) fn attribute(self, arguments: &TokenStream) -> Attribute {
        let root = crate_path::root();
        let name = syn::Ident::new(self.name(), proc_macro2::Span::call_site());
        let arguments = if arguments.is_empty() { TokenStream::new() } else { quote!((#arguments)) };
        parse_quote!(#[#root::#name #arguments])
    }
}

/// Whether `attribute` makes a function a route of Actix: `#[get("/")]`, `#[actix_web::routes]`.
pub(crate) fn is_routing(attribute: &Attribute) -> bool {
    const NAMES: [&str; 12] = [
        "get", "post", "put", "delete", "head", "connect", "options", "trace", "patch", "query", "route",
        "routes",
    ];
    attribute.path().segments.last().is_some_and(|last| NAMES.iter().any(|name| last.ident == name))
}

/// What stands between the attribute's parentheses.
pub(crate) fn arguments_of(attribute: &Attribute) -> syn::Result<TokenStream> {
    match &attribute.meta {
        Meta::Path(_) => Ok(TokenStream::new()),
        Meta::List(list) => Ok(list.tokens.clone()),
        Meta::NameValue(pair) => error(&pair.value, "the arguments are written in parentheses"),
    }
}
