//! `--data`: what is sent, from a file, from standard input or as it stands there, with the
//! texts of files put in where `_file PATH` stands.

use std::path::{Path, PathBuf};

use durward_jose::strict_json::{self, Limits};
use serde_json::Value;

use crate::{failure::Failure, input};

/// More than any server takes; the server's own bound counts.
const LIMITS: Limits = Limits {
    bytes: 4 * 1024 * 1024,
    depth: 64,
};

/// What a text in a document begins with that stands for the text of a file.
const IN_A_FILE: &str = "_file ";

/// Reads what is to be sent.
///
/// # Errors
/// No such file, no JSON, a member twice, a file of a text that cannot be read.
pub fn read(given: &str) -> Result<Value, Failure> {
    let (name, text) = source(given)?;
    let mut value = strict_json::parse_value(text.as_bytes(), LIMITS)
        .map_err(|error| Failure::new(format!("Error parsing json {name}: {error}")))?;
    match &mut value {
        Value::Object(members) => fill(members.values_mut())?,
        Value::Array(elements) => {
            for element in elements.iter_mut().filter_map(Value::as_object_mut) {
                fill(element.values_mut())?;
            }
        }
        _ => {}
    }
    Ok(value)
}

/// The text, and what it is called in errors.
fn source(given: &str) -> Result<(String, String), Failure> {
    if given == "-" {
        return Ok(("standard input".to_owned(), input::text_of(Path::new("-"))?));
    }
    let file = Path::new(given);
    if file.is_file() {
        return Ok((format!("file {given}"), input::text_of(file)?));
    }
    if given.trim_start().starts_with(['{', '[']) {
        return Ok(("--data".to_owned(), given.to_owned()));
    }
    let Some(beside) = beside_here(file) else {
        return Err(Failure::new(format!("Can't find file {given}"))
            .hint("--data is a JSON file, - for standard input, or JSON"));
    };
    eprintln!("note: there is no {given}; {} is taken", beside.display());
    Ok((
        format!("file {}", beside.display()),
        input::text_of(&beside)?,
    ))
}

/// Jans's pages write `--data /NAME` where a folder was left out that the person stands in.
/// Only a name right under the root, that is not there, means one in this folder.
fn beside_here(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?;
    let here = Path::new(".").join(name);
    let is_under_root = file.parent() == Some(Path::new("/")) && !file.exists();
    (is_under_root && here.is_file()).then_some(here)
}

fn fill<'a>(values: impl Iterator<Item = &'a mut Value>) -> Result<(), Failure> {
    for value in values {
        let Some(path) = value.as_str().and_then(|text| text.strip_prefix(IN_A_FILE)) else {
            continue;
        };
        let text = input::text_of(Path::new(path.trim()));
        let text = text.map_err(|failure| {
            failure.hint("the path after _file is looked for from the folder that you are in")
        })?;
        *value = Value::from(text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_of_files_take_the_place_of_their_names() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("a.py");
        std::fs::write(&script, "class A: pass\n").unwrap();
        let named = format!("_file {}", script.display());
        let data = json!({ "script": named, "description": "_filed", "level": 1 }).to_string();
        let wanted = json!({ "script": "class A: pass\n", "description": "_filed", "level": 1 });
        assert_eq!(read(&data).unwrap(), wanted);
        assert_eq!(read(&format!("[{data}]")).unwrap(), json!([wanted]));
        let file = folder.path().join("data.json");
        std::fs::write(&file, &data).unwrap();
        assert_eq!(read(file.to_str().unwrap()).unwrap(), wanted);
        let missing = read(r#"{ "script": "_file nowhere.py" }"#).unwrap_err();
        assert!(missing.message.contains("nowhere.py"), "{missing:?}");
    }

    #[test]
    fn what_is_no_data_is_refused() {
        for (given, wanted) in [
            ("nowhere.json", "Can't find file nowhere.json"),
            ("/nowhere/at/all.json", "Can't find file"),
            ("{", "Error parsing json --data: not valid JSON at line 1"),
            (r#"{"a":1,"a":2}"#, "\"a\" appears twice"),
            ("{} {}", "Error parsing json --data"),
        ] {
            let failure = read(given).unwrap_err();
            assert!(failure.message.contains(wanted), "{given}: {failure:?}");
        }
    }
}
