//! (j) Registrations that a script decides, against registrations without one.

use super::{Bound, Figure};
use crate::{
    failure::Result,
    load::{flows_per_second, median},
    prepared::Prepared,
    setting::{Setting, on_one_thread},
    start::await_ready,
    walkers::applicant::Applicant,
};

/// Pairs of rounds.
const ROUNDS: usize = 5;

/// Looks at the request, changes the client, writes a line: what every such script does.
const SCRIPT: &str = r#"
from io.jans.model.custom.script.type.client import ClientRegistrationType


class ClientRegistration(ClientRegistrationType):
    def __init__(self, currentTimeMillis):
        self.currentTimeMillis = currentTimeMillis

    def init(self, customScript, configurationAttributes):
        return True

    def destroy(self, configurationAttributes):
        return True

    def getApiVersion(self):
        return 11

    def createClient(self, context):
        client = context.getClient()
        if "https://applicant.example/cb" not in list(context.getRegisterRequest().getRedirectUris()):
            return False
        client.setClientName("vetted " + client.getClientName())
        print("vetted %s" % client.getClientId())
        return True

    def updateClient(self, context):
        return True
"#;

/// Measures.
///
/// # Errors
/// When a server does not start or a registration goes wrong.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    on_one_thread(async {
        let plain = prepared(setting).await?;
        let vetted = prepared(setting).await?;
        vetted.put_script("bench_registration", "client_registration", SCRIPT, &[])?;
        let (_one, _other) = (plain.serve()?, vetted.serve()?);
        let mut applicants = Vec::new();
        for side in [&plain, &vetted] {
            let site = side.site()?;
            await_ready(site.address)?;
            applicants.push(
                (0..setting.concurrency)
                    .map(|_| Applicant::at(site))
                    .collect(),
            );
        }
        let mut rates = [Vec::new(), Vec::new()];
        for round in 0..=ROUNDS {
            for (side, rates) in applicants.iter_mut().zip(&mut rates) {
                let rate = flows_per_second(side, setting.round).await?;
                // The first round is to warm up.
                if round > 0 {
                    rates.push(rate);
                }
            }
        }
        let [without, with] = rates.map(|rates| median(&rates));
        let figure = Figure::promised(
            "j_registration_script",
            with / without,
            "x",
            Bound::AtLeast(0.5),
        )
        .of(
            format!("{with:.0}/s with"),
            Some(format!("{without:.0}/s without")),
        )
        .because("each registration waits for its script in another process, and its log is kept");
        Ok(vec![figure])
    })
}

async fn prepared(setting: &Setting) -> Result<Prepared> {
    Prepared::make(
        &setting.durward,
        &setting.new_place()?,
        "http://127.0.0.1:9/",
    )
    .await
}
