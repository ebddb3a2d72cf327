//! A data directory as the flows need it: three clients, one script, and users
//! whose password hash costs next to nothing, because hashing is meant to be
//! slow and would hide everything else.
//!
//! Clients, script and configuration go the way an administrator's would:
//! through the command line.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version, password_hash::SaltString};
use durward_model::{Timestamp, User, UserId};
use durward_store::{Change, SqliteStore, Store};
use serde_json::{Value, json};

use crate::{
    failure::{Failure, Result},
    process::{Process, free_port, output_of},
    walkers::{Kind, SCOPE, SECRET, Site, shop::REDIRECT_URI},
};

/// Everybody's password.
pub const PASSWORD: &str = "durward-bench";

/// Users `user-0` and on: one for each walker, so that no two share a login counter.
pub const USERS: usize = 64;

/// The notification script of the catalogue.
const SCRIPT: &str = include_str!("../../../catalog/ciba_end_user_notification/firebase.py");

/// Scripts of the catalogue that vet what the shop asks for in detail, with a property.
const DETAIL_SCRIPTS: [(&str, &str, &str); 2] = [
    (
        "payment_initiation",
        include_str!("../../../catalog/authz_detail/payment_initiation.py"),
        "maxAmount=1000",
    ),
    (
        "account_access",
        include_str!("../../../catalog/authz_detail/account_access.py"),
        "accounts=user-1=DE1",
    ),
];

/// A data directory and where its server will listen. Removed at the end.
#[derive(Debug)]
pub struct Prepared {
    durward: PathBuf,
    data: PathBuf,
    /// The port it listens on.
    pub port: u16,
}

impl Prepared {
    /// Makes one in `place`, which must not exist; pushes go to `push_url`.
    ///
    /// # Errors
    /// Whatever the command line refuses.
    pub async fn make(durward: &Path, place: &Path, push_url: &str) -> Result<Self> {
        let prepared = Self {
            durward: durward.to_owned(),
            data: place.to_owned(),
            port: free_port()?,
        };
        let (bind, issuer) = (prepared.bind(), format!("http://{}", prepared.bind()));
        prepared.run(&["init", "--bind", &bind, "--issuer", &issuer])?;
        for client in clients() {
            prepared.add_client(&client)?;
        }
        let host = push_url
            .trim_start_matches("http://")
            .split('/')
            .next()
            .unwrap_or_default();
        let hosts = json!([host]).to_string();
        let settings = [
            ("cibaEndUserNotificationConfig.notificationUrl", push_url),
            (
                "cibaEndUserNotificationConfig.notificationKey",
                "bench-push-key",
            ),
            ("scriptHttp.allowedPrivateHosts", &hosts),
            ("dynamicRegistrationMode", "open"),
            ("dynamicRegistrationQuota", "0"),
        ];
        for (property, value) in settings {
            prepared.run(&["config", "set", property, value])?;
        }
        prepared.put_script(
            "bench_notification",
            "ciba_end_user_notification",
            SCRIPT,
            &[],
        )?;
        for (name, text, property) in DETAIL_SCRIPTS {
            prepared.put_script(name, "authz_detail", text, &["--property", property])?;
        }
        add_users(&prepared.data.join("durward.db")).await?;
        Ok(prepared)
    }

    fn bind(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.durward);
        command.args(arguments).arg("--data").arg(&self.data);
        command
    }

    /// Runs a command on the directory.
    ///
    /// # Errors
    /// When it is refused.
    pub fn run(&self, arguments: &[&str]) -> Result<()> {
        output_of(&mut self.command(arguments)).map(drop)
    }

    /// Stores a script that serves, with further arguments of `script put`.
    ///
    /// # Errors
    /// When it is refused.
    pub fn put_script(&self, name: &str, kind: &str, text: &str, more: &[&str]) -> Result<()> {
        let file = self.data.join(format!("{name}.py"));
        fs::write(&file, text)?;
        let file = file.display().to_string();
        let mut put = vec!["script", "put", &file, "--type", kind, "--enable"];
        put.extend(more);
        self.run(&put)
    }

    /// Adds a client of this metadata.
    ///
    /// # Errors
    /// When it is refused.
    pub fn add_client(&self, metadata: &Value) -> Result<()> {
        let mut command = self.command(&["client", "add", "-"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(metadata.to_string().as_bytes())?;
        }
        let status = child.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::new("a client was refused"))
        }
    }

    /// Starts its server, with the log that it ships with, thrown away.
    ///
    /// # Errors
    /// When the binary is not there.
    pub fn serve(&self) -> Result<Process> {
        self.serve_as(&["serve"])
    }

    /// Starts another server on the same directory, which listens elsewhere.
    ///
    /// # Errors
    /// As [`Self::serve`].
    pub fn serve_also(&self, port: u16) -> Result<Process> {
        self.serve_as(&["serve", "--bind", &format!("127.0.0.1:{port}")])
    }

    fn serve_as(&self, arguments: &[&str]) -> Result<Process> {
        let mut command = self.command(arguments);
        Process::start(command.stdout(Stdio::null()).stderr(Stdio::null()))
    }

    /// Where it listens.
    ///
    /// # Errors
    /// Never: the address was made from a port.
    pub fn site(&self) -> Result<Site> {
        Ok(Site {
            address: self.bind().parse()?,
            kind: Kind::Durward,
        })
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        // What stays lies below the build directory.
        let _ = fs::remove_dir_all(&self.data);
    }
}

/// As `peer/peer.mjs` has them.
fn clients() -> [Value; 3] {
    let client = |id: &str, grant: &str, scope: &str| {
        json!({
            "client_id": id,
            "client_secret": SECRET,
            "client_name": id,
            "grant_types": [grant],
            "response_types": [],
            "scope": scope,
            "token_endpoint_auth_method": "client_secret_basic",
            "id_token_signed_response_alg": "ES256",
        })
    };
    let mut machine = client("machine", "client_credentials", "read");
    extend(
        &mut machine,
        json!({ "access_token_as_jwt": true, "access_token_signing_alg": "ES256" }),
    );
    let mut shop = client("shop", "authorization_code", SCOPE);
    extend(
        &mut shop,
        json!({
            "redirect_uris": [REDIRECT_URI], "response_types": ["code"], "access_token_as_jwt": false,
            "authorization_details_types": ["payment_initiation", "account_access"],
        }),
    );
    let mut till = client("till", "urn:openid:params:grant-type:ciba", SCOPE);
    extend(
        &mut till,
        json!({
            "backchannel_token_delivery_mode": "poll", "access_token_as_jwt": false,
        }),
    );
    [machine, shop, till]
}

fn extend(client: &mut Value, more: Value) {
    if let (Value::Object(client), Value::Object(more)) = (client, more) {
        client.extend(more);
    }
}

async fn add_users(file: &Path) -> Result<()> {
    let hash = cheap_hash(PASSWORD)?;
    let user = |number: usize| User {
        id: UserId::new(format!("bench-user-{number}")),
        username: format!("user-{number}"),
        password_hash: Some(hash.clone()),
        name: Some(format!("User {number}")),
        email: Some(format!("user-{number}@shop.example")),
        email_verified: false,
        claims: serde_json::Map::new(),
        device_registration_token: Some(format!("phone-{number}")),
        user_code_hash: None,
        disabled: false,
        created_at: Timestamp::from_ms(0),
    };
    let changes = (0..USERS)
        .map(|number| Change::insert(&user(number)))
        .collect();
    let store: &dyn Store = &SqliteStore::open(file)?;
    Ok(store.apply(changes).await?)
}

/// Argon2id at its least: 8 KiB, one pass.
fn cheap_hash(password: &str) -> Result<String> {
    let named = |error: &dyn std::fmt::Display| Failure::new(error.to_string());
    let params = Params::new(Params::MIN_M_COST, 1, 1, None).map_err(|error| named(&error))?;
    let salt = SaltString::encode_b64(b"durward-bench-salt").map_err(|error| named(&error))?;
    let hash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password(password.as_bytes(), &salt)
        .map_err(|error| named(&error))?;
    Ok(hash.to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_hash_is_of_least_cost() {
        assert!(
            cheap_hash("x")
                .unwrap()
                .starts_with("$argon2id$v=19$m=8,t=1,p=1$")
        );
    }
}
