//! `authorization_details` (RFC 9396) as values: each element exactly as it was written.
//!
//! Not here: which texts are taken (durward-protocol's `authorization_details`), what
//! an element means (scripts).

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

/// One element (RFC 9396, section 2): its JSON text, untouched, so that numbers, the order
/// of members and even blanks stay as they were.
///
/// Its serialised form is that text. It survives `serde_json`'s text, not its `Value`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Detail(Box<RawValue>);

/// base64url of the SHA-256 of an element's text: its name in records and consents.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DetailHash(String);

/// An element that its script let pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VettedDetail {
    /// Its `type`.
    pub detail_type: String,
    /// What is shown and granted.
    pub detail: Detail,
    /// Set when a script changed what the client had sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enrichment: Option<Enrichment>,
}

/// Who changed an element, and what it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrichment {
    /// Name of the script.
    pub script: String,
    /// Its version.
    pub version: String,
    /// The element as the client sent it.
    pub requested: DetailHash,
    /// The client's own `ui_representation`, if it sent one: words that are not ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_words: Option<String>,
}

/// Vetted elements in the order in which they were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Details(Vec<VettedDetail>);

impl Detail {
    /// Wraps text that was checked to be one JSON value; `None` when it is not JSON at all.
    pub fn from_text(text: String) -> Option<Self> {
        RawValue::from_string(text).ok().map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Its name in records.
    pub fn hash(&self) -> DetailHash {
        DetailHash(URL_SAFE_NO_PAD.encode(Sha256::digest(self.as_str().as_bytes())))
    }
}

impl PartialEq for Detail {
    /// The same characters.
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Detail {}

impl DetailHash {
    /// base64url form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Details {
    /// Those elements.
    pub fn new(elements: Vec<VettedDetail>) -> Self {
        Self(elements)
    }

    /// None at all?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = &VettedDetail> {
        self.0.iter()
    }

    /// Those whose place `keep` says yes to.
    #[must_use]
    pub fn kept(&self, keep: impl Fn(usize) -> bool) -> Self {
        let kept = self.0.iter().enumerate().filter(|(index, _)| keep(*index));
        Self(kept.map(|(_, element)| element.clone()).collect())
    }

    /// The bare elements, for an answer.
    pub fn elements(&self) -> Vec<Detail> {
        self.0
            .iter()
            .map(|element| element.detail.clone())
            .collect()
    }

    /// How often each element is there.
    pub fn counts(&self) -> BTreeMap<DetailHash, usize> {
        let mut counts = BTreeMap::new();
        for element in &self.0 {
            *counts.entry(element.detail.hash()).or_insert(0) += 1;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    const TEXT: &str = r#"{"type":"a", "z":1.50,"b":10000000000000000000001}"#;

    fn vetted() -> VettedDetail {
        VettedDetail {
            detail_type: "a".to_owned(),
            detail: Detail::from_text(TEXT.to_owned()).unwrap(),
            enrichment: None,
        }
    }

    #[test]
    fn storing_changes_no_character() {
        let details = Details::new(vec![vetted()]);
        let stored = serde_json::to_string(&details).unwrap();
        assert!(stored.contains(TEXT), "{stored}");
        let back: Details = serde_json::from_str(&stored).unwrap();
        assert_eq!(back, details);
        assert_eq!(back.elements()[0].as_str(), TEXT);
    }

    #[test]
    fn a_hash_is_of_the_text_and_elements_are_counted() {
        let details = Details::new(vec![vetted(), vetted()]);
        let counts = details.counts();
        assert_eq!(counts.len(), 1);
        assert_eq!(counts[&vetted().detail.hash()], 2);
        let other = Detail::from_text(TEXT.replace("1.50", "1.5")).unwrap();
        assert_ne!(other.hash(), vetted().detail.hash());
        assert_eq!(details.kept(|index| index == 1).len(), 1);
    }
}
