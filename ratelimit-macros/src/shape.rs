//! Whether a function can be a handler.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{FnArg, ReturnType, Safety, Signature};

use crate::errors::Errors;

/// The most extractors that Actix's `Handler` takes.
const MAX_EXTRACTORS: usize = 16;

/// Notes what keeps the function from being a handler.
pub(crate) fn check(signature: &Signature, errors: &Errors) {
    if signature.asyncness.is_none() {
        errors.at(
            signature.fn_token,
            format!("a handler is an `async fn`: write `async fn {}`", signature.ident),
        );
    }
    check_qualifiers(signature, errors);
    check_inputs(signature, errors);
    if !signature.generics.params.is_empty() {
        errors.at(
            &signature.generics.params,
            "a handler can't be generic: a route calls one function. Write out its types",
        );
    }
    if matches!(signature.output, ReturnType::Default) {
        errors.at(
            &signature.ident,
            format!(
                "`{}` has no return type, so it can't answer: write `-> impl Responder`",
                signature.ident
            ),
        );
    }
}

/// The `self` that shows the function to be a method.
pub(crate) fn is_method(signature: &Signature) -> bool {
    signature.receiver().is_some()
}

/// Whether the function, not being async itself, returns a future.
pub(crate) fn returns_future(signature: &Signature) -> bool {
    mentions(signature.output.to_token_stream(), "Future")
}

fn check_qualifiers(signature: &Signature, errors: &Errors) {
    const MISTAKE: &str = "a handler is a plain `async fn`";
    if let Some(constness) = &signature.constness {
        errors.at(constness, MISTAKE);
    }
    if !matches!(signature.safety, Safety::Default) {
        errors.at(&signature.safety, MISTAKE);
    }
    if let Some(abi) = &signature.abi {
        errors.at(abi, MISTAKE);
    }
    if let Some(variadic) = &signature.variadic {
        errors.at(variadic, MISTAKE);
    }
}

fn check_inputs(signature: &Signature, errors: &Errors) {
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                errors.at(receiver, "a handler is a free function: Actix has no `self` to call it on");
            }
            FnArg::Typed(argument) if mentions(argument.ty.to_token_stream(), "impl") => {
                errors.at(&argument.ty, "a handler can't be generic: write out the extractor's type");
            }
            FnArg::Typed(_) => {}
        }
    }
    if let Some(extra) = signature.inputs.iter().nth(MAX_EXTRACTORS) {
        errors.at(
            extra,
            format!("a handler has at most {MAX_EXTRACTORS} extractors: put several into a tuple"),
        );
    }
}

/// Whether `word` stands anywhere in `tokens`.
fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
