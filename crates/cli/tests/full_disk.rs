//! A disk that is full: a save is refused with a clear error, what served goes on serving,
//! nothing is acknowledged that is not stored, nothing is there by half; and once there is
//! room, everything works again without a restart.
//!
//! Once with a limit on the size of files, which anybody may set, and once with a small file
//! system in memory. Where the system lets nobody mount one, the second says so by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
// How this test binary tells its other half what to do.
#![allow(clippy::disallowed_methods)]

#[path = "support/all.rs"]
mod support;

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use reqwest::Method;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use serde_json::{Value, json};
use support::{
    caller::{Answer, Caller, read},
    config_api::Api,
    home::{CIBA_TYPE, Credentials, DURWARD, Home, notifying},
    server::Server,
    visitor::{Visitor, authorize_url},
    wait::{LONG, until_async},
};
use tokio::runtime::Runtime;

/// Where the file system in memory is, for the half that runs on it.
const SMALL: &str = "DURWARD_TEST_SMALL_DISK";

/// Name of the scripts under test.
const NAME: &str = "notify";
const READER: &str = "reader";

/// A way to take the room away, and to give it back.
enum Disk {
    /// The server, and every command, may write no file beyond so many bytes.
    Limited,
    /// A file system of its own, and the file that fills it.
    Small(PathBuf),
}

impl Disk {
    /// What becomes the server: one that is not killed for its limit.
    fn server(&self, home: &Home) -> Server {
        Server::start_by(self.command("unlimited", &["serve"], home))
    }

    /// A command that runs under the limit in blocks, where that is the way.
    fn command(&self, blocks: &str, arguments: &[&str], home: &Home) -> Command {
        let mut command = Command::new("sh");
        let ignoring = "trap '' XFSZ; ulimit -f \"$0\"; exec \"$@\"";
        let blocks = if matches!(self, Self::Limited) {
            blocks
        } else {
            "unlimited"
        };
        command
            .args(["-c", ignoring, blocks, DURWARD])
            .args(arguments);
        command.arg("--data").arg(home.data());
        command
    }

    /// No room but for `bytes` more.
    fn fill(&self, server: &Server, home: &Home, bytes: u64) {
        match self {
            Self::Limited => {
                let log = home.data().join("durward.db-wal");
                let size = fs::metadata(log).map_or(0, |found| found.len());
                limit(server, Some(if bytes == 0 { 0 } else { size + bytes }));
            }
            Self::Small(filler) => {
                let mut file = File::create(filler).unwrap();
                while file.write_all(&[0; 4096]).is_ok() {}
                let size = file.metadata().unwrap().len();
                file.set_len(size - bytes.next_multiple_of(4096)).unwrap();
            }
        }
    }

    fn relieve(&self, server: &Server) {
        match self {
            Self::Limited => limit(server, None),
            Self::Small(filler) => fs::remove_file(filler).unwrap(),
        }
    }
}

fn limit(server: &Server, bytes: Option<u64>) {
    let pid = Pid::from_raw(i32::try_from(server.pid()).unwrap());
    let maximum = getrlimit(Resource::Fsize).maximum;
    let current = bytes.or(maximum);
    prlimit(pid, Resource::Fsize, Rlimit { current, maximum }).unwrap();
}

/// A notification script of that version, with so many bytes of comment.
fn notifying_as(version: &str, bytes: usize) -> String {
    let body = notifying(&format!("print('{version}')\nreturn True"));
    format!("{body}# {}\n", "x".repeat(bytes))
}

/// A script that is asked when a client reads what it registered: nothing is stored there.
const READING: &str = "\
class ClientRegistration:
    def __init__(self, currentTimeMillis):
        pass
    def init(self, customScript, configurationAttributes):
        return True
    def destroy(self, configurationAttributes):
        return True
    def getApiVersion(self):
        return 11
    def createClient(self, context):
        return True
    def updateClient(self, context):
        return True
    def modifyReadResponse(self, responseAsJsonObject, executionContext):
        responseAsJsonObject.put('served_by', 'the old one')
        return True
";

struct Stage {
    disk: Disk,
    home: Home,
    server: Server,
    caller: Caller,
    api: Api,
    app: Credentials,
    inum: String,
    /// A client that registered: where it reads itself, and with what.
    reads: (String, String),
}

impl Stage {
    async fn new(disk: Disk) -> Self {
        let home = Home::new();
        home.user("alice");
        home.set("dynamicRegistrationMode", "open");
        home.set("notificationFailure", "reject");
        home.set("backchannelPendingRequestsPerUser", "1000000");
        home.set("authorizationCodeLifetime", "900");
        home.set("accessTokenLifetime", "900");
        let app = home.app();
        home.file("refused.py", &large());
        let file = home.file("reader.py", READING);
        let put = ["script", "put", file.to_str().unwrap(), "--enable"];
        let more = ["--type", "client_registration", "--name", READER];
        home.run(&put.into_iter().chain(more).collect::<Vec<_>>())
            .ok();
        let server = disk.server(&home);
        let (caller, api) = (Caller::new(&home), Api::new(&home).await);
        let script = json!({
            "name": NAME, "scriptType": CIBA_TYPE, "enabled": true,
            "script": notifying_as("one", 0),
        });
        let inum = api.add_script(&script).await;
        let request = caller
            .request(Method::POST, &caller.url("/register"))
            .header("content-type", "application/json")
            .body(json!({ "redirect_uris": ["https://new.example/cb"] }).to_string());
        let answer = read(request).await.unwrap();
        assert_eq!(answer.status, 201, "{answer:?}");
        let reads = (
            answer.text("registration_client_uri"),
            answer.text("registration_access_token"),
        );
        let stage = Self {
            disk,
            home,
            server,
            caller,
            api,
            app,
            inum,
            reads,
        };
        stage.serves("one").await;
        stage
    }

    /// A notification reaches that version.
    async fn serves(&self, version: &str) {
        let line = json!([format!("info {version}")]);
        until_async("that version serves", LONG, || async {
            let answer = self.caller.ciba(&self.app, "alice", "W4SCT").await.unwrap();
            assert_eq!(answer.status, 200, "{answer:?}");
            let told = self.home.script_log(NAME);
            told.iter()
                .any(|entry| entry["lines"] == line)
                .then_some(())
        })
        .await;
    }

    async fn save(&self, text: &str) -> Answer {
        let script = json!({
            "inum": self.inum, "name": NAME, "scriptType": CIBA_TYPE, "enabled": true,
            "script": text,
        });
        self.api.put_script(&script).await.unwrap()
    }

    /// The script that serves where nothing has to be stored.
    async fn still_serves(&self) {
        let (url, token) = &self.reads;
        let request = self.caller.request(Method::GET, url).bearer_auth(token);
        let answer = read(request).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.text("served_by"), "the old one");
        let url = format!("{}/health/ready", self.caller.issuer());
        let ready = self.caller.get(&url).await.unwrap();
        assert_eq!(
            (ready.status, &ready.json()["brokenScripts"]),
            (200, &json!(0))
        );
    }

    fn shown(&self) -> Value {
        self.home
            .run(&["script", "show", NAME, "--json"])
            .ok()
            .json()
    }

    /// A save by the config API and one by the command line are refused, each with a
    /// sentence, and change nothing.
    async fn saves_are_refused(&self, room: u64) {
        let before = self.shown();
        let answer = self.save(&large()).await;
        assert_eq!(answer.status, 507, "with room for {room}: {answer:?}");
        assert_eq!(answer.error(), "insufficient_storage");
        let sentence = answer.text("error_description");
        assert!(
            sentence.contains("disk") && sentence.contains("nothing was changed"),
            "{sentence}"
        );
        // Written before the disk was full.
        let file = self.home.data().with_file_name("refused.py");
        let put = [
            "script",
            "put",
            file.to_str().unwrap(),
            "--name",
            NAME,
            "--type",
            CIBA_TYPE,
        ];
        let ran = self.disk.command("0", &put, &self.home).output().unwrap();
        let said = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(1), "{said}");
        assert!(
            said.contains("disk") && said.contains("nothing was changed"),
            "{said}"
        );
        assert!(said.contains("hint: make room"), "{said}");
        assert_eq!(self.shown(), before);
    }
}

/// A version for which there will be no room.
fn large() -> String {
    notifying_as("refused", 200_000)
}

/// Was it not done? Where failed saves left room in the log, small writes may still find some.
fn refused(answer: &Answer, disk: &Disk) -> bool {
    let refused = answer.status == 500;
    let may_fit = matches!(disk, Disk::Small(_)) && answer.status < 400;
    assert!(refused || may_fit, "{answer:?}");
    refused
}

async fn walk(disk: Disk) {
    let stage = Stage::new(disk).await;
    let (caller, app) = (&stage.caller, &stage.app);
    let mut visitor = Visitor::new(caller);
    let code = visitor.code_by_hand(app, "alice").await.unwrap();
    let tokens = caller.exchange(app, &code).await.unwrap();
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let unused = visitor.code(app).await.unwrap();
    let mut stranger = Visitor::new(caller);
    let page = stranger
        .open(&authorize_url(caller, app, "login"))
        .await
        .unwrap();

    // The room ends in the middle of a commit, at one place and another.
    for room in [60_000, 4_000, 1] {
        stage.disk.fill(&stage.server, &stage.home, room);
        stage.saves_are_refused(room).await;
        stage.still_serves().await;
        stage.disk.relieve(&stage.server);
    }
    stage.disk.fill(&stage.server, &stage.home, 0);
    stage.saves_are_refused(0).await;
    stage.still_serves().await;
    // What cannot be stored is not told as done, and what is told as done is stored.
    let not_done = |answer: &Answer| refused(answer, &stage.disk);
    let machine = caller.client_credentials(app).await.unwrap();
    if !not_done(&machine) {
        let token = machine.text("access_token");
        assert!(caller.is_active(app, &token).await.unwrap());
    }
    not_done(&caller.ciba(app, "alice", "W4SCT").await.unwrap());
    let refreshed = caller.refresh(app, &refresh).await.unwrap();
    let refresh = if not_done(&refreshed) {
        refresh
    } else {
        refreshed.text("refresh_token")
    };
    let unspent = not_done(&caller.exchange(app, &unused).await.unwrap());
    let fields = [("token", access.as_str())];
    let answer = caller.post("/revoke", Some(app), &fields).await.unwrap();
    let still_active = caller.is_active(app, &access).await.unwrap();
    assert_eq!(not_done(&answer), still_active);
    let typed = support::home::password_of("alice");
    let typed = [("username", "alice"), ("password", typed.as_str())];
    not_done(&stranger.press(&page, "login", &typed).await.unwrap());

    stage.disk.relieve(&stage.server);
    let answer = stage.save(&notifying_as("two", 200_000)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.json()["revision"],
        2,
        "a refused save left something"
    );
    stage.serves("two").await;
    assert_eq!(caller.refresh(app, &refresh).await.unwrap().status, 200);
    if unspent {
        let answer = caller.exchange(app, &unused).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    assert_eq!(caller.client_credentials(app).await.unwrap().status, 200);
    let page = stranger
        .open(&authorize_url(caller, app, "login"))
        .await
        .unwrap();
    assert!(stranger.press(&page, "login", &typed).await.unwrap().status < 400);
    let answer = caller.post("/revoke", Some(app), &fields).await.unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(!caller.is_active(app, &access).await.unwrap());
    let history = stage
        .home
        .run(&["script", "history", NAME, "--json"])
        .ok()
        .json();
    let mut revisions: Vec<i64> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["revision"].as_i64().unwrap())
        .collect();
    revisions.sort_unstable();
    assert_eq!(revisions, [1, 2]);
}

#[test]
fn nothing_is_half_when_files_may_not_grow() {
    Runtime::new().unwrap().block_on(walk(Disk::Limited));
}

/// Runs [`on_a_small_disk`] in a mount namespace of its own.
#[test]
fn nothing_is_half_when_the_disk_is_full() {
    let place = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=32m,mode=700 durward-test \"$0\" || exit 75; exec \"$@\"";
    let unshare = |program: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--map-root-user", "sh", "-c", mount]);
        command.arg(place.path()).args(program);
        command
    };
    if !unshare(&["true"])
        .output()
        .is_ok_and(|ran| ran.status.success())
    {
        println!(
            "skipped: nothing_is_half_when_the_disk_is_full: nobody may mount a file system here"
        );
        return;
    }
    let me = std::env::current_exe().unwrap();
    let mut command = unshare(&[me.to_str().unwrap(), "--ignored", "--exact", "--nocapture"]);
    let ran = command
        .arg("on_a_small_disk")
        .env("TMPDIR", place.path())
        .env(SMALL, place.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success() && said.contains("1 passed"),
        "{said}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

#[test]
#[ignore = "run by another test on a file system of its own"]
fn on_a_small_disk() {
    let place = std::env::var_os(SMALL).expect("run by another test only");
    let filler = Path::new(&place).join("filler");
    Runtime::new().unwrap().block_on(walk(Disk::Small(filler)));
}
