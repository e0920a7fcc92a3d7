//! What an attribute stands on.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
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
        let mut rest: Vec<_> = tokens.into_iter().collect();
        let attributes: TokenStream = rest.drain(..attributes_length(&rest)).collect();
        let Ok(attributes) = Attribute::parse_outer.parse2(attributes.clone()) else {
            return Self {
                attributes: Vec::new(),
                body: Body::Other(attributes.into_iter().chain(rest).collect()),
            };
        };
        let body = Function::read(&rest).map(|function| Body::Function(Box::new(function)));
        Self { attributes, body: body.unwrap_or_else(|_| Body::Other(rest.into_iter().collect())) }
    }
}

/// How many tokens at the start are `#[…]`.
fn attributes_length(tokens: &[TokenTree]) -> usize {
    let is_attribute = |pair: &&[TokenTree]| {
        let [TokenTree::Punct(pound), TokenTree::Group(brackets)] = pair else { return false };
        pound.as_char() == '#' && brackets.delimiter() == Delimiter::Bracket
    };
    2 * tokens.chunks_exact(2).take_while(is_attribute).count()
}

impl Function {
    /// Reads what is not in the block; `tokens` are all of the function but its attributes.
    fn read(tokens: &[TokenTree]) -> syn::Result<Self> {
        let Some((block, head)) = tokens.split_last() else {
            return Err(syn::Error::new(Span::call_site(), "expected a function"));
        };
        let block = Self::block(block.clone())?;
        let parse = |input: ParseStream<'_>| Ok((input.parse()?, input.parse()?));
        let (visibility, signature) = parse.parse2(head.iter().cloned().collect())?;
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
        self.attributes.iter().for_each(|attribute| attribute.to_tokens(tokens));
        match &self.body {
            Body::Function(function) => function.to_tokens(tokens),
            Body::Other(rest) => rest.to_tokens(tokens),
        }
    }
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { visibility, signature, block } = self;
        visibility.to_tokens(tokens);
        signature.to_tokens(tokens);
        block.to_tokens(tokens);
    }
}
