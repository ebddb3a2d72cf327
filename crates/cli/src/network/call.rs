//! One request to the config API, and its answer.

use reqwest::{
    Client, Method, RequestBuilder,
    header::{CONTENT_TYPE, HeaderMap, IF_MATCH},
};
use serde_json::Value;
use url::Url;

use super::{refusal, told::member};
use crate::failure::Failure;

/// A request: method, path below the API's, query, body.
#[derive(Debug, Clone)]
pub struct Call {
    method: Method,
    segments: Vec<String>,
    query: Vec<(String, String)>,
    body: Option<Value>,
    seen: Option<String>,
}

impl Call {
    /// A request to a path such as `/config/scripts`, which is taken as it stands.
    pub fn new(method: Method, path: &str) -> Self {
        let segments = path.split('/').filter(|segment| !segment.is_empty());
        Self {
            method,
            segments: segments.map(str::to_owned).collect(),
            query: Vec::new(),
            body: None,
            seen: None,
        }
    }

    /// GET.
    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// One segment more, whatever is in it.
    #[must_use]
    pub fn segment(mut self, segment: &str) -> Self {
        self.segments.push(segment.to_owned());
        self
    }

    /// A parameter of the query.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same where there is a value.
    #[must_use]
    pub fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// A document, or a JSON Patch where the method is PATCH.
    #[must_use]
    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    /// Only if it is still what an answer with this `ETag` told (RFC 9110, section 13.1.1).
    #[must_use]
    pub fn seen(mut self, etag: Option<&str>) -> Self {
        self.seen = etag.map(str::to_owned);
        self
    }

    /// The request, to be sent to the API at `api`.
    ///
    /// # Errors
    /// A name that no path can hold.
    pub(super) fn with(&self, http: &Client, api: &Url) -> Result<RequestBuilder, Failure> {
        let request = http.request(self.method.clone(), self.url(api)?);
        let request = match &self.seen {
            Some(etag) => request.header(IF_MATCH, etag),
            None => request,
        };
        Ok(match &self.body {
            None => request,
            Some(body) => request
                .header(CONTENT_TYPE, self.content_type())
                .body(body.to_string()),
        })
    }

    fn content_type(&self) -> &'static str {
        if self.method == Method::PATCH {
            "application/json-patch+json"
        } else {
            "application/json"
        }
    }

    fn url(&self, api: &Url) -> Result<Url, Failure> {
        let mut url = api.clone();
        for segment in &self.segments {
            // A URL would take them away, and name something else.
            if matches!(segment.as_str(), "" | "." | "..") {
                let message = format!("'{segment}' cannot be asked for over the network");
                return Err(Failure::new(message));
            }
        }
        url.path_segments_mut()
            .map_err(|()| Failure::new("the API's address has no path"))?
            .pop_if_empty()
            .extend(&self.segments);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}

/// What came back, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body; null where there is none.
    pub json: Value,
}

impl Answer {
    /// The body of an answer that says yes.
    ///
    /// # Errors
    /// What the server said against it, in the words that the command has beside the store.
    pub fn accepted(self) -> Result<Value, Failure> {
        if (200..300).contains(&self.status) {
            return Ok(self.json);
        }
        Err(refusal::failure(&self))
    }

    /// Is there no such thing?
    pub fn is_missing(&self) -> bool {
        self.status == 404 && member(&self.json, "error") == "not_found"
    }

    /// The revision that [`Call::seen`] takes.
    pub fn etag(&self) -> Option<String> {
        let value = self.headers.get("etag")?;
        Some(value.to_str().ok()?.to_owned())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn url(call: &Call) -> Result<String, Failure> {
        let api = Url::parse("https://op.example/jans-config-api/api/v1").unwrap();
        call.url(&api).map(String::from)
    }

    #[test]
    fn names_stay_one_segment() {
        let call = Call::get("/config/scripts/name").segment("a/../b?c#d é");
        assert_eq!(
            url(&call).unwrap(),
            "https://op.example/jans-config-api/api/v1/config/scripts/name/a%2F..%2Fb%3Fc%23d%20%C3%A9"
        );
    }

    #[test]
    fn what_a_path_would_swallow_is_refused() {
        for name in ["", ".", ".."] {
            let call = Call::get("/config/scripts/name").segment(name);
            assert!(url(&call).is_err(), "'{name}'");
        }
    }

    #[test]
    fn queries_are_encoded() {
        let call = Call::get("/users")
            .query("pattern", "a&b=c")
            .maybe("x", None);
        assert_eq!(
            url(&call).unwrap(),
            "https://op.example/jans-config-api/api/v1/users?pattern=a%26b%3Dc"
        );
    }
}
