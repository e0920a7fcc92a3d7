//! Connections that are encrypted, by rustls; without the feature `tls` there are none, and URIs that ask
//! for them have been refused.

use std::fmt;

use redis::{
    Client, ConnectionInfo, RedisResult, cluster::ClusterClientBuilder, sentinel::SentinelClientBuilder,
};

/// Certificates, as PEM.
#[derive(Clone, Default)]
pub(crate) struct Tls {
    /// The authorities to trust instead of the system's.
    #[cfg(feature = "tls")]
    pub(crate) roots: Option<Vec<u8>>,
    /// What to show to servers that ask: chain and private key.
    #[cfg(feature = "tls")]
    pub(crate) client: Option<(Vec<u8>, Vec<u8>)>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

#[cfg(feature = "tls")]
impl Tls {
    /// A client of one server that is reached encrypted.
    pub(super) fn client(&self, info: ConnectionInfo) -> RedisResult<Client> {
        prepare();
        Client::build_with_tls(info, self.certificates())
    }

    pub(super) fn of_sentinels(&self, builder: SentinelClientBuilder) -> SentinelClientBuilder {
        prepare();
        builder
            .set_client_to_redis_tls_mode(redis::TlsMode::Secure)
            .set_client_to_redis_certificates(self.certificates())
            .set_client_to_sentinel_certificates(self.certificates())
    }

    pub(super) fn of_cluster(&self, builder: ClusterClientBuilder) -> ClusterClientBuilder {
        prepare();
        builder.certs(self.certificates())
    }

    fn certificates(&self) -> redis::TlsCertificates {
        let client = self.client.clone();
        redis::TlsCertificates {
            client_tls: client
                .map(|(client_cert, client_key)| redis::ClientTlsConfig { client_cert, client_key }),
            root_cert: self.roots.clone(),
        }
    }
}

#[cfg(not(feature = "tls"))]
#[expect(clippy::unused_self, reason = "the same face with and without the feature")]
impl Tls {
    pub(super) fn client(&self, info: ConnectionInfo) -> RedisResult<Client> {
        Client::open(info)
    }

    pub(super) fn of_sentinels(&self, builder: SentinelClientBuilder) -> SentinelClientBuilder {
        builder
    }

    pub(super) fn of_cluster(&self, builder: ClusterClientBuilder) -> ClusterClientBuilder {
        builder
    }
}

/// Chooses the cryptography if the process hasn't: rustls would panic without, and also where an app's
/// other crates have brought a second kind along.
#[cfg(feature = "tls")]
fn prepare() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // An error means that somebody else was quicker.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
