//! Jans's command line through the whole binary, against a server over TLS; among it the
//! command of the page that this came from, as it stands there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

#[path = "support/all.rs"]
mod support;

use std::{
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair,
};
use serde_json::{Value, json};
use support::{
    home::{DURWARD, Home, Ran, durward, notifying},
    second_listener::SecondListener,
    server::Server,
};
use tempfile::TempDir;

const SCOPE: &str = "https://jans.io/oauth/config/scripts.write \
    https://jans.io/oauth/config/scripts.delete \
    https://jans.io/oauth/jans-auth-server/config/properties.write";

const REGISTERING: &str = "class ClientRegistration:
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis
    def init(self, customScript, configurationAttributes):
        if (not configurationAttributes.containsKey(\"keyId\")):
            print \"Client registration. Initialization. Property keyId is not specified\"
            return False
        return True
    def destroy(self, configurationAttributes):
        return True
    def getApiVersion(self):
        return 11
    def createClient(self, context):
        return True
    def updateClient(self, context):
        return True
";

/// A server over TLS that asks for certificates on a second listener, a client that has one
/// and a secret of another, and a folder to stand in.
struct Place {
    home: Home,
    folder: TempDir,
    client: support::home::Credentials,
    _server: Server,
}

impl Place {
    fn new() -> Self {
        let home = Home::with_scheme("https");
        let (ca, certificate, key) = certified("jans_cli_client");
        SecondListener::add(&home, &ca);
        let folder = tempfile::tempdir().unwrap();
        let client = home.client(&json!({
            "client_name": "Pipeline", "grant_types": ["client_credentials"],
            "response_types": [], "scope": SCOPE,
        }));
        home.client(&json!({
            "client_id": "jans_cli_client", "client_name": "Terminal",
            "grant_types": ["client_credentials"], "response_types": [], "scope": SCOPE,
            "token_endpoint_auth_method": "tls_client_auth",
            "tls_client_auth_subject_dn": "CN=jans_cli_client",
        }));
        let server = home.serve();
        let place = Self {
            home,
            folder,
            client,
            _server: server,
        };
        place.write("jans_cli_client.crt", &certificate);
        place.write("jans_cli_client.key", &key);
        place.write("secret", &place.client.secret);
        symlink(DURWARD, place.path("jans-cli")).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn host(&self) -> String {
        self.home.issuer().trim_start_matches("https://").to_owned()
    }

    fn authority(&self) -> PathBuf {
        self.home.data().join("server.pem")
    }

    /// Called `jans-cli`, in the folder; host and trust are the environment's.
    fn jans_cli(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(self.path("jans-cli"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("jans_host", self.host())
            .env("SSL_CERT_FILE", self.authority())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        ran(output)
    }

    /// Called `durward jans-cli`, as a client with a secret.
    fn call(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(DURWARD)
            .args(["jans-cli", "--host", &self.host()])
            .args(["--client-id", &self.client.id])
            .args(["--client-secret-file", "secret", "--ca-file"])
            .arg(self.authority())
            .args(arguments)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        ran(output)
    }
}

fn ran(output: std::process::Output) -> Ran {
    Ran {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// An authority, and a certificate of it with its key.
fn certified(name: &str) -> (String, String, String) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &ca).unwrap();
    (ca.pem(), certificate.pem(), key.serialize_pem())
}

fn registration_json() -> String {
    json!({
        "name": "client_registration", "description": "Vets registrations.",
        "scriptType": "CLIENT_REGISTRATION", "programmingLanguage": "PYTHON",
        "script": "_file registration.py", "enabled": true, "level": 1,
        "moduleProperties": [{ "value1": "location_type", "value2": "db" }],
        "configurationProperties": [
            { "value1": "keyId", "value2": "XkwIzWy44xWSlcWnMiEc8iq9s2G", "hide": false },
            { "value1": "trustKeyStorePassword", "value2": "abcdefg", "hide": true },
        ],
    })
    .to_string()
}

/// The words after the program's name, of the command on the page.
fn command_of(page: &str) -> Vec<String> {
    let start = page.find("--operation-id post-config-scripts").unwrap();
    let mut words = Vec::new();
    for line in page[start..].lines() {
        words.extend(
            line.trim_end_matches('\\')
                .split_whitespace()
                .map(str::to_owned),
        );
        if !line.ends_with('\\') {
            break;
        }
    }
    words
}

#[test]
fn the_command_of_the_published_page_runs_as_it_stands_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/seeds/004_2558deca9132007a.txt");
    let Ok(page) = std::fs::read_to_string(&path) else {
        println!(
            "skipped the_command_of_the_published_page_runs_as_it_stands_there: {} is not there",
            path.display()
        );
        return;
    };
    assert!(page.contains("use --info CustomScripts"));
    let command = command_of(&page);
    assert_eq!(command.len(), 8, "{command:?}");
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    registers(&words);
}

/// The same in our words: who calls is said by a certificate, and the data are where the
/// person stands.
#[test]
fn a_certificate_is_enough() {
    registers(&[
        "--data",
        "/clientregistration.json",
        "-CC=jans_cli_client.crt",
        "-CK",
        "jans_cli_client.key",
        "--operation-id",
        "post-config-scripts",
    ]);
}

fn registers(command: &[&str]) {
    let place = Place::new();
    place.write("registration.py", REGISTERING);
    place.write("clientregistration.json", &registration_json());
    let made = place.jans_cli(command).ok();
    let script = made.json();
    assert_eq!(script["script"], REGISTERING);
    assert_eq!(script["configurationProperties"][1]["value2"], "********");
    assert!(made.stderr.contains("Server Response:"), "{made:?}");
    assert!(
        made.stderr
            .contains("note: there is no /clientregistration.json"),
        "{made:?}"
    );
    let shown = ["script", "show", "client_registration", "--json"];
    assert_eq!(place.home.run(&shown).ok().json()["enabled"], true);
    let history = ["script", "history", "client_registration", "--json"];
    let history = place.home.run(&history).ok().json();
    assert_eq!(history[0]["author"], "client:jans_cli_client");
    // Two files that are one, and a key that is none of the certificate's.
    let both = ["jans_cli_client.crt", "jans_cli_client.key"];
    let both = both.map(|name| std::fs::read_to_string(place.path(name)).unwrap());
    place.write("both.pem", &both.concat());
    let find = [
        "--operation-id",
        "get-custom-script-by-name",
        "--url-suffix",
        "name:client_registration",
    ];
    let with = |more: &[&str]| place.jans_cli(&[&find[..], more].concat());
    assert_eq!(
        with(&["--cert-file", "both.pem"]).ok().json()["inum"],
        script["inum"]
    );
    place.write("other.key", &KeyPair::generate().unwrap().serialize_pem());
    let wrong = with(&[
        "--cert-file",
        "jans_cli_client.crt",
        "--key-file",
        "other.key",
    ]);
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    let other = with(&["--cert-file", "both.pem", "--client-id", "somebody"]);
    assert_eq!(other.code, Some(1), "{other:?}");
}

#[test]
fn a_task_lists_its_operations() {
    let told = durward(&["jans-cli", "--info", "CustomScripts"]).ok();
    insta::assert_snapshot!("info_custom_scripts", told.stdout);
    for name in ["Custom Scripts", "customscripts"] {
        assert_eq!(
            durward(&["jans-cli", "--info", name]).ok().stdout,
            told.stdout
        );
    }
    // As the command line of 2022 had them, and as today's has.
    for name in [
        "OAuthOpenIDConnectClients",
        "OauthOpenidConnectClients",
        "ConfigurationJWKJSONWebKeyJWK",
    ] {
        durward(&["jans-cli", "--info", name]).ok();
    }
    let wrong = durward(&["jans-cli", "--info", "Nothing"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("CustomScripts, "), "{wrong:?}");
    let listed = durward(&["--json", "jans-cli", "--info", "CustomScripts"])
        .ok()
        .json();
    assert_eq!(listed[1]["operationId"], "post-config-scripts");
}

#[test]
fn schemas_tell_of_their_members_and_have_samples() {
    let schema = durward(&["jans-cli", "--schema", "CustomScript"]).ok();
    insta::assert_snapshot!("schema_custom_script", schema.stdout);
    let sample = durward(&["jans-cli", "--schema-sample", "CustomScript"]).ok();
    insta::assert_snapshot!("sample_custom_script", sample.stdout);
    // Under that spelling `--schema` printed samples.
    let old = ["jans-cli", "--schema", "/components/schemas/CustomScript"];
    assert_eq!(durward(&old).ok().stdout, sample.stdout);
    let patch = durward(&["jans-cli", "--schema-sample", "PatchRequest"]).ok();
    assert_eq!(patch.json()["op"], "replace");
    let client = durward(&["jans-cli", "--schema-sample", "Client"])
        .ok()
        .json();
    assert_eq!(client["disabled"], false);
    assert!(client.get("dn").is_none(), "{client}");
    let wrong = durward(&["jans-cli", "--schema", "Nothing"]);
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
}

#[test]
fn a_script_lives_and_dies() {
    let place = Place::new();
    // A sample can be sent as it is printed.
    let sample = durward(&["jans-cli", "--schema-sample", "CustomScript"]).ok();
    place.write("sample.json", &sample.stdout);
    place.write("script.py", REGISTERING);
    let post = [
        "--operation-id",
        "post-config-scripts",
        "--data",
        "sample.json",
    ];
    let made = place.call(&post).ok();
    // In the server's order, not sorted.
    assert!(made.stdout.starts_with("{\n  \"dn\": \"inum="), "{made:?}");
    let made = made.json();
    let inum = made["inum"].as_str().unwrap();
    let suffix = format!("inum:{inum}");

    let list = [
        "--operation-id",
        "get-config-scripts",
        "--endpoint-args",
        "limit:1,pattern:REG",
    ];
    assert_eq!(place.call(&list).ok().json()["entries"][0]["inum"], inum);
    let of_type = [
        "--operation-id",
        "get-config-scripts-by-type",
        "--url-suffix",
        "type:CLIENT_REGISTRATION,limit:5",
    ];
    assert_eq!(place.call(&of_type).ok().json()["entriesCount"], 1);

    let mut changed = made.clone();
    changed["level"] = json!(7);
    let text = changed.to_string();
    let put = ["--operation-id", "put-config-scripts", "--data", &text];
    assert_eq!(place.call(&put).ok().json()["level"], 7);

    let patch = [
        "--operation-id",
        "patch-config-scripts-by-inum",
        "--url-suffix",
        &suffix,
    ];
    let patched = |more: &[&str]| place.call(&[&patch[..], more].concat()).ok().json();
    assert_eq!(patched(&["--patch-replace", "level:9"])["level"], 9);
    assert_eq!(
        patched(&["--patch-add", r"description:a\: b"])["description"],
        "a: b"
    );
    let hidden = r#"{"value1":"k","value2":"v","hide":true}"#.replace(':', r"\:");
    let added = format!("configurationProperties/-:{hidden}");
    assert_eq!(
        patched(&["--patch-add", &added])["configurationProperties"][1]["hide"],
        true
    );
    let removed = patched(&["--patch-remove", "configurationProperties/1"]);
    assert_eq!(
        removed["configurationProperties"].as_array().unwrap().len(),
        1
    );
    let from_file = r#"[{"op":"replace","path":"enabled","value":true}]"#;
    assert_eq!(patched(&["--data", from_file])["enabled"], true);

    let delete = [
        "--operation-id",
        "delete-config-scripts-by-inum",
        "--url-suffix",
        &suffix,
    ];
    assert_eq!(
        place.call(&delete).ok().stdout,
        "Object was successfully deleted.\n"
    );
    let find = [
        "--operation-id",
        "get-config-scripts-by-inum",
        "--url-suffix",
        &suffix,
    ];
    let missing = place.call(&find);
    assert_eq!(missing.code, Some(1));
    assert_eq!(missing.json()["error"], "not_found");
    assert!(
        missing.stderr.contains("Server returned 404"),
        "{missing:?}"
    );
}

#[test]
fn what_the_server_refuses_is_said_and_is_a_failure() {
    let place = Place::new();
    let script = |text: &str| json!({ "name": "broken", "scriptType": "ciba_end_user_notification", "script": text });
    let broken = script("x = 1\ny = = 2\n").to_string();
    let post = ["--operation-id", "post-config-scripts", "--data", &broken];
    let refused = place.call(&post);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert_eq!(refused.json()["errors"][0]["line"], 2);
    assert!(
        refused
            .stderr
            .contains("Server returned 400: script, line 2, column "),
        "{refused:?}"
    );
    // The mask that stands twice is the administrator's own mistake, seen before it is sent.
    let twice = r#"{"name":"a","name":"b"}"#;
    let post = ["--operation-id", "post-config-scripts", "--data", twice];
    let refused = place.call(&post);
    assert!(
        refused.stderr.contains("\"name\" appears twice"),
        "{refused:?}"
    );
    let unlisted = ["--operation-id", "get-oauth-openid-clients"];
    let refused = place.call(&unlisted);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.stderr.contains("openid/clients.readonly"),
        "{refused:?}"
    );
}

#[test]
fn tokens_are_printed_and_taken() {
    let place = Place::new();
    let token = place.call(&["--output-access-token"]).ok().stdout;
    place.write("token", &token);
    let types = ["--operation-id", "get-custom-script-type", "--access-token"];
    let with = |token: &str| place.jans_cli(&[&types[..], &[token]].concat());
    let told = with("token").ok();
    assert!(!told.stderr.contains("Getting access token"), "{told:?}");
    assert_eq!(with(token.trim()).ok().stdout, told.stdout);
    assert_eq!(with("no-token").code, Some(1));
    // The configuration, by the type that its property has.
    let patch = [
        "--operation-id",
        "patch-properties",
        "--patch-replace",
        "accessTokenLifetime:77",
    ];
    assert_eq!(place.call(&patch).ok().json()["accessTokenLifetime"], 77);
    // Without anybody's trust in it, the server's certificate is none.
    let untrusted = Command::new(DURWARD)
        .args(["jans-cli", "--host", &place.host(), "--access-token", "x"])
        .args(["--operation-id", "get-config-scripts"])
        .output()
        .unwrap();
    let untrusted = ran(untrusted);
    assert_eq!(untrusted.code, Some(1));
    assert!(untrusted.stderr.contains("--ca-file"), "{untrusted:?}");
}

#[test]
fn what_makes_no_sense_is_refused_before_anybody_is_called() {
    for (line, said) in [
        (
            "-noverify --info CustomScripts",
            "certificates are always checked",
        ),
        ("--key-password x --info CustomScripts", "openssl pkey"),
        (
            "--username admin --password x --info CustomScripts",
            "nobody's password",
        ),
        ("-j file --info CustomScripts", "nobody's password"),
        ("-scim --info User", "config API"),
        (
            "--operation-id nothing",
            "No Operation ID nothing was found.",
        ),
        (
            "--operation-id get-config-scripts-by-inum",
            "url-suffix inum",
        ),
        (
            "--operation-id get-config-scripts-by-inum --url-suffix inum",
            "no colon",
        ),
        (
            "--operation-id get-config-scripts --endpoint-args fieldValuePair:a",
            "no 'fieldValuePair'",
        ),
        (
            "--operation-id post-config-scripts",
            "--schema-sample CustomScript",
        ),
        (
            "--operation-id get-config-scripts --data {}",
            "takes no --data",
        ),
        (
            "--operation-id get-config-scripts --patch-remove a",
            "takes no patch",
        ),
        ("--operation-id get-config-scripts --host h", "who calls?"),
        ("--operation-id get-config-scripts", "which server?"),
        (
            "--operation-id get-config-scripts --host h --client-secret s",
            "whose secret",
        ),
        (
            "--operation-id get-config-scripts --host h --key-file k",
            "--cert-file",
        ),
        (
            "--patch-add a:b --data x --operation-id patch-properties",
            "cannot be used with",
        ),
        ("", "--info TASK"),
    ] {
        let mut words = vec!["jans-cli"];
        words.extend(line.split_whitespace());
        let ran = durward(&words);
        assert_eq!(ran.code, Some(2), "{line}: {ran:?}");
        assert!(ran.stderr.contains(said), "{line}: {ran:?}");
    }
    // Called by Jans's name it is the same program.
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("jans-cli");
    symlink(DURWARD, &name).unwrap();
    let info = Command::new(&name)
        .args(["--info", "OAuthScopes"])
        .output()
        .unwrap();
    let info: Value = Value::from(ran(info).ok().stdout);
    assert!(
        info.as_str()
            .unwrap()
            .contains("Operation ID: get-oauth-scopes"),
        "{info}"
    );
}

#[test]
fn a_notification_script_comes_from_standard_input() {
    let place = Place::new();
    let data = json!({
        "name": "notify", "scriptType": "ciba_end_user_notification", "enabled": true,
        "script": notifying("return True"),
    });
    let mut child = Command::new(DURWARD)
        .args(["jans-cli", "--host", &place.home.issuer(), "--ca-file"])
        .arg(place.authority())
        .args([
            "--client-id",
            &place.client.id,
            "--client_secret",
            &place.client.secret,
        ])
        .args(["--operation-id", "post-config-scripts", "--data", "-"])
        .args(["--endpoint-args", "message:from a pipe"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(
        &mut child.stdin.take().unwrap(),
        data.to_string().as_bytes(),
    )
    .unwrap();
    ran(child.wait_with_output().unwrap()).ok();
    let history = ["script", "history", "notify", "--json"];
    assert_eq!(
        place.home.run(&history).ok().json()[0]["message"],
        "from a pipe"
    );
}
