//! Beans that contexts of several script types are made of, and how properties are written down.
//!
//! Not here: beans of one type alone (`types/`).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::contract::{Bean, Kind, Property};

/// A property that Jans has under the same name.
pub(crate) const fn jans(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property {
        name,
        kind,
        about,
        extra: false,
        writable: false,
    }
}

/// A property of ours alone.
pub(crate) const fn ours(name: &'static str, kind: Kind, about: &'static str) -> Property {
    Property {
        name,
        kind,
        about,
        extra: true,
        writable: false,
    }
}

/// An HTTP request.
pub(crate) const HTTP_REQUEST: Bean = Bean {
    name: "HttpServletRequest",
    about: "An HTTP request.",
    properties: &[
        jans("method", Kind::Text, "GET or POST."),
        jans("remoteAddr", Kind::Text, "Address of the browser."),
        jans("headers", Kind::Json, "Headers by name."),
        jans("parameters", Kind::Json, "Parameters by name."),
    ],
};

/// Somebody with an account.
pub(crate) const USER: Bean = Bean {
    name: "User",
    about: "The user who is asked.",
    properties: &[
        ours("inum", Kind::Text, "Stable id; the subject."),
        ours("userId", Kind::Text, "Login name."),
        ours("displayName", Kind::Text, "Name for people, or None."),
        ours("mail", Kind::Text, "E-mail address, or None."),
    ],
};

/// See [`HTTP_REQUEST`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // explained in HTTP_REQUEST above
pub struct HttpRequest {
    pub method: String,
    pub remote_addr: String,
    pub headers: BTreeMap<String, String>,
    pub parameters: BTreeMap<String, String>,
}

/// See [`USER`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // one word each, explained in USER above
pub struct User {
    pub inum: String,
    pub user_id: String,
    pub display_name: Option<String>,
    pub mail: Option<String>,
}
