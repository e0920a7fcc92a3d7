//! Storage URIs: which servers, and how they are reached.

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo};
use thiserror::Error;
use url::form_urlencoded;

/// A storage URI that can't be.
///
/// It tells what is wrong without showing the URI, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct UriError {
    message: String,
}

impl UriError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// What a URI names.
#[derive(Clone)]
pub(crate) enum Place {
    Server(ConnectionInfo),
    Sentinel { sentinels: Vec<ConnectionInfo>, service: String, data: Data },
    Cluster { nodes: Vec<ConnectionInfo> },
}

/// How the servers that sentinels name are logged in to.
#[derive(Clone)]
pub(crate) struct Data {
    pub(crate) username: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) db: i64,
}

/// The parameters that a login may be written in.
const LOGIN: [&str; 4] = ["user", "pass", "sentinel_username", "sentinel_password"];

const EXPECTED: &str = "expected redis://, rediss://, redis+unix://, redis+sentinel:// or redis+cluster://";

/// Reads a URI; `valkey` may stand for `redis` in every scheme.
pub(crate) fn parse(uri: &str) -> Result<Place, UriError> {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return Err(UriError::new(format!("not a URI; {EXPECTED}")));
    };
    // Or else it is not one, and may hold anything.
    if !scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+.-".contains(letter)) {
        return Err(UriError::new(format!("not a URI; {EXPECTED}")));
    }
    let scheme = scheme.to_ascii_lowercase().replace("valkeys", "rediss").replace("valkey", "redis");
    let parts = Parts::of(rest)?;
    if !scheme.ends_with("unix") {
        parts.check_login()?;
    }
    match scheme.as_str() {
        "redis" | "rediss" => {
            parts.check_query(&["protocol"])?;
            if parts.hosts.contains(',') {
                return Err(UriError::new("several hosts are for redis+sentinel:// and redis+cluster://"));
            }
            server(&format!("{scheme}://{rest}"))
        }
        "redis+unix" | "unix" => {
            parts.check_query(&["db", "user", "pass", "protocol"])?;
            if !parts.authority.is_empty() || parts.path.trim_matches('/').is_empty() {
                return Err(UriError::new(
                    "expected the path of a socket, as in redis+unix:///run/redis.sock",
                ));
            }
            server(&format!("redis+unix://{rest}"))
        }
        "redis+sentinel" | "rediss+sentinel" => sentinel(&parts, scheme.starts_with("rediss")),
        "redis+cluster" | "rediss+cluster" => cluster(&parts, scheme.starts_with("rediss")),
        _ => Err(UriError::new(format!("there is no `{scheme}://`; {EXPECTED}"))),
    }
}

fn server(uri: &str) -> Result<Place, UriError> {
    node(uri).map(Place::Server)
}

/// One server's URI; redis-rs reads it.
fn node(uri: &str) -> Result<ConnectionInfo, UriError> {
    let info = uri.into_connection_info().map_err(|error| {
        // What redis-rs says in its detail may quote the URI.
        let problem = match error.detail() {
            Some(_) | None if error.to_string().contains("TLS") => "needs the feature `tls`".to_owned(),
            _ => format!("{:?}", error.kind()),
        };
        let hint = explain(uri);
        UriError::new(format!("{}; expected redis://user:password@host:port/db", hint.unwrap_or(problem)))
    })?;
    match info.addr() {
        ConnectionAddr::TcpTls { .. } if !cfg!(feature = "tls") => {
            Err(UriError::new("needs the feature `tls`"))
        }
        _ if info.redis_settings().db() < 0 => Err(no_database(&info.redis_settings().db().to_string())),
        _ => Ok(info),
    }
}

/// What is wrong with a server's URI that redis-rs can't read.
fn explain(uri: &str) -> Option<String> {
    if uri.starts_with("rediss") && !cfg!(feature = "tls") {
        return Some("needs the feature `tls`".to_owned());
    }
    let url = match url::Url::parse(uri) {
        Ok(url) => url,
        Err(error) => return Some(error.to_string()),
    };
    if url.host().is_none() && !uri.contains("unix") {
        return Some("the host is missing".to_owned());
    }
    let db = if uri.contains("unix") {
        url.query_pairs().find(|(name, _)| name == "db").map(|(_, db)| db.into_owned())
    } else {
        Some(url.path().trim_matches('/').to_owned())
    };
    let db = db.filter(|db| !db.is_empty() && db.parse::<u32>().is_err())?;
    Some(no_database(&db).to_string())
}

fn no_database(db: &str) -> UriError {
    UriError::new(format!("`{db}` is not a database number"))
}

fn sentinel(parts: &Parts<'_>, tls: bool) -> Result<Place, UriError> {
    parts.check_query(&["db", "sentinel_username", "sentinel_password"])?;
    let service = decoded(parts.path.trim_matches('/'))?;
    if service.is_empty() || service.contains('/') {
        return Err(UriError::new(
            "expected the name of the service the sentinels watch, as in redis+sentinel://host:26379/mymaster",
        ));
    }
    let login = match (parts.query("sentinel_username"), parts.query("sentinel_password")) {
        (None, None) => String::new(),
        (user, password) => {
            let encode = |text: Option<String>| -> String {
                form_urlencoded::byte_serialize(text.unwrap_or_default().as_bytes())
                    .collect::<String>()
                    .replace('+', "%20")
            };
            format!("{}:{}@", encode(user), encode(password))
        }
    };
    let db = match parts.query("db") {
        None => 0,
        Some(db) => db.parse::<u32>().map_err(|_| no_database(&db))?.into(),
    };
    let (username, password) = parts.login()?;
    Ok(Place::Sentinel {
        sentinels: parts.nodes(tls, &login, 26379)?,
        service,
        data: Data { username, password, db },
    })
}

fn cluster(parts: &Parts<'_>, tls: bool) -> Result<Place, UriError> {
    parts.check_query(&["protocol"])?;
    if !matches!(parts.path.trim_matches('/'), "" | "0") {
        return Err(UriError::new("a cluster has no database but 0"));
    }
    let login = parts.userinfo.map(|login| format!("{login}@")).unwrap_or_default();
    Ok(Place::Cluster { nodes: parts.nodes(tls, &login, 6379)? })
}

/// A URI after its scheme: `login@host,host/path?query`.
struct Parts<'a> {
    authority: &'a str,
    userinfo: Option<&'a str>,
    hosts: &'a str,
    path: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn of(rest: &'a str) -> Result<Self, UriError> {
        if rest.contains('#') {
            return Err(UriError::new(
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
            return Err(UriError::new("an @ in a user's name or password is written %40"));
        }
        Ok(Self { authority, userinfo, hosts, path, query })
    }

    /// What can be the rest of a login must be noticed before anything of it is quoted.
    fn check_login(&self) -> Result<(), UriError> {
        let is_login =
            |part: &&str| part.starts_with("sentinel_username=") || part.starts_with("sentinel_password=");
        let in_query = self.query.split('&').filter(|part| !is_login(part)).any(|part| part.contains('@'));
        if in_query || self.path.contains('@') {
            return Err(UriError::new("a / or ? in a user's name or password is written %2F or %3F"));
        }
        self.login().map(drop)
    }

    fn query(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// A misspelt setting must not be passed over. What comes after a login may be the rest of it.
    fn check_query(&self, known: &[&str]) -> Result<(), UriError> {
        let mut after_login = false;
        for (key, _) in form_urlencoded::parse(self.query.as_bytes()) {
            if !known.contains(&&*key) {
                let known = known.join(", ");
                return Err(UriError::new(if after_login {
                    format!(
                        "an unknown parameter, expected {known}; an & in a user's name or password is written %26"
                    )
                } else {
                    format!("unknown parameter `{key}`; expected {known}")
                }));
            }
            after_login |= LOGIN.contains(&&*key);
        }
        Ok(())
    }

    fn login(&self) -> Result<(Option<String>, Option<String>), UriError> {
        let Some(userinfo) = self.userinfo else { return Ok((None, None)) };
        let (user, password) = match userinfo.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (userinfo, None),
        };
        let user = if user.is_empty() { None } else { Some(decoded(user)?) };
        Ok((user, password.map(decoded).transpose()?))
    }

    fn nodes(&self, tls: bool, login: &str, port: u16) -> Result<Vec<ConnectionInfo>, UriError> {
        let scheme = if tls { "rediss" } else { "redis" };
        let node_of = |host: &str| {
            let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
            let port = if has_port { String::new() } else { format!(":{port}") };
            node(&format!("{scheme}://{login}{host}{port}"))
        };
        self.hosts.split(',').map(|host| node_of(host.trim())).collect()
    }
}

fn decoded(text: &str) -> Result<String, UriError> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| UriError::new("a percent-encoded part is not UTF-8"))
}

#[cfg(test)]
mod tests;
