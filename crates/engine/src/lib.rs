//! Running scripts: the wire, worker processes, the pool and its limits.
//! Not here: what a script means (durward-script), any interpreter, OAuth, HTTP.
//!
//! A [`HostEngine`] starts one *template* process, forks a worker from it for
//! every instance of a script, and speaks the [`wire`] with each. Whatever a
//! worker does, the server loses at most that worker and the call it served.

mod classify;
mod control;
mod host_engine;
mod inbox;
mod pool;
mod template;
mod turn;
pub mod wire;
mod worker;

pub use classify::{EXIT_MEMORY, EXIT_RESULT_SIZE};
pub use host_engine::{EngineSettings, HostEngine};
pub use template::HostCommand;
