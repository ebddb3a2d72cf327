//! A browser without a screen: one connection, cookies, no automatic redirects.
//!
//! Cookies are kept by name and sent everywhere: both servers bind theirs to
//! an interaction by value, and neither uses one name for two of them at once.

use std::{collections::BTreeMap, net::SocketAddr};

use crate::{
    failure::{Failure, Result},
    http::{Answer, Connection},
};

/// One person's browser at one server.
#[derive(Debug)]
pub struct Browser {
    connection: Connection,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Without cookies.
    pub fn at(address: SocketAddr) -> Self {
        Self {
            connection: Connection::to(address),
            cookies: BTreeMap::new(),
        }
    }

    /// Forgets who it is; the connection stays.
    pub fn forget(&mut self) {
        self.cookies.clear();
    }

    /// GETs a path or an address.
    ///
    /// # Errors
    /// As [`Connection::get`].
    pub async fn open(&mut self, place: &str) -> Result<Answer> {
        let headers = self.cookie_line();
        let answer = self.connection.get(path_of(place), &headers).await?;
        self.keep(&answer);
        Ok(answer)
    }

    /// POSTs a form to a path or an address.
    ///
    /// # Errors
    /// As [`Connection::post`].
    pub async fn press(&mut self, place: &str, form: &str) -> Result<Answer> {
        let headers = self.cookie_line();
        let answer = self.connection.post(path_of(place), &headers, form).await?;
        self.keep(&answer);
        Ok(answer)
    }

    /// Follows a redirect that must be one.
    ///
    /// # Errors
    /// When it is not, or does not lead to a page or another redirect.
    pub async fn follow(&mut self, answer: Answer, step: &str) -> Result<Answer> {
        let place = redirect(answer, step)?;
        self.open(&place).await
    }

    fn cookie_line(&self) -> String {
        if self.cookies.is_empty() {
            return String::new();
        }
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("cookie: {}\r\n", pairs.join("; "))
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in &answer.cookies {
            let pair = cookie.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            if value.is_empty() {
                self.cookies.remove(name.trim());
            } else {
                self.cookies
                    .insert(name.trim().to_owned(), value.trim().to_owned());
            }
        }
    }
}

/// Where a redirect leads.
///
/// # Errors
/// When the answer is none.
pub fn redirect(answer: Answer, step: &str) -> Result<String> {
    let answer = answer.expect(303, step)?;
    answer
        .location
        .ok_or_else(|| Failure::new(format!("{step}: a redirect to nowhere")))
}

/// Path and query of an address of the server.
fn path_of(place: &str) -> &str {
    match place.strip_prefix("http://") {
        Some(rest) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => place,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn cookies_are_kept_replaced_and_removed() {
        let mut browser = Browser::at("127.0.0.1:1".parse().unwrap());
        let answer = |cookies: &[&str]| Answer {
            cookies: cookies.iter().map(|&cookie| cookie.to_owned()).collect(),
            ..Answer::default()
        };
        browser.keep(&answer(&["a=1; Path=/", "b=2; HttpOnly"]));
        browser.keep(&answer(&[
            "a=3; Path=/x",
            "b=; expires=Thu, 01 Jan 1970 00:00:00 GMT",
        ]));
        assert_eq!(browser.cookie_line(), "cookie: a=3\r\n");
        browser.forget();
        assert_eq!(browser.cookie_line(), "");
    }

    #[test]
    fn addresses_become_paths() {
        assert_eq!(path_of("http://127.0.0.1:80/a?b=c"), "/a?b=c");
        assert_eq!(path_of("/a"), "/a");
    }
}
