//! Host calls as people may read them: on terminals, in reports and logs of continuous
//! integration. What a script asks with holds keys and passwords.
//!
//! Not here: what is kept of host calls, and what is compared with stubs.

use serde_json::{Value, json};

/// Stands where something is not shown.
const MASK: &str = "…";

/// What occurs in the names of headers that hold credentials.
const CREDENTIALS: &[&str] = &[
    "auth",
    "cookie",
    "credential",
    "key",
    "password",
    "secret",
    "session",
    "signature",
    "token",
];

/// The arguments of a call of `service`, credentials masked: passwords of key stores, keys
/// of service accounts, headers that hold credentials, what is sealed, opened or cached.
#[must_use]
pub fn masked(service: &str, arguments: &Value) -> Value {
    let mut shown = arguments.clone();
    let members: &[&str] = match service {
        "serviceAccountToken" => &["/key"],
        "encrypt" | "decrypt" | "cachePut" => &["/value"],
        _ => &[],
    };
    for path in ["/keyStore/password", "/trustStore/password"]
        .iter()
        .chain(members)
    {
        if let Some(secret) = shown.pointer_mut(path).filter(|secret| !secret.is_null()) {
            *secret = json!(MASK);
        }
    }
    let headers = shown.get_mut("headers").and_then(Value::as_object_mut);
    for (name, value) in headers.into_iter().flatten() {
        let name = name.to_ascii_lowercase();
        if CREDENTIALS.iter().any(|part| name.contains(part)) {
            *value = json!(MASK);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_shown_and_everything_else_is() {
        for (service, arguments, shown) in [
            (
                "serviceAccountToken",
                json!({ "key": "{\"private_key\": \"PRIVATE\"}", "scope": "push" }),
                json!({ "key": "…", "scope": "push" }),
            ),
            (
                "http",
                json!({
                    "url": "https://a.example/", "body": "text",
                    "headers": { "Authorization": "Bearer PRIVATE", "x-API-key": "PRIVATE",
                                 "COOKIE": ["PRIVATE"], "Accept": "text/html" },
                    "keyStore": { "name": "transport", "password": "PRIVATE" },
                    "trustStore": { "name": "authorities", "password": null },
                }),
                json!({
                    "url": "https://a.example/", "body": "text",
                    "headers": { "Authorization": "…", "x-API-key": "…",
                                 "COOKIE": "…", "Accept": "text/html" },
                    "keyStore": { "name": "transport", "password": "…" },
                    "trustStore": { "name": "authorities", "password": null },
                }),
            ),
            (
                "encrypt",
                json!({ "value": "PRIVATE" }),
                json!({ "value": "…" }),
            ),
            (
                "decrypt",
                json!({ "value": "PRIVATE" }),
                json!({ "value": "…" }),
            ),
            (
                "cachePut",
                json!({ "key": "token", "value": "PRIVATE" }),
                json!({ "key": "token", "value": "…" }),
            ),
            ("decrypt", json!(null), json!(null)),
            ("http", json!({ "headers": [] }), json!({ "headers": [] })),
        ] {
            assert_eq!(masked(service, &arguments), shown, "{service}");
        }
    }
}
