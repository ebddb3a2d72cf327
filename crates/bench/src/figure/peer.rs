//! (f) The flows against oidc-provider: one node process with everything
//! in memory, ours with everything on disk.

use std::{
    fs::File,
    io::Write as _,
    process::{Command, Stdio},
    time::Instant,
};

use super::{Bound, Figure};
use crate::{
    failure::{Failure, Result},
    load::{Walker, flows_per_second, median},
    prepared::Prepared,
    process::{Process, family_cpu_seconds, output_of},
    push::{self, Pushes},
    setting::{Setting, on_one_thread},
    start::await_ready,
    walkers::{
        Kind, Site, applicant::Applicant, machine::Machine, pusher::Pusher, shop::Shop, till::Till,
    },
};

/// Pairs of measurements of each flow.
const ROUNDS: usize = 5;

/// Rounds before that: node compiles what is hot.
const WARM_UP_ROUNDS: u32 = 2;

/// Syncs of the disk that are timed.
const SYNCS: usize = 50;

/// What is measured of one flow.
struct Flow {
    name: &'static str,
    bound: Bound,
    why: &'static str,
}

const TOKEN: Flow = Flow {
    name: "f_token",
    bound: Bound::AtLeast(4.0),
    why: "both sign with native code; what is left to win is everything around the signature",
};

const CODE: Flow = Flow {
    name: "f_code_flow",
    bound: Bound::AtLeast(5.0),
    why: "a flow waits for five commits (request, attempt, login, consent, tokens), each a sync of the \
          disk that it shares with the other flows of that moment; the peer writes to a map in its memory",
};

const PAR: Flow = Flow {
    name: "f_par",
    bound: Bound::AtLeast(1.0),
    why: "a pushed request is a row on the disk, synced before it is answered; the peer writes to a \
          map in its memory",
};

const REGISTRATION: Flow = Flow {
    name: "f_registration",
    bound: Bound::AtLeast(1.0),
    why: "a client is a row on the disk, synced before it is answered, and counts against its source; the \
          peer writes to a map in its memory",
};

const CIBA: Flow = Flow {
    name: "f_ciba_flow",
    bound: Bound::AtLeast(2.0),
    why: "a flow waits for four commits, and its script runs in another process, where it asks the \
          server twice (open the push key, post the push); the peer writes to a map in its memory and \
          calls a function of its own, and its approval is one request without pages where ours is three",
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
        let server = prepared.serve()?;
        let ours = prepared.site()?;
        await_ready(ours.address)?;
        let version = output_of(Command::new("node").arg("--version"))?;
        let (peer, address) = start_peer(setting, &push_url)?;
        let theirs = Site {
            address,
            kind: Kind::Peer,
        };
        let duel = Duel {
            setting,
            version: version.trim(),
            sync_ms: sync_ms(setting)?,
            ours: Side {
                site: ours,
                process: &server,
            },
            theirs: Side {
                site: theirs,
                process: &peer,
            },
        };
        Ok(vec![
            duel.fight(&TOKEN, |site, _| Machine::at(site)).await?,
            duel.fight(&CODE, Shop::at).await?,
            duel.fight(&PAR, |site, _| Pusher::at(site)).await?,
            duel.fight(&REGISTRATION, |site, _| Applicant::at(site))
                .await?,
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
    sync_ms: f64,
    ours: Side<'a>,
    theirs: Side<'a>,
}

/// One of the two servers.
#[derive(Clone, Copy)]
struct Side<'a> {
    site: Site,
    process: &'a Process,
}

/// What the rounds of one side came to.
#[derive(Default)]
struct Score {
    rates: Vec<f64>,
    cpu_us: Vec<f64>,
}

impl Score {
    fn told(&self) -> String {
        let (rate, cpu_us) = (median(&self.rates), median(&self.cpu_us));
        format!("{rate:.0}/s, {cpu_us:.0} us of processor each")
    }
}

impl Duel<'_> {
    async fn fight<W: Walker>(
        &self,
        flow: &Flow,
        walker: impl Fn(Site, usize) -> W,
    ) -> Result<Figure> {
        eprintln!("  {}", flow.name);
        let (round, numbers) = (self.setting.round, 0..self.setting.concurrency);
        let mut ours: Vec<W> = numbers.clone().map(|n| walker(self.ours.site, n)).collect();
        let mut theirs: Vec<W> = numbers.map(|n| walker(self.theirs.site, n)).collect();
        flows_per_second(&mut theirs, round * WARM_UP_ROUNDS).await?;
        flows_per_second(&mut ours, round * WARM_UP_ROUNDS).await?;
        let (mut our_score, mut their_score) = (Score::default(), Score::default());
        for _ in 0..ROUNDS {
            self.round(self.ours, &mut ours, &mut our_score).await?;
            self.round(self.theirs, &mut theirs, &mut their_score)
                .await?;
        }
        let ratio = median(&our_score.rates) / median(&their_score.rates);
        let against = format!(
            "oidc-provider, node {}: {}",
            self.version,
            their_score.told()
        );
        let why = format!(
            "{}. A sync of this disk took {:.1} ms.",
            flow.why, self.sync_ms
        );
        Ok(Figure::promised(flow.name, ratio, "x", flow.bound)
            .of(our_score.told(), Some(against))
            .because(&why))
    }

    async fn round<W: Walker>(
        &self,
        side: Side<'_>,
        walkers: &mut Vec<W>,
        score: &mut Score,
    ) -> Result<()> {
        let before = family_cpu_seconds(side.process.pid())?;
        let rate = flows_per_second(walkers, self.setting.round).await?;
        let spent = family_cpu_seconds(side.process.pid())? - before;
        score.rates.push(rate);
        score
            .cpu_us
            .push(spent / (rate * self.setting.round.as_secs_f64()) * 1e6);
        Ok(())
    }
}

/// Median milliseconds that the disk below the data directory takes to sync a page.
fn sync_ms(setting: &Setting) -> Result<f64> {
    let mut file = File::create(setting.new_place()?)?;
    let mut times = Vec::new();
    for _ in 0..SYNCS {
        file.write_all(&[0; 4096])?;
        let began = Instant::now();
        file.sync_data()?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Ok(median(&times))
}
