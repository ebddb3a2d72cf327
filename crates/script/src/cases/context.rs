//! A context that a person wrote, made into the snapshot that a host is sent.
//!
//! A name that the contract does not have is refused: what a script reads would silently be
//! `None`. Names are only ever compared with the contract's, they become code nowhere.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::matching;
use crate::contract::{Bean, Kind};

/// The snapshot of a context. Objects and lists that travel as their text become it.
///
/// # Errors
/// Names the member that is unknown or of another kind.
pub fn snapshot(bean: &Bean, written: &Map<String, Value>) -> Result<Value, String> {
    object("context", bean, written)
}

/// What travels as a JWT: a person writes its claims.
const JWT: &str = "io.jans.as.model.jwt.Jwt";

/// A JWT of these claims. Scripts take it apart only; the server has verified it before them.
fn unsigned_jwt(claims: &Value) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.{}",
        part("{\"alg\":\"none\"}"),
        part(&claims.to_string()),
        part("not signed")
    )
}

fn object(place: &str, bean: &Bean, written: &Map<String, Value>) -> Result<Value, String> {
    let mut members = Map::new();
    for (name, value) in written {
        let known = bean
            .properties
            .iter()
            .find(|property| property.name == name);
        let property = known.ok_or_else(|| {
            let names: Vec<&str> = bean
                .properties
                .iter()
                .map(|property| property.name)
                .collect();
            format!(
                "{place} has no member {name:?}; it has {}",
                names.join(", ")
            )
        })?;
        let value = member(&format!("{place}.{name}"), property.kind, value)?;
        members.insert(name.clone(), value);
    }
    Ok(Value::Object(members))
}

fn member(place: &str, kind: Kind, value: &Value) -> Result<Value, String> {
    if value.is_null() || matching::is_null(value) {
        return Ok(Value::Null);
    }
    let (fits, expected) = match kind {
        Kind::Text => (value.is_string(), "text"),
        Kind::Integer | Kind::Date => (value.is_i64() || value.is_u64(), "a whole number"),
        Kind::Boolean => (value.is_boolean(), "true or false"),
        Kind::Texts => (
            value
                .as_array()
                .is_some_and(|all| all.iter().all(Value::is_string)),
            "a list of text",
        ),
        Kind::Json => (true, "JSON"),
        Kind::Bean(bean) => {
            if let Some(written) = value.as_object() {
                return object(place, bean, written);
            }
            (false, "an object")
        }
        Kind::Service(JWT) if value.is_object() => return Ok(Value::String(unsigned_jwt(value))),
        Kind::JsonText | Kind::Service(_) => {
            if value.is_object() || value.is_array() {
                return Ok(Value::String(value.to_string()));
            }
            (value.is_string(), "JSON, or its text")
        }
    };
    if fits {
        Ok(value.clone())
    } else {
        Err(format!("{place} is {expected}, not {value}"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;
    use crate::types;

    fn of(script_type: &str, written: &Value) -> Result<Value, String> {
        let script_type = types::find(script_type).unwrap();
        snapshot(script_type.context, written.as_object().unwrap())
    }

    #[test]
    fn json_that_travels_as_text_may_be_written_as_it_is() {
        let written = json!({ "authzDetail": { "type": "pay", "jsonObject": { "type": "pay" } } });
        let text = json!({ "authzDetail": { "type": "pay", "jsonObject": "{\"type\":\"pay\"}" } });
        assert_eq!(of("authz_detail", &written), Ok(text.clone()));
        assert_eq!(of("authz_detail", &text), Ok(text));
        let none = json!({ "user": { "$null": true }, "client": null });
        let null = json!({ "user": null, "client": null });
        assert_eq!(of("authz_detail", &none), Ok(null));
    }

    #[test]
    fn a_jwt_may_be_written_as_its_claims() {
        let written = json!({ "softwareStatement": { "iss": "a" } });
        let made = of("client_registration", &written).unwrap();
        let text = made.pointer("/softwareStatement").unwrap().as_str();
        let claims = text.unwrap().split('.').nth(1).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.decode(claims).unwrap(), b"{\"iss\":\"a\"}");
    }

    #[test]
    fn unknown_names_and_other_kinds_are_refused() {
        let error = of("authz_detail", &json!({ "authzDetails2": 1 })).unwrap_err();
        assert!(
            error.contains("\"authzDetails2\"") && error.contains("grantedAuthzDetail"),
            "{error}"
        );
        for wrong in [
            json!({ "user": { "mail": 1 } }),
            json!({ "user": { "mail": { "$null": false } } }),
            json!({ "user": "alice" }),
            json!({ "resourceServer": ["a", 1] }),
            json!({ "authzRequest": { "maxAge": "5" } }),
        ] {
            assert!(of("authz_detail", &wrong).is_err(), "{wrong}");
        }
    }
}
