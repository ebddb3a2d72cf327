//! What a person answers on a consent or approval page.

use durward_model::Details;

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
    pub fn left_of(&self, shown: &Details) -> Details {
        match self {
            Self::Deny => Details::default(),
            Self::Allow => shown.clone(),
            Self::AllowOnly(places) => shown.kept(|place| places.contains(&place)),
        }
    }
}

impl From<bool> for Decision {
    fn from(allowed: bool) -> Self {
        if allowed { Self::Allow } else { Self::Deny }
    }
}
