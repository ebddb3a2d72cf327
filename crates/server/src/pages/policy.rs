//! The `Content-Security-Policy` that these pages are written for, as a
//! string. Setting the header is the routes' job.

use url::Url;

/// Builds the policy of one page. What is not named is forbidden.
#[derive(Debug, Clone, Default)]
pub struct ContentSecurityPolicy {
    form_targets: Vec<String>,
    frame_sources: Vec<String>,
    script_nonce: Option<String>,
    allows_own_scripts: bool,
    allows_reports: bool,
    allows_nonce_styles: bool,
}

impl ContentSecurityPolicy {
    /// A page that only shows something, or posts forms to ourselves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets a form end at this address: the client's `redirect_uri`. Browsers
    /// apply `form-action` to the redirect that follows a form as well, so the
    /// login and consent pages need it too. An address that cannot be
    /// expressed is left out, which forbids it.
    #[must_use]
    pub fn with_form_target(mut self, uri: &str) -> Self {
        self.form_targets.extend(source_of(uri));
        self
    }

    /// Lets the page load this address in a frame: a client's
    /// `frontchannel_logout_uri`.
    #[must_use]
    pub fn with_frame(mut self, uri: &str) -> Self {
        let source = source_of(uri).filter(|source| !self.frame_sources.contains(source));
        self.frame_sources.extend(source);
        self
    }

    /// Lets the one inline script with this nonce run. A nonce that is not
    /// base64 text is ignored, which forbids the script.
    #[must_use]
    pub fn with_script_nonce(mut self, nonce: &str) -> Self {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '=');
        self.script_nonce = Some(nonce)
            .filter(|nonce| !nonce.is_empty() && nonce.chars().all(plain))
            .map(str::to_owned);
        self
    }

    /// Lets the page run script files of our own and fetch from ourselves.
    #[must_use]
    pub fn with_own_scripts(mut self) -> Self {
        self.allows_own_scripts = true;
        self
    }

    /// Lets the page report to ourselves.
    #[must_use]
    pub fn with_reports(mut self) -> Self {
        self.allows_reports = true;
        self
    }

    /// Lets inline styles with the script's nonce apply: for pages that an
    /// administrator's script wrote.
    #[must_use]
    pub fn with_nonce_styles(mut self) -> Self {
        self.allows_nonce_styles = true;
        self
    }

    /// The header's value.
    pub fn header_value(&self) -> String {
        let mut value = String::from("default-src 'none'; style-src 'self'");
        if let Some(nonce) = self
            .script_nonce
            .as_ref()
            .filter(|_| self.allows_nonce_styles)
        {
            value.push_str(" 'nonce-");
            value.push_str(nonce);
            value.push('\'');
        }
        value.push_str("; img-src 'self' data:");
        if self.allows_own_scripts || self.script_nonce.is_some() {
            value.push_str("; script-src");
            if self.allows_own_scripts {
                value.push_str(" 'self'");
            }
            if let Some(nonce) = &self.script_nonce {
                value.push_str(" 'nonce-");
                value.push_str(nonce);
                value.push('\'');
            }
        }
        if self.allows_own_scripts || self.allows_reports {
            value.push_str("; connect-src 'self'");
        }
        if !self.frame_sources.is_empty() {
            value.push_str("; frame-src ");
            value.push_str(&self.frame_sources.join(" "));
        }
        value.push_str("; form-action 'self'");
        for target in &self.form_targets {
            value.push(' ');
            value.push_str(target);
        }
        value.push_str("; base-uri 'none'; frame-ancestors 'none'");
        value
    }
}

/// Origin of an address with a host, scheme of one without. Nothing for the
/// schemes that run as script, and for whatever would end the directive.
fn source_of(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    if matches!(url.scheme(), "javascript" | "data" | "blob" | "about") {
        return None;
    }
    let source = match url.host_str().filter(|host| !host.is_empty()) {
        None => format!("{}:", url.scheme()),
        Some(_) if !matches!(url.scheme(), "http" | "https") => format!("{}:", url.scheme()),
        Some(host) => match url.port() {
            Some(port) => format!("{}://{host}:{port}", url.scheme()),
            None => format!("{}://{host}", url.scheme()),
        },
    };
    let ends_directive = |c: char| c.is_whitespace() || matches!(c, ';' | ',' | '\'' | '"' | '*');
    (!source.contains(ends_directive)).then_some(source)
}

#[cfg(test)]
mod tests {
    use super::ContentSecurityPolicy;

    const CLOSED: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
                          form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    #[test]
    fn nothing_but_style_and_own_images_by_default() {
        assert_eq!(ContentSecurityPolicy::new().header_value(), CLOSED);
    }

    #[test]
    fn a_form_may_end_at_the_clients_origin_only() {
        let value = ContentSecurityPolicy::new()
            .with_form_target("https://shop.example:8443/cb?x=1;script-src *")
            .with_form_target("com.example.app:/cb")
            .header_value();
        assert!(
            value.contains("form-action 'self' https://shop.example:8443 com.example.app:;"),
            "{value}"
        );
        assert!(!value.contains("script-src"), "{value}");
    }

    #[test]
    fn addresses_that_would_widen_the_policy_are_left_out() {
        let value = ContentSecurityPolicy::new()
            .with_form_target("javascript:alert(1)")
            .with_form_target("data:text/html,x")
            .with_form_target("https://*/cb")
            .with_form_target("https://a.example;script-src/cb")
            .with_form_target("not an address")
            .with_script_nonce("x'; script-src *")
            .header_value();
        assert_eq!(value, CLOSED);
    }

    #[test]
    fn scripts_frames_and_fetches_are_asked_for_one_by_one() {
        let value = ContentSecurityPolicy::new()
            .with_script_nonce("r4nd0m==")
            .with_frame("https://rp.example/out?sid=1")
            .with_frame("https://rp.example/other")
            .header_value();
        assert!(
            value.contains("script-src 'nonce-r4nd0m=='; frame-src https://rp.example; form"),
            "{value}"
        );
        let demo = ContentSecurityPolicy::new().with_own_scripts();
        assert!(
            demo.header_value()
                .contains("script-src 'self'; connect-src 'self';")
        );
    }
}
