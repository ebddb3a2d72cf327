//! What every endpoint may use.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use durward_protocol::{Provider, script_trial::bounds::Trials};
use durward_script::Engine;

use crate::{
    client_certificates::Authorities, metrics::Metrics, pages::Frame, proxies::TrustedProxies,
};

/// Shared by all requests.
pub struct App {
    /// The rules and what they stand on.
    pub provider: Arc<Provider>,
    /// Where scripts are tried out before they are saved.
    pub engine: Arc<dyn Engine>,
    /// Path under which the endpoints stand, fixed at start.
    pub base_path: String,
    /// Whose word on client certificates counts.
    pub certificates: Certificates,
    /// Trials of scripts that go on.
    pub trials: Trials,
    /// What has been counted since the start.
    pub metrics: Metrics,
    draining: AtomicBool,
}

/// Whose word on client certificates counts; nobody's by default.
#[derive(Debug, Clone, Default)]
pub struct Certificates {
    /// Who issues those that name clients.
    pub authorities: Authorities,
    /// Who hands over those of others.
    pub proxies: TrustedProxies,
}

impl App {
    /// An app that is ready.
    pub fn new(provider: Arc<Provider>, engine: Arc<dyn Engine>) -> Self {
        let base_path = provider.live().configuration.base_path.clone();
        Self {
            provider,
            engine,
            base_path,
            certificates: Certificates::default(),
            trials: Trials::default(),
            metrics: Metrics::default(),
            draining: AtomicBool::new(false),
        }
    }

    /// The same app, where certificates of clients count so.
    #[must_use]
    pub fn with_certificates(mut self, certificates: Certificates) -> Self {
        self.certificates = certificates;
        self
    }

    /// From now on `/health/ready` says no, so that balancers look elsewhere.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Is the server about to stop?
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// What surrounds every page.
    pub fn frame(&self) -> Frame {
        Frame::new(&format!("{}/static", self.base_path), "Durward")
    }

    /// Are cookies sent over TLS only? As the issuer is.
    pub fn is_secure(&self) -> bool {
        self.provider
            .live()
            .configuration
            .issuer
            .starts_with("https://")
    }
}
