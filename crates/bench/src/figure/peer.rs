//! (f) The three flows against oidc-provider: one node process with everything
//! in memory, ours with everything on disk.

use std::process::{Command, Stdio};

use super::{Bound, Figure};
use crate::{
    failure::{Failure, Result},
    load::{Walker, flows_per_second, median},
    prepared::Prepared,
    process::{Process, output_of},
    push::{self, Pushes},
    setting::{Setting, on_one_thread},
    start::await_ready,
    walkers::{Kind, Site, machine::Machine, shop::Shop, till::Till},
};

/// Pairs of measurements of each flow.
const ROUNDS: usize = 5;

/// Rounds before that: node compiles what is hot.
const WARM_UP_ROUNDS: u32 = 2;

/// What is measured of one flow.
struct Flow {
    name: &'static str,
    bound: Bound,
    why: &'static str,
}

const TOKEN: Flow = Flow {
    name: "f_token",
    bound: Bound::AtLeast(4.0),
    why: "node signs with the same class of native code; what is left to win is everything around it.",
};

const CODE: Flow = Flow {
    name: "f_code_flow",
    bound: Bound::AtLeast(5.0),
    why: "each flow commits to disk several times where the peer writes to a map in its memory.",
};

const CIBA: Flow = Flow {
    name: "f_ciba_flow",
    bound: Bound::AtLeast(2.0),
    why: "each flow commits to disk several times, and its script crosses to a worker and back for \
          each host call, where the peer calls a function of its own.",
};

/// Measures.
///
/// # Errors
/// When a server does not start or a flow goes wrong.
pub fn measure(setting: &Setting) -> Result<Vec<Figure>> {
    if !setting.peer.join("node_modules/oidc-provider").is_dir() {
        let place = setting.peer.display();
        return Err(Failure::new(format!(
            "oidc-provider is not installed: npm ci in {place}"
        )));
    }
    on_one_thread(async {
        let pushes = Pushes::default();
        let push_url = format!(
            "http://{}/send",
            push::start(pushes.clone(), std::time::Duration::ZERO).await?
        );
        let prepared = Prepared::make(&setting.durward, &setting.new_place()?, &push_url).await?;
        let _server = prepared.serve()?;
        let ours = prepared.site()?;
        await_ready(ours.address)?;
        let version = output_of(Command::new("node").arg("--version"))?;
        let (_peer, address) = start_peer(setting, &push_url)?;
        let theirs = Site {
            address,
            kind: Kind::Peer,
        };
        let duel = Duel {
            setting,
            version: version.trim(),
            ours,
            theirs,
        };
        Ok(vec![
            duel.fight(&TOKEN, |site, _| Machine::at(site)).await?,
            duel.fight(&CODE, Shop::at).await?,
            duel.fight(&CIBA, |site, number| Till::at(site, number, &pushes))
                .await?,
        ])
    })
}

fn start_peer(setting: &Setting, push_url: &str) -> Result<(Process, std::net::SocketAddr)> {
    let mut command = Command::new("node");
    command
        .arg(setting.peer.join("peer.mjs"))
        .arg(push_url)
        .env("NODE_ENV", "production")
        // Its warnings that a store in memory is for development only.
        .stderr(Stdio::null());
    Process::start_and_read(&mut command)
}

struct Duel<'a> {
    setting: &'a Setting,
    version: &'a str,
    ours: Site,
    theirs: Site,
}

impl Duel<'_> {
    async fn fight<W: Walker>(
        &self,
        flow: &Flow,
        walker: impl Fn(Site, usize) -> W,
    ) -> Result<Figure> {
        eprintln!("  {}", flow.name);
        let (round, concurrency) = (self.setting.round, self.setting.concurrency);
        let mut ours: Vec<W> = (0..concurrency)
            .map(|number| walker(self.ours, number))
            .collect();
        let mut theirs: Vec<W> = (0..concurrency)
            .map(|number| walker(self.theirs, number))
            .collect();
        flows_per_second(&mut theirs, round * WARM_UP_ROUNDS).await?;
        flows_per_second(&mut ours, round * WARM_UP_ROUNDS).await?;
        let (mut our_rates, mut their_rates) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            our_rates.push(flows_per_second(&mut ours, round).await?);
            their_rates.push(flows_per_second(&mut theirs, round).await?);
        }
        let (our_rate, their_rate) = (median(&our_rates), median(&their_rates));
        let against = format!("oidc-provider, node {}: {their_rate:.0}/s", self.version);
        Ok(
            Figure::promised(flow.name, our_rate / their_rate, "x", flow.bound)
                .of(format!("{our_rate:.0} flows/s"), Some(against))
                .because(flow.why),
        )
    }
}
