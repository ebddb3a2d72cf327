//! Our Python modules, compiled into the binary as text.
//!
//! Not here: Java packages, which are made from a table in
//! `lib/durward/packages.py`.

use crate::front::{shims, support};

/// A Python module of ours.
#[derive(Debug, Clone, Copy)]
pub struct Module {
    /// Dotted name.
    pub name: &'static str,
    /// Has submodules.
    pub is_package: bool,
    /// Python 3 source.
    pub source: &'static str,
}

macro_rules! modules {
    ($($name:literal => $path:literal),* $(,)?) => {
        &[$(Module { name: $name, is_package: false, source: include_str!(concat!("../lib/", $path)) }),*]
    };
}

const PACKAGE: &[Module] = &[Module {
    name: "durward",
    is_package: true,
    source: "",
}];

const MODULES: &[Module] = modules! {
    "durward.authzdetails" => "durward/authzdetails.py",
    "durward.beans" => "durward/beans.py",
    "durward.bootstrap" => "durward/bootstrap.py",
    "durward.cdi" => "durward/cdi.py",
    "durward.configuration" => "durward/configuration.py",
    "durward.context" => "durward/context.py",
    "durward.encryption" => "durward/encryption.py",
    "durward.enums" => "durward/enums.py",
    "durward.failures" => "durward/failures.py",
    "durward.firebase" => "durward/firebase.py",
    "durward.http" => "durward/http.py",
    "durward.imports" => "durward/imports.py",
    "durward.java_exceptions" => "durward/java_exceptions.py",
    "durward.java_lang" => "durward/java_lang.py",
    "durward.java_text" => "durward/java_text.py",
    "durward.java_time" => "durward/java_time.py",
    "durward.java_util" => "durward/java_util.py",
    "durward.json_java" => "durward/json_java.py",
    "durward.jwt" => "durward/jwt.py",
    "durward.log" => "durward/log.py",
    "durward.packages" => "durward/packages.py",
    "durward.redirect_uri" => "durward/redirect_uri.py",
    "durward.services" => "durward/services.py",
    "durward.strings" => "durward/strings.py",
    "durward.turns" => "durward/turns.py",
    "durward.types" => "durward/types.py",
    "durward.web" => "durward/web.py",
    "jarray" => "std/jarray.py",
    "marshal" => "std/marshal.py",
    "os" => "std/os.py",
    "posix" => "std/posix.py",
};

/// Our module of that name; those of Python 2's run-time support are among them.
pub fn find(name: &str) -> Option<Module> {
    if let Some(module) = PACKAGE
        .iter()
        .chain(MODULES)
        .find(|module| module.name == name)
    {
        return Some(*module);
    }
    let (name, source) = shims::MODULES
        .iter()
        .copied()
        .find(|(known, _)| *known == name)?;
    Some(Module {
        name,
        is_package: name == support::PACKAGE,
        source,
    })
}
