//! Storage URIs: which servers, and how they are reached.

mod parts;

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo};
use url::form_urlencoded;

use self::parts::{Parts, decoded};
use crate::BuildError;

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

const EXPECTED: &str = "expected redis://, rediss://, redis+unix://, redis+sentinel:// or redis+cluster://";

/// How a URI of each kind is written.
const SERVER: &str = "redis://user:password@host:port/db";
const UNIX: &str = "redis+unix:///run/redis.sock?db=0";
const SENTINEL: &str = "redis+sentinel://user:password@host:port,host:port/service?db=0";
const CLUSTER: &str = "redis+cluster://user:password@host:port,host:port";

/// Reads a URI; `valkey` may stand for `redis` in every scheme.
pub(crate) fn parse(uri: &str) -> Result<Place, BuildError> {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return Err(BuildError::new(format!("not a URI; {EXPECTED}")));
    };
    // Or else it is not one, and may hold anything.
    if !scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+.-".contains(letter)) {
        return Err(BuildError::new(format!("not a URI; {EXPECTED}")));
    }
    let scheme = scheme.to_ascii_lowercase().replace("valkeys", "rediss").replace("valkey", "redis");
    let parts = Parts::of(rest)?;
    if !scheme.ends_with("unix") {
        parts.check_login()?;
    }
    match scheme.as_str() {
        "redis" | "rediss" => {
            if parts.query("db").is_some() {
                return Err(wrong("unknown parameter `db`: the database is the path", SERVER));
            }
            parts.check_query(&["protocol"])?;
            if parts.hosts.contains(',') {
                return Err(BuildError::new("several hosts are for redis+sentinel:// and redis+cluster://"));
            }
            node(&format!("{scheme}://{rest}"), SERVER).map(Place::Server)
        }
        "redis+unix" | "unix" => {
            parts.check_query(&["db", "user", "pass", "protocol"])?;
            if !parts.authority.is_empty() || parts.path.trim_matches('/').is_empty() {
                return Err(BuildError::new(
                    "expected the path of a socket, as in redis+unix:///run/redis.sock",
                ));
            }
            node(&format!("redis+unix://{rest}"), UNIX).map(Place::Server)
        }
        "redis+sentinel" | "rediss+sentinel" => sentinel(&parts, scheme.starts_with("rediss")),
        "redis+cluster" | "rediss+cluster" => cluster(&parts, scheme.starts_with("rediss")),
        _ => Err(BuildError::new(format!("there is no `{scheme}://`; {EXPECTED}"))),
    }
}

fn sentinel(parts: &Parts<'_>, tls: bool) -> Result<Place, BuildError> {
    parts.check_query(&["db", "sentinel_username", "sentinel_password"])?;
    let service = decoded(parts.path.trim_matches('/'))?;
    if service.is_empty() || service.contains('/') {
        return Err(BuildError::new(
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
        Some(db) => db.parse::<u32>().map_err(|_| wrong(&no_database(&db), SENTINEL))?.into(),
    };
    let (username, password) = parts.login()?;
    Ok(Place::Sentinel {
        sentinels: nodes(parts, tls, &login, 26379, SENTINEL)?,
        service,
        data: Data { username, password, db },
    })
}

fn cluster(parts: &Parts<'_>, tls: bool) -> Result<Place, BuildError> {
    parts.check_query(&[])?;
    if !matches!(parts.path.trim_matches('/'), "" | "0") {
        return Err(BuildError::new("a cluster has no database but 0"));
    }
    let login = parts.userinfo.map(|login| format!("{login}@")).unwrap_or_default();
    Ok(Place::Cluster { nodes: nodes(parts, tls, &login, 6379, CLUSTER)? })
}

/// The nodes of a URI that names several; `port` is for those that name none.
fn nodes(
    parts: &Parts<'_>,
    tls: bool,
    login: &str,
    port: u16,
    expected: &str,
) -> Result<Vec<ConnectionInfo>, BuildError> {
    let scheme = if tls { "rediss" } else { "redis" };
    let node_of = |host: &str| {
        let has_port = host.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let port = if has_port { String::new() } else { format!(":{port}") };
        node(&format!("{scheme}://{login}{host}{port}"), expected)
    };
    parts.hosts.split(',').map(|host| node_of(host.trim())).collect()
}

/// One server's URI; redis-rs reads it. `expected` is how it is to be written where the user did.
fn node(uri: &str, expected: &str) -> Result<ConnectionInfo, BuildError> {
    let info = uri.into_connection_info().map_err(|error| {
        // What redis-rs says in its detail may quote the URI.
        wrong(&explain(uri).unwrap_or_else(|| format!("{:?}", error.kind())), expected)
    })?;
    match info.addr() {
        ConnectionAddr::TcpTls { .. } if !cfg!(feature = "tls") => {
            Err(BuildError::new("needs the feature `tls`"))
        }
        _ if info.redis_settings().db() < 0 => {
            Err(wrong(&no_database(&info.redis_settings().db().to_string()), expected))
        }
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
    let is_known = |protocol: &str| matches!(protocol, "2" | "resp2" | "3" | "resp3");
    if url.query_pairs().any(|(name, protocol)| name == "protocol" && !is_known(&protocol)) {
        return Some("the protocol is neither resp2 nor resp3".to_owned());
    }
    let db = if uri.contains("unix") {
        url.query_pairs().find(|(name, _)| name == "db").map(|(_, db)| db.into_owned())
    } else {
        Some(url.path().trim_matches('/').to_owned())
    };
    let db = db.filter(|db| !db.is_empty() && db.parse::<u32>().is_err())?;
    Some(no_database(&db))
}

fn no_database(db: &str) -> String {
    format!("`{db}` is not a database number")
}

fn wrong(problem: &str, expected: &str) -> BuildError {
    BuildError::new(format!("{problem}; expected {expected}"))
}

#[cfg(test)]
mod tests;
