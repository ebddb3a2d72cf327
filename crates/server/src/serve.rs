//! The listeners: HTTP/1.1 and HTTP/2, plain or TLS, until told to drain.
//!
//! Not here: routes, certificates' files (durward-cli reads them).

use std::{future::Future, sync::Arc, time::Duration};

use axum::Router;
use durward_protocol::ClientCertificate;
use hyper::{Request, body::Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::{
    App,
    extract::{AskedForCertificate, PeerAddress, PeerCertificate},
};

/// Time for a TLS handshake and for the headers of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);

/// Time that requests under way have once draining began.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(20);

/// Connections that may be open at once: beyond that new ones wait in the kernel.
const MAX_CONNECTIONS: usize = 8_192;

/// Where connections come in.
pub struct Door {
    /// Bound already.
    pub listener: TcpListener,
    /// What is spoken; HTTP in clear without it.
    pub tls: Option<TlsAcceptor>,
    /// Whether that asks for client certificates (see `client_certificates`).
    pub asks_for_certificates: bool,
}

/// Serves until `stop` ends, then drains: no new connections, requests under
/// way finish.
pub async fn serve(
    doors: Vec<Door>,
    app: Arc<App>,
    router: Router,
    stop: impl Future<Output = ()>,
) {
    let (stopping, stopped) = watch::channel(false);
    let places = Arc::new(tokio::sync::Semaphore::new(MAX_CONNECTIONS));
    let mut open = JoinSet::new();
    for door in doors {
        let host = Host {
            app: app.clone(),
            router: router.clone(),
            places: places.clone(),
        };
        open.spawn(host.keep(door, stopped.clone()));
    }
    stop.await;
    app.drain();
    tracing::info!("draining");
    let _ = stopping.send(true);
    while open.join_next().await.is_some() {}
}

/// What all doors lead to.
struct Host {
    app: Arc<App>,
    router: Router,
    places: Arc<tokio::sync::Semaphore>,
}

impl Host {
    async fn keep(self, door: Door, mut stopped: watch::Receiver<bool>) {
        let Door {
            listener,
            tls,
            asks_for_certificates,
        } = door;
        let mut server = auto::Builder::new(TokioExecutor::new());
        server
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT);
        server
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(256);
        let server = Arc::new(server);
        let graceful = GracefulShutdown::new();
        loop {
            let Ok(place) = self.places.clone().acquire_owned().await else {
                break;
            };
            let (stream, peer) = tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) => {
                        // Out of descriptors, most likely: give the others time to end.
                        tracing::error!(%error, "accept failed");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                },
                () = ended(&mut stopped) => break,
            };
            let connection = Connection {
                app: self.app.clone(),
                router: self.router.clone(),
                server: server.clone(),
                peer: PeerAddress(peer),
                asks_for_certificates,
                watcher: graceful.watcher(),
            };
            let tls = tls.clone();
            tokio::spawn(async move {
                connection.run(stream, tls).await;
                drop(place);
            });
        }
        drop(listener);
        if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!(
                "connections were cut after {} seconds",
                DRAIN_TIMEOUT.as_secs()
            );
        }
    }
}

/// Ends once it is said that serving stops.
async fn ended(stopped: &mut watch::Receiver<bool>) {
    // A sender that is gone says so too.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

struct Connection {
    app: Arc<App>,
    router: Router,
    server: Arc<auto::Builder<TokioExecutor>>,
    peer: PeerAddress,
    asks_for_certificates: bool,
    watcher: hyper_util::server::graceful::Watcher,
}

impl Connection {
    async fn run(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = tls else {
            return self.converse(stream, None).await;
        };
        match tokio::time::timeout(HEADER_TIMEOUT, tls.accept(stream)).await {
            Ok(Ok(stream)) => {
                let (_, session) = stream.get_ref();
                // Also of a session that is resumed: who vouches for it is found out anew.
                let chain = session.peer_certificates().unwrap_or_default();
                let now = self.app.provider.now();
                match self.app.certificates.authorities.read(chain, now) {
                    Ok(certificate) => self.converse(stream, certificate).await,
                    Err(error) => tracing::debug!(%error, "client certificate refused"),
                }
            }
            Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
            Err(_) => tracing::debug!("TLS handshake took too long"),
        }
    }

    async fn converse<S>(self, stream: S, certificate: Option<ClientCertificate>)
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let Self {
            router,
            server,
            peer,
            asks_for_certificates,
            watcher,
            ..
        } = self;
        let certificate = certificate.map(|found| PeerCertificate(Arc::new(found)));
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            let facts = request.extensions_mut();
            facts.insert(peer);
            if asks_for_certificates {
                facts.insert(AskedForCertificate);
            }
            if let Some(certificate) = &certificate {
                facts.insert(certificate.clone());
            }
            router.clone().oneshot(request)
        });
        let connection = server.serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection.into_owned()).await {
            tracing::debug!(%error, "connection ended early");
        }
    }
}
