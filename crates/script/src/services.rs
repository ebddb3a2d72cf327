//! What a script may ask of the server while it runs.
//!
//! A host call is a suspension answered here, under the server's policy. Not
//! here: the answers themselves (durward-server holds them) or the wire.

use async_trait::async_trait;
use serde_json::Value;

/// Answers host calls.
#[async_trait]
pub trait Services: Send + Sync {
    /// Answers `service` (`http`, `sign`, `cacheGet`, …) for the script with that `inum`.
    ///
    /// # Errors
    /// The sentence that the script sees in its exception; it must leak nothing.
    async fn answer(&self, inum: &str, service: &str, arguments: &Value) -> Result<Value, String>;
}

/// Every service there is.
pub const NAMES: [&str; 10] = [
    "cacheClear",
    "cacheGet",
    "cachePut",
    "cacheRemove",
    "certificates",
    "decrypt",
    "encrypt",
    "http",
    "serviceAccountToken",
    "sign",
];

/// The name of a service for records, `other` for what a script made up.
pub fn known_name(service: &str) -> &'static str {
    let known = NAMES.iter().copied().find(|name| *name == service);
    known.unwrap_or("other")
}

/// Services that change nothing and tell nobody: a shadow may use them on its own account.
const WITHOUT_EFFECT: [&str; 5] = ["cacheGet", "certificates", "decrypt", "encrypt", "sign"];

/// Does a host call of this service leave everything outside of the script as it was?
pub fn has_no_effect(service: &str) -> bool {
    WITHOUT_EFFECT.contains(&service)
}

/// Refuses every host call: for checks, where a script may only be looked at.
#[derive(Debug, Default)]
pub struct NoServices;

#[async_trait]
impl Services for NoServices {
    async fn answer(&self, _: &str, service: &str, _: &Value) -> Result<Value, String> {
        Err(format!("'{service}' is not available here"))
    }
}
