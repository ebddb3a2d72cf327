//! The network guard of remote documents, against servers that mean harm
//! (attacks 29, 30 and 32 of server-side request forgery).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::sync::Once;

use durward_model::configuration::HttpPolicy;
use durward_protocol::remote::{
    CLIENT_KEYS, Purpose, REQUEST_OBJECT, SECTOR_IDENTIFIER, Transport as _,
};
use durward_server::remote::GuardedHttp;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};
use url::Url;

/// A server on loopback, and a sign for every connection that reached it.
struct Hostile {
    port: u16,
    connections: mpsc::UnboundedReceiver<()>,
    task: JoinHandle<()>,
}

impl Hostile {
    /// Answers every request with these bytes, then with `more` for as long as anybody reads.
    async fn answering(first: &'static [u8], more: Option<&'static [u8]>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, connections) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.send(()).unwrap();
                tokio::spawn(answer(stream, first, more));
            }
        });
        Self {
            port,
            connections,
            task,
        }
    }

    fn policy(&self) -> HttpPolicy {
        HttpPolicy {
            allowed_private_hosts: vec![format!("127.0.0.1:{}", self.port)],
            timeout_ms: 500,
            ..HttpPolicy::default()
        }
    }

    async fn fetched(&self, policy: &HttpPolicy) -> Result<String, String> {
        let url = format!("http://127.0.0.1:{}/keys", self.port);
        fetch(&url, policy).await
    }

    fn was_reached(&mut self) -> bool {
        self.connections.try_recv().is_ok()
    }
}

impl Drop for Hostile {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream, first: &'static [u8], more: Option<&'static [u8]>) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    if stream.write_all(first).await.is_err() {
        return;
    }
    match more {
        Some(more) => while stream.write_all(more).await.is_ok() {},
        // Open until the other side gives up.
        None => while stream.read(&mut request).await.is_ok_and(|read| read > 0) {},
    }
}

async fn fetch(url: &str, policy: &HttpPolicy) -> Result<String, String> {
    fetch_for(url, &CLIENT_KEYS, policy).await
}

async fn fetch_for(url: &str, purpose: &Purpose, policy: &HttpPolicy) -> Result<String, String> {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        provider.install_default().expect("a provider of TLS");
    });
    let url = Url::parse(url).unwrap();
    GuardedHttp::default().fetch(&url, purpose, policy).await
}

#[tokio::test]
async fn a_document_of_a_listed_host_arrives() {
    let ok = b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"keys\":[]}";
    let mut server = Hostile::answering(ok, None).await;
    let fetched = server.fetched(&server.policy()).await;
    assert_eq!(fetched.as_deref(), Ok("{\"keys\":[]}"));
    assert!(server.was_reached());
}

/// Attack 29, for every purpose: none of the spellings of an inner address is reached.
#[tokio::test]
async fn attack_29_inner_addresses_are_never_connected_to() {
    let mut server =
        Hostile::answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", None).await;
    let port = server.port;
    for purpose in [&CLIENT_KEYS, &REQUEST_OBJECT, &SECTOR_IDENTIFIER] {
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f.1",
            "2130706433",
            "017700000001",
            "0.0.0.0",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            // A name that resolves to this machine.
            "localhost",
            "169.254.169.254",
            "10.0.0.1",
        ] {
            for scheme in ["https", "http"] {
                let url = format!("{scheme}://{host}:{port}/latest");
                let fetched = fetch_for(&url, purpose, &HttpPolicy::default()).await;
                assert!(fetched.is_err(), "{url}: {fetched:?}");
            }
        }
    }
    assert!(!server.was_reached());
}

/// Attack 29: a listed host that redirects somewhere else is not followed.
#[tokio::test]
async fn attack_29_redirects_are_not_followed() {
    let mut inner =
        Hostile::answering(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret", None).await;
    let location = format!(
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{}/\r\nContent-Length: 0\r\n\r\n",
        inner.port
    );
    let outer = Hostile::answering(Box::leak(location.into_boxed_str()).as_bytes(), None).await;
    let mut policy = outer.policy();
    // Not even to a host that could be fetched from by itself.
    policy
        .allowed_private_hosts
        .push(format!("127.0.0.1:{}", inner.port));
    let refused = outer.fetched(&policy).await.unwrap_err();
    assert!(refused.contains("302"), "{refused}");
    assert!(!inner.was_reached());
}

/// Attack 30: headers that come one by one, for ever.
#[tokio::test]
async fn attack_30_a_slow_loris_is_cut_off() {
    let server = Hostile::answering(b"HTTP/1.1 200 OK\r\nX-", None).await;
    let refused = server.fetched(&server.policy()).await.unwrap_err();
    assert!(refused.contains("in time"), "{refused}");
}

/// Attack 30: a body that never ends although its headers came.
#[tokio::test]
async fn attack_30_a_body_that_hangs_is_cut_off() {
    let server = Hostile::answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", None).await;
    let refused = server.fetched(&server.policy()).await.unwrap_err();
    assert!(refused.contains("in time"), "{refused}");
}

/// Attack 30: a gigabyte, announced or not.
#[tokio::test]
async fn attack_30_huge_bodies_are_not_read() {
    static CHUNK: [u8; 64 * 1024] = [b' '; 64 * 1024];
    for head in [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n".as_slice(),
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".as_slice(),
    ] {
        let server = Hostile::answering(head, Some(&CHUNK)).await;
        let policy = HttpPolicy {
            timeout_ms: 30_000,
            ..server.policy()
        };
        let refused = server.fetched(&policy).await.unwrap_err();
        assert!(refused.contains("over 131072 bytes"), "{refused}");
    }
}

/// Attack 30: nothing is ever unpacked, so nothing grows.
#[tokio::test]
async fn attack_30_a_gzip_bomb_is_not_unpacked() {
    let bomb =
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00";
    let server = Hostile::answering(bomb, None).await;
    let fetched = server.fetched(&server.policy()).await.unwrap();
    assert!(fetched.starts_with('\u{1f}'), "{fetched:?}");
}

/// Attack 32: other schemes do not exist.
#[tokio::test]
async fn attack_32_only_http_is_spoken() {
    for url in [
        "file:///etc/passwd",
        "gopher://example.com/",
        "ftp://example.com/keys",
        "unix:/run/secret.sock",
        "data:application/json,{}",
        "javascript:alert(1)",
    ] {
        let fetched = fetch(url, &HttpPolicy::default()).await;
        assert!(fetched.is_err(), "{url}: {fetched:?}");
    }
}
