//! Requests and answers as one text that is the same in every run.
//!
//! Headers are sorted, JSON is laid out, and whatever is random (secrets, ids,
//! signatures, keys) becomes a name that is the same wherever the value is.

use std::fmt::Write as _;

use axum::http::Method;
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
            let _ = writeln!(self.said, "> {name}: {value}");
        }
        for pair in body.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let _ = writeln!(self.said, ">   {pair}");
        }
    }

    /// Adds its answer.
    pub fn answer(&mut self, answer: &Answer) {
        let _ = writeln!(self.said, "< {}", answer.status);
        let mut headers: Vec<(String, String)> = answer
            .headers
            .iter()
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
        return serde_json::to_string_pretty(&value).unwrap();
    }
    if kind.starts_with("text/css") || kind.starts_with("image/") {
        return "(a file that is compiled in)".to_owned();
    }
    body.to_owned()
}

/// Names every run of base64url that can only be random: 22 characters of an
/// id, 43 or more of a secret or a key, and compact JWTs.
fn named(text: &str) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let in_run = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    while let Some(begin) = rest.find(in_run) {
        out.push_str(&rest[..begin]);
        let run = &rest[begin..];
        let run = &run[..run.find(|c| !in_run(c)).unwrap_or(run.len())];
        rest = &rest[begin + run.len()..];
        let kind = if is_jwt(run) { "jwt" } else { "random" };
        if is_random(run) || is_jwt(run) {
            let index = names.iter().position(|known| *known == run).unwrap_or_else(|| {
                names.push(run);
                names.len() - 1
            });
            let _ = write!(out, "[{kind}-{}]", index + 1);
        } else {
            out.push_str(run);
        }
    }
    out.push_str(rest);
    out
}

fn is_random(run: &str) -> bool {
    let has = |test: fn(char) -> bool| run.chars().any(test);
    (run.len() == 22 || run.len() >= 43)
        && !run.contains('.')
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
        assert_eq!(named(&text), "a=[random-1]&authorization_endpoint; b=[random-1], [jwt-2]");
    }
}
