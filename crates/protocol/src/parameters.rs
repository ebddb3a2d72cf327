//! Request parameters: form pairs, each name once; only `resource` may be repeated.
//!
//! Not here: which parameters an endpoint knows.

use url::form_urlencoded;

use crate::error::{Code, Error};

/// Most parameters that a request may have: the form of a consent page has one for each
/// element of `authorization_details`, and some of its own.
const MAX_PARAMETERS: usize = 96;

/// The one parameter that may be given more than once (RFC 8707, section 2).
const REPEATABLE: &str = "resource";

/// The parameters of one request. Empty values count as absent (RFC 6749, section 3.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Parses a query or a form body.
    ///
    /// # Errors
    /// `invalid_request` for a repeated name (RFC 6749, section 3.1), text that is
    /// not UTF-8, control characters, or too many names.
    pub fn parse(encoded: &str) -> Result<Self, Error> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(encoded.as_bytes()) {
            if pairs.len() >= MAX_PARAMETERS {
                return Err(Code::InvalidRequest.because("too many parameters"));
            }
            if name != REPEATABLE && pairs.iter().any(|(known, _)| *known == name) {
                return Err(Code::InvalidRequest.because("a parameter is given more than once"));
            }
            if name.contains('\u{fffd}') || value.contains('\u{fffd}') || value.contains('\0') {
                return Err(Code::InvalidRequest.because("a parameter is not valid UTF-8 text"));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    /// A value that is present and not empty.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a name, the empty ones left out.
    pub fn every(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs()
            .filter(move |(known, value)| *known == name && !value.is_empty())
            .map(|(_, value)| value)
    }

    /// These but for some names.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let kept = self
            .0
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()));
        Self(kept.cloned().collect())
    }

    /// Gives a name this one value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(known, _)| known != name);
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// A value that must be there.
    ///
    /// # Errors
    /// `invalid_request` naming the parameter.
    pub fn require(&self, name: &str) -> Result<&str, Error> {
        self.find(name).ok_or_else(|| {
            Code::InvalidRequest.because(format!("the parameter '{name}' is missing"))
        })
    }

    /// A whole number, if present.
    ///
    /// # Errors
    /// `invalid_request` naming the parameter.
    pub fn find_integer(&self, name: &str) -> Result<Option<i64>, Error> {
        self.find(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    Code::InvalidRequest.because(format!("'{name}' is not a whole number"))
                })
            })
            .transpose()
    }

    /// Names and values, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Encodes them again, for keeping.
    pub fn encode(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_repeated_parameter_is_refused_even_when_equal() {
        for text in ["client_id=a&client_id=a", "state=1&state=2", "a=&a="] {
            let error = Parameters::parse(text).unwrap_err();
            assert_eq!(
                error.refusal().unwrap().code,
                Code::InvalidRequest,
                "{text}"
            );
        }
    }

    #[test]
    fn only_resources_may_be_repeated() {
        let parameters = Parameters::parse("resource=a&state=x&resource=b&resource=").unwrap();
        let resources: Vec<&str> = parameters.every("resource").collect();
        assert_eq!(resources, ["a", "b"]);
        assert_eq!(Parameters::parse(&parameters.encode()).unwrap(), parameters);
    }

    #[test]
    fn an_empty_value_counts_as_absent() {
        let parameters = Parameters::parse("scope=&state=x").unwrap();
        assert_eq!(parameters.find("scope"), None);
        assert_eq!(parameters.find("state"), Some("x"));
    }

    #[test]
    fn broken_encodings_are_refused() {
        for text in ["a=%ff%fe", "a=%00", "%c3=1"] {
            assert!(Parameters::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn encoding_is_the_inverse_of_parsing() {
        let parameters = Parameters::parse("a=1+2%26&b=%C3%A9").unwrap();
        assert_eq!(Parameters::parse(&parameters.encode()).unwrap(), parameters);
    }
}
