//! Taking out of a call what must not be kept: secrets and what is about people.
//!
//! Two passes over the same values. The first learns what is secret: by the names of members
//! ([`names`]), by its shape, by what one was told. The second puts a placeholder in the place
//! of each, wherever it stands and however it is spelled ([`spellings`]). The same value has
//! the same placeholder as long as the key is the same; without the key nobody can try values.
//!
//! Not here: what is kept, and for how long.

pub mod names;
mod spellings;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use durward_jose::{base64url, digest};
use serde_json::{Map, Number, Value};

use names::{Names, Sensitivity};

/// Shorter values are taken out only where they are the whole of a text.
const MIN_INSIDE: usize = 4;

/// Shortest part of a secret that is a secret of its own.
const MIN_PART: usize = 8;

/// How many spellings may be one inside the other.
const DEPTH: usize = 2;

/// Most values that are looked for; a call with more is not worth its time.
const MAX_KNOWN: usize = 256;

/// Numbers below it say what a word would: a status, a level.
const MIN_NUMBER: u64 = 1_000;

/// What tells a placeholder.
pub const PREFIX: &str = "redacted-";

/// Schemes of credentials (RFC 9110, section 11): what follows is the secret.
const SCHEMES: [&str; 3] = ["Basic ", "Bearer ", "DPoP "];

/// Knows what is secret in one call.
pub struct Redactor<'a> {
    key: [u8; 32],
    names: &'a Names,
    /// Words of the contract: a person called `scope` changes no context.
    words: HashSet<String>,
    known: BTreeSet<String>,
    hidden: BTreeMap<String, String>,
    is_full: bool,
}

impl<'a> Redactor<'a> {
    /// Knows nothing yet.
    pub fn new(key: [u8; 32], names: &'a Names) -> Self {
        Self {
            key,
            names,
            words: HashSet::new(),
            known: BTreeSet::new(),
            hidden: BTreeMap::new(),
            is_full: false,
        }
    }

    /// Words that are nobody's name, although somebody may be called so.
    pub fn knows_words(&mut self, words: impl Iterator<Item = String>) {
        self.words.extend(words);
    }

    /// Learns a hidden property of the script.
    pub fn learn_hidden(&mut self, name: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        self.hidden.insert(self.placeholder(value), name.to_owned());
        self.add(value);
        if let Some(inner) = structured(value) {
            self.learn(&inner, Sensitivity::Secret);
        }
        // The lines of a key in PEM.
        for line in value.lines().filter(|line| line.len() >= MIN_PART) {
            self.add(line);
        }
    }

    /// Learns what is secret in a value, which is itself as sensitive as told.
    pub fn learn(&mut self, value: &Value, sensitivity: Sensitivity) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    self.learn(value, self.of_member(members, name, sensitivity));
                }
            }
            Value::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    self.learn(item, self.of_item(items, place, sensitivity));
                }
            }
            Value::String(text) => self.learn_text(text, sensitivity),
            Value::Number(number) if sensitivity > Sensitivity::None => {
                if number.as_u64().is_none_or(|number| number >= MIN_NUMBER) {
                    self.add(&number.to_string());
                }
            }
            Value::Number(_) | Value::Bool(_) | Value::Null => {}
        }
    }

    fn learn_text(&mut self, text: &str, sensitivity: Sensitivity) {
        match sensitivity {
            Sensitivity::None => {}
            Sensitivity::Personal => {
                if !self.words.contains(text) {
                    self.add(text);
                }
            }
            Sensitivity::Secret => self.learn_secret(text),
        }
        if let Some(inner) = structured(text) {
            self.learn(&inner, sensitivity);
            return;
        }
        for scheme in SCHEMES {
            for (at, _) in text.match_indices(scheme) {
                let rest = text.get(at + scheme.len()..).unwrap_or_default();
                let end = rest.find(|c: char| c.is_whitespace() || "\"',;".contains(c));
                self.add(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
            }
        }
        for run in text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))) {
            if let Some((_, claims, signature)) = jwt(run) {
                self.add(signature);
                self.learn(&claims, Sensitivity::None);
            }
        }
        self.learn_parameters(text);
    }

    /// A secret, and its parts: cookies, name and password.
    fn learn_secret(&mut self, text: &str) {
        let (scheme, bare) = without_scheme(text);
        self.add(bare);
        if scheme == "Basic " {
            let both = spellings::base64_text(bare);
            for part in both.split(':').filter(|part| part.len() >= MIN_INSIDE) {
                self.add(part);
            }
        }
        for part in bare.split(|c: char| c.is_whitespace() || "=;,&\"".contains(c)) {
            if part.len() >= MIN_PART {
                self.add(part);
            }
        }
    }

    /// What names say in a form, a query, a list of cookies.
    fn learn_parameters(&mut self, text: &str) {
        for parameter in text.split(['&', '?', '#', ';', ' ', '\n']) {
            let Some((name, value)) = parameter.split_once('=') else {
                continue;
            };
            let name = spellings::percent_decoded(name, true);
            let sensitivity = self.names.say(&name);
            if sensitivity > Sensitivity::None && !value.is_empty() {
                self.add(value);
                self.add(&spellings::percent_decoded(value, true));
            }
        }
    }

    fn add(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() || self.known.contains(text) {
            return;
        }
        if self.known.len() >= MAX_KNOWN {
            self.is_full = true;
            return;
        }
        self.known.insert(text.to_owned());
    }

    /// Is there more to look for than it looks for? Then nothing is to be kept.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Placeholders of hidden properties, with the properties' names.
    pub fn hidden(&self) -> &BTreeMap<String, String> {
        &self.hidden
    }

    /// What stands for a value: the same for the same.
    pub fn placeholder(&self, text: &str) -> String {
        let hash = self.hash(text);
        let one = hash
            .iter()
            .take(8)
            .fold(0, |one: u64, byte| one << 8 | u64::from(*byte));
        let is_address = text
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
            && !text.contains(char::is_whitespace);
        // What takes addresses apart is to go on doing so.
        let domain = if is_address { "@redacted.invalid" } else { "" };
        format!("{PREFIX}{one:016x}{domain}")
    }

    /// HMAC would do the same; keys have one length.
    fn hash(&self, text: &str) -> [u8; 32] {
        let inner = digest::sha256([&self.key, text.as_bytes()].concat());
        digest::sha256([self.key, inner].concat())
    }

    /// The value without what was learnt.
    pub fn redacted(&self, value: &Value, sensitivity: Sensitivity) -> Value {
        match value {
            Value::Object(members) => Value::Object(self.members(members, sensitivity)),
            Value::Array(items) => {
                let items = items.iter().enumerate().map(|(place, item)| {
                    self.redacted(item, self.of_item(items, place, sensitivity))
                });
                Value::Array(items.collect())
            }
            Value::String(text) if sensitivity > Sensitivity::None => {
                Value::String(self.sensitive(text, sensitivity))
            }
            Value::String(text) => Value::String(self.text(text)),
            Value::Number(number) => Value::Number(self.number(number)),
            Value::Bool(_) | Value::Null => value.clone(),
        }
    }

    fn members(&self, members: &Map<String, Value>, outer: Sensitivity) -> Map<String, Value> {
        let redacted = members.iter().map(|(name, value)| {
            let inner = self.of_member(members, name, outer);
            let name = if self.words.contains(name) {
                name.clone()
            } else {
                self.text(name)
            };
            (name, self.redacted(value, inner))
        });
        redacted.collect()
    }

    /// How sensitive a member is within something that is as sensitive as told.
    fn of_member(
        &self,
        members: &Map<String, Value>,
        name: &str,
        outer: Sensitivity,
    ) -> Sensitivity {
        match (named_value(members), name) {
            (Some(_), "name") => outer,
            (Some(named), "value") => outer.max(self.names.say(named)),
            _ => outer.max(self.names.say(name)),
        }
    }

    fn of_item(&self, items: &[Value], place: usize, outer: Sensitivity) -> Sensitivity {
        match pair(items).filter(|_| place == 1) {
            Some(name) => outer.max(self.names.say(name)),
            None => outer,
        }
    }

    fn sensitive(&self, text: &str, sensitivity: Sensitivity) -> String {
        let is_word = sensitivity == Sensitivity::Personal && self.words.contains(text);
        if text.trim().is_empty() || is_word {
            return text.to_owned();
        }
        let (scheme, bare) = without_scheme(text);
        format!("{scheme}{}", self.placeholder(bare.trim()))
    }

    /// A number that is known, or is spelled as something that is.
    fn number(&self, number: &Number) -> Number {
        let text = number.to_string();
        if !self.known.contains(&text) && self.replaced(&text) == text {
            return number.clone();
        }
        let hash = self.hash(&text);
        let one = hash
            .iter()
            .take(6)
            .fold(0, |one, byte| one << 8 | u64::from(*byte));
        let digits = u32::try_from(text.len().min(14)).unwrap_or(14);
        Number::from(one % 10_u64.pow(digits))
    }

    /// The text without what was learnt.
    pub fn text(&self, text: &str) -> String {
        if text.is_empty() {
            return String::new();
        }
        if self.known.contains(text.trim()) {
            return self.placeholder(text.trim());
        }
        let inside = self.inside(text);
        let replaced = self.replaced(inside.as_deref().unwrap_or(text));
        if !self.hides(&replaced, DEPTH) {
            return replaced;
        }
        let pieces: Vec<String> = replaced
            .split(' ')
            .map(|piece| {
                if self.hides(piece, DEPTH) {
                    self.placeholder(piece)
                } else {
                    piece.to_owned()
                }
            })
            .collect();
        let pieces = pieces.join(" ");
        if self.hides(&pieces, DEPTH) {
            self.placeholder(text)
        } else {
            pieces
        }
    }

    /// What is JSON or a JWT is redacted as what it says; what has nothing to redact stays
    /// as it is written.
    fn inside(&self, text: &str) -> Option<String> {
        if let Some(inner) = structured(text) {
            let redacted = self.redacted(&inner, Sensitivity::None);
            return (redacted != inner).then(|| redacted.to_string());
        }
        let (header, claims, signature) = jwt(text)?;
        let claims = self.redacted(&claims, Sensitivity::None).to_string();
        let claims = base64url::encode(claims);
        Some(format!("{header}.{claims}.{}", self.placeholder(signature)))
    }

    fn replaced(&self, text: &str) -> String {
        let mut found: Vec<(usize, &str)> = Vec::new();
        for known in self.known.iter().filter(|known| known.len() >= MIN_INSIDE) {
            found.extend(text.match_indices(known.as_str()));
        }
        // Of those that begin at one place the longest.
        found.sort_by_key(|(at, known)| (*at, usize::MAX - known.len()));
        let mut replaced = String::with_capacity(text.len());
        let mut end = 0;
        for (at, known) in found {
            if at >= end {
                replaced.push_str(text.get(end..at).unwrap_or_default());
                replaced.push_str(&self.placeholder(known));
                end = at + known.len();
            }
        }
        replaced.push_str(text.get(end..).unwrap_or_default());
        replaced
    }

    fn hides(&self, text: &str, depth: usize) -> bool {
        if text.len() < MIN_INSIDE {
            return false;
        }
        let mut known = self.known.iter();
        known.any(|known| known.len() >= MIN_INSIDE && text.contains(known.as_str()))
            || (depth > 0 && spellings::any(text, &mut |other| self.hides(other, depth - 1)))
    }
}

/// The object or array that a text is.
fn structured(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// Header, claims and signature of what is a signed JWT (RFC 7519).
fn jwt(text: &str) -> Option<(&str, Value, &str)> {
    let mut parts = text.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || signature.is_empty() {
        return None;
    }
    let object = |part: &str| {
        let bytes = base64url::decode(part)?;
        let value: Value = serde_json::from_slice(&bytes).ok()?;
        value.is_object().then_some(value)
    };
    object(header)?;
    Some((header, object(claims)?, signature))
}

/// `{"name": "Cookie", "value": "…"}`.
fn named_value(members: &Map<String, Value>) -> Option<&str> {
    members.get("value")?;
    members.get("name")?.as_str()
}

/// `["Cookie", "…"]`.
fn pair(items: &[Value]) -> Option<&str> {
    match items {
        [Value::String(name), Value::String(_)] => Some(name),
        _ => None,
    }
}

fn without_scheme(text: &str) -> (&str, &str) {
    let found = SCHEMES.iter().find(|scheme| text.starts_with(**scheme));
    found.map_or(("", text), |scheme| {
        text.split_at_checked(scheme.len()).unwrap_or(("", text))
    })
}

#[cfg(test)]
mod tests;
