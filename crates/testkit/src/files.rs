//! Files of scripts in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use durward_protocol::script_files::Folders;

/// Holds what tests put there. Clones are the same files.
#[derive(Debug, Clone, Default)]
pub struct FakeFiles(Arc<Mutex<HashMap<String, String>>>);

impl FakeFiles {
    /// From now on the file has this text.
    pub fn write(&self, path: &str, text: &str) {
        let mut files = self.0.lock().unwrap();
        files.insert(path.to_owned(), text.to_owned());
    }

    /// From now on there is no such file.
    pub fn remove(&self, path: &str) {
        self.0.lock().unwrap().remove(path);
    }
}

#[async_trait]
impl Folders for FakeFiles {
    async fn read(&self, path: &str) -> Result<String, String> {
        let found = self.0.lock().unwrap().get(path).cloned();
        found.ok_or_else(|| "is not there".to_owned())
    }
}
