//! `bin/setup` on machines that lack something, which this one does not: a folder of
//! stand-ins is all that it finds there.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use crate::repository::root;

/// What every machine has.
const TOOLS: [&str; 4] = ["sed", "cat", "uname", "env"];

struct Machine {
    folder: TempDir,
}

impl Machine {
    fn bare() -> Self {
        let machine = Self {
            folder: TempDir::new().unwrap(),
        };
        for tool in TOOLS {
            let found = ["/usr/bin", "/bin"]
                .map(|folder| PathBuf::from(folder).join(tool))
                .into_iter()
                .find(|path| path.exists());
            symlink(found.unwrap(), machine.folder.path().join(tool)).unwrap();
        }
        machine
    }

    fn with(self, program: &str, script: &str) -> Self {
        program_at(&self.folder.path().join(program), script);
        self
    }

    /// Has Rust of that minor version, and lacks a C compiler.
    fn with_rust(self, minor: u32) -> Self {
        self.with("cargo", "exit 0")
            .with("rustc", &format!("echo 'rustc 1.{minor}.0 (0 2026-01-01)'"))
    }

    fn user(self, id: u32) -> Self {
        self.with("id", &format!("echo {id}"))
    }

    /// Exit code, and all that was said.
    fn set_up(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let ran = Command::new("/bin/sh")
            .arg(root().join("bin/setup"))
            .args(arguments)
            .env_clear()
            .env("PATH", self.folder.path())
            .env("HOME", self.folder.path())
            .output()
            .unwrap();
        let said = [ran.stdout, ran.stderr].concat();
        (ran.status.code(), String::from_utf8(said).unwrap())
    }
}

fn program_at(path: &Path, script: &str) {
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[track_caller]
fn says(machine: &Machine, arguments: &[&str], code: i32, words: &[&str]) {
    let (ended, said) = machine.set_up(arguments);
    assert_eq!(ended, Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn without_rust_it_says_what_to_type() {
    says(&Machine::bare(), &[], 1, &["Rust is missing", "rustup.rs"]);
    let unknown = Machine::bare();
    let home = unknown.folder.path().join(".cargo/bin");
    fs::create_dir_all(&home).unwrap();
    program_at(&home.join("cargo"), "exit 0");
    says(
        &unknown,
        &[],
        1,
        &["this shell does not know", "/.cargo/env"],
    );
    let old = Machine::bare().with_rust(80);
    says(&old, &[], 1, &["rustc 1.80.0", "rustup update stable"]);
}

#[test]
fn what_is_missing_is_installed_by_root_and_told_to_others() {
    let apt = "echo \"apt-get $*\"";
    let root = Machine::bare().with_rust(95).user(0).with("apt-get", apt);
    says(&root, &[], 0, &["apt-get install", "gcc libc6-dev"]);
    says(&root, &["--tests"], 0, &["chromium-driver", "jython"]);
    let other = Machine::bare()
        .with_rust(95)
        .user(1000)
        .with("apt-get", apt);
    says(
        &other,
        &[],
        1,
        &["sudo apt-get update && sudo apt-get install -y gcc libc6-dev"],
    );
    let foreign = Machine::bare().with_rust(95).user(0).with("dnf", "exit 0");
    says(&foreign, &[], 1, &["gcc libc6-dev", "sudo dnf install"]);
}

#[test]
fn a_failing_package_manager_is_told() {
    let broken = Machine::bare()
        .with_rust(95)
        .user(0)
        .with("apt-get", "exit 100");
    says(
        &broken,
        &[],
        1,
        &["apt-get could not install gcc libc6-dev"],
    );
}
