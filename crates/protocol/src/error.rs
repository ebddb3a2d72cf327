//! The one error of the rules: whose fault it is, what the caller may know.
//!
//! Not here: where an error goes (redirect, JSON, page); durward-server decides that once.

use durward_store::StoreError;

/// What a rule ends in when it does not end well.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's fault.
    #[error("{0}")]
    Refused(Refusal),
    /// Ours: logged once at the edge; the caller sees an id only.
    #[error("fault: {0}")]
    Fault(String),
}

/// A refusal that a specification has a name for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// `error`.
    pub code: Code,
    /// `error_description`: a public sentence, ASCII as RFC 6749 section 5.2 wants.
    pub description: String,
    /// For the log only.
    pub cause: Option<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.description)
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal / $status:literal,)*) => {
        /// OAuth error codes, each with the HTTP status of its JSON form.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// The code as it goes over the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// HTTP status of the JSON form.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }
        }
    };
}

codes! {
    /// RFC 6749, section 4.1.2.1; CIBA Core 1.0, section 11; RFC 8628, section 3.5.
    AccessDenied = "access_denied" / 400,
    /// CIBA Core 1.0, section 11.
    AuthorizationPending = "authorization_pending" / 400,
    /// OpenID Connect Core 1.0, section 3.1.2.6.
    ConsentRequired = "consent_required" / 400,
    /// CIBA Core 1.0, section 13.
    ExpiredLoginHintToken = "expired_login_hint_token" / 400,
    /// CIBA Core 1.0, section 11.
    ExpiredToken = "expired_token" / 400,
    /// RFC 6750, section 3.1.
    InsufficientScope = "insufficient_scope" / 403,
    /// RFC 9396, section 5.
    InvalidAuthorizationDetails = "invalid_authorization_details" / 400,
    /// CIBA Core 1.0, section 13.
    InvalidBindingMessage = "invalid_binding_message" / 400,
    /// RFC 6749, section 5.2.
    InvalidClient = "invalid_client" / 401,
    /// RFC 7591, section 3.2.2.
    InvalidClientMetadata = "invalid_client_metadata" / 400,
    /// RFC 6749, section 5.2.
    InvalidGrant = "invalid_grant" / 400,
    /// RFC 7591, section 3.2.2.
    InvalidRedirectUri = "invalid_redirect_uri" / 400,
    /// RFC 6749, section 5.2.
    InvalidRequest = "invalid_request" / 400,
    /// RFC 9101, section 7; OpenID Connect Core 1.0, section 3.1.2.6.
    InvalidRequestObject = "invalid_request_object" / 400,
    /// RFC 9101, section 7; OpenID Connect Core 1.0, section 3.1.2.6.
    InvalidRequestUri = "invalid_request_uri" / 400,
    /// RFC 6749, section 5.2.
    InvalidScope = "invalid_scope" / 400,
    /// RFC 7591, section 3.2.2.
    InvalidSoftwareStatement = "invalid_software_statement" / 400,
    /// RFC 8707, section 2.
    InvalidTarget = "invalid_target" / 400,
    /// RFC 6750, section 3.1.
    InvalidToken = "invalid_token" / 401,
    /// CIBA Core 1.0, section 13.
    InvalidUserCode = "invalid_user_code" / 400,
    /// OpenID Connect Core 1.0, section 3.1.2.6.
    LoginRequired = "login_required" / 400,
    /// CIBA Core 1.0, section 13.
    MissingUserCode = "missing_user_code" / 400,
    /// OpenID Connect Core 1.0, section 3.1.2.6.
    RegistrationNotSupported = "registration_not_supported" / 400,
    /// OpenID Connect Core 1.0, section 3.1.2.6.
    RequestNotSupported = "request_not_supported" / 400,
    /// OpenID Connect Core 1.0, section 3.1.2.6.
    RequestUriNotSupported = "request_uri_not_supported" / 400,
    /// CIBA Core 1.0, section 11.
    SlowDown = "slow_down" / 400,
    /// RFC 6749, section 4.1.2.1.
    TemporarilyUnavailable = "temporarily_unavailable" / 503,
    /// RFC 6749, section 5.2.
    UnauthorizedClient = "unauthorized_client" / 400,
    /// Jans's own: the user has no device to push to.
    UnauthorizedEndUserDevice = "unauthorized_end_user_device" / 401,
    /// CIBA Core 1.0, section 13.
    UnknownUserId = "unknown_user_id" / 400,
    /// RFC 7591, section 3.2.2.
    UnapprovedSoftwareStatement = "unapproved_software_statement" / 400,
    /// RFC 6749, section 5.2.
    UnsupportedGrantType = "unsupported_grant_type" / 400,
    /// RFC 6749, section 4.1.2.1.
    UnsupportedResponseType = "unsupported_response_type" / 400,
    /// RFC 7009, section 2.2.1.
    UnsupportedTokenType = "unsupported_token_type" / 400,
}

impl Code {
    /// A refusal with this code.
    pub fn because(self, description: impl Into<String>) -> Error {
        Error::Refused(Refusal {
            code: self,
            description: description.into(),
            cause: None,
        })
    }

    /// A refusal whose true cause only the log may know.
    pub fn hiding(self, description: impl Into<String>, cause: impl std::fmt::Display) -> Error {
        Error::Refused(Refusal {
            code: self,
            description: description.into(),
            cause: Some(cause.to_string()),
        })
    }
}

impl Error {
    /// The refusal, if it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Fault(_) => None,
        }
    }
}

impl From<StoreError> for Error {
    /// A conflict that no rule expected is a fault like any other.
    fn from(error: StoreError) -> Self {
        Self::Fault(error.to_string())
    }
}
