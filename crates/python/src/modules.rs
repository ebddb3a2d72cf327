//! Our Python modules, compiled into the binary as bytecode: a worker's
//! template would otherwise spend a third of its start on compiling them.
//!
//! The tree `lib/` is the list; its folders say what the names are (see
//! [`find`]). Not here: Java packages, which are made from a table in
//! `lib/durward/packages.py`.

use std::{collections::HashMap, sync::LazyLock};

use rustpython_compiler_core::frozen::{FrozenLib, FrozenModule};

use crate::front::support;

/// Everything under `lib/`, by its path with dots.
const FROZEN: &FrozenLib =
    rustpython_derive::py_freeze!(dir = "../lib", crate_name = "rustpython_compiler_core");

static MODULES: LazyLock<HashMap<String, FrozenModule>> = LazyLock::new(|| {
    FROZEN
        .into_iter()
        .map(|(path, module)| (name_of(path), module))
        .collect()
});

/// A Python module of ours.
#[derive(Clone, Copy)]
pub struct Module {
    /// Has submodules.
    pub is_package: bool,
    /// Its code.
    pub frozen: FrozenModule,
}

/// Our module of that name; those of Python 2's run-time support are among them.
pub fn find(name: &str) -> Option<Module> {
    let frozen = *MODULES.get(name)?;
    let is_package = frozen.package || name == support::PACKAGE;
    Some(Module { is_package, frozen })
}

/// `std/os.py` stands in for a standard module, `py2/` is the private package
/// of Python 2 support, everything else is named as it lies.
fn name_of(path: &str) -> String {
    match path.split_once('.') {
        Some(("std", name)) => name.to_owned(),
        Some(("py2", "package")) => support::PACKAGE.to_owned(),
        Some(("py2", name)) => format!("{}.{name}", support::PACKAGE),
        _ => path.to_owned(),
    }
}
