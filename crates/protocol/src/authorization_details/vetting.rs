//! Which elements may be asked for: their type is known, registered for the client, and
//! their script says yes (RFC 9396, sections 5 and 10).
//!
//! A verdict is asked before anything is written; whatever goes wrong is a no.

use durward_model::{Details, VettedDetail, authorization_details::Enrichment};
use durward_script::{
    LoadedScript,
    program::LogLine,
    types::authz_detail::{self as script, Verdict},
};

use super::{
    Asking, exact, refused,
    request::{MAX_BYTES, Requested, parse_element},
};
use crate::error::{Code, Error};

/// Longest sentence of a script that a client gets to read, bytes.
const MAX_WORDS: usize = 200;

/// Vets elements in their order and stops at the first that may not be.
///
/// # Errors
/// `invalid_authorization_details`, naming the element by its index.
pub async fn vet(asking: &Asking<'_>, requested: &[Requested]) -> Result<Details, Error> {
    let mut vetted = Vec::with_capacity(requested.len());
    let mut bytes: usize = 0;
    for (index, element) in requested.iter().enumerate() {
        let element = vet_one(asking, index, element).await?;
        bytes = bytes.saturating_add(element.detail.as_str().len());
        if bytes > MAX_BYTES {
            return Err(refused(index, "all elements together are too long"));
        }
        vetted.push(element);
    }
    Ok(Details::new(vetted))
}

pub(super) async fn vet_one(
    asking: &Asking<'_>,
    index: usize,
    element: &Requested,
) -> Result<VettedDetail, Error> {
    let scripts = &asking.provider.scripts;
    let script = asking
        .script(&element.detail_type)
        .ok_or_else(|| refused(index, "this type is not supported"))?;
    let registered = &asking.client.metadata.authorization_details_types;
    if !registered.contains(&element.detail_type) {
        return Err(refused(index, "the client may not use this type"));
    }
    let context = asking.context(&element.detail_type, &element.detail);
    let hash = element.detail.hash();
    match script::validate(scripts, &script, &context, hash.as_str()).await {
        Ok(Verdict::Valid) => Ok(VettedDetail {
            detail_type: element.detail_type.clone(),
            detail: element.detail.clone(),
            enrichment: None,
        }),
        Ok(Verdict::Changed(text)) => enriched(asking, index, element, &script, &text),
        Ok(Verdict::Refused(words)) => Err(refused(index, &public(words))),
        Err(error) => Err(Code::InvalidAuthorizationDetails.hiding(
            format!("authorization_details[{index}]: it cannot be checked"),
            format!("the script '{}' failed: {error}", script.info.name),
        )),
    }
}

/// What a script made of an element, if it still is one of that type.
fn enriched(
    asking: &Asking<'_>,
    index: usize,
    element: &Requested,
    script: &LoadedScript,
    text: &str,
) -> Result<VettedDetail, Error> {
    let requested = element.detail.hash();
    let changed = parse_element(text).and_then(|changed| {
        if changed.detail_type == element.detail_type {
            Ok(changed)
        } else {
            Err("its 'type' is another one".to_owned())
        }
    });
    let line = match &changed {
        Ok(changed) => LogLine {
            level: "info".to_owned(),
            text: format!(
                "changed the element {} into {}",
                requested.as_str(),
                changed.detail.hash().as_str()
            ),
        },
        Err(reason) => LogLine {
            level: "error".to_owned(),
            text: format!(
                "what it made of the element {} cannot be used: {reason}",
                requested.as_str()
            ),
        },
    };
    let scripts = &asking.provider.scripts;
    scripts.note(&script.info, "validateDetail", std::slice::from_ref(&line));
    let changed = changed.map_err(|_| {
        Code::InvalidAuthorizationDetails.hiding(
            format!("authorization_details[{index}]: it cannot be checked"),
            line.text,
        )
    })?;
    Ok(VettedDetail {
        detail_type: changed.detail_type,
        detail: changed.detail,
        enrichment: Some(Enrichment {
            script: script.info.name.clone(),
            version: script.info.version.clone(),
            requested,
            requested_words: exact::text_member(element.detail.as_str(), "ui_representation"),
        }),
    })
}

/// A script's words for the client, where they are fit for an `error_description`
/// (RFC 6749, section 5.2).
fn public(words: Option<String>) -> String {
    let fits = |words: &String| {
        !words.trim().is_empty()
            && words.len() <= MAX_WORDS
            && words
                .bytes()
                .all(|b| (0x20..=0x7e).contains(&b) && b != b'"' && b != b'\\')
    };
    words
        .filter(fits)
        .unwrap_or_else(|| "it was refused".to_owned())
}
