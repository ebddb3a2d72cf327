//! `--url-suffix` and `--endpoint-args`: which thing an operation is about, and how.

use reqwest::Method;

use super::document::Operation;
use crate::{failure::Failure, network::Call};

/// The request, without what is sent.
///
/// # Errors
/// Something is missing, or there that the operation does not have.
pub fn of(
    operation: &Operation,
    url_suffix: Option<&str>,
    endpoint_args: Option<&str>,
) -> Result<Call, Failure> {
    let mut given = pairs("--url-suffix", url_suffix.unwrap_or_default())?;
    given.extend(pairs("--endpoint-args", endpoint_args.unwrap_or_default())?);
    for (name, _) in &given {
        let mut known = operation.parameters.iter();
        if !known.any(|known| known.name == *name) {
            return Err(unknown(operation, name));
        }
    }
    // What is given twice is one value, as in Jans.
    let value_of = |wanted: &str| {
        let values = given.iter().filter(|(name, _)| name == wanted);
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        (!values.is_empty()).then(|| values.join(","))
    };
    let method = Method::from_bytes(operation.method.as_bytes())
        .map_err(|error| Failure::new(error.to_string()))?;
    let mut call = Call::new(method, "");
    for part in operation.path.split('/').filter(|part| !part.is_empty()) {
        let named = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        call = match named {
            None => call.segment(part),
            Some(name) => {
                let value = value_of(name).filter(|value| !value.is_empty());
                call.segment(&value.ok_or_else(|| missing(operation, name))?)
            }
        };
    }
    let in_query = operation.parameters.iter().filter(|known| !known.in_path);
    for parameter in in_query {
        call = call.maybe(&parameter.name, value_of(&parameter.name).as_deref());
    }
    Ok(call)
}

fn missing(operation: &Operation, name: &str) -> Failure {
    let message = format!("This operation requires a value for url-suffix {name}");
    let mut known = operation.parameters.iter();
    let about = known.find(|known| known.name == name);
    let about = about.map_or("", |known| known.about.as_str());
    Failure::wrong_use(message).hint(format!("for example --url-suffix {name}:VALUE. {about}"))
}

fn unknown(operation: &Operation, name: &str) -> Failure {
    let known = operation.parameters.iter().map(|known| known.name.as_str());
    let known: Vec<&str> = known.collect();
    let wrong = Failure::wrong_use(format!("{} has no '{name}'", operation.id));
    if known.is_empty() {
        return wrong.hint("it takes neither --url-suffix nor --endpoint-args");
    }
    wrong.hint(format!("valid endpoint args are: {}", known.join(", ")))
}

/// `a:b,c:d` as pairs; a backslash keeps a comma or a colon what it is.
fn pairs(option: &str, text: &str) -> Result<Vec<(String, String)>, Failure> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let pairs = split(text, ',').into_iter().map(|token| {
        let (name, value) = token.split_once(':').ok_or_else(|| {
            Failure::wrong_use(format!("{option}: '{token}' has no colon"))
                .hint("like limit:5,pattern:shop")
        })?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    });
    pairs.collect()
}

/// Splits at what no backslash stands before, and takes backslashes away.
pub fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter == separator {
            parts.push(String::new());
            continue;
        }
        let kept = if letter == '\\' {
            letters.next()
        } else {
            Some(letter)
        };
        if let Some(last) = parts.last_mut() {
            last.extend(kept);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn pairs_are_taken_apart_as_in_jans() {
        let some = |all: &[(&str, &str)]| -> Vec<(String, String)> {
            let all = all.iter();
            all.map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect()
        };
        for (text, wanted) in [
            ("", some(&[])),
            ("inum:a:b", some(&[("inum", "a:b")])),
            (
                r" limit : 5 ,pattern:a\,b\\c",
                some(&[("limit", "5"), ("pattern", r"a,b\c")]),
            ),
            ("a:", some(&[("a", "")])),
        ] {
            assert_eq!(pairs("--url-suffix", text).unwrap(), wanted, "{text}");
        }
        assert!(pairs("--url-suffix", "inum").is_err());
    }
}
