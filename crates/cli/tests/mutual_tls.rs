//! Client certificates through the whole binary (RFC 8705): over TLS of its own, and from
//! a proxy that is trusted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
};
use reqwest::{Client, Identity, Method};
use rustls::{
    ClientConfig, RootCertStore, SignatureScheme,
    client::ResolvesClientCert,
    crypto::aws_lc_rs::sign::any_supported_type,
    pki_types::{CertificateDer, PrivateKeyDer},
    sign::CertifiedKey,
};
use serde_json::{Value, json};
use support::{
    caller::{Answer, Caller, form, plain_client, read},
    home::{Credentials, Home, REDIRECT_URI},
    second_listener::SecondListener,
    visitor::Visitor,
    wait::{LONG, until_async},
};
use tokio::runtime::Runtime;

fn run(test: impl Future<Output = ()>) {
    Runtime::new().unwrap().block_on(test);
}

type Authority = CertifiedIssuer<'static, KeyPair>;

/// Who issues certificates of clients.
fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "Clients");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate, and its key.
struct Shown {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

/// A certificate of `O=Acme, CN=…`, signed by an authority or by itself.
fn certificate(name: &str, authority: Option<&Authority>) -> Shown {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Acme");
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    let certificate = match authority {
        Some(authority) => params.signed_by(&key, authority).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    Shown { certificate, key }
}

/// A server over TLS with a second listener that asks for certificates.
struct Place {
    home: Home,
    listener: SecondListener,
}

impl Place {
    fn new(authority: &Authority) -> Self {
        let home = Home::with_scheme("https");
        let listener = SecondListener::add(&home, &authority.pem());
        home.user("alice");
        Self { home, listener }
    }

    /// A client without a certificate.
    fn bare(&self) -> Client {
        self.listener.bare()
    }

    /// A client with one.
    fn with(&self, shown: &Shown) -> Client {
        let (certificate, key) = (shown.certificate.pem(), shown.key.serialize_pem());
        self.listener.showing(&certificate, &key)
    }

    async fn post(&self, client: &Client, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = client.post(format!("{}{path}", self.listener.base));
        read(form(request, fields)).await.unwrap()
    }

    async fn userinfo(&self, client: &Client, base: &str, token: &str) -> Answer {
        let request = client.get(format!("{base}/userinfo")).bearer_auth(token);
        read(request).await.unwrap()
    }

    async fn register(&self, client: &Client, metadata: &Value) -> Answer {
        let request = client
            .post(format!("{}/register", self.listener.base))
            .header("content-type", "application/json")
            .body(metadata.to_string());
        read(request).await.unwrap()
    }
}

fn metadata(subject: &str) -> Value {
    json!({
        "client_name": "With a certificate", "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"], "scope": "openid profile",
        "token_endpoint_auth_method": "tls_client_auth", "tls_client_auth_subject_dn": subject,
    })
}

#[test]
fn a_client_registers_with_its_certificate_and_its_tokens_count_with_no_other() {
    run(async {
        let ca = authority();
        let place = Place::new(&ca);
        place.home.set("dynamicRegistrationMode", "mtls");
        let resource_server = place.home.app();
        let _server = place.home.serve();
        let (own, other) = (
            certificate("client-1", Some(&ca)),
            certificate("other", Some(&ca)),
        );
        let (with_own, with_other) = (place.with(&own), place.with(&other));
        let bare = place.bare();

        let subject = metadata("CN=client-1, O=ACME");
        assert_eq!(place.register(&bare, &subject).await.status, 403);
        assert_eq!(place.register(&with_other, &subject).await.status, 403);
        let forged = place.with(&certificate("client-1", None));
        assert_eq!(place.register(&forged, &subject).await.status, 403);
        let registered = place.register(&with_own, &subject).await;
        assert_eq!(registered.status, 201, "{registered:?}");
        let client = Credentials {
            id: registered.text("client_id"),
            secret: String::new(),
        };

        let caller = Caller::with(&place.home, bare.clone());
        let code = Visitor::new(&caller)
            .code_by_hand(&client, "alice")
            .await
            .unwrap();
        let exchange = [
            ("grant_type", "authorization_code"),
            ("client_id", client.id.as_str()),
            ("code", code.as_str()),
            ("redirect_uri", REDIRECT_URI),
        ];
        for impostor in [&bare, &with_other, &forged] {
            let refused = place.post(impostor, "/token", &exchange).await;
            assert_eq!(
                (refused.status, refused.error().as_str()),
                (401, "invalid_client")
            );
        }
        let tokens = place.post(&with_own, "/token", &exchange).await;
        assert_eq!(tokens.status, 200, "{tokens:?}");
        let token = tokens.text("access_token");

        let main = place.home.url("");
        let answer = place
            .userinfo(&with_own, &place.listener.base, &token)
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        for (thief, base) in [
            (&with_other, &place.listener.base),
            (&bare, &place.listener.base),
            (&with_own, &main),
        ] {
            let refused = place.userinfo(thief, base, &token).await;
            assert_eq!(
                (refused.status, refused.error().as_str()),
                (401, "invalid_token")
            );
        }
        let asked = [("token", token.as_str())];
        let told = caller.post("/introspection", Some(&resource_server), &asked);
        let told = told.await.unwrap().json();
        assert!(told["cnf"]["x5t#S256"].is_string(), "{told}");
        // The client introspects with its certificate, as it does everything.
        let fields = [("client_id", client.id.as_str()), ("token", token.as_str())];
        let same = place
            .post(&with_own, "/introspection", &fields)
            .await
            .json();
        assert_eq!(same["cnf"], told["cnf"]);
        let refused = place.post(&with_other, "/introspection", &fields).await;
        assert_eq!(refused.status, 401);

        let refresh = tokens.text("refresh_token");
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", client.id.as_str()),
            ("refresh_token", refresh.as_str()),
        ];
        assert_eq!(place.post(&with_other, "/token", &fields).await.status, 401);
        assert_eq!(place.post(&with_own, "/token", &fields).await.status, 200);
    });
}

#[test]
fn self_signed_certificates_are_let_in_and_count_as_the_keys_they_hold() {
    run(async {
        let place = Place::new(&authority());
        let own = certificate("anybody", None);
        let jwk = durward_jwk(&own.key);
        let client = place.home.client(&json!({
            "grant_types": ["client_credentials"], "response_types": [], "scope": "accounts",
            "token_endpoint_auth_method": "self_signed_tls_client_auth", "jwks": { "keys": [jwk] },
            "tls_client_certificate_bound_access_tokens": true,
        }));
        let _server = place.home.serve();
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", client.id.as_str()),
        ];
        for version in [
            reqwest::tls::Version::TLS_1_2,
            reqwest::tls::Version::TLS_1_3,
        ] {
            let pem = own.certificate.pem() + &own.key.serialize_pem();
            let http = place
                .listener
                .trusting()
                .identity(Identity::from_pem(pem.as_bytes()).unwrap())
                .tls_version_min(version)
                .tls_version_max(version)
                .pool_max_idle_per_host(0)
                .build()
                .unwrap();
            // Anew each time, the later ones in a session that is resumed.
            for _ in 0..3 {
                let answer = place.post(&http, "/token", &fields).await;
                assert_eq!(answer.status, 200, "{answer:?}");
            }
        }
        let other = place.with(&certificate("anybody", None));
        assert_eq!(place.post(&other, "/token", &fields).await.status, 401);
        // The usual listener asks nobody.
        let request = place.with(&own).post(place.home.url("/token"));
        let answer = read(form(request, &fields)).await.unwrap();
        assert_eq!(answer.status, 401);
    });
}

/// Makes the certificate's name the `client_id`, as Open Banking has it, and lets another
/// name speak for one client.
const SCRIPT: &str = "
from io.jans.model.custom.script.type.client import ClientRegistrationType
from io.jans.as.model.util import CertUtils

class ClientRegistration(ClientRegistrationType):
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis

    def init(self, customScript, configurationAttributes):
        return True

    def destroy(self, configurationAttributes):
        return True

    def getApiVersion(self):
        return 11

    def createClient(self, context):
        pem = context.getConfigurationAttibutes().get('certProperty').getValue1()
        name = CertUtils.getCN(CertUtils.x509CertificateFromPem(pem))
        if context.getHttpRequest().getHeader('X-ClientCert') != pem:
            return False
        context.getClient().setClientId(name)
        return CertUtils.getCN(context.getCertificate()) == name

    def updateClient(self, context):
        return False

    def isCertValidForClient(self, cert, context):
        return CertUtils.getCN(cert) == 'renamed' and context.getClient().getClientName() == 'Renamed'
";

#[test]
fn a_script_sees_certificates_and_speaks_for_those_that_name_a_client_otherwise() {
    run(async {
        let ca = authority();
        let place = Place::new(&ca);
        let home = &place.home;
        home.set("dynamicRegistrationMode", "mtls");
        let grants = "[\"client_credentials\"]";
        home.set("grantTypesSupportedByDynamicRegistration", grants);
        let renamed = |name: &str| {
            home.client(&json!({
                "client_name": name, "grant_types": ["client_credentials"], "response_types": [],
                "scope": "accounts", "token_endpoint_auth_method": "tls_client_auth",
                "tls_client_auth_subject_dn": "CN=renamed,O=Acme",
            }))
        };
        let (right, wrong) = (renamed("Renamed"), renamed("Other"));
        let file = home.file("certificates.py", SCRIPT);
        let kind = "client_registration";
        let put = [
            "script",
            "put",
            file.to_str().unwrap(),
            "--type",
            kind,
            "--enable",
        ];
        home.run(&put).ok();
        let _server = home.serve();

        let own = place.with(&certificate("client-1", Some(&ca)));
        let mut asked = metadata("CN=client-1,O=Acme");
        asked["grant_types"] = json!(["client_credentials"]);
        asked["response_types"] = json!([]);
        asked["redirect_uris"] = json!([]);
        let registered = place.register(&own, &asked).await;
        assert_eq!(registered.status, 201, "{registered:?}");
        assert_eq!(registered.text("client_id"), "client-1");
        let fields = |id: &str| {
            let pairs = [("grant_type", "client_credentials"), ("client_id", id)];
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let other = place.with(&certificate("renamed", Some(&ca)));
        for (http, id, status) in [
            (&own, "client-1", 200), // not asked
            (&other, right.id.as_str(), 200),
            (&other, wrong.id.as_str(), 401),
            (&own, right.id.as_str(), 401),
        ] {
            let fields = fields(id);
            let pairs: Vec<(&str, &str)> = fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let answer = place.post(http, "/token", &pairs).await;
            assert_eq!(answer.status, status, "{id}: {answer:?}");
        }
    });
}

/// The public key of a P-256 pair as JWK.
fn durward_jwk(key: &KeyPair) -> Value {
    let point = key.public_key_raw();
    assert_eq!((point[0], point.len()), (4, 65));
    let text = |octets: &[u8]| durward_jose::base64url::encode(octets);
    json!({ "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..]) })
}

/// Shows a certificate and signs with another key.
#[derive(Debug)]
struct Thief(Arc<CertifiedKey>);

impl ResolvesClientCert for Thief {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[test]
fn a_certificate_without_its_key_ends_the_handshake() {
    run(async {
        let ca = authority();
        let place = Place::new(&ca);
        let _server = place.home.serve();
        let victim = certificate("client-1", Some(&ca));
        let url = format!("{}/jwks", place.listener.base);
        assert_eq!(
            read(place.with(&victim).get(&url)).await.unwrap().status,
            200
        );
        let stolen = vec![victim.certificate.der().clone()];
        let key = PrivateKeyDer::try_from(KeyPair::generate().unwrap().serialize_der()).unwrap();
        let certified = CertifiedKey::new(stolen, any_supported_type(&key).unwrap());
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from(place.listener.own.der().to_vec()))
            .unwrap();
        let config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_client_cert_resolver(Arc::new(Thief(Arc::new(certified))));
        let http = plain_client()
            .tls_backend_preconfigured(config)
            .build()
            .unwrap();
        assert!(http.get(&url).send().await.is_err());
    });
}

/// A server in clear that trusts proxies there.
fn behind(proxies: &str, authority: &Authority) -> (Home, Credentials) {
    let home = Home::new();
    std::fs::write(home.data().join("clients.pem"), authority.pem()).unwrap();
    home.edit_toml(|text| {
        format!("{text}\n[mtls]\nclient_ca = \"clients.pem\"\ntrusted_proxies = {proxies}\n")
    });
    let client = home.client(&json!({
        "grant_types": ["client_credentials"], "response_types": [], "scope": "accounts",
        "token_endpoint_auth_method": "tls_client_auth",
        "tls_client_auth_subject_dn": "CN=client-1,O=Acme",
    }));
    (home, client)
}

async fn token_with(home: &Home, client: &Credentials, shown: &Shown) -> Answer {
    let pem: String = shown
        .certificate
        .pem()
        .bytes()
        .map(|octet| match octet {
            octet if octet.is_ascii_alphanumeric() => char::from(octet).to_string(),
            octet => format!("%{octet:02X}"),
        })
        .collect();
    let caller = Caller::new(home);
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", client.id.as_str()),
    ];
    let request = caller
        .request(Method::POST, &home.url("/token"))
        .header("X-ClientCert", pem);
    read(form(request, &fields)).await.unwrap()
}

#[test]
fn a_proxys_header_counts_where_it_is_listed_and_nowhere_else() {
    run(async {
        let ca = authority();
        let own = certificate("client-1", Some(&ca));
        let (home, client) = behind("[\"127.0.0.0/8\"]", &ca);
        let server = home.serve();
        let answer = token_with(&home, &client, &own).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let caller = Caller::new(&home);
        let token = answer.text("access_token");
        let refused = caller
            .request(Method::GET, &home.url("/userinfo"))
            .bearer_auth(&token);
        assert_eq!(read(refused).await.unwrap().status, 401);
        for forged in [
            certificate("client-1", None),
            certificate("client-1", Some(&authority())),
        ] {
            assert_eq!(token_with(&home, &client, &forged).await.status, 401);
        }
        drop(server);

        let (home, client) = behind("[\"192.0.2.7\"]", &ca);
        let _server = home.serve();
        assert_eq!(token_with(&home, &client, &own).await.status, 401);
    });
}

#[test]
fn metadata_say_where_certificates_are_asked_for() {
    run(async {
        let place = Place::new(&authority());
        let _server = place.home.serve();
        let caller = Caller::with(&place.home, place.bare());
        let url = format!("{}/.well-known/openid-configuration", place.home.issuer());
        let told = caller.get(&url).await.unwrap().json();
        let alias = &told["mtls_endpoint_aliases"]["token_endpoint"];
        assert_eq!(alias, &json!(format!("{}/token", place.listener.base)));
        let doctor = place.home.run(&["doctor"]).stdout;
        assert!(doctor.contains("good   client certificates"), "{doctor}");
    });
}

#[test]
fn both_listeners_drain() {
    run(async {
        let place = Place::new(&authority());
        let mut server = place.home.serve();
        server.terminate();
        assert_eq!(server.end(LONG).code(), Some(0));
        until_async("nobody listens", LONG, || async {
            let url = format!("{}/jwks", place.listener.base);
            place.bare().get(&url).send().await.err()
        })
        .await;
    });
}

#[test]
fn a_listener_for_certificates_needs_one_of_its_own() {
    let home = Home::new();
    home.edit_toml(|text| format!("{text}\n[mtls]\nbind = \"127.0.0.1:0\"\n"));
    let ran = home.run(&["serve"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("[tls]"), "{}", ran.stderr);
    let home = Home::new();
    home.edit_toml(|text| format!("{text}\n[mtls]\nclient_ca = \"none.pem\"\n"));
    let ran = home.run(&["serve"]);
    assert!(ran.stderr.contains("none.pem"), "{}", ran.stderr);
}
