//! Two listeners: `matls`, which wants a client certificate of our authority before it says
//! anything, and `keys`, which anybody may read.

use std::{io, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{ConnectInfo, Path, State as Shared, connect_info::Connected},
    http::{
        HeaderMap, StatusCode, Uri,
        header::{AUTHORIZATION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::{IncomingStream, Listener},
};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use url::form_urlencoded;
use x509_parser::prelude::{FromDer as _, X509Certificate};

use crate::{
    Problem,
    authority::{Authority, Identity},
    scim,
    state::State,
    token,
};

const HANDSHAKE: Duration = Duration::from_secs(5);

/// Common name of the certificate that was shown; empty without one.
#[derive(Debug, Clone, Default)]
struct Peer(String);

struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, _)) = self.tcp.accept().await else {
                tokio::task::yield_now().await;
                continue;
            };
            // A visitor without a certificate ends here.
            if let Ok(Ok(tls)) = timeout(HANDSHAKE, self.acceptor.accept(stream)).await {
                let shown = tls.get_ref().1.peer_certificates();
                let peer = shown.and_then(<[_]>::first).and_then(common_name);
                return (tls, Peer(peer.unwrap_or_default()));
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(Peer::default())
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        stream.remote_addr().clone()
    }
}

fn common_name(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    let name = certificate.subject().iter_common_name().next()?;
    name.as_str().ok().map(str::to_owned)
}

/// Both, bound and not yet answering.
pub(crate) struct Listeners {
    matls: TlsListener,
    keys: TlsListener,
}

impl Listeners {
    pub async fn open(authority: &Authority) -> Result<Self, Problem> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut roots = RootCertStore::empty();
        let tls = |error: &dyn std::fmt::Display| Problem::Tls(error.to_string());
        roots
            .add(CertificateDer::from(authority.der().to_vec()))
            .map_err(|error| tls(&error))?;
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
                .build()
                .map_err(|error| tls(&error))?;
        let none = WebPkiClientVerifier::no_client_auth();
        Ok(Self {
            matls: listener(authority.server()?, verifier).await?,
            keys: listener(authority.server()?, none).await?,
        })
    }

    pub fn matls_url(&self) -> Result<String, Problem> {
        Ok(format!("https://{}", self.matls.tcp.local_addr()?))
    }

    pub fn keys_url(&self) -> Result<String, Problem> {
        Ok(format!("https://{}", self.keys.tcp.local_addr()?))
    }

    pub fn serve(self, state: &Arc<State>) -> Vec<JoinHandle<()>> {
        let matls = Router::new()
            .route("/as/token.oauth2", post(tokens))
            .route("/scim/v2/OBThirdPartyProviders/", get(query))
            .with_state(state.clone())
            .into_make_service_with_connect_info::<Peer>();
        let keys = Router::new()
            .route("/keystore/openbanking.jwks", get(own_keys))
            .route("/keystore/{org}/{file}", get(software_keys))
            .with_state(state.clone());
        vec![
            tokio::spawn(async move {
                let _ = axum::serve(self.matls, matls).await;
            }),
            tokio::spawn(async move {
                let _ = axum::serve(self.keys, keys).await;
            }),
        ]
    }
}

async fn listener(
    identity: Identity,
    verifier: Arc<dyn ClientCertVerifier>,
) -> Result<TlsListener, Problem> {
    let key = PrivateKeyDer::try_from(identity.key_der)
        .map_err(|error| Problem::Tls(error.to_owned()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = |error: rustls::Error| Problem::Tls(error.to_string());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(tls)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(vec![identity.certificate_der.into()], key)
        .map_err(tls)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsListener {
        tcp: TcpListener::bind("127.0.0.1:0").await?,
        acceptor: TlsAcceptor::from(Arc::new(config)),
    })
}

/// Waits while the directory hangs.
async fn awake(state: &State) {
    // The sender is in the state, so it is there.
    let _ = state.hangs.subscribe().wait_for(|hangs| !hangs).await;
}

async fn tokens(
    Shared(state): Shared<Arc<State>>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    body: String,
) -> Response {
    awake(&state).await;
    state.lock().counts.token += 1;
    match token::answer(&state, &peer.0, &body) {
        Ok(token) => answer(
            200,
            &json!({
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": token::TOKEN_SECONDS,
            }),
        ),
        Err(error) => {
            let status = if error == "invalid_client" { 401 } else { 400 };
            refusal(status, error)
        }
    }
}

fn refusal(status: u16, error: &str) -> Response {
    answer(status, &json!({ "error": error }))
}

fn answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

async fn query(Shared(state): Shared<Arc<State>>, uri: Uri, headers: HeaderMap) -> Response {
    awake(&state).await;
    state.lock().counts.scim += 1;
    let shown = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = shown.and_then(|value| value.strip_prefix("Bearer "));
    let now = state.clock.now();
    let is_good = token.is_some_and(|token| {
        let known = state.lock();
        let found = known.tokens.get(token);
        found.is_some_and(|(scope, ends)| now < *ends && scope.contains("TPPRead"))
    });
    if !is_good {
        return refusal(401, "invalid_token");
    }
    let mut parameters = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let filter = parameters.find(|(name, _)| name == "filter");
    match filter.and_then(|(_, filter)| scim::matching(&state, &filter)) {
        Some(count) => answer(
            200,
            &json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
                "totalResults": count,
            }),
        ),
        None => refusal(400, "invalidFilter"),
    }
}

async fn own_keys(Shared(state): Shared<Arc<State>>) -> Response {
    awake(&state).await;
    state.lock().counts.keys += 1;
    let key = state.statements.public_jwk().to_object();
    answer(200, &json!({ "keys": [key] }))
}

async fn software_keys(
    Shared(state): Shared<Arc<State>>,
    Path((org, file)): Path<(String, String)>,
) -> Response {
    awake(&state).await;
    let mut known = state.lock();
    known.counts.software_keys += 1;
    let id = file.strip_suffix(".jwks").unwrap_or_default();
    let found = known.participants.get(id).filter(|one| one.org_id == org);
    match found {
        Some(found) => {
            let keys: Vec<Value> = found
                .keys
                .keys
                .iter()
                .map(|key| Value::Object(key.to_object()))
                .collect();
            answer(200, &json!({ "keys": keys }))
        }
        None => refusal(404, "not_found"),
    }
}
