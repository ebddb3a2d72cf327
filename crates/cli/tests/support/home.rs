//! A data directory of its own, and the commands run on it.

use std::{
    io::Write as _,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    server::Server,
    wait::{LONG, until},
};

/// The binary under test.
pub const DURWARD: &str = env!("CARGO_BIN_EXE_durward");

/// Type of most scripts here.
pub const CIBA_TYPE: &str = "ciba_end_user_notification";

/// Redirect URI of [`Home::app`]; nobody listens there.
pub const REDIRECT_URI: &str = "http://127.0.0.1:9/cb";

/// How a command ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Standard error as JSON.
    pub fn error_json(&self) -> Value {
        serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Fails unless the command succeeded.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }
}

/// Runs the binary to its end.
pub fn durward(arguments: &[&str]) -> Ran {
    durward_with(arguments, "")
}

/// The same with something on standard input.
pub fn durward_with(arguments: &[&str], stdin: &str) -> Ran {
    let mut child = Command::new(DURWARD)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing closes its end first.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A client's credentials.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub id: String,
    pub secret: String,
}

/// A data directory; removed when dropped.
pub struct Home {
    folder: TempDir,
    port: u16,
    scheme: &'static str,
}

impl Home {
    /// As `durward init` makes it, on a port that is free now.
    pub fn new() -> Self {
        Self::with_scheme("http")
    }

    /// With an issuer of that scheme.
    pub fn with_scheme(scheme: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let home = Self {
            folder,
            port,
            scheme,
        };
        let (bind, issuer) = (format!("127.0.0.1:{port}"), home.issuer());
        home.run(&["init", "--bind", &bind, "--issuer", &issuer])
            .ok();
        home
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// How others reach the server.
    pub fn issuer(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.port)
    }

    /// URL under the base path.
    pub fn url(&self, path: &str) -> String {
        format!("{}/jans-auth/restv1{path}", self.issuer())
    }

    /// Runs a command on this directory.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    /// The same with something on standard input.
    pub fn run_with(&self, arguments: &[&str], stdin: &str) -> Ran {
        let data = self.data();
        let mut all = arguments.to_vec();
        all.extend(["--data", data.to_str().unwrap()]);
        durward_with(&all, stdin)
    }

    /// Writes a file beside the data directory.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Changes `durward.toml`.
    pub fn edit_toml(&self, change: impl FnOnce(String) -> String) {
        let path = self.data().join("durward.toml");
        let text = change(std::fs::read_to_string(&path).unwrap());
        std::fs::write(path, text).unwrap();
    }

    /// Sets a property of the live configuration.
    pub fn set(&self, property: &str, value: &str) {
        self.run(&["config", "set", property, value]).ok();
    }

    /// Adds a user with [`password_of`] and a device.
    pub fn user(&self, name: &str) {
        let device = format!("device-of-{name}");
        let arguments = [
            "user",
            "add",
            name,
            "--name",
            "A. Person",
            "--email",
            &format!("{name}@example.org"),
            "--device-registration-token",
            &device,
            "--password-stdin",
        ];
        self.run_with(&arguments, &password_of(name)).ok();
    }

    /// Adds a client.
    pub fn client(&self, metadata: &Value) -> Credentials {
        let answer = self
            .run_with(&["client", "add", "-"], &metadata.to_string())
            .ok()
            .json();
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Credentials {
            id: text("client_id"),
            secret: text("client_secret"),
        }
    }

    /// A client that may do everything, with opaque access tokens.
    pub fn app(&self) -> Credentials {
        self.client(&app_metadata(REDIRECT_URI))
    }

    /// Stores and enables a script.
    pub fn script(&self, name: &str, text: &str, more: &[&str]) -> Ran {
        let file = self.file(&format!("{name}.py"), text);
        let mut arguments = vec![
            "script",
            "put",
            file.to_str().unwrap(),
            "--type",
            CIBA_TYPE,
            "--name",
            name,
            "--enable",
        ];
        arguments.extend(more);
        self.run(&arguments)
    }

    /// What a script logged, oldest first.
    pub fn script_log(&self, name: &str) -> Vec<Value> {
        let arguments = ["script", "logs", name, "--last", "100000", "--json"];
        self.run(&arguments).ok().json().as_array().unwrap().clone()
    }

    /// The same, once there is what `enough` looks for: calls are written a moment after
    /// they were answered.
    pub fn script_log_with(&self, name: &str, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        until("the call is in the script's log", LONG, || {
            Some(self.script_log(name)).filter(|log| enough(log))
        })
    }

    /// Starts the server and waits until it serves.
    pub fn serve(&self) -> Server {
        Server::start(&self.data())
    }
}

/// Metadata of a client that may do everything.
pub fn app_metadata(redirect_uri: &str) -> Value {
    json!({
        "client_name": "Shop",
        "redirect_uris": [redirect_uri],
        "response_types": ["code"],
        "grant_types": [
            "authorization_code", "refresh_token", "client_credentials",
            "urn:openid:params:grant-type:ciba",
        ],
        "scope": "openid profile email orders",
        "access_token_as_jwt": false,
        "backchannel_token_delivery_mode": "poll",
    })
}

/// Password of a user that [`Home::user`] added.
pub fn password_of(name: &str) -> String {
    format!("the long password of {name}")
}

/// A file of the catalogue of sample scripts.
pub fn catalogue(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../catalog")
        .join(CIBA_TYPE)
        .join(name)
        .canonicalize()
        .unwrap()
}

/// A script of the notification type whose method has this body.
pub fn notifying(body: &str) -> String {
    let body = body.replace('\n', "\n        ");
    format!(
        "class EndUserNotification:\n    \
         def __init__(self, currentTimeMillis):\n        pass\n    \
         def init(self, customScript, configurationAttributes):\n        return True\n    \
         def destroy(self, configurationAttributes):\n        return True\n    \
         def getApiVersion(self):\n        return 11\n    \
         def notifyEndUser(self, context):\n        {body}\n"
    )
}
