//! Running scripts: the wire, worker processes, the pool and its limits.
//! Not here: what a script means (durward-script), any interpreter, OAuth, HTTP.
//!
//! A [`HostEngine`] starts one host process: a *template*, from which it forks a
//! worker for every instance of a script, or a JVM, where a worker is a connection
//! and a thread. It speaks the [`wire`] with each. Whatever a worker does, the server
//! loses at most that worker and the call it served. [`Hosts`] chooses between the two.

mod census;
mod classify;
mod control;
mod host_engine;
mod hosts;
mod inbox;
mod jvm;
mod pool;
mod restarts;
mod source;
mod template;
mod turn;
pub mod wire;
mod worker;

pub use classify::{EXIT_MEMORY, EXIT_RESULT_SIZE};
pub use host_engine::{EngineSettings, HostEngine};
pub use hosts::Hosts;
#[cfg(feature = "fuzzing")]
pub use inbox::frames;
pub use jvm::JvmCommand;
pub use template::HostCommand;
