//! One keep-alive HTTP/1.1 connection, with as little work as an honest client
//! can do: the load generator shares the machine with what it measures.
//!
//! Not here: TLS, redirects, cookies (`browser.rs`), chunked bodies, which
//! neither server sends.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::failure::{Failure, Result};

/// Most headers of an answer.
const MAX_HEADERS: usize = 48;

/// Largest answer, bytes.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// What came back.
#[derive(Debug, Default)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// `Location`.
    pub location: Option<String>,
    /// Every `Set-Cookie`, as sent.
    pub cookies: Vec<String>,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The answer, if its status is `status`.
    ///
    /// # Errors
    /// With the beginning of the body otherwise.
    pub fn expect(self, status: u16, step: &str) -> Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        let body: String = self.text().chars().take(400).collect();
        let place = self.location.as_deref().unwrap_or_default();
        Err(Failure::new(format!(
            "{step}: {} instead of {status}. {place} {body}",
            self.status
        )))
    }
}

/// A connection to one server.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    received: Vec<u8>,
}

impl Connection {
    /// Connects at the first request.
    pub fn to(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            received: Vec::with_capacity(16 * 1024),
        }
    }

    /// GETs a path; `headers` are whole lines, each with its line end.
    ///
    /// # Errors
    /// Whatever the network says, and answers that are not HTTP.
    pub async fn get(&mut self, path: &str, headers: &str) -> Result<Answer> {
        let address = self.address;
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n");
        self.send(request.as_bytes()).await
    }

    /// POSTs a form.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn post(&mut self, path: &str, headers: &str, form: &str) -> Result<Answer> {
        let (address, length) = (self.address, form.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n\
             {headers}\r\n{form}"
        );
        self.send(request.as_bytes()).await
    }

    /// Sends a whole request and reads the whole answer.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer> {
        let address = self.address;
        self.exchange(request).await.map_err(|failure| {
            let line = request
                .split(|&byte| byte == b'\r')
                .next()
                .unwrap_or_default();
            let line = String::from_utf8_lossy(line);
            let line: String = line.chars().take(80).collect();
            Failure::new(format!("{address}, {line}: {failure}"))
        })
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            empty => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                empty.insert(stream)
            }
        };
        stream.write_all(request).await?;
        self.received.clear();
        loop {
            if stream.read_buf(&mut self.received).await? == 0 {
                return Err(Failure::new("the connection was closed"));
            }
            if let Some(answer) = parse(&self.received)? {
                return Ok(answer);
            }
            if self.received.len() > MAX_ANSWER_BYTES {
                return Err(Failure::new("an answer without end"));
            }
        }
    }
}

/// The answer, once all of it is there.
fn parse(received: &[u8]) -> Result<Option<Answer>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let parsed = head
        .parse(received)
        .map_err(|error| Failure::new(format!("not HTTP: {error}")))?;
    let httparse::Status::Complete(body_at) = parsed else {
        return Ok(None);
    };
    let mut answer = Answer {
        status: head.code.unwrap_or(0),
        ..Answer::default()
    };
    let mut length = None;
    for header in head.headers.iter() {
        let text = || String::from_utf8_lossy(header.value).into_owned();
        if header.name.eq_ignore_ascii_case("content-length") {
            length = text().parse::<usize>().ok();
        } else if header.name.eq_ignore_ascii_case("location") {
            answer.location = Some(text());
        } else if header.name.eq_ignore_ascii_case("set-cookie") {
            answer.cookies.push(text());
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(Failure::new(
                "a chunked answer, which this client does not read",
            ));
        }
    }
    let length = match (length, answer.status) {
        (Some(length), _) => length,
        (None, 204 | 304) => 0,
        (None, status) => {
            return Err(Failure::new(format!("{status} without content-length")));
        }
    };
    let Some(body) = received.get(body_at..).and_then(|rest| rest.get(..length)) else {
        return Ok(None);
    };
    answer.body = body.to_vec();
    Ok(Some(answer))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const WHOLE: &[u8] = b"HTTP/1.1 303 See Other\r\nLocation: /a\r\nset-cookie: a=b; Path=/\r\n\
                           Set-Cookie: c=d\r\ncontent-length: 2\r\n\r\nok";

    #[test]
    fn an_answer_is_read_when_all_of_it_is_there() {
        let answer = parse(WHOLE).unwrap().unwrap();
        assert_eq!(
            (answer.status, answer.location.as_deref()),
            (303, Some("/a"))
        );
        assert_eq!(answer.cookies, ["a=b; Path=/", "c=d"]);
        assert_eq!(answer.body, b"ok");
        for cut in 1..WHOLE.len() {
            let begun = WHOLE.get(..cut).unwrap();
            assert!(parse(begun).unwrap().is_none(), "{cut}");
        }
    }

    #[test]
    fn what_this_client_cannot_read_is_an_error() {
        assert!(parse(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert!(parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(parse(b"SSH-2.0-x\r\n\r\n").is_err());
    }

    #[test]
    fn an_unexpected_status_shows_the_body() {
        let answer = parse(WHOLE).unwrap().unwrap();
        assert!(
            answer
                .expect(200, "walk")
                .unwrap_err()
                .to_string()
                .contains("walk: 303")
        );
    }
}
