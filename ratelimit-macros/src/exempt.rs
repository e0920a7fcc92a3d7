//! One `#[exempt]`: the tiers it frees the handler of.

use crate::{
    arguments::{Arguments, Value},
    errors::{Errors, hint},
};

/// The tiers, as attributes write them.
pub(crate) const TIERS: [&str; 3] = ["application", "default", "meta"];

/// What `#[exempt]` or `#[exempt(tier, …)]` says.
pub(crate) struct ExemptAttribute {
    /// For mistakes that concern the attribute as a whole.
    pub(crate) path: syn::Path,
    /// Some of [`TIERS`]; none when the attribute names none and so means all.
    pub(crate) tiers: Vec<&'static str>,
    /// Whether the attribute names tiers, be they known or not.
    pub(crate) names_tiers: bool,
}

impl ExemptAttribute {
    /// Reads the arguments of the attribute at `path`, noting mistakes.
    pub(crate) fn read(path: &syn::Path, arguments: &Arguments, errors: &Errors) -> Self {
        let mut tiers = Vec::new();
        for unnamed in &arguments.unnamed {
            errors.at(&unnamed.expression, "a tier is written without quotes: `#[exempt(application)]`");
        }
        for argument in &arguments.named {
            let word = argument.name.to_string();
            let Some(tier) = TIERS.into_iter().find(|tier| *tier == word) else {
                errors.at(&argument.name, format!("unknown tier `{word}`: {}", hint(&word, TIERS)));
                continue;
            };
            if !matches!(argument.value, Value::Flag) {
                errors.at(&argument.name, format!("a tier takes no value: write `#[exempt({tier})]`"));
            } else if tiers.contains(&tier) {
                errors.at(&argument.name, format!("`{tier}` is named twice"));
            } else {
                tiers.push(tier);
            }
        }
        let names_tiers = !arguments.unnamed.is_empty() || !arguments.named.is_empty();
        Self { path: path.clone(), tiers, names_tiers }
    }
}
