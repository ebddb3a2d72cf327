//! The files that pages link to, compiled in. Serving them is the routes' job.

/// A file to be served under [`super::Frame::static_path`].
#[derive(Debug, Clone, Copy)]
pub struct Asset {
    /// File name, one path segment.
    pub name: &'static str,
    /// Value for `Content-Type`.
    pub content_type: &'static str,
    /// The file itself.
    pub body: &'static str,
}

/// The one style sheet.
pub const STYLESHEET: Asset = Asset {
    name: "durward.css",
    content_type: "text/css; charset=utf-8",
    body: include_str!("../../static/durward.css"),
};

/// The mark: a door with a keyhole. Also the icon of the browser's tab.
pub const MARK: Asset = Asset {
    name: "mark.svg",
    content_type: "image/svg+xml",
    body: include_str!("../../static/mark.svg"),
};

/// What the logout page does besides being shown.
pub const LOGOUT_SCRIPT: Asset = Asset {
    name: "logout.js",
    content_type: "text/javascript; charset=utf-8",
    body: include_str!("../../static/logout.js"),
};

/// What the session frame does.
pub const CHECK_SESSION_SCRIPT: Asset = Asset {
    name: "check_session.js",
    content_type: "text/javascript; charset=utf-8",
    body: include_str!("../../static/check_session.js"),
};

/// Every file the pages need.
pub const ALL: &[Asset] = &[STYLESHEET, MARK, LOGOUT_SCRIPT, CHECK_SESSION_SCRIPT];
