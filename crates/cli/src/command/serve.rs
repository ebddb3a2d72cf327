//! `durward serve`: the server.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use clap::Args;
use durward_protocol::{
    script_files::watching::FileWatcher, script_loading::ScriptLoader, script_stages::StageWatch,
};
use durward_server::{
    App, deliveries, metrics, router,
    serve::{self, Door},
    upkeep,
};
use rustls::{
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use super::DataArgs;
use crate::{
    bootstrap::{Bootstrap, Tls},
    failure::Failure,
    mutual_tls,
    node::Node,
    telemetry::{self, Exporter},
};

/// Serve a data directory.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Address and port, instead of `bind` in durward.toml.
    #[arg(long, value_name = "ADDR")]
    bind: Option<String>,
}

/// Serves until told to stop.
///
/// # Errors
/// Whatever keeps the server from starting, with a hint.
pub async fn run(args: &ServeArgs) -> Result<(), Failure> {
    let running = start(args.data.here()?, args.bind.as_deref()).await?;
    eprintln!("durward: serving {} on {}", running.issuer, running.address);
    running.until(stop_signal()?).await;
    Ok(())
}

/// A server that is ready to accept.
pub struct Running {
    /// Issuer identifier.
    pub issuer: String,
    /// Where it listens.
    pub address: SocketAddr,
    doors: Vec<Door>,
    app: Arc<App>,
    loader: Arc<ScriptLoader>,
    stages: Arc<StageWatch>,
    drain_delay: Duration,
    metrics: Option<TcpListener>,
    close_log: oneshot::Sender<()>,
    log: JoinHandle<()>,
    exporter: Option<Exporter>,
}

/// Opens everything and loads the scripts, then listens.
///
/// # Errors
/// As [`run`].
pub async fn start(data: &Path, bind: Option<&str>) -> Result<Running, Failure> {
    let node = Node::open(data).await?;
    let exporter = telemetry::start(&node.bootstrap)?;
    let engine = Arc::new(node.engine()?);
    let Node {
        bootstrap,
        provider,
        log_writer,
        ..
    } = node;
    let (close_log, log_closes) = oneshot::channel::<()>();
    let log = tokio::spawn(log_writer.run_until(async move {
        let _ = log_closes.await;
    }));
    let seen = provider.store.revision().await?;
    let loader = Arc::new(ScriptLoader::new(provider.clone(), engine.clone()));
    loader.refresh().await?;
    tokio::spawn(upkeep::follow_changes(
        provider.clone(),
        loader.clone(),
        seen,
    ));
    let watcher = FileWatcher::new(provider.clone(), engine.clone());
    tokio::spawn(upkeep::watch_script_files(watcher));
    tokio::spawn(upkeep::sweep_expired(provider.clone()));
    let stages = Arc::new(StageWatch::new(provider.clone(), engine.clone()));
    let watching = stages.clone();
    tokio::spawn(async move { watching.run().await });
    tokio::spawn(deliveries::send_logout_tokens(provider.clone()));
    let certificates = mutual_tls::certificates(data, &bootstrap.mtls)?;
    let doors = doors(data, bind, &bootstrap).await?;
    let address = match doors.first() {
        Some(door) => door.listener.local_addr()?,
        None => return Err(Failure::new("nowhere to listen")),
    };
    let metrics = metrics_listener(&bootstrap).await?;
    let issuer = provider.live().configuration.issuer.clone();
    let app = Arc::new(App::new(provider, engine).with_certificates(certificates));
    Ok(Running {
        issuer,
        address,
        doors,
        app,
        loader,
        stages,
        drain_delay: Duration::from_secs(bootstrap.drain_delay_seconds.into()),
        metrics,
        close_log,
        log,
        exporter,
    })
}

impl Running {
    /// Serves until `stop` ends and the delay after it is over, then drains.
    pub async fn until(self, stop: impl Future<Output = ()>) {
        let figures = self.metrics.map(|listener| {
            let router = metrics::router(&self.app);
            tokio::spawn(axum::serve(listener, router).into_future())
        });
        let router = router(&self.app);
        let (app, delay) = (self.app.clone(), self.drain_delay);
        let stop = async move {
            stop.await;
            app.drain();
            tokio::time::sleep(delay).await;
        };
        serve::serve(self.doors, self.app, router, stop).await;
        // What the last requests left to be written, while there are workers to look at.
        drop(self.close_log);
        let _ = self.log.await;
        if let Err(error) = self.stages.look().await {
            tracing::error!(%error, "what trials of scripts add up to was not stored");
        }
        self.loader.close().await;
        if let Some(figures) = figures {
            figures.abort();
        }
        if let Some(exporter) = self.exporter {
            exporter.close().await;
        }
    }
}

/// Where connections come in: the usual way, and where clients are asked for certificates.
async fn doors(
    data: &Path,
    bind: Option<&str>,
    bootstrap: &Bootstrap,
) -> Result<Vec<Door>, Failure> {
    let tls = bootstrap.tls.as_ref();
    let mut doors = vec![Door {
        tls: tls
            .map(|tls| acceptor(data, tls, WebPkiClientVerifier::no_client_auth()))
            .transpose()?,
        listener: listen(bind.unwrap_or(&bootstrap.bind), bootstrap).await?,
        asks_for_certificates: false,
    }];
    if let Some(bind) = &bootstrap.mtls.bind {
        let tls = tls.ok_or_else(|| {
            Failure::new("mtls.bind needs the server's own certificate")
                .hint("set certificate and key under [tls] in durward.toml")
        })?;
        mutual_tls::address(bind)?;
        doors.push(Door {
            tls: Some(acceptor(data, tls, mutual_tls::verifier())?),
            listener: listen(bind, bootstrap).await?,
            asks_for_certificates: true,
        });
    }
    Ok(doors)
}

/// Where figures are served. No secret is in them, but how much goes on is nobody else's
/// business: the address is one of its own.
async fn metrics_listener(bootstrap: &Bootstrap) -> Result<Option<TcpListener>, Failure> {
    let Some(bind) = &bootstrap.metrics.bind else {
        return Ok(None);
    };
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot serve metrics on '{bind}': {error}"))
            .hint("metrics.bind in durward.toml is like 127.0.0.1:9464")
    };
    let address: SocketAddr = bind.parse().map_err(|error| cannot(&error))?;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| cannot(&error))?;
    eprintln!(
        "durward: metrics on http://{}/metrics",
        listener.local_addr()?
    );
    Ok(Some(listener))
}

async fn listen(bind: &str, bootstrap: &Bootstrap) -> Result<TcpListener, Failure> {
    let address: SocketAddr = bind.parse().map_err(|_| {
        Failure::new(format!("'{bind}' is not an address and port")).hint("like 127.0.0.1:8080")
    })?;
    if bootstrap.tls.is_none() && !address.ip().is_loopback() {
        return Err(
            Failure::new(format!("plain HTTP is for loopback, and {address} is not"))
                .hint("set certificate and key under [tls] in durward.toml"),
        );
    }
    TcpListener::bind(address).await.map_err(|error| {
        Failure::new(format!("cannot listen on {address}: {error}"))
            .hint("choose another port with --bind")
    })
}

fn acceptor(
    data: &Path,
    tls: &Tls,
    clients: Arc<dyn ClientCertVerifier>,
) -> Result<TlsAcceptor, Failure> {
    let failure = |path: &Path, error: &dyn std::fmt::Display| {
        Failure::new(format!("{}: {error}", path.display())).hint("a PEM file is expected")
    };
    let path = data.join(&tls.certificate);
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&path)
        .and_then(Iterator::collect)
        .map_err(|error| failure(&path, &error))?;
    let path = data.join(&tls.key);
    let key = PrivateKeyDer::from_pem_file(&path).map_err(|error| failure(&path, &error))?;
    let mut config = rustls::ServerConfig::builder()
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)
        .map_err(|error| failure(&path, &error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Ends at SIGTERM or Ctrl-C.
///
/// # Errors
/// When the signals cannot be listened to.
pub fn stop_signal() -> Result<impl Future<Output = ()>, Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
