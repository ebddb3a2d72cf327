//! Profiles: which server, as whom, and the access token of the last time. A TOML file that
//! nobody but its owner can read; every change is whole, whatever happens meanwhile.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{ClientCertificate, Grant, Target, Token};
use crate::{failure::Failure, system};

/// The profile of those who name none.
pub const DEFAULT: &str = "default";

/// Bits of a file's mode that let others in.
const OTHERS: u32 = 0o077;

/// Longest name of a profile, bytes.
const MAX_NAME: usize = 64;

/// A server, and as whom it is called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The issuer.
    pub url: String,
    /// As which client.
    pub client_id: String,
    /// Its secret; none where the certificate says who it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Secret>,
    /// PEM file with whom to trust.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// PEM file with the client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cert_file: Option<PathBuf>,
    /// PEM file with its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_file: Option<PathBuf>,
    /// What is asked for; everything that the client has where it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub scope: String,
    /// The last access token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Token>,
}

/// A text that no log has.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Profile {
    /// Whom to call, and as whom.
    pub fn target(&self) -> Target {
        let client_id = self.client_id.clone();
        let files = (self.cert_file.clone(), self.key_file.clone());
        Target {
            url: self.url.clone(),
            ca_file: self.ca_file.clone(),
            certificate: match files {
                (Some(cert_file), Some(key_file)) => Some(ClientCertificate {
                    cert_file,
                    key_file,
                }),
                _ => None,
            },
            grant: match &self.client_secret {
                Some(Secret(client_secret)) => Grant::Secret {
                    client_id,
                    client_secret: client_secret.clone(),
                },
                None => Grant::Certificate { client_id },
            },
            scope: self.scope.clone(),
            kept: self.token.clone(),
        }
    }
}

/// What the file holds.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    #[serde(default)]
    profile: BTreeMap<String, Profile>,
}

/// The file with the profiles.
#[derive(Debug, Clone)]
pub struct Profiles {
    path: PathBuf,
}

impl Profiles {
    /// The file that is named, or that of whoever types.
    ///
    /// # Errors
    /// Nobody knows where that one is.
    pub fn at(file: Option<&Path>) -> Result<Self, Failure> {
        let path = match file {
            Some(file) => file.to_owned(),
            None => system::configuration_directory()
                .ok_or_else(|| {
                    Failure::new(
                        "there is no place for profiles: neither HOME nor XDG_CONFIG_HOME is set",
                    )
                    .hint("name a file: --profiles FILE")
                })?
                .join("durward")
                .join("profiles.toml"),
        };
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All of them, by their names.
    ///
    /// # Errors
    /// A file that others can read, or that holds something else.
    pub fn list(&self) -> Result<BTreeMap<String, Profile>, Failure> {
        let mode = match fs::metadata(&self.path) {
            Ok(metadata) => metadata.permissions().mode(),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(self.failure(&error)),
        };
        let shown = self.path.display();
        if mode & OTHERS != 0 {
            return Err(Failure::new(format!(
                "{shown} holds secrets, and others may look into it"
            ))
            .hint(format!("type: chmod 600 {shown}")));
        }
        let text = fs::read_to_string(&self.path).map_err(|error| self.failure(&error))?;
        let content: Content = toml::from_str(&text).map_err(|error| {
            // The message of the parser would show the line, which may hold a secret.
            let line = error.span().map_or(0, |span| {
                let before = text.get(..span.start).unwrap_or_default();
                before.matches('\n').count() + 1
            });
            Failure::new(format!("{shown}:{line}: {}", error.message()))
                .hint("mend it, or take the file away and log in again")
        })?;
        Ok(content.profile)
    }

    /// One of them.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn find(&self, name: &str) -> Result<Profile, Failure> {
        let mut all = self.list()?;
        all.remove(name).ok_or_else(|| {
            let names: Vec<&String> = all.keys().collect();
            Failure::new(format!("there is no profile '{name}'")).hint(match names.as_slice() {
                [] => LOG_IN.to_owned(),
                _ => "list them: durward profiles".to_owned(),
            })
        })
    }

    /// The one for a server.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub fn find_for(&self, url: &str) -> Result<(String, Profile), Failure> {
        let same =
            |profile: &Profile| profile.url.trim_end_matches('/') == url.trim_end_matches('/');
        let mut found = self.list()?;
        found.retain(|_, profile| same(profile));
        if found.len() > 1 {
            let names: Vec<&str> = found.keys().map(String::as_str).collect();
            let names = names.join(", ");
            return Err(
                Failure::new(format!("several profiles are for {url}: {names}"))
                    .hint("say which: --profile NAME instead of --url"),
            );
        }
        found
            .pop_first()
            .ok_or_else(|| Failure::new(format!("nobody is logged in to {url}")).hint(LOG_IN))
    }

    /// Keeps a profile under a name.
    ///
    /// # Errors
    /// A name that is none, a file that cannot be written.
    pub fn put(&self, name: &str, profile: Profile) -> Result<(), Failure> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if name.is_empty() || name.len() > MAX_NAME || !name.bytes().all(is_plain) {
            return Err(Failure::new(format!("'{name}' is no name of a profile"))
                .hint("letters, digits, '.', '_' and '-'"));
        }
        self.change(|all| {
            all.insert(name.to_owned(), profile);
        })
    }

    /// Keeps the access token of a profile that is still there and still the same client's.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn keep_token(&self, name: &str, client_id: &str, token: &Token) -> Result<(), Failure> {
        self.change(|all| {
            if let Some(profile) = all.get_mut(name)
                && profile.client_id == client_id
            {
                profile.token = Some(token.clone());
            }
        })
    }

    /// Forgets one.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn forget(&self, name: &str) -> Result<(), Failure> {
        self.change(|all| {
            all.remove(name);
        })
    }

    /// Reads, changes and writes, while nobody else does.
    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, Profile>)) -> Result<(), Failure> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| self.failure(&error))?;
        // Held until the end of this function.
        let held = File::open(folder).map_err(|error| self.failure(&error))?;
        held.lock().map_err(|error| self.failure(&error))?;
        let mut profile = self.list()?;
        change(&mut profile);
        let text = toml::to_string(&Content { profile })
            .map_err(|error| Failure::new(error.to_string()))?;
        self.write(&text).map_err(|error| self.failure(&error))
    }

    /// Under another name first: the file is the old one or the new one, never half.
    fn write(&self, text: &str) -> std::io::Result<()> {
        let name = self.path.file_name().unwrap_or_default();
        let mut beside = name.to_owned();
        beside.push(format!(".{}", std::process::id()));
        let beside = self.path.with_file_name(beside);
        // What a killed process left.
        let _ = fs::remove_file(&beside);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, &self.path)
    }

    fn failure(&self, error: &dyn std::fmt::Display) -> Failure {
        Failure::new(format!("{}: {error}", self.path.display()))
            .hint("name another file: --profiles FILE")
    }
}

const LOG_IN: &str = "log in: durward login --url URL --client-id ID --client-secret-file FILE";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn profile(url: &str) -> Profile {
        Profile {
            url: url.to_owned(),
            client_id: "pipeline".to_owned(),
            client_secret: Some(Secret("a secret".to_owned())),
            ca_file: None,
            cert_file: None,
            key_file: None,
            scope: String::new(),
            token: None,
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn profiles_are_kept_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("inner/profiles.toml");
        let profiles = Profiles::at(Some(&file)).unwrap();
        assert!(profiles.list().unwrap().is_empty());
        profiles.put("one", profile("https://one.example")).unwrap();
        profiles.put("two", profile("https://two.example")).unwrap();
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(file.parent().unwrap()), 0o700);
        let token = Token {
            access_token: "t".to_owned(),
            expires_at: 5,
            scope: String::new(),
        };
        profiles.keep_token("one", "pipeline", &token).unwrap();
        profiles
            .keep_token("two", "another client", &token)
            .unwrap();
        profiles.keep_token("gone", "pipeline", &token).unwrap();
        let all = profiles.list().unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all["one"].token.as_ref(), Some(&token));
        assert_eq!(all["two"].token, None);
        profiles.forget("one").unwrap();
        assert!(profiles.find("one").is_err());
        let left: Vec<_> = fs::read_dir(file.parent().unwrap()).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn a_file_that_others_read_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("profiles.toml");
        let profiles = Profiles::at(Some(&file)).unwrap();
        profiles.put("one", profile("https://one.example")).unwrap();
        for mode in [0o640, 0o604, 0o602] {
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            assert!(profiles.list().is_err(), "{mode:o}");
            assert!(profiles.forget("one").is_err(), "{mode:o}");
        }
    }

    #[test]
    fn a_mistake_is_told_without_the_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("profiles.toml");
        fs::write(&file, "[profile.one]\nclient_secret = \"hunter2\nurl = 1\n").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let failure = Profiles::at(Some(&file)).unwrap().list().unwrap_err();
        assert!(failure.message.contains("profiles.toml:"), "{failure:?}");
        assert!(!failure.message.contains("hunter2"), "{failure:?}");
    }

    #[test]
    fn a_url_finds_its_profile_where_there_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = Profiles::at(Some(&folder.path().join("p"))).unwrap();
        profiles.put("a", profile("https://one.example")).unwrap();
        profiles.put("b", profile("https://two.example/")).unwrap();
        assert_eq!(profiles.find_for("https://one.example/").unwrap().0, "a");
        assert_eq!(profiles.find_for("https://two.example").unwrap().0, "b");
        assert!(profiles.find_for("https://three.example").is_err());
        profiles.put("c", profile("https://one.example")).unwrap();
        assert!(profiles.find_for("https://one.example").is_err());
        assert!(profiles.put("../x", profile("https://x.example")).is_err());
    }
}
