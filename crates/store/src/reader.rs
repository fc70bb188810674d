//! A reader: a thread that reads a file beside the one that writes it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::error::LogError;

/// Questions that may wait for the thread. Whoever has more waits.
const WAITING: usize = 64;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// A handle of the thread, which ends when it is dropped.
#[derive(Debug)]
pub struct Reader {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    closing: Arc<AtomicBool>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Reader {
    /// Starts the thread, which owns the connection from here on.
    pub fn start(db: Connection, name: &str) -> std::io::Result<Self> {
        let (jobs, mut waiting) = mpsc::channel::<Job>(WAITING);
        let closing = Arc::new(AtomicBool::new(false));
        let closes = Arc::clone(&closing);
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            while let Some(job) = waiting.blocking_recv() {
                if !closes.load(Ordering::Acquire) {
                    job(&db);
                }
            }
        })?;
        Ok(Self { jobs: Mutex::new(Some(jobs)), closing, thread: Mutex::new(Some(thread)) })
    }

    /// Answers no more questions but the one under way, and waits until the thread has let go of the file.
    pub async fn close(&self) {
        self.closing.store(true, Ordering::Release);
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Fails only when the thread has panicked, which has been told already.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    /// Reads. All that `read` sees is of one moment.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, LogError> + Send + 'static,
    ) -> Result<T, LogError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |db| {
            let moment = || {
                let transaction = db.unchecked_transaction()?;
                let found = read(&transaction)?;
                transaction.commit()?;
                Ok(found)
            };
            // Whoever has asked may be gone.
            let _ = answer.send(moment());
        });
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        jobs.ok_or(LogError::Closed)?.send(job).await.map_err(|_| LogError::Closed)?;
        answered.await.map_err(|_| LogError::Closed)?
    }
}
