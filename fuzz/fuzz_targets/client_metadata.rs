//! `Entrance::ClientMetadata` of durward-testkit's `hostile`.
#![no_main]

use durward_fuzz::meet;
use durward_testkit::hostile::Entrance;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| meet(Entrance::ClientMetadata, bytes));
