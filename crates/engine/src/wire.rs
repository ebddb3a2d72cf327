//! The wire between the server and a host process: frame types and framing.
//!
//! Not here: sockets, processes, time limits. Both ends use these types, so
//! this module knows neither tokio nor an interpreter. `hosts/WIRE.md` is the
//! same protocol in prose.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

pub use durward_script::program::{
    Answer, Attribute, Bean, Call, CheckReport, Contract, Done, Failure, FailureKind, HostCall,
    Limits, LoadReport, LogLine, Method, Problem, Program, Property, Runtime,
};

/// Protocol version, sent in every `load` and `check` frame.
pub const VERSION: u32 = 1;

/// Largest frame that either side accepts, in bytes of JSON.
pub const MAX_FRAME_BYTES: usize = 4 * 1024 * 1024;

/// A frame from the server to a host connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ToHost {
    /// Compile, check the contract, construct and `init`. Ends in `done` with a [`LoadReport`].
    Load(Box<Program>),
    /// Compile and check the contract only. Ends in `done` with a [`CheckReport`].
    Check(Box<Program>),
    /// Call one method of the loaded instance.
    Call(Box<Call>),
    /// The answer to the one outstanding host call.
    Answer(Answer),
    /// Call `destroy`. Ends in `done`.
    Destroy,
}

/// A frame from a host connection to the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FromHost {
    /// Lines printed or logged since the last frame. Several lines share one frame.
    Log(Vec<LogLine>),
    /// The script wants something only the server can do; the host is suspended until `answer`.
    Host(HostCall),
    /// The turn ended well.
    Done(Done),
    /// The turn ended in an error of the script.
    Failed(Failure),
}

/// Encodes `frame` with its four-byte big-endian length in front.
///
/// # Errors
/// `InvalidData` when the frame is over [`MAX_FRAME_BYTES`].
pub fn encode<T: Serialize>(frame: &T) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, frame).map_err(io::Error::from)?;
    let length = bytes.len() - 4;
    if length > MAX_FRAME_BYTES {
        return Err(too_large(length));
    }
    let prefix = u32::try_from(length)
        .map_err(|_| too_large(length))?
        .to_be_bytes();
    for (slot, byte) in bytes.iter_mut().zip(prefix) {
        *slot = byte;
    }
    Ok(bytes)
}

/// Length announced by a frame's prefix, refused when over [`MAX_FRAME_BYTES`].
///
/// # Errors
/// `InvalidData` when too long.
pub fn frame_length(prefix: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_be_bytes(prefix) as usize;
    if length > MAX_FRAME_BYTES {
        return Err(too_large(length));
    }
    Ok(length)
}

/// Reads one frame; `None` at a clean end of stream.
///
/// # Errors
/// I/O errors; `InvalidData` for a frame that is too long or not of the protocol.
pub fn read_frame<T: for<'de> Deserialize<'de>>(stream: &mut impl Read) -> io::Result<Option<T>> {
    let mut prefix = [0; 4];
    match stream.read_exact(&mut prefix) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut bytes = vec![0; frame_length(prefix)?];
    stream.read_exact(&mut bytes)?;
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(io::Error::from)
}

/// Writes one frame.
///
/// # Errors
/// I/O errors; `InvalidData` for a frame that is too long.
pub fn write_frame<T: Serialize>(stream: &mut impl Write, frame: &T) -> io::Result<()> {
    stream.write_all(&encode(frame)?)
}

fn too_large(length: usize) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("frame of {length} bytes is over {MAX_FRAME_BYTES}"),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn frames_round_trip() {
        let frame = FromHost::Log(vec![LogLine {
            level: "info".into(),
            text: "hé".into(),
        }]);
        let bytes = encode(&frame).unwrap();
        let back: FromHost = read_frame(&mut bytes.as_slice()).unwrap().unwrap();
        assert_eq!(frame, back);
    }

    #[test]
    fn a_clean_end_is_none_and_a_torn_frame_is_an_error() {
        assert_eq!(read_frame::<FromHost>(&mut [].as_slice()).unwrap(), None);
        let bytes = encode(&ToHost::Destroy).unwrap();
        let torn = bytes.split_last().unwrap().1;
        assert!(read_frame::<ToHost>(&mut &*torn).is_err());
    }

    #[test]
    fn an_announced_giant_is_refused_before_it_is_allocated() {
        let bytes = u32::MAX.to_be_bytes();
        assert!(read_frame::<FromHost>(&mut bytes.as_slice()).is_err());
    }
}
