//! A limiter's settings from outside the program: the environment, a file, anything with names and values.
//!
//! [`Config`] keeps names and raw values; [`LimiterBuilder::config`](crate::LimiterBuilder::config) applies
//! them, setting by setting (`settings`), and records every one that can't be. So all mistakes come out
//! of `build()` together, whether they were made in the program, the environment or a file.

mod apply;
#[cfg(feature = "serde")]
mod deserialize;
mod environment;
mod key;
mod name;
mod settings;
mod value;

use std::fmt;

use self::{name::plain, settings::Setting, value::Value};

/// Settings of a [`Limiter`](crate::Limiter) by name, as yet unchecked.
///
/// The names are Flask-Limiter's where it has them: `DEFAULT`, `APPLICATION`, `META`, `STRATEGY`,
/// `STORAGE_URI`, `HEADERS_ENABLED` and so on; the others are those of the builder's methods. In any case,
/// with `RATELIMIT_` before them or without. [docs/configuration.md] lists them all, with their values.
///
/// ```
/// use ratelimit_actix::{Config, Limiter};
///
/// let config = Config::from_pairs([("DEFAULT", "200/day; 50/hour"), ("TRUSTED_PROXIES", "10.0.0.0/8")]);
/// let limiter = Limiter::builder().config(&config).build()?;
///
/// let config = Config::from_pairs([("DEFUALT", "50/hour"), ("ENABLED", "perhaps")]);
/// let error = Limiter::builder().config(&config).build().unwrap_err();
/// assert_eq!(
///     error.problems(),
///     [
///         "DEFUALT: there is no such setting; did you mean `DEFAULT`?",
///         "ENABLED: expected `true` or `false`, found `perhaps`",
///     ],
/// );
/// # Ok::<(), ratelimit_actix::BuildError>(())
/// ```
///
/// With the feature `serde` it can be read from TOML, JSON and whatever else serde reads, alone or as a part
/// of an app's own configuration:
///
#[cfg_attr(feature = "serde", doc = "```")]
#[cfg_attr(not(feature = "serde"), doc = "```ignore")]
/// use ratelimit_actix::{Config, Limiter};
///
/// #[derive(serde::Deserialize)]
/// struct Settings {
///     bind: String,
///     /// Nothing is set where the file has no such table.
///     #[serde(default)]
///     ratelimit: Config,
/// }
///
/// let settings: Settings = toml::from_str(
///     r#"
///     bind = "127.0.0.1:8080"
///
///     [ratelimit]
///     default = ["200/day", "50/hour"]
///     key = 'header("X-Api-Key")'
///     trusted_proxies = ["10.0.0.0/8", "::1"]
///     "#,
/// )?;
/// // What the environment says wins over the file, as it comes later.
/// let limiter = Limiter::builder().config(&settings.ratelimit).config(&Config::from_env()).build()?;
/// # assert_eq!(settings.bind, "127.0.0.1:8080");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// `Debug` shows no value that may hold a password.
///
/// [docs/configuration.md]: https://github.com/ratelimit-rs/ratelimit/blob/main/docs/configuration.md
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Config {
    entries: Vec<Entry>,
}

/// A setting as it was given.
#[derive(Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    value: Value,
}

impl Config {
    /// The environment's variables that begin with `RATELIMIT_`.
    ///
    /// One with a name that is no setting's is a mistake, so that a misspelt limit is not silently none.
    /// Those which Kubernetes sets for a service called `ratelimit` (`RATELIMIT_SERVICE_HOST`,
    /// `RATELIMIT_PORT_8081_TCP` and the like) are left alone.
    ///
    /// ```
    /// use ratelimit_actix::{Config, Limiter};
    ///
    /// // The program's own defaults, which the environment may replace.
    /// let builder = Limiter::builder().default_limits("50/hour").config(&Config::from_env());
    /// # let _ = builder;
    /// ```
    #[must_use]
    pub fn from_env() -> Self {
        environment::read(std::env::vars_os())
    }

    /// Settings from names and values; every value can be written as text, as in the environment.
    ///
    /// ```
    /// use ratelimit_actix::{Config, Limiter};
    ///
    /// let config = Config::from_pairs([("storage_deadline", "100ms"), ("ipv6_prefix", "56")]);
    /// let limiter = Limiter::builder().config(&config).build()?;
    /// # Ok::<(), ratelimit_actix::BuildError>(())
    /// ```
    #[must_use]
    pub fn from_pairs<N, V>(pairs: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<String>,
        V: Into<String>,
    {
        let entry = |(name, value): (N, V)| Entry { name: name.into(), value: Value::One(value.into()) };
        Self { entries: pairs.into_iter().map(entry).collect() }
    }

    /// The first entry of the setting `name`.
    fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| plain(&entry.name) == name)
    }
}

/// Values are shown only of settings that are known to hold no secret: a misspelt name may have anything.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |entry: &Entry| {
            let setting = Setting::find(&plain(&entry.name));
            if setting.is_some_and(Setting::is_public) { entry.value.to_string() } else { "…".to_owned() }
        };
        f.debug_map().entries(self.entries.iter().map(|entry| (&entry.name, shown(entry)))).finish()
    }
}
