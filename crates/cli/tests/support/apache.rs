//! A private Apache with `mod_auth_openidc`, a relying party that is not ours: in a
//! folder of its own, on a port of its own, ended when dropped.
//!
//! Not here: the system's Apache, which is neither read nor touched.

use std::{
    fs::{self, Permissions},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
};

use tempfile::TempDir;

use super::{
    home::Credentials,
    process::{Signal, descendants, send},
    wait::{LONG, until},
};

/// Where Debian puts it; that folder is not on everybody's path.
const PROGRAM: &str = "/usr/sbin/apache2";
const MODULES: &str = "/usr/lib/apache2/modules";

/// Who may see it: whoever is logged in. Says the person's name and the ID token.
const PROTECTED_PAGE: &str = "<!DOCTYPE html><title>Shop</title>\n\
    <h1>Welcome, <!--#echo var=\"OIDC_CLAIM_name\" --></h1>\n\
    <p id=\"id-token\"><!--#echo var=\"OIDC_id_token\" --></p>\n";

/// The program, where there is one with the module.
pub fn find_apache() -> Option<PathBuf> {
    let module = Path::new(MODULES).join("mod_auth_openidc.so");
    let program = PathBuf::from(PROGRAM);
    (program.is_file() && module.is_file()).then_some(program)
}

/// A site: `/app/` is for people who are logged in, `/bye.html` for everybody.
pub struct Apache {
    folder: TempDir,
    host: &'static str,
    port: u16,
    child: Option<Child>,
}

impl Apache {
    /// Its folder and a port that is free now. Clients are registered with
    /// addresses of it before it runs. `host` is how browsers call it.
    pub fn prepare(host: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Self {
            folder,
            host,
            port: listener.local_addr().unwrap().port(),
            child: None,
        }
    }

    /// URL of a path there.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.host, self.port)
    }

    /// Starts it as a relying party of that issuer, and waits until it listens.
    pub fn start(&mut self, program: &Path, issuer: &str, client: &Credentials) {
        let here = self.folder.path();
        for folder in ["site/app", "cache"] {
            fs::create_dir_all(here.join(folder)).unwrap();
        }
        fs::write(here.join("site/app/index.html"), PROTECTED_PAGE).unwrap();
        fs::write(here.join("site/bye.html"), "<h1>Bye</h1>").unwrap();
        // Started as root it works as somebody else.
        fs::set_permissions(here, Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(here.join("cache"), Permissions::from_mode(0o777)).unwrap();
        let configuration = here.join("apache.conf");
        let text = self.server_part() + &self.openidc_part(issuer, client);
        fs::write(&configuration, text).unwrap();
        // Without the environment: a proxy in it would get between the two.
        let mut child = Command::new(program)
            .args(["-D", "FOREGROUND", "-f"])
            .arg(&configuration)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let started = until("Apache listens or ends", LONG, || {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Some(true);
            }
            child.try_wait().unwrap().map(|_| false)
        });
        self.child = Some(child);
        assert!(started, "Apache ended: {:?}", self.text_of("error.log"));
    }

    fn server_part(&self) -> String {
        let here = self.folder.path().display();
        let modules = [
            "mpm_event",
            "authn_core",
            "authz_core",
            "authz_user",
            "dir",
            "include",
            "auth_openidc",
        ]
        .map(|name| format!("LoadModule {name}_module {MODULES}/mod_{name}.so\n"))
        .concat();
        format!(
            "{modules}\
             ServerRoot \"{here}\"\n\
             ServerName {host}\n\
             Listen 127.0.0.1:{port}\n\
             User www-data\n\
             Group www-data\n\
             StartServers 1\n\
             DefaultRuntimeDir \"{here}\"\n\
             PidFile \"{here}/pid\"\n\
             ErrorLog \"{here}/error.log\"\n\
             LogLevel warn auth_openidc:info\n\
             LogFormat \"%m %U%q %{{mod_auth_openidc_session}}C\" seen\n\
             CustomLog \"{here}/access.log\" seen\n\
             DocumentRoot \"{here}/site\"\n\
             <Directory \"{here}/site\">\n\
             Options +Includes\n\
             ForceType text/html\n\
             SetOutputFilter INCLUDES\n\
             Require all granted\n\
             </Directory>\n",
            host = self.host,
            port = self.port,
        )
    }

    /// What an operator of the module would write; the rest is as it comes.
    fn openidc_part(&self, issuer: &str, client: &Credentials) -> String {
        format!(
            "OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration\n\
             OIDCClientID {id}\n\
             OIDCClientSecret \"{secret}\"\n\
             OIDCRedirectURI {callback}\n\
             OIDCDefaultURL {app}\n\
             OIDCDefaultLoggedOutURL {bye}\n\
             OIDCCryptoPassphrase \"a passphrase of the test\"\n\
             OIDCScope \"openid profile\"\n\
             OIDCPassIDTokenAs claims serialized\n\
             OIDCSessionType server-cache\n\
             OIDCCacheType file\n\
             OIDCCacheDir \"{here}/cache\"\n\
             <Location \"/app\">\n\
             AuthType openid-connect\n\
             Require valid-user\n\
             </Location>\n",
            id = client.id,
            secret = client.secret,
            callback = self.url("/app/callback"),
            app = self.url("/app/"),
            bye = self.url("/bye.html"),
            here = self.folder.path().display(),
        )
    }

    /// Answered requests for an address that holds these words: method, address
    /// and the session cookie, or `-` where there was none.
    pub fn requests(&self, words: &str) -> Vec<String> {
        let log = self.text_of("access.log");
        let lines = log.lines().filter(|line| line.contains(words));
        lines.map(str::to_owned).collect()
    }

    fn text_of(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap_or_default()
    }
}

impl Drop for Apache {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        if thread::panicking() {
            eprintln!("--- Apache's requests and errors");
            eprintln!(
                "{}{}",
                self.text_of("access.log"),
                self.text_of("error.log")
            );
            // Nothing here may fail now, so nothing is waited for.
            for pid in descendants(child.id()) {
                send(pid, Signal::KILL);
            }
            let _ = child.kill();
            let _ = child.wait();
        } else {
            // In good order: it ends its children and gives back its locks.
            send(child.id(), Signal::TERM);
            until("Apache ends", LONG, || child.try_wait().unwrap());
        }
    }
}
