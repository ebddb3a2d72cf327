//! Certificates of clients and of those who issue them. The same seed makes the same key,
//! and with it the same certificate.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::sync::Arc;

use durward_protocol::{
    ClientCertificate, Error,
    token::{self, TokenResponse},
    visit::{Caller, Visit},
};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, IsCa, Issuer, KeyPair,
    PKCS_ED25519, SanType, SerialNumber, date_time_ymd,
};
use serde_json::{Value, json};

use crate::{World, flow::parameters};

/// A key of the kind that a seed makes.
fn key(seed: u8) -> KeyPair {
    // RFC 8410, section 7: an Ed25519 key is any 32 octets.
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend([seed; 32]);
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der)
    );
    KeyPair::from_pkcs8_pem_and_sign_algo(&pem, &PKCS_ED25519).unwrap()
}

/// What a certificate says.
#[derive(Debug, Clone)]
pub struct Holder {
    seed: u8,
    params: CertificateParams,
}

/// A certificate and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// DER.
    pub der: Vec<u8>,
    /// PEM.
    pub pem: String,
    /// The private key, PEM.
    pub key_pem: String,
    /// The public key as JWK.
    pub jwk: Value,
}

impl Holder {
    /// A subject of these attributes in order, `CN`, `O`, `OU`, `C` or a dotted number.
    pub fn new(seed: u8, attributes: &[(&str, &str)]) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.serial_number = Some(SerialNumber::from(u64::from(seed)));
        params.not_before = date_time_ymd(2025, 1, 1);
        params.not_after = date_time_ymd(2100, 1, 1);
        let holder = Self { seed, params };
        let all = attributes.iter();
        all.fold(holder, |holder, (name, value)| {
            holder.with(name, DnValue::Utf8String((*value).to_owned()))
        })
    }

    /// One attribute more.
    #[must_use]
    pub fn with(mut self, name: &str, value: DnValue) -> Self {
        let kind = match name {
            "CN" => DnType::CommonName,
            "O" => DnType::OrganizationName,
            "OU" => DnType::OrganizationalUnitName,
            "C" => DnType::CountryName,
            number => {
                let arcs: Vec<u64> = number.split('.').map(|arc| arc.parse().unwrap()).collect();
                DnType::from_oid(&arcs)
            }
        };
        self.params.distinguished_name.push(kind, value);
        self
    }

    /// With an alternative name.
    #[must_use]
    pub fn named(mut self, name: SanType) -> Self {
        self.params.subject_alt_names.push(name);
        self
    }

    /// Valid from the first of January of one year to that of another.
    #[must_use]
    pub fn valid(mut self, from: i32, to: i32) -> Self {
        self.params.not_before = date_time_ymd(from, 1, 1);
        self.params.not_after = date_time_ymd(to, 1, 1);
        self
    }

    /// Signed by its own key.
    pub fn self_signed(&self) -> Shown {
        let key = key(self.seed);
        shown(&self.params.self_signed(&key).unwrap(), &key)
    }

    /// Signed by an authority.
    pub fn signed_by(&self, authority: &Authority) -> Shown {
        let key = key(self.seed);
        let issuer = Issuer::from_params(&authority.params, &authority.key);
        shown(&self.params.signed_by(&key, &issuer).unwrap(), &key)
    }
}

fn shown(made: &rcgen::Certificate, key: &KeyPair) -> Shown {
    Shown {
        der: made.der().to_vec(),
        pem: made.pem(),
        key_pem: key.serialize_pem(),
        jwk: json!({
            "kty": "OKP", "crv": "Ed25519",
            "x": durward_jose::base64url::encode(key.public_key_raw()),
        }),
    }
}

/// A request over a connection with that certificate.
pub fn over(certificate: Option<&ClientCertificate>) -> Visit {
    Visit {
        certificate: certificate.cloned().map(Arc::new),
        ..Visit::default()
    }
}

impl World {
    /// A token request over a connection with that certificate.
    ///
    /// # Errors
    /// As the rule.
    pub async fn token_over(
        &self,
        certificate: Option<&ClientCertificate>,
        authorization: Option<&str>,
        pairs: &[(&str, &str)],
    ) -> Result<TokenResponse, Error> {
        let visit = over(certificate);
        let caller = Caller {
            authorization,
            visit: &visit,
        };
        token::answer(&self.provider, caller, &parameters(pairs)).await
    }
}

/// Who issues certificates.
pub struct Authority {
    params: CertificateParams,
    key: KeyPair,
    /// Its own certificate.
    pub shown: Shown,
}

impl Authority {
    /// Of that name.
    pub fn new(seed: u8, name: &str) -> Self {
        let mut params = Holder::new(seed, &[("CN", name)]).params;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = key(seed);
        let shown = shown(&params.self_signed(&key).unwrap(), &key);
        Self { params, key, shown }
    }
}

impl Shown {
    /// As a listener reads it, an authority vouching for it or not.
    pub fn read(&self, is_vouched_for: bool) -> ClientCertificate {
        ClientCertificate::parse(&self.der, is_vouched_for).unwrap()
    }

    /// A key set with its key.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [self.jwk] })
    }
}
