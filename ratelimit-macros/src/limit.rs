//! One `#[limit(…)]`: its options and what they say.

use ratelimit_core::{Limit, LimitSet, Strategy, suggest::nearest};
use syn::{Expr, Ident};

use crate::{
    arguments::{Argument, Arguments, Unnamed, Value},
    errors::{Errors, error, hint},
    key::Key,
    values::{Given, as_string},
};

/// What one `#[limit(…)]` says.
#[derive(Default)]
pub(crate) struct LimitAttribute {
    pub(crate) limits: Vec<Limit>,
    pub(crate) key: Option<Key>,
    pub(crate) strategy: Option<Strategy>,
    pub(crate) burst: Option<Given<u64>>,
    pub(crate) cost: Option<Given<u64>>,
    pub(crate) methods: Vec<String>,
    pub(crate) per_method: bool,
    pub(crate) scope: Option<Given<String>>,
    pub(crate) shared: Option<Given<String>>,
    pub(crate) name: Option<Given<String>>,
    pub(crate) override_defaults: Option<bool>,
    /// The options written, also those whose values can't be read.
    mentioned: Vec<Ident>,
}

/// Reads an option's value into the attribute.
type Reader = fn(&mut LimitAttribute, &Argument) -> syn::Result<()>;

/// Every option, in the order of the documentation.
const OPTIONS: [(&str, Reader); 10] = [
    ("key", |it, given| put(&mut it.key, Key::read(given.expression("key = ip")?))),
    ("strategy", |it, given| put(&mut it.strategy, given.strategy())),
    ("burst", |it, given| put(&mut it.burst, given.whole_number())),
    ("cost", |it, given| put(&mut it.cost, given.whole_number())),
    ("methods", |it, given| given.methods().map(|methods| it.methods = methods)),
    ("per_method", |it, given| given.flag().map(|flag| it.per_method = flag)),
    ("scope", |it, given| put(&mut it.scope, given.string())),
    ("shared", |it, given| put(&mut it.shared, given.string())),
    ("name", |it, given| put(&mut it.name, given.string())),
    ("override_defaults", |it, given| put(&mut it.override_defaults, given.flag())),
];

impl LimitAttribute {
    /// Reads the arguments of the attribute at `path`, noting mistakes.
    pub(crate) fn read(path: &syn::Path, arguments: Arguments, errors: &Errors) -> Self {
        let mut attribute = Self::default();
        let Arguments { unnamed, mut named } = arguments;
        if unnamed.is_empty() && named.first().is_some_and(Argument::is_meant_as_value) {
            errors.at(named.remove(0).name, NO_STRING);
        } else {
            attribute.limits = errors.check(read_limits(path, unnamed, errors)).unwrap_or_default();
        }
        for argument in &named {
            errors.check(attribute.read_option(argument));
        }
        attribute
    }

    /// Whether the option was written, even if it could not be read.
    pub(crate) fn mentions(&self, option: &str) -> bool {
        self.mentioned.iter().any(|name| name == option)
    }

    fn read_option(&mut self, argument: &Argument) -> syn::Result<()> {
        let word = argument.name.to_string();
        let Some((option, read)) = OPTIONS.iter().find(|(option, _)| *option == word) else {
            let hint = hint(&word, OPTIONS.map(|(option, _)| option));
            return error(&argument.name, format!("unknown option `{word}`: {hint}"));
        };
        if self.mentions(option) {
            return error(&argument.name, format!("`{option}` is given twice"));
        }
        self.mentioned.push(argument.name.clone());
        read(self, argument)
    }
}

impl Argument {
    /// Whether this is `LIMIT` of `#[limit(LIMIT)]`: an attempt at a value rather than an option.
    fn is_meant_as_value(&self) -> bool {
        let names = OPTIONS.map(|(option, _)| option);
        matches!(self.value, Value::Flag) && nearest(&self.name.to_string(), names).is_none()
    }
}

const NO_STRING: &str = "a limit is a string literal, such as `\"3/minute\"`";

/// The limits of the limit string, which must stand first.
fn read_limits(path: &syn::Path, unnamed: Vec<Unnamed>, errors: &Errors) -> syn::Result<Vec<Limit>> {
    let mut unnamed = unnamed.into_iter();
    let Some(value) = unnamed.next() else {
        return error(path, "the limit string is missing: write `#[limit(\"3/minute\")]`");
    };
    for Unnamed { expression, .. } in unnamed {
        errors.at(expression, "only one limit string: write several limits as `\"10/hour; 3/minute\"`");
    }
    if !value.is_first {
        errors.at(&value.expression, "the limit string comes before the options");
    }
    parse_limits(&value.expression)
}

fn parse_limits(expression: &Expr) -> syn::Result<Vec<Limit>> {
    let Some(literal) = as_string(expression) else {
        return error(expression, NO_STRING);
    };
    match literal.value().parse::<LimitSet>() {
        Ok(limits) => Ok(limits.to_vec()),
        Err(mistake) => error(literal, mistake),
    }
}

fn put<T>(slot: &mut Option<T>, value: syn::Result<T>) -> syn::Result<()> {
    *slot = Some(value?);
    Ok(())
}
