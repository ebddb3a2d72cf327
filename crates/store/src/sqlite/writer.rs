//! The writer thread: takes whatever waits, runs it in one transaction, commits
//! once, then answers everybody. An answered write is on disk.
//! Not here: what a write does to its row.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::{
    apply::{self, Effect},
    connection::open_writer,
    counts::Counts,
    fault,
};
use crate::{StoreError, change::Write, statements::BUMP_REVISION};

/// Jobs that may wait; a caller beyond that waits for a place.
const QUEUE: usize = 1024;

/// Jobs that share one commit: enough to make the sync cheap for each, few enough
/// that the first of them does not wait for long.
const GROUP: usize = 256;

/// How long a group that is much smaller than the last one waits for company: little
/// beside a sync.
const GATHER: Duration = Duration::from_micros(50);

/// Rows that one sweep job removes, so that writes come between.
pub(super) const SWEEP_CHUNK: u64 = 500;

/// Work for the writer.
pub(super) enum Task {
    /// All of these writes or none.
    Apply(Vec<Write>),
    /// Remove one chunk of rows that expired before that moment, in milliseconds.
    Sweep(i64),
    /// Whatever a test wants to go wrong.
    #[cfg(test)]
    Disturb(fn(&Connection) -> Result<(), StoreError>),
}

struct Job {
    task: Task,
    answer: oneshot::Sender<Outcome>,
}

type Outcome = Result<Effect, StoreError>;

/// The way to the writer thread. Dropping it lets the thread finish what waits, and waits for that.
pub(super) struct Writer {
    queue: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread on a connection of its own.
    pub(super) fn start(
        path: PathBuf,
        connection: Connection,
        counts: Arc<Counts>,
    ) -> Result<Self, StoreError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let thread = thread::Builder::new()
            .name("durward-store-writer".to_owned())
            .spawn(move || run(&path, connection, jobs, &counts))
            .map_err(|error| StoreError::Fault(format!("writer thread: {error}")))?;
        Ok(Self {
            queue: Some(queue),
            thread: Some(thread),
        })
    }

    /// Hands a task over and waits for the commit. A caller that stops waiting does
    /// not undo it: the task is done all the same.
    pub(super) async fn run(&self, task: Task) -> Outcome {
        let (answer, answered) = oneshot::channel();
        let gone = || StoreError::Fault("the writer has stopped".to_owned());
        let queue = self.queue.as_ref().ok_or_else(gone)?;
        queue.send(Job { task, answer }).await.map_err(|_| gone())?;
        // The sender dies without an answer only if the thread dies.
        answered.await.map_err(|_| gone())?
    }

    /// Jobs in the queue.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.queue
            .as_ref()
            .map_or(0, |queue| queue.max_capacity() - queue.capacity())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer thread panicked");
        }
    }
}

fn run(path: &Path, connection: Connection, mut jobs: mpsc::Receiver<Job>, counts: &Counts) {
    let mut connection = Some(connection);
    let mut group = Group::default();
    let mut previous = 0;
    while let Some(first) = jobs.blocking_recv() {
        group.take(first, &mut jobs);
        // Those who were just answered tend to come back within microseconds. Without
        // a moment's patience the first of them would have a commit to itself while
        // all others wait for it. A writer that is alone never waits here.
        if group.tasks.len() < previous / 2 {
            thread::sleep(GATHER);
            group.fill(&mut jobs);
        }
        previous = group.tasks.len();
        let outcomes = commit(path, &mut connection, &group.tasks);
        let changed = |outcome: &Outcome| outcome.as_ref().is_ok_and(|effect| effect.rows > 0);
        if outcomes.iter().any(changed) {
            counts.committed();
        }
        group.answer(outcomes);
    }
}

/// Jobs that share a commit.
#[derive(Default)]
struct Group {
    tasks: Vec<Task>,
    answers: Vec<oneshot::Sender<Outcome>>,
}

impl Group {
    fn take(&mut self, first: Job, jobs: &mut mpsc::Receiver<Job>) {
        self.tasks.push(first.task);
        self.answers.push(first.answer);
        self.fill(jobs);
    }

    /// Adds what waits, as far as there is room.
    fn fill(&mut self, jobs: &mut mpsc::Receiver<Job>) {
        while self.tasks.len() < GROUP {
            let Ok(job) = jobs.try_recv() else { break };
            self.tasks.push(job.task);
            self.answers.push(job.answer);
        }
    }

    /// Answers everybody and is empty again. A waiter that has gone away is not told.
    fn answer(&mut self, outcomes: Vec<Outcome>) {
        self.tasks.clear();
        for (answer, outcome) in self.answers.drain(..).zip(outcomes) {
            let _ = answer.send(outcome);
        }
    }
}

/// One outcome for each task, whatever happens. After a failure the connection is
/// closed, which rolls back, and opened afresh for the next group.
fn commit(path: &Path, connection: &mut Option<Connection>, tasks: &[Task]) -> Vec<Outcome> {
    let attempt = catch_unwind(AssertUnwindSafe(|| {
        let connection = match connection.take() {
            Some(connection) => connection,
            None => open_writer(path).map_err(fault)?,
        };
        let outcomes = commit_group(&connection, tasks)?;
        Ok((connection, outcomes))
    }));
    let error = match attempt {
        Ok(Ok((healthy, outcomes))) => {
            *connection = Some(healthy);
            return outcomes;
        }
        Ok(Err(error)) => error,
        Err(panic) => StoreError::Fault(format!(
            "the writer panicked: {}",
            panic_message(panic.as_ref())
        )),
    };
    tracing::error!(%error, waiters = tasks.len(), "a group of writes failed");
    let same = |error: &StoreError| match error {
        StoreError::Full(text) => StoreError::Full(text.clone()),
        StoreError::Fault(text) => StoreError::Fault(text.clone()),
        conflict @ StoreError::Conflict { .. } => StoreError::Fault(conflict.to_string()),
    };
    tasks.iter().map(|_| Err(same(&error))).collect()
}

/// Runs a group in one transaction. `Err` means that nothing of it may be believed.
fn commit_group(connection: &Connection, tasks: &[Task]) -> Result<Vec<Outcome>, StoreError> {
    let alone = tasks.len() == 1;
    execute(connection, "BEGIN IMMEDIATE")?;
    let mut outcomes = Vec::with_capacity(tasks.len());
    for task in tasks {
        outcomes.push(run_task(connection, task, alone)?);
    }
    let mut effects = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok());
    if effects.clone().all(|effect| effect.rows == 0) {
        execute(connection, "ROLLBACK")?;
        return Ok(outcomes);
    }
    if effects.any(|effect| effect.watched) {
        execute(connection, BUMP_REVISION)?;
    }
    execute(connection, "COMMIT")?;
    Ok(outcomes)
}

/// One task within the transaction. The inner result is its own; the outer one
/// ends the whole group.
fn run_task(connection: &Connection, task: &Task, alone: bool) -> Result<Outcome, StoreError> {
    let unguarded = match task {
        // Nobody else is touched by rolling back all of it.
        _ if alone => true,
        Task::Apply(writes) => !apply::may_conflict_midway(writes),
        Task::Sweep(_) => false,
        #[cfg(test)]
        Task::Disturb(_) => false,
    };
    if unguarded {
        return match perform(connection, task) {
            own @ (Ok(_) | Err(StoreError::Conflict { .. })) => Ok(own),
            Err(failure) => Err(failure),
        };
    }
    execute(connection, "SAVEPOINT task")?;
    let own = perform(connection, task);
    if own.is_err() {
        // A failure such as a full disk ends the transaction, and with it the group.
        if connection.is_autocommit() {
            return own.map(Ok);
        }
        execute(connection, "ROLLBACK TO task")?;
    }
    execute(connection, "RELEASE task")?;
    Ok(own)
}

fn perform(connection: &Connection, task: &Task) -> Outcome {
    match task {
        Task::Apply(writes) => apply::apply(connection, writes),
        Task::Sweep(now_ms) => apply::sweep(connection, *now_ms, SWEEP_CHUNK),
        #[cfg(test)]
        Task::Disturb(disturb) => disturb(connection).map(|()| Effect::default()),
    }
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(sql).map_err(fault)?;
    statement.execute([]).map(drop).map_err(fault)
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
