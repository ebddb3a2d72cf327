//! The directory's certificate authority.

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};

use crate::Problem;

/// organizationIdentifier (ETSI TS 119 495).
const ORGANIZATION_IDENTIFIER: [u64; 4] = [2, 5, 4, 97];

/// A certificate with its key, PEM.
#[derive(Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate_pem: String,
    /// The certificate, DER.
    pub certificate_der: Vec<u8>,
    /// Its key, PKCS#8.
    pub key_pem: String,
    /// Its key, PKCS#8 DER.
    pub key_der: Vec<u8>,
}

/// Issues certificates for servers and participants.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    der: Vec<u8>,
}

impl Authority {
    pub fn new(name: &str) -> Result<Self, Problem> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name = subject(&[
            (DnType::CountryName, "GB"),
            (DnType::OrganizationName, "OpenBanking"),
            (DnType::CommonName, name),
        ]);
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            pem: certificate.pem(),
            der: certificate.der().to_vec(),
            issuer: Issuer::new(params, key),
        })
    }

    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// For a server on this machine.
    pub fn server(&self) -> Result<Identity, Problem> {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = subject(&[(DnType::CommonName, "localhost")]);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(&params)
    }

    /// Open Banking's own kind: software and organisation in the subject.
    pub fn transport(&self, software_id: &str, org_id: &str) -> Result<Identity, Problem> {
        self.participant(&[
            (DnType::CountryName, "GB"),
            (DnType::OrganizationName, "OpenBanking"),
            (DnType::OrganizationalUnitName, org_id),
            (DnType::CommonName, software_id),
        ])
    }

    /// As eIDAS has them: the organisation by its number, the software nowhere.
    pub fn eidas(&self, org_id: &str) -> Result<Identity, Problem> {
        let identifier = format!("PSDGB-FCA-{org_id}");
        self.participant(&[
            (DnType::CountryName, "GB"),
            (DnType::OrganizationName, "Third Party Ltd"),
            (
                DnType::CustomDnType(ORGANIZATION_IDENTIFIER.to_vec()),
                identifier.as_str(),
            ),
            (DnType::CommonName, "Third Party Ltd"),
        ])
    }

    fn participant(&self, names: &[(DnType, &str)]) -> Result<Identity, Problem> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.distinguished_name = subject(names);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(&params)
    }

    fn issue(&self, params: &CertificateParams) -> Result<Identity, Problem> {
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        Ok(Identity {
            certificate_pem: certificate.pem(),
            certificate_der: certificate.der().to_vec(),
            key_pem: key.serialize_pem(),
            key_der: key.serialize_der(),
        })
    }
}

fn subject(names: &[(DnType, &str)]) -> DistinguishedName {
    let mut subject = DistinguishedName::new();
    for (kind, value) in names {
        subject.push(kind.clone(), *value);
    }
    subject
}
