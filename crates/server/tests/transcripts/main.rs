//! Each route walked over HTTP, recorded as request line, status, headers and
//! body. The stored conversations stand in folders named after the routes.
//!
//! After a change that is meant, write them anew with `INSTA_UPDATE=always` and
//! read the difference.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod account;
mod authorization_details;
mod authorize;
mod check_session;
mod ciba;
mod config_api;
mod details_attacks;
mod end_session;
mod interaction;
mod metadata;
mod mutual_tls;
mod par;
mod refusals;
mod register;
mod script_trials;
mod ssa;
mod token;
mod tokens_in_use;

/// Folder of the stored conversations.
const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts");
