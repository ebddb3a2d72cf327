//! What the tests of the whole binary share: data directories, running
//! servers, a foreign client, a caller, a person at a browser, looks into `/proc`.
//!
//! Each test binary takes this file by `#[path]`. Not here: any test.

// No test binary uses all of it.
#![allow(dead_code)]

pub mod apache;
pub mod caller;
pub mod config_api;
pub mod home;
pub mod jvm;
pub mod open_banking;
pub mod process;
pub mod push;
pub mod second_listener;
pub mod server;
pub mod visitor;
pub mod wait;
pub mod webdriver;
