//! The listeners: HTTP/1.1 and HTTP/2, plain or TLS, until told to drain.
//!
//! Not here: routes, certificates' files (durward-cli reads them).

mod patience;

use std::{future::Future, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use durward_protocol::ClientCertificate;
use hyper::{Request, body::Incoming};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use self::patience::Patient;
use crate::{
    App,
    extract::{AskedForCertificate, PeerAddress, PeerCertificate},
};

/// Time between two pings over HTTP/2, and how long the answer to one may take.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// What connections may take. Whoever says nothing keeps a place from somebody else, so
/// nothing of theirs is waited for without end.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections that may be open at once: beyond that new ones wait in the kernel.
    pub connections: usize,
    /// Time for a TLS handshake, for a connection to bring its first request, and for the
    /// headers of every request.
    pub header_timeout: Duration,
    /// Time that the body of a request may keep somebody waiting, from when it first does.
    pub body_timeout: Duration,
    /// Time that requests under way have once draining began.
    pub drain_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 8_192,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            drain_timeout: Duration::from_secs(20),
        }
    }
}

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
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let (stopping, stopped) = watch::channel(false);
    let places = Arc::new(Semaphore::new(limits.connections));
    let mut open = JoinSet::new();
    for door in doors {
        let host = Host {
            app: app.clone(),
            router: router.clone(),
            places: places.clone(),
            limits,
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
    places: Arc<Semaphore>,
    limits: Limits,
}

impl Host {
    async fn keep(self, door: Door, mut stopped: watch::Receiver<bool>) {
        let Door {
            listener,
            tls,
            asks_for_certificates,
        } = door;
        let server = Arc::new(speaking(&self.limits));
        let graceful = GracefulShutdown::new();
        loop {
            let arrived = tokio::select! {
                arrived = arrival(&self.places, &listener) => arrived,
                () = ended(&mut stopped) => break,
            };
            let Some((place, stream, peer)) = arrived else {
                continue;
            };
            let connection = Connection {
                app: self.app.clone(),
                router: self.router.clone(),
                server: server.clone(),
                peer: PeerAddress(peer),
                asks_for_certificates,
                limits: self.limits,
                watcher: graceful.watcher(),
            };
            let tls = tls.clone();
            tokio::spawn(async move {
                connection.run(stream, tls).await;
                drop(place);
            });
        }
        drop(listener);
        let most = self.limits.drain_timeout;
        if tokio::time::timeout(most, graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("connections were cut after {} seconds", most.as_secs());
        }
    }
}

fn speaking(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout);
    server
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING_INTERVAL)
        .keep_alive_timeout(PING_TIMEOUT)
        .max_concurrent_streams(256);
    server
}

/// Who comes in next, once there is a place; nobody when accepting failed.
async fn arrival(
    places: &Arc<Semaphore>,
    listener: &TcpListener,
) -> Option<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let place = places.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => Some((place, stream, peer)),
        Err(error) => {
            // Out of descriptors, most likely: give the others time to end.
            tracing::error!(%error, "accept failed");
            tokio::time::sleep(Duration::from_millis(50)).await;
            None
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
    limits: Limits,
    watcher: hyper_util::server::graceful::Watcher,
}

impl Connection {
    async fn run(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = tls else {
            return self.converse(stream, None).await;
        };
        match tokio::time::timeout(self.limits.header_timeout, tls.accept(stream)).await {
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
            limits,
            watcher,
            ..
        } = self;
        let asked = Arc::new(Notify::new());
        let asks = asked.clone();
        let certificate = certificate.map(|found| PeerCertificate(Arc::new(found)));
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            asks.notify_one();
            let facts = request.extensions_mut();
            facts.insert(peer);
            if asks_for_certificates {
                facts.insert(AskedForCertificate);
            }
            if let Some(certificate) = &certificate {
                facts.insert(certificate.clone());
            }
            let request = request.map(|body| Patient::new(body, limits.body_timeout));
            router.clone().oneshot(request)
        });
        let connection = server.serve_connection(TokioIo::new(stream), service);
        let conversation = pin!(watcher.watch(connection.into_owned()));
        tokio::select! {
            outcome = conversation => {
                if let Err(error) = outcome {
                    tracing::debug!(%error, "connection ended early");
                }
            }
            () = silence(&asked, limits.header_timeout) => {
                tracing::debug!("nothing was asked");
            }
        }
    }
}

/// Ends when nothing was asked in that time. What speaks HTTP does not see to this itself:
/// until it knows which version it is, and between two requests over HTTP/2, it waits on.
async fn silence(asked: &Notify, most: Duration) {
    if tokio::time::timeout(most, asked.notified()).await.is_ok() {
        std::future::pending::<()>().await;
    }
}
