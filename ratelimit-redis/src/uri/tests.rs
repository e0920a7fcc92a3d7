//! What URIs come to. The crate's own tests have every feature, `tls` too.

use proptest::prelude::*;
use redis::ConnectionAddr;

use super::*;

/// What a URI comes to, in one line.
fn read(uri: &str) -> String {
    let node = |info: &ConnectionInfo| {
        let settings = info.redis_settings();
        let user = settings.username().unwrap_or_default();
        let password = settings.password().unwrap_or_default();
        let addr = match info.addr() {
            ConnectionAddr::Tcp(host, port) => format!("{host} {port}"),
            ConnectionAddr::TcpTls { host, port, insecure, .. } => {
                format!("tls {host} {port}{}", if *insecure { " insecure" } else { "" })
            }
            ConnectionAddr::Unix(path) => format!("unix {}", path.display()),
            _ => "other".to_owned(),
        };
        format!("{addr} [{user}:{password}] {}", settings.db())
    };
    let all = |nodes: &[ConnectionInfo]| nodes.iter().map(node).collect::<Vec<_>>().join(", ");
    match parse(uri) {
        Ok(Place::Server(info)) => node(&info),
        Ok(Place::Sentinel { sentinels, service, data: Data { username, password, db } }) => {
            let (user, password) = (username.unwrap_or_default(), password.unwrap_or_default());
            format!("{service} [{user}:{password}] {db} by {}", all(&sentinels))
        }
        Ok(Place::Cluster { nodes }) => format!("cluster {}", all(&nodes)),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn every_scheme_is_read() {
    let cases = [
        ("redis://host", "host 6379 [:] 0"),
        ("REDIS://host", "host 6379 [:] 0"),
        ("valkey://host:7000/2", "host 7000 [:] 2"),
        ("redis://user:word@host", "host 6379 [user:word] 0"),
        ("redis://:word@host/", "host 6379 [:word] 0"),
        ("redis://us%40er:p%40s%3As%2Fw%23%3F%25@host", "host 6379 [us@er:p@s:s/w#?%] 0"),
        ("redis://:p%C3%A4ss%20word@host", "host 6379 [:päss word] 0"),
        ("redis://[::1]", "::1 6379 [:] 0"),
        ("redis://:word@[2001:db8::1]:7000/1", "2001:db8::1 7000 [:word] 1"),
        ("redis+unix:///run/redis.sock", "unix /run/redis.sock [:] 0"),
        ("unix:///run/redis.sock?db=3", "unix /run/redis.sock [:] 3"),
        ("valkey+unix:///run/a@b.sock?db=3&user=u&pass=p%40w", "unix /run/a@b.sock [u:p@w] 3"),
        ("redis+sentinel://a/main", "main [:] 0 by a 26379 [:] 0"),
        (
            "valkey+sentinel://u:p%40w@a:1,[::1],b:2/main?db=4&sentinel_username=s&sentinel_password=%40t",
            "main [u:p@w] 4 by a 1 [s:@t] 0, ::1 26379 [s:@t] 0, b 2 [s:@t] 0",
        ),
        ("redis+cluster://a", "cluster a 6379 [:] 0"),
        (
            "valkey+cluster://u:p%2Fw@a:1,[::1]:2,b/0",
            "cluster a 1 [u:p/w] 0, ::1 2 [u:p/w] 0, b 6379 [u:p/w] 0",
        ),
    ];
    for (uri, expected) in cases {
        assert_eq!(read(uri), expected, "{uri}");
    }
}

#[test]
fn every_scheme_is_read_with_tls() {
    let cases = [
        ("rediss://host", "tls host 6379 [:] 0"),
        ("valkeys://:word@host:7000/1", "tls host 7000 [:word] 1"),
        ("rediss+sentinel://a/main", "main [:] 0 by tls a 26379 [:] 0"),
        ("valkeys+sentinel://a/main", "main [:] 0 by tls a 26379 [:] 0"),
        ("rediss+cluster://a,b", "cluster tls a 6379 [:] 0, tls b 6379 [:] 0"),
    ];
    for (uri, expected) in cases {
        assert_eq!(read(uri), expected, "{uri}");
    }
}

/// Every error says what is wrong, and none shows a password, however it was meant to be written.
#[test]
fn errors_name_what_is_wrong_and_never_the_password() {
    let cases = [
        ("", "not a URI"),
        ("hunter2", "not a URI"),
        ("redis:hunter2@host", "not a URI"),
        (":hunter2@redis://host", "not a URI"),
        ("user:hunter2@redis://host", "not a URI"),
        ("http://:hunter2@host", "no `http://`"),
        ("redis+http://:hunter2@host", "no `redis+http://`"),
        ("memory://", "no `memory://`"),
        ("redis://", "host"),
        ("redis:///0", "host"),
        ("redis://:hunter2@", "host"),
        ("redis://:hunter2@/0", "host"),
        ("redis://:hunter2@host:port", "port"),
        ("redis://:hunter2@host:99999", "port"),
        ("redis://:hunter2@[::1", "IPv6"),
        ("redis://:hunter2@::1", "expected redis://"),
        ("redis://:hunter2@host/zero", "`zero` is not a database number"),
        ("redis://:hunter2@host/-1", "`-1` is not a database number; expected redis://"),
        ("redis://:hunter2@host/0/1", "`0/1` is not a database number"),
        ("redis://:hunter2@host/9999999999999999999", "is not a database number"),
        ("redis://:hunter2@a,b", "redis+cluster://"),
        ("redis://:hunter2@a:1,b:2/0", "redis+cluster://"),
        ("redis://:hunter2@host?timeout=1", "unknown parameter `timeout`"),
        ("redis://:hunter2@host?db=1", "unknown parameter `db`: the database is the path"),
        ("redis://:hunter2@host?protocol=resp9", "neither resp2 nor resp3"),
        ("rediss://:hunter2@host#insecure", "#insecure"),
        ("redis://:p@hunter2@host", "%40"),
        ("redis://:p/hunter2@host", "%2F"),
        ("redis://:/hunter2@host/0", "%2F"),
        ("redis://:p?hunter2@host", "%3F"),
        ("redis://:p?hunter2=a@host", "%3F"),
        ("redis://:p#hunter2@host", "%23"),
        ("redis+sentinel://:p/hunter2@host/main", "%2F"),
        ("redis+sentinel://:p?hunter2@host/main", "%3F"),
        ("redis+cluster://:p/hunter2@host", "%2F"),
        ("redis+cluster://:p#hunter2@host", "%23"),
        ("redis://:%FFhunter2@host", "UTF-8"),
        ("redis+sentinel://:%FFhunter2@host/main", "UTF-8"),
        ("redis+unix://", "path of a socket"),
        ("redis+unix:///", "path of a socket"),
        ("redis+unix://run/redis.sock", "path of a socket"),
        ("redis+unix:///run/redis.sock?db=one", "`one` is not a database number; expected redis+unix://"),
        ("redis+unix:///run/redis.sock?password=hunter2", "unknown parameter `password`"),
        ("redis+unix:///run/redis.sock?pass=p&hunter2", "%26"),
        ("redis+unix:///run/redis.sock?pass=p&hunter2=a&db=1", "%26"),
        ("redis+sentinel://host/main?sentinel_password=p&hunter2", "%26"),
        ("redis+sentinel://:hunter2@host", "name of the service"),
        ("redis+sentinel://:hunter2@host/", "name of the service"),
        ("redis+sentinel://:hunter2@host/a/b", "name of the service"),
        (
            "redis+sentinel://:hunter2@host/main?db=one",
            "`one` is not a database number; expected redis+sentinel://",
        ),
        ("redis+sentinel://:hunter2@host/main?db=-1", "`-1` is not a database number"),
        (
            "redis+sentinel://:hunter2@host/main?sentinel_pasword=hunter2",
            "unknown parameter `sentinel_pasword`",
        ),
        ("redis+sentinel://:hunter2@/main", "host"),
        ("redis+sentinel://:hunter2@a,,b/main", "host"),
        ("redis+cluster://", "host"),
        ("redis+cluster://:hunter2@a,", "host"),
        ("redis+cluster://:hunter2@a/1", "no database but 0"),
        ("redis+cluster://:hunter2@a:99999", "port number; expected redis+cluster://"),
    ];
    for (uri, says) in cases {
        let read = read(uri);
        assert!(read.starts_with("error: ") && read.contains(says), "{uri}: {read}");
        assert!(!read.contains("hunter2"), "{uri}: {read}");
    }
}

proptest! {
    #[test]
    fn no_text_is_too_much(text in ".*") {
        let _ = read(&text);
    }

    #[test]
    fn nothing_after_a_scheme_is_too_much(
        scheme in "(redis|rediss|valkey|redis\\+unix|redis\\+sentinel|rediss\\+cluster)",
        rest in "[a-z0-9@:/?#,%\\[\\]&= .-]{0,40}|.{0,30}",
    ) {
        let _ = crate::RedisStorage::open(&format!("{scheme}://{rest}"));
    }

    /// Written as it is or encoded by halves, wherever it ends up.
    #[test]
    fn no_error_shows_a_password(
        scheme in "(redis|valkey|redis\\+sentinel|redis\\+cluster|http)",
        user in "[a-z]{0,3}",
        before in "[a-z@:/?#,%&=]{0,4}",
        after in "[a-z@:/?#,%&=]{0,4}",
        rest in "(host|host:port|host:1|a,b|)(/0|/zero|/main|)(\\?db=1|\\?x=y|)",
    ) {
        let uri = format!("{scheme}://{user}:{before}hunter2{after}@{rest}");
        if let Err(error) = parse(&uri) {
            prop_assert!(!error.to_string().contains("hunter2"), "{uri}: {error}");
        }
    }

    #[test]
    fn an_encoded_password_comes_back(password in ".{1,20}") {
        let encoded = percent_encoding::utf8_percent_encode(&password, percent_encoding::NON_ALPHANUMERIC);
        let Ok(Place::Server(info)) = parse(&format!("redis://:{encoded}@host")) else {
            return Err(TestCaseError::fail("a good URI"));
        };
        prop_assert_eq!(info.redis_settings().password(), Some(password.as_str()));
    }
}
