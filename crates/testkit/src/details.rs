//! Worlds with `authz_detail` scripts, and walks with `authorization_details`.

use durward_model::{Details, authorization_details::VettedDetail};
use durward_protocol::authorization_details::request;
use durward_script::{EngineError, engine::Reply, program::Call};
use serde_json::{Map, Value, json};

use crate::{World, clients, flow::Pairs, flow::web_request, flow::with};

/// A type whose script lets everything pass.
pub const PAYMENT: &str = "payment";
/// A second one.
pub const ACCOUNT: &str = "account";
/// Every client that may ask for both.
pub const CLIENTS: [&str; 4] = [
    clients::WEB,
    clients::CIBA,
    clients::SERVICE,
    clients::NATIVE,
];

/// A payment, written so that any carelessness shows.
pub const PAY: &str = r#"{"type":"payment", "instructedAmount":{"currency":"EUR","amount":123.50},"creditor":"Merchant","iban":10000000000000000000001}"#;
/// Access to an account at a certain place.
pub const READ: &str =
    r#"{"type":"account","actions":["read"],"locations":["https://bank.example/accounts"]}"#;

/// Elements as a parameter.
pub fn array(elements: &[&str]) -> String {
    format!("[{}]", elements.join(","))
}

/// The usual request of the web application, with these details.
pub fn detailed<'a>(details: &'a str, others: &[(&'a str, &'a str)]) -> Pairs<'a> {
    with(
        &with(&web_request(), &[("authorization_details", details)]),
        others,
    )
}

/// What a script answers that lets everything pass and has no words.
pub fn lenient(call: &Call) -> Reply {
    let result = match call.method.as_str() {
        "validateDetail" => json!(true),
        _ => Value::Null,
    };
    reply(result, &[])
}

/// A reply with changes.
pub fn reply(result: Value, changes: &[(&str, Value)]) -> Reply {
    let changes: Map<String, Value> = changes
        .iter()
        .map(|(path, value)| ((*path).to_owned(), value.clone()))
        .collect();
    Reply { result, changes }
}

/// The element that a call is about.
pub fn element(call: &Call) -> &str {
    call.context["authzDetail"]["jsonObject"].as_str().unwrap()
}

/// Elements as they would be stored.
pub fn vetted(elements: &[&str]) -> Details {
    let requested = request::parse(&array(elements)).unwrap();
    Details::new(
        requested
            .into_iter()
            .map(|element| VettedDetail {
                detail_type: element.detail_type,
                detail: element.detail,
                enrichment: None,
            })
            .collect(),
    )
}

impl World {
    /// Two lenient types, and clients that may ask for them.
    pub async fn with_details() -> Self {
        let world = Self::new().await;
        world.offer_details().await;
        world
    }

    /// Adds the two lenient types.
    pub async fn offer_details(&self) {
        for name in [PAYMENT, ACCOUNT] {
            self.detail_script(name, name, |call| Ok(lenient(call)))
                .await;
        }
        for client_id in CLIENTS {
            self.change_client(client_id, |client| {
                client.metadata.authorization_details_types =
                    vec![PAYMENT.to_owned(), ACCOUNT.to_owned()];
            })
            .await;
        }
    }

    /// A script for a type; another text is another version.
    pub async fn detail_script(
        &self,
        name: &str,
        text: &str,
        answer: impl Fn(&Call) -> Result<Reply, EngineError> + Send + Sync + 'static,
    ) {
        self.engine.define_reply(text, answer);
        self.save_script_of("authz_detail", name, 1, text)
            .await
            .unwrap();
    }

    /// The details of a token response, to the letter.
    pub async fn introspected_details(&self, client_id: &str, token: &str) -> Vec<String> {
        let text = self.introspection_text(client_id, token).await;
        texts_of(&text)
    }
}

/// `authorization_details` of an answer's text, element by element, to the letter.
pub fn texts_of(answer: &str) -> Vec<String> {
    use durward_protocol::authorization_details::exact::{Exact, member, read};
    match member(answer, "authorization_details").map(read) {
        Some(Some(Exact::Array(elements))) => elements.into_iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}
