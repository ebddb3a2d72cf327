//! A directory as Open Banking has one: it knows banks and third parties, gives banks
//! tokens, tells whether software is still approved, publishes keys and issues statements.
//!
//! For tests and the demonstration, in the place of the real one; real TLS, an authority of
//! its own, and switches for what goes wrong. Not here: anything that a server needs.

mod authority;
mod equipment;
mod scim;
mod serve;
mod state;
mod statement;
mod token;

use std::{fmt, sync::Arc};

use durward_jose::{Algorithm, SigningKey};
use durward_model::{Clock, Entropy};
use tokio::task::JoinHandle;

use authority::Authority;
use state::State;

pub use authority::Identity;
pub use equipment::Equipment;
pub use state::Counts;

/// Why a directory could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A key or certificate.
    #[error("a certificate could not be made: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A signature.
    #[error("{0}")]
    Signing(#[from] durward_jose::SigningError),
    /// TLS would not take what it was given.
    #[error("{0}")]
    Tls(String),
    /// A key store.
    #[error("a key store could not be made: {0}")]
    Store(#[from] p12_keystore::error::Error),
    /// A listener or a file.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Software of a bank or of a third party, as its owner has it.
pub struct Software {
    /// Its id here; `client_id` at the directory, CN of its certificates.
    pub software_id: String,
    /// Its organisation; OU of its certificates.
    pub org_id: String,
    /// What it may do: `AISP`, `PISP`, `CBPII`; `ASPSP` for banks.
    pub roles: Vec<String>,
    /// Where it wants answers.
    pub redirect_uris: Vec<String>,
    /// Signs its requests and assertions; the directory publishes the public half.
    pub signing: SigningKey,
    /// Its transport certificate, and the key of it.
    pub transport: Identity,
}

impl fmt::Debug for Software {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Software")
            .field("software_id", &self.software_id)
            .finish_non_exhaustive()
    }
}

/// A running directory; gone when dropped.
pub struct Directory {
    authority: Authority,
    state: Arc<State>,
    tasks: Vec<JoinHandle<()>>,
}

impl Drop for Directory {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Directory {
    /// Starts one on two free ports of this machine: one that wants client certificates,
    /// one that publishes keys.
    ///
    /// # Errors
    /// Whatever keeps it from starting.
    pub async fn start(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, Problem> {
        let authority = Authority::new("Directory Test Root")?;
        let statements = SigningKey::generate(Algorithm::PS256)?;
        let listeners = serve::Listeners::open(&authority).await?;
        let state = Arc::new(State::new(
            clock,
            entropy,
            statements,
            listeners.matls_url()?,
            listeners.keys_url()?,
        ));
        let tasks = listeners.serve(&state);
        Ok(Self {
            authority,
            state,
            tasks,
        })
    }

    /// Enrols software with roles and redirect URIs, and gives it its keys.
    ///
    /// # Errors
    /// When a key or a certificate cannot be made.
    pub fn enrol(
        &self,
        software_id: &str,
        org_id: &str,
        roles: &[&str],
        redirect_uris: &[&str],
    ) -> Result<Software, Problem> {
        let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect();
        let algorithm = if roles.contains(&"ASPSP") {
            // The directory's own rule for banks' assertions.
            Algorithm::RS256
        } else {
            Algorithm::PS256
        };
        let software = Software {
            software_id: software_id.to_owned(),
            org_id: org_id.to_owned(),
            roles: texts(roles),
            redirect_uris: texts(redirect_uris),
            signing: SigningKey::generate(algorithm)?,
            transport: self.authority.transport(software_id, org_id)?,
        };
        self.state.enrol(&software);
        Ok(software)
    }

    /// A transport certificate in whatever names, with a new key.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn transport(&self, software_id: &str, org_id: &str) -> Result<Identity, Problem> {
        self.authority.transport(software_id, org_id)
    }

    /// A certificate for a server on this machine, `localhost` or 127.0.0.1.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn server(&self) -> Result<Identity, Problem> {
        self.authority.server()
    }

    /// A certificate as eIDAS has them, for the same software: its subject names the
    /// organisation by its number with the authority.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn eidas(&self, software: &Software) -> Result<Identity, Problem> {
        self.authority.eidas(&software.org_id)
    }

    /// A statement about enrolled software, issued now.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn statement(&self, software: &Software) -> Result<String, Problem> {
        self.statement_with(software, &serde_json::Map::new())
    }

    /// The same with other claims; null takes one away.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn statement_with(
        &self,
        software: &Software,
        claims: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<String, Problem> {
        statement::issue(&self.state, software, claims)
    }

    /// Takes back, or gives back, the approval of software.
    pub fn set_active(&self, software_id: &str, active: bool) {
        self.state.set_active(software_id, active);
    }

    /// From now on nothing is answered, or is again.
    pub fn hang(&self, hangs: bool) {
        self.state.hangs.send_replace(hangs);
    }

    /// Requests that were answered so far.
    pub fn counts(&self) -> Counts {
        self.state.lock().counts
    }

    /// The authority's certificate, PEM.
    pub fn authority_pem(&self) -> &str {
        self.authority.pem()
    }

    /// `host:port` of both listeners, for whoever must list where scripts may connect to.
    pub fn hosts(&self) -> [String; 2] {
        let host = |url: &str| url.trim_start_matches("https://").to_owned();
        [host(&self.state.matls_url), host(&self.state.keys_url)]
    }

    /// What a bank needs to ask this directory, written into `folder`.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn equip(&self, bank: &Software, folder: &std::path::Path) -> Result<Equipment, Problem> {
        Equipment::write(&self.authority, &self.state, bank, folder)
    }
}
