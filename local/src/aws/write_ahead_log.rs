//! The write-ahead log of the table's file, and the wait until a write is on disk.
//!
//! `SQLite` commits to the log without waiting for the disk. Each write waits here before it is answered. One wait for the
//! disk serves all writes that were committed before it, so that many writers at once don't wait one after another. A
//! read doesn't wait: for a few milliseconds it may see a write that a loss of power would undo, together with everything
//! that depends on it.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{sync::Mutex, task::spawn_blocking};

/// The log of a file.
#[derive(Debug)]
pub(super) struct WriteAheadLog {
    file: Arc<File>,
    /// The number of writes that have been committed.
    committed: AtomicU64,
    progress: Arc<Mutex<Progress>>,
    #[cfg(test)]
    waits: AtomicU64,
}

/// What is on disk.
#[derive(Debug, Clone, Copy)]
enum Progress {
    /// So many of the committed writes.
    Synced(u64),
    /// Unknown, because the operating system reported an error. It doesn't repeat a report, so a later success would
    /// prove nothing.
    Failed,
}

impl WriteAheadLog {
    /// Opens the log of an open database file.
    pub(super) fn open(database: &Path) -> io::Result<Self> {
        let mut path = database.as_os_str().to_owned();
        path.push("-wal");
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        Ok(Self {
            file: Arc::new(file),
            committed: AtomicU64::new(0),
            progress: Arc::new(Mutex::new(Progress::Synced(0))),
            #[cfg(test)]
            waits: AtomicU64::new(0),
        })
    }

    /// Waits until the caller's write, which is committed, is on disk.
    pub(super) async fn sync(&self) -> io::Result<()> {
        let write = self.committed.fetch_add(1, Ordering::SeqCst) + 1;
        let mut progress = Arc::clone(&self.progress).lock_owned().await;
        match *progress {
            Progress::Synced(synced) if synced >= write => return Ok(()),
            Progress::Synced(_) => {}
            Progress::Failed => return Err(io::Error::other("an earlier write failed; start the stack again")),
        }
        let committed = self.committed.load(Ordering::SeqCst);
        #[cfg(test)]
        self.waits.fetch_add(1, Ordering::SeqCst);
        let file = Arc::clone(&self.file);
        // The result is kept even if the caller goes away meanwhile.
        let wait = move || {
            let done = file.sync_data();
            *progress = if done.is_ok() { Progress::Synced(committed) } else { Progress::Failed };
            done
        };
        spawn_blocking(wait).await.map_err(io::Error::other).flatten()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn one_wait_serves_all_writes_that_were_committed_before_it() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("table.sqlite-wal"), "").unwrap();
        let log = WriteAheadLog::open(&home.path().join("table.sqlite")).unwrap();
        let waits = futures_util::future::join_all((0..20).map(|_| log.sync()));
        assert!(waits.await.iter().all(Result::is_ok));
        assert!(matches!(*log.progress.lock().await, Progress::Synced(20)));
        // The first write waits alone: the others are committed while it does.
        assert_eq!(log.waits.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn the_result_of_a_wait_is_kept_if_the_caller_goes_away() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("table.sqlite-wal"), "").unwrap();
        let log = WriteAheadLog::open(&home.path().join("table.sqlite")).unwrap();
        let _ = log.sync().now_or_never();
        assert!(matches!(*log.progress.lock().await, Progress::Synced(1)));
    }

    #[tokio::test]
    async fn after_a_failure_no_write_is_acknowledged() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("table.sqlite-wal"), "").unwrap();
        let log = WriteAheadLog::open(&home.path().join("table.sqlite")).unwrap();
        *log.progress.lock().await = Progress::Failed;
        assert!(log.sync().await.is_err());
    }
}
