//! `durward demo serve`: server, shop and phone side by side.

use std::process::ExitCode;

use tokio::net::TcpListener;

use super::{
    ServeArgs,
    caller::Caller,
    push::{self, Inbox},
    script::NotificationScript,
    setup::{self, Addresses, PASSWORD, PEOPLE, Prepared},
    shop::Shop,
    web::{self, Web},
};
use crate::{command::serve, failure::Failure, output};

/// Serves until told to stop.
///
/// # Errors
/// Whatever keeps one of them from starting, with a hint.
pub async fn run(args: &ServeArgs) -> Result<ExitCode, Failure> {
    if !args.client_bind.ip().is_loopback() {
        return Err(
            Failure::new(format!("{} is not of this machine alone", args.client_bind))
                .hint("the demonstration's passwords are printed: it serves 127.0.0.1 only"),
        );
    }
    let script = args
        .script
        .as_deref()
        .map(NotificationScript::read)
        .transpose()?;
    let listener = TcpListener::bind(args.client_bind).await.map_err(|error| {
        Failure::new(format!("cannot listen on {}: {error}", args.client_bind))
            .hint("choose another port with --client-bind 127.0.0.1:PORT")
    })?;
    let addresses = Addresses {
        scheme: "http",
        server: args.bind,
        demo: listener.local_addr()?,
    };
    let prepared = setup::prepare(&args.data, &addresses, script.as_ref()).await?;
    let inbox = Inbox::new(&prepared.kept.push_key);
    let bind = args.bind.to_string();
    let server = serve::start(&args.data, Some(&bind)).await?;
    let shop = Shop::new(
        Caller::new()?,
        addresses.issuer(),
        prepared.kept.clone(),
        inbox.clone(),
    );
    let web = Web::new(&addresses, shop, inbox.clone());
    let router = web::router(&web).merge(push::router(inbox));
    let pages = tokio::spawn(async move { axum::serve(listener, router).await });
    let signal = serve::stop_signal()?;
    output::write_line(&welcome(args, &addresses, &prepared))?;
    drop(prepared);
    server.until(signal).await;
    // Nothing there is worth draining: whatever a browser holds open ends here.
    pages.abort();
    Ok(ExitCode::SUCCESS)
}

fn welcome(args: &ServeArgs, addresses: &Addresses, prepared: &Prepared) -> String {
    let pages = addresses.pages();
    let people: Vec<&str> = PEOPLE.iter().map(|person| person.username).collect();
    let made = if prepared.is_new {
        "made just now"
    } else {
        "as you left it"
    };
    let data = args.data.display();
    format!(
        "\nDurward: log in at a shop, approve on a phone.\n\n  \
         start here   {pages}/\n  \
         phone        {pages}/phone\n  \
         shop         {pages}/client\n  \
         server       {issuer}/.well-known/openid-configuration\n\n  \
         people       {people}; their password is {PASSWORD}\n  \
         data         {data} ({made})\n  \
         script       {script}: durward script show {script} --data {data}\n\n\
         Ctrl-C stops all of it.\n",
        issuer = addresses.issuer(),
        people = people.join(" and "),
        script = super::script::NAME,
    )
}
