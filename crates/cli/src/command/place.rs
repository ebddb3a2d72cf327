//! Where a command works: on a data directory here, or on a server over the network. Commands
//! ask for a place and print one way, whichever it is.
//!
//! Not here: how a server is called (`network.rs`), what is kept of it (`network/profile.rs`).

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;

use crate::{
    failure::Failure,
    input,
    network::{
        ClientCertificate, Connection, Grant, Keep, Target, Token,
        profile::{Profile, Profiles},
    },
    node::Node,
};

/// Heading of the options in `--help`.
const HEADING: &str = "Over the network";

/// A data directory, for commands that work there only.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// The data directory that `durward init` made.
    #[arg(long, default_value = "./data", value_name = "DIR")]
    pub data: PathBuf,
    /// Refused: this is done beside the data directory.
    #[arg(long, hide = true, value_name = "URL")]
    url: Option<String>,
    /// Refused: this is done beside the data directory.
    #[arg(long, hide = true, value_name = "NAME")]
    profile: Option<String>,
}

/// A data directory, or a server over the network.
#[derive(Debug, Clone, Args)]
pub struct PlaceArgs {
    /// The data directory that `durward init` made.
    #[arg(long, default_value = "./data", value_name = "DIR")]
    data: PathBuf,
    /// The server with this issuer, over its config API, instead of a data directory.
    #[arg(long, value_name = "URL", conflicts_with = "data", help_heading = HEADING)]
    url: Option<String>,
    /// The server that this profile of `durward login` names.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["data", "url", "caller_id", "token_file"], help_heading = HEADING)]
    profile: Option<String>,
    /// File with the profiles, instead of durward/profiles.toml in the user's configuration directory.
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    profiles: Option<PathBuf>,
    /// Use this access token; `-` is standard input.
    #[arg(long, value_name = "FILE", requires = "url", conflicts_with = "caller_id", help_heading = HEADING)]
    token_file: Option<PathBuf>,
    #[command(flatten)]
    client: ClientArgs,
}

/// As which client a server is called, and how one knows that it is the server.
#[derive(Debug, Clone, Args)]
pub struct ClientArgs {
    /// Client that calls; it needs scopes of the config API.
    // One in 64 begins with a hyphen.
    #[arg(long = "client-id", id = "caller_id", allow_hyphen_values = true, value_name = "ID", requires = "url", help_heading = HEADING)]
    pub client_id: Option<String>,
    /// File with its secret; `-` is standard input.
    #[arg(long, value_name = "FILE", requires = "caller_id", help_heading = HEADING)]
    pub client_secret_file: Option<PathBuf>,
    /// PEM file with its certificate, for a server that asks for one. Without a secret it is the certificate that says who calls.
    #[arg(long, value_name = "FILE", requires = "url", requires = "key_file", help_heading = HEADING)]
    pub cert_file: Option<PathBuf>,
    /// PEM file with the certificate's key.
    #[arg(long, value_name = "FILE", requires = "cert_file", help_heading = HEADING)]
    pub key_file: Option<PathBuf>,
    /// PEM file with the authorities that may vouch for the server; those of the system without it.
    #[arg(long, value_name = "FILE", requires = "url", help_heading = HEADING)]
    pub ca_file: Option<PathBuf>,
}

/// Where a command works.
pub enum Place {
    /// On a data directory.
    Here(Box<Node>),
    /// On a server.
    There(Box<Connection>),
}

impl DataArgs {
    /// The directory.
    ///
    /// # Errors
    /// A server was named instead.
    pub fn here(&self) -> Result<&Path, Failure> {
        if self.url.is_none() && self.profile.is_none() {
            return Ok(&self.data);
        }
        Err(only_here())
    }

    /// The directory, opened.
    ///
    /// # Errors
    /// A server was named instead, or the directory is none.
    pub async fn open(&self) -> Result<Node, Failure> {
        Node::open(self.here()?).await
    }
}

/// What cannot be done over the network.
pub fn only_here() -> Failure {
    Failure::new("this cannot be done over the network: the config API does not offer it")
        .hint("run it beside the data directory, with --data DIR instead of --url or --profile")
}

impl PlaceArgs {
    /// Opens the place.
    ///
    /// # Errors
    /// A directory that is none; a server that nobody is logged in to, or that is not there.
    pub async fn open(&self) -> Result<Place, Failure> {
        match self.connection().await? {
            Some(connection) => Ok(Place::There(Box::new(connection))),
            None => Ok(Place::Here(Box::new(Node::open(&self.data).await?))),
        }
    }

    /// The data directory, opened: what is done there only.
    ///
    /// # Errors
    /// A server was named instead, or the directory is none.
    pub async fn here(&self) -> Result<Node, Failure> {
        if self.url.is_some() || self.profile.is_some() {
            return Err(only_here());
        }
        Node::open(&self.data).await
    }

    /// The server that is named, if one is.
    ///
    /// # Errors
    /// As [`PlaceArgs::open`].
    pub async fn connection(&self) -> Result<Option<Connection>, Failure> {
        let Some((target, keep)) = self.target()? else {
            return Ok(None);
        };
        Ok(Some(Connection::open(target, keep).await?))
    }

    fn target(&self) -> Result<Option<(Target, Option<Keep>)>, Failure> {
        if let Some(name) = &self.profile {
            let profiles = Profiles::at(self.profiles.as_deref())?;
            let profile = profiles.find(name)?;
            return Ok(Some(kept(profiles, name.clone(), &profile)));
        }
        let Some(url) = &self.url else {
            return match &self.profiles {
                None => Ok(None),
                Some(_) => Err(Failure::new("--profiles names a file and no profile")
                    .hint("add --profile NAME or --url URL")),
            };
        };
        let grant = match (&self.client.client_id, &self.token_file) {
            (Some(client_id), _) => self.client.grant(client_id)?,
            (None, Some(file)) => Grant::Token(token_in(file)?),
            (None, None) => {
                let profiles = Profiles::at(self.profiles.as_deref())?;
                let (name, mut profile) = profiles.find_for(url)?;
                self.client.add_to(&mut profile);
                return Ok(Some(kept(profiles, name, &profile)));
            }
        };
        let target = Target {
            url: url.clone(),
            ca_file: self.client.ca_file.clone(),
            certificate: self.client.certificate(),
            grant,
            scope: String::new(),
            kept: None,
        };
        Ok(Some((target, None)))
    }
}

/// A profile, whose new access tokens are kept in it.
fn kept(profiles: Profiles, name: String, profile: &Profile) -> (Target, Option<Keep>) {
    let client_id = profile.client_id.clone();
    let keep = move |token: &Token| profiles.keep_token(&name, &client_id, token);
    (profile.target(), Some(Arc::new(keep)))
}

fn token_in(file: &Path) -> Result<String, Failure> {
    let text = input::value_of(file)?;
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Failure::new(format!(
            "{} holds no access token",
            file.display()
        )));
    }
    Ok(text)
}

impl ClientArgs {
    /// Who calls: a certificate alone, or a secret from its file.
    ///
    /// # Errors
    /// Neither is named, or the file cannot be read.
    pub fn grant(&self, client_id: &str) -> Result<Grant, Failure> {
        let client_id = client_id.to_owned();
        match (&self.client_secret_file, self.certificate()) {
            (Some(file), _) => Ok(Grant::Secret {
                client_id,
                client_secret: input::value_of(file)?,
            }),
            (None, Some(_)) => Ok(Grant::Certificate { client_id }),
            (None, None) => Err(Failure::new("nothing proves that the caller is the client")
                .hint("add --client-secret-file FILE, or --cert-file FILE and --key-file FILE")),
        }
    }

    /// The certificate that is shown.
    pub fn certificate(&self) -> Option<ClientCertificate> {
        Some(ClientCertificate {
            cert_file: self.cert_file.clone()?,
            key_file: self.key_file.clone()?,
        })
    }

    /// What was typed goes before what a profile says.
    fn add_to(&self, profile: &mut Profile) {
        if self.ca_file.is_some() {
            profile.ca_file.clone_from(&self.ca_file);
        }
        if self.cert_file.is_some() {
            profile.cert_file.clone_from(&self.cert_file);
            profile.key_file.clone_from(&self.key_file);
            // A token may be bound to the other certificate.
            profile.token = None;
        }
    }
}
