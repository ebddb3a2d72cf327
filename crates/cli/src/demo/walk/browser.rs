//! A browser without a screen: cookies, redirects within the server, forms.

use std::collections::BTreeMap;

use url::Url;

use super::form::{self, Form};
use crate::{
    demo::caller::{Answer, Caller},
    failure::Failure,
};

/// Redirects followed in a row.
const MAX_REDIRECTS: usize = 5;

/// Longest query that is shown, characters.
const LONGEST_QUERY: usize = 60;

/// Cookies of one person at one server.
#[derive(Debug)]
pub struct Browser {
    caller: Caller,
    origin: String,
    cookies: BTreeMap<String, String>,
}

/// Where the browser is now.
#[derive(Debug)]
pub struct Page {
    /// Address.
    pub url: Url,
    /// Status code.
    pub status: u16,
    /// HTML.
    pub html: String,
    /// What it took to get there, a line each.
    pub trail: Vec<String>,
}

impl Browser {
    /// A browser without cookies.
    pub fn new(caller: Caller, origin: &str) -> Self {
        Self {
            caller,
            origin: origin.to_owned(),
            cookies: BTreeMap::new(),
        }
    }

    /// Opens an address.
    ///
    /// # Errors
    /// An address elsewhere, no answer, or redirects without end.
    pub async fn open(&mut self, address: &str) -> Result<Page, Failure> {
        let url = self.own(address)?;
        let answer = self.get(&url).await?;
        let trail = vec![format!("GET {}", shown(&url))];
        self.arrive(url, answer, trail).await
    }

    /// Presses a form's button.
    ///
    /// # Errors
    /// When the page has no such form, and as [`Self::open`].
    pub async fn press(
        &mut self,
        page: &Page,
        button: (&str, &str),
        typed: &[(&str, &str)],
    ) -> Result<Page, Failure> {
        let Some(Form { action, hidden }) = form::find_form(&page.html, button) else {
            return Err(Failure::new(format!(
                "the page {} has no button '{}' (headline: {})",
                shown(&page.url),
                button.1,
                form::headline(&page.html).unwrap_or_default()
            )));
        };
        let target = page
            .url
            .join(&action)
            .map_err(|error| Failure::new(error.to_string()))?;
        let target = self.own(target.as_str())?;
        let hidden = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let fields: Vec<(&str, &str)> = hidden
            .chain(typed.iter().copied())
            .chain([button])
            .collect();
        let cookie = self.cookie();
        let headers = [
            ("cookie", cookie.as_str()),
            ("origin", self.origin.as_str()),
        ];
        let answer = self.caller.post(target.as_str(), &headers, &fields).await?;
        let trail = vec![format!(
            "POST {} ({} = {})",
            shown(&target),
            button.0,
            button.1
        )];
        self.arrive(target, answer, trail).await
    }

    async fn arrive(
        &mut self,
        mut url: Url,
        mut answer: Answer,
        mut trail: Vec<String>,
    ) -> Result<Page, Failure> {
        for _ in 0..MAX_REDIRECTS {
            self.take_cookies(&answer);
            let location = answer
                .header("location")
                .filter(|_| answer.status / 100 == 3);
            let Some(location) = location else {
                trail.push(answer.status.to_string());
                return Ok(Page {
                    url,
                    status: answer.status,
                    html: answer.body,
                    trail,
                });
            };
            let next = url
                .join(location)
                .map_err(|error| Failure::new(error.to_string()))?;
            url = self.own(next.as_str())?;
            trail.push(format!("{} to {}", answer.status, shown(&url)));
            answer = self.get(&url).await?;
        }
        Err(Failure::new(format!("redirects without end at {url}")))
    }

    async fn get(&self, url: &Url) -> Result<Answer, Failure> {
        let cookie = self.cookie();
        self.caller
            .get(url.as_str(), &[("cookie", cookie.as_str())])
            .await
    }

    /// Our cookies go to our server only.
    fn own(&self, address: &str) -> Result<Url, Failure> {
        let url = Url::parse(address)
            .map_err(|error| Failure::new(format!("'{address}' is no address: {error}")))?;
        if url.origin().ascii_serialization() == self.origin {
            Ok(url)
        } else {
            Err(Failure::new(format!("{url} is not at {}", self.origin)))
        }
    }

    fn cookie(&self) -> String {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn take_cookies(&mut self, answer: &Answer) {
        let set = answer.headers.get_all("set-cookie").iter();
        for line in set.filter_map(|value| value.to_str().ok()) {
            let pair = line.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            if value.is_empty() || line.to_ascii_lowercase().contains("max-age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// A long query has been seen before: in the push.
fn shown(url: &Url) -> String {
    match url.query() {
        Some(query) if query.len() > LONGEST_QUERY => format!("{}?…", url.path()),
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}
