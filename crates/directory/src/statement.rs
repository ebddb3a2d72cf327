//! Software statements, with the claims that Open Banking's directory puts into them.

use durward_model::entropy::new_id;
use serde_json::{Map, Value, json};

use crate::{Problem, Software, state::State};

/// A statement about `software`, issued now; `claims` replace, null takes away.
pub(crate) fn issue(
    state: &State,
    software: &Software,
    claims: &Map<String, Value>,
) -> Result<String, Problem> {
    let (org_id, software_id) = (&software.org_id, &software.software_id);
    let mut all = json!({
        "iss": state.keys_url,
        "iat": state.now_seconds(),
        "jti": new_id(&*state.entropy),
        "software_environment": "sandbox",
        "software_mode": "Test",
        "software_id": software_id,
        "software_client_id": software_id,
        "software_client_name": format!("Application {software_id}"),
        "software_client_description": "Made for a test",
        "software_version": "1.0",
        "software_redirect_uris": software.redirect_uris,
        "software_roles": software.roles,
        "organisation_competent_authority_claims": {
            "authority_id": "FCAGBR",
            "registration_id": org_id,
            "status": "Active",
            "authorisations": [{ "member_state": "GB", "roles": software.roles }],
        },
        "org_status": "Active",
        "org_id": org_id,
        "org_name": "Third Party Ltd",
        "org_jwks_endpoint": state.software_jwks_url(org_id, software_id),
        "software_jwks_endpoint": state.software_jwks_url(org_id, software_id),
    });
    if let Some(all) = all.as_object_mut() {
        all.extend(claims.clone());
        all.retain(|_, value| !value.is_null());
    }
    Ok(state.statements.sign("JWT", &all)?)
}
