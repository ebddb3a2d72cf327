//! Frames from a script host that lies (`hosts/WIRE.md`), through the server's own reader.
#![no_main]

use durward_engine::{
    frames,
    wire::{FromHost, encode},
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Where the stream is cut changes nothing.
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let (one, other) = bytes.split_at(usize::from(*first).min(bytes.len()));
    let read = frames(&[bytes]);
    assert_eq!(read, frames(&[one, other]));
    // What was understood can be said again.
    for frame in read.unwrap_or_default() {
        let again = encode::<FromHost>(&frame).expect("it came in a frame");
        assert_eq!(frames(&[&again]).map(|frames| frames.len()), Ok(1));
    }
});
