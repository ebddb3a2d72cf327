//! The workers of one loaded program version: who gets one, and where new ones
//! come from.
//!
//! Callers that find no idle worker queue up in order and are handed one by
//! whoever has one first: a call that ends, or a worker made in the background
//! because one died or more are wanted. Not here: what happens in a turn
//! (`worker.rs`), the trait that callers see (`host_engine.rs`).

use std::{
    collections::VecDeque,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use durward_script::{EngineError, Services, program::Limits};
use tokio::{
    runtime::Handle,
    sync::{Notify, oneshot},
    time::{Instant, timeout, timeout_at},
};

use crate::{
    census::Census,
    host_engine::EngineSettings,
    source::Source,
    turn::{Asks, Turn},
    wire::{self, Done, ToHost},
    worker::Worker,
};

/// Idle workers beyond the first go after this long, when another call ends.
const IDLE: Duration = Duration::from_mins(1);

/// What every worker of a program is made from.
pub(crate) struct Recipe {
    /// Where workers come from.
    pub(crate) source: Arc<Source>,
    /// Answers host calls.
    pub(crate) services: Arc<dyn Services>,
    /// The script's `inum`.
    pub(crate) inum: String,
    /// The encoded `load` frame.
    pub(crate) load: Vec<u8>,
    /// Of each turn.
    pub(crate) limits: Limits,
    /// Workers made of it.
    pub(crate) census: Arc<Census>,
}

impl Recipe {
    /// When a turn that starts now must have ended.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + Duration::from_millis(self.limits.wall_ms)
    }

    /// Who answers its host calls.
    pub(crate) fn asks(&self) -> Asks<'_> {
        Asks {
            services: &*self.services,
            inum: &self.inum,
        }
    }

    /// Of a turn that loads the program.
    pub(crate) fn loading_limits(&self) -> Limits {
        self.source.loading_limits(self.limits)
    }

    /// Makes a worker and loads the program into it; `turn`, under the
    /// limits of loading, has what that said.
    pub(crate) async fn make(&self, turn: &mut Turn<'_>) -> Result<(Worker, Done), EngineError> {
        let mut worker = self.source.worker().await?;
        worker.enter(&self.census);
        let deadline = Instant::now() + Duration::from_millis(turn.wall_ms());
        let done = worker.run(&self.load, turn, deadline).await;
        let done = done.map_err(|error| turn.with_last_lines(error))?;
        Ok((worker, done))
    }
}

/// The workers of one program.
pub(crate) struct Pool {
    recipe: Recipe,
    settings: EngineSettings,
    /// For destructors, which may run anywhere.
    runtime: Handle,
    state: Mutex<State>,
    emptied: Notify,
}

type Waiter = oneshot::Sender<Result<Lease, EngineError>>;

#[derive(Default)]
struct State {
    /// Last used last. Empty while anybody waits.
    idle: Vec<(Worker, Instant)>,
    waiting: VecDeque<Waiter>,
    /// Workers that exist: idle, leased or being destroyed.
    live: usize,
    /// Workers being made.
    making: usize,
    closed: bool,
}

impl Pool {
    /// A pool around its first worker. Must be made inside a tokio runtime.
    pub(crate) fn new(recipe: Recipe, settings: EngineSettings, first: Worker) -> Arc<Self> {
        let state = State {
            idle: vec![(first, Instant::now())],
            live: 1,
            ..State::default()
        };
        let (runtime, emptied) = (Handle::current(), Notify::new());
        let pool = Arc::new(Self {
            recipe,
            settings,
            runtime,
            state: Mutex::new(state),
            emptied,
        });
        if let Source::Jvm(keeper) = &*pool.recipe.source {
            keeper.tell_of_replacement(Arc::downgrade(&pool));
        }
        pool
    }

    /// What the workers are made from.
    pub(crate) fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// Runs one turn on the next free worker. `deadline` covers the wait for it.
    pub(crate) async fn serve(
        self: &Arc<Self>,
        request: &[u8],
        turn: &mut Turn<'_>,
        deadline: Instant,
    ) -> Result<Done, EngineError> {
        let mut lease = match self.take() {
            Taken::Now(lease) => lease,
            Taken::Later(turn_has_come) => match timeout_at(deadline, turn_has_come).await {
                Ok(Ok(lease)) => lease?,
                Ok(Err(_)) => return Err(EngineError::Missing("the pool is gone".to_owned())),
                Err(_) => {
                    return Err(EngineError::TimedOut {
                        limit_ms: turn.wall_ms(),
                    });
                }
            },
            Taken::Never => return Err(EngineError::Exhausted("queue".to_owned())),
        };
        match &mut lease.worker {
            Some(worker) => worker.run(request, turn, deadline).await,
            None => Err(EngineError::Missing("no worker".to_owned())),
        }
    }

    /// Lets running and waiting calls end, `destroy`s every worker and lets it
    /// go. A call that still comes later (its caller looked the program up
    /// before it was replaced) is served by a worker of its own.
    pub(crate) async fn close(self: &Arc<Self>) {
        let idle = {
            let mut state = self.lock();
            state.closed = true;
            std::mem::take(&mut state.idle)
        };
        for (worker, _) in idle {
            self.retire(worker);
        }
        // A call and then its worker's `destroy`: each ends within the limit.
        let limit = Duration::from_millis(self.recipe.limits.wall_ms.saturating_mul(2));
        let emptied = async {
            loop {
                let mut notified = pin!(self.emptied.notified());
                notified.as_mut().enable();
                if self.lock().is_empty() {
                    return;
                }
                notified.await;
            }
        };
        let _ = timeout(limit + Duration::from_secs(5), emptied).await;
    }

    /// New workers come from another process from now on: idle ones of the old one are
    /// replaced, leased ones when they come back. Callers are served all the while.
    pub(crate) fn renew(self: &Arc<Self>) {
        let mut state = self.lock();
        if !state.closed && state.idle.iter().any(|(worker, _)| !worker.is_current()) {
            self.make_one(&mut state);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while holding the lock; if it did, the state is still whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(self: &Arc<Self>) -> Taken {
        let mut state = self.lock();
        while let Some((worker, _)) = state.idle.pop() {
            if worker.is_waiting() {
                return Taken::Now(Lease::new(self, worker));
            }
            tracing::warn!("an idle script worker died or spoke out of turn");
            state.live -= 1;
            self.grow(&mut state);
        }
        if state.waiting.len() >= self.settings.max_waiting {
            state.waiting.retain(|waiter| !waiter.is_closed());
            if state.waiting.len() >= self.settings.max_waiting {
                return Taken::Never;
            }
        }
        let (waiter, turn_has_come) = oneshot::channel();
        state.waiting.push_back(waiter);
        if state.waiting.len() > state.making {
            self.grow(&mut state);
        }
        Taken::Later(turn_has_come)
    }

    /// Makes another worker in the background, if there may be one more.
    fn grow(self: &Arc<Self>, state: &mut State) {
        if state.live + state.making < self.settings.max_workers.max(1) {
            self.make_one(state);
        }
    }

    fn make_one(self: &Arc<Self>, state: &mut State) {
        state.making += 1;
        let making = Making(Some(Arc::clone(self)));
        self.runtime.spawn(making.run());
    }

    /// A background worker is there, or is not going to be.
    fn made(self: &Arc<Self>, worker: Result<Worker, EngineError>) {
        let mut state = self.lock();
        state.making -= 1;
        match worker {
            Ok(worker) => {
                state.live += 1;
                let outdated: Vec<_> = state
                    .idle
                    .extract_if(.., |(worker, _)| !worker.is_current())
                    .collect();
                drop(state);
                for (worker, _) in outdated {
                    self.retire(worker);
                }
                self.give_back(worker);
            }
            Err(error) => {
                tracing::warn!(%error, "a script worker could not be made");
                if state.live + state.making == 0 {
                    // Nobody else is coming: tell everyone now instead of at their deadlines.
                    let waiting = std::mem::take(&mut state.waiting);
                    drop(state);
                    for waiter in waiting {
                        let _ = waiter.send(Err(error.clone()));
                    }
                    self.emptied.notify_waiters();
                }
            }
        }
    }

    /// Hands a usable worker to whoever waits longest, or keeps it.
    fn give_back(self: &Arc<Self>, worker: Worker) {
        let mut lease = Lease::new(self, worker);
        let mut state = self.lock();
        while let Some(waiter) = state.waiting.pop_front() {
            match waiter.send(Ok(lease)) {
                // That caller gave up.
                Err(Ok(back)) => lease = back,
                Ok(()) | Err(Err(_)) => return,
            }
        }
        let Some(worker) = lease.worker.take() else {
            return;
        };
        if !state.closed && !worker.is_current() && state.live + state.making <= 1 {
            self.make_one(&mut state);
        }
        if state.closed || !worker.is_current() {
            drop(state);
            self.retire(worker);
            return;
        }
        state.idle.push((worker, Instant::now()));
        let unused = |(_, since): &(Worker, Instant)| since.elapsed() > IDLE;
        if state.idle.len() > 1 && state.idle.first().is_some_and(unused) {
            state.idle.remove(0);
            state.live -= 1;
        }
    }

    /// A worker died or was killed; another takes its place at once.
    fn lost(self: &Arc<Self>) {
        let mut state = self.lock();
        state.live -= 1;
        if !state.closed || !state.waiting.is_empty() {
            self.grow(&mut state);
        } else if state.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    /// A worker was let go that nobody needs any more.
    fn gone(self: &Arc<Self>) {
        let mut state = self.lock();
        state.live -= 1;
        if !state.waiting.is_empty() {
            self.grow(&mut state);
        } else if state.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    /// Calls `destroy` in the background and lets the worker go.
    fn retire(self: &Arc<Self>, mut worker: Worker) {
        let pool = Arc::clone(self);
        self.runtime.spawn(async move {
            if let Ok(request) = wire::encode(&ToHost::Destroy) {
                let recipe = &pool.recipe;
                let mut turn = Turn::report(recipe.limits, recipe.asks());
                if let Err(error) = worker.run(&request, &mut turn, recipe.deadline()).await {
                    tracing::warn!(%error, "a script's destroy failed");
                }
            }
            drop(worker);
            pool.gone();
        });
    }
}

impl State {
    fn is_empty(&self) -> bool {
        self.live + self.making == 0
    }
}

enum Taken {
    Now(Lease),
    Later(oneshot::Receiver<Result<Lease, EngineError>>),
    Never,
}

/// A worker in the hands of one caller. Dropped, it goes back, or, when its turn
/// did not end well or was abandoned, is killed and replaced.
struct Lease {
    pool: Arc<Pool>,
    worker: Option<Worker>,
}

impl Lease {
    fn new(pool: &Arc<Pool>, worker: Worker) -> Self {
        Self {
            pool: Arc::clone(pool),
            worker: Some(worker),
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        match self.worker.take() {
            Some(worker) if worker.is_usable() => self.pool.give_back(worker),
            Some(worker) => {
                drop(worker);
                self.pool.lost();
            }
            None => {}
        }
    }
}

/// A worker in the making: reports back even if the making panics.
struct Making(Option<Arc<Pool>>);

impl Making {
    async fn run(mut self) {
        let Some(pool) = &self.0 else { return };
        let recipe = &pool.recipe;
        let mut turn = Turn::report(recipe.loading_limits(), recipe.asks());
        let made = recipe.make(&mut turn).await.map(|(worker, _)| worker);
        if let Some(pool) = self.0.take() {
            pool.made(made);
        }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        if let Some(pool) = self.0.take() {
            pool.made(Err(EngineError::Crashed(
                "loading was abandoned".to_owned(),
            )));
        }
    }
}
