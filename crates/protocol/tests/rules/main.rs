//! The rules of every endpoint as functions: no HTTP, no engine, a fixed clock.
//! A module per rule or attack; each test is named after what must hold.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod access_tokens;
mod account;
mod approval;
mod authorize;
mod certificate_bound;
mod ciba_request;
mod ciba_signed;
mod client_assertions;
mod client_auth;
mod client_credentials;
mod code_flow;
mod code_replay;
mod config_api;
mod configuration;
mod details_consent;
mod details_parser;
mod details_property;
mod details_tokens;
mod details_vetting;
mod hostile;
mod interaction;
mod jans_export;
mod keys;
mod login;
mod logout;
mod mutual_tls;
mod notification;
mod par;
mod parsers;
mod pkce;
mod polling;
mod prompt;
mod races;
mod refresh_token;
mod register;
mod register_attacks;
mod register_certificates;
mod register_properties;
mod register_requests;
mod register_scripts;
mod register_statements;
mod remote;
mod request_metadata;
mod request_objects;
mod resources;
mod revocation;
mod script_loading;
mod script_log;
mod script_versions;
mod signed_introspection;
mod ssa;
mod userinfo;
