//! Strangers at every entrance: good input with random edits.
//!
//! `bin/fuzz` looks further, with the same promises.

use std::cell::{Cell, RefCell};

use durward_testkit::hostile::{Entrance, Ground};
use proptest::prelude::{ProptestConfig, Strategy, any, prop, prop_oneof, proptest};

/// A change of some bytes of the input.
#[derive(Debug, Clone)]
enum Edit {
    Replace(prop::sample::Index, Vec<u8>),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        r"{",
        r"}",
        r"[",
        r"]",
        r#"""#,
        r":",
        ",",
        "null",
        "true",
        "-0",
        "1e999",
        r#""type""#,
        r"\\u0000",
        r#""scope":"admin","#,
        r#""redirect_uris":["javascript:alert(1)"],"#,
        "\u{202e}",
        "\u{0}",
        "%00",
        "#",
    ];
    prop_oneof![
        prop::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 1..4),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        (place(), piece()).prop_map(|(at, bytes)| Edit::Replace(at, bytes)),
        (place(), piece()).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        (place(), 1..20_usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        (place(), 1..60_usize).prop_map(|(at, length)| Edit::Repeat(at, length)),
    ]
}

fn edited(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for edit in edits {
        let place = |at: &prop::sample::Index| at.index(bytes.len() + 1);
        match edit {
            Edit::Replace(at, new) => {
                let at = place(at);
                let end = (at + new.len()).min(bytes.len());
                bytes.splice(at..end, new.iter().copied());
            }
            Edit::Insert(at, new) => {
                let at = place(at);
                bytes.splice(at..at, new.iter().copied());
            }
            Edit::Remove(at, length) => {
                let at = place(at);
                let end = (at + length).min(bytes.len());
                bytes.drain(at..end);
            }
            Edit::Repeat(at, length) => {
                let at = place(at);
                let end = (at + length).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(end..end, again);
            }
        }
    }
    bytes
}

#[test]
fn what_strangers_send_breaks_no_promise() {
    let ground = RefCell::new(Ground::default());
    for entrance in Entrance::ALL {
        assert!(
            ground.borrow_mut().meet(entrance, &entrance.seed()),
            "{entrance:?}: what is good is taken"
        );
        let taken = Cell::new(0);
        proptest!(ProptestConfig::with_cases(256), |(edits in prop::collection::vec(edit(), 1..5))| {
            let bytes = edited(entrance.seed(), &edits);
            if ground.borrow_mut().meet(entrance, &bytes) {
                taken.set(taken.get() + 1);
            }
        });
        assert!(
            (1..256).contains(&taken.get()),
            "{entrance:?}: {taken:?} of 256"
        );
    }
}
