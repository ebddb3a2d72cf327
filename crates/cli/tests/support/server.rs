//! A running `durward serve`; killed when dropped.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

use super::{
    home::DURWARD,
    process::{Signal, send},
    wait::{LONG, until},
};

/// A server process and what it wrote to standard error.
pub struct Server {
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts it and waits until it serves.
    pub fn start(data: &Path) -> Self {
        Self::launch(data).ready()
    }

    /// The same with a command line of one's own that becomes the server.
    pub fn start_by(command: Command) -> Self {
        Self::launch_by(command).ready()
    }

    fn ready(mut self) -> Self {
        let server = &mut self;
        let started = until("the server serves or ends", LONG, || {
            if server
                .log()
                .iter()
                .any(|line| line.starts_with("durward: serving "))
            {
                return Some(true);
            }
            server.child.try_wait().unwrap().map(|_| false)
        });
        assert!(started, "the server ended: {:?}", server.all_log());
        self
    }

    /// Starts it, ready or not.
    pub fn launch(data: &Path) -> Self {
        let mut command = Command::new(DURWARD);
        command.arg("serve").arg("--data").arg(data);
        Self::launch_by(command)
    }

    fn launch_by(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let kept = lines.clone();
        let reader = thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        Self {
            child,
            lines,
            reader: Some(reader),
        }
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Lines written so far.
    pub fn log(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    /// `kill -9`, and everything that it wrote before.
    pub fn kill_nine(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.all_log()
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        send(self.pid(), Signal::TERM);
    }

    /// Has it ended?
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for its end.
    pub fn end(&mut self, limit: Duration) -> ExitStatus {
        until("the server ends", limit, || self.child.try_wait().unwrap())
    }

    /// Everything that it wrote; it must have ended.
    pub fn all_log(&mut self) -> Vec<String> {
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.log()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            let log = self.log();
            eprintln!("--- the server's last lines");
            for line in &log[log.len().saturating_sub(40)..] {
                eprintln!("{line}");
            }
        }
    }
}
