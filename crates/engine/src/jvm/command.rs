//! How a JVM is started: its flags, a directory for its socket, the wait until it listens.
//!
//! Not here: keeping it running.

use std::{
    ffi::OsString,
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, ChildStderr, ChildStdin, Command},
    time::timeout,
};

use crate::HostCommand;

/// How long a JVM may take until it listens.
const START: Duration = Duration::from_secs(30);

/// Flags of every JVM. A script's own process could not be smaller or start faster
/// with the compilers that optimise for hours of load.
const FLAGS: &[&str] = &[
    // What a JVM says to standard output would be mistaken for its readiness.
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xms16m",
    "-XX:MinHeapFreeRatio=20",
    "-XX:MaxHeapFreeRatio=50",
    "-XX:ReservedCodeCacheSize=64m",
    "-XX:MaxMetaspaceSize=192m",
    "-XX:MaxDirectMemorySize=16m",
    // Files and doors that nobody is to find.
    "-XX:-UsePerfData",
    "-XX:+DisableAttachMechanism",
    "-XX:-CreateCoredumpOnCrash",
    "-XX:ErrorFile=/dev/null",
    "-Djava.security.manager=allow",
    "-Duser.timezone=UTC",
    "-Dfile.encoding=UTF-8",
    "-Duser.language=en",
];

/// How to start a JVM host.
#[derive(Debug, Clone)]
pub struct JvmCommand {
    /// Program that confines itself and then becomes what its arguments name; the JVM is
    /// started directly without one.
    pub launcher: Option<HostCommand>,
    /// Absolute path of `java`.
    pub java: PathBuf,
    /// Absolute path of the host's jar. An archive of classes (`.jsa`) of the same name
    /// beside it is used if there is one.
    pub jar: PathBuf,
    /// Directories whose jars scripts may use.
    pub libs: Vec<PathBuf>,
    /// Whether scripts may open sockets themselves.
    pub network: bool,
    /// Largest heap, mebibytes.
    pub heap_mib: u32,
    /// Where a directory for the socket is made. The whole path has to be short: a socket's
    /// name has at most 107 bytes.
    pub run_directory: PathBuf,
    /// How long it runs on when nobody uses it.
    pub idle: Duration,
    /// How long loading a script may take, however short its calls must be: the JVM's
    /// compiler may have to warm up first.
    pub loading: Duration,
}

/// A JVM that listens.
pub(super) struct Started {
    pub(super) child: Child,
    /// Its end ends the JVM.
    pub(super) stdin: Option<ChildStdin>,
    pub(super) directory: Directory,
}

impl JvmCommand {
    /// Long enough for the slowest machine to load a script.
    pub const LOADING: Duration = Duration::from_secs(30);

    /// Starts the JVM and waits until it listens.
    pub(super) async fn start(&self) -> io::Result<Started> {
        let directory = Directory::new(&self.run_directory)?;
        let (program, arguments) = self.words(&directory.socket());
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C in a terminal is for the server, which drains; not for the host.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        if let Some(stderr) = child.stderr.take() {
            tokio::spawn(relay(stderr));
        }
        let stdout = child.stdout.take();
        let listens = async {
            let Some(stdout) = stdout else { return false };
            let mut first = String::new();
            let read = BufReader::new(stdout).read_line(&mut first).await;
            read.is_ok() && first == "ready\n"
        };
        match timeout(START, listens).await {
            Ok(true) => Ok(Started {
                stdin: child.stdin.take(),
                child,
                directory,
            }),
            Ok(false) => Err(io::Error::other(format!(
                "it ended while starting (is {} a Java from 17 to 23?)",
                self.java.display()
            ))),
            Err(_) => Err(io::Error::other("it did not become ready")),
        }
    }

    /// The program to start and its arguments.
    fn words(&self, socket: &Path) -> (PathBuf, Vec<OsString>) {
        let mut words: Vec<OsString> = FLAGS.iter().map(OsString::from).collect();
        words.push(format!("-Xmx{}m", self.heap_mib).into());
        let archive = self.jar.with_extension("jsa");
        if archive.exists() {
            let mut flag = OsString::from("-XX:SharedArchiveFile=");
            flag.push(archive);
            words.push(flag);
        }
        words.push("-jar".into());
        words.push(self.jar.clone().into());
        words.push("--socket".into());
        words.push(socket.into());
        for folder in &self.libs {
            words.push("--libs".into());
            words.push(folder.into());
        }
        if self.network {
            words.push("--network".into());
        }
        match &self.launcher {
            None => (self.java.clone(), words),
            Some(launcher) => {
                let mut all = launcher.args.clone();
                if self.network {
                    all.push("--network".into());
                }
                all.push(self.java.clone().into());
                all.extend(words);
                (launcher.program.clone(), all)
            }
        }
    }
}

/// Longest line of its own that is worth keeping, bytes.
const MAX_LINE_BYTES: usize = 2048;

/// Puts what a JVM complains about into our log.
async fn relay(mut stderr: ChildStderr) {
    let (mut chunk, mut line) = ([0; 4096], Vec::new());
    while let Ok(length) = stderr.read(&mut chunk).await {
        if length == 0 {
            break;
        }
        for byte in chunk.iter().take(length) {
            if *byte == b'\n' {
                tell(&line);
                line.clear();
            } else if line.len() < MAX_LINE_BYTES {
                line.push(*byte);
            }
        }
    }
    tell(&line);
}

fn tell(line: &[u8]) {
    // That the security manager will go is known; it is why newer versions are refused.
    let expected = [
        "terminally deprecated method",
        "System::setSecurityManager",
        "Please consider reporting this",
    ];
    let text = String::from_utf8_lossy(line);
    let is_expected =
        text.starts_with("WARNING:") && expected.iter().any(|part| text.contains(part));
    if !text.trim().is_empty() && !is_expected {
        tracing::warn!(line = %text.escape_debug(), "the JVM host says");
    }
}

/// A directory of our own for one socket; removed with this.
#[derive(Debug)]
pub(super) struct Directory(PathBuf);

impl Directory {
    fn new(parent: &Path) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let process = std::process::id();
        loop {
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = parent.join(format!("durward-{process}-{number}"));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                // Left behind by a process that was killed and had our number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn socket(&self) -> PathBuf {
        self.0.join("socket")
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // Best effort: what is left is an empty directory.
        let _ = fs::remove_dir_all(&self.0);
    }
}
