//! `[mtls]` of the bootstrap file: a listener that asks for client certificates, who
//! vouches for them, which proxies hand them over.
//!
//! Not here: what certificates prove (durward-protocol), how they are read (durward-server).

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use durward_protocol::mutual_tls::MutualTls;
use durward_server::{
    app::Certificates,
    client_certificates::{Authorities, ProofOfPossession},
    proxies::{Network, ProxyHeader, TrustedProxies},
};
use rustls::{
    pki_types::{CertificateDer, pem::PemObject as _},
    server::danger::ClientCertVerifier,
};
use serde::Deserialize;
use url::Url;

use crate::failure::Failure;

/// `[mtls]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mtls {
    /// Address and port of a second listener, which asks for certificates.
    pub bind: Option<String>,
    /// How clients reach it: scheme, host, port. The issuer's host and the port of `bind` if absent.
    pub url: Option<String>,
    /// PEM file with authorities whose certificates name clients; relative to the data directory.
    pub client_ca: Option<PathBuf>,
    /// Addresses and networks of proxies that hand certificates over.
    pub trusted_proxies: Vec<String>,
    /// In which header.
    pub proxy_header: HeaderName,
}

/// `mtls.proxy_header`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum HeaderName {
    /// Jans's.
    #[default]
    #[serde(rename = "X-ClientCert")]
    XClientCert,
    /// RFC 9440.
    #[serde(rename = "Client-Cert")]
    ClientCert,
}

/// What clients may register for and discovery tells.
///
/// # Errors
/// Addresses that are none.
pub fn offered(mtls: &Mtls, issuer: &str) -> Result<MutualTls, Failure> {
    let is_on = mtls.bind.is_some() || !mtls.trusted_proxies.is_empty();
    let origin = match (&mtls.url, &mtls.bind) {
        (Some(url), _) => Some(origin(url)?),
        (None, Some(bind)) => Some(beside(issuer, address(bind)?.port())?),
        (None, None) => None,
    };
    Ok(MutualTls {
        is_on,
        has_authorities: mtls.client_ca.is_some(),
        origin: origin.filter(|origin| origin != issuer),
    })
}

fn origin(url: &str) -> Result<String, Failure> {
    let wrong = || {
        Failure::new(format!(
            "mtls.url: '{url}' is not a scheme, a host and perhaps a port"
        ))
        .hint("like https://mtls.login.example or https://login.example:8443")
    };
    let parsed = Url::parse(url).map_err(|_| wrong())?;
    let origin = parsed.origin().ascii_serialization();
    if parsed.scheme() == "https" && origin == url.trim_end_matches('/') {
        Ok(origin)
    } else {
        Err(wrong())
    }
}

/// The issuer's host on another port.
fn beside(issuer: &str, port: u16) -> Result<String, Failure> {
    let wrong = || Failure::new("mtls.url cannot be guessed from the issuer").hint("set it");
    let mut url = Url::parse(issuer).map_err(|_| wrong())?;
    url.set_scheme("https").map_err(|()| wrong())?;
    url.set_port(Some(port)).map_err(|()| wrong())?;
    Ok(url.origin().ascii_serialization())
}

/// The address of the second listener.
///
/// # Errors
/// One that is none.
pub fn address(bind: &str) -> Result<SocketAddr, Failure> {
    bind.parse().map_err(|_| {
        Failure::new(format!("mtls.bind: '{bind}' is not an address and port"))
            .hint("like 0.0.0.0:8443")
    })
}

/// Whose word on certificates counts.
///
/// # Errors
/// Files that are missing or hold something else, networks that are none.
pub fn certificates(data: &Path, mtls: &Mtls) -> Result<Certificates, Failure> {
    let authorities = match &mtls.client_ca {
        Some(file) => authorities(&data.join(file))?,
        None => Authorities::default(),
    };
    let network = |text: &String| {
        text.parse::<Network>()
            .map_err(|why| Failure::new(format!("mtls.trusted_proxies: '{text}' is {why}")))
    };
    let networks = mtls.trusted_proxies.iter().map(network);
    Ok(Certificates {
        authorities,
        proxies: TrustedProxies {
            networks: networks.collect::<Result<_, _>>()?,
            header: match mtls.proxy_header {
                HeaderName::XClientCert => ProxyHeader::XClientCert,
                HeaderName::ClientCert => ProxyHeader::ClientCert,
            },
        },
    })
}

fn authorities(path: &Path) -> Result<Authorities, Failure> {
    let failure = |error: &dyn std::fmt::Display| {
        Failure::new(format!("{}: {error}", path.display()))
            .hint("a PEM file with certificates of authorities is expected")
    };
    let anchors: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| failure(&error))?;
    Authorities::new(anchors).map_err(|error| failure(&error))
}

/// Asks for certificates in the handshake, and takes none on trust.
pub fn verifier() -> Arc<dyn ClientCertVerifier> {
    Arc::new(ProofOfPossession::default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_second_listener_is_told_where_it_is_another_place() {
        let issuer = "https://login.example";
        let told = |mtls: Mtls| offered(&mtls, issuer).unwrap();
        assert_eq!(told(Mtls::default()), MutualTls::default());
        let bind = Some("0.0.0.0:8443".to_owned());
        let other_port = told(Mtls {
            bind: bind.clone(),
            ..Mtls::default()
        });
        assert_eq!(
            other_port.origin.as_deref(),
            Some("https://login.example:8443")
        );
        let named = told(Mtls {
            bind,
            url: Some("https://mtls.login.example".to_owned()),
            ..Mtls::default()
        });
        assert_eq!(named.origin.as_deref(), Some("https://mtls.login.example"));
        let by_proxy = told(Mtls {
            trusted_proxies: vec!["192.0.2.1".to_owned()],
            client_ca: Some("ca.pem".into()),
            ..Mtls::default()
        });
        assert_eq!(
            by_proxy,
            MutualTls {
                is_on: true,
                has_authorities: true,
                origin: None
            }
        );
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for url in [
            "login.example",
            "http://login.example",
            "https://login.example/path",
        ] {
            let mtls = Mtls {
                url: Some(url.to_owned()),
                ..Mtls::default()
            };
            assert!(offered(&mtls, "https://login.example").is_err(), "{url}");
        }
        let mtls = Mtls {
            trusted_proxies: vec!["everybody".to_owned()],
            ..Mtls::default()
        };
        assert!(certificates(Path::new("."), &mtls).is_err());
    }
}
