//! The user's other attributes, by what they belong to once the handler is a type and a function.

use syn::{Attribute, Path, parse_quote};

/// The attributes of a handler that are not ours.
pub(crate) struct Others {
    /// For the type that is registered.
    pub(crate) registered: Vec<Attribute>,
    /// Lint levels, for everything written in the handler's stead.
    pub(crate) lints: Vec<Attribute>,
    /// For the function that the user wrote.
    pub(crate) function: Vec<Attribute>,
    pub(crate) is_deprecated: bool,
    /// The paths of our attributes besides the one being expanded.
    pub(crate) siblings: Vec<Path>,
}

impl Others {
    /// Sorts `attributes`; notes the paths of `siblings`.
    pub(crate) fn sort(attributes: &[Attribute], siblings: &[Attribute]) -> Self {
        let siblings = siblings.iter().map(|sibling| sibling.path().clone()).collect();
        let (registered, lints, function) = (Vec::new(), Vec::new(), Vec::new());
        let mut others = Self { registered, lints, function, is_deprecated: false, siblings };
        for attribute in attributes {
            others.add(attribute.clone());
        }
        others
    }

    fn add(&mut self, attribute: Attribute) {
        let name = attribute.path().get_ident().map(ToString::to_string).unwrap_or_default();
        match name.as_str() {
            // Documentation on both would run its examples twice.
            "doc" => self.registered.push(attribute),
            "deprecated" => {
                self.is_deprecated = true;
                self.registered.push(attribute);
            }
            "allow" | "warn" | "deny" | "forbid" => {
                self.lints.push(attribute.clone());
                self.function.push(attribute);
            }
            // An expectation in several places would fail in all but one.
            "expect" => {
                self.lints.push(as_allow(&attribute));
                self.function.push(attribute);
            }
            _ => self.function.push(attribute),
        }
    }
}

/// `#[expect(lint)]` as `#[allow(lint)]`.
fn as_allow(attribute: &Attribute) -> Attribute {
    let lints = attribute.meta.require_list().map(|list| list.tokens.clone()).unwrap_or_default();
    parse_quote!(#[allow(#lints)])
}
