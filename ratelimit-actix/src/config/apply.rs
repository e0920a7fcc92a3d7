//! Applying settings to a builder.

use std::fmt;

use ratelimit_core::suggest::nearest;

use super::{
    Config, Entry,
    name::{like, plain},
    settings::{self, Setting},
    value::{Read, Value},
};
use crate::{BuildError, Limiter, LimiterBuilder};

impl LimiterBuilder {
    /// Sets what `config` names, as the methods of this builder would. What is set later wins: settings of
    /// `config` over those before, and methods and configurations that follow over `config`.
    ///
    /// Problems are reported by [`build`](Self::build) with all others, under the names that `config` uses.
    /// Trusted proxies add up, as they do without it.
    ///
    /// ```
    /// use ratelimit_actix::{Config, Limiter};
    ///
    /// let limiter = Limiter::builder()
    ///     .default_limits("50/hour") // unless the environment says otherwise
    ///     .config(&Config::from_env())
    ///     .key_prefix("shop") // whatever the environment says
    ///     .build()?;
    /// # Ok::<(), ratelimit_actix::BuildError>(())
    /// ```
    pub fn config(mut self, config: &Config) -> Self {
        for (index, entry) in config.entries.iter().enumerate() {
            self = self.check_name(&config.entries[..index], entry);
        }
        let misnamed = self.settings.headers.problems();
        // In one order, whatever theirs: some settings refine what others have set.
        for setting in settings::all() {
            if let Some(Entry { name, value }) = config.get(setting.name) {
                self = self.called(name, |builder| (setting.apply)(builder, &Given { name, value, config }));
            }
        }
        settings::headers::check(self, config, &misnamed)
    }

    /// Whether `entry` is a setting, and the first of its name.
    fn check_name(mut self, before: &[Entry], entry: &Entry) -> Self {
        let name = plain(&entry.name);
        if Setting::find(&name).is_none() {
            self.problem(&entry.name, unknown(&entry.name));
        } else if let Some(first) = before.iter().find(|other| plain(&other.name) == name) {
            let problem = format!("`{}` has set this already; leave one of the two out", first.name);
            self.problem(&entry.name, problem);
        }
        self
    }

    /// Records a problem with the setting that is being applied; what it is called, `called` knows.
    pub(super) fn refuse(mut self, problem: impl fmt::Display) -> Self {
        self.problem("", problem);
        self
    }

    /// Sets what is called `name` where it comes from: so it is in problems.
    fn called(mut self, name: &str, set: impl FnOnce(Self) -> Self) -> Self {
        let known = self.problems.len();
        self = set(self);
        for problem in self.problems.iter_mut().skip(known) {
            name.clone_into(&mut problem.setting);
        }
        self
    }
}

impl Limiter {
    /// A limiter as the environment describes it: see [`Config::from_env`].
    ///
    /// Without any `RATELIMIT_…` variable it has no limits but those of `#[limit]`. Use
    /// [`LimiterBuilder::config`] for one that the program describes and the environment changes.
    ///
    /// ```
    /// use ratelimit_actix::Limiter;
    ///
    /// // RATELIMIT_DEFAULT="200/day; 50/hour" RATELIMIT_STORAGE_URI=redis://redis RATELIMIT_KEY_PREFIX=shop
    /// let limiter = Limiter::from_env()?;
    /// # Ok::<(), ratelimit_actix::BuildError>(())
    /// ```
    ///
    /// # Errors
    /// Every variable that can't be, all in one [`BuildError`].
    pub fn from_env() -> Result<Self, BuildError> {
        Self::builder().config(&Config::from_env()).build()
    }
}

/// A setting as it was given, and the others with it.
pub(super) struct Given<'a> {
    name: &'a str,
    pub(super) value: &'a Value,
    config: &'a Config,
}

impl<'a> Given<'a> {
    /// What another setting is called here, if it was given too.
    pub(super) fn other(&self, name: &str) -> Option<&'a str> {
        self.config.get(name).map(|entry| entry.name.as_str())
    }

    /// What another setting would be called here.
    pub(super) fn like(&self, name: &str) -> String {
        like(self.name, name)
    }
}

/// Sets what was read, or records what was wrong with it.
pub(super) fn set<T>(
    builder: LimiterBuilder,
    read: Read<T>,
    set: impl FnOnce(LimiterBuilder, T) -> LimiterBuilder,
) -> LimiterBuilder {
    match read {
        Ok(value) => set(builder, value),
        Err(mistakes) => mistakes.into_iter().fold(builder, LimiterBuilder::refuse),
    }
}

fn unknown(written: &str) -> String {
    // The builder's methods, and Flask-Limiter's parameters, say `default_limits` where the keys say `DEFAULT`.
    let name = plain(written).replace("_LIMITS", "");
    match nearest(&name, settings::all().map(|setting| setting.name)) {
        Some(name) => format!("there is no such setting; did you mean `{}`?", like(written, name)),
        None => "there is no such setting; docs/configuration.md has those there are".to_owned(),
    }
}
