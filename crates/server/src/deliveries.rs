//! Sends queued logout tokens to clients (Back-Channel Logout 1.0, section 2.5).
//!
//! Not here: what is due, what a token says, what an answer means
//! (durward-protocol's `logout::delivery`).

use std::{sync::Arc, time::Duration};

use durward_protocol::{
    Provider,
    logout::delivery::{self, Delivery, Outcome},
};
use reqwest::{
    Method,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use tokio::task::JoinSet;
use url::{Url, form_urlencoded};

use crate::services::{Fetch, Fetcher};

/// How often the queue is looked at while it is empty.
const INTERVAL: Duration = Duration::from_millis(250);

/// Deliveries at the same time.
const AT_ONCE: usize = 64;

/// Sends what is due, for ever. A delivery that fails to be recorded is made again.
pub async fn send_logout_tokens(provider: Arc<Provider>, fetcher: Arc<Fetcher>) {
    let mut under_way = JoinSet::new();
    loop {
        let room = AT_ONCE.saturating_sub(under_way.len());
        let claimed = match delivery::claim(&provider, room).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::error!(%error, "logout tokens cannot be sent");
                Vec::new()
            }
        };
        for delivery in claimed {
            under_way.spawn(send(provider.clone(), fetcher.clone(), delivery));
        }
        if under_way.len() < AT_ONCE / 2 {
            tokio::time::sleep(INTERVAL).await;
        }
        // While there is much to do: no sooner than half of it is done.
        while under_way.len() > AT_ONCE / 2 && under_way.join_next().await.is_some() {}
        while under_way.try_join_next().is_some() {}
    }
}

async fn send(provider: Arc<Provider>, fetcher: Arc<Fetcher>, delivery: Delivery) {
    let outcome = post(&provider, &fetcher, &delivery).await;
    if let Err(error) = delivery::record(&provider, &delivery, &outcome).await {
        tracing::error!(client_id = delivery.client_id(), %error, "a delivery was not recorded");
    }
}

async fn post(provider: &Provider, fetcher: &Fetcher, delivery: &Delivery) -> Outcome {
    let Ok(url) = Url::parse(&delivery.uri) else {
        return Outcome::NotReached("the registered address is not a URL".to_owned());
    };
    let mut headers = HeaderMap::new();
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(CONTENT_TYPE, form);
    let fetch = Fetch {
        url,
        method: Method::POST,
        headers,
        body: form_urlencoded::Serializer::new(String::new())
            .append_pair("logout_token", &delivery.token)
            .finish(),
        timeout_ms: None,
    };
    let live = provider.live();
    let policy = &live.configuration.backchannel_logout_http;
    match fetcher.run(fetch, policy, "backchannelLogoutHttp").await {
        Ok(answer) => Outcome::Answered(answer.status),
        Err(reason) => Outcome::NotReached(reason),
    }
}
