//! The two cookies: the session, and what binds pages to their browser.
//!
//! `__Host-` where the issuer is https, so that no sibling host can plant one.

use axum::http::{HeaderMap, HeaderValue, header};

const SESSION: &str = "durward_session";
const BROWSER: &str = "durward_browser";

/// What pages in this browser may know of the session: see `Session::browser_state`.
const BROWSER_STATE: &str = "durward_state";

/// Longest value that is looked at, bytes.
const MAX_VALUE_BYTES: usize = 128;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// Who is logged in.
    Session,
    /// Which browser a page was shown in.
    Browser,
}

impl Cookie {
    fn name(self, secure: bool) -> String {
        let plain = match self {
            Self::Session => SESSION,
            Self::Browser => BROWSER,
        };
        if secure {
            format!("__Host-{plain}")
        } else {
            plain.to_owned()
        }
    }

    /// Its value in a request. A name sent twice counts as not sent: one of the
    /// two may be planted.
    pub fn find(self, headers: &HeaderMap, secure: bool) -> Option<String> {
        let name = self.name(secure);
        let mut values = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(found, _)| *found == name)
            .map(|(_, value)| value.to_owned());
        let only = values.next()?;
        (values.next().is_none() && only.len() <= MAX_VALUE_BYTES).then_some(only)
    }

    /// `Set-Cookie` for a value of ours; ends with the browser's session.
    pub fn set(self, value: &str, secure: bool) -> Option<HeaderValue> {
        let name = self.name(secure);
        let flag = if secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{flag}");
        HeaderValue::from_str(&text).ok()
    }

    /// `Set-Cookie` that takes it away.
    pub fn clear(self, secure: bool) -> Option<HeaderValue> {
        let name = self.name(secure);
        let flag = if secure { "; Secure" } else { "" };
        let text = format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{flag}");
        HeaderValue::from_str(&text).ok()
    }
}

/// Name of the cookie that the session frame reads.
pub fn browser_state_name(secure: bool) -> String {
    let prefix = if secure { "__Host-" } else { "" };
    format!("{prefix}{BROWSER_STATE}")
}

/// `Set-Cookie` for what the session frame reads: by script, and in other sites' pages,
/// which browsers allow over TLS only. Empty after a logout.
pub fn set_browser_state(value: &str, secure: bool) -> Option<HeaderValue> {
    let name = browser_state_name(secure);
    let site = if secure {
        "SameSite=None; Secure"
    } else {
        "SameSite=Lax"
    };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; {site}")).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
        headers
    }

    #[test]
    fn a_secure_server_takes_only_host_cookies() {
        let sent = headers("durward_session=planted; __Host-durward_session=ours");
        assert_eq!(Cookie::Session.find(&sent, true).unwrap(), "ours");
    }

    #[test]
    fn a_cookie_sent_twice_counts_as_none() {
        let sent = headers("durward_session=a; durward_session=b");
        assert_eq!(Cookie::Session.find(&sent, false), None);
    }

    #[test]
    fn cookies_are_closed() {
        let set = Cookie::Session.set("v", true).unwrap();
        let expected = "__Host-durward_session=v; Path=/; HttpOnly; SameSite=Lax; Secure";
        assert_eq!(set.to_str().unwrap(), expected);
    }
}
