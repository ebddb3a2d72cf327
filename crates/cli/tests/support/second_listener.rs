//! TLS for a home's server, and its second listener, which asks for client certificates.

use std::net::TcpListener;

use reqwest::{Certificate, Client, ClientBuilder, Identity};

use super::{caller::plain_client, home::Home};

/// Where it is, and whom to trust there.
pub struct SecondListener {
    /// Base URL.
    pub base: String,
    /// The server's own certificate, at both listeners.
    pub own: rcgen::Certificate,
}

impl SecondListener {
    /// Adds it to a home with an issuer of https that does not serve yet; `client_ca` is the
    /// PEM of whose certificates name clients.
    pub fn add(home: &Home, client_ca: &str) -> Self {
        let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let write = |name: &str, text: &str| std::fs::write(home.data().join(name), text).unwrap();
        write("server.pem", &made.cert.pem());
        write("server.key", &made.signing_key.serialize_pem());
        write("clients.pem", client_ca);
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let bind = free.local_addr().unwrap().to_string();
        drop(free);
        home.edit_toml(|text| {
            format!(
                "{text}\n[tls]\ncertificate = \"server.pem\"\nkey = \"server.key\"\n\
                 [mtls]\nbind = \"{bind}\"\nclient_ca = \"clients.pem\"\n"
            )
        });
        Self {
            base: format!("https://{bind}/jans-auth/restv1"),
            own: made.cert,
        }
    }

    /// A client to be built, which trusts the server.
    pub fn trusting(&self) -> ClientBuilder {
        let certificate = Certificate::from_pem(self.own.pem().as_bytes()).unwrap();
        plain_client().tls_certs_only([certificate])
    }

    /// A client without a certificate.
    pub fn bare(&self) -> Client {
        self.trusting().build().unwrap()
    }

    /// A client that shows a certificate.
    pub fn showing(&self, certificate_pem: &str, key_pem: &str) -> Client {
        let pem = format!("{certificate_pem}{key_pem}");
        let identity = Identity::from_pem(pem.as_bytes()).unwrap();
        self.trusting().identity(identity).build().unwrap()
    }
}
