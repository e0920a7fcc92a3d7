//! Certificates for a server and its clients, from an authority made up for it.

use std::{fs, path::PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, Error, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};

use crate::port::Port;

/// The encrypted side of a server: its port, and what a client needs in order to trust and to be trusted.
///
/// The server's certificate is good for `localhost` and 127.0.0.1. The files lie in the server's folder and go with it.
#[derive(Debug)]
pub struct Tls {
    port: Port,
    folder: PathBuf,
    certificates: Certificates,
}

impl Tls {
    /// The port that speaks TLS.
    pub fn port(&self) -> u16 {
        self.port.number()
    }

    /// The authority that signed the server's certificate, as PEM.
    pub fn ca_pem(&self) -> &str {
        &self.certificates.ca
    }

    /// The file that holds [`ca_pem`](Self::ca_pem).
    pub fn ca_path(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// A certificate the server accepts from clients, as PEM.
    pub fn client_certificate_pem(&self) -> &str {
        &self.certificates.client.certificate
    }

    /// The file that holds [`client_certificate_pem`](Self::client_certificate_pem).
    pub fn client_certificate_path(&self) -> PathBuf {
        self.folder.join("client.pem")
    }

    /// The key to [`client_certificate_pem`](Self::client_certificate_pem), as PEM.
    pub fn client_key_pem(&self) -> &str {
        &self.certificates.client.key
    }

    /// The file that holds [`client_key_pem`](Self::client_key_pem).
    pub fn client_key_path(&self) -> PathBuf {
        self.folder.join("client.key")
    }

    /// Makes certificates and puts them into `folder`.
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        let certificates = Certificates::make().expect("certificates can be made of constant names");
        let files = [
            ("ca.pem", &certificates.ca),
            ("server.pem", &certificates.server.certificate),
            ("server.key", &certificates.server.key),
            ("client.pem", &certificates.client.certificate),
            ("client.key", &certificates.client.key),
        ];
        for (name, content) in files {
            fs::write(folder.join(name), content).expect("the temporary folder is ours");
        }
        Self { port: Port::reserve(), folder, certificates }
    }

    /// The server's settings.
    pub(crate) fn config(&self, clients_need_certificates: bool) -> Vec<String> {
        let file = |name| self.folder.join(name).display().to_string();
        vec![
            format!("tls-port {}", self.port()),
            format!("tls-cert-file {}", file("server.pem")),
            format!("tls-key-file {}", file("server.key")),
            format!("tls-ca-cert-file {}", file("ca.pem")),
            format!("tls-auth-clients {}", if clients_need_certificates { "yes" } else { "no" }),
        ]
    }
}

#[derive(Debug)]
struct Certificates {
    ca: String,
    server: Identity,
    client: Identity,
}

#[derive(Debug)]
struct Identity {
    certificate: String,
    key: String,
}

impl Certificates {
    fn make() -> Result<Self, Error> {
        let mut params = named("tests' authority", Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let ca = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;

        let mut server = named("server", vec!["localhost".into(), "127.0.0.1".into()])?;
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let mut client = named("client", Vec::new())?;
        client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        Ok(Self {
            ca: ca.pem(),
            server: Identity::signed(&server, &ca)?,
            client: Identity::signed(&client, &ca)?,
        })
    }
}

impl Identity {
    fn signed(params: &CertificateParams, ca: &CertifiedIssuer<'_, KeyPair>) -> Result<Self, Error> {
        let key = KeyPair::generate()?;
        Ok(Self { certificate: params.signed_by(&key, ca)?.pem(), key: key.serialize_pem() })
    }
}

fn named(name: &str, hosts: Vec<String>) -> Result<CertificateParams, Error> {
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name.push(DnType::CommonName, name);
    Ok(params)
}
