//! A token request may ask for less than was granted, never for more (RFC 9396, section 6).
//!
//! Absent means everything. The grant itself stays as wide as it was.

use durward_model::{Details, VettedDetail};
use durward_script::types::authz_detail as script;

use super::{
    Asking, PARAMETER, bean, exact, refused,
    request::{self, Requested},
    vetting::vet_one,
};
use crate::error::Error;

/// What of `granted` a token request gets.
///
/// # Errors
/// `invalid_authorization_details` for anything that is not within what was granted, and
/// for what could not be asked for anyway.
pub async fn narrow(asking: &Asking<'_>, granted: &Details) -> Result<Details, Error> {
    let Some(text) = asking.parameters.find(PARAMETER) else {
        return Ok(granted.clone());
    };
    let requested = request::parse(text)?;
    let mut left: Vec<Option<&VettedDetail>> = granted.iter().map(Some).collect();
    let mut narrowed = Vec::with_capacity(requested.len());
    for (index, element) in requested.iter().enumerate() {
        let known = left
            .iter()
            .flatten()
            .any(|known| known.detail_type == element.detail_type);
        if !known {
            return Err(refused(index, "it exceeds what was granted"));
        }
        narrowed.push(narrow_one(asking, index, element, &mut left).await?);
    }
    Ok(Details::new(narrowed))
}

/// Each granted element stands for one requested element: a payment that was granted
/// once cannot be asked for twice.
async fn narrow_one(
    asking: &Asking<'_>,
    index: usize,
    element: &Requested,
    left: &mut [Option<&VettedDetail>],
) -> Result<VettedDetail, Error> {
    let vetted = vet_one(asking, index, element).await?;
    // What the client sent at first and what a script made of it are both the element.
    let is_same = |known: &VettedDetail| {
        exact::similar(vetted.detail.as_str(), known.detail.as_str())
            || exact::similar(element.detail.as_str(), known.detail.as_str())
    };
    for place in left.iter_mut() {
        if let Some(known) = place.filter(|known| is_same(known)) {
            *place = None;
            return Ok(known.clone());
        }
    }
    for place in left.iter_mut() {
        if let Some(known) = *place
            && known.detail_type == vetted.detail_type
            && is_within(asking, &vetted, known).await
        {
            *place = None;
            return Ok(vetted);
        }
    }
    Err(refused(index, "it exceeds what was granted"))
}

/// Only a script knows whether one element of its type is less than another.
async fn is_within(asking: &Asking<'_>, wanted: &VettedDetail, granted: &VettedDetail) -> bool {
    let scripts = &asking.provider.scripts;
    let Some(found) = asking.script(&wanted.detail_type) else {
        return false;
    };
    if !script::narrows(&found) {
        return false;
    }
    let mut context = asking.context(&wanted.detail_type, &wanted.detail);
    context.granted_authz_detail = Some(bean(&granted.detail_type, &granted.detail));
    let hash = wanted.detail.hash();
    script::is_within(scripts, &found, &context, hash.as_str()).await
}
