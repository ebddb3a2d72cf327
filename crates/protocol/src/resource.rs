//! Resource indicators (RFC 8707): which resource servers tokens are for.
//!
//! Addresses are compared as they are written. Without one, a token is for this server
//! itself, as it always was.

use durward_model::{Client, Configuration};
use serde::Serialize;

use crate::{
    Parameters,
    error::{Code, Error},
    web_address,
};

/// Most resources that one request may name.
const MAX_RESOURCES: usize = 16;

/// Longest address of a resource, bytes.
const MAX_BYTES: usize = 1_024;

/// `aud`: one text, or a list of several (RFC 7519, section 4.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Audience<'a> {
    /// One.
    One(&'a str),
    /// Several.
    Several(&'a [String]),
}

impl<'a> Audience<'a> {
    /// Of a token for these resources, or for the issuer when there are none.
    pub fn of(resources: &'a [String], issuer: &'a str) -> Self {
        match resources {
            [] => Self::One(issuer),
            [only] => Self::One(only),
            several => Self::Several(several),
        }
    }

    /// Each name of it.
    pub fn names(&self) -> Vec<&'a str> {
        match self {
            Self::One(only) => vec![only],
            Self::Several(several) => several.iter().map(String::as_str).collect(),
        }
    }
}

/// Is it an address that a resource may have: absolute, without a fragment (section 2)?
pub fn is_resource(text: &str) -> bool {
    text.len() <= MAX_BYTES && !text.contains('#') && web_address::parse(text).is_some()
}

/// The resources that a request asks for, each once, all of them allowed for the client.
///
/// # Errors
/// `invalid_target`.
pub fn requested(
    parameters: &Parameters,
    client: &Client,
    configuration: &Configuration,
) -> Result<Vec<String>, Error> {
    let resources = parse(parameters)?;
    let allowed = |resource: &String| {
        let known = *resource == configuration.issuer
            || configuration.resources_supported.contains(resource);
        let own = client.metadata.resources.as_ref();
        known && own.is_none_or(|own| own.contains(resource))
    };
    if resources.iter().all(allowed) {
        Ok(resources)
    } else {
        Err(refused("the client may not have tokens for this resource"))
    }
}

/// What is left of the granted resources: those that the token request names, or all.
///
/// # Errors
/// `invalid_target` for more than was granted.
pub fn narrowed(granted: &[String], parameters: &Parameters) -> Result<Vec<String>, Error> {
    let resources = parse(parameters)?;
    if resources.is_empty() {
        return Ok(granted.to_vec());
    }
    if resources.iter().all(|resource| granted.contains(resource)) {
        Ok(resources)
    } else {
        Err(refused("the resource exceeds what was granted"))
    }
}

fn parse(parameters: &Parameters) -> Result<Vec<String>, Error> {
    let mut resources: Vec<String> = Vec::new();
    for text in parameters.every("resource") {
        if !is_resource(text) {
            return Err(refused(
                "'resource' must be an absolute URI without a fragment",
            ));
        }
        if !resources.iter().any(|known| known == text) {
            resources.push(text.to_owned());
        }
    }
    if resources.len() > MAX_RESOURCES {
        return Err(refused("too many resources"));
    }
    Ok(resources)
}

fn refused(description: &str) -> Error {
    Code::InvalidTarget.because(description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_are_absolute_and_without_fragment() {
        for text in [
            "https://rs.example",
            "https://rs.example/a?b=c",
            "urn:example:rs",
            "http://127.0.0.1:9/",
        ] {
            assert!(is_resource(text), "{text}");
        }
        for text in [
            "",
            "/relative",
            "rs.example",
            "https://rs.example/#a",
            "https://rs.example/ a",
            "https://rs.example/\n",
        ] {
            assert!(!is_resource(text), "{text:?}");
        }
        assert!(!is_resource(&format!(
            "https://rs.example/{}",
            "x".repeat(MAX_BYTES)
        )));
    }
}
