//! The HTTP face of Durward: routes, extractors, endpoints, pages, services for scripts.
//!
//! Not here: OAuth decisions (durward-protocol), SQL, processes, the environment.

pub mod app;
pub mod client_certificates;
pub mod cookie;
pub mod deliveries;
mod endpoint;
pub mod extract;
pub mod metrics;
pub mod pages;
pub mod proxies;
pub mod remote;
pub mod request_id;
pub mod respond;
pub mod routes;
pub mod script_folders;
pub mod serve;
pub mod services;
pub mod spans;
pub mod upkeep;

pub use app::App;
pub use endpoint::config_api::openapi;
pub use routes::{ROUTES, router};
