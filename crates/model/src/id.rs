//! Identifiers, one type each so that none is taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps an existing identifier.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// `client_id` (RFC 6749, section 2.2).
    ClientId
);
text_id!(
    /// A user's stable id (Jans's `inum`), used as the `sub` claim.
    UserId
);
text_id!(
    /// What binds all tokens that came from one consent.
    GrantId
);
text_id!(
    /// A script's `inum`.
    ScriptId
);
