//! Requests that the server makes: whom it trusts in them, and that nobody waits for the
//! requests of others.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Duration};

use durward_jose::{Algorithm, SigningKey};
use durward_model::{
    ClientId, LogoutNotice, SecretHash, UserId,
    configuration::HttpPolicy,
    logout::{Channel, NoticeState},
};
use durward_script::{Services as _, services::NAMES};
use durward_server::{
    deliveries::send_logout_tokens,
    services::{Fetcher, KeyStoreListing, NamedStore, Outgoing, ScriptServices},
};
use durward_store::Change;
use durward_testkit::{World, clients::WEB, clock::FixedClock, keys, users::ALICE};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use reqwest::Certificate;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
    sync::mpsc,
};
use tokio_rustls::TlsAcceptor;

/// Longer than anything here takes, shorter than anybody's patience.
const LONG: Duration = Duration::from_secs(20);

async fn soon<T>(what: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(LONG, what).await;
    ended.expect("it did not happen")
}

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    fn trusted(&self) -> Arc<Fetcher> {
        let certificates = Certificate::from_pem_bundle(self.pem.as_bytes()).unwrap();
        Arc::new(Fetcher::trusting(certificates).unwrap())
    }

    fn acceptor(&self) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = rustls::ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// A server of somebody else: tells of every request, answers all but those for `/hang`.
struct Other {
    port: u16,
    requests: mpsc::UnboundedReceiver<String>,
}

impl Other {
    async fn start(tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, seen) = (tls.clone(), seen.clone());
                tokio::spawn(async move {
                    match tls {
                        None => answer(stream, seen).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                answer(stream, seen).await;
                            }
                        }
                    }
                });
            }
        });
        Self { port, requests }
    }

    fn policy(&self) -> HttpPolicy {
        HttpPolicy {
            allowed_private_hosts: vec![format!("127.0.0.1:{}", self.port)],
            timeout_ms: 60_000,
            ..HttpPolicy::default()
        }
    }

    fn services(&self, fetcher: Arc<Fetcher>, key_stores: KeyStoreListing) -> ScriptServices {
        let policy = self.policy();
        ScriptServices::new(
            Arc::new(keys::sealing()),
            Arc::new(FixedClock::default()),
            Arc::new(move || policy.clone()),
            Outgoing {
                fetcher,
                key_stores,
            },
        )
    }
}

async fn answer(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    seen: mpsc::UnboundedSender<String>,
) {
    let mut text = String::new();
    let mut bytes = [0; 4096];
    while !text.contains("\r\n\r\n") {
        match stream.read(&mut bytes).await {
            Ok(read) if read > 0 => text += &String::from_utf8_lossy(&bytes[..read]),
            _ => return,
        }
    }
    let hangs = text.contains(" /hang ");
    let _ = seen.send(text);
    if hangs {
        std::future::pending::<()>().await;
    }
    let body = r#"{"access_token":"a token","expires_in":3600}"#;
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.shutdown().await;
}

fn with_tls() {
    // A second time it is there already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

#[tokio::test]
async fn an_authority_that_is_none_is_refused_at_once() {
    with_tls();
    // It decodes; what it decodes to is no certificate.
    let pem = "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    let certificates = Certificate::from_pem_bundle(pem.as_bytes()).unwrap();
    assert_eq!(certificates.len(), 1);
    assert!(Fetcher::trusting(certificates).is_err());
}

#[tokio::test]
async fn a_trust_store_of_a_script_is_all_that_it_trusts() {
    with_tls();
    let (ours, theirs) = (Authority::new(), Authority::new());
    let mut server = Other::start(Some(ours.acceptor())).await;
    let folder = TempDir::new().unwrap();
    let named = [("ours", &ours), ("theirs", &theirs)].map(|(name, authority)| {
        let file = folder.path().join(name);
        std::fs::write(&file, &authority.pem).unwrap();
        let password_file = None;
        (
            name.to_owned(),
            NamedStore {
                file,
                password_file,
            },
        )
    });
    let listing = KeyStoreListing {
        named: BTreeMap::from(named),
        directories: Vec::new(),
    };
    let url = format!("https://127.0.0.1:{}/", server.port);
    let request = |store: Option<&str>| {
        let store = store.map(|name| json!({ "name": name }));
        json!({ "url": url, "trustStore": store })
    };
    let trusting = server.services(ours.trusted(), listing.clone());
    let plain = server.services(Arc::default(), listing);
    for (services, store, arrives) in [
        (&trusting, None, true),
        (&trusting, Some("ours"), true),
        (&trusting, Some("theirs"), false),
        (&plain, Some("ours"), true),
        (&plain, None, false),
    ] {
        let answer = soon(services.answer("inum", "http", &request(store))).await;
        assert_eq!(answer.is_ok(), arrives, "{store:?}: {answer:?}");
        assert_eq!(server.requests.try_recv().is_ok(), arrives, "{store:?}");
    }
}

#[tokio::test]
async fn logout_tokens_go_to_whom_the_operator_trusts() {
    with_tls();
    let authority = Authority::new();
    let mut server = Other::start(Some(authority.acceptor())).await;
    let policy = server.policy();
    let world = World::configured(|configuration| {
        configuration.backchannel_logout_http = policy;
    })
    .await;
    let now = world.provider.now();
    let notice = LogoutNotice {
        id: "notice".into(),
        logout: SecretHash::of("report"),
        client_id: ClientId::new(WEB),
        user_id: UserId::new(ALICE),
        sid: "sid".into(),
        channel: Channel::Back,
        uri: format!("https://127.0.0.1:{}/bye", server.port),
        state: NoticeState::Waiting {
            until: now,
            attempts: 0,
            problem: None,
        },
        created_at: now,
        expires_at: now.plus_seconds(3_600),
    };
    let changes = vec![Change::insert(&notice)];
    world.store.apply(changes).await.unwrap();
    let sending = send_logout_tokens(world.provider.clone(), authority.trusted());
    let sending = tokio::spawn(sending);
    let request = soon(server.requests.recv()).await.unwrap();
    assert!(request.starts_with("POST /bye "), "{request}");
    sending.abort();
}

#[tokio::test]
async fn every_service_that_has_a_name_is_there_and_no_other() {
    let server = Other::start(None).await;
    let services = server.services(Arc::default(), KeyStoreListing::default());
    let none = |answer: Result<Value, String>| {
        answer.is_err_and(|sentence| sentence.starts_with("there is no service"))
    };
    for name in NAMES {
        let answer = services.answer("inum", name, &json!({})).await;
        assert!(!none(answer), "{name}");
    }
    for name in ["", "other", "file", "Http"] {
        let answer = services.answer("inum", name, &json!({})).await;
        assert!(none(answer), "{name}");
    }
}

#[tokio::test]
async fn a_token_endpoint_that_hangs_holds_up_its_own_account_only() {
    with_tls();
    let mut server = Other::start(None).await;
    let services = Arc::new(server.services(Arc::default(), KeyStoreListing::default()));
    let key = SigningKey::generate(Algorithm::RS256).unwrap();
    let key = KeyPair::try_from(key.pkcs8()).unwrap().serialize_pem();
    let account = |path: &str| {
        let key = json!({
            "client_email": "robot@example.com",
            "private_key": key,
            "token_uri": format!("http://127.0.0.1:{}{path}", server.port),
        });
        json!({ "key": key.to_string(), "scope": "messages" })
    };
    let (good, hanging) = (account("/token"), account("/hang"));
    let ask = async || soon(services.answer("inum", "serviceAccountToken", &good)).await;
    assert_eq!(ask().await.unwrap()["accessToken"], "a token");
    soon(server.requests.recv()).await.unwrap();
    let waiting = tokio::spawn({
        let services = services.clone();
        async move {
            services
                .answer("inum", "serviceAccountToken", &hanging)
                .await
        }
    });
    let request = soon(server.requests.recv()).await.unwrap();
    assert!(request.starts_with("POST /hang "), "{request}");
    assert_eq!(ask().await.unwrap()["accessToken"], "a token");
    assert!(!waiting.is_finished() && server.requests.try_recv().is_err());
    waiting.abort();
}
