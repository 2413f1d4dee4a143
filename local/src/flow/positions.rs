//! The position of each reader in the stream, stored in the data folder.
//!
//! The file is written at most five times a second, when readers have read everything, and at the end of the stack. If
//! the stack is killed, its readers get the last records again, as they may in AWS. A position is stored after the events and
//! dead letters that readers have made of the records before it, so that a loss of power loses none of them.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::ports::Clock;
use jiff::{SignedDuration, Timestamp};
use runtime::system::SystemClock;
use tokio::sync::watch;

use super::{bus::Bus, dead_letters::DeadLetters};

/// The sequence number of the last record that each reader has handled.
pub(super) type Numbers = BTreeMap<String, Option<String>>;

/// The minimum time between two writes of the file.
const SAVE_INTERVAL: SignedDuration = SignedDuration::from_millis(200);

/// The positions of all readers.
#[derive(Debug)]
pub(super) struct Positions {
    file: Option<PathBuf>,
    /// What readers have made of the records.
    bus: Arc<Bus>,
    dead_letters: Arc<DeadLetters>,
    numbers: watch::Sender<Numbers>,
    saved: Mutex<Saved>,
}

/// The state of the file.
#[derive(Debug)]
struct Saved {
    /// The time of the last write.
    at: Option<Timestamp>,
    is_current: bool,
}

impl Positions {
    /// Opens the positions in `file`, of readers whose records become events of the bus or dead letters.
    pub(super) fn open(file: Option<PathBuf>, bus: Arc<Bus>, dead_letters: Arc<DeadLetters>) -> Self {
        let kept = file.as_ref().and_then(|file| fs::read(file).ok());
        let numbers: Numbers = kept.and_then(|kept| serde_json::from_slice(&kept).ok()).unwrap_or_default();
        let saved = Mutex::new(Saved { at: None, is_current: true });
        Self { file, bus, dead_letters, numbers: watch::Sender::new(numbers), saved }
    }

    /// Removes readers that no longer exist, so that nothing waits for them.
    pub(super) fn keep_only(&self, readers: &[&str]) {
        self.numbers.send_modify(|numbers| numbers.retain(|reader, _| readers.contains(&reader.as_str())));
    }

    /// Returns whether a reader has ever read.
    pub(super) fn knows(&self, reader: &str) -> bool {
        self.numbers.borrow().contains_key(reader)
    }

    pub(super) fn of(&self, reader: &str) -> Option<String> {
        self.numbers.borrow().get(reader).cloned().flatten()
    }

    /// Returns the position that all readers have reached; `None` if a reader hasn't read anything.
    pub(super) fn of_all(&self) -> Option<String> {
        self.numbers.borrow().values().min().cloned().flatten()
    }

    pub(super) fn set(&self, reader: &str, number: Option<String>) {
        let changed = self
            .numbers
            .send_if_modified(|numbers| numbers.insert(reader.to_owned(), number.clone()) != Some(number.clone()));
        if changed {
            let mut saved = self.saved();
            saved.is_current = false;
            if saved.at.is_none_or(|at| SystemClock.now().duration_since(at) >= SAVE_INTERVAL) {
                self.write(&mut saved);
            }
        }
    }

    /// Returns whether positions have changed since the file was written.
    pub(super) fn are_unsaved(&self) -> bool {
        !self.saved().is_current
    }

    /// Writes the file if positions have changed.
    pub(super) fn save(&self) {
        let mut saved = self.saved();
        if !saved.is_current {
            self.write(&mut saved);
        }
    }

    /// Waits until all readers have handled the record with that sequence number.
    pub(super) async fn reached(&self, number: &str) {
        let reached = |numbers: &Numbers| numbers.values().all(|at| at.as_deref().is_some_and(|at| at >= number));
        // The sender lives as long as `self`.
        let _ = self.numbers.subscribe().wait_for(reached).await;
    }

    fn write(&self, saved: &mut Saved) {
        *saved = Saved { at: Some(SystemClock.now()), is_current: true };
        let Some(file) = &self.file else { return };
        let numbers = self.numbers.borrow().clone();
        let written = || {
            self.bus.sync()?;
            self.dead_letters.sync()?;
            let next = file.with_extension("new");
            let mut written = File::create(&next)?;
            written.write_all(&serde_json::to_vec(&numbers)?)?;
            written.sync_all()?;
            fs::rename(next, file)
        };
        if let Err(error) = written() {
            tracing::error!(%error, "a position can't be kept: its records come again after a restart");
            saved.is_current = false;
        }
    }

    fn saved(&self) -> MutexGuard<'_, Saved> {
        self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Positions {
    fn drop(&mut self) {
        self.save();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_position_survives_a_restart_and_is_reached_once_all_readers_are() {
        let home = tempfile::tempdir().unwrap();
        let file = Some(home.path().join("positions.json"));
        let open = || {
            let bus = Arc::new(Bus::new(Vec::new(), None));
            Positions::open(file.clone(), bus, Arc::default())
        };
        let positions = open();
        assert!(!positions.knows("relay"));
        positions.set("relay", Some("2".to_owned()));
        positions.set("notify", Some("1".to_owned()));
        drop(positions);
        let positions = open();
        assert_eq!(positions.of("relay").as_deref(), Some("2"));
        positions.reached("1").await;
        let waiting = positions.reached("2");
        tokio::select! {
            biased;
            () = waiting => panic!("notify isn't there yet"),
            () = std::future::ready(()) => {}
        }
        positions.set("notify", Some("2".to_owned()));
        positions.reached("2").await;
    }
}
