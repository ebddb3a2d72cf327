//! Whom the command trusts, and who it is: TLS, authorities, client certificates.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
};
use serde_json::json;

use crate::{
    stand::{ALL, administrator},
    support::{
        home::{Credentials, Home, Ran, durward},
        second_listener::SecondListener,
        server::Server,
    },
};

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(DnType::CommonName, "Clients");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server over TLS, with a second listener that asks for certificates.
struct Secure {
    home: Home,
    authority: Authority,
    secret: Credentials,
    certified: Credentials,
    _server: Server,
}

impl Secure {
    fn new() -> Self {
        let home = Home::with_scheme("https");
        let authority = authority();
        SecondListener::add(&home, &authority.pem());
        let secret = administrator(&home, ALL);
        let certified = home.client(&json!({
            "client_name": "With a certificate", "grant_types": ["client_credentials"],
            "response_types": [], "scope": ALL,
            "token_endpoint_auth_method": "tls_client_auth",
            "tls_client_auth_subject_dn": "CN=pipeline,O=Acme",
            "tls_client_certificate_bound_access_tokens": true,
        }));
        let server = home.serve();
        Self {
            home,
            authority,
            secret,
            certified,
            _server: server,
        }
    }

    /// Files of a certificate in this name, and of its key.
    fn certificate(&self, name: &str) -> (PathBuf, PathBuf) {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::OrganizationName, "Acme");
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        (
            self.home.file(&format!("{name}.pem"), &certificate.pem()),
            self.home.file(&format!("{name}.key"), &key.serialize_pem()),
        )
    }

    fn ca(&self) -> PathBuf {
        self.home.data().join("server.pem")
    }

    /// Runs a command at this server.
    fn run(&self, arguments: &[&str], files: &[(&str, &Path)]) -> Ran {
        let url = self.home.issuer();
        let mut all = arguments.to_vec();
        all.extend(["--url", &url]);
        for (flag, file) in files {
            all.extend([*flag, file.to_str().unwrap()]);
        }
        durward(&all)
    }
}

#[test]
fn a_server_is_trusted_by_its_authority_only() {
    let secure = Secure::new();
    let secret = secure.home.file("secret", &secure.secret.secret);
    let list = ["key", "list", "--client-id", &secure.secret.id];
    let own = ("--client-secret-file", secret.as_path());
    let refused = secure.run(&list, &[own]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("is not trusted") && refused.stderr.contains("--ca-file FILE"),
        "{refused:?}"
    );
    let other = secure.home.file("other.pem", &secure.authority.pem());
    let refused = secure.run(&list, &[own, ("--ca-file", &other)]);
    assert!(refused.stderr.contains("is not trusted"), "{refused:?}");
    let nothing = secure.home.file("nothing.pem", "no certificate\n");
    let refused = secure.run(&list, &[own, ("--ca-file", &nothing)]);
    assert!(refused.stderr.contains("nothing.pem"), "{refused:?}");
    let there = secure.run(&list, &[own, ("--ca-file", &secure.ca())]).ok();
    assert_eq!(there.stdout, secure.home.run(&["key", "list"]).ok().stdout);
}

#[test]
fn a_certificate_says_who_calls() {
    let secure = Secure::new();
    let profiles = secure.home.data().parent().unwrap().join("profiles.toml");
    let (cert, key) = secure.certificate("pipeline");
    let ca = secure.ca();
    let login = ["login", "--client-id", &secure.certified.id];
    let kept = ("--profiles", profiles.as_path());
    let trusted = ("--ca-file", ca.as_path());
    let files = [
        ("--cert-file", cert.as_path()),
        ("--key-file", &key),
        trusted,
        kept,
    ];
    secure.run(&login, &files).ok();
    let list = ["key", "list", "--json"];
    let there = secure.run(&list, &[kept]).ok();
    assert_eq!(there.stdout, secure.home.run(&list).ok().stdout);
    let told = durward(&["profiles", "--profiles", profiles.to_str().unwrap()]).ok();
    assert!(told.stdout.contains("certificate"), "{told:?}");

    // Its token is bound to it: at the other listener, without it, it opens nothing.
    let text = std::fs::read_to_string(&profiles).unwrap();
    let token = text.split("access_token = \"").nth(1).unwrap();
    let token = secure.home.file("token", token.split('"').next().unwrap());
    let stolen = secure.run(&list, &[("--token-file", &token), trusted]);
    assert!(
        stolen.stderr.contains("does not take this access token"),
        "{stolen:?}"
    );

    let (cert, key) = secure.certificate("somebody-else");
    let files = [
        ("--cert-file", cert.as_path()),
        ("--key-file", &key),
        trusted,
        kept,
    ];
    let refused = secure.run(&[&login[..], &["--profile", "other"]].concat(), &files);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused
            .stderr
            .contains("does not take the certificate for the client"),
        "{refused:?}"
    );
    let (_, other_key) = secure.certificate("third");
    let files = [
        ("--cert-file", cert.as_path()),
        ("--key-file", &other_key),
        trusted,
        kept,
    ];
    let refused = secure.run(&login, &files);
    assert_eq!(refused.code, Some(1));
    assert!(refused.stderr.contains("certificate"), "{refused:?}");
    durward(&["logout", "--profiles", profiles.to_str().unwrap()]).ok();
}

#[test]
fn nothing_is_sent_in_clear_to_elsewhere() {
    let home = Home::new();
    let secret = home.file("secret", "sixteen characters");
    let secret = secret.to_str().unwrap();
    for (url, says) in [
        ("http://login.example", "is not encrypted"),
        ("http://10.0.0.1:8080", "is not encrypted"),
        ("ftp://login.example", "is not the address of a server"),
        ("login.example", "is not a URL"),
        ("https://login.example/?x=1", "more than scheme"),
    ] {
        let arguments = [
            "key",
            "list",
            "--url",
            url,
            "--client-id",
            "x",
            "--client-secret-file",
            secret,
        ];
        let refused = durward(&arguments);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stderr.contains(says), "{url}: {refused:?}");
    }
    // Nobody serves this home.
    let arguments = [
        "key",
        "list",
        "--url",
        &home.issuer(),
        "--client-id",
        "x",
        "--client-secret-file",
        secret,
    ];
    let refused = durward(&arguments);
    assert!(refused.stderr.contains("cannot be reached"), "{refused:?}");
    assert!(refused.stderr.contains("is the server up"), "{refused:?}");
}

/// A proxy that tells another issuer than the one that was typed would get the secret.
#[test]
fn a_server_that_calls_itself_something_else_gets_no_secret() {
    let home = Home::new();
    let secret = administrator(&home, ALL);
    let file = home.file("secret", &secret.secret);
    let _server = home.serve();
    let other = home.issuer().replace("127.0.0.1", "localhost");
    let arguments = [
        "key",
        "list",
        "--url",
        &other,
        "--client-id",
        &secret.id,
        "--client-secret-file",
        file.to_str().unwrap(),
    ];
    let refused = durward(&arguments);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("calls itself http://127.0.0.1"),
        "{refused:?}"
    );
    assert!(
        refused
            .stderr
            .contains(&format!("use --url {}", home.issuer())),
        "{refused:?}"
    );
}
