//! Running scripts: the wire, worker processes, the pool and its limits.
//! Not here: what a script means (durward-script), any interpreter, OAuth, HTTP.

pub mod wire;
