//! Scripts whose text is in a file: module properties `location_type` `file` and `location_path`.
//!
//! The file is where the text comes from; the store keeps the last text of it that passed,
//! and that is what serves. Not here: which files may be read (durward-server's
//! `script_folders`), the gate (`script_keeping`).

pub mod location;
mod reasons;
pub mod watching;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use durward_jose::digest;
use durward_model::{Script, script_file::FileCopy};

/// Reads files of scripts. An implementation reads nothing outside the folders that the
/// operator of the machine listed, whatever it is asked for.
#[async_trait]
pub trait Folders: Send + Sync {
    /// The text of a file.
    ///
    /// # Errors
    /// The end of a sentence that begins with the path.
    async fn read(&self, path: &str) -> Result<String, String>;
}

/// How a script's file stands to what serves, on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileState {
    /// It is what serves.
    Current,
    /// It cannot be read, or does not pass; the last good version serves.
    Broken,
    /// It did not change here, and another node or person has stored another text.
    Differs,
}

impl FileState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Current, Self::Broken, Self::Differs];

    /// As metrics and commands have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Broken => "broken",
            Self::Differs => "differs",
        }
    }
}

/// The files of scripts on this node.
#[derive(Default)]
pub struct ScriptFiles {
    folders: Option<Arc<dyn Folders>>,
    node: String,
    states: Mutex<BTreeMap<String, FileState>>,
}

impl ScriptFiles {
    /// Files in these folders. `node` is the name under which others see what this one found.
    pub fn new(folders: Arc<dyn Folders>, node: String) -> Self {
        Self {
            folders: Some(folders),
            node,
            states: Mutex::default(),
        }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// A sentence that begins with the path.
    pub async fn read(&self, path: &str) -> Result<String, String> {
        let read = match &self.folders {
            Some(folders) => folders.read(path).await,
            None => Err("is not read: there are no folders of scripts here".to_owned()),
        };
        read.map_err(|why| format!("{path} {why}"))
    }

    /// The name of this node.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// How the files of enabled scripts stand, by name of the script; empty where nobody watches.
    pub fn states(&self) -> BTreeMap<String, FileState> {
        self.locked().clone()
    }

    fn keep_states(&self, states: BTreeMap<String, FileState>) {
        *self.locked() = states;
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, FileState>> {
        // Nothing panics while holding the lock; if it did, the map is still whole.
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hash by which texts are compared.
pub fn hash(text: &str) -> String {
    digest::sha256_base64url(text)
}

/// Nodes whose file has another text than the one that serves, although it could be read
/// and was not refused.
pub fn differing(script: &Script) -> Vec<(&str, &FileCopy)> {
    let Some(path) = script.file() else {
        return Vec::new();
    };
    let serving = hash(&script.script);
    let copies = script.file_copies.iter();
    copies
        .filter(|(_, copy)| copy.path == path && copy.problem.is_none() && copy.hash != serving)
        .map(|(node, copy)| (node.as_str(), copy))
        .collect()
}
