//! What a person answers on a consent or approval page.

use durward_model::{Configuration, Details};

use crate::error::{Code, Error};

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// No.
    Deny,
    /// Yes, to everything that was shown.
    Allow,
    /// Yes, and of `authorization_details` only to the elements at these places.
    AllowOnly(Vec<usize>),
}

impl Decision {
    /// Is it a yes?
    pub fn is_yes(&self) -> bool {
        *self != Self::Deny
    }

    /// The elements that the person left of those that were shown. Places that there are
    /// not add nothing.
    ///
    /// # Errors
    /// `invalid_request` for a yes to a part where it is all or nothing: the page offers
    /// nothing else, but who writes the answer need not use the page.
    pub(crate) fn left_of(
        &self,
        shown: &Details,
        configuration: &Configuration,
    ) -> Result<Details, Error> {
        let left = match self {
            Self::Deny => Details::default(),
            Self::Allow => shown.clone(),
            Self::AllowOnly(places) => shown.kept(|place| places.contains(&place)),
        };
        if self.is_yes() && left != *shown && !configuration.consent_may_leave_out_details {
            return Err(Code::InvalidRequest.because("nothing of this request can be left out"));
        }
        Ok(left)
    }
}

impl From<bool> for Decision {
    fn from(allowed: bool) -> Self {
        if allowed { Self::Allow } else { Self::Deny }
    }
}
