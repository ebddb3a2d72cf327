//! The demonstration's data directory: made once, kept, adapted to the
//! addresses of each start.

use std::{
    fs,
    io::Write as _,
    net::{IpAddr, SocketAddr},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use durward_model::{
    client::grant_type,
    entropy::{new_id, new_secret},
};
use durward_protocol::configuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::script::NotificationScript;
use crate::{
    bootstrap,
    command::{client, config, init, user},
    failure::Failure,
    node::{Node, STORE_FILE},
    system::SystemEntropy,
};

/// Password of everybody in the demonstration.
pub const PASSWORD: &str = "durward-demo";

/// What the client asks for.
pub const SCOPE: &str = "openid profile email";

/// Name of the client.
pub const CLIENT_NAME: &str = "Corner Shop";

/// What the demonstration must remember, in the data directory.
const FILE: &str = "demo.json";

/// A made-up person.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Login name.
    pub username: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// E-mail address.
    pub email: &'static str,
    /// Device registration token.
    pub device: &'static str,
}

/// Who can sign in.
pub const PEOPLE: [Person; 2] = [ALICE, BOB];

/// Who is asked first.
pub const ALICE: Person = Person {
    username: "alice",
    name: "Alice Andersen",
    email: "alice@durward.example",
    device: "demo-phone",
};

/// Somebody else.
pub const BOB: Person = Person {
    username: "bob",
    name: "Bob Berger",
    email: "bob@durward.example",
    device: "demo-phone-of-bob",
};

/// Where the two listeners are.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    /// Of the server: `http`, or `https` where its directory has a certificate.
    pub scheme: &'static str,
    /// The server.
    pub server: SocketAddr,
    /// Shop, phone and push receiver.
    pub demo: SocketAddr,
}

impl Addresses {
    /// The server's issuer identifier.
    pub fn issuer(&self) -> String {
        let (scheme, host) = (self.scheme, host_of(self.server));
        format!("{scheme}://{host}:{}", self.server.port())
    }

    /// The demonstration's pages.
    pub fn pages(&self) -> String {
        format!("http://{}:{}", host_of(self.demo), self.demo.port())
    }

    fn push_url(&self) -> String {
        format!("http://{}/fcm/send", self.demo)
    }
}

/// Browsers keep cookies by host: links must name the same one everywhere.
fn host_of(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) if ip == std::net::Ipv4Addr::LOCALHOST => "localhost".to_owned(),
        IpAddr::V6(ip) => format!("[{ip}]"),
        IpAddr::V4(ip) => ip.to_string(),
    }
}

/// What is remembered between starts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Was everything made? If not, a start was interrupted.
    ready: bool,
    /// `client_id` of the shop.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Key that the push receiver wants.
    pub push_key: String,
}

/// A data directory that can be served.
pub struct Prepared {
    /// It, opened.
    pub node: Node,
    /// What is remembered.
    pub kept: Kept,
    /// Made just now?
    pub is_new: bool,
}

/// Makes the directory if need be and adapts it to `addresses`. `script`
/// replaces the notification script of an existing directory.
///
/// # Errors
/// A directory that is not the demonstration's; whatever making one fails with.
pub async fn prepare(
    data: &Path,
    addresses: &Addresses,
    script: Option<&NotificationScript>,
) -> Result<Prepared, Failure> {
    let kept = match read(data)? {
        Some(kept) if kept.ready => Some(kept),
        Some(_) => {
            clear_unfinished(data)?;
            None
        }
        None if fs::read_dir(data).is_ok_and(|mut entries| entries.next().is_some()) => {
            return Err(Failure::new(format!(
                "{} holds files that the demonstration did not make",
                data.display()
            ))
            .hint("choose another directory with --data"));
        }
        None => None,
    };
    let is_new = kept.is_none();
    let (node, kept) = match kept {
        Some(kept) => (Node::open(data).await?, kept),
        None => make(data, addresses).await?,
    };
    adapt(&node, addresses).await?;
    if is_new {
        let ours = NotificationScript::ours();
        script.unwrap_or(&ours).put(&node).await?;
    } else if let Some(script) = script {
        script.put(&node).await?;
    }
    write(data, &kept)?;
    Ok(Prepared {
        node,
        kept: Kept {
            ready: true,
            ..kept
        },
        is_new,
    })
}

/// Removes what an interrupted start of ours left: files of our making only.
fn clear_unfinished(data: &Path) -> Result<(), Failure> {
    let store = [
        STORE_FILE.to_owned(),
        format!("{STORE_FILE}-wal"),
        format!("{STORE_FILE}-shm"),
    ];
    let others = [bootstrap::FILE, "sealing.key", FILE].map(str::to_owned);
    for name in store.into_iter().chain(others) {
        match fs::remove_file(data.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

async fn make(data: &Path, addresses: &Addresses) -> Result<(Node, Kept), Failure> {
    let kept = Kept {
        ready: false,
        client_id: "corner-shop".to_owned(),
        client_secret: secret(),
        push_key: secret(),
    };
    fs::create_dir_all(data)?;
    store(data, &kept)?;
    drop(init::create(data, &addresses.server.to_string(), &addresses.issuer()).await?);
    let node = Node::open(data).await?;
    for person in PEOPLE {
        let new = user::NewUser {
            username: person.username.to_owned(),
            password: PASSWORD.to_owned(),
            name: Some(person.name.to_owned()),
            email: Some(person.email.to_owned()),
            device_registration_token: Some(person.device.to_owned()),
            user_code: None,
        };
        user::add(&node.provider, new).await?;
    }
    let metadata = json!({
        "client_id": kept.client_id,
        "client_secret": kept.client_secret,
        "client_name": CLIENT_NAME,
        "grant_types": [grant_type::CIBA, grant_type::REFRESH_TOKEN],
        "response_types": [],
        "scope": SCOPE,
        "token_endpoint_auth_method": "client_secret_basic",
        "backchannel_token_delivery_mode": "poll",
    });
    client::add(&node, metadata).await?;
    let key = "cibaEndUserNotificationConfig.notificationKey";
    config::change(&node, key, &kept.push_key).await?;
    Ok((node, kept))
}

/// Sets what depends on the addresses, where it differs.
///
/// # Errors
/// When the store fails.
pub async fn adapt(node: &Node, addresses: &Addresses) -> Result<(), Failure> {
    let issuer = addresses.issuer();
    let redirect_uri = format!("{issuer}/jans-auth/ciba/home.htm");
    let push_url = addresses.push_url();
    let wanted = [
        ("issuer", issuer.as_str()),
        ("backchannelRedirectUri", redirect_uri.as_str()),
        (
            "cibaEndUserNotificationConfig.notificationUrl",
            push_url.as_str(),
        ),
    ];
    for (property, value) in wanted {
        let live = node.provider.live();
        let now = configuration::find(&live.configuration, property)
            .map_err(|error| Failure::new(error.message))?;
        if now.as_str() != Some(value) {
            config::change(node, property, value).await?;
        }
    }
    let mut hosts = node
        .provider
        .live()
        .configuration
        .script_http
        .allowed_private_hosts
        .clone();
    let host = addresses.demo.to_string();
    if !hosts.contains(&host) {
        hosts.push(host);
        let hosts = serde_json::to_string(&hosts)?;
        config::change(node, "scriptHttp.allowedPrivateHosts", &hosts).await?;
    }
    Ok(())
}

fn secret() -> String {
    new_secret(&SystemEntropy)
}

/// A name that nothing else has.
pub fn unique() -> String {
    new_id(&SystemEntropy)
}

fn read(data: &Path) -> Result<Option<Kept>, Failure> {
    let path = data.join(FILE);
    match fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|error| {
            Failure::new(format!("{}: {error}", path.display()))
                .hint("choose another directory with --data")
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::new(format!("{}: {error}", path.display()))),
    }
}

/// Writes that everything is there.
fn write(data: &Path, kept: &Kept) -> Result<(), Failure> {
    if kept.ready {
        return Ok(());
    }
    store(
        data,
        &Kept {
            ready: true,
            ..kept.clone()
        },
    )
}

/// Readable by the owner only; whole or not at all.
fn store(data: &Path, kept: &Kept) -> Result<(), Failure> {
    let new = data.join("demo.json.new");
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&new)?;
    file.write_all(serde_json::to_string_pretty(kept)?.as_bytes())?;
    file.sync_all()?;
    Ok(fs::rename(new, data.join(FILE))?)
}
