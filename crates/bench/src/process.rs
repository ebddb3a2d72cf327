//! Child processes: started, asked for their address, looked into, ended.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;

use crate::failure::{Failure, Result};

/// A process that ends with this value.
#[derive(Debug)]
pub struct Process {
    child: Child,
    // Kept open: a process that prints to nobody dies of it.
    stdout: Option<BufReader<ChildStdout>>,
}

/// What a server of ours prints when it listens.
#[derive(Debug, Deserialize)]
struct Ready {
    issuer: String,
}

impl Process {
    /// Starts it.
    ///
    /// # Errors
    /// When it cannot be.
    pub fn start(command: &mut Command) -> Result<Self> {
        let program = command.get_program().display().to_string();
        let child = command.stdin(Stdio::null()).spawn();
        let child = child.map_err(|error| Failure::new(format!("{program}: {error}")))?;
        Ok(Self {
            child,
            stdout: None,
        })
    }

    /// Starts it and reads the address that it prints once it listens.
    ///
    /// # Errors
    /// When it prints something else.
    pub fn start_and_read(command: &mut Command) -> Result<(Self, SocketAddr)> {
        let mut process = Self::start(command.stdout(Stdio::piped()))?;
        let mut line = String::new();
        process.stdout = process.child.stdout.take().map(BufReader::new);
        if let Some(stdout) = &mut process.stdout {
            stdout.read_line(&mut line)?;
        }
        let ready: Ready = serde_json::from_str(&line)
            .map_err(|_| Failure::new(format!("no address, but: {line}")))?;
        let address = ready.issuer.trim_start_matches("http://").parse()?;
        Ok((process, address))
    }

    /// Its id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Errors
    /// Those of the system.
    pub fn stop(mut self) -> Result<()> {
        kill(self.pid(), Signal::TERM)?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Ended already, or not: both are fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal.
///
/// # Errors
/// When there is no such process.
pub fn kill(pid: u32, signal: Signal) -> Result<()> {
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| Failure::new("not a process id"))?;
    Ok(kill_process(pid, signal)?)
}

/// A port that was free a moment ago.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Children of a process, oldest first.
///
/// # Errors
/// When `/proc` cannot be read.
pub fn children(parent: u32) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // A process may end between the two looks.
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        if fields(&stat).get(1).and_then(|field| field.parse().ok()) == Some(parent) {
            let started: u64 = fields(&stat)
                .get(19)
                .and_then(|f| f.parse().ok())
                .unwrap_or(0);
            found.push((started, pid));
        }
    }
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, pid)| pid).collect())
}

/// The fields of `/proc/<pid>/stat` after the name: state, parent, and on.
fn fields(stat: &str) -> Vec<&str> {
    stat.rsplit_once(") ")
        .map(|(_, rest)| rest.split(' ').collect())
        .unwrap_or_default()
}

/// Seconds of processor time that a process has used.
///
/// # Errors
/// When it is gone.
pub fn cpu_seconds(pid: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = fields(&stat);
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|field| field.parse::<f64>().ok())
            .unwrap_or(0.0)
    };
    // Linux tells processes' times in hundredths of a second, whatever the kernel's own clock.
    Ok((ticks(11) + ticks(12)) / 100.0)
}

/// The same of a process and all that descend from it.
///
/// # Errors
/// When it is gone.
pub fn family_cpu_seconds(pid: u32) -> Result<f64> {
    let mut seconds = cpu_seconds(pid)?;
    for child in children(pid)? {
        seconds += family_cpu_seconds(child)?;
    }
    Ok(seconds)
}

/// Memory of a process, KiB.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// Resident, shared pages included.
    pub resident_kib: u64,
    /// Its own: `Private_Clean` and `Private_Dirty`.
    pub private_kib: u64,
}

/// Reads `smaps_rollup`.
///
/// # Errors
/// When the process is gone.
pub fn memory(pid: u32) -> Result<Memory> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = |name: &str| -> u64 {
        let found = text.lines().find_map(|line| line.strip_prefix(name));
        found
            .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
            .unwrap_or(0)
    };
    Ok(Memory {
        resident_kib: line("Rss:"),
        private_kib: line("Private_Clean:") + line("Private_Dirty:"),
    })
}

/// Runs a command to its end and answers what it printed.
///
/// # Errors
/// When it fails, with what it said.
pub fn output_of(command: &mut Command) -> Result<String> {
    let program = command.get_program().display().to_string();
    let output = command
        .output()
        .map_err(|error| Failure::new(format!("{program}: {error}")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!(
        "{program} {:?}: {said}",
        command.get_args().collect::<Vec<_>>()
    )))
}

/// Is it an executable file?
pub fn is_there(program: &Path) -> bool {
    fs::metadata(program).is_ok_and(|metadata| metadata.is_file())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn a_child_is_found_measured_and_ended() {
        let process = Process::start(Command::new("sleep").arg("60")).unwrap();
        let pid = process.pid();
        assert!(children(std::process::id()).unwrap().contains(&pid));
        let memory = memory(pid).unwrap();
        assert!(memory.resident_kib > 0 && memory.private_kib <= memory.resident_kib);
        process.stop().unwrap();
        assert!(!children(std::process::id()).unwrap().contains(&pid));
    }

    #[test]
    fn names_with_blanks_and_brackets_do_not_confuse() {
        assert_eq!(fields("12 (a b) c) S 7 8")[..2], ["S", "7"]);
    }
}
