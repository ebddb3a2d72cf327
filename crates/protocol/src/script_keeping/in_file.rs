//! Saves of scripts whose text is in a file: the file decides, whatever text is sent.
//!
//! When a file is looked at by itself is in `script_files::watching`.

use durward_model::{
    Script,
    script_file::{FileCopy, is_location},
};
use durward_store::Versioned;

use super::{Keeper, SaveError, invalid, properties};
use crate::script_files::{hash, location};

/// Nodes whose copies are remembered.
const MAX_COPIES: usize = 32;

impl Keeper<'_> {
    /// The script with the text that it is to have. The file is read where it is another
    /// one than before and where the script is turned on; otherwise the last text that
    /// passed stays, and whoever watches sees to changes: a broken file keeps nobody from
    /// changing a setting, or from turning the script off.
    pub(super) async fn located(
        &self,
        before: Option<&Script>,
        script: Script,
    ) -> Result<Script, SaveError> {
        let followed = before
            .filter(|before| before.file() == script.file() && (before.enabled || !script.enabled));
        match followed {
            Some(before) if script.file().is_some() => Ok(hashed(Script {
                script: before.script.clone(),
                file_copies: before.file_copies.clone(),
                ..script
            })),
            _ => self.read_anew(script).await,
        }
    }

    /// The script with the text that its file has now, if it is in one. What nodes found
    /// before is forgotten.
    pub(super) async fn read_anew(&self, mut script: Script) -> Result<Script, SaveError> {
        script.file_copies.clear();
        let Some(path) = script.file() else {
            return Ok(script);
        };
        let files = &self.provider.script_files;
        let text = files.read(path).await;
        let text = text.map_err(|why| invalid("locationPath", why))?;
        let copy = FileCopy {
            path: path.to_owned(),
            hash: hash(&text),
            is_refused: false,
            problem: None,
            seen_at: self.provider.now(),
        };
        // A change from here on is one, although nobody has watched the file yet.
        remember(&mut script, (files.node(), copy));
        script.script = text;
        Ok(hashed(script))
    }

    /// Takes the text of a script's file as its next version, through the gate.
    ///
    /// # Errors
    /// See [`SaveError`]; nothing is changed then.
    pub async fn take_file(
        &self,
        before: &Versioned<Script>,
        text: String,
        found: (&str, FileCopy),
    ) -> Result<Script, SaveError> {
        let mut script = before.value.clone();
        script.script = text;
        script.script_error = None;
        let mut script = self.try_out(hashed(script)).await?;
        remember(&mut script, found);
        self.store(Some(before), script, super::history::Why::default())
            .await
    }
}

/// Going back changes neither where the text is nor, therefore, the text of a file.
///
/// # Errors
/// `Invalid` for a script in a file, with what to do instead.
pub(super) fn check_roll_back(script: &Script) -> Result<(), SaveError> {
    match script.file() {
        None => Ok(()),
        Some(path) => Err(invalid(
            "locationPath",
            format!(
                "the text of '{}' is that of the file {path}: put the earlier one there, or set \
                 location_type to 'db' first",
                script.name
            ),
        )),
    }
}

/// Takes an earlier version's properties about a file off a script that is in none.
pub(super) fn stays_in_store(script: &mut Script) {
    if script.file().is_some() {
        script
            .module_properties
            .retain(|property| !is_location(property));
    }
}

/// Puts down what a node found; the ones that were seen longest ago are forgotten.
pub fn remember(script: &mut Script, (node, copy): (&str, FileCopy)) {
    script.file_copies.insert(node.to_owned(), copy);
    while script.file_copies.len() > MAX_COPIES {
        let oldest = script.file_copies.iter();
        let oldest = oldest.min_by_key(|(name, copy)| (*name == node, copy.seen_at));
        let Some(name) = oldest.map(|(name, _)| name.clone()) else {
            return;
        };
        script.file_copies.remove(&name);
    }
}

/// Is the text of this draft of a script a file's?
pub(super) fn check(script: &Script) -> Result<(), SaveError> {
    location::checked(&script.module_properties)
        .map(drop)
        .map_err(|why| invalid("moduleProperties", why))
}

fn hashed(script: Script) -> Script {
    Script {
        version: properties::version_of(&script),
        ..script
    }
}
