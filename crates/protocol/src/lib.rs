//! The rules of OAuth 2.0, OpenID Connect and CIBA.
//!
//! A rule takes typed parameters, reads through the store, asks scripts where
//! a type says so, and ends in one `apply` and a typed outcome. Not here: HTTP,
//! pages, SQL, processes, the environment.

pub mod account;
pub mod authentication;
pub mod authorization_details;
pub mod authorize;
pub mod bearer;
pub mod certificate_binding;
pub mod ciba;
pub mod client_auth;
pub mod client_certificate;
pub mod client_keys;
pub mod client_registration;
pub mod configuration;
pub mod discovery;
pub mod error;
pub mod introspection;
pub mod jans_export;
pub mod keyring;
pub mod logout;
pub mod management;
pub mod mutual_tls;
pub mod par;
pub mod parameters;
pub mod password;
pub mod provider;
pub mod redaction;
pub mod remote;
pub(crate) mod request_object;
pub mod resource;
pub mod revocation;
pub mod script_files;
pub mod script_keeping;
pub mod script_loading;
pub mod script_log;
pub mod script_recording;
pub mod script_stages;
pub mod script_trial;
pub mod sealing;
pub mod ssa;
pub mod token;
pub mod userinfo;
pub mod visit;
pub mod web_address;

pub use client_certificate::ClientCertificate;
pub use error::{Code, Error, Refusal};
pub use parameters::Parameters;
pub use provider::Provider;
