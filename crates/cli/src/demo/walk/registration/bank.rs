//! The bank of the walk: its server in this process, its keys, and the directory beside it.

use std::{fs, io::Write as _, net::SocketAddr, path::Path, sync::Arc};

use durward_directory::{Counts, Directory, Identity, Software};
use durward_model::script::ScriptProperty;
use durward_protocol::{script_keeping::Draft, script_log::reading::LoggedCall};
use durward_script::types::client_registration::CONTRACT;
use serde_json::{Map, Value, json};

use crate::{
    bootstrap,
    command::{self, config, init},
    demo::{
        caller::Caller,
        setup::Addresses,
        walk::{Server, free_address, report::Report, script_log},
    },
    failure::Failure,
    node::Node,
    system::{SystemClock, SystemEntropy, operator},
};

/// Name of the script.
const NAME: &str = "open_banking";

const SCRIPT: &str = include_str!("../../../../../../catalog/client_registration/open_banking.py");

/// Everything on the bank's side, and the third party.
pub(super) struct Bank {
    node: Node,
    server: Server,
    directory: Directory,
    /// The third party.
    pub tpp: Software,
}

fn failure(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}

impl Bank {
    /// Makes and starts all of it.
    ///
    /// # Errors
    /// Whatever keeps it from starting.
    pub async fn open(data: &Path) -> Result<Self, Failure> {
        let directory = Directory::start(Arc::new(SystemClock), Arc::new(SystemEntropy));
        let directory = directory.await.map_err(failure)?;
        let callback = ["https://tpp.example/callback"];
        let bank = directory.enrol("durward-bank", "org-durward", &["ASPSP"], &[]);
        let bank = bank.map_err(failure)?;
        let tpp = directory.enrol("clever-budget", "org-clever", &["AISP"], &callback);
        let tpp = tpp.map_err(failure)?;

        let address: SocketAddr = free_address().await?;
        let addresses = Addresses {
            scheme: "https",
            server: address,
            demo: address,
        };
        drop(init::create(data, &address.to_string(), &addresses.issuer()).await?);
        let properties = equip(data, &directory, &bank, free_address().await?)?;
        let node = Node::open(data).await?;
        configure(&node, &directory).await?;
        put(&node, properties).await?;
        let server = Server::start(data, &node, addresses).await?;
        Ok(Self {
            node,
            server,
            directory,
            tpp,
        })
    }

    /// Stops the server.
    pub async fn close(self) {
        self.server.stop().await;
    }

    /// The bank's issuer identifier.
    pub fn issuer(&self) -> String {
        self.server.addresses.issuer()
    }

    /// Where the directory is.
    pub fn directory_host(&self) -> String {
        let [matls, _] = self.directory.hosts();
        format!("https://{matls}")
    }

    /// A caller whom the bank sees with this certificate, or without any.
    ///
    /// # Errors
    /// When the TLS library cannot be started.
    pub fn caller(&self, shown: Option<&Identity>) -> Result<Caller, Failure> {
        Caller::over_tls(self.directory.authority_pem(), shown)
    }

    /// A certificate of the same organisation, for other software.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn certificate_of_others(&self) -> Result<Identity, Failure> {
        let made = self.directory.transport("another-app", &self.tpp.org_id);
        made.map_err(failure)
    }

    /// A statement about the third party.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn statement(&self, claims: &Map<String, Value>) -> Result<String, Failure> {
        self.directory
            .statement_with(&self.tpp, claims)
            .map_err(failure)
    }

    /// The directory approves of the third party no longer.
    pub fn deactivate(&self) {
        self.directory.set_active(&self.tpp.software_id, false);
    }

    /// What the directory was asked so far.
    pub fn counts(&self) -> Counts {
        self.directory.counts()
    }

    /// Checks it.
    pub fn seen(&self, report: &mut Report, what: &str, wanted: &Counts) {
        let counts = self.counts();
        report.check(what, counts == *wanted, || {
            format!("expected: {wanted:?}\ngot:      {counts:?}")
        });
    }

    /// What the script logged.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn script_log(&self) -> Result<Vec<LoggedCall>, Failure> {
        let store = &self.node.provider.store;
        let Some(kept) = store.find_script_by_name(NAME).await? else {
            return Ok(Vec::new());
        };
        Ok(script_log::settled(&**store, &kept.inum).await?)
    }
}

/// Keys into the data directory, and a word about them into durward.toml: the bank's own, its
/// server's, and whose certificates are asked for at `asking`.
fn equip(
    data: &Path,
    directory: &Directory,
    bank: &Software,
    asking: SocketAddr,
) -> Result<Vec<(&'static str, String)>, Failure> {
    let keys = data.join("keys");
    fs::create_dir(&keys)?;
    fs::write(keys.join("authority.pem"), directory.authority_pem())?;
    let equipment = directory.equip(bank, &keys).map_err(failure)?;
    let own = directory.server().map_err(failure)?;
    fs::write(keys.join("server.pem"), own.certificate_pem)?;
    fs::write(keys.join("server.key"), own.key_pem)?;
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(data.join(bootstrap::FILE))?;
    write!(
        file,
        "\n[tls]\ncertificate = \"keys/server.pem\"\nkey = \"keys/server.key\"\n\n\
         [mtls]\nbind = \"{asking}\"\nclient_ca = \"keys/authority.pem\"\n\n\
         [outgoing]\ntrust = [\"keys/authority.pem\"]\n\n[key_stores]\ndirectories = [\"keys\"]\n",
    )?;
    Ok(equipment.properties)
}

async fn configure(node: &Node, directory: &Directory) -> Result<(), Failure> {
    let hosts = json!(directory.hosts()).to_string();
    for (property, value) in [
        ("scriptHttp.allowedPrivateHosts", hosts.as_str()),
        ("remoteDocumentHttp.allowedPrivateHosts", &hosts),
        ("dynamicRegistrationMode", "mtls"),
        ("softwareStatementValidationType", "script"),
        (
            "grantTypesSupportedByDynamicRegistration",
            r#"["authorization_code","client_credentials"]"#,
        ),
        ("scopesSupported", r#"["openid","accounts","payments"]"#),
    ] {
        config::change(node, property, value).await?;
    }
    Ok(())
}

async fn put(node: &Node, properties: Vec<(&'static str, String)>) -> Result<(), Failure> {
    let property = |(name, value): (&str, String)| ScriptProperty {
        value1: name.to_owned(),
        value2: value,
        ..ScriptProperty::default()
    };
    let draft = Draft {
        name: NAME.to_owned(),
        description: "Demonstration: Open Banking".to_owned(),
        script_type: CONTRACT.name.to_owned(),
        programming_language: String::new(),
        text: SCRIPT.to_owned(),
        level: 1,
        enabled: true,
        module_properties: vec![property(("python", "auto".to_owned()))],
        configuration_properties: properties.into_iter().map(property).collect(),
    };
    let engine = node.engine()?;
    command::script::keeper(node, &engine, &operator(), None)
        .save(draft)
        .await?;
    Ok(())
}
