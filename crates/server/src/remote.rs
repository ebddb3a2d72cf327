//! Remote documents over the guarded HTTP that scripts and logout tokens use too:
//! https to public addresses, no redirects, bounded in time and size.
//!
//! Not here: how often a document is asked for (durward-protocol's `remote`).

use std::sync::Arc;

use async_trait::async_trait;
use durward_model::configuration::HttpPolicy;
use durward_protocol::remote::{Purpose, Transport};
use reqwest::{
    Method,
    header::{ACCEPT, HeaderMap, HeaderValue},
};
use url::Url;

use crate::services::{Fetch, Fetcher};

/// The property whose policy documents are fetched under.
pub(crate) const POLICY: &str = "remoteDocumentHttp";

/// The network, as the rules may read it.
#[derive(Debug, Default)]
pub struct GuardedHttp {
    fetcher: Arc<Fetcher>,
}

impl GuardedHttp {
    /// Over connections that scripts' requests go by too.
    pub fn new(fetcher: Arc<Fetcher>) -> Self {
        Self { fetcher }
    }
}

#[async_trait]
impl Transport for GuardedHttp {
    async fn fetch(
        &self,
        url: &Url,
        purpose: &Purpose,
        policy: &HttpPolicy,
    ) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(purpose.accept));
        let fetch = Fetch {
            url: url.clone(),
            method: Method::GET,
            headers,
            body: String::new(),
            timeout_ms: None,
        };
        let policy = HttpPolicy {
            max_response_bytes: policy.max_response_bytes.min(purpose.max_bytes),
            ..policy.clone()
        };
        let answer = self.fetcher.run(fetch, &policy, POLICY).await?;
        match answer.status {
            200 => Ok(answer.body),
            status => Err(format!("the answer was {status}, not 200")),
        }
    }
}
