//! Frames from a script host that lies (`hosts/WIRE.md`).
#![no_main]

use durward_engine::wire::{FromHost, encode, read_frame};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut rest = bytes;
    // What was understood can be said again.
    while let Ok(Some(frame)) = read_frame::<FromHost>(&mut rest) {
        let again = encode(&frame).expect("it came in a frame");
        let frame = read_frame::<FromHost>(&mut again.as_slice());
        assert!(matches!(frame, Ok(Some(_))));
    }
});
