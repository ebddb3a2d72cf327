//! JSON as Jans prints it: two blanks for each level, members in the server's order, numbers
//! as they came.

use durward_protocol::authorization_details::exact::{self, Exact};
use serde::de::IgnoredAny;
use serde_json::Value;

/// The text laid out; `None` if it is not JSON.
pub fn laid_out(text: &str) -> Option<String> {
    // Whole first: what takes it apart looks at one level only.
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    level(text, "")
}

fn level(text: &str, indent: &str) -> Option<String> {
    let deeper = format!("{indent}  ");
    Some(match exact::read(text)? {
        Exact::Object(members) => {
            let lines = members.iter().map(|(name, value)| {
                let value = level(value, &deeper)?;
                Some(format!("{deeper}{}: {value}", Value::from(name.as_str())))
            });
            block('{', &lines.collect::<Option<Vec<_>>>()?, indent, '}')
        }
        Exact::Array(elements) => {
            let lines = elements
                .iter()
                .map(|element| Some(format!("{deeper}{}", level(element, &deeper)?)));
            block('[', &lines.collect::<Option<Vec<_>>>()?, indent, ']')
        }
        Exact::Text(text) => Value::from(text).to_string(),
        Exact::Plain(text) => text.to_owned(),
    })
}

fn block(open: char, lines: &[String], indent: &str, close: char) -> String {
    if lines.is_empty() {
        return format!("{open}{close}");
    }
    format!("{open}\n{}\n{indent}{close}", lines.join(",\n"))
}
