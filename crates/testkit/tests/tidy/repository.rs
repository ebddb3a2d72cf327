//! The repository's files, and how a broken rule is told.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Directories that hold nothing of ours.
const SKIPPED: &[&str] = &[
    ".git",
    "target",
    "node_modules",
    "data",
    "corpus",
    "artifacts",
];

/// A text file of the repository.
pub struct TextFile {
    /// Path from the root, with `/`.
    pub path: String,
    /// What it holds.
    pub text: String,
}

impl TextFile {
    /// Is it below that folder?
    pub fn is_under(&self, folder: &str) -> bool {
        self.path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// The file's name without its folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The name's part before the first full stop.
    pub fn stem(&self) -> &str {
        self.name().split('.').next().unwrap_or_default()
    }

    /// Does the name end so?
    pub fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|found| found == extension)
    }
}

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

/// Every text file, by path.
pub fn files() -> Vec<TextFile> {
    let mut found = Vec::new();
    collect(&root(), "", &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 100, "the repository was not found");
    found
}

/// One file's text.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Does that path exist?
pub fn exists(path: &str) -> bool {
    root().join(path).exists()
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<TextFile>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}/{name}")
        };
        if SKIPPED.contains(&name.as_str()) {
            continue; // `.git` is a file in a worktree
        }
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            collect(&entry.path(), &path, found);
        } else if kind.is_file() {
            // What is not UTF-8 is a picture or an archive. A file may also
            // vanish meanwhile: other tests make temporary ones.
            if let Ok(text) = fs::read_to_string(entry.path()) {
                found.push(TextFile { path, text });
            }
        }
    }
}

/// Fails with every broken place, a line each.
pub fn assert_none(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}\n  {}\n", broken.join("\n  "));
}
