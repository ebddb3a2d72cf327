//! The interpreter: which native and frozen modules it has, our own modules,
//! and what is warmed before the first fork.
//!
//! Not here: scripts, frames, limits.

use std::cell::RefCell;
use std::collections::HashMap;

use rustpython_vm::builtins::PyCode;
use rustpython_vm::{
    AsObject, Interpreter, PyObjectRef, PyRef, PyResult, Settings, VirtualMachine,
};

use crate::front::support;
use crate::modules;

/// Native modules that a script has no use for and that reach into the interpreter.
const NATIVE_LEFT_OUT: &[&str] = &[
    "_asyncio",
    "_interpchannels",
    "_interpqueues",
    "_interpreters",
    "_remote_debugging",
    "_testinternalcapi",
    "marshal",
];

/// Frozen standard modules (and their submodules) that cannot work here: an
/// import of one is found when a script is saved, not when it runs.
const FROZEN_LEFT_OUT: &[&str] = &[
    "__hello__",
    "__phello__",
    "_android_support",
    "_apple_support",
    "_aix_support",
    "_ios_support",
    "_osx_support",
    "_pyrepl",
    "antigravity",
    "asyncio",
    "bdb",
    "cmd",
    "code",
    "compileall",
    "concurrent",
    "ctypes",
    "dbm",
    "doctest",
    "ensurepip",
    "fileinput",
    "ftplib",
    "getpass",
    "glob",
    "idlelib",
    "imaplib",
    "mailbox",
    "modulefinder",
    "multiprocessing",
    "pdb",
    "pip",
    "poplib",
    "profile",
    "pstats",
    "pty",
    "py_compile",
    "pyclbr",
    "pydoc",
    "pydoc_data",
    "rlcompleter",
    "runpy",
    "shelve",
    "shutil",
    "site",
    "smtplib",
    "socket",
    "socketserver",
    "sqlite3",
    "ssl",
    "subprocess",
    "tabnanny",
    "tarfile",
    "tempfile",
    "test",
    "this",
    "tkinter",
    "trace",
    "tracemalloc",
    "tty",
    "turtle",
    "turtledemo",
    "unittest",
    "venv",
    "webbrowser",
    "wsgiref",
    "xmlrpc",
    "zipapp",
    "zipfile",
    "zipimport",
];

thread_local! {
    static CODE: RefCell<HashMap<String, PyRef<PyCode>>> = RefCell::default();
}

/// A new interpreter with our import system in place and nothing warmed.
pub fn build() -> Interpreter {
    let mut settings = Settings::default();
    settings.isolated = true;
    settings.import_site = false;
    settings.install_signal_handlers = false;
    settings.write_bytecode = false;
    settings.user_site_directory = false;
    let builder = Interpreter::builder(settings);
    let native = rustpython_stdlib::stdlib_module_defs(&builder.ctx);
    let ours = [
        crate::native::module_def(&builder.ctx),
        support::module_def(&builder.ctx),
    ];
    builder
        .add_native_modules(&native)
        .add_native_modules(&ours)
        .add_frozen_modules(rustpython_pylib::FROZEN_STDLIB)
        .init_hook(prune)
        .build()
}

fn prune(vm: &mut VirtualMachine) {
    // The only reference at this time, so it is always there.
    let Some(state) = rustpython_vm::common::rc::PyRc::get_mut(&mut vm.state) else {
        return;
    };
    state.config.paths.stdlib_dir = Some(rustpython_pylib::LIB_PATH.to_owned());
    state.config.paths.module_search_paths.clear();
    state
        .module_defs
        .retain(|name, _| !NATIVE_LEFT_OUT.contains(name));
    state
        .frozen
        .retain(|name, _| !FROZEN_LEFT_OUT.contains(&name.split('.').next().unwrap_or(name)));
}

/// Installs the finder, takes away the builtins that make no sense, imports
/// what every script needs, and answers our `durward.turns` module.
///
/// # Errors
/// A Python exception out of our own modules: a defect.
pub fn warm(vm: &VirtualMachine) -> PyResult<PyObjectRef> {
    let scope = vm.new_scope_with_builtins();
    vm.run_code_obj(module_code(vm, "durward.bootstrap")?, scope)?;
    // Nothing alive now is ever garbage; leaving it out of collections also
    // keeps its pages shared by all workers.
    vm.state.gc.freeze();
    own_module(vm, "durward.turns")
}

/// One of our modules by its dotted name, imported if it was not.
///
/// # Errors
/// A Python exception out of the module: a defect.
pub fn own_module(vm: &VirtualMachine, name: &'static str) -> PyResult<PyObjectRef> {
    vm.import(name, 0)?;
    let modules = vm.sys_module.as_object().get_attr("modules", vm)?;
    modules.get_item(name, vm)
}

/// The code of one of our modules, decoded once.
///
/// # Errors
/// `ImportError` for a name we do not have.
pub fn module_code(vm: &VirtualMachine, name: &str) -> PyResult<PyRef<PyCode>> {
    let Some(module) = modules::find(name) else {
        return Err(vm.new_import_error(
            format!("no module named '{name}'"),
            vm.ctx.new_utf8_str(name),
        ));
    };
    if let Some(code) = CODE.with(|code| code.borrow().get(name).cloned()) {
        return Ok(code);
    }
    let code = PyCode::new_ref_from_frozen(vm, module.frozen.code);
    CODE.with(|cache| cache.borrow_mut().insert(name.to_owned(), code.clone()));
    Ok(code)
}
