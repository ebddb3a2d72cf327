//! What exists: clients, users, sessions, grants, tokens, scripts, configuration.
//!
//! Plain values with their stored JSON form, ids, and the two sources that
//! rules take as arguments: time and randomness. Not here: async, SQL, HTTP,
//! or any rule of a protocol.

pub mod authorization_details;
pub mod ciba;
pub mod client;
pub mod clock;
pub mod configuration;
pub mod consent;
pub mod entropy;
pub mod grant;
pub mod id;
pub mod interaction;
pub mod journal;
pub mod logout;
pub mod pushed_request;
pub mod registration;
pub mod scope;
pub mod script;
pub mod script_figures;
pub mod script_file;
pub mod script_recording;
pub mod script_stage;
pub mod session;
pub mod signing_key;
pub mod throttle;
pub mod token;
pub mod user;

pub use authorization_details::{Detail, DetailHash, Details, VettedDetail};
pub use ciba::{CibaRequest, CibaStatus};
pub use client::Client;
pub use clock::{Clock, Timestamp};
pub use configuration::Configuration;
pub use consent::Consent;
pub use entropy::{Entropy, SecretHash};
pub use grant::Grant;
pub use id::{ClientId, GrantId, ScriptId, UserId};
pub use interaction::Interaction;
pub use journal::JournalEntry;
pub use logout::LogoutNotice;
pub use pushed_request::PushedRequest;
pub use registration::{InitialAccessToken, IssuedStatement, Registration};
pub use scope::Scope;
pub use script::{Script, ScriptLogEntry, ScriptVersion};
pub use script_figures::ScriptFigures;
pub use script_recording::RecordedCall;
pub use script_stage::{Candidate, CandidateEnd, CandidateFigures};
pub use session::{ClientSession, Session};
pub use signing_key::StoredSigningKey;
pub use throttle::Throttle;
pub use token::{AccessToken, AuthorizationCode, RefreshToken, SeenAssertion};
pub use user::User;
