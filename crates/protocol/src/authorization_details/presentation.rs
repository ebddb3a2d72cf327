//! What people read about an element before they consent: a script's words, and the facts
//! as the server reads them off the JSON itself.
//!
//! Not here: making untrusted text fit for a page (durward-server).

use durward_model::{Details, VettedDetail};
use durward_script::types::authz_detail as script;

use super::{
    Asking,
    exact::{self, Exact},
};

/// Members that say what matters come first, whatever a client puts before them.
const FIRST: [&str; 13] = [
    "action",
    "location",
    "amount",
    "currency",
    "value",
    "price",
    "sum",
    "total",
    "creditor",
    "iban",
    "identifier",
    "privilege",
    "datatype",
];

/// The client's own words for the page, in its own JSON.
const CLIENT_WORDS: &str = "ui_representation";

/// An element for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    /// Its type.
    pub detail_type: String,
    /// What its script says, if anything.
    pub words: Option<String>,
    /// Are these words the application's own?
    pub words_are_the_clients: bool,
    /// Every member but the client's words: path and value, the telling ones first.
    pub facts: Vec<(String, String)>,
}

/// Words every element in order.
pub async fn present(asking: &Asking<'_>, details: &Details) -> Vec<Presented> {
    let mut presented = Vec::with_capacity(details.len());
    for element in details.iter() {
        presented.push(present_one(asking, element).await);
    }
    presented
}

async fn present_one(asking: &Asking<'_>, element: &VettedDetail) -> Presented {
    let scripts = &asking.provider.scripts;
    let hash = element.detail.hash();
    let words = match asking.script(&element.detail_type) {
        Some(found) => {
            let context = asking.context(&element.detail_type, &element.detail);
            script::word(scripts, &found, &context, hash.as_str()).await
        }
        None => None,
    };
    Presented {
        detail_type: element.detail_type.clone(),
        words_are_the_clients: words
            .as_deref()
            .is_some_and(|words| repeats_the_client(words, element)),
        words,
        facts: facts(element.detail.as_str()),
    }
}

/// Does a script say again what the client wrote? Also as a part of what it says.
fn repeats_the_client(words: &str, element: &VettedDetail) -> bool {
    let sent = match &element.enrichment {
        Some(enrichment) => enrichment.requested_words.clone(),
        None => exact::text_member(element.detail.as_str(), CLIENT_WORDS),
    };
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    sent.map(|sent| plain(&sent))
        .is_some_and(|sent| !sent.is_empty() && plain(words).contains(&sent))
}

/// The facts of an element, the type left out: it is the heading.
pub fn facts(element: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    if let Some(Exact::Object(members)) = exact::read(element) {
        for (name, value) in members {
            if name != "type" && name != CLIENT_WORDS {
                flatten(&name, value, &mut all);
            }
        }
    }
    let is_first = |path: &str| {
        let path = path.to_ascii_lowercase();
        !FIRST.iter().any(|word| path.contains(word))
    };
    // Stable: otherwise the order is the client's.
    all.sort_by_key(|(path, _)| is_first(path));
    all
}

fn flatten(path: &str, value: &str, into: &mut Vec<(String, String)>) {
    match exact::read(value) {
        Some(Exact::Object(members)) if !members.is_empty() => {
            for (name, value) in members {
                flatten(&format!("{path}.{name}"), value, into);
            }
        }
        Some(Exact::Array(elements)) if !elements.is_empty() => {
            let words: Option<Vec<String>> = elements.iter().map(|text| scalar(text)).collect();
            if let Some(words) = words {
                into.push((path.to_owned(), words.join(", ")));
                return;
            }
            for (index, element) in elements.iter().enumerate() {
                flatten(&format!("{path}[{index}]"), element, into);
            }
        }
        _ => into.push((
            path.to_owned(),
            scalar(value).unwrap_or_else(|| value.to_owned()),
        )),
    }
}

fn scalar(value: &str) -> Option<String> {
    match exact::read(value)? {
        Exact::Text(text) => Some(text),
        Exact::Plain(text) => Some(text.to_owned()),
        Exact::Object(_) | Exact::Array(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_every_member_the_telling_ones_first() {
        let element = r#"{"type":"p","note":"x","ui_representation":"Free!",
            "to":{"name":"N","instructedAmount":{"amount":123.50,"currency":"EUR"}},
            "actions":["a","b"],"list":[{"k":1},2],"none":[]}"#;
        let shown: Vec<String> = facts(element)
            .into_iter()
            .map(|(path, value)| format!("{path}={value}"))
            .collect();
        assert_eq!(
            shown,
            [
                "to.instructedAmount.amount=123.50",
                "to.instructedAmount.currency=EUR",
                "actions=a, b",
                "note=x",
                "to.name=N",
                "list[0].k=1",
                "list[1]=2",
                "none=[]"
            ]
        );
    }
}
