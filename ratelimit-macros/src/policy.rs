//! All our attributes on one handler, folded into one policy.

use syn::Attribute;

use crate::{
    arguments::Arguments,
    attributes::{Kind, arguments_of},
    errors::Errors,
    exempt::ExemptAttribute,
    limit::LimitAttribute,
};

/// What the attributes of one handler say together.
#[derive(Default)]
pub(crate) struct Policy {
    /// In the order written.
    pub(crate) limits: Vec<LimitAttribute>,
    /// At most one is right.
    pub(crate) exemptions: Vec<ExemptAttribute>,
}

impl Policy {
    /// Reads `attributes`, which are all ours, noting mistakes.
    pub(crate) fn read(attributes: &[Attribute], errors: &Errors) -> Self {
        let mut policy = Self::default();
        for attribute in attributes {
            let Some(tokens) = errors.check(arguments_of(attribute)) else { continue };
            let arguments = Arguments::parse(tokens, errors);
            let path = attribute.path();
            match Kind::of(attribute) {
                Some(Kind::Limit) => policy.limits.push(LimitAttribute::read(path, arguments, errors)),
                Some(Kind::Exempt) => policy.exemptions.push(ExemptAttribute::read(path, &arguments, errors)),
                None => {}
            }
        }
        policy
    }
}
