//! How a server is to be.

use std::{path::Path, path::PathBuf};

use crate::{
    Redis, Tls,
    commands::{ADMIN, ADMIN_PASSWORD},
    port::Port,
};

/// Settings of a [`Redis`] to start; [`Redis::builder`] begins them.
#[derive(Clone, Debug, Default)]
#[must_use = "nothing starts before `start()`"]
pub struct RedisBuilder {
    pub(crate) role: Role,
    pub(crate) password: Option<String>,
    unix_socket: bool,
    tls: Option<ClientCertificates>,
    lines: Vec<String>,
}

/// What a server does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    /// Keeps data.
    #[default]
    Data,
    /// Keeps data as a part of a cluster.
    ClusterNode,
    /// Watches others.
    Sentinel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ClientCertificates {
    Ignored,
    Required,
}

impl RedisBuilder {
    /// Asks clients that name no user for this password.
    pub fn password(mut self, password: &str) -> Self {
        self.password = Some(password.to_owned());
        self.config(&format!("requirepass \"{password}\""))
    }

    /// Adds or changes a user by an ACL rule: `alice on >secret ~rl:* +@all`, `default off`.
    pub fn user(self, rule: &str) -> Self {
        self.config(&format!("user {rule}"))
    }

    /// Bounds the memory, `2mb`, and says what goes when it is full: `noeviction`, `allkeys-lru` and so on.
    pub fn max_memory(self, amount: &str, policy: &str) -> Self {
        self.config(&format!("maxmemory {amount}")).config(&format!("maxmemory-policy {policy}"))
    }

    /// Listens on a unix socket too: see [`Redis::unix_path`].
    pub fn unix_socket(mut self) -> Self {
        self.unix_socket = true;
        self
    }

    /// Listens on a port with TLS too: see [`Redis::tls`].
    pub fn tls(mut self) -> Self {
        self.tls = Some(ClientCertificates::Ignored);
        self
    }

    /// As [`tls`](Self::tls), and admits there only clients with a certificate.
    pub fn tls_with_client_certificates(mut self) -> Self {
        self.tls = Some(ClientCertificates::Required);
        self
    }

    /// Follows another server.
    pub fn replica_of(self, master: &Redis) -> Self {
        self.config(&format!("replicaof 127.0.0.1 {}", master.port()))
    }

    /// Adds a line of the configuration file.
    pub fn config(mut self, line: &str) -> Self {
        self.lines.push(line.to_owned());
        self
    }

    /// Starts the server and waits until it answers; a replica, until it has its master's data.
    ///
    /// # Panics
    /// When it can't be started; the message holds what it printed.
    #[track_caller]
    pub fn start(&self) -> Redis {
        Redis::started_from(self)
    }

    pub(crate) fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }

    /// What listens besides the main port, in `folder`.
    pub(crate) fn listeners(&self, folder: &Path) -> Listeners {
        Listeners {
            port: Port::reserve(),
            bus: (self.role == Role::ClusterNode).then(Port::reserve),
            tls: self.tls.map(|_| Tls::in_folder(folder.to_owned())),
            unix: self.unix_socket.then(|| folder.join("redis.sock")),
        }
    }

    /// The configuration file.
    pub(crate) fn config_file(&self, folder: &Path, listeners: &Listeners) -> String {
        let mut lines = vec![
            format!("port {}", listeners.port.number()),
            "bind 127.0.0.1".to_owned(),
            format!("dir {}", folder.display()),
            format!("user {ADMIN} on >{ADMIN_PASSWORD} ~* &* +@all"),
        ];
        if self.role != Role::Sentinel {
            // Without a disk a master sends no writes to a new replica for up to a second, though both say that they
            // are well.
            lines.extend(["save \"\"", "appendonly no", "repl-diskless-sync no"].map(str::to_owned));
            lines.extend([format!("masteruser {ADMIN}"), format!("masterauth {ADMIN_PASSWORD}")]);
        }
        if let Some(bus) = &listeners.bus {
            lines.extend(["cluster-enabled yes".to_owned(), format!("cluster-port {}", bus.number())]);
        }
        if let Some(tls) = &listeners.tls {
            lines.extend(tls.config(self.tls == Some(ClientCertificates::Required)));
        }
        if let Some(unix) = &listeners.unix {
            lines.push(format!("unixsocket {}", unix.display()));
        }
        lines.extend_from_slice(&self.lines);
        lines.join("\n") + "\n"
    }
}

/// Where a server listens.
#[derive(Debug)]
pub(crate) struct Listeners {
    pub(crate) port: Port,
    pub(crate) bus: Option<Port>,
    pub(crate) tls: Option<Tls>,
    pub(crate) unix: Option<PathBuf>,
}
