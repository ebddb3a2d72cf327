//! `[scripts]`: where on this machine texts of scripts may be.
//!
//! It is here and not in the live configuration for the reason of `[key_stores]`: whoever
//! keeps scripts from afar must not choose what the server reads.

use std::path::{Path, PathBuf};

use durward_server::script_folders::ScriptFolders;
use serde::Deserialize;

use crate::failure::Failure;

/// `[scripts]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scripts {
    /// Folders that scripts of `location_type` `file` may be in.
    pub directories: Vec<PathBuf>,
}

impl Default for Scripts {
    fn default() -> Self {
        Self {
            directories: vec![PathBuf::from("scripts")],
        }
    }
}

impl Scripts {
    /// The same with paths from the data directory.
    ///
    /// # Errors
    /// When nobody knows where the command was started.
    pub fn folders(&self, data: &Path) -> Result<ScriptFolders, Failure> {
        let folders = self.directories.iter();
        let folders = folders.map(|folder| std::path::absolute(data.join(folder)));
        let folders: Vec<PathBuf> = folders.collect::<Result<_, _>>()?;
        Ok(ScriptFolders::new(folders))
    }
}
