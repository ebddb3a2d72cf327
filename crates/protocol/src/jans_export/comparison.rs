//! A configuration of Jans beside ours: what we know, what is ignored, what has another value.

use durward_model::Configuration;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::configuration::{MASK, SECRETS, masked};

/// What became of the properties of a configuration.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Known here, with the same value.
    pub same: Vec<String>,
    /// Known here, with another value.
    pub different: Vec<Difference>,
    /// Not known here, and of no effect.
    pub ignored: Vec<String>,
}

/// A property with two values; secrets are masked.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Its name, dotted.
    pub property: String,
    /// Ours.
    pub here: Value,
    /// Jans's.
    pub there: Value,
}

/// Compares by property name.
pub fn compare(theirs: &Map<String, Value>, ours: &Configuration) -> Comparison {
    let mut comparison = Comparison::default();
    if let Value::Object(ours) = masked(ours) {
        members("", theirs, &ours, &mut comparison);
    }
    comparison
}

fn members(
    before: &str,
    theirs: &Map<String, Value>,
    ours: &Map<String, Value>,
    into: &mut Comparison,
) {
    for (name, there) in theirs {
        let property = format!("{before}{name}");
        match (ours.get(name), there) {
            (None, _) => into.ignored.push(property),
            (Some(Value::Object(ours)), Value::Object(theirs)) if !ours.is_empty() => {
                members(&format!("{property}."), theirs, ours, into);
            }
            (Some(here), there) if here == there => into.same.push(property),
            (Some(here), there) => {
                let secret = SECRETS.contains(&property.as_str()) && *there != "";
                let there = if secret {
                    Value::from(MASK)
                } else {
                    there.clone()
                };
                into.different.push(Difference {
                    property,
                    here: here.clone(),
                    there,
                });
            }
        }
    }
}
