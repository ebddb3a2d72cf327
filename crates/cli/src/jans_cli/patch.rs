//! JSON Patch (RFC 6902) as Jans's command line takes it: of one change by `--patch-…`, or a
//! list from a file, whose paths may lack their first slash.

use serde_json::{Value, json};

use super::{
    arguments::CallArgs,
    document::{Document, Operation},
    schema::{chosen, type_of},
    target::split,
};
use crate::failure::Failure;

const CHANGES: [&str; 6] = ["add", "remove", "replace", "move", "copy", "test"];

/// The patch that the options say, if they do.
///
/// # Errors
/// A value without a member, or a member without a value.
pub fn typed(
    document: &Document,
    operation: &Operation,
    call: &CallArgs,
) -> Result<Option<Value>, Failure> {
    if let Some(member) = &call.patch_remove {
        return Ok(Some(json!([{ "op": "remove", "path": pointer(member) }])));
    }
    let (change, text) = match (&call.patch_add, &call.patch_replace) {
        (Some(text), _) => ("add", text),
        (None, Some(text)) => ("replace", text),
        (None, None) => return Ok(None),
    };
    let parts = split(text, ':');
    let [member, value @ ..] = parts.as_slice() else {
        return Ok(None);
    };
    if member.is_empty() || value.is_empty() {
        let wrong = Failure::wrong_use(format!("'{text}' is no member and its value"));
        return Err(wrong.hint(
            r"like level:3; a colon in the member's name has a backslash before it: a\:b:value",
        ));
    }
    let path = pointer(member);
    let schema = operation.told.as_deref().map(|name| document.schema(name));
    let schema = schema.transpose()?;
    let value = read_as(document, schema, &path, value.join(":"));
    Ok(Some(
        json!([{ "op": change, "path": path, "value": value }]),
    ))
}

/// A list of changes with whole paths.
///
/// # Errors
/// It is none.
pub fn listed(mut patch: Value) -> Result<Value, Failure> {
    let wrong = |why: &str| Failure::new(format!("that is no patch: {why}"));
    let Some(changes) = patch.as_array_mut() else {
        return Err(wrong("a list of changes is expected")
            .hint(r#"like [{"op": "replace", "path": "/enabled", "value": false}]"#));
    };
    for change in changes {
        let op = change.get("op").and_then(Value::as_str);
        if !op.is_some_and(|op| CHANGES.contains(&op)) {
            return Err(wrong(&format!("op must be one of {}", CHANGES.join(", "))));
        }
        for name in ["path", "from"] {
            // Nothing is the whole document.
            if let Some(Value::String(path)) = change.get_mut(name)
                && !(path.is_empty() || path.starts_with('/'))
            {
                path.insert(0, '/');
            }
        }
    }
    Ok(patch)
}

/// A member as a JSON pointer, with or without its first slash.
fn pointer(member: &str) -> String {
    format!("/{}", member.trim_start_matches('/'))
}

/// Text as a value of the type that stands there; text where nobody knows.
fn read_as(document: &Document, schema: Option<&Value>, path: &str, text: String) -> Value {
    let kind = schema.and_then(|schema| {
        let mut at = document.resolved(schema);
        for name in path.split('/').skip(1) {
            at = document.resolved(chosen(at).unwrap_or(at));
            let below = match type_of(at) {
                Some("array") => at.get("items"),
                _ => at.get("properties").and_then(|known| known.get(name)),
            };
            at = document.resolved(below?);
        }
        type_of(chosen(at).unwrap_or(at))
    });
    let is = |value: &Value| match kind {
        Some("boolean") => value.is_boolean(),
        Some("integer" | "number") => value.is_number(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => false,
    };
    let read = serde_json::from_str::<Value>(&text).ok().filter(is);
    read.unwrap_or(Value::from(text))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn replaced(operation: &str, text: &str) -> Value {
        let document = Document::own();
        let operation = document.operation(operation).unwrap();
        let call = CallArgs {
            url_suffix: None,
            endpoint_args: None,
            data: None,
            patch_add: None,
            patch_replace: Some(text.to_owned()),
            patch_remove: None,
        };
        typed(&document, &operation, &call).unwrap().unwrap()
    }

    #[test]
    fn values_have_the_type_of_their_member() {
        for (operation, text, path, value) in [
            (
                "patch-config-scripts-by-inum",
                "level:3",
                "/level",
                json!(3),
            ),
            (
                "patch-config-scripts-by-inum",
                "/enabled:true",
                "/enabled",
                json!(true),
            ),
            (
                "patch-config-scripts-by-inum",
                "name:3",
                "/name",
                json!("3"),
            ),
            (
                "patch-config-scripts-by-inum",
                "level:high",
                "/level",
                json!("high"),
            ),
            (
                "patch-config-scripts-by-inum",
                "configurationProperties/0/value2:5",
                "/configurationProperties/0/value2",
                json!("5"),
            ),
            (
                "patch-config-scripts-by-inum",
                r"description:a\:b",
                "/description",
                json!("a:b"),
            ),
            (
                "patch-properties",
                "accessTokenLifetime:60",
                "/accessTokenLifetime",
                json!(60),
            ),
            (
                "patch-properties",
                "nobodyKnows:60",
                "/nobodyKnows",
                json!("60"),
            ),
            (
                "patch-oauth-openid-client-by-inum",
                "disabled:true",
                "/disabled",
                json!(true),
            ),
        ] {
            let wanted = json!([{ "op": "replace", "path": path, "value": value }]);
            assert_eq!(replaced(operation, text), wanted, "{text}");
        }
    }

    #[test]
    fn lists_get_whole_paths() {
        let given =
            json!([{ "op": "move", "path": "a", "from": "b/c" }, { "op": "remove", "path": "/d" }]);
        let wanted = json!([{ "op": "move", "path": "/a", "from": "/b/c" }, { "op": "remove", "path": "/d" }]);
        assert_eq!(listed(given).unwrap(), wanted);
        assert!(listed(json!({})).is_err());
        assert!(listed(json!([{ "op": "grow", "path": "/a" }])).is_err());
    }
}
