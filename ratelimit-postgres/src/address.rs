//! Where the database is, and how a session there is set up.

use std::{error::Error, time::Duration};

use tokio_postgres::{Config, config::Host};

use crate::BuildError;

/// Reads a URI, or says what is wrong with it without showing what is secret in it.
pub(crate) fn read(address: &str) -> Result<Config, BuildError> {
    let wrong = |reason: String| Err(BuildError::Uri { reason });
    let Some((scheme, rest)) = address.split_once("://") else {
        return wrong("it doesn't begin with `postgres://`".to_owned());
    };
    if !["postgres", "postgresql"].contains(&scheme) {
        return wrong("it begins with neither `postgres://` nor `postgresql://`".to_owned());
    }
    if rest.rsplit_once('@').is_some_and(|(user, _)| user.contains(['/', '?', '#'])) {
        // Read on, and a part of the password would be taken for something else, and named.
        return wrong(
            "a `/`, `?` or `#` in the user or password must be written `%2F`, `%3F` or `%23`".to_owned(),
        );
    }
    let config: Config = match address.parse() {
        Ok(config) => config,
        Err(error) => return wrong(reason(&error)),
    };
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return wrong("it names no host".to_owned());
    }
    if config.get_user().is_none() {
        return wrong("it names no user".to_owned());
    }
    Ok(config)
}

/// The parser's reason: the name of an option or what it expected, never a value.
fn reason(error: &tokio_postgres::Error) -> String {
    error.source().map_or_else(|| error.to_string(), ToString::to_string)
}

const SETTINGS: &str = "-c default_transaction_isolation=read\\ committed -c synchronous_commit=off \
                        -c enable_seqscan=off -c enable_bitmapscan=off -c jit=off";

/// Sets up the sessions, all by the first packet.
///
/// * Each statement sees what was committed before it, whatever the database's default: counters are read behind
///   locks.
/// * Nothing waits for the disk: a crash may take back the last moments of counting, and of logged tables only.
/// * Plans are made while tables are small and kept when they are not: a scan must never look cheaper than an index.
pub(crate) fn prepare(config: &mut Config, statement_timeout: Duration) {
    let given = config.get_options().map_or_else(String::new, |options| format!("{options} "));
    let millis = statement_timeout.as_millis().min(i32::MAX as u128);
    config.options(format!("{given}{SETTINGS} -c statement_timeout={millis}"));
    if config.get_application_name().is_none() {
        config.application_name("ratelimit");
    }
}

/// The address as it may be shown.
pub(crate) fn shown(config: &Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        Host::Unix(path) => path.display().to_string(),
    });
    let hosts: Vec<_> = hosts.chain(config.get_hostaddrs().iter().map(ToString::to_string)).collect();
    format!("{}/{}", hosts.join(","), config.get_dbname().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(address: &str) -> String {
        read(address).expect_err("it is wrong").to_string()
    }

    #[test]
    fn an_address_is_read() {
        let config = read("postgresql://app:s%2Fcret@db.example.com:5433/shop").expect("it is right");
        assert_eq!(shown(&config), "db.example.com/shop");
        assert_eq!(config.get_password(), Some(&b"s/cret"[..]));
    }

    #[test]
    fn a_wrong_address_says_what_is_wrong() {
        assert!(wrong("db.example.com").contains("doesn't begin with `postgres://`"));
        assert!(wrong("redis://db").contains("neither `postgres://`"));
        assert!(
            wrong("postgres://app@db:many/shop").contains("port"),
            "{}",
            wrong("postgres://app@db:many/shop")
        );
        assert!(wrong("postgres://app@db/shop?colour=red").contains("colour"));
        assert!(wrong("postgres://app@/shop").contains("names no host"));
        assert!(wrong("postgres://db/shop").contains("names no user"));
    }

    #[test]
    fn no_part_of_a_password_is_shown() {
        for address in [
            "postgres://app:secret@db:many/shop",
            "postgres://app:pass?secret=1@db/shop",
            "postgres://app:pass/secret@db/shop",
            "redis://app:secret@db",
            "app:secret@db",
        ] {
            assert!(!wrong(address).contains("secret"), "{}", wrong(address));
        }
    }

    #[test]
    fn options_of_the_address_are_kept() {
        let mut config = read("postgres://app@db/shop?options=-c%20work_mem%3D8MB").expect("it is right");
        prepare(&mut config, Duration::from_secs(2));
        let options = config.get_options().expect("there are some");
        assert!(options.starts_with("-c work_mem=8MB -c "), "{options}");
        assert!(options.ends_with("statement_timeout=2000"), "{options}");
    }
}
