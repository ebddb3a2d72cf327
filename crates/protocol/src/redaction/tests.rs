//! What was secret is in no spelling of what is left; what was not is as it was.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn names() -> Names {
    Names::new(&["name", "mail", "phone_number"].map(str::to_owned))
}

fn redacted(value: &Value) -> Value {
    let names = names();
    let mut redactor = Redactor::new([7; 32], &names);
    redactor.learn(value, Sensitivity::None);
    redactor.redacted(value, Sensitivity::None)
}

#[test]
fn equal_values_stay_equal_and_others_stay_as_they_are() {
    let value = json!({
        "user": { "mail": "alice@bank.example", "inum": "0001", "emailVerified": true },
        "loginHint": "for alice@bank.example only",
        "scopes": ["openid", "payments"],
        "amount": 12.50, "level": 3, "none": null,
        "detail": "{ \"type\": \"pay\" , \"amount\": 1.10 }",
    });
    let left = redacted(&value);
    let mail = left["user"]["mail"].as_str().unwrap();
    assert!(mail.starts_with(PREFIX) && mail.ends_with("@redacted.invalid"));
    assert_eq!(left["loginHint"], format!("for {mail} only"));
    for name in ["scopes", "amount", "level", "none", "detail"] {
        assert_eq!(left[name], value[name], "{name}: not even its white space");
    }
    assert_eq!(left["user"]["inum"], "0001");
    assert_eq!(left["user"]["emailVerified"], true);
}

#[test]
fn another_key_has_other_placeholders() {
    let names = names();
    let one = Redactor::new([1; 32], &names).placeholder("x");
    assert_ne!(one, Redactor::new([2; 32], &names).placeholder("x"));
    assert_eq!(one, Redactor::new([1; 32], &names).placeholder("x"));
}

#[test]
fn what_is_secret_is_known_by_name_wherever_the_name_stands() {
    let secret = "s3cr3t-0f-s0me-len9th";
    for value in [
        json!({ "clientSecret": secret }),
        json!({ "headers": { "Authorization": format!("Bearer {secret}") } }),
        json!({ "headers": [{ "name": "Cookie", "value": format!("sid={secret}; a=b") }] }),
        json!({ "headers": [["X-Api-Key", secret]] }),
        json!({ "body": format!("grant_type=x&client_secret={secret}&a=b") }),
        json!({ "body": json!({ "access_token": secret, "n": 1 }).to_string() }),
        json!({ "url": format!("https://a.example/cb?code={secret}#x") }),
        json!({ "text": format!("sent Bearer {secret}, and went on") }),
        json!({ "tokens": { "inner": { "deep": [secret] } } }),
        json!({ "a": { "client.clientSecret": secret } }),
    ] {
        let left = redacted(&value).to_string();
        assert!(
            !left.contains(secret) && left.contains(PREFIX),
            "{value}: {left}"
        );
    }
}

#[test]
fn names_of_headers_and_schemes_stay() {
    let left = redacted(&json!({
        "list": [{ "name": "Authorization", "value": "Basic YTpiYmJi" }],
        "pair": ["Authorization", "Bearer abcdefgh"],
        "word": "Authorization",
    }));
    assert_eq!(left["list"][0]["name"], "Authorization");
    assert!(
        left["list"][0]["value"]
            .as_str()
            .unwrap()
            .starts_with("Basic redacted-")
    );
    assert_eq!(left["pair"][0], "Authorization");
    assert_eq!(left["word"], "Authorization");
}

#[test]
fn a_jwt_can_still_be_taken_apart_but_is_none() {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let jwt = format!(
        "{}.{}.{}",
        part(json!({ "alg": "RS256" })),
        part(json!({ "iss": "https://directory.example", "mail": "alice@bank.example" })),
        "c2lnbmF0dXJlLXNpZ25hdHVyZQ"
    );
    let left = redacted(&json!({ "softwareStatement": jwt }));
    let left = left["softwareStatement"].as_str().unwrap();
    let parts: Vec<&str> = left.split('.').collect();
    let claims = URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["iss"], "https://directory.example");
    assert!(claims["mail"].as_str().unwrap().starts_with(PREFIX));
    assert!(parts[2].starts_with(PREFIX), "{left}");
}

#[test]
fn a_hidden_property_is_found_in_whole_and_in_parts() {
    let names = names();
    let mut redactor = Redactor::new([7; 32], &names);
    let key = json!({ "type": "service_account", "private_key_id": "0123456789abcdef" });
    redactor.learn_hidden("account", &key.to_string());
    redactor.learn_hidden("pushKey", "AAAA-very-secret");
    let placeholder = redactor.placeholder("AAAA-very-secret");
    assert_eq!(redactor.hidden()[&placeholder], "pushKey");
    let left = redactor.text("key=AAAA-very-secret, id 0123456789abcdef");
    assert!(
        left.contains(&placeholder) && !left.contains("0123456789abcdef"),
        "{left}"
    );
    assert_eq!(
        redactor.text(&key.to_string()),
        redactor.placeholder(&key.to_string())
    );
}

#[test]
fn numbers_become_numbers_and_words_of_the_contract_stay() {
    let names = names();
    let value = json!({ "phoneNumber": 4_915_112_345_u64, "otp": 12, "same": 4_915_112_345_u64,
        "name": "scope", "scope": "scope" });
    let mut redactor = Redactor::new([7; 32], &names);
    redactor.knows_words(std::iter::once("scope".to_owned()));
    redactor.learn(&value, Sensitivity::None);
    let left = redactor.redacted(&value, Sensitivity::None);
    assert!(left["phoneNumber"].is_u64() && left["phoneNumber"] != value["phoneNumber"]);
    assert_eq!(left["same"], left["phoneNumber"]);
    assert_eq!(left["otp"], 12, "a small number is a word");
    assert_eq!(left["scope"], "scope");
}

#[test]
fn too_much_to_look_for_is_told() {
    let names = names();
    let mut redactor = Redactor::new([7; 32], &names);
    let many: Vec<String> = (0..300).map(|n| format!("token-{n:04}")).collect();
    redactor.learn(&json!({ "tokens": many }), Sensitivity::None);
    assert!(redactor.is_full());
}

fn percent(text: &str) -> String {
    text.bytes()
        .fold(String::new(), |all, byte| all + &format!("%{byte:02X}"))
}

fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Where a secret is told to be one, by its name.
fn told(secret: &str, how: usize) -> Value {
    match how {
        0 => json!({ "password": secret }),
        1 => json!({ "user": { "mail": secret } }),
        2 => json!({ "http": { "headers": { "Cookie": secret } } }),
        3 => json!([{ "name": "X-Api-Key", "value": secret }]),
        4 => json!({ "body": json!({ "refresh_token": secret }).to_string() }),
        _ => json!({ "body": format!("a=b&assertion={}", form(secret)) }),
    }
}

fn spelled(secret: &str, before: &str, how: usize) -> String {
    match how {
        0 => secret.to_owned(),
        1 => format!("{before} {secret} {before}"),
        2 => STANDARD.encode(secret),
        3 => URL_SAFE_NO_PAD.encode(secret),
        4 => format!("Basic {}", STANDARD.encode(format!("{before}:{secret}"))),
        5 => percent(secret),
        6 => format!("https://a.example/?{before}={}", form(secret)),
        7 => json!({ "free": secret, "more": [before] }).to_string(),
        8 => STANDARD.encode(json!({ "free": secret }).to_string()),
        9 => form(&STANDARD.encode(format!("{before}{secret}"))),
        _ => secret
            .bytes()
            .fold(String::new(), |all, byte| all + &format!("{byte:02x}")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_secret_survives_in_any_spelling(
        secret in "[a-zA-Z0-9+/=_.~!*'() äß@-]{0,12}[a-zA-Z0-9]{6,14}[+/= é\"\\\\&%]{0,2}[a-z0-9]{1,3}",
        before in "[a-z0-9]{0,9}",
        how in 0..6_usize,
        spellings in proptest::collection::vec(0..11_usize, 1..5),
    ) {
        let copies: Vec<String> = spellings.iter().map(|how| spelled(&secret, &before, *how)).collect();
        let mut keyed = serde_json::Map::new();
        keyed.insert(secret.clone(), json!(1));
        let value = json!({ "told": told(&secret, how), "copies": copies, "keyed": keyed });
        let left = redacted(&value);
        let text = left.to_string();
        let core = secret.trim();
        let names = names();
        let mut knows = Redactor::new([9; 32], &names);
        knows.add(core);
        for text in [&text, &text.replace("\\\\", "\\")] {
            prop_assert!(!text.contains(core), "{text}");
            prop_assert!(!text.contains(&STANDARD.encode(&secret)), "{text}");
            prop_assert!(!text.contains(&URL_SAFE_NO_PAD.encode(&secret)), "{text}");
            prop_assert!(!text.contains(&percent(&secret)), "{text}");
            prop_assert!(!text.contains(&form(&secret)), "{text}");
        }
        for copy in left["copies"].as_array().unwrap() {
            prop_assert!(!knows.hides(copy.as_str().unwrap(), DEPTH), "{copy}");
        }
    }

    #[test]
    fn redacting_ends_for_any_text(text in "\\PC{0,200}", name in "[a-zA-Z_.]{0,12}") {
        let mut members = serde_json::Map::new();
        members.insert(name, json!(text.clone()));
        redacted(&json!([members, { "password": "abcdef" }, text]));
    }
}
