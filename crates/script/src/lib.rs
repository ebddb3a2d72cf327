//! What a script type means: contracts, contexts, verdicts, the loaded set.
//!
//! Not here: processes and languages (durward-engine and the hosts), storage
//! (durward-store), or what a verdict does to a request (durward-protocol).

pub mod beans;
pub mod cases;
pub mod contract;
pub mod engine;
pub mod input_digest;
pub mod masking;
pub mod origin;
pub mod program;
pub mod readiness;
pub mod record;
pub mod rehearsal;
pub mod scripts;
pub mod services;
mod shadow;
pub mod starter;
pub mod trial;
pub mod types;

pub use contract::ScriptType;
pub use engine::{Engine, EngineError, Execution, LoadedProgram};
pub use scripts::{LoadedScript, Recording, ScriptInfo, Scripts};
pub use services::Services;
