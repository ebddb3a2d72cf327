//! The config API: what administrators do from afar, under Jans's paths and names.
//!
//! Each operation authorises its caller itself, reads strictly, and ends in what the command
//! line's rules do. No interception script decides over any
//! of them; the one that is being saved, and those that are tried, run in workers of their own. Not here: HTTP, and any rule that exists elsewhere.

pub mod access;
pub mod clients;
pub mod document;
pub mod error;
pub mod keys;
pub mod paging;
pub mod properties;
pub mod scopes;
pub mod scripts;
pub mod sessions;
pub mod trials;
pub mod users;

use crate::{Parameters, Provider, bearer::Bearer};

pub use error::{FieldError, ManagementError};
pub use paging::Page;

/// A request, as it came.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// What it is about.
    pub provider: &'a Provider,
    /// The access token and the certificate of the connection, which the token may be bound
    /// to; a token of no text for credentials of another kind.
    pub bearer: Option<Bearer<'a>>,
    /// The query.
    pub parameters: &'a Parameters,
    /// `If-Match`, as it came.
    pub if_match: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

impl Request<'_> {
    /// A query has no parameters but these: what would be ignored is refused.
    ///
    /// # Errors
    /// `Invalid`, naming the first other one.
    pub(crate) fn check_parameters(&self, known: &[&str]) -> Result<(), ManagementError> {
        match self
            .parameters
            .pairs()
            .find(|(name, _)| !known.contains(name))
        {
            None => Ok(()),
            Some((name, _)) => Err(ManagementError::invalid(
                name,
                "there is no such parameter here",
            )),
        }
    }

    /// The revision that the caller has seen, from `If-Match`.
    ///
    /// # Errors
    /// `Stale` for one that is none of ours: it cannot match (RFC 9110, section 13.1.1).
    pub(crate) fn seen(&self) -> Result<Option<i64>, ManagementError> {
        let Some(text) = self.if_match.map(str::trim).filter(|text| *text != "*") else {
            return Ok(None);
        };
        let revision = text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .and_then(|text| text.parse().ok());
        revision.map(Some).ok_or_else(|| {
            ManagementError::Stale("If-Match is not the ETag that an answer had".to_owned())
        })
    }
}

/// For [`Request::seen`] and its like: what was read has to be what the caller has seen.
pub(crate) fn check_seen(request: &Request<'_>, revision: i64) -> Result<(), ManagementError> {
    match request.seen()? {
        Some(seen) if seen != revision => Err(ManagementError::Stale(format!(
            "it has revision {revision} by now"
        ))),
        _ => Ok(()),
    }
}

/// A stored thing with its revision, which is the `ETag`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagged<T> {
    /// What is told.
    pub value: T,
    /// Its revision.
    pub revision: i64,
}

impl<T> Tagged<T> {
    /// With the version of its row.
    pub(crate) fn new(value: T, version: u64) -> Self {
        Self {
            value,
            revision: i64::try_from(version).unwrap_or(i64::MAX),
        }
    }
}
