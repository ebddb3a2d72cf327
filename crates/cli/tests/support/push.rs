//! Services on loopback that scripts call: one that records and answers, one
//! that never answers, one that waits for a sign, and an address where nobody is.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode, Uri},
};
use tokio::{net::TcpListener, sync::watch};

/// What came in.
#[derive(Debug, Clone)]
pub struct Received {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Received {
    fn new(uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Self {
        let text = |value: &axum::http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
        Self {
            path: uri.path().to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| (name.to_string(), text(value)))
                .collect(),
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

/// A service that records every request.
pub struct Push {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    open: watch::Sender<bool>,
}

impl Push {
    /// Answers each request at once with what `answer` says of it.
    pub async fn start(
        answer: impl Fn(&Received) -> (u16, String) + Clone + Send + Sync + 'static,
    ) -> Self {
        Self::run(true, answer).await
    }

    /// Lets every request wait until [`Push::release`].
    pub async fn holding() -> Self {
        Self::run(false, |_| (200, "{}".to_owned())).await
    }

    async fn run(
        open: bool,
        answer: impl Fn(&Received) -> (u16, String) + Clone + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (open, gate) = watch::channel(open);
        let kept = received.clone();
        let router = Router::new().fallback(move |uri: Uri, headers: HeaderMap, body: Bytes| {
            let (kept, answer, mut gate) = (kept.clone(), answer.clone(), gate.clone());
            async move {
                let request = Received::new(&uri, &headers, &body);
                kept.lock().unwrap().push(request.clone());
                let _ = gate.wait_for(|open| *open).await;
                let (status, text) = answer(&request);
                (StatusCode::from_u16(status).unwrap(), text)
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            address,
            received,
            open,
        }
    }

    /// Lets waiting requests go on.
    pub fn release(&self) {
        self.open.send_replace(true);
    }

    /// Requests so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// URL of a path there.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

/// An address where nobody listens.
pub async fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
}
