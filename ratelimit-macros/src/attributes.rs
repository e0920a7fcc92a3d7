//! Tells our attributes, the routing attributes and all others apart.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{
    AttrStyle, Attribute, MacroDelimiter, Meta, MetaList, Path, PathSegment, Token,
    token::{Bracket, Paren, Pound},
};

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
        let last = attribute.path().segments.last()?.ident.to_string();
        [Self::Limit, Self::Exempt].into_iter().find(|kind| last == kind.name())
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Exempt => "exempt",
        }
    }

    /// The attribute being expanded, written out again. Its path underlines the whole attribute.
    pub(crate) fn attribute(self, arguments: TokenStream) -> Attribute {
        let name = Ident::new(self.name(), Span::call_site());
        let segments = [crate_path::root(), name].into_iter().map(PathSegment::from).collect();
        let path = Path { leading_colon: Some(<Token![::]>::default()), segments };
        let meta = if arguments.is_empty() {
            Meta::Path(path)
        } else {
            Meta::List(MetaList {
                path,
                delimiter: MacroDelimiter::Paren(Paren::default()),
                tokens: arguments,
            })
        };
        let (pound_token, bracket_token) = (Pound::default(), Bracket::default());
        Attribute { pound_token, style: AttrStyle::Outer, bracket_token, meta }
    }
}

/// Whether `attribute` makes a function a route of Actix: `#[get("/")]`, `#[actix_web::routes]`.
pub(crate) fn is_routing(attribute: &Attribute) -> bool {
    const NAMES: [&str; 12] = [
        "get", "post", "put", "delete", "head", "connect", "options", "trace", "patch", "query", "route",
        "routes",
    ];
    let last = attribute.path().segments.last().map(|last| last.ident.to_string());
    last.is_some_and(|last| NAMES.contains(&last.as_str()))
}

/// What stands between the attribute's parentheses.
pub(crate) fn arguments_of(attribute: &Attribute) -> syn::Result<TokenStream> {
    match &attribute.meta {
        Meta::Path(_) => Ok(TokenStream::new()),
        Meta::List(list) => Ok(list.tokens.clone()),
        Meta::NameValue(pair) => error(&pair.value, "the arguments are written in parentheses"),
    }
}
