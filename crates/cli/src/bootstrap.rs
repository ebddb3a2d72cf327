//! What must be known before the store can be opened: `durward.toml` and the
//! sealing key, both in the data directory.

mod outgoing;
mod scripts;
mod seeing;

use std::{
    fs,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use durward_jose::{SealingKey, SealingKeys};
use durward_model::Entropy;
use durward_protocol::configuration::distance;
use serde::Deserialize;

use crate::{failure::Failure, mutual_tls::Mtls};

pub use outgoing::{KeyStores, Outgoing, authorities};
pub use scripts::Scripts;
pub use seeing::{Metrics, Tracing};

/// Name of the file in the data directory.
pub const FILE: &str = "durward.toml";

/// Every key that the file may hold, for the nearest-name hint.
const KEYS: &[&str] = &[
    "bind",
    "drain_delay_seconds",
    "sealing_key_file",
    "previous_sealing_key_files",
    "tls",
    "certificate",
    "key",
    "mtls",
    "url",
    "client_ca",
    "trusted_proxies",
    "proxy_header",
    "log",
    "format",
    "level",
    "workers",
    "max",
    "jvm",
    "host_jar",
    "java",
    "libs",
    "network",
    "heap_mib",
    "max_workers",
    "outgoing",
    "trust",
    "key_stores",
    "directories",
    "named",
    "file",
    "password_file",
    "scripts",
];

/// `durward.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bootstrap {
    /// Address and port to listen on.
    pub bind: String,
    /// Seconds between "not ready" and the end of new connections, once told to stop:
    /// what a load balancer needs to look elsewhere.
    pub drain_delay_seconds: u32,
    /// File with the key that secrets are sealed with; relative to the data directory.
    pub sealing_key_file: PathBuf,
    /// Files with keys that older secrets were sealed with.
    pub previous_sealing_key_files: Vec<PathBuf>,
    /// TLS; plain HTTP without it, on loopback addresses only.
    pub tls: Option<Tls>,
    /// Certificates of clients.
    pub mtls: Mtls,
    /// Logging.
    pub log: Log,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// Spans for a collector.
    pub tracing: Tracing,
    /// Script workers.
    pub workers: Workers,
    /// The JVM of Java scripts.
    pub jvm: Jvm,
    /// The server as a client.
    pub outgoing: Outgoing,
    /// Keys that scripts may have used.
    pub key_stores: KeyStores,
    /// Files that scripts may be in.
    pub scripts: Scripts,
}

/// `[tls]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// PEM file with the certificate chain.
    pub certificate: PathBuf,
    /// PEM file with the private key.
    pub key: PathBuf,
}

/// `[log]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `pretty` or `json`.
    pub format: LogFormat,
    /// `info`, or a filter such as `durward_protocol=debug,info`.
    pub level: String,
}

/// `log.format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines.
    Json,
}

/// `[workers]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workers {
    /// Most workers of one script; four for each processor, at least 8, if absent.
    pub max: Option<usize>,
}

/// `[jvm]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Jvm {
    /// The host's jar, relative to the data directory; `lib/durward-jvm-host.jar` beside the
    /// binary if absent.
    pub host_jar: Option<PathBuf>,
    /// The `java` of a JDK, 17 to 23; that of `JAVA_HOME` or of `PATH` if absent.
    pub java: Option<PathBuf>,
    /// Directories whose jars scripts may use; relative to the data directory.
    pub libs: Vec<PathBuf>,
    /// Whether scripts in the JVM may open sockets themselves, past the server's HTTP policy.
    pub network: bool,
    /// Largest heap of the JVM, mebibytes; all scripts in it share it.
    pub heap_mib: u32,
    /// Most workers of one script in the JVM; one for each processor, at least 2, if absent.
    pub max_workers: Option<usize>,
}

impl Default for Jvm {
    fn default() -> Self {
        Self {
            host_jar: None,
            java: None,
            libs: vec![PathBuf::from("custom/libs")],
            network: false,
            heap_mib: 256,
            max_workers: None,
        }
    }
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self {
            bind: "127.0.0.1:8080".to_owned(),
            drain_delay_seconds: 0,
            sealing_key_file: PathBuf::from("sealing.key"),
            previous_sealing_key_files: Vec::new(),
            tls: None,
            mtls: Mtls::default(),
            log: Log::default(),
            metrics: Metrics::default(),
            tracing: Tracing::default(),
            workers: Workers::default(),
            jvm: Jvm::default(),
            outgoing: Outgoing::default(),
            key_stores: KeyStores::default(),
            scripts: Scripts::default(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: LogFormat::Pretty,
            level: "info".to_owned(),
        }
    }
}

/// The file that `init` writes.
pub fn template(bind: &str) -> String {
    format!(
        "# What Durward must know before it opens its store. Everything else is live\n\
         # configuration: `durward config get`, `durward config set`.\n\n\
         # Address and port to listen on. Plain HTTP is for loopback; elsewhere set [tls].\n\
         bind = \"{bind}\"\n\n\
         # Once told to stop, /health/ready says no at once; new connections are taken for\n\
         # so long after that, for a load balancer to look elsewhere.\n\
         # drain_delay_seconds = 0\n\n\
         # The key that signing keys and hidden properties are sealed with. Keep a copy\n\
         # of this file apart from backups of the store.\n\
         sealing_key_file = \"sealing.key\"\n\n\
         # [tls]\n\
         # certificate = \"server.pem\"\n\
         # key = \"server.key\"\n\n\
         # Certificates of clients: a listener that asks for them, or proxies that hand them over.\n\
         # [mtls]\n\
         # bind = \"0.0.0.0:8443\"\n\
         # client_ca = \"client-ca.pem\"\n\
         # trusted_proxies = [\"127.0.0.1\"]\n\n\
         [log]\n\
         format = \"pretty\"   # or \"json\"\n\
         level = \"info\"\n\n\
         # Figures for Prometheus, at /metrics, for whoever can reach this address.\n\
         # [metrics]\n\
         # bind = \"127.0.0.1:9464\"\n\n\
         # Spans of requests, calls of scripts and their host calls (OTLP over HTTP).\n\
         # [tracing]\n\
         # otlp_traces_endpoint = \"http://127.0.0.1:4318/v1/traces\"\n\
         # sample = 1.0\n\n\
         # [workers]\n\
         # max = 8            # workers of one script; default: 4 for each processor, at least 8\n\n\
         # Scripts in Java, and Python scripts that need Java libraries.\n\
         # [jvm]\n\
         # libs = [\"custom/libs\"]   # directories of jars for scripts, in the data directory\n\
         # network = false          # may scripts open sockets, past the server's HTTP policy?\n\
         # heap_mib = 256\n\n\
         # Authorities that are trusted beside those of the system, for every request that\n\
         # the server makes.\n\
         # [outgoing]\n\
         # trust = [\"private-ca.pem\"]\n\n\
         # Keys that scripts may have used, and never see: stores by name, and directories whose\n\
         # files they may name by path. PKCS#12 or PEM.\n\
         # [key_stores]\n\
         # directories = [\"/etc/certs/obieDir\"]\n\
         # [key_stores.named.transport]\n\
         # file = \"transport.p12\"\n\
         # password_file = \"transport.password\"\n\n\
         # Folders whose files scripts may be in, followed as they change.\n\
         # [scripts]\n\
         # directories = [\"scripts\"]\n"
    )
}

/// Reads the file of a data directory.
///
/// # Errors
/// A missing directory, or a key that does not exist, with the nearest one that does.
pub fn read(data: &Path) -> Result<Bootstrap, Failure> {
    let path = data.join(FILE);
    let text = fs::read_to_string(&path).map_err(|error| {
        Failure::new(format!("{}: {error}", path.display())).hint(format!(
            "make a data directory: durward init --data {}",
            data.display()
        ))
    })?;
    toml::from_str(&text).map_err(|error| {
        let failure = Failure::new(format!("{}: {}", path.display(), error.message()));
        match unknown_key(error.message()) {
            Some(nearest) => failure.hint(format!("did you mean '{nearest}'?")),
            None => failure,
        }
    })
}

fn unknown_key(message: &str) -> Option<&'static str> {
    let rest = message.strip_prefix("unknown field `")?;
    let name = rest.split('`').next()?;
    KEYS.iter()
        .chain(&seeing::KEYS)
        .copied()
        .min_by_key(|known| distance(known, name))
}

/// Reads the sealing keys.
///
/// # Errors
/// A missing or malformed key file.
pub fn sealing_keys(data: &Path, bootstrap: &Bootstrap) -> Result<SealingKeys, Failure> {
    let current = sealing_key(&data.join(&bootstrap.sealing_key_file))?;
    let previous = bootstrap
        .previous_sealing_key_files
        .iter()
        .map(|file| sealing_key(&data.join(file)))
        .collect::<Result<_, _>>()?;
    Ok(SealingKeys { current, previous })
}

fn sealing_key(path: &Path) -> Result<SealingKey, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(format!("{}: {error}", path.display()))
            .hint("without its sealing key a store cannot be opened; restore the file")
    })?;
    SealingKey::from_base64(text.trim())
        .map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

/// Writes a new data directory: bootstrap file and sealing key, readable by the owner only.
///
/// # Errors
/// When one exists already.
pub fn create(data: &Path, bind: &str, entropy: &dyn Entropy) -> Result<(), Failure> {
    if data.join(FILE).exists() {
        return Err(
            Failure::new(format!("{} is a data directory already", data.display()))
                .hint(format!("serve it: durward serve --data {}", data.display())),
        );
    }
    fs::create_dir_all(data)?;
    fs::set_permissions(data, fs::Permissions::from_mode(0o700))?;
    let mut bytes = [0; 32];
    entropy.fill(&mut bytes);
    write_private(&data.join("sealing.key"), &SealingKey::new_base64(&bytes))?;
    write_private(&data.join(FILE), &template(bind))
}

fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}
