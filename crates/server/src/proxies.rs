//! Client certificates that a proxy hands over in a header, because TLS ends at it.
//!
//! One header counts, of listed addresses, once in a request. Everybody's headers of these
//! names are taken off before anything else sees the request. Not here: TLS of our own.

use std::{net::IpAddr, str::FromStr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use durward_protocol::Code;
use rustls::pki_types::CertificateDer;

use crate::{
    App,
    client_certificates::MAX_CHAIN,
    extract::{AskedForCertificate, PeerAddress, PeerCertificate, id_of},
    respond::JsonError,
};

/// Jans's header.
const X_CLIENT_CERT: HeaderName = HeaderName::from_static("x-clientcert");

/// RFC 9440, section 2.2.
const CLIENT_CERT: HeaderName = HeaderName::from_static("client-cert");

/// RFC 9440, section 2.3.
const CLIENT_CERT_CHAIN: HeaderName = HeaderName::from_static("client-cert-chain");

/// Longest header, bytes.
const MAX_HEADER_BYTES: usize = 64 * 1024;

/// Which header a proxy sets. The other one is nobody's: a proxy lets it through from
/// whoever writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProxyHeader {
    /// `X-ClientCert`: PEM, percent-encoded PEM, or DER in base64.
    #[default]
    XClientCert,
    /// `Client-Cert` and `Client-Cert-Chain` (RFC 9440).
    ClientCert,
}

/// Whose word on certificates counts; nobody's by default.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies {
    /// Where they are.
    pub networks: Vec<Network>,
    /// What they write.
    pub header: ProxyHeader,
}

/// An address, or all that begin like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`.
impl FromStr for Network {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "not an address, nor a network like 192.0.2.0/24";
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| WRONG)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| WRONG)?,
            None => most,
        };
        if prefix <= most {
            Ok(Self { address, prefix })
        } else {
            Err(WRONG)
        }
    }
}

impl Network {
    /// Is the address in it? An IPv4 address that came in over IPv6 is one of IPv4.
    pub fn holds(&self, address: IpAddr) -> bool {
        let prefix = u32::from(self.prefix);
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differ = u32::from(own) ^ u32::from(other);
                differ.leading_zeros() >= prefix
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differ = u128::from(own) ^ u128::from(other);
                differ.leading_zeros() >= prefix
            }
            _ => false,
        }
    }
}

impl TrustedProxies {
    fn list(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.holds(address))
    }

    /// The chain that a proxy's headers hold, the client's own certificate first.
    fn chain(&self, headers: &HeaderMap) -> Result<Vec<CertificateDer<'static>>, Unclear> {
        let ders = match self.header {
            ProxyHeader::XClientCert => match only(headers, &X_CLIENT_CERT)? {
                Some(text) => any_form(text)?,
                None => Vec::new(),
            },
            ProxyHeader::ClientCert => match only(headers, &CLIENT_CERT)? {
                Some(text) => {
                    let mut chain = vec![byte_sequence(text)?];
                    for line in headers.get_all(CLIENT_CERT_CHAIN) {
                        for item in line.to_str().map_err(|_| Unclear)?.split(',') {
                            chain.push(byte_sequence(item)?);
                        }
                    }
                    chain
                }
                None => Vec::new(),
            },
        };
        if ders.len() > MAX_CHAIN {
            return Err(Unclear);
        }
        Ok(ders.into_iter().map(CertificateDer::from).collect())
    }
}

/// A header that can be read in no way, or in two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unclear;

/// A header's one value; none where nothing is said.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Unclear> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() || value.len() > MAX_HEADER_BYTES {
        return Err(Unclear); // the proxy added its own to somebody else's
    }
    let text = value.to_str().map_err(|_| Unclear)?.trim();
    // Apache writes (null) where there is no certificate.
    Ok(Some(text).filter(|text| !text.is_empty() && *text != "(null)"))
}

/// RFC 8941, section 3.3.5.
fn byte_sequence(text: &str) -> Result<Vec<u8>, Unclear> {
    let inner = text
        .trim()
        .strip_prefix(':')
        .and_then(|t| t.strip_suffix(':'));
    STANDARD.decode(inner.ok_or(Unclear)?).map_err(|_| Unclear)
}

/// PEM, percent-encoded PEM (nginx's `$ssl_client_escaped_cert`), or DER in base64 (`HAProxy`'s
/// `ssl_c_der,base64`); of PEM perhaps a chain.
fn any_form(text: &str) -> Result<Vec<Vec<u8>>, Unclear> {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let decoded = percent_decoded(text)?;
    let mut rest = decoded.trim();
    if !rest.starts_with(BEGIN) {
        return Ok(vec![base64(rest)?]);
    }
    let mut chain = Vec::new();
    while let Some(begun) = rest.strip_prefix(BEGIN) {
        let (body, after) = begun.split_once(END).ok_or(Unclear)?;
        chain.push(base64(body)?);
        rest = after.trim_start();
    }
    if rest.is_empty() {
        Ok(chain)
    } else {
        Err(Unclear)
    }
}

/// Line ends do not survive in headers: spaces may stand for them, or nothing.
fn base64(text: &str) -> Result<Vec<u8>, Unclear> {
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let der = STANDARD.decode(text).map_err(|_| Unclear)?;
    if der.is_empty() {
        Err(Unclear)
    } else {
        Ok(der)
    }
}

/// `+` stays what it is: it is a digit of base64.
fn percent_decoded(text: &str) -> Result<String, Unclear> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'%' {
            octets.push(octet);
            continue;
        }
        let mut digit = || rest.next().and_then(|d| char::from(d).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(Unclear);
        };
        octets.push(u8::try_from(high * 16 + low).map_err(|_| Unclear)?);
    }
    String::from_utf8(octets).map_err(|_| Unclear)
}

/// Takes the headers off every request, and puts the certificate on those of trusted proxies.
/// A listener that asks for certificates itself has asked the one it talks to: no header counts there.
pub async fn layer(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let asked = request.extensions().get::<AskedForCertificate>().is_some();
    let peer = request.extensions().get::<PeerAddress>().copied();
    let trusted = peer.is_some_and(|peer| app.certificates.proxies.list(peer.0.ip()));
    if trusted && !asked {
        let headers = request.headers();
        let read = app.certificates.proxies.chain(headers).and_then(|chain| {
            let now = app.provider.now();
            let read = app.certificates.authorities.read(&chain, now);
            read.map_err(|_| Unclear)
        });
        match read {
            Ok(None) => {}
            Ok(Some(certificate)) => {
                let certificate = PeerCertificate(Arc::new(certificate));
                request.extensions_mut().insert(certificate);
            }
            Err(Unclear) => {
                tracing::warn!("a proxy's header with a client certificate cannot be read");
                let error = Code::InvalidRequest
                    .because("the client certificate of this request cannot be read");
                return JsonError::new(error, id_of(request.extensions())).into_response();
            }
        }
    }
    for name in [X_CLIENT_CERT, CLIENT_CERT, CLIENT_CERT_CHAIN] {
        request.headers_mut().remove(name);
    }
    next.run(request).await
}

#[cfg(test)]
mod tests;
