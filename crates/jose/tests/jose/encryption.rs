//! Encrypted tokens: vectors, every combination there and back, and what hostile headers try.

use durward_jose::{
    base64url,
    jwe::{
        ContentEncryption, DecryptPolicy, Decrypted, DecryptionKey, EncryptionKey, JweError,
        KeyFamily, KeyManagement, decrypt, encrypt, is_encrypted,
    },
};
use proptest::prelude::{any, proptest};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

const ANY: DecryptPolicy<'_> = DecryptPolicy {
    key_managements: &KeyManagement::ALL,
    content_encryptions: &ContentEncryption::ALL,
    max_bytes: 64 * 1024,
};

fn key(family: KeyFamily) -> &'static DecryptionKey {
    static RSA: OnceLock<DecryptionKey> = OnceLock::new();
    static P256: OnceLock<DecryptionKey> = OnceLock::new();
    let slot = match family {
        KeyFamily::Rsa => &RSA,
        KeyFamily::P256 => &P256,
    };
    slot.get_or_init(|| DecryptionKey::generate(family).unwrap())
}

fn open(token: &str, key: &DecryptionKey) -> Result<Decrypted, JweError> {
    decrypt(token, std::iter::once(key), &ANY)
}

fn made(alg: KeyManagement, enc: ContentEncryption) -> String {
    let public = key(alg.family()).public();
    encrypt(b"inside", public, alg, enc, ("JWT", "JWT")).unwrap()
}

/// The token with another header: nothing after it fits any more, so only what is refused
/// before the opening can tell the cases apart.
fn with_header(change: impl FnOnce(&mut Map<String, Value>)) -> Result<Decrypted, JweError> {
    let token = made(KeyManagement::EcdhEsA128Kw, ContentEncryption::A128Gcm);
    let (header, rest) = token.split_once('.').unwrap();
    let mut header: Value = serde_json::from_slice(&base64url::decode(header).unwrap()).unwrap();
    change(header.as_object_mut().unwrap());
    let changed = format!("{}.{rest}", base64url::encode(header.to_string()));
    open(&changed, key(KeyFamily::P256))
}

fn refused(change: impl FnOnce(&mut Map<String, Value>)) -> JweError {
    with_header(change).map(drop).unwrap_err()
}

#[test]
fn every_combination_goes_there_and_back() {
    for alg in KeyManagement::ALL {
        for enc in ContentEncryption::ALL {
            let token = made(alg, enc);
            assert!(is_encrypted(&token));
            let opened = open(&token, key(alg.family())).unwrap();
            assert_eq!(opened.plaintext.as_slice(), b"inside", "{alg:?} {enc:?}");
            assert_eq!(opened.cty.as_deref(), Some("JWT"));
        }
    }
}

/// RFC 7520 section 5.5: ECDH-ES over P-256 with A128CBC-HS256.
#[test]
fn the_cookbooks_key_agreement_opens() {
    let [d, x, y] = [
        "r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8",
        "Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0",
        "HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw",
    ]
    .map(|text| base64url::decode(text).unwrap());
    // PKCS#8 of a P-256 key is this around its three numbers.
    let begin = base64url::decode("MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg").unwrap();
    let middle = base64url::decode("oUQDQgAE").unwrap();
    let pkcs8 = [begin, d, middle, x, y].concat();
    let key = DecryptionKey::from_pkcs8(KeyFamily::P256, &pkcs8)
        .unwrap()
        .with_kid("meriadoc.brandybuck@buckland.example");
    let token = "eyJhbGciOiJFQ0RILUVTIiwia2lkIjoibWVyaWFkb2MuYnJhbmR5YnVja0BidWNrbGFuZC5leGFtcGxlIiwiZXBrIjp7Imt0eSI6IkVDIiwiY3\
    J2IjoiUC0yNTYiLCJ4IjoibVBVS1RfYkFXR0hJaGcwVHBqanFWc1AxclhXUXVfdndWT0hIdE5rZFlvQSIsInkiOiI4QlFBc0ltR2VBUzQ2ZnlX\
    dzVNaFlmR1RUMElqQnBGdzJTUzM0RHY0SXJzIn0sImVuYyI6IkExMjhDQkMtSFMyNTYifQ..yc9N8v5sYyv3iGQT926IUg.BoDlwPnTypYq-iv\
    jmQvAYJLb5Q6l-F3LIgQomlz87yW4OPKbWE1zSTEFjDfhU9IPIOSA9Bml4m7iDFwA-1ZXvHteLDtw4R1XRGMEsDIqAYtskTTmzmzNa-_q4F_ev\
    APUmwlO-ZG45Mnq4uhM1fm_D9rBtWolqZSF3xGNNkpOMQKF1Cl8i8wjzRli7-IXgyirlKQsbhhqRzkv8IcY6aHl24j03C-AR2le1r7URUhArM7\
    9BY8soZU0lzwI-sD5PZ3l4NDCCei9XkoIAfsXJWmySPoeRb2Ni5UZL4mYpvKDiwmyzGd65KqVw7MsFfI_K767G9C9Azp73gKZD0DyUn1mn0WW5\
    LmyX_yJ-3AROq8p1WZBfG-ZyJ6195_JGG2m9Csg.WCCkNa-x4BeB9hIDIfFuhg";
    let opened = open(token, &key).unwrap();
    let text = std::str::from_utf8(&opened.plaintext).unwrap();
    assert!(text.starts_with("You can trust us") && text.ends_with("We are your friends, Frodo."));
}

/// Made with the crypto module of Node.js: the RFCs have no example of RSA-OAEP-256.
#[test]
fn a_token_of_another_library_opens() {
    let pkcs8 = base64url::decode(NODE_KEY).unwrap();
    let key = DecryptionKey::from_pkcs8(KeyFamily::Rsa, &pkcs8).unwrap();
    let opened = open(NODE_TOKEN, &key).unwrap();
    assert_eq!(opened.plaintext.as_slice(), b"made elsewhere");
}

#[test]
fn stored_keys_open_what_they_opened_before() {
    for alg in KeyManagement::ALL {
        let again = DecryptionKey::from_pkcs8(alg.family(), key(alg.family()).pkcs8()).unwrap();
        let token = made(alg, ContentEncryption::A256Gcm);
        assert!(open(&token, &again).is_ok(), "{alg:?}");
    }
}

#[test]
fn published_keys_are_for_encryption_only() {
    for family in [KeyFamily::Rsa, KeyFamily::P256] {
        let object = key(family).public().to_object();
        assert_eq!(object["use"], "enc");
        assert!(!object.contains_key("d"));
        let set = json!({ "keys": [object] });
        let set = set.as_object().unwrap();
        let signing = durward_jose::JwkSet::from_object(set).unwrap();
        assert!(signing.keys.is_empty());
        let alg = KeyManagement::ALL
            .into_iter()
            .find(|alg| alg.family() == family)
            .unwrap();
        let found = EncryptionKey::find(set, alg).unwrap().unwrap();
        assert_eq!(&found, key(family).public());
    }
}

#[test]
fn keys_of_a_set_are_found_by_what_they_are_for() {
    let p256 = key(KeyFamily::P256).public().to_object();
    let changed = |name: &str, value: Value| {
        let mut object = p256.clone();
        object.insert(name.to_owned(), value);
        json!({ "keys": [object] })
    };
    let find = |set: &Value| EncryptionKey::find(set.as_object().unwrap(), KeyManagement::EcdhEs);
    assert!(find(&changed("alg", json!("ECDH-ES"))).unwrap().is_some());
    for (name, value) in [
        ("alg", json!("ECDH-ES+A128KW")),
        ("alg", json!("ES256")),
        ("use", json!("sig")),
        ("key_ops", json!(["verify"])),
    ] {
        assert_eq!(
            find(&changed(name, value.clone())),
            Ok(None),
            "{name} {value}"
        );
    }
    for (name, value) in [("d", json!("AA")), ("x", json!("AA")), ("use", json!(1))] {
        assert!(find(&changed(name, value)).is_err(), "{name}");
    }
}

#[test]
fn attack_21_hostile_header_members_are_refused() {
    for (member, value) in [
        ("crit", json!(["exp"])),
        ("zip", json!("DEF")),
        ("b64", json!(false)),
        ("jwk", key(KeyFamily::P256).public().to_object().into()),
        ("jku", json!("https://evil.example/jwks")),
        ("x5u", json!("https://evil.example/cert")),
        ("x5c", json!(["MII"])),
    ] {
        let refused = refused(|header| {
            header.insert(member.to_owned(), value);
        });
        assert_eq!(refused, JweError::RefusedHeader(member));
    }
}

#[test]
fn attack_22_a_huge_p2c_costs_nothing() {
    let refused_member = refused(|header| {
        header.insert("p2c".to_owned(), json!(2_147_483_647));
    });
    assert_eq!(refused_member, JweError::RefusedHeader("p2c"));
    let refused_alg = refused(|header| {
        header.insert("alg".to_owned(), json!("PBES2-HS256+A128KW"));
    });
    assert_eq!(refused_alg, JweError::UnknownAlgorithm);
}

#[test]
fn attack_22_old_and_symmetric_key_management_does_not_exist() {
    for alg in [
        "RSA1_5",
        "RSA-OAEP",
        "dir",
        "A128KW",
        "A128GCMKW",
        "none",
        "ecdh-es",
        "",
    ] {
        let refused = refused(|header| {
            header.insert("alg".to_owned(), json!(alg));
        });
        assert_eq!(refused, JweError::UnknownAlgorithm, "{alg}");
    }
    let refused = refused(|header| {
        header.insert("enc".to_owned(), json!("A128CBC+HS256"));
    });
    assert_eq!(refused, JweError::UnknownAlgorithm);
}

/// A padding or decryption oracle needs two answers; there is one.
#[test]
fn attack_22_every_failure_of_opening_is_the_same() {
    let rsa = KeyManagement::RsaOaep256;
    for alg in [rsa, KeyManagement::EcdhEsA256Kw] {
        for enc in ContentEncryption::ALL {
            let token = made(alg, enc);
            let parts: Vec<&str> = token.split('.').collect();
            for place in 1..5 {
                let mut bytes = base64url::decode(parts[place]).unwrap();
                bytes[0] ^= 1;
                let changed = base64url::encode(&bytes);
                let mut parts = parts.clone();
                parts[place] = &changed;
                let refused = open(&parts.join("."), key(alg.family())).unwrap_err();
                assert_eq!(refused, JweError::Undecryptable, "{alg:?} {enc:?} {place}");
            }
            for encrypted_key in ["", "AA", &base64url::encode([7; 256])] {
                let mut parts = parts.clone();
                parts[1] = encrypted_key;
                let refused = open(&parts.join("."), key(alg.family())).unwrap_err();
                assert_eq!(refused, JweError::Undecryptable, "{alg:?} {enc:?}");
            }
        }
    }
}

#[test]
fn attack_22_a_point_off_the_curve_is_not_agreed_with() {
    let epk = |x: [u8; 32], y: [u8; 32]| json!({ "kty": "EC", "crv": "P-256", "x": base64url::encode(x), "y": base64url::encode(y) });
    let own = key(KeyFamily::P256).public().to_object();
    let mut private = own.clone();
    private.insert("d".to_owned(), json!("AA"));
    for bad in [
        epk([1; 32], [1; 32]),
        epk([0; 32], [0; 32]),
        json!({ "kty": "EC", "crv": "P-384", "x": base64url::encode([1; 48]), "y": base64url::encode([1; 48]) }),
        json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB" }),
        json!(private),
        json!("epk"),
        Value::Null,
    ] {
        let refused = refused(|header| {
            header.insert("epk".to_owned(), bad.clone());
        });
        assert_eq!(refused, JweError::MalformedHeader("epk"), "{bad}");
    }
    let missing = refused(|header| {
        header.remove("epk");
    });
    assert_eq!(missing, JweError::MalformedHeader("epk"));
}

#[test]
fn a_direct_agreement_has_no_encrypted_key() {
    let token = made(KeyManagement::EcdhEs, ContentEncryption::A256Gcm);
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts[1], "");
    let with_one = [parts[0], "AAAA", parts[2], parts[3], parts[4]].join(".");
    let refused = open(&with_one, key(KeyFamily::P256)).unwrap_err();
    assert_eq!(refused, JweError::Undecryptable);
}

#[test]
fn the_policy_is_asked_before_anything_is_decrypted() {
    let token = made(KeyManagement::EcdhEs, ContentEncryption::A256Gcm);
    let keys = || std::iter::once(key(KeyFamily::P256));
    let policies = [
        DecryptPolicy {
            key_managements: &[KeyManagement::RsaOaep256],
            ..ANY
        },
        DecryptPolicy {
            content_encryptions: &[ContentEncryption::A128Gcm],
            ..ANY
        },
    ];
    for policy in policies {
        let refused = decrypt(&token, keys(), &policy).unwrap_err();
        assert_eq!(refused, JweError::UnknownAlgorithm);
    }
    let short = DecryptPolicy {
        max_bytes: token.len() - 1,
        ..ANY
    };
    assert_eq!(
        decrypt(&token, keys(), &short).unwrap_err(),
        JweError::TooLarge
    );
}

#[test]
fn a_kid_chooses_its_key_and_no_other() {
    let old = DecryptionKey::generate(KeyFamily::P256).unwrap();
    let new = DecryptionKey::generate(KeyFamily::P256).unwrap();
    let ways = (KeyManagement::EcdhEs, ContentEncryption::A128Gcm);
    let token = encrypt(b"inside", old.public(), ways.0, ways.1, ("JWT", "JWT")).unwrap();
    assert!(decrypt(&token, [&new, &old].into_iter(), &ANY).is_ok());
    let refused = decrypt(&token, [&new].into_iter(), &ANY).unwrap_err();
    assert_eq!(refused, JweError::NoMatchingKey);
}

#[test]
fn what_is_not_a_compact_token_is_malformed() {
    for text in [
        "",
        "....",
        "a.b.c",
        "a.b.c.d.e.f",
        "e30....",
        "e30=.a.b.c.d",
    ] {
        assert!(open(text, key(KeyFamily::P256)).is_err(), "{text}");
    }
    let twice = base64url::encode(r#"{"alg":"ECDH-ES","alg":"RSA-OAEP-256","enc":"A128GCM"}"#);
    let refused = open(&format!("{twice}...."), key(KeyFamily::P256));
    assert!(matches!(refused, Err(JweError::Json(_))));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), header in any::<String>()) {
        let _ = open(&text, key(KeyFamily::P256));
        let _ = open(&format!("{}....", base64url::encode(header)), key(KeyFamily::P256));
    }

    #[test]
    fn no_header_opens_what_it_did_not_seal(name in "[a-z0-9]{1,6}", value in any::<String>()) {
        let outcome = with_header(|header| {
            header.insert(name, json!(value));
        });
        assert!(outcome.is_err());
    }
}

const NODE_KEY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCt51g7Y17OAyH4J4J2-F3Zy5mul5CcaqJ5ddi59lZmULcupi9mNVNd0mK3Is\
    tIwKnbf6WaF1MEWlR_4XsmsKAwBQlGRdXwXbPiSivp8-x2XAZhP8MmF_053BUiMkyNh9DyIRYImBqNsFrRazhAPoHKqtGkKit9oN-f5aCgIy9Y\
    F02rmI8UWufzKleWeU1D5t7NPqPVi3c1XZa3NkUt10YUeYsBTc3YTlWcxs5St8QP9ZWGN2JmsBa40hFTJNedvNFqg3imAJ195-AzTq9BTCq4oH\
    3x7AKNDGFWpZbI0ktQem8eKz_yCBMRoxUFNuhXJji-R1xGLdLEf_RyEy8DAROHAgMBAAECggEAAjJZEyL4XcTSBzGZ5x57B6xtNrSJFJi6OwDf\
    PyDFSvSRDnX176YTyqxvfR245fndC2iWMxdBVV2TZ1bLTfFO4gcQ7MImvNW01yfAXJZYByS2xeq0Gy_pYx43EXVY3Il50l0oS0J_RLPqFG7KHp\
    xLhRUETJJlyz1Jey-_iCukRkoRBbue7Xr9IWb5S8Hz4lXhizrdgxBRvTr_gHbKcjjjSb4tKiRps0liaVF9HbGhawQhkpIrz6iHcc3kyEmmkKHO\
    lyS1ZUGUnIFlZo7mCEGhp_nJnpuBm-YCbuee0STm-LrPDQHUitCb0A1ORi1aIgp1UxnTCtT0Aw6RppPqFGKQvQKBgQDxPKa48_w3yVQFt1s4El\
    61z7hLOY1GJdbqj5QXFjWAM_W1LeSnEJ3iNC3H4rkqREHQbeS-akv681EYirxkSB2JBAbxbvHR0GLNwlt1zfP5Dp26zT8VLtvK7jGDVytZIX-A\
    _gHCCBsto0bdDxHj54ZJT7d0nz9nub-cfuxsHGZNgwKBgQC4i9B96PBBOyyJaW0MznDz69K0lDYE4BZYnrQyAV3JziBJy7UROeBFN6pc6r0PAR\
    UnRJ-gYRkwVgVaCNqbI53FWVq0rzSQYUojnkOzwk4RULWGkIKY7E0JyAs56gihYRf2r8otxoWsYMS-icSk9xh6UHfXx-sdx7lfexggdOnmrQKB\
    gGyLDblKjsHLJLMtvS2Nlm_X9uRiEN7vR7Rixg9dPtVgi73p2GgTYfbV44N80DPkYniV-cZzrZxMvsB8LCgzCpcL6NPZR5VQXiSWvvBSquP1X6\
    MdlrTBUMQOSNj_79E68VPo9oGHhDMUtF3i2fnhwtpZtAIVZUIWodCYi2hZnu5hAoGAZ3H37JwmEGqbDGuMNSGDLzeBZLevkAwMeqB7YYxihjyE\
    3NjTJlTK4gHR_UOXtlFlCh3tXHkRJYcSeOV9pHjSd00fCykqzcO7Szvrt1ezawFSv5tBmXbbuB_qKwyEyfEi_aSMMByX0YhswGF5WP8pOWbhxp\
    LJuGe8AUl-vLLMagECgYEA1WUrjekURGKKj4Z2SXlWarGQu_PX3gqFYzRDTAcRQZl6xMJNXv26mltIcCRzvTFmJqp3YuPpk6VzhBOiBfLHMoAz\
    U2L21GJjArBRt36Yj7jgR43rKpPGHrkxrW12m28rqt9z0QLdukvX5_Jf6pNa_L04-3J8ro7z6bM7IYiIZ00";

const NODE_TOKEN: &str = "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2R0NNIn0.n6KeJr6X1Gtju8B-Mj5FcSw0Fmv9rUTciZt7NjZ6LrVeJImKlHAtzvu21m\
    ETte9dN-fd8bpwSMN1crqX9yI70oiFs6UGG_9SKMzABcQobyLIHjEDbPgv1GkQa64d54PfF4D1BN3Ly0u2kfyjTP6yx2se-zRebi0VJ6PXsz8T\
    I4e8lUU8m__4ouT-MP3Rauz83uuN6b3zxQeLjNYTHd98jkTIZIw0WCRYEWBolSmwueqilpQrLK-zB1go_N1H3zdPenVNPSunhJeQmHVzXpeMbp\
    vA4CA7A_2J5HzC5sXUo_zDYOydhc2EzetzJDtvHh5kj1lySh1SW-5kWzndmSGpGw.sSayo5rVUB3lg7Oz.dEo0dPfdvK6KTBeeY50.pw2aNG-U\
    EM0VKLw9Ovdv7A";
