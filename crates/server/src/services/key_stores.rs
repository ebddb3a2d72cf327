//! Key stores that scripts may name: which files of this machine they are, and what is
//! done with their keys on a script's behalf.
//!
//! A script names a store and never sees what is in it but certificates. It names one that
//! the operator listed, or a file inside a directory that the operator listed; any other
//! path is unknown here, whether there is such a file or not.

mod material;

use std::{
    collections::{BTreeMap, HashMap},
    fmt, fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use durward_jose::{Algorithm, KeyType, SigningKey, base64url, digest};
use reqwest::{Certificate, Identity};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use material::{Key, Material};

/// Longest file of a store, bytes.
const MAX_FILE_BYTES: u64 = 512 * 1024;

/// Longest text that may be signed, bytes.
const MAX_SIGNED_BYTES: usize = 64 * 1024;

/// Opened stores that are kept.
const MAX_OPEN: usize = 64;

/// A store under a name of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedStore {
    /// PKCS#12 or PEM.
    pub file: PathBuf,
    /// File whose first line is the password.
    pub password_file: Option<PathBuf>,
}

/// What the operator listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyStoreListing {
    /// Stores by name.
    pub named: BTreeMap<String, NamedStore>,
    /// Directories whose files may be named by their paths.
    pub directories: Vec<PathBuf>,
}

/// How a script names a store.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreName {
    name: String,
    password: Option<Zeroizing<String>>,
}

impl fmt::Debug for StoreName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreName")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl StoreName {
    /// Reads `{"name": …, "password": …?}`; nothing where there is no such member.
    ///
    /// # Errors
    /// A sentence for the script.
    pub fn parse(arguments: &Value, member: &str) -> Result<Option<Self>, String> {
        let Some(value) = arguments.get(member).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let name = text("name").filter(|name| !name.is_empty() && name.len() <= 1024);
        Ok(Some(Self {
            name: name
                .ok_or_else(|| format!("'{member}' names no key store"))?
                .to_owned(),
            password: text("password")
                .filter(|password| !password.is_empty())
                .map(|password| Zeroizing::new(password.to_owned())),
        }))
    }
}

/// A store that is open. Two of the same file and password have the same `id`.
pub(crate) struct OpenStore {
    /// For those who keep what they make of it.
    pub id: String,
    name: String,
    material: Material,
    /// Keys that have signed, by name and algorithm: reading one costs as much as signing.
    signers: Mutex<HashMap<(String, Algorithm), Arc<SigningKey>>>,
}

impl OpenStore {
    /// Its key and chain, to show to a TLS server.
    pub fn identity(&self) -> Result<Identity, String> {
        let key = self.key(None)?;
        if key.chain.is_empty() {
            return Err(format!(
                "key store '{}' has no certificate for its key",
                self.name
            ));
        }
        let mut text = Zeroizing::new(key.pem.as_str().to_owned());
        for der in &key.chain {
            text.push_str(&material::pem("CERTIFICATE", der));
        }
        Identity::from_pem(text.as_bytes())
            .map_err(|_| format!("the key of key store '{}' is not usable", self.name))
    }

    /// Every certificate in it, as authorities to trust.
    pub fn authorities(&self) -> Result<Vec<Certificate>, String> {
        let chains = self.material.keys.iter().flat_map(|key| &key.chain);
        let others = self.material.certificates.iter();
        chains
            .chain(others.map(|certificate| &certificate.der))
            .map(|der| Certificate::from_der(der))
            .collect::<Result<_, _>>()
            .map_err(|_| format!("a certificate of key store '{}' is broken", self.name))
    }

    /// The key of that name; without one that fits, the only one.
    fn key(&self, alias: Option<&str>) -> Result<&Key, String> {
        let keys = &self.material.keys;
        let named = keys.iter().find(|key| Some(key.alias.as_str()) == alias);
        match (named, keys.as_slice()) {
            (Some(key), _) => Ok(key),
            (None, [only]) => Ok(only),
            (None, []) => Err(format!("key store '{}' holds no private key", self.name)),
            (None, _) => Err(format!(
                "key store '{}' holds several keys, and none has that name",
                self.name
            )),
        }
    }

    fn sign(
        &self,
        alias: Option<&str>,
        algorithm: Algorithm,
        input: &str,
    ) -> Result<String, String> {
        let signer = self.signer(alias, algorithm)?;
        let signature = signer.signature(input.as_bytes());
        let signature = signature.map_err(|_| self.cannot_sign(algorithm))?;
        Ok(base64url::encode(&signature))
    }

    fn signer(&self, alias: Option<&str>, algorithm: Algorithm) -> Result<Arc<SigningKey>, String> {
        let key = self.key(alias)?;
        let id = (key.alias.clone(), algorithm);
        let kept = || self.signers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(signer) = kept().get(&id) {
            return Ok(signer.clone());
        }
        let signer = SigningKey::from_pem(algorithm, &key.pem);
        let signer = Arc::new(signer.map_err(|_| self.cannot_sign(algorithm))?);
        Ok(kept().entry(id).or_insert(signer).clone())
    }

    fn cannot_sign(&self, algorithm: Algorithm) -> String {
        format!(
            "the key of key store '{}' cannot sign {algorithm}",
            self.name
        )
    }

    fn listing(&self) -> Value {
        let pem = |der: &[u8]| material::pem("CERTIFICATE", der).as_str().to_owned();
        let keys = self.material.keys.iter().map(|key| {
            let chain: Vec<String> = key.chain.iter().map(|der| pem(der)).collect();
            json!({ "alias": key.alias, "hasKey": true, "chain": chain })
        });
        let others = self.material.certificates.iter().map(
            |other| json!({ "alias": other.alias, "hasKey": false, "chain": [pem(&other.der)] }),
        );
        json!({ "entries": keys.chain(others).collect::<Vec<_>>() })
    }
}

/// The stores, opened at first use and again when their files change.
pub struct KeyStores {
    listing: KeyStoreListing,
    open: Mutex<HashMap<String, Arc<OpenStore>>>,
}

impl fmt::Debug for KeyStores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyStores").field(&self.listing).finish()
    }
}

impl KeyStores {
    /// Those that are listed.
    pub fn new(listing: KeyStoreListing) -> Self {
        Self {
            listing,
            open: Mutex::default(),
        }
    }

    /// Opens each store that has a name: what is wrong, by name.
    pub fn problems(&self) -> Vec<String> {
        let problem = |name: &String| {
            let store = StoreName {
                name: name.clone(),
                password: None,
            };
            self.open_now(&store).err()
        };
        self.listing.named.keys().filter_map(problem).collect()
    }

    /// Signs with a key of a store: `{keyStore, keyId?, algorithm, input}` → `{signature}`, the
    /// signature of a JWS (RFC 7515) in base64url.
    ///
    /// # Errors
    /// A sentence for the script; it never holds the key or the password.
    pub(crate) async fn sign(self: &Arc<Self>, arguments: &Value) -> Result<Value, String> {
        let text = |name: &str| arguments.get(name).and_then(Value::as_str);
        let algorithm: Algorithm = text("algorithm")
            .and_then(|name| name.parse().ok())
            .filter(|algorithm: &Algorithm| algorithm.key_type() != KeyType::Secret)
            .ok_or("'algorithm' is not an asymmetric signature algorithm")?;
        let input = text("input")
            .filter(|input| input.len() <= MAX_SIGNED_BYTES)
            .ok_or("'input' is missing or too long")?
            .to_owned();
        let alias = text("keyId").map(str::to_owned);
        let store = self.named(arguments, "keyStore").await?;
        let store = store.ok_or("'keyStore' is missing")?;
        let signature = blocking(move || store.sign(alias.as_deref(), algorithm, &input)).await?;
        Ok(json!({ "signature": signature }))
    }

    /// What a store holds, without its keys: `{keyStore}` → `{entries: [{alias, hasKey, chain}]}`.
    ///
    /// # Errors
    /// A sentence for the script.
    pub(crate) async fn certificates(self: &Arc<Self>, arguments: &Value) -> Result<Value, String> {
        let store = self.named(arguments, "keyStore").await?;
        Ok(store.ok_or("'keyStore' is missing")?.listing())
    }

    /// The store that a member of a host call's arguments names.
    ///
    /// # Errors
    /// A sentence for the script.
    pub(crate) async fn named(
        self: &Arc<Self>,
        arguments: &Value,
        member: &str,
    ) -> Result<Option<Arc<OpenStore>>, String> {
        let Some(name) = StoreName::parse(arguments, member)? else {
            return Ok(None);
        };
        let stores = self.clone();
        // Files, and ten thousand rounds of a hash for the password.
        blocking(move || stores.open_now(&name)).await.map(Some)
    }

    fn open_now(&self, name: &StoreName) -> Result<Arc<OpenStore>, String> {
        let sentence = |why: &str| format!("key store '{}': {why}", name.name);
        let (path, password_file) = self.find(&name.name).ok_or_else(|| {
            format!(
                "there is no key store '{}': list it under [key_stores] in durward.toml",
                name.name
            )
        })?;
        let meta = fs::metadata(&path).map_err(|_| sentence("its file cannot be read"))?;
        if !meta.is_file() || meta.len() > MAX_FILE_BYTES {
            return Err(sentence("it is not a file, or too long"));
        }
        let password = match (&name.password, password_file) {
            (Some(password), _) => Some(password.clone()),
            (None, Some(file)) => {
                Some(first_line(&file).ok_or_else(|| sentence("its password file is not there"))?)
            }
            (None, None) => None,
        };
        let id = id_of(&path, meta.modified().ok(), meta.len(), password.as_ref());
        if let Some(found) = self.kept().get(&id) {
            return Ok(found.clone());
        }
        let bytes =
            Zeroizing::new(fs::read(&path).map_err(|_| sentence("its file cannot be read"))?);
        let password = password.as_ref().map(|password| password.as_str());
        let material = material::open(&bytes, password).map_err(sentence)?;
        let opened = Arc::new(OpenStore {
            id: id.clone(),
            name: name.name.clone(),
            material,
            signers: Mutex::default(),
        });
        let mut kept = self.kept();
        if kept.len() >= MAX_OPEN {
            kept.clear();
        }
        kept.insert(id, opened.clone());
        Ok(opened)
    }

    /// The file of a store, and of its password, if it is one that the operator listed.
    fn find(&self, name: &str) -> Option<(PathBuf, Option<PathBuf>)> {
        if let Some(named) = self.listing.named.get(name) {
            return Some((named.file.clone(), named.password_file.clone()));
        }
        let path = Path::new(name);
        if !path.is_absolute() {
            return None;
        }
        // Both without symbolic links and dots: neither leads out of a directory.
        let path = path.canonicalize().ok()?;
        let listed = self.listing.directories.iter();
        let inside = listed
            .filter_map(|directory| directory.canonicalize().ok())
            .any(|directory| path.starts_with(directory));
        inside.then_some((path, None))
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<OpenStore>>> {
        // Nothing panics while holding the lock; if it did, the map is still whole.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn first_line(file: &Path) -> Option<Zeroizing<String>> {
    let text = Zeroizing::new(fs::read_to_string(file).ok()?);
    Some(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}

fn id_of(
    path: &Path,
    modified: Option<SystemTime>,
    bytes: u64,
    password: Option<&Zeroizing<String>>,
) -> String {
    let password = password.map(|password| digest::sha256_base64url(password.as_bytes()));
    digest::sha256_base64url(format!(
        "{}\0{modified:?}\0{bytes}\0{password:?}",
        path.display()
    ))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|_| Err("the key store could not be used".to_owned()))
}

#[cfg(test)]
mod tests;
