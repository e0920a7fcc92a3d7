//! Functions and closures as the values of options.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, ExprClosure, spanned::Spanned};

use crate::{
    arguments::Argument,
    crate_path::{Private, generated_at},
    errors::error,
    values::{Given, as_string},
};

const CALLED: &str = "a function is named, not called: leave out the parentheses";

/// The path of a function, or a closure.
pub(crate) enum Function {
    Path(Expr),
    Closure(ExprClosure),
}

impl Function {
    /// `name = path` or `name = |…| …`
    pub(crate) fn read(given: &Argument) -> syn::Result<Self> {
        let name = &given.name;
        Self::of(given.expression(&format!("{name} = function"))?).map_or_else(
            |other| match other {
                Expr::Call(call) => error(call, CALLED),
                other => {
                    error(other, format!("`{name}` is a function or a closure: write `{name} = function`"))
                }
            },
            Ok,
        )
    }

    /// The function that `expression` is, or the expression.
    fn of(expression: &Expr) -> Result<Self, &Expr> {
        match expression {
            Expr::Path(_) => Ok(Self::Path(expression.clone())),
            Expr::Closure(closure) => Ok(Self::Closure(closure.clone())),
            other => Err(other),
        }
    }

    /// As an expression. A closure's parameters get their types from one of ours, `typed`, or `awaited` if the
    /// closure is `async`.
    pub(crate) fn expand(&self, private: &Private, typed: &str, awaited: &str) -> TokenStream {
        match self {
            Self::Path(path) => quote!(#path),
            Self::Closure(closure) => {
                let helper = if closure.asyncness.is_some() { awaited } else { typed };
                let helper = Ident::new(helper, generated_at(closure.span()));
                let private = private.at(closure.span());
                quote_spanned!(generated_at(closure.span())=> #private::#helper(#closure))
            }
        }
    }
}

/// How much a request takes.
pub(crate) enum Cost {
    Number(Given<u64>),
    Function(Function),
}

impl Cost {
    /// `cost = 2` or `cost = function`
    pub(crate) fn read(given: &Argument) -> syn::Result<Self> {
        match Function::of(given.expression("cost = 2")?) {
            Ok(function) => Ok(Self::Function(function)),
            Err(Expr::Call(call)) => error(call, CALLED),
            Err(_) => given.whole_number().map(Self::Number),
        }
    }

    /// The number, if it is one.
    pub(crate) fn number(&self) -> Option<&Given<u64>> {
        match self {
            Self::Number(number) => Some(number),
            Self::Function(_) => None,
        }
    }
}

/// What to say to refused clients.
pub(crate) enum Message {
    Text(String),
    Function(Function),
}

impl Message {
    /// `error_message = "…"` or `error_message = function`
    pub(crate) fn read(given: &Argument) -> syn::Result<Self> {
        const EXAMPLE: &str = "error_message = \"…\"";
        let expression = given.expression(EXAMPLE)?;
        if let Some(literal) = as_string(expression) {
            return Ok(Self::Text(literal.value()));
        }
        match Function::of(expression) {
            Ok(function) => Ok(Self::Function(function)),
            Err(Expr::Call(call)) => error(call, CALLED),
            Err(other) => {
                error(other, format!("`error_message` is a string or a function: write `{EXAMPLE}`"))
            }
        }
    }

    /// As an expression.
    pub(crate) fn expand(&self, private: &Private) -> TokenStream {
        match self {
            Self::Text(text) => quote!(#text),
            Self::Function(function @ Function::Closure(closure)) if closure.inputs.len() == 2 => {
                function.expand(private, "of_breach", "of_breach")
            }
            Self::Function(function) => function.expand(private, "of_request", "of_request"),
        }
    }
}
