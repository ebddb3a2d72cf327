//! Connections that keep a place and say nothing, or next to nothing; and ending while all
//! places are taken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{future::Future, net::SocketAddr, time::Duration};

use durward_server::{
    router,
    serve::{Door, Limits, serve},
};
use durward_testkit::app::Site;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

/// Longer than anything here takes, shorter than anybody's patience.
const LONG: Duration = Duration::from_secs(20);

/// So short that it is over at once.
const SHORT: Duration = Duration::from_millis(100);

/// So long that it is never over.
const NEVER: Duration = Duration::from_hours(1);

const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The preface, and settings: nothing.
const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

async fn soon<T>(what: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(LONG, what).await;
    ended.expect("it did not happen")
}

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
    _site: Site,
}

impl Server {
    async fn start(limits: Limits) -> Self {
        let site = Site::new().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let door = Door {
            listener,
            tls: None,
            asks_for_certificates: false,
        };
        let (stop, stopped) = oneshot::channel();
        let stopped = async move {
            let _ = stopped.await;
        };
        let (app, router) = (site.app.clone(), router(&site.app));
        let serving = tokio::spawn(serve(vec![door], app, router, limits, stopped));
        Self {
            address,
            stop,
            serving,
            _site: site,
        }
    }

    async fn told(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream
    }
}

/// What comes until the other side closes.
async fn last_words(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    // Closed is closed, whether gently or not.
    let _ = soon(stream.read_to_end(&mut said)).await;
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn who_asks_nothing_is_let_go() {
    let limits = Limits {
        connections: 1,
        header_timeout: SHORT,
        ..Limits::default()
    };
    let server = Server::start(limits).await;
    // One place: each of them has to go before the next comes in.
    for said in [
        b"".as_slice(),
        b"G",
        b"GET /health/live HTTP/1.1\r\nHost: a",
        &PREFACE.as_bytes()[..1],
        &PREFACE.as_bytes()[..23],
        PREFACE.as_bytes(),
        HTTP_2,
    ] {
        let said_in_return = last_words(server.told(said).await).await;
        assert!(!said_in_return.contains("200"), "{said_in_return:?}");
    }
    let asking = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let answer = last_words(server.told(asking).await).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

/// An answer was given; what comes after it is waited for no longer than for the first.
#[tokio::test]
async fn who_asks_nothing_more_is_let_go() {
    let limits = Limits {
        header_timeout: SHORT,
        ..Limits::default()
    };
    let server = Server::start(limits).await;
    let asking = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
    let answer = last_words(server.told(asking).await).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let limits = Limits {
        header_timeout: NEVER,
        body_timeout: SHORT,
        ..Limits::default()
    };
    let server = Server::start(limits).await;
    let asking = b"POST /jans-auth/restv1/token HTTP/1.1\r\nHost: a\r\n\
        Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\ngr";
    let answer = last_words(server.told(asking).await).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[tokio::test]
async fn it_ends_while_all_places_are_taken() {
    let limits = Limits {
        connections: 2,
        header_timeout: NEVER,
        ..Limits::default()
    };
    let server = Server::start(limits).await;
    let asking = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut taken = Vec::new();
    for _ in 0..limits.connections {
        // Answered once, so it is inside.
        let mut stream = server.told(asking).await;
        soon(stream.read_u8()).await.unwrap();
        taken.push(stream);
    }
    let _silent = server.told(b"").await;
    server.stop.send(()).unwrap();
    soon(server.serving).await.unwrap();
}
