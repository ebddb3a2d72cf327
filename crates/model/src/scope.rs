//! Scope: a set of tokens, in the order they were first named (RFC 6749, section 3.3).

use std::fmt;

use serde::{Deserialize, Serialize};

/// What scopes of administration begin with, as in Jans: those of the config API, and those
/// for issuing software statements, which give others their scopes. An operator gives them to a
/// client; nobody gets them by registering, and no person gives them by consenting.
const MANAGEMENT: [&str; 2] = ["https://jans.io/oauth/", "https://jans.io/auth/ssa."];

/// Is it a scope of administration?
pub fn is_management(token: &str) -> bool {
    MANAGEMENT.iter().any(|prefix| token.starts_with(prefix))
}

/// A set of scope tokens.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Scope(Vec<String>);

impl Scope {
    /// Splits at spaces; repeated tokens count once.
    pub fn parse(text: &str) -> Self {
        let mut tokens: Vec<String> = Vec::new();
        for token in text.split(' ').filter(|token| !token.is_empty()) {
            if !tokens.iter().any(|known| known == token) {
                tokens.push(token.to_owned());
            }
        }
        Self(tokens)
    }

    /// Is every character of every token allowed by RFC 6749, section 3.3?
    pub fn is_well_formed(text: &str) -> bool {
        text.bytes().all(|b| {
            b == b' ' || b == 0x21 || (0x23..=0x5b).contains(&b) || (0x5d..=0x7e).contains(&b)
        })
    }

    /// Holds `token`?
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|known| known == token)
    }

    /// Is every token of this one in `other`?
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.iter().all(|token| other.contains(token))
    }

    /// The tokens of this one that `allowed` holds.
    #[must_use]
    pub fn narrowed_to(&self, allowed: &Self) -> Self {
        Self(
            self.0
                .iter()
                .filter(|token| allowed.contains(token))
                .cloned()
                .collect(),
        )
    }

    /// Without the scopes of administration.
    #[must_use]
    pub fn without_management(&self) -> Self {
        let others = self.0.iter().filter(|token| !is_management(token));
        Self(others.cloned().collect())
    }

    /// No token?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tokens in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl From<String> for Scope {
    fn from(text: String) -> Self {
        Self::parse(&text)
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}
