//! One `#[limit(…)]`: its options and what they say.

use ratelimit_core::{Limit, LimitSet, Strategy, suggest::nearest};
use syn::{Expr, ExprPath, Ident};

use crate::{
    arguments::{Argument, Arguments, Unnamed, Value},
    errors::{Errors, error, hint},
    function::{Cost, Function, Message},
    key::Key,
    values::{Given, as_string, peel},
};

/// What one `#[limit(…)]` says.
#[derive(Default)]
pub(crate) struct LimitAttribute {
    /// Those of a limit string.
    pub(crate) limits: Vec<Limit>,
    /// A constant or a function that gives the limits instead.
    pub(crate) source: Option<ExprPath>,
    pub(crate) key: Option<Key>,
    pub(crate) strategy: Option<Strategy>,
    pub(crate) burst: Option<Given<u64>>,
    pub(crate) cost: Option<Cost>,
    pub(crate) methods: Vec<String>,
    pub(crate) per_method: bool,
    pub(crate) scope: Option<Given<String>>,
    pub(crate) shared: Option<Given<String>>,
    pub(crate) name: Option<Given<String>>,
    pub(crate) exempt_when: Option<Function>,
    pub(crate) deduct_when: Option<Function>,
    pub(crate) override_defaults: Option<bool>,
    pub(crate) on_breach: Option<Function>,
    pub(crate) error_message: Option<Message>,
    /// The name of a variant of `OnError`.
    pub(crate) on_error: Option<&'static str>,
    pub(crate) shadow: Option<Ident>,
    pub(crate) meta: Option<Given<Vec<Limit>>>,
    /// The options written, also those whose values can't be read.
    mentioned: Vec<Ident>,
}

/// Reads an option's value into the attribute.
type Reader = fn(&mut LimitAttribute, &Argument) -> syn::Result<()>;

/// Every option, in the order of the documentation.
const OPTIONS: [(&str, Reader); 17] = [
    ("key", |it, given| put(&mut it.key, Key::read(given.expression("key = ip")?))),
    ("strategy", |it, given| put(&mut it.strategy, given.strategy())),
    ("burst", |it, given| put(&mut it.burst, given.whole_number())),
    ("cost", |it, given| put(&mut it.cost, Cost::read(given))),
    ("methods", |it, given| given.methods().map(|methods| it.methods = methods)),
    ("per_method", |it, given| given.flag().map(|flag| it.per_method = flag)),
    ("scope", |it, given| put(&mut it.scope, given.string())),
    ("shared", |it, given| put(&mut it.shared, given.string())),
    ("name", |it, given| put(&mut it.name, given.string())),
    ("exempt_when", |it, given| put(&mut it.exempt_when, Function::read(given))),
    ("deduct_when", |it, given| put(&mut it.deduct_when, Function::read(given))),
    ("override_defaults", |it, given| put(&mut it.override_defaults, given.flag())),
    ("on_breach", |it, given| put(&mut it.on_breach, Function::read(given))),
    ("error_message", |it, given| put(&mut it.error_message, Message::read(given))),
    ("on_error", |it, given| put(&mut it.on_error, given.on_error())),
    ("shadow", |it, given| given.flag().map(|flag| it.shadow = flag.then(|| given.name.clone()))),
    ("meta", |it, given| put(&mut it.meta, given.limits())),
];

impl LimitAttribute {
    /// Reads the arguments of the attribute at `path`, noting mistakes.
    pub(crate) fn read(path: &syn::Path, arguments: Arguments, errors: &Errors) -> Self {
        let mut attribute = Self::default();
        let Arguments { unnamed, mut named } = arguments;
        if unnamed.is_empty() && named.first().is_some_and(Argument::is_meant_as_value) {
            let name = named.remove(0).name;
            attribute.source = Some(syn::parse_quote!(#name));
        } else if unnamed.is_empty() && named.first().is_some_and(Argument::is_a_call) {
            errors.at(named.remove(0).name, CALLED);
        } else {
            errors.check(attribute.read_value(path, unnamed, errors));
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

    /// Reads the limits, which must stand first.
    fn read_value(&mut self, path: &syn::Path, unnamed: Vec<Unnamed>, errors: &Errors) -> syn::Result<()> {
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
        match peel(&value.expression) {
            Expr::Path(path) => self.source = Some(path.clone()),
            Expr::Call(call) => return error(call, CALLED),
            Expr::Closure(closure) => {
                return error(closure, "limits can't be a closure: write a function and name it");
            }
            Expr::Macro(call) => {
                return error(call, "limits can't be a macro: write a constant or function and name it");
            }
            other if as_string(other).is_none() => return error(other, NO_VALUE),
            other => self.limits = parse_limits(other)?,
        }
        Ok(())
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
    /// Whether this is `limits()` of `#[limit(limits())]`, and no option.
    fn is_a_call(&self) -> bool {
        matches!(self.value, Value::List(_)) && OPTIONS.iter().all(|(option, _)| self.name != option)
    }

    /// Whether this is `LIMIT` of `#[limit(LIMIT)]`: an attempt at a value rather than an option.
    fn is_meant_as_value(&self) -> bool {
        let names = OPTIONS.map(|(option, _)| option);
        let word = self.name.to_string();
        // What is nearly an option is one that was misspelt, unless it looks like a constant.
        let is_option = nearest(&word, names).is_some() && word.chars().any(char::is_lowercase);
        matches!(self.value, Value::Flag) && !is_option
    }
}

const CALLED: &str = "a function that gives limits is named, not called: leave out the parentheses";
const NO_STRING: &str = "a limit is a string literal, such as `\"3/minute\"`";
const NO_VALUE: &str =
    "a limit is a string literal, such as `\"3/minute\"`, or the name of a constant or function";

/// The limits of a limit string.
pub(crate) fn parse_limits(expression: &Expr) -> syn::Result<Vec<Limit>> {
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
