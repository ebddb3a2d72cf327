//! Waiting for a server that was just started.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use crate::failure::{Failure, Result};

/// Longest wait.
const PATIENCE: Duration = Duration::from_secs(20);

/// Between two looks.
const PAUSE: Duration = Duration::from_micros(200);

/// Where pushes go when nobody is to be told: nothing listens there.
pub fn no_pushes() -> &'static str {
    "http://127.0.0.1:9/send"
}

/// Waits until `/health/ready` answers 200.
///
/// # Errors
/// When it does not within 20 seconds.
pub fn await_ready(address: SocketAddr) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        if is_ready(address) {
            return Ok(());
        }
        thread::sleep(PAUSE);
    }
    Err(Failure::new(format!(
        "the server on {address} did not become ready"
    )))
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(
            stream,
            "GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
        )?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(answer == *b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}
