//! The commands over the network: a running server's config API instead of a data directory,
//! through the whole binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "network/alike.rs"]
mod alike;
#[path = "network/changes.rs"]
mod changes;
#[path = "network/login.rs"]
mod login;
#[path = "network/stand.rs"]
mod stand;
#[path = "support/all.rs"]
mod support;
#[path = "network/trust.rs"]
mod trust;
