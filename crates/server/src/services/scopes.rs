//! Scopes by name, for the `ScopeService` of scripts in the JVM. Native scripts are told of
//! them with each call.

use durward_protocol::client_registration::{scope_dn, scope_of};
use serde_json::{Value, json};

/// Those of `{ids}` or `{dns}` that there are, in the order in which they are asked for; all for
/// an empty list.
pub(super) fn answer(known: &[String], arguments: &Value) -> Value {
    let list = |name: &str| arguments.get(name).and_then(Value::as_array);
    let asked = list("ids").or_else(|| list("dns"));
    let names: Vec<&str> = match asked {
        Some(asked) if !asked.is_empty() => asked
            .iter()
            .filter_map(|one| one.as_str().map(scope_of))
            .filter(|name| known.iter().any(|known| known == name))
            .collect(),
        _ => known.iter().map(String::as_str).collect(),
    };
    names
        .into_iter()
        .map(|name| {
            json!({
                "id": name, "inum": name, "displayName": name, "dn": scope_dn(name),
                "defaultScope": false, "claims": [],
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_found_by_both_names_and_no_others_are_made_up() {
        let known = ["openid".to_owned(), "accounts".to_owned()];
        let dns = |arguments: Value| -> Vec<Value> {
            let answer = answer(&known, &arguments);
            let all = answer.as_array().cloned().unwrap_or_default();
            all.iter()
                .filter_map(|one| one.get("dn").cloned())
                .collect()
        };
        let accounts = "inum=accounts,ou=scopes,o=jans";
        assert_eq!(dns(json!({ "ids": ["accounts", "admin"] })), [accounts]);
        assert_eq!(
            dns(json!({ "dns": [accounts, "inum=admin,ou=scopes,o=jans"] })),
            [accounts]
        );
        assert_eq!(dns(json!({ "ids": [] })).len(), 2);
    }
}
