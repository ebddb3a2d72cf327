//! `check_session_iframe` (OpenID Connect Session Management 1.0, section 3): a frame in
//! clients' pages that knows whether the login in this browser has changed.
//!
//! The one page of ours that others may frame: it shows nothing and takes nothing.

use std::sync::Arc;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};

use crate::{App, cookie};

/// Nothing but our own script, in anybody's frame.
const POLICY: &str =
    "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *";

/// The frame.
pub async fn get(State(app): State<Arc<App>>) -> Response {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Session</title>\n\
         <script src=\"{}/static/check_session.js\" data-cookie=\"{}\"></script>\n</html>\n",
        app.base_path,
        cookie::browser_state_name(app.is_secure())
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, html).into_response()
}
