//! What an attribute stands on.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{
    Attribute, Signature, Visibility,
    parse::{ParseStream, Parser},
};

/// An item with its attributes apart.
pub(crate) struct Item {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) body: Body,
}

/// The item without its attributes.
pub(crate) enum Body {
    Function(Box<Function>),
    /// Anything else.
    Other(TokenStream),
}

/// A function. Its block is kept as it was written: nothing here looks into it.
pub(crate) struct Function {
    pub(crate) visibility: Visibility,
    pub(crate) signature: Signature,
    pub(crate) block: Group,
}

impl Item {
    /// Reads any item, be it well-formed or not.
    pub(crate) fn parse(tokens: TokenStream) -> Self {
        let parse = |input: ParseStream<'_>| {
            let attributes = input.call(Attribute::parse_outer)?;
            let rest: TokenStream = input.parse()?;
            let body = match Function::parse.parse2(rest.clone()) {
                Ok(function) => Body::Function(Box::new(function)),
                Err(_) => Body::Other(rest),
            };
            Ok(Self { attributes, body })
        };
        let untouched = Self { attributes: Vec::new(), body: Body::Other(tokens.clone()) };
        parse.parse2(tokens).unwrap_or(untouched)
    }
}

impl Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (visibility, signature) = (input.parse()?, input.parse()?);
        let block = Self::block(input.parse()?)?;
        Ok(Self { visibility, signature, block })
    }
}

impl Function {
    /// The braces of a function; those that come through a `$body:block` of `macro_rules!` stand in an
    /// invisible group.
    fn block(token: TokenTree) -> syn::Result<Group> {
        match token {
            TokenTree::Group(block) if block.delimiter() == Delimiter::Brace => Ok(block),
            TokenTree::Group(invisible) if invisible.delimiter() == Delimiter::None => {
                let inside = |input: ParseStream<'_>| Self::block(input.parse()?);
                inside.parse2(invisible.stream())
            }
            other => Err(syn::Error::new_spanned(other, "expected a function's block")),
        }
    }
}

impl ToTokens for Item {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.attributes.iter().map(ToTokens::to_token_stream));
        match &self.body {
            Body::Function(function) => function.to_tokens(tokens),
            Body::Other(rest) => rest.to_tokens(tokens),
        }
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { visibility, signature, block } = self;
        tokens.extend(quote!(#visibility #signature #block));
    }
}
