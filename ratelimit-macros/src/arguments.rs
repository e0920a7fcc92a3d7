//! The grammar of arguments: `"3/minute", name, name = value, name(value, …)`.
//!
//! Knows no option's meaning. After a mistake it goes on behind the next comma.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Expr, Ident, Token,
    ext::IdentExt,
    parenthesized,
    parse::{ParseStream, Parser},
    punctuated::Punctuated,
};

use crate::errors::{Errors, error};

/// What stands between an attribute's parentheses.
#[derive(Default)]
pub(crate) struct Arguments {
    /// What has no name, with whether it stands first.
    pub(crate) unnamed: Vec<Unnamed>,
    /// In the order written.
    pub(crate) named: Vec<Argument>,
}

/// An argument without a name: the limit string.
pub(crate) struct Unnamed {
    pub(crate) expression: Expr,
    pub(crate) is_first: bool,
}

/// An argument with a name: an option or a tier.
pub(crate) struct Argument {
    pub(crate) name: Ident,
    pub(crate) value: Value,
}

/// What an argument's name is followed by.
pub(crate) enum Value {
    /// Nothing: `name`.
    Flag,
    /// `name = expression`
    Is(Expr),
    /// `name(expression, …)`
    List(Punctuated<Expr, Token![,]>),
}

impl Arguments {
    /// Reads all arguments, noting what can't be read.
    pub(crate) fn parse(tokens: TokenStream, errors: &Errors) -> Self {
        let mut arguments = Self::default();
        let parse = |input: ParseStream<'_>| {
            while !input.is_empty() {
                if let Err(mistake) = arguments.parse_next(input).and_then(|()| parse_separator(input)) {
                    errors.add(mistake);
                    skip_to_comma(input)?;
                }
            }
            Ok(())
        };
        errors.check(parse.parse2(tokens));
        arguments
    }

    fn parse_next(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let is_name = input.peek(Ident::peek_any) && !input.peek2(Token![::]) && !input.peek2(Token![!]);
        if is_name {
            let name = input.call(Ident::parse_any)?;
            let value = Value::parse(&name, input)?;
            self.named.push(Argument { name, value });
        } else {
            let is_first = self.unnamed.is_empty() && self.named.is_empty();
            self.unnamed.push(Unnamed { expression: input.parse()?, is_first });
        }
        Ok(())
    }
}

impl Value {
    fn parse(name: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            return Punctuated::parse_terminated(&content).map(Self::List);
        }
        if !input.peek(Token![=]) {
            return Ok(Self::Flag);
        }
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return error(name, format!("`{name} =` lacks a value"));
        }
        input.parse().map(Self::Is)
    }
}

fn parse_separator(input: ParseStream<'_>) -> syn::Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

/// Drops tokens up to and including the next comma.
fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    parse_separator(input)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    fn parse(tokens: TokenStream) -> (Arguments, usize) {
        let errors = Errors::default();
        let arguments = Arguments::parse(tokens, &errors);
        let mistakes =
            errors.finish().map_or(0, |tokens| tokens.to_string().matches("compile_error").count());
        (arguments, mistakes)
    }

    fn names(arguments: &Arguments) -> Vec<String> {
        arguments.named.iter().map(|argument| argument.name.to_string()).collect()
    }

    #[test]
    fn commas_inside_generics_and_closures_separate_nothing() {
        let (arguments, mistakes) = parse(quote!("1/day", key = |r| f::<A, B>(r), per_method,));
        assert_eq!(mistakes, 0);
        assert_eq!(arguments.unnamed.len(), 1);
        assert_eq!(names(&arguments), ["key", "per_method"]);
    }

    #[test]
    fn every_mistake_is_noted_and_the_rest_is_read() {
        let (arguments, mistakes) = parse(quote!("1/day", key =, cost = ;, scope = "s" 5, per_method, + ,));
        assert_eq!(mistakes, 4);
        assert_eq!(names(&arguments), ["scope", "per_method"]);
    }

    #[test]
    fn keywords_may_be_names() {
        let (arguments, mistakes) = parse(quote!(default, override = false));
        assert_eq!(mistakes, 0);
        assert_eq!(names(&arguments), ["default", "override"]);
    }

    #[test]
    fn only_what_stands_first_is_first() {
        let (arguments, _) = parse(quote!("1/day", "2/day"));
        assert_eq!(arguments.unnamed.iter().map(|value| value.is_first).collect::<Vec<_>>(), [true, false]);
        let (arguments, _) = parse(quote!(per_method, "1/day"));
        assert!(!arguments.unnamed[0].is_first);
    }
}
