//! Addresses as they are written in metadata (RFC 3986): what a browser would mend first is
//! refused, since whoever compares the text and whoever follows it would go different ways.
//!
//! Not here: which addresses are allowed for what, and connecting to any (`remote.rs`).

use url::Url;

/// The address, if `text` is absolute and means to every reader what is written there. Of
/// `http` and `https` the host follows two slashes; nothing is hidden, blank or a backslash.
pub fn parse(text: &str) -> Option<Url> {
    if text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
    {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let (_, rest) = text.split_once(':')?;
    let has_host = rest
        .strip_prefix("//")
        .is_some_and(|rest| !rest.starts_with('/'));
    (has_host || !url.is_special()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_mend_is_refused() {
        for good in [
            "https://app.example/cb",
            "HTTPS://app.example",
            "https://[::1]:8443/cb?a=b",
            "com.example.app:/cb",
            "urn:bank:accounts",
        ] {
            assert!(parse(good).is_some(), "{good}");
        }
        for bad in [
            "https:app.example/cb",
            "https:/app.example/cb",
            "https:///app.example/cb",
            "https:\\\\app.example/cb",
            "https://app.example\\@evil.example/",
            " https://app.example/",
            "https://app.exa\tmple/",
            "https://",
            "//app.example/cb",
            "/cb",
            "",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
