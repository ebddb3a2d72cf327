//! A script as Jans's config API writes it: `CustomScript`, and a version of one.

mod place;

use durward_model::{
    Script, ScriptFigures, ScriptVersion,
    script::{ScriptError, ScriptProperty},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::candidates::{self, CandidateEndTold, CandidateTold};
use crate::{
    management::{FieldError, ManagementError},
    script_keeping::{Draft, properties},
};

/// Where Jans's directory has scripts.
const BRANCH: &str = "ou=scripts,o=jans";

/// A script, in Jans's words. What the server alone sets (`dn`, `baseDn`, `revision`,
/// `scriptError`, `candidate`, `candidateEnded`, `modified`, `internal`) is in answers; in requests it is not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schema(default)]
pub struct CustomScript {
    /// Its place in Jans's directory.
    #[schema(read_only)]
    pub dn: Option<String>,
    /// Its id; made up where a new one names none.
    pub inum: Option<String>,
    /// Unique name.
    #[schema(example = "register")]
    pub name: String,
    /// Not supported: empty.
    pub aliases: Vec<String>,
    /// For people.
    #[schema(example = "Vets registrations.")]
    pub description: String,
    /// The text.
    pub script: String,
    /// Its type, in upper or lower case.
    #[schema(example = "client_registration")]
    pub script_type: String,
    /// `python` or `java`, in upper or lower case.
    pub programming_language: String,
    /// Settings of the runtime: `location_type` (`db`, `file`), `location_path`, `engine`, `python`
    /// and others.
    #[schema(example = json!([{ "value1": "location_type", "value2": "db" }]))]
    pub module_properties: Vec<Property>,
    /// Settings of the script. The mask of a hidden value stands for what is stored.
    #[schema(example = json!([{ "value1": "keyId", "value2": "a-key", "hide": false, "description": "" }]))]
    pub configuration_properties: Vec<Property>,
    /// Order among scripts of its type, ascending.
    pub level: i32,
    /// Counts changes; the `ETag`.
    #[schema(read_only)]
    pub revision: i64,
    /// Does it serve?
    pub enabled: bool,
    /// The last error.
    #[schema(read_only)]
    pub script_error: Option<ScriptErrorForm>,
    /// A version that is tried beside it. Not in Jans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate: Option<CandidateTold>,
    /// How the last trial ended. Not in Jans.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate_ended: Option<CandidateEndTold>,
    /// Always false.
    #[schema(read_only)]
    pub modified: bool,
    /// Always false.
    #[schema(read_only)]
    pub internal: bool,
    /// Where the text is: `db`, or `file`. In requests either this or the module property.
    pub location_type: Option<String>,
    /// The file, in a folder that the operator of the machine listed.
    pub location_path: Option<String>,
    /// What there is to know about the file: that its text was taken instead of the one
    /// sent, that a node has another one. Not looked at in requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its branch of Jans's directory.
    #[schema(read_only)]
    pub base_dn: Option<String>,
}

impl Default for CustomScript {
    fn default() -> Self {
        Self {
            dn: None,
            inum: None,
            name: String::new(),
            aliases: Vec::new(),
            description: String::new(),
            script: String::new(),
            script_type: String::new(),
            programming_language: "python".to_owned(),
            module_properties: Vec::new(),
            configuration_properties: Vec::new(),
            level: 1,
            revision: 0,
            enabled: false,
            script_error: None,
            candidate: None,
            candidate_ended: None,
            modified: false,
            internal: false,
            location_type: None,
            location_path: None,
            note: None,
            base_dn: None,
        }
    }
}

/// A property.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = SimpleExtendedCustomProperty)]
pub struct Property {
    /// Name.
    pub value1: String,
    /// Value; a mask where it is hidden.
    pub value2: String,
    /// Sealed at rest, masked in answers.
    pub hide: bool,
    /// For people.
    pub description: String,
}

/// What went wrong last.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[schema(as = ScriptError)]
pub struct ScriptErrorForm {
    /// When (RFC 3339).
    pub raised_at: String,
    /// Message and traceback.
    pub stack_trace: String,
}

/// A version of a script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Whose.
    pub inum: String,
    /// The script's revision from then on.
    pub revision: i64,
    /// Content hash.
    pub hash: String,
    /// Who saved it; nobody knows of scripts from before versions were kept.
    pub author: Option<String>,
    /// When (RFC 3339).
    pub at: String,
    /// Why.
    pub message: Option<String>,
    /// The revision that it went back to.
    pub rolled_back_to: Option<i64>,
    /// It was stored to be tried, not to serve.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub staged: bool,
    /// The revision of the candidate that it had been.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promoted_from: Option<i64>,
    /// Its name then.
    pub name: String,
    /// Its description then.
    pub description: String,
    /// Its type.
    pub script_type: String,
    /// Its language then.
    pub programming_language: String,
    /// Its level then.
    pub level: i32,
    /// Did it serve?
    pub enabled: bool,
    /// Settings of the runtime then.
    pub module_properties: Vec<Property>,
    /// Settings of the script then; what is hidden, or is hidden now, is masked.
    pub configuration_properties: Vec<Property>,
    /// The text; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
}

impl From<ScriptProperty> for Property {
    fn from(property: ScriptProperty) -> Self {
        Self {
            value1: property.value1,
            value2: property.value2,
            hide: property.hide,
            description: property.description,
        }
    }
}

impl From<Property> for ScriptProperty {
    fn from(property: Property) -> Self {
        Self {
            value1: property.value1,
            value2: property.value2,
            hide: property.hide,
            description: property.description,
        }
    }
}

fn forms(properties: Vec<ScriptProperty>) -> Vec<Property> {
    properties.into_iter().map(Property::from).collect()
}

/// A stored script for administrators: secrets masked.
pub(super) fn told(script: &Script) -> CustomScript {
    told_with(script, None)
}

/// The same, with the error of its last call as the figures have it.
pub(super) fn told_with(script: &Script, figures: Option<&ScriptFigures>) -> CustomScript {
    let inum = script.inum.as_str();
    let of_call = || figures.and_then(|figures| figures.error_of(&script.version));
    let script_error = script.error().cloned().or_else(of_call);
    CustomScript {
        dn: Some(format!("inum={inum},{BRANCH}")),
        inum: Some(inum.to_owned()),
        name: script.name.clone(),
        description: script.description.clone(),
        script: script.script.clone(),
        script_type: script.script_type.clone(),
        programming_language: script.programming_language.clone(),
        module_properties: forms(script.module_properties.clone()),
        configuration_properties: forms(properties::masked(&script.configuration_properties)),
        level: script.level,
        revision: script.revision,
        enabled: script.enabled,
        script_error: script_error.as_ref().map(told_error),
        candidate: script.candidate.as_ref().map(candidates::told),
        candidate_ended: script.candidate_ended.as_ref().map(candidates::told_end),
        location_type: Some(
            if script.file().is_some() {
                "file"
            } else {
                "db"
            }
            .to_owned(),
        ),
        location_path: script.file().map(str::to_owned),
        note: place::note(script),
        base_dn: Some(BRANCH.to_owned()),
        ..CustomScript::default()
    }
}

fn told_error(error: &ScriptError) -> ScriptErrorForm {
    ScriptErrorForm {
        raised_at: error.raised_at.rfc3339(),
        stack_trace: error.stack_trace.clone(),
    }
}

/// The same in answer to a save: says so when the text that was sent is not the one that
/// was taken.
pub(super) fn told_after(script: &Script, sent: &str) -> CustomScript {
    CustomScript {
        note: place::note_after(script, sent),
        ..told(script)
    }
}

/// A version for administrators. What `now` hides stays hidden although it was open then.
pub(super) fn told_version(version: &ScriptVersion, now: &Script) -> Version {
    let is_hidden = |name: &str| {
        let mut properties = now.configuration_properties.iter();
        properties.any(|property| property.hide && property.value1 == name)
    };
    let mut then = version.configuration_properties.clone();
    for property in &mut then {
        property.hide |= is_hidden(&property.value1);
    }
    Version {
        inum: version.inum.as_str().to_owned(),
        revision: version.revision,
        hash: version.hash.clone(),
        author: version.author.clone(),
        at: version.at.rfc3339(),
        message: version.message.clone(),
        rolled_back_to: version.rolled_back_to,
        staged: version.staged,
        promoted_from: version.promoted_from,
        name: version.name.clone(),
        description: version.description.clone(),
        script_type: version.script_type.clone(),
        programming_language: version.programming_language.clone(),
        level: version.level,
        enabled: version.enabled,
        module_properties: forms(version.module_properties.clone()),
        configuration_properties: forms(properties::masked(&then)),
        script: Some(version.script.clone()),
    }
}

/// What there is to save of a form.
///
/// # Errors
/// `Invalid`, naming everything that is not supported.
pub(super) fn draft(form: CustomScript) -> Result<Draft, ManagementError> {
    let mut wrong = Vec::new();
    let mut refuse = |field: &str, message: &str| {
        wrong.push(FieldError {
            field: field.to_owned(),
            line: None,
            column: None,
            message: message.to_owned(),
        });
    };
    if !form.aliases.is_empty() {
        refuse("aliases", "scripts have no aliases here");
    }
    let module_properties = match place::properties(&form) {
        Ok(properties) => properties,
        Err((field, why)) => {
            refuse(field, &why);
            Vec::new()
        }
    };
    if !wrong.is_empty() {
        return Err(ManagementError::Invalid(wrong));
    }
    Ok(Draft {
        name: form.name,
        description: form.description,
        script_type: form.script_type.to_ascii_lowercase(),
        programming_language: form.programming_language,
        text: form.script,
        level: form.level,
        enabled: form.enabled,
        module_properties,
        configuration_properties: form
            .configuration_properties
            .into_iter()
            .map(Into::into)
            .collect(),
    })
}
