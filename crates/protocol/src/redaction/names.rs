//! What the name of a member, a header or a parameter says about its value. Not here: values.

use std::collections::HashSet;

/// How much a value must not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sensitivity {
    /// Nothing speaks against it.
    None,
    /// It is about a person.
    Personal,
    /// Whoever has it may do something with it.
    Secret,
}

/// Names of secrets, as they end: `client_secret`, `clientSecret` and `X-Client-Secret` are one.
const SECRET_ENDINGS: [&str; 29] = [
    "accesskey",
    "apikey",
    "assertion",
    "assertions",
    "authorizationcode",
    "authreqid",
    "codeverifier",
    "cookie",
    "cookies",
    "credential",
    "credentials",
    "notificationkey",
    "idtokenhint",
    "outsidesid",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "privatekey",
    "pushkey",
    "secret",
    "secretkey",
    "secrets",
    "serverkey",
    "sessionid",
    "sessionstate",
    "token",
    "tokens",
    "usercode",
];

/// Names of secrets that are parts of too many other words; the last ones are the private
/// members of a JWK (RFC 7518, section 6).
const SECRET_NAMES: [&str; 16] = [
    "authorization",
    "proxyauthorization",
    "code",
    "dpop",
    "jwt",
    "otp",
    "pin",
    "pwd",
    "sid",
    "d",
    "dp",
    "dq",
    "k",
    "p",
    "q",
    "qi",
];

/// A personal attribute of fewer letters is taken as it is, never as the end of another name.
const WHOLE_BELOW: usize = 5;

/// Knows names.
#[derive(Debug, Clone, Default)]
pub struct Names {
    personal: HashSet<String>,
    say_nothing: bool,
}

impl Names {
    /// With these attributes of people.
    pub fn new(attributes: &[String]) -> Self {
        let personal = attributes.iter().map(|name| normal(name));
        Self {
            personal: personal.filter(|name| !name.is_empty()).collect(),
            say_nothing: false,
        }
    }

    /// Of which none says anything: only what one was told is looked for.
    pub fn blind() -> Self {
        Self {
            personal: HashSet::new(),
            say_nothing: true,
        }
    }

    /// What a name says; of a path the last part.
    pub fn say(&self, name: &str) -> Sensitivity {
        if self.say_nothing {
            return Sensitivity::None;
        }
        let last = name.rsplit('.').next().unwrap_or_default();
        let name = normal(last);
        let is_secret = SECRET_NAMES.contains(&name.as_str())
            || SECRET_ENDINGS.iter().any(|ending| name.ends_with(ending));
        if is_secret {
            return Sensitivity::Secret;
        }
        let mut personal = self.personal.iter();
        if personal.any(|known| {
            *known == name || (known.len() >= WHOLE_BELOW && name.ends_with(known.as_str()))
        }) {
            Sensitivity::Personal
        } else {
            Sensitivity::None
        }
    }
}

/// A name without what spellings differ in: case, underscores, hyphens.
pub fn normal(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_name_are_one() {
        let names = Names::new(&["mail".to_owned(), "phone_number".to_owned()]);
        for name in [
            "client_secret",
            "clientSecret",
            "X-Client-Secret",
            "CODE",
            "client.clientSecret",
        ] {
            assert_eq!(names.say(name), Sensitivity::Secret, "{name}");
        }
        for name in ["mail", "phoneNumber", "customer_phone_number"] {
            assert_eq!(names.say(name), Sensitivity::Personal, "{name}");
        }
        for name in [
            "",
            "email",
            "tokenEndpointAuthMethod",
            "authorizationDetails",
            "countryCode",
        ] {
            assert_eq!(names.say(name), Sensitivity::None, "{name}");
        }
    }
}
