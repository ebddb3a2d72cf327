//! One element of `authorization_details` (RFC 9396) for people to read: a script's words,
//! or the facts as they stand in the JSON. Text, never markup.

use super::parts::MAX_TOKEN_CHARS;
use super::untrusted::Untrusted;

/// The longest value shown, in characters.
const MAX_VALUE_CHARS: usize = 300;

/// Most facts shown of one element.
const MAX_FACTS: usize = 200;

/// A member and its value.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Where it stands in the element, such as `instructedAmount.currency`.
    pub name: Untrusted,
    /// What it says.
    pub value: Untrusted,
}

/// An element.
#[derive(Debug, Clone)]
pub struct DetailBlock {
    /// Its `type`.
    pub detail_type: Untrusted,
    /// What is said about it, by a script or by the client itself.
    pub text: Option<Untrusted>,
    /// Are the words the client's own? Then the page says so.
    pub is_claim: bool,
    /// What stands in it, as the server reads it; shown where nobody else can be believed.
    pub facts: Vec<Fact>,
    /// Is there more than is shown?
    pub has_more: bool,
    /// Its place, where the person may leave it out.
    pub place: Option<usize>,
}

impl DetailBlock {
    /// An element in the words of its script. Text longer than 4,000 characters or 60 lines
    /// is cut, visibly.
    pub fn new(detail_type: &str, text: &str) -> Self {
        Self {
            detail_type: Untrusted::line(detail_type, MAX_TOKEN_CHARS),
            text: Some(Untrusted::lines(text, 4_000, 60)).filter(|text| !text.is_empty()),
            is_claim: false,
            facts: Vec::new(),
            has_more: false,
            place: None,
        }
    }

    /// The same where the words are the client's own: beside them stand the facts.
    #[must_use]
    pub fn claimed(mut self, facts: &[(String, String)]) -> Self {
        self.is_claim = self.text.is_some();
        self.with_facts(facts)
    }

    /// Shows the facts.
    #[must_use]
    pub fn with_facts(mut self, facts: &[(String, String)]) -> Self {
        self.has_more = facts.len() > MAX_FACTS;
        self.facts = facts
            .iter()
            .take(MAX_FACTS)
            .map(|(name, value)| Fact {
                name: Untrusted::line(name, MAX_TOKEN_CHARS),
                value: Untrusted::line(value, MAX_VALUE_CHARS),
            })
            .collect();
        self
    }

    /// Lets the person leave it out.
    #[must_use]
    pub fn at(mut self, place: usize) -> Self {
        self.place = Some(place);
        self
    }
}
