//! Messages that must not be lost before they are handled. Each is stored in a file in the data folder, or only in
//! memory if the stack has no folder.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use domain::{id::new_ulid, ports::Clock};
use runtime::system::{SystemClock, SystemEntropy};
use serde_json::Value;

/// The messages of a queue by name, in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Spool {
    folder: Option<PathBuf>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    messages: BTreeMap<String, Value>,
    /// The messages whose files a loss of power would undo.
    unsynced: BTreeSet<String>,
}

impl Spool {
    /// Opens the messages in `folder`. The folder is created when the first message is stored.
    pub(crate) fn open(folder: Option<PathBuf>) -> Self {
        let files = folder.as_ref().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
        let messages = files.filter_map(|file| {
            let path = file.path();
            let name = path.file_stem()?.to_str()?.to_owned();
            match fs::read(&path).and_then(|text| serde_json::from_slice(&text).map_err(io::Error::from)) {
                Ok(message) => Some((name, message)),
                // A stack was killed while it wrote the file. Whoever sent the message keeps it until a later one is stored too.
                Err(error) => {
                    tracing::warn!(%error, file = %path.display(), "a message isn't complete");
                    None
                }
            }
        });
        let kept = Kept { messages: messages.collect(), unsynced: BTreeSet::new() };
        Self { folder, kept: Mutex::new(kept) }
    }

    /// Stores a message, and returns its name. Until [`Self::sync`], a loss of power would undo it.
    ///
    /// # Errors
    /// The file can't be written.
    pub(crate) fn keep(&self, message: Value) -> io::Result<String> {
        let name = new_ulid(SystemClock.now(), &SystemEntropy).to_string();
        if let Some(folder) = &self.folder {
            fs::create_dir_all(folder)?;
            fs::write(file_of(folder, &name), format!("{message:#}\n"))?;
        }
        self.change(|kept| {
            kept.unsynced.insert(name.clone());
            kept.messages.insert(name.clone(), message);
        });
        Ok(name)
    }

    /// Waits until all messages are on disk.
    ///
    /// # Errors
    /// A message can't be written to the disk.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let unsynced = self.change(|kept| std::mem::take(&mut kept.unsynced));
        if unsynced.is_empty() {
            return Ok(());
        }
        let synced = unsynced.iter().try_for_each(|name| match File::open(file_of(folder, name)) {
            Ok(file) => file.sync_all(),
            // It was removed meanwhile.
            Err(_) if self.change(|kept| !kept.messages.contains_key(name)) => Ok(()),
            Err(error) => Err(error),
        });
        let synced = synced.and_then(|()| sync_folder(folder));
        if synced.is_err() {
            self.change(|kept| kept.unsynced.extend(unsynced));
        }
        synced
    }

    /// Removes a message.
    pub(crate) fn forget(&self, name: &str) {
        self.change(|kept| {
            kept.messages.remove(name);
            kept.unsynced.remove(name);
        });
        if let Some(folder) = &self.folder
            && let Err(error) = fs::remove_file(file_of(folder, name))
        {
            tracing::warn!(%error, name, "a message will come again at the next start");
        }
    }

    /// Returns all messages by name.
    pub(crate) fn messages(&self) -> BTreeMap<String, Value> {
        self.change(|kept| kept.messages.clone())
    }

    fn change<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> T {
        change(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn file_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.json"))
}

/// Writes the names of a folder's files to the disk. Windows does so with the files.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_survive_a_restart_until_they_are_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let folder = Some(home.path().join("queue"));
        let spool = Spool::open(folder.clone());
        let first = spool.keep(json!({"n": 1})).unwrap();
        spool.keep(json!({"n": 2})).unwrap();
        spool.forget(&first);
        fs::write(home.path().join("queue/half.json"), "{").unwrap();
        let found: Vec<_> = Spool::open(folder).messages().into_values().collect();
        assert_eq!(found, [json!({"n": 2})]);
    }

    #[test]
    fn a_message_that_cannot_be_stored_is_refused() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("queue"), "a file in place of the folder").unwrap();
        let spool = Spool::open(Some(home.path().join("queue")));
        assert!(spool.keep(json!({"n": 1})).is_err());
        assert!(spool.messages().is_empty());
    }

    #[test]
    fn syncing_fails_until_a_missing_message_is_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let spool = Spool::open(Some(home.path().join("queue")));
        spool.keep(json!({"n": 1})).unwrap();
        spool.sync().unwrap();
        let lost = spool.keep(json!({"n": 2})).unwrap();
        fs::remove_file(home.path().join(format!("queue/{lost}.json"))).unwrap();
        assert!(spool.sync().is_err());
        assert!(spool.sync().is_err());
        spool.forget(&lost);
        spool.sync().unwrap();
    }
}
