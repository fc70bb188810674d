//! The writer: the one thread that changes a file (group commit).
//!
//! What is asked for while the disk is busy with one group is the next group: many appends share one commit, and none
//! is answered before its own.

use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::mpsc;

use crate::error::LogError;

/// Tasks that may wait for the thread. Whoever has more waits.
const WAITING: usize = 1024;

/// Tasks that share a commit, at most: some milliseconds of work.
const GROUP: usize = 256;

/// After a group that the disk had no room for, so many must fit before the disk is trusted again.
const TIGHT: u32 = 1000;

/// A change of a file.
pub trait Task: Send + 'static {
    /// Makes the change, within the transaction of its group. After an error nothing of it is left.
    fn apply(&mut self, db: &Connection) -> Result<(), LogError>;

    /// The group is on the disk, and no transaction is open: for what cannot be done within one.
    fn after(&mut self, _: &Connection) {}

    /// The group is on the disk, or is not.
    fn done(self: Box<Self>, outcome: Result<(), LogError>);
}

/// What the thread does when nobody waits for it.
pub trait Upkeep: Send + 'static {
    /// Does a little of it. Whether there is more to do.
    fn step(&mut self, db: &Connection) -> bool;

    /// Whether it can no longer wait for a pause.
    fn is_urgent(&self, db: &Connection) -> bool;
}

/// A handle of the thread. When it is dropped, what was asked for is still done, and then the file is let go of.
#[derive(Debug)]
pub struct Writer {
    tasks: Mutex<Option<mpsc::Sender<Box<dyn Task>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread, which owns the connection from here on, and `with_it` until the end.
    pub fn start(db: Connection, upkeep: impl Upkeep, with_it: impl Send + 'static) -> std::io::Result<Self> {
        let (tasks, waiting) = mpsc::channel(WAITING);
        let thread = std::thread::Builder::new().name("log-writer".to_owned()).spawn(move || {
            run(&db, waiting, upkeep);
            // What was committed moves into the file itself, so that the file alone is the whole. Where that cannot be
            // done, as on a full disk, it stays beside it and is found there.
            let _ = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
            if let Err((_, error)) = db.close() {
                tracing::warn!(%error, "the log was not closed as it should");
            }
            drop(with_it);
        })?;
        Ok(Self { tasks: Mutex::new(Some(tasks)), thread: Mutex::new(Some(thread)) })
    }

    /// Hands a task over, and waits if too many wait already. Its outcome comes by [`Task::done`].
    pub async fn submit(&self, task: Box<dyn Task>) -> Result<(), LogError> {
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner).clone();
        tasks.ok_or(LogError::Closed)?.send(task).await.map_err(|_| LogError::Closed)
    }

    /// Hands a task over if there is room for it, and gives it back if not.
    pub fn try_submit(&self, task: Box<dyn Task>) -> Result<(), Box<dyn Task>> {
        use mpsc::error::TrySendError::{Closed, Full};
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        match tasks.as_ref().map(|tasks| tasks.try_send(task)) {
            Some(Err(Full(task))) => Err(task),
            // A thread that has ended does nothing any more: there is no use in keeping the task.
            Some(Err(Closed(_)) | Ok(())) | None => Ok(()),
        }
    }

    /// Takes no more tasks, and waits until the thread has done those that it has and let go of the file.
    pub async fn close(&self) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Fails only when the thread has panicked, which has been told already.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

fn run(db: &Connection, mut waiting: mpsc::Receiver<Box<dyn Task>>, mut upkeep: impl Upkeep) {
    let mut group: Vec<Box<dyn Task>> = Vec::with_capacity(GROUP);
    // Groups that must still fit until the disk no longer counts as full.
    let mut tight = 0_u32;
    loop {
        while waiting.is_empty() && !waiting.is_closed() && upkeep.step(db) {}
        if waiting.blocking_recv_many(&mut group, GROUP) == 0 {
            return;
        }
        let outcomes = match if tight > 0 { move_in(db) } else { Ok(()) } {
            Ok(()) => apply(db, &mut group),
            Err(error) => vec![Err(error); group.len()],
        };
        tight = if outcomes.contains(&Err(LogError::Full)) { TIGHT } else { tight.saturating_sub(1) };
        for (mut task, outcome) in group.drain(..).zip(outcomes) {
            if outcome.is_ok() {
                task.after(db);
            }
            task.done(outcome);
        }
        if upkeep.is_urgent(db) {
            upkeep.step(db);
        }
    }
}

/// What was committed last moves into the file itself, where it takes less room than beside it: there, a page stands once
/// for every time that it was changed. On a disk that was full, whatever room there is again goes to this first, since
/// a group that took it would leave none for the move, and none would ever come free.
fn move_in(db: &Connection) -> Result<(), LogError> {
    // This never waits for readers: what they still look at moves the next time.
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
    Ok(())
}

fn apply(db: &Connection, group: &mut [Box<dyn Task>]) -> Vec<Result<(), LogError>> {
    let all = |error: LogError| vec![Err(error); group.len()];
    if let Err(error) = db.execute_batch("BEGIN IMMEDIATE") {
        return all(error.into());
    }
    let mut outcomes = Vec::with_capacity(group.len());
    for task in group.iter_mut() {
        let outcome = apply_one(db, task.as_mut());
        // Some errors end the transaction and take with them what the others did.
        if let (true, Err(error)) = (db.is_autocommit(), &outcome) {
            return vec![Err(error.clone()); group.len()];
        }
        outcomes.push(outcome);
    }
    if let Err(error) = db.execute_batch("COMMIT") {
        if !db.is_autocommit() {
            // Nothing that can be done about it if this fails too: the next group will tell.
            let _ = db.execute_batch("ROLLBACK");
        }
        let error = LogError::from(error);
        return outcomes.into_iter().map(|outcome| outcome.and(Err(error.clone()))).collect();
    }
    outcomes
}

fn apply_one(db: &Connection, task: &mut dyn Task) -> Result<(), LogError> {
    db.execute_batch("SAVEPOINT task")?;
    let outcome = task.apply(db);
    let end = if outcome.is_ok() { "RELEASE task" } else { "ROLLBACK TO task; RELEASE task" };
    if !db.is_autocommit() {
        db.execute_batch(end)?;
    }
    outcome
}
