//! The pages people see, as values: one struct a page, its fields in, HTML out.
//!
//! No routes, no HTTP types and no decisions here. Every field that holds
//! somebody else's words is an [`untrusted::Untrusted`], and the templates
//! escape whatever they are given. Pages need the files in [`assets`] and are
//! written for the policy in [`policy`]: no inline style, no inline script
//! but the one of [`form_post`].
//!
//! Names of form fields and their values are in [`field`].

pub mod account;
pub mod accounts;
pub mod approval;
pub mod assets;
pub mod consent;
pub mod detail;
pub mod error;
pub mod field;
pub mod form_post;
pub mod login;
pub mod logout;
pub mod message;
pub mod parts;
pub mod policy;
pub mod scopes;
pub mod script_page;
pub mod untrusted;

pub use parts::Frame;

/// A page as HTML. Writing into memory does not fail, and no value we show has
/// a fallible `Display`; should either ever change, the person still gets a
/// sentence.
fn html(page: &impl askama::Template) -> String {
    page.render().unwrap_or_else(|_| {
        "<!doctype html><title>Error</title>This page could not be shown.".to_owned()
    })
}
