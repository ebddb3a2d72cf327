//! What several pages have in common: the frame around a page, where a form
//! goes, who the client is, what is asked for. Values only, no routes.

use url::Url;

use super::scopes::describe_scope;
use super::untrusted::Untrusted;

/// The longest client name shown, in characters.
pub const MAX_NAME_CHARS: usize = 60;
/// The longest account name shown, in characters.
pub const MAX_ACCOUNT_CHARS: usize = 80;
/// The longest scope or type name shown, in characters.
pub const MAX_TOKEN_CHARS: usize = 80;
/// The longest sentence shown, in characters.
pub const MAX_SENTENCE_CHARS: usize = 300;

/// What surrounds every page.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Path under which the files of [`super::assets::ALL`] are served,
    /// without a slash at its end.
    pub static_path: String,
    /// The operator's name for this service, shown beside the mark.
    pub service_name: Untrusted,
}

impl Frame {
    /// A frame that finds its files under `static_path`.
    pub fn new(static_path: &str, service_name: &str) -> Self {
        Self {
            static_path: static_path.trim_end_matches('/').to_owned(),
            service_name: Untrusted::line(service_name, MAX_NAME_CHARS),
        }
    }
}

/// Where a page's form goes and the hidden values that go with it.
#[derive(Debug, Clone)]
pub struct FormTarget {
    /// Path (or same-origin address) the form is posted to.
    pub action: String,
    /// Sent back as `csrf_token`.
    pub csrf_token: String,
    /// Opaque name of the request being answered, sent back as `request_id`.
    pub request_id: String,
}

/// A link inside our own pages: its text and address are ours.
#[derive(Debug, Clone)]
pub struct Link {
    /// What the link says.
    pub text: String,
    /// Where it leads. Must not come from a client.
    pub href: String,
}

/// A client's link to its own site. Only `https` addresses without user
/// information become one; the host is shown in ASCII so that look-alike
/// letters show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalLink {
    /// The whole address.
    pub href: String,
    /// Host, and port if it is not the usual one.
    pub host: Untrusted,
}

impl ExternalLink {
    /// The link, unless the address is one we do not send people to.
    pub fn parse(raw: &str) -> Option<Self> {
        let url = Url::parse(raw).ok()?;
        if url.scheme() != "https" || !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        Some(Self {
            host: Untrusted::line(&shown_host(&url)?, MAX_TOKEN_CHARS),
            href: url.into(),
        })
    }
}

/// Host and unusual port of an address, or the scheme of one without a host
/// (an app's own `com.example.app:/callback`), as shown in "you will return to".
pub fn shown_destination(redirect_uri: &str) -> Option<Untrusted> {
    let url = Url::parse(redirect_uri).ok()?;
    let shown =
        shown_host(&url).unwrap_or_else(|| format!("the app \u{201C}{}\u{201D}", url.scheme()));
    Some(Untrusted::line(&shown, MAX_TOKEN_CHARS))
}

fn shown_host(url: &Url) -> Option<String> {
    let host = url.host_str().filter(|host| !host.is_empty())?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// What a client has told about itself in its registration.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClientFacts<'a> {
    /// `client_id`, shown when there is no name.
    pub client_id: &'a str,
    /// `client_name`.
    pub client_name: Option<&'a str>,
    /// `client_uri`.
    pub client_uri: Option<&'a str>,
    /// `policy_uri`.
    pub policy_uri: Option<&'a str>,
    /// `tos_uri`.
    pub tos_uri: Option<&'a str>,
}

/// A client as people see it.
#[derive(Debug, Clone)]
pub struct ClientCard {
    /// Its name, or its `client_id`.
    pub name: Untrusted,
    /// One or two letters for the avatar. Logos are not loaded: a remote
    /// image would tell its host who is signing in, and when.
    pub initials: String,
    /// Home page.
    pub home: Option<ExternalLink>,
    /// Privacy policy.
    pub policy: Option<ExternalLink>,
    /// Terms of service.
    pub terms: Option<ExternalLink>,
}

impl ClientCard {
    /// The card for a client's registration.
    pub fn new(facts: ClientFacts<'_>) -> Self {
        let name = facts
            .client_name
            .map(|name| Untrusted::line(name, MAX_NAME_CHARS))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| Untrusted::line(facts.client_id, MAX_NAME_CHARS));
        Self {
            initials: initials(name.as_str()),
            name,
            home: facts.client_uri.and_then(ExternalLink::parse),
            policy: facts.policy_uri.and_then(ExternalLink::parse),
            terms: facts.tos_uri.and_then(ExternalLink::parse),
        }
    }
}

fn initials(name: &str) -> String {
    let letters: String = name
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '.' | '/'))
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()))
        .take(2)
        .flat_map(char::to_uppercase)
        .collect();
    if letters.is_empty() {
        "?".to_owned()
    } else {
        letters
    }
}

/// The account that answers.
#[derive(Debug, Clone)]
pub struct Account {
    /// What the person is called; the user name when nothing better is known.
    pub display_name: Untrusted,
    /// What the person signs in with.
    pub username: Untrusted,
}

impl Account {
    /// An account by its user name and, if known, the person's name.
    pub fn new(username: &str, display_name: Option<&str>) -> Self {
        let username = Untrusted::line(username, MAX_ACCOUNT_CHARS);
        let display_name = display_name
            .map(|name| Untrusted::line(name, MAX_ACCOUNT_CHARS))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| username.clone());
        Self {
            display_name,
            username,
        }
    }

    /// Whether the two names differ, so that both are worth showing.
    pub fn has_own_name(&self) -> bool {
        self.display_name != self.username
    }

    /// Letters for the avatar.
    pub fn initials(&self) -> String {
        initials(self.display_name.as_str())
    }
}

/// One scope asked for, in words.
#[derive(Debug, Clone)]
pub struct ScopeLine {
    /// The scope value itself.
    pub name: Untrusted,
    /// What granting it means; absent when nobody has described it.
    pub description: Option<Untrusted>,
}

impl ScopeLine {
    /// A scope with the operator's description, or the built-in one for the
    /// scopes that `OpenID` Connect defines.
    pub fn new(scope: &str, operator_description: Option<&str>) -> Self {
        let description = operator_description
            .filter(|text| !text.trim().is_empty())
            .or_else(|| describe_scope(scope))
            .map(|text| Untrusted::line(text, MAX_SENTENCE_CHARS));
        Self {
            name: Untrusted::line(scope, MAX_TOKEN_CHARS),
            description,
        }
    }
}

/// A length of time in words, rounded down to what a person would say.
pub fn spoken_duration(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{
        Account, ClientCard, ClientFacts, ExternalLink, ScopeLine, initials, shown_destination,
        spoken_duration,
    };

    #[test]
    fn only_plain_https_addresses_become_links() {
        let link = ExternalLink::parse("https://nordbank.example:8443/privacy?a=1").unwrap();
        assert_eq!(link.host.as_str(), "nordbank.example:8443");
        for refused in [
            "javascript:alert(1)",
            "data:text/html,x",
            "http://nordbank.example/",
            "https://nordbank.example@evil.example/",
            "//evil.example",
            "nordbank.example",
            "",
        ] {
            assert_eq!(ExternalLink::parse(refused), None, "{refused}");
        }
    }

    #[test]
    fn look_alike_hosts_are_shown_in_ascii() {
        let link = ExternalLink::parse("https://nоrdbank.example/").unwrap();
        assert!(link.host.as_str().starts_with("xn--"), "{}", link.host);
    }

    #[test]
    fn destinations_name_the_host_or_the_app() {
        let shown = |uri| shown_destination(uri).unwrap().to_string();
        assert_eq!(shown("https://shop.example/cb?x=1"), "shop.example");
        assert_eq!(shown("http://127.0.0.1:9090/cb"), "127.0.0.1:9090");
        assert_eq!(shown("com.example.app:/cb"), "the app “com.example.app”");
    }

    #[test]
    fn a_client_without_a_visible_name_goes_by_its_id() {
        let facts = ClientFacts {
            client_id: "s6BhdRkqt3",
            client_name: Some(" \u{200B} "),
            client_uri: Some("javascript:alert(1)"),
            ..ClientFacts::default()
        };
        let card = ClientCard::new(facts);
        assert_eq!(card.name.as_str(), "s6BhdRkqt3");
        assert_eq!(card.initials, "S");
        assert_eq!(card.home, None);
    }

    #[test]
    fn initials_are_at_most_two_words() {
        assert_eq!(initials("Nordbank Online Shop"), "NO");
        assert_eq!(initials("<script>"), "S");
        assert_eq!(initials("żółw"), "Ż");
        assert_eq!(initials("!!!"), "?");
    }

    #[test]
    fn an_account_without_a_name_shows_its_user_name_once() {
        assert!(!Account::new("alice", None).has_own_name());
        assert!(Account::new("alice", Some("Alice Example")).has_own_name());
    }

    #[test]
    fn the_operators_words_win_over_the_built_in_ones() {
        let own = ScopeLine::new("email", Some("Your work address"));
        assert_eq!(own.description.unwrap().as_str(), "Your work address");
        assert!(ScopeLine::new("email", Some(" ")).description.is_some());
        assert!(ScopeLine::new("x:unknown", None).description.is_none());
    }

    #[test]
    fn durations_are_spoken_in_one_unit() {
        assert_eq!(spoken_duration(1), "1 second");
        assert_eq!(spoken_duration(59), "59 seconds");
        assert_eq!(spoken_duration(119), "1 minute");
        assert_eq!(spoken_duration(7_200), "2 hours");
        assert_eq!(spoken_duration(200_000), "2 days");
    }
}
