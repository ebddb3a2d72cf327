//! The config API's own document, which this command line is driven by: what operations,
//! tasks and schemas there are. Not here: printing them, calling them.

use durward_server::openapi::{OPERATIONS, document};
use serde_json::Value;

use crate::failure::Failure;

/// How Jans's older documents write the name of a schema.
const OLD_SCHEMA: &str = "/components/schemas/";

/// Jans's older names of schemas.
const OLD_NAMES: &[(&str, &str)] = &[("PatchRequest", "JsonPatch")];

/// The document.
pub struct Document {
    value: Value,
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// `operationId`.
    pub id: String,
    /// What it does.
    pub about: String,
    /// The task that it belongs to.
    pub tag: String,
    /// `GET` and so on.
    pub method: String,
    /// Path below the API's.
    pub path: String,
    /// What stands in the path and in the query.
    pub parameters: Vec<Parameter>,
    /// What is sent.
    pub body: Option<Body>,
    /// Name of the schema of the answer.
    pub told: Option<String>,
    /// Scopes, any of which will do.
    pub scopes: Vec<String>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// It stands in the path, not in the query.
    pub in_path: bool,
    /// What it means.
    pub about: String,
    /// Its type.
    pub kind: Option<String>,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// `application/json` and so on.
    pub media_type: String,
    /// Name of its schema, or of that of its elements.
    pub schema: String,
    /// It is a list of them.
    pub is_list: bool,
}

impl Document {
    /// The one of this program.
    pub fn own() -> Self {
        Self { value: document() }
    }

    /// All operations, in the order of the API's table.
    pub fn operations(&self) -> Vec<Operation> {
        OPERATIONS
            .iter()
            .filter_map(|row| {
                let item = self.value.get("paths")?.get(row.path)?;
                operation(row.path, row.method, item)
            })
            .collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// There is none of that id.
    pub fn operation(&self, id: &str) -> Result<Operation, Failure> {
        let mut all = self.operations().into_iter();
        all.find(|operation| operation.id == id).ok_or_else(|| {
            let wrong = Failure::wrong_use(format!("No Operation ID {id} was found."));
            wrong.hint(format!(
                "--info TASK lists them; tasks are {}",
                self.tasks().join(", ")
            ))
        })
    }

    /// The names of all tasks, as they are typed.
    pub fn tasks(&self) -> Vec<String> {
        let tags = self.value.get("tags").and_then(Value::as_array);
        let names = tags.into_iter().flatten();
        names
            .filter_map(|tag| Some(typed_task(tag.get("name")?.as_str()?)))
            .collect()
    }

    /// The operations of a task, whose name may be written as today or as formerly.
    ///
    /// # Errors
    /// There is no such task.
    pub fn task(&self, name: &str) -> Result<Vec<Operation>, Failure> {
        let wanted = typed_task(name).to_lowercase();
        let mut found = self.operations();
        found.retain(|operation| typed_task(&operation.tag).to_lowercase() == wanted);
        if found.is_empty() {
            let tasks = self.tasks().join(", ");
            let wrong = Failure::wrong_use(format!("there is no task '{name}'"));
            return Err(wrong.hint(format!("tasks are {tasks}")));
        }
        Ok(found)
    }

    /// A schema by its name.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn schema(&self, name: &str) -> Result<&Value, Failure> {
        let plain = plain_name(name);
        let schemas = self.value.pointer("/components/schemas");
        let schemas = schemas.and_then(Value::as_object);
        let found = schemas.and_then(|schemas| schemas.get(plain));
        found.ok_or_else(|| {
            let known = schemas.into_iter().flatten().map(|(name, _)| name.as_str());
            let known: Vec<&str> = known.collect();
            let wrong = Failure::wrong_use(format!("there is no schema '{name}'"));
            wrong.hint(format!("schemas are {}", known.join(", ")))
        })
    }

    /// A schema without the reference that it may be.
    pub fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let named = schema.get("$ref").and_then(Value::as_str);
        let found = named.and_then(|reference| self.value.pointer(reference.strip_prefix('#')?));
        found.unwrap_or(schema)
    }
}

/// `#/components/schemas/CustomScript` as `CustomScript`.
pub fn reference_name(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// Is it written as in Jans's older documents, where `--schema` printed samples?
pub fn is_old_name(name: &str) -> bool {
    name.starts_with(OLD_SCHEMA)
}

fn plain_name(name: &str) -> &str {
    let plain = name.strip_prefix(OLD_SCHEMA).unwrap_or(name);
    let old = OLD_NAMES.iter().find(|(old, _)| *old == plain);
    old.map_or(plain, |(_, today)| today)
}

/// `Custom Scripts` as `CustomScripts`.
fn typed_task(tag: &str) -> String {
    tag.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn operation(path: &str, method: &str, item: &Value) -> Option<Operation> {
    let described = item.get(method.to_lowercase())?;
    let text = |name: &str| described.get(name).and_then(Value::as_str);
    let parameters = [item.get("parameters"), described.get("parameters")];
    let parameters = parameters.into_iter().flatten().filter_map(Value::as_array);
    let tags = described.get("tags").and_then(Value::as_array);
    let scopes = described.get("x-scopes").and_then(Value::as_array);
    let scopes = scopes.into_iter().flatten().filter_map(Value::as_str);
    Some(Operation {
        id: text("operationId")?.to_owned(),
        about: text("summary").unwrap_or_default().to_owned(),
        tag: tags?.first()?.as_str()?.to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        parameters: parameters.flatten().filter_map(parameter).collect(),
        body: described.get("requestBody").and_then(body),
        told: told(described),
        scopes: scopes.map(str::to_owned).collect(),
    })
}

/// Headers are none: there is no option to give them.
fn parameter(parameter: &Value) -> Option<Parameter> {
    let text = |name: &str| parameter.get(name).and_then(Value::as_str);
    let in_path = match text("in")? {
        "path" => true,
        "query" => false,
        _ => return None,
    };
    let schema = parameter.get("schema")?;
    let kind = schema.get("type").and_then(Value::as_str);
    let kind = kind.or_else(|| schema.get("enum").map(|_| "string"));
    Some(Parameter {
        name: text("name")?.to_owned(),
        in_path,
        about: text("description").unwrap_or_default().to_owned(),
        kind: kind.map(str::to_owned),
    })
}

fn body(body: &Value) -> Option<Body> {
    let (media_type, content) = body.get("content")?.as_object()?.iter().next()?;
    let schema = content.get("schema")?;
    let items = schema.get("items");
    Some(Body {
        media_type: media_type.clone(),
        schema: reference_name(items.unwrap_or(schema))?.to_owned(),
        is_list: items.is_some(),
    })
}

fn told(described: &Value) -> Option<String> {
    let responses = described.get("responses")?;
    let done = responses.get("200").or_else(|| responses.get("201"))?;
    let schema = done.pointer("/content/application~1json/schema")?;
    Some(reference_name(schema)?.to_owned())
}
