//! The parts of a URI, which must be told apart before anything of it may be quoted.

use url::form_urlencoded;

use crate::BuildError;

/// The parameters that a login may be written in.
const LOGIN: [&str; 4] = ["user", "pass", "sentinel_username", "sentinel_password"];

/// A URI after its scheme: `login@host,host/path?query`.
pub(super) struct Parts<'a> {
    pub(super) authority: &'a str,
    pub(super) userinfo: Option<&'a str>,
    pub(super) hosts: &'a str,
    pub(super) path: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    pub(super) fn of(rest: &'a str) -> Result<Self, BuildError> {
        if rest.contains('#') {
            return Err(BuildError::new(
                "a # means nothing here, nor does #insecure; in a user's name or password it is written %23",
            ));
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (userinfo, hosts) = match authority.rsplit_once('@') {
            Some((userinfo, hosts)) => (Some(userinfo), hosts),
            None => (None, authority),
        };
        if userinfo.is_some_and(|userinfo| userinfo.contains('@')) {
            return Err(BuildError::new("an @ in a user's name or password is written %40"));
        }
        Ok(Self { authority, userinfo, hosts, path, query })
    }

    /// What can be the rest of a login must be noticed before anything of it is quoted.
    pub(super) fn check_login(&self) -> Result<(), BuildError> {
        let is_login =
            |part: &&str| part.starts_with("sentinel_username=") || part.starts_with("sentinel_password=");
        let in_query = self.query.split('&').filter(|part| !is_login(part)).any(|part| part.contains('@'));
        if in_query || self.path.contains('@') {
            return Err(BuildError::new("a / or ? in a user's name or password is written %2F or %3F"));
        }
        self.login().map(drop)
    }

    pub(super) fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// A misspelt setting must not be passed over. What comes after a login may be the rest of it.
    pub(super) fn check_query(&self, known: &[&str]) -> Result<(), BuildError> {
        let expected = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let mut after_login = false;
        for (key, _) in form_urlencoded::parse(self.query.as_bytes()) {
            if !known.contains(&&*key) {
                return Err(BuildError::new(if after_login {
                    format!(
                        "an unknown parameter, expected {expected}; an & in a user's name or password is written %26"
                    )
                } else {
                    format!("unknown parameter `{key}`; expected {expected}")
                }));
            }
            after_login |= LOGIN.contains(&&*key);
        }
        Ok(())
    }

    pub(super) fn login(&self) -> Result<(Option<String>, Option<String>), BuildError> {
        let Some(userinfo) = self.userinfo else { return Ok((None, None)) };
        let (user, password) = match userinfo.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (userinfo, None),
        };
        let user = if user.is_empty() { None } else { Some(decoded(user)?) };
        Ok((user, password.map(decoded).transpose()?))
    }
}

pub(super) fn decoded(text: &str) -> Result<String, BuildError> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| BuildError::new("a percent-encoded part is not UTF-8"))
}
