//! `handler::unlimited(…)`: the function past its limits.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{FnArg, Pat, ReturnType};

use crate::{item::Function, others::Others};

/// The way to the function past its limits: no `async fn`, of which the compiler would make a future of its own around
/// the function's.
pub(crate) struct Unlimited<'a> {
    pub(crate) function: &'a Function,
    pub(crate) others: &'a Others,
}

impl ToTokens for Unlimited<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Function { visibility, signature, .. } = self.function;
        let (name, lints, bounds) = (&signature.ident, &self.others.lints, &signature.generics.where_clause);
        let (arguments, types): (Vec<_>, Vec<_>) = signature
            .inputs
            .iter()
            .enumerate()
            .filter_map(|(index, input)| match input {
                FnArg::Typed(argument) => Some((argument_name(index, &argument.pat), &argument.ty)),
                FnArg::Receiver(_) => None,
            })
            .unzip();
        let output = match &signature.output {
            ReturnType::Default => quote!(()),
            ReturnType::Type(_, output) => output.to_token_stream(),
        };
        tokens.extend(quote! {
            /// The handler without its limits: for unit tests.
            #(#lints)*
            #visibility fn unlimited(
                #(#arguments: #types),*
            ) -> impl ::core::future::Future<Output = #output> #bounds {
                #name(#(#arguments),*)
            }
        });
    }
}

/// The argument's own name where it has one: it is shown in documentation. Hygiene keeps it apart from
/// the handler's name.
fn argument_name(index: usize, pattern: &Pat) -> Ident {
    match pattern {
        Pat::Ident(binding) if !binding.ident.to_string().starts_with('_') => {
            let mut name = binding.ident.clone();
            name.set_span(Span::mixed_site());
            name
        }
        _ => format_ident!("argument_{index}", span = Span::mixed_site()),
    }
}
