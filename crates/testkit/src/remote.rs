//! A network of documents in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use durward_model::configuration::HttpPolicy;
use durward_protocol::remote::{Purpose, Transport};
use url::Url;

/// Serves what tests published, and counts.
#[derive(Debug, Clone, Default)]
pub struct FakeRemote {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    documents: HashMap<String, String>,
    fetched: Vec<String>,
}

impl FakeRemote {
    /// From now on there is `text` at `url`.
    pub fn publish(&self, url: &str, text: impl Into<String>) {
        let mut inner = self.inner.lock().unwrap();
        inner.documents.insert(url.to_owned(), text.into());
    }

    /// From now on nobody answers at `url`.
    pub fn withdraw(&self, url: &str) {
        self.inner.lock().unwrap().documents.remove(url);
    }

    /// Every address that was asked, in order.
    pub fn fetched(&self) -> Vec<String> {
        self.inner.lock().unwrap().fetched.clone()
    }
}

#[async_trait]
impl Transport for FakeRemote {
    async fn fetch(&self, url: &Url, _: &Purpose, _: &HttpPolicy) -> Result<String, String> {
        let mut inner = self.inner.lock().unwrap();
        inner.fetched.push(url.as_str().to_owned());
        let found = inner.documents.get(url.as_str()).cloned();
        found.ok_or_else(|| "nobody answers".to_owned())
    }
}
