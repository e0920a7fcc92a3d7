//! What an application says in a refusal's stead.

use std::{fmt, sync::Arc};

use actix_web::{Error, HttpRequest, HttpResponse};

use crate::Breach;

/// What a function for refusals may return: an [`HttpResponse`], an `Option` of one, or a `Result`; `None` and
/// `()` leave the answer as it is, for functions that only look on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no answer to a refused request",
    note = "return an `HttpResponse`, an `Option` or a `Result<_, actix_web::Error>` of one, or nothing"
)]
pub trait IntoBreachAnswer {
    /// The answer, if there is one.
    fn into_answer(self) -> Option<HttpResponse>;
}

impl IntoBreachAnswer for HttpResponse {
    fn into_answer(self) -> Option<HttpResponse> {
        Some(self)
    }
}

impl IntoBreachAnswer for () {
    fn into_answer(self) -> Option<HttpResponse> {
        None
    }
}

impl<A: IntoBreachAnswer> IntoBreachAnswer for Option<A> {
    fn into_answer(self) -> Option<HttpResponse> {
        self?.into_answer()
    }
}

impl<A: IntoBreachAnswer> IntoBreachAnswer for Result<A, Error> {
    fn into_answer(self) -> Option<HttpResponse> {
        match self {
            Ok(answer) => answer.into_answer(),
            Err(error) => Some(HttpResponse::from_error(error)),
        }
    }
}

/// Answers refusals in the application's own way.
#[derive(Clone)]
pub(crate) struct OnBreach(Arc<OfRefusal<Option<HttpResponse>>>);

/// A function of a refusal.
type OfRefusal<T> = dyn Fn(&HttpRequest, &Breach) -> T + Send + Sync;

impl OnBreach {
    pub(crate) fn new<F, A>(answer: F) -> Self
    where
        F: Fn(&HttpRequest, &Breach) -> A + Send + Sync + 'static,
        A: IntoBreachAnswer,
    {
        Self(Arc::new(move |request, breach| answer(request, breach).into_answer()))
    }

    pub(crate) fn answer(&self, request: &HttpRequest, breach: &Breach) -> Option<HttpResponse> {
        (self.0)(request, breach)
    }
}

impl fmt::Debug for OnBreach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fn")
    }
}

/// What to say to refused clients: text, `fn(&HttpRequest) -> impl Into<String>` or
/// `fn(&HttpRequest, &Breach) -> impl Into<String>`. `M` tells these apart; the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no message for refused clients",
    note = "give a string, or a `fn(&HttpRequest) -> String` or `fn(&HttpRequest, &Breach) -> String`"
)]
pub trait ErrorMessage<M> {
    #[doc(hidden)]
    fn into_message(self) -> Message;
}

/// Marks functions of the request and its breach.
#[derive(Debug)]
pub struct OfBreach<S>(std::marker::PhantomData<S>);

/// Marks functions of the request.
#[derive(Debug)]
pub struct OfRequest<S>(std::marker::PhantomData<S>);

/// Marks text.
#[derive(Debug)]
pub struct Text(());

/// A message for refused clients.
#[derive(Clone)]
#[doc(hidden)]
pub struct Message(Arc<OfRefusal<String>>);

impl Message {
    pub(crate) fn text(&self, request: &HttpRequest, breach: &Breach) -> String {
        (self.0)(request, breach)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("message")
    }
}

impl<S: Into<String>> ErrorMessage<Text> for S {
    fn into_message(self) -> Message {
        let text = self.into();
        Message(Arc::new(move |_, _| text.clone()))
    }
}

impl<F, S> ErrorMessage<OfRequest<S>> for F
where
    F: Fn(&HttpRequest) -> S + Send + Sync + 'static,
    S: Into<String>,
{
    fn into_message(self) -> Message {
        Message(Arc::new(move |request, _| self(request).into()))
    }
}

impl<F, S> ErrorMessage<OfBreach<S>> for F
where
    F: Fn(&HttpRequest, &Breach) -> S + Send + Sync + 'static,
    S: Into<String>,
{
    fn into_message(self) -> Message {
        Message(Arc::new(move |request, breach| self(request, breach).into()))
    }
}
