//! What the limiter's tiers are made of.

use super::{LimitSource, Rule};

/// What the builder takes for a tier: limits however they are given ([`LimitSource`]), a [`Rule`], or
/// several. There is nothing to implement by hand; `M` tells the kinds apart, and the compiler finds it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` gives no rate limits",
    note = "give a limit string such as \"200/day; 50/hour\", a `Limit`, a list of them or a `LimitSet`",
    note = "or a `fn(&HttpRequest) -> impl IntoLimits`, which may be `async`; a closure's parameter needs its type: `|request: &HttpRequest| …`",
    note = "or a `Rule`, an array of them or a `Vec<Rule>`"
)]
pub trait IntoRules<M> {
    #[doc(hidden)]
    fn into_rules(self) -> Vec<Rule>;
}

/// Marks limits without a rule around them.
#[derive(Debug)]
pub struct Plain<M>(std::marker::PhantomData<M>);

/// Marks rules.
#[derive(Debug)]
pub struct AsRules(());

impl<S, M> IntoRules<Plain<M>> for S
where
    S: LimitSource<M>,
{
    fn into_rules(self) -> Vec<Rule> {
        vec![Rule::new(self)]
    }
}

impl IntoRules<AsRules> for Rule {
    fn into_rules(self) -> Vec<Rule> {
        vec![self]
    }
}

impl IntoRules<AsRules> for Vec<Rule> {
    fn into_rules(self) -> Vec<Rule> {
        self
    }
}

impl<const N: usize> IntoRules<AsRules> for [Rule; N] {
    fn into_rules(self) -> Vec<Rule> {
        self.into()
    }
}
