//! (g) Logging out of twenty applications: the answer with its page, with and without
//! an `end_session` script, and logout tokens delivered a second.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, http::StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::Figure;
use crate::{
    failure::{Failure, Result},
    load::median,
    prepared::Prepared,
    setting::{Setting, on_one_thread},
    start::{await_ready, no_pushes},
    walkers::leaver::Leaver,
};

/// Applications in a session.
const CLIENTS: usize = 20;

/// Logouts measured, each way.
const LOGOUTS: usize = 30;

/// Sessions that end at once before deliveries are counted.
const SESSIONS: usize = 20;

/// Longest wait for all of their deliveries.
const PATIENCE: Duration = Duration::from_mins(1);

/// The logout page of the catalogue.
const SCRIPT: &str = include_str!("../../../../catalog/end_session/branded_page.py");

/// Measures.
///
/// # Errors
/// When the server does not start or a logout goes wrong.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    on_one_thread(async {
        let (told, address) = receiver().await?;
        let prepared = Prepared::make(&setting.durward, &setting.new_place()?, no_pushes()).await?;
        let framed = add_clients(
            &prepared,
            "framed",
            |name| json!({ "frontchannel_logout_uri": format!("https://{name}.example/frame") }),
        )?;
        let posted = add_clients(
            &prepared,
            "posted",
            |_| json!({ "backchannel_logout_uri": format!("{address}/bye") }),
        )?;
        let hosts = json!(["127.0.0.1"]).to_string();
        prepared.run(&[
            "config",
            "set",
            "backchannelLogoutHttp.allowedPrivateHosts",
            &hosts,
        ])?;
        let server = prepared.serve()?;
        let site = prepared.site()?;
        await_ready(site.address)?;
        let plain = logouts(Leaver::at(site, 0, &framed)).await?;
        server.stop()?;

        let file = setting.new_place()?;
        std::fs::write(&file, SCRIPT)?;
        let path = file.display().to_string();
        prepared.run(&[
            "script",
            "put",
            &path,
            "--type",
            "end_session",
            "--name",
            "page",
            "--enable",
            "--property",
            "brand=Bench",
        ])?;
        let server = prepared.serve()?;
        await_ready(site.address)?;
        let scripted = logouts(Leaver::at(site, 0, &framed)).await?;
        let deliveries = deliveries(site, &posted, &told).await?;
        server.stop()?;
        let ratio = scripted / plain;
        Ok(vec![
            Figure::told("g_logout_script", ratio, "x").of(
                format!("{CLIENTS} frames, with a script's page: {scripted:.2} ms"),
                Some(format!("our own page: {plain:.2} ms")),
            ),
            Figure::told("g_deliveries", deliveries, "/s").of(
                format!("{SESSIONS} sessions of {CLIENTS} clients that end at once, each delivery recorded"),
                None,
            ),
        ])
    })
}

/// A server that takes logout tokens: how many it has, and where it is.
async fn receiver() -> Result<(Arc<AtomicUsize>, String)> {
    let told = Arc::new(AtomicUsize::new(0));
    let count = told.clone();
    let router = Router::new().fallback(move || {
        count.fetch_add(1, Ordering::Relaxed);
        async { StatusCode::OK }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((told, address))
}

fn add_clients(
    prepared: &Prepared,
    prefix: &str,
    more: impl Fn(&str) -> Value,
) -> Result<Vec<String>> {
    let names: Vec<String> = (0..CLIENTS)
        .map(|number| format!("{prefix}-{number}"))
        .collect();
    for name in &names {
        let mut metadata = json!({
            "client_id": name,
            "client_name": name,
            "redirect_uris": [format!("https://{name}.example/cb")],
            "scope": "openid profile",
            "id_token_signed_response_alg": "ES256",
        });
        if let (Value::Object(metadata), Value::Object(more)) = (&mut metadata, more(name)) {
            metadata.extend(more);
        }
        prepared.add_client(&metadata)?;
    }
    Ok(names)
}

/// Median milliseconds of the answer that ends a session.
async fn logouts(mut leaver: Leaver) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..LOGOUTS {
        leaver.sign_in().await?;
        times.push(leaver.leave().await?.as_secs_f64() * 1e3);
    }
    Ok(median(&times))
}

/// Deliveries a second, from the first logout until the last delivery has come.
async fn deliveries(
    site: crate::walkers::Site,
    clients: &[String],
    told: &AtomicUsize,
) -> Result<f64> {
    let mut leavers: Vec<Leaver> = (1..=SESSIONS)
        .map(|number| Leaver::at(site, number, clients))
        .collect();
    for leaver in &mut leavers {
        leaver.sign_in().await?;
    }
    let began = Instant::now();
    for leaver in &mut leavers {
        leaver.leave().await?;
    }
    let all = SESSIONS * CLIENTS;
    while told.load(Ordering::Relaxed) < all {
        if began.elapsed() > PATIENCE {
            let came = told.load(Ordering::Relaxed);
            return Err(Failure::new(format!("{came} of {all} deliveries came")));
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    Ok(u32::try_from(all).map_or(f64::NAN, f64::from) / seconds)
}
