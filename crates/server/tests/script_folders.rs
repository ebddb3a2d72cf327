//! Which files of the machine are read for scripts: real folders, links, pipes, and whatever
//! path somebody makes up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
};

use durward_server::script_folders::ScriptFolders;
use proptest::prelude::*;
use tempfile::TempDir;

/// Two folders of scripts, and a secret beside them.
struct Machine {
    root: TempDir,
    folders: ScriptFolders,
}

impl Machine {
    fn new() -> Self {
        let root = TempDir::new().unwrap();
        let at = |name: &str| root.path().canonicalize().unwrap().join(name);
        for folder in [
            "scripts",
            "more/scripts",
            "scripts/sub",
            "scripts-of-others",
        ] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for (file, text) in [
            ("scripts/one.py", "one"),
            ("scripts/sub/two.py", "two"),
            ("more/scripts/three.py", "three"),
            ("secret", "SECRET"),
            ("more/secret", "SECRET"),
            ("scripts-of-others/four.py", "SECRET"),
        ] {
            fs::write(at(file), text).unwrap();
        }
        let folders = ScriptFolders::new([at("scripts"), at("more/scripts")]);
        Self { root, folders }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.root.path().canonicalize().unwrap().join(name)
    }

    fn text(&self, name: &str) -> Result<String, String> {
        self.folders.text(name)
    }

    #[track_caller]
    fn reads(&self, name: &str, text: &str) {
        assert_eq!(self.text(name).as_deref(), Ok(text), "{name}");
    }

    #[track_caller]
    fn refuses(&self, name: &str, why: &str) {
        let told = self.text(name).unwrap_err();
        assert!(told.contains(why), "{name}: {told}");
        assert!(!told.contains("SECRET"), "{name}: {told}");
    }

    fn absolute(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }
}

#[test]
fn files_in_the_folders_are_read_by_either_name() {
    let machine = Machine::new();
    machine.reads("one.py", "one");
    machine.reads("sub/two.py", "two");
    machine.reads("./sub//two.py", "two");
    for (file, text) in [
        ("scripts/one.py", "one"),
        ("scripts/sub/two.py", "two"),
        ("more/scripts/three.py", "three"),
    ] {
        machine.reads(&machine.absolute(file), text);
    }
    let name = |file: &str| machine.folders.name_of(&machine.at(file));
    assert_eq!(name("scripts/sub/two.py"), Path::new("sub/two.py"));
    let other = "more/scripts/three.py";
    assert_eq!(name(other), machine.at(other));
}

#[test]
fn what_is_elsewhere_is_not_even_looked_for() {
    let machine = Machine::new();
    for name in [
        "/etc/passwd".to_owned(),
        "/etc/no-such-file".to_owned(),
        "/".to_owned(),
        machine.absolute("secret"),
        machine.absolute("nothing"),
        machine.absolute("scripts"),
        machine.absolute("scripts-of-others/four.py"),
        "/proc/self/environ".to_owned(),
        String::new(),
    ] {
        machine.refuses(&name, "is in none of the folders");
    }
    for name in [
        "../secret".to_owned(),
        "sub/../one.py".to_owned(),
        format!("{}/../secret", machine.absolute("scripts")),
    ] {
        machine.refuses(&name, "has '..' in it");
    }
    let nowhere = ScriptFolders::new([]);
    assert!(
        nowhere
            .text("one.py")
            .unwrap_err()
            .contains("none of the folders")
    );
}

#[test]
fn links_may_not_lead_out() {
    let machine = Machine::new();
    for (link, to) in [
        ("out.py", "../secret".to_owned()),
        ("passwd.py", "/etc/passwd".to_owned()),
        ("others", "../scripts-of-others".to_owned()),
        ("self.py", "/proc/self/environ".to_owned()),
        ("root", "/proc/self/root".to_owned()),
    ] {
        symlink(to, machine.at("scripts").join(link)).unwrap();
    }
    for name in [
        "out.py",
        "passwd.py",
        "others/four.py",
        "self.py",
        "root/etc/passwd",
    ] {
        machine.refuses(name, "leads out of its folder");
    }
    symlink("gone", machine.at("scripts/gone.py")).unwrap();
    symlink("loop.py", machine.at("scripts/loop.py")).unwrap();
    machine.refuses("gone.py", "is not there");
    machine.refuses("loop.py", "cannot be read");
}

#[test]
fn links_inside_a_folder_are_followed_as_a_config_map_needs_it() {
    let machine = Machine::new();
    let folder = machine.at("scripts");
    for (version, text) in [("..v1", "version 1"), ("..v2", "version 2")] {
        fs::create_dir(folder.join(version)).unwrap();
        fs::write(folder.join(version).join("five.py"), text).unwrap();
    }
    symlink("..v1", folder.join("..data")).unwrap();
    symlink("..data/five.py", folder.join("five.py")).unwrap();
    machine.reads("five.py", "version 1");
    symlink("..v2", folder.join("..new")).unwrap();
    fs::rename(folder.join("..new"), folder.join("..data")).unwrap();
    machine.reads("five.py", "version 2");
    symlink(folder.join("one.py"), folder.join("absolute.py")).unwrap();
    machine.reads("absolute.py", "one");

    // The folder itself may be a link that is turned, as releases are.
    symlink("scripts", machine.at("current")).unwrap();
    let current = ScriptFolders::new([machine.at("current")]);
    assert_eq!(current.text("one.py").as_deref(), Ok("one"));
    fs::remove_file(machine.at("current")).unwrap();
    symlink("more/scripts", machine.at("current")).unwrap();
    assert_eq!(current.text("three.py").as_deref(), Ok("three"));
    assert!(current.text("one.py").is_err());
}

#[test]
fn what_is_no_text_file_is_refused() {
    let machine = Machine::new();
    let folder = machine.at("scripts");
    machine.refuses("sub", "is not a file");
    machine.refuses("nothing.py", "is not there");
    machine.refuses("one.py/more", "is not there");
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(
        rustix::fs::CWD,
        folder.join("pipe.py"),
        rustix::fs::FileType::Fifo,
        mode,
        0,
    )
    .unwrap();
    machine.refuses("pipe.py", "is not a file");
    let _socket = std::os::unix::net::UnixListener::bind(folder.join("socket.py")).unwrap();
    machine.refuses("socket.py", "is not a file");
    fs::write(folder.join("latin.py"), b"# \xe9").unwrap();
    machine.refuses("latin.py", "is not UTF-8");
    let long = 1024 * 1024;
    fs::write(folder.join("long.py"), "x".repeat(long)).unwrap();
    assert_eq!(machine.text("long.py").unwrap().len(), long);
    fs::write(folder.join("longer.py"), "x".repeat(long + 1)).unwrap();
    machine.refuses("longer.py", "has more than 1048576 bytes");
    let closed = folder.join("closed.py");
    fs::write(&closed, "SECRET").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&closed).is_err() {
        machine.refuses("closed.py", "may not be read");
    }
}

/// Parts of paths that mean something somewhere.
fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("..".to_owned()),
        Just(".".to_owned()),
        Just(String::new()),
        Just("scripts".to_owned()),
        Just("more".to_owned()),
        Just("sub".to_owned()),
        Just("secret".to_owned()),
        Just("one.py".to_owned()),
        Just("two.py".to_owned()),
        Just("out".to_owned()),
        Just("in".to_owned()),
        Just("proc/self/root".to_owned()),
        "[a-z./\\\\%\u{0}]{0,6}",
    ]
}

proptest! {
    /// Whatever is named: what is read is one of the three scripts, and never the secret.
    #[test]
    fn only_scripts_in_the_folders_are_ever_read(
        is_absolute in any::<bool>(),
        parts in prop::collection::vec(part(), 0..6),
    ) {
        let machine = Machine::new();
        symlink("..", machine.at("scripts/out")).unwrap();
        symlink("sub", machine.at("scripts/in")).unwrap();
        let mut name = parts.join("/");
        if is_absolute {
            name = format!("{}/{name}", machine.absolute(""));
        }
        match machine.text(&name) {
            Ok(text) => prop_assert!(["one", "two", "three"].contains(&text.as_str()), "{name}: {text}"),
            Err(why) => prop_assert!(!why.contains("SECRET"), "{name}: {why}"),
        }
    }
}
