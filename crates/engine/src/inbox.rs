//! Bytes from a worker cut into frames, under the bounds that keep a lying
//! worker harmless: length, depth and number of values are known before a
//! value is built.
//!
//! Not here: what a frame means for a turn (`turn.rs`).

use std::io;

use memchr::memchr2;
use tokio::{io::AsyncReadExt, net::UnixStream};

use crate::wire::{self, FromHost};

/// Deepest nesting of a frame. `serde_json` itself stops at 128; what we accept
/// is stored, compared and dropped recursively later, so we stop earlier.
const MAX_DEPTH: u32 = 64;
/// Most values in a frame: a short text can otherwise become a large tree.
const MAX_VALUES: u32 = 100_000;
/// Room for one read, bytes.
const READ_BYTES: usize = 16 * 1024;
/// Room kept between turns, bytes.
const KEEP_BYTES: usize = 64 * 1024;

/// What has been received and not yet understood.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    bytes: Vec<u8>,
    start: usize,
}

impl Inbox {
    /// Whether nothing is left over.
    pub(crate) fn is_empty(&self) -> bool {
        self.start >= self.bytes.len()
    }

    /// The next whole frame with its length in bytes; `None` when more must be read.
    ///
    /// # Errors
    /// A sentence when the bytes are not of the protocol; the stream is useless then.
    pub(crate) fn take(&mut self) -> Result<Option<(FromHost, usize)>, String> {
        let rest = self.bytes.get(self.start..).unwrap_or_default();
        let Some((prefix, rest)) = rest.split_first_chunk::<4>() else {
            return Ok(None);
        };
        let length = wire::frame_length(*prefix).map_err(|error| error.to_string())?;
        let Some(frame) = rest.get(..length) else {
            return Ok(None);
        };
        weigh(frame)?;
        let frame = serde_json::from_slice(frame).map_err(|error| not_a_frame(&error))?;
        self.start += prefix.len() + length;
        if self.is_empty() {
            self.bytes.clear();
            self.bytes.shrink_to(KEEP_BYTES);
            self.start = 0;
        }
        Ok(Some((frame, length)))
    }

    /// Reads once, growing with what arrives and not with what was announced.
    ///
    /// # Errors
    /// I/O; a closed wire is `Ok(0)`.
    pub(crate) async fn fill(&mut self, stream: &mut UnixStream) -> io::Result<usize> {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        self.bytes.reserve(READ_BYTES);
        stream.read_buf(&mut self.bytes).await
    }
}

/// Frames of a stream that arrives in `pieces`, as a worker's do, for fuzz targets.
///
/// # Errors
/// As [`Inbox::take`].
#[cfg(any(test, feature = "fuzzing"))]
pub fn frames(pieces: &[&[u8]]) -> Result<Vec<FromHost>, String> {
    let mut inbox = Inbox::default();
    let mut frames = Vec::new();
    for piece in pieces {
        inbox.bytes.extend_from_slice(piece);
        while let Some((frame, _)) = inbox.take()? {
            frames.push(frame);
        }
    }
    Ok(frames)
}

/// The kind of error and its place, without any of the worker's own text.
fn not_a_frame(error: &serde_json::Error) -> String {
    format!(
        "not a frame ({:?} error at byte {})",
        error.classify(),
        error.column()
    )
}

/// Bounds depth and number of values of JSON text that is not parsed yet. On
/// text that is not JSON the answer means nothing; the parser refuses it.
fn weigh(text: &[u8]) -> Result<(), String> {
    let (mut depth, mut values) = (0_u32, 1_u32);
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'"' => rest = after_string(rest),
            b'{' | b'[' => {
                depth += 1;
                values += 1;
                if depth > MAX_DEPTH {
                    return Err(format!("a frame nested deeper than {MAX_DEPTH}"));
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' => values += 1,
            _ => {}
        }
        if values > MAX_VALUES {
            return Err(format!("a frame of more than {MAX_VALUES} values"));
        }
    }
    Ok(())
}

/// What follows the string whose first character `rest` begins with.
fn after_string(mut rest: &[u8]) -> &[u8] {
    while let Some(at) = memchr2(b'"', b'\\', rest) {
        let is_escape = rest.get(at) == Some(&b'\\');
        rest = rest
            .get(at + 1 + usize::from(is_escape)..)
            .unwrap_or_default();
        if !is_escape {
            return rest;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;
    use crate::wire::{Done, LogLine};

    fn inbox(bytes: Vec<u8>) -> Inbox {
        Inbox { bytes, start: 0 }
    }

    fn framed(text: &str) -> Vec<u8> {
        let mut bytes = u32::try_from(text.len()).unwrap().to_be_bytes().to_vec();
        bytes.extend_from_slice(text.as_bytes());
        bytes
    }

    #[test]
    fn frames_come_out_in_order_however_they_were_cut() {
        let log = FromHost::Log(vec![LogLine {
            level: "info".into(),
            text: "a\"]}\\".into(),
        }]);
        let done = FromHost::Done(Done::default());
        let mut bytes = wire::encode(&log).unwrap();
        bytes.extend(wire::encode(&done).unwrap());
        for cut in 0..bytes.len() {
            let frames = frames(&[&bytes[..cut], &bytes[cut..]]).unwrap();
            assert_eq!(frames, [log.clone(), done.clone()], "cut at {cut}");
        }
        let mut inbox = inbox(bytes);
        while inbox.take().unwrap().is_some() {}
        assert!(inbox.is_empty());
    }

    #[test]
    fn what_is_not_of_the_protocol_is_refused() {
        for text in [
            "",
            "{}",
            "null",
            "\u{0}\u{1}",
            r#"{"done":{"result":1}} x"#,
            r#"{"call":{}}"#,
        ] {
            assert!(inbox(framed(text)).take().is_err(), "{text:?}");
        }
        assert!(inbox(u32::MAX.to_be_bytes().to_vec()).take().is_err());
        let garbage = inbox(framed("{\"secret\": tru")).take().unwrap_err();
        assert!(!garbage.contains("secret"), "{garbage}");
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let text = r#"{"done":{"result":true,"later":{"x":[1]}}}"#;
        let (frame, length) = inbox(framed(text)).take().unwrap().unwrap();
        assert_eq!(length, text.len());
        assert_eq!(
            frame,
            FromHost::Done(Done {
                result: true.into(),
                ..Done::default()
            })
        );
    }

    #[test]
    fn depth_and_number_of_values_are_bounded_and_text_is_not_counted() {
        let nested = |depth: usize| {
            framed(&format!(
                r#"{{"done":{{"result":{}{}}}}}"#,
                "[".repeat(depth),
                "]".repeat(depth)
            ))
        };
        assert!(inbox(nested(62)).take().unwrap().is_some());
        assert!(inbox(nested(63)).take().unwrap_err().contains("deeper"));
        assert!(
            inbox(nested(100_000))
                .take()
                .unwrap_err()
                .contains("deeper")
        );
        let many = framed(&format!(
            r#"{{"done":{{"result":[0{}]}}}}"#,
            ",0".repeat(100_000)
        ));
        assert!(inbox(many).take().unwrap_err().contains("values"));
        let text = framed(&format!(
            r#"{{"done":{{"result":"{}\"{}"}}}}"#,
            "[,".repeat(100_000),
            "[".repeat(99)
        ));
        assert!(inbox(text).take().unwrap().is_some());
    }
}
