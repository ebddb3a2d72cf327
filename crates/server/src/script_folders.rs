//! Files of scripts: which of this machine may be read, and reading them.
//!
//! A script names its file, and scripts are kept by people from afar too. Only files in
//! folders that the operator listed are read: whatever else is named is not even looked
//! for, so that nobody learns what there is. What was opened is looked at, not its name:
//! a link that is turned elsewhere meanwhile leads nowhere.

use std::{
    fs::{self, File},
    io::{ErrorKind, Read as _},
    os::fd::AsRawFd as _,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use durward_protocol::script_files::Folders;
use rustix::fs::{Mode, OFlags};

/// Longest text of a script, bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// The folders that scripts may be in.
#[derive(Debug, Clone)]
pub struct ScriptFolders(Arc<[PathBuf]>);

impl ScriptFolders {
    /// These, by their absolute paths. Relative paths of files begin in the first.
    pub fn new(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        let plain = folders
            .into_iter()
            .map(|folder| folder.components().collect());
        Self(plain.collect())
    }

    /// The shortest name that a file has here: relative in the first folder.
    pub fn name_of(&self, file: &Path) -> PathBuf {
        let first = self.0.first();
        let inside = first.and_then(|folder| file.strip_prefix(folder).ok());
        inside.unwrap_or(file).to_owned()
    }

    /// The folder and the path that a name stands for. Looks at nothing but the names.
    fn find(&self, name: &str) -> Result<(&Path, PathBuf), String> {
        const ELSEWHERE: &str = "is in none of the folders of [scripts] in durward.toml";
        let path = Path::new(name);
        if path.components().any(|part| part == Component::ParentDir) {
            return Err("has '..' in it".to_owned());
        }
        let first = self.0.first().ok_or(ELSEWHERE)?;
        // Without double slashes and single dots.
        let path: PathBuf = first.join(path).components().collect();
        let inside = |folder: &&PathBuf| path.starts_with(folder) && path != **folder;
        let folder = self.0.iter().find(inside).ok_or(ELSEWHERE)?;
        Ok((folder, path))
    }

    /// The text of a file.
    ///
    /// # Errors
    /// The end of a sentence that begins with its name.
    pub fn text(&self, name: &str) -> Result<String, String> {
        let (folder, path) = self.find(name)?;
        let mut bytes = Vec::new();
        open(folder, &path)?
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(&error))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(format!("has more than {MAX_BYTES} bytes"));
        }
        String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())
    }
}

#[async_trait]
impl Folders for ScriptFolders {
    async fn read(&self, path: &str) -> Result<String, String> {
        let (folders, path) = (self.clone(), path.to_owned());
        let read = tokio::task::spawn_blocking(move || folders.text(&path));
        let ended = read.await;
        ended.unwrap_or_else(|_| Err("could not be read".to_owned()))
    }
}

/// Opens a regular file that is, links followed, in the folder.
fn open(folder: &Path, path: &Path) -> Result<File, String> {
    let folder = folder.canonicalize().map_err(|error| unreadable(&error))?;
    // Nothing happens to what is opened so: a pipe does not wait, a device does nothing.
    let found = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())
        .map_err(|error| unreadable(&error.into()))?;
    let found = File::from(found);
    let handle = format!("/proc/self/fd/{}", found.as_raw_fd());
    let real = fs::read_link(&handle).map_err(|error| unreadable(&error))?;
    if !real.starts_with(&folder) {
        return Err("leads out of its folder".to_owned());
    }
    let metadata = found.metadata().map_err(|error| unreadable(&error))?;
    if !metadata.is_file() {
        return Err("is not a file".to_owned());
    }
    if metadata.len() > MAX_BYTES {
        return Err(format!("has more than {MAX_BYTES} bytes"));
    }
    File::open(&handle).map_err(|error| unreadable(&error))
}

fn unreadable(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => "is not there".to_owned(),
        ErrorKind::PermissionDenied => "may not be read by the server".to_owned(),
        other => format!("cannot be read: {other}"),
    }
}
