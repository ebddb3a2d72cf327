//! Requests and answers as one text that is the same in every run.
//!
//! Headers are sorted and lengths left out, JSON is laid out, Basic credentials
//! are readable, and whatever is random (secrets, ids, signatures, keys) becomes
//! a name that is the same wherever the value is.

use std::fmt::Write as _;

use axum::http::{Method, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use durward_protocol::authorization_details::exact::{self, Exact};
use serde_json::Value;

use crate::app::Answer;

/// A conversation.
#[derive(Debug, Default)]
pub struct Transcript {
    said: String,
}

impl Transcript {
    /// Adds a request.
    pub fn request(
        &mut self,
        method: &Method,
        path: &str,
        headers: &[(String, String)],
        body: Option<&str>,
    ) {
        if !self.said.is_empty() {
            self.said.push('\n');
        }
        let _ = writeln!(self.said, "> {method} {path}");
        let mut headers = headers.to_vec();
        headers.sort();
        for (name, value) in headers {
            let _ = writeln!(self.said, "> {name}: {}", readable(&value));
        }
        for pair in body
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            let _ = writeln!(self.said, ">   {pair}");
        }
    }

    /// Adds its answer.
    pub fn answer(&mut self, answer: &Answer) {
        let _ = writeln!(self.said, "< {}", answer.status);
        let mut headers: Vec<(String, String)> = answer
            .headers
            .iter()
            .filter(|(name, _)| *name != header::CONTENT_LENGTH)
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        let kind = headers.iter().find(|(name, _)| name == "content-type");
        let kind = kind.map(|(_, value)| value.clone()).unwrap_or_default();
        for (name, value) in headers {
            let _ = writeln!(self.said, "< {name}: {value}");
        }
        for line in shown(&kind, &answer.body).lines() {
            let _ = writeln!(self.said, "{}", format!("<   {line}").trim_end());
        }
    }

    /// All of it, random values named.
    pub fn text(&self) -> String {
        named(&self.said)
    }
}

fn shown(kind: &str, body: &str) -> String {
    if kind.starts_with("application/json") {
        let mut value: Value = serde_json::from_str(body).unwrap();
        // Keys of a JWK set stand in the order of their names, which are random.
        if let Some(keys) = value.get_mut("keys").and_then(Value::as_array_mut) {
            keys.sort_by_key(|key| key["alg"].to_string());
        }
        let text = if body.contains("\"keys\"") {
            value.to_string()
        } else {
            body.to_owned()
        };
        return laid_out(&text, "");
    }
    if kind.starts_with("text/css") || kind.starts_with("image/") {
        return "(a file that is compiled in)".to_owned();
    }
    body.to_owned()
}

/// JSON with a line for each value: members sorted, numbers as they were written.
fn laid_out(text: &str, indent: &str) -> String {
    let deeper = format!("{indent}  ");
    let block = |open: char, lines: Vec<String>, close: char| {
        if lines.is_empty() {
            return format!("{open}{close}");
        }
        let lines: Vec<String> = lines.iter().map(|line| format!("{deeper}{line}")).collect();
        format!("{open}\n{}\n{indent}{close}", lines.join(",\n"))
    };
    match exact::read(text).unwrap() {
        Exact::Object(mut members) => {
            members.sort();
            let lines = members.iter().map(|(name, value)| {
                format!(
                    "{}: {}",
                    Value::from(name.as_str()),
                    laid_out(value, &deeper)
                )
            });
            block('{', lines.collect(), '}')
        }
        Exact::Array(elements) => {
            let lines = elements.iter().map(|element| laid_out(element, &deeper));
            block('[', lines.collect(), ']')
        }
        Exact::Text(text) => Value::from(text).to_string(),
        Exact::Plain(text) => text.to_owned(),
    }
}

/// Basic credentials as they were before base64.
fn readable(value: &str) -> String {
    let decoded = value
        .strip_prefix("Basic ")
        .and_then(|text| STANDARD.decode(text).ok());
    match decoded.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(text) => format!("Basic base64({text})"),
        None => value.to_owned(),
    }
}

/// Names every run of base64url that can only be random: 22 characters of an
/// id, 43 or more of a secret or a key, and compact JWTs.
fn named(text: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let in_run = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    while let Some(begin) = rest.find(in_run) {
        let (before, run) = rest.split_at(begin);
        out.push_str(before);
        let (run, after) = run.split_at(run.find(|c| !in_run(c)).unwrap_or(run.len()));
        rest = after;
        if is_jwt(run) {
            out.push_str(&name_of(run, "jwt", &mut names));
            continue;
        }
        for (index, piece) in run.split('.').enumerate() {
            if index > 0 {
                out.push('.');
            }
            let (prefix, value) = match piece.strip_prefix("nonce-") {
                Some(value) => ("nonce-", value),
                None => ("", piece),
            };
            out.push_str(prefix);
            if is_random(value) {
                out.push_str(&name_of(value, "random", &mut names));
            } else {
                out.push_str(value);
            }
        }
    }
    out.push_str(rest);
    out
}

fn name_of<'a>(value: &'a str, kind: &str, names: &mut Vec<&'a str>) -> String {
    let index = names
        .iter()
        .position(|known| *known == value)
        .unwrap_or_else(|| {
            names.push(value);
            names.len() - 1
        });
    format!("[{kind}-{}]", index + 1)
}

fn is_random(run: &str) -> bool {
    let has = |test: fn(char) -> bool| run.chars().any(test);
    (run.len() == 22 || run.len() >= 43)
        && !run.starts_with("__Host-")
        && has(|c| c.is_ascii_uppercase())
        && has(|c| c.is_ascii_lowercase())
}

fn is_jwt(run: &str) -> bool {
    run.starts_with("eyJ") && run.split('.').count() == 3
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn the_same_random_value_has_the_same_name() {
        let secret = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let text = format!("a={secret}&authorization_endpoint; b={secret}, eyJ9.e30.sig");
        assert_eq!(
            named(&text),
            "a=[random-1]&authorization_endpoint; b=[random-1], [jwt-2]"
        );
        let (one, two) = ("rfIcA0Gk38oyAMJmj0sEEg", "nfdkqSyHaLAWPntkMEGOeg");
        let text = format!("{one}.{two} 'nonce-{two}' __Host-durward_session=x");
        assert_eq!(
            named(&text),
            "[random-1].[random-2] 'nonce-[random-2]' __Host-durward_session=x"
        );
    }
}
