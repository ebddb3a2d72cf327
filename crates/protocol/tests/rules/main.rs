//! The rules of every endpoint as functions: no HTTP, no engine, a fixed clock.
//! A module per rule or attack; each test is named after what must hold.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod access_tokens;
mod account;
mod approval;
mod authorize;
mod ciba_request;
mod client_assertions;
mod client_auth;
mod client_credentials;
mod code_flow;
mod code_replay;
mod configuration;
mod interaction;
mod keys;
mod login;
mod logout;
mod notification;
mod parsers;
mod pkce;
mod polling;
mod prompt;
mod refresh_token;
mod register;
mod register_attacks;
mod register_scripts;
mod register_statements;
mod revocation;
mod script_loading;
mod script_log;
mod ssa;
mod userinfo;
