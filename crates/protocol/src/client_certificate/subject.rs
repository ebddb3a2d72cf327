//! Who a client's certificate has to name: the one of five members that `tls_client_auth`
//! registers (RFC 8705, section 2.1.2).

use std::net::IpAddr;

use durward_model::client::ClientMetadata;
use url::Url;

use super::{ClientCertificate, Name};

/// The five, of which a client registers one.
pub const SUBJECT_MEMBERS: [&str; 5] = [
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
];

/// What a client registered of its certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisteredSubject {
    /// The subject.
    Name(Name),
    /// A dNSName.
    Dns(String),
    /// A uniformResourceIdentifier.
    Uri(String),
    /// An iPAddress.
    Address(IpAddr),
    /// An rfc822Name.
    Email(String),
}

impl RegisteredSubject {
    /// Every one that the metadata holds.
    ///
    /// # Errors
    /// A sentence that names the member whose value is not of its form.
    pub fn all_of(metadata: &ClientMetadata) -> Result<Vec<Self>, String> {
        type Read = fn(&str) -> Result<RegisteredSubject, String>;
        let members: [(&Option<String>, Read); 5] = [
            (&metadata.tls_client_auth_subject_dn, name),
            (&metadata.tls_client_auth_san_dns, dns),
            (&metadata.tls_client_auth_san_uri, uri),
            (&metadata.tls_client_auth_san_ip, address),
            (&metadata.tls_client_auth_san_email, email),
        ];
        let found = members.into_iter().zip(SUBJECT_MEMBERS);
        found
            .filter_map(|((value, read), member)| Some((value.as_deref()?, read, member)))
            .map(|(text, read, member)| read(text).map_err(|why| format!("{member}: {why}")))
            .collect()
    }

    /// The only one.
    ///
    /// # Errors
    /// As [`Self::all_of`], and where there is none or more than one.
    pub fn only_of(metadata: &ClientMetadata) -> Result<Self, String> {
        let mut all = Self::all_of(metadata)?;
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            _ => Err(format!(
                "tls_client_auth needs exactly one of {}",
                SUBJECT_MEMBERS.join(", ")
            )),
        }
    }

    /// Does the certificate name it? Wildcards mean nothing.
    pub fn is_named_by(&self, certificate: &ClientCertificate) -> bool {
        let names = certificate.alternative();
        match self {
            Self::Name(name) => certificate.subject() == name,
            Self::Dns(name) => names.dns.iter().any(|n| n.eq_ignore_ascii_case(name)),
            Self::Uri(uri) => names.uris.contains(uri),
            Self::Address(address) => names.addresses.contains(address),
            Self::Email(email) => names.emails.iter().any(|known| same_mailbox(known, email)),
        }
    }
}

fn name(text: &str) -> Result<RegisteredSubject, String> {
    Name::parse(text)
        .map(RegisteredSubject::Name)
        .map_err(|error| error.to_string())
}

fn dns(text: &str) -> Result<RegisteredSubject, String> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    if text.len() <= 253 && text.split('.').all(label) {
        Ok(RegisteredSubject::Dns(text.to_owned()))
    } else {
        Err("not a host name".to_owned())
    }
}

fn uri(text: &str) -> Result<RegisteredSubject, String> {
    let clear = text.is_ascii() && !text.chars().any(|c| c.is_control() || c == ' ');
    if clear && Url::parse(text).is_ok() {
        Ok(RegisteredSubject::Uri(text.to_owned()))
    } else {
        Err("not an absolute URI".to_owned())
    }
}

fn address(text: &str) -> Result<RegisteredSubject, String> {
    text.parse()
        .map(RegisteredSubject::Address)
        .map_err(|_| "not an IP address".to_owned())
}

fn email(text: &str) -> Result<RegisteredSubject, String> {
    let clear = text.is_ascii() && !text.chars().any(|c| c.is_control() || c == ' ');
    match text.rsplit_once('@') {
        Some((local, host)) if clear && !local.is_empty() && !host.is_empty() => {
            Ok(RegisteredSubject::Email(text.to_owned()))
        }
        _ => Err("not an address of mail".to_owned()),
    }
}

/// The host's case does not count, the mailbox's does (RFC 5280, section 7.5).
fn same_mailbox(one: &str, other: &str) -> bool {
    match (one.rsplit_once('@'), other.rsplit_once('@')) {
        (Some((mailbox, host)), Some((other_mailbox, other_host))) => {
            mailbox == other_mailbox && host.eq_ignore_ascii_case(other_host)
        }
        _ => false,
    }
}
