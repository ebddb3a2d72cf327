//! The native Python host: RustPython inside our own binary, the worker
//! process that runs one script, and the `io.jans.*` and `java.*` modules
//! that scripts import.
//!
//! Not here: what a script means, OAuth, the store, HTTP. Of the engine only
//! its wire types are used.

#[cfg(not(target_os = "linux"))]
compile_error!("the native Python host confines its workers with seccomp and runs on Linux only");

mod check;
mod compile;
mod confine;
pub mod front;
pub mod host;
mod interpreter;
mod log_buffer;
mod memory;
mod modules;
mod native;
mod session;
mod value;
mod worker;

pub use memory::{BoundedAlloc, EXIT_MEMORY};
pub use worker::{EXIT_CONFINEMENT, EXIT_PANIC, EXIT_WIRE};
