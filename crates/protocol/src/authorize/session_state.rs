//! `session_state`: what lets a client's page see that the login in this browser has
//! changed (OpenID Connect Session Management 1.0, section 3.2).
//!
//! Not here: the page that compares (durward-server's `check_session`).

use durward_jose::digest;
use durward_model::ClientId;
use url::Url;

/// The value for a client at that address. None where the address has no origin, as
/// those of native applications: there is no page that could ask.
pub fn session_state(
    client_id: &ClientId,
    redirect_uri: &str,
    browser_state: &str,
    salt: &str,
) -> Option<String> {
    let origin = Url::parse(redirect_uri).ok()?.origin();
    if !origin.is_tuple() {
        return None;
    }
    let origin = origin.ascii_serialization();
    let hash = digest::sha256_base64url(format!("{client_id} {origin} {browser_state} {salt}"));
    Some(format!("{hash}.{salt}"))
}

#[cfg(test)]
mod tests {
    use super::session_state;
    use durward_model::ClientId;

    #[test]
    fn it_depends_on_client_origin_browser_and_salt() {
        let of = |client: &str, uri: &str, state: &str, salt: &str| {
            session_state(&ClientId::new(client), uri, state, salt)
        };
        let base = of("web", "https://web.example/cb?x=1", "state", "salt");
        assert_eq!(
            base,
            of("web", "https://web.example:443/other", "state", "salt")
        );
        for other in [
            of("other", "https://web.example/cb", "state", "salt"),
            of("web", "https://web.example:8443/cb", "state", "salt"),
            of("web", "http://web.example/cb", "state", "salt"),
            of("web", "https://web.example/cb", "other", "salt"),
            of("web", "https://web.example/cb", "state", "pepper"),
        ] {
            assert!(other.is_some() && other != base, "{other:?}");
        }
        assert!(
            base.is_some_and(
                |value| value.rsplit('.').next() == Some("salt") && !value.contains(' ')
            )
        );
        assert_eq!(of("app", "com.example.app:/cb", "state", "salt"), None);
    }
}
