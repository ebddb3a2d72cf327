//! Sealed values open only unchanged, where they belong and with the key that sealed them.

use durward_jose::{SealError, SealingKey, SealingKeys};
use proptest::prelude::{any, proptest};

fn sealing_key(byte: u8) -> SealingKey {
    SealingKey::from_bytes(&[byte; 32]).unwrap()
}

#[test]
fn the_format_names_version_and_key() {
    let key = sealing_key(1);
    let sealed = key.seal("script/1", b"secret").unwrap();
    assert!(sealed.starts_with(&format!("v1:{}:", key.id())), "{sealed}");
    // Nonce, plaintext and tag: 12 + 6 + 16 bytes make 46 characters.
    assert_eq!(sealed.rsplit(':').next().unwrap().len(), 46);
    assert_ne!(sealed, key.seal("script/1", b"secret").unwrap());
    assert_ne!(key.id(), sealing_key(2).id());
}

#[test]
fn settings_text_makes_the_same_key() {
    let entropy = [0xfb; 32];
    let text = SealingKey::new_base64(&entropy);
    let key = SealingKey::from_base64(&text).unwrap();
    assert_eq!(key.id(), SealingKey::from_bytes(&entropy).unwrap().id());
    let url_safe = text.replace('+', "-").replace('/', "_").replace('=', "");
    for spelling in [format!(" {}\n", &*text), url_safe] {
        assert_eq!(SealingKey::from_base64(&spelling).unwrap().id(), key.id());
    }
    for wrong in ["", "AAAA", "not base64!", &"A".repeat(44), &"A".repeat(86)] {
        let refused = SealingKey::from_base64(wrong).unwrap_err();
        assert_eq!(refused, SealError::Key, "{wrong}");
    }
}

#[test]
fn rotation_opens_old_and_seals_new() {
    let old = sealing_key(1);
    let sealed_before = old.seal("key/1", b"secret").unwrap();
    let keys = SealingKeys {
        current: sealing_key(2),
        previous: vec![old],
    };
    assert_eq!(*keys.open("key/1", &sealed_before).unwrap(), b"secret");
    assert!(keys.is_outdated(&sealed_before));
    let sealed_after = keys.seal("key/1", b"secret").unwrap();
    assert!(!keys.is_outdated(&sealed_after));
    assert_eq!(
        *keys.current.open("key/1", &sealed_after).unwrap(),
        b"secret"
    );
    let forgotten = SealingKeys::from(sealing_key(2));
    let refused = forgotten.open("key/1", &sealed_before).unwrap_err();
    assert_eq!(refused, SealError::UnknownKey);
}

#[test]
fn a_sealed_value_under_another_keys_name_does_not_open() {
    let (one, two) = (sealing_key(1), sealing_key(2));
    let sealed = one.seal("c", b"secret").unwrap();
    let renamed = sealed.replace(one.id(), two.id());
    assert_eq!(two.open("c", &renamed).unwrap_err(), SealError::Refused);
}

#[test]
fn what_is_not_sealed_is_malformed() {
    let key = sealing_key(1);
    let sealed = key.seal("c", b"").unwrap();
    let short = &sealed[..sealed.len() - 2];
    for text in [
        "",
        "v1",
        "v1:",
        "plaintext",
        &format!("v2{}", &sealed[2..]),
        &format!("{sealed}:"),
        &format!("{sealed}="),
        short,
    ] {
        let refused = key.open("c", text).unwrap_err();
        assert_eq!(refused, SealError::Malformed, "{text}");
    }
}

#[test]
fn debug_output_shows_no_key() {
    let text = format!("{:?}", SealingKeys::from(sealing_key(0x41)));
    assert!(text.contains(sealing_key(0x41).id()));
    assert!(!text.contains("65, 65") && !text.contains("AAAA"), "{text}");
}

proptest! {
    #[test]
    fn round_trip_and_wrong_context(plaintext in any::<Vec<u8>>(), context in any::<String>(), other in any::<String>()) {
        let key = sealing_key(3);
        let sealed = key.seal(&context, &plaintext).unwrap();
        assert_eq!(*key.open(&context, &sealed).unwrap(), plaintext);
        if other != context {
            assert_eq!(key.open(&other, &sealed).unwrap_err(), SealError::Refused);
        }
    }

    #[test]
    fn any_bit_flip_is_refused(plaintext in any::<Vec<u8>>(), position in any::<proptest::sample::Index>(), bit in 0..7) {
        let key = sealing_key(3);
        let mut bytes = key.seal("context", &plaintext).unwrap().into_bytes();
        let position = position.index(bytes.len());
        bytes[position] ^= 1_u8 << bit;
        let flipped = String::from_utf8(bytes).unwrap();
        assert!(key.open("context", &flipped).is_err());
    }

    #[test]
    fn arbitrary_text_never_opens(text in any::<String>(), body in any::<Vec<u8>>()) {
        let key = sealing_key(3);
        assert!(key.open("", &text).is_err());
        let shaped = format!("v1:{}:{}", key.id(), durward_jose::base64url::encode(body));
        assert!(key.open("", &shaped).is_err());
    }
}
