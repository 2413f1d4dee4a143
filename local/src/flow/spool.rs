//! Messages that must not be lost before they are handled. Each is stored in a file in the data folder, or only in
//! memory if the stack has no folder.

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use domain::{id::new_ulid, ports::Clock};
use runtime::system::{SystemClock, SystemEntropy};
use serde_json::Value;

/// The messages of a queue by name, in order of arrival.
#[derive(Debug, Default)]
pub(crate) struct Spool {
    folder: Option<PathBuf>,
    messages: Mutex<BTreeMap<String, Value>>,
}

impl Spool {
    /// Opens the messages in `folder`. The folder is created when the first message is stored.
    pub(crate) fn open(folder: Option<PathBuf>) -> Self {
        let files = folder.as_ref().and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
        let messages = files.filter_map(|file| {
            let name = file.path().file_stem()?.to_str()?.to_owned();
            // A file with an incomplete message is left by a stack that was killed while it wrote. The message was
            // never acknowledged.
            Some((name, serde_json::from_slice(&fs::read(file.path()).ok()?).ok()?))
        });
        let messages = Mutex::new(messages.collect());
        Self { folder, messages }
    }

    /// Stores a message, and returns its name.
    pub(crate) fn keep(&self, message: Value) -> String {
        let name = new_ulid(SystemClock.now(), &SystemEntropy).to_string();
        if let Some(folder) = &self.folder {
            let written = fs::create_dir_all(folder)
                .and_then(|()| fs::write(folder.join(format!("{name}.json")), format!("{message:#}\n")));
            if let Err(error) = written {
                tracing::error!(%error, folder = %folder.display(), "a message is kept in memory only");
            }
        }
        self.change(|messages| messages.insert(name.clone(), message));
        name
    }

    /// Removes a message.
    pub(crate) fn forget(&self, name: &str) {
        if let Some(folder) = &self.folder
            && let Err(error) = fs::remove_file(folder.join(format!("{name}.json")))
        {
            tracing::warn!(%error, name, "a message will come again at the next start");
        }
        self.change(|messages| messages.remove(name));
    }

    /// Returns all messages by name.
    pub(crate) fn messages(&self) -> BTreeMap<String, Value> {
        self.change(|messages| messages.clone())
    }

    fn change<T>(&self, change: impl FnOnce(&mut BTreeMap<String, Value>) -> T) -> T {
        change(&mut self.messages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_kept_is_found_after_a_restart_until_it_is_forgotten() {
        let home = tempfile::tempdir().unwrap();
        let folder = Some(home.path().join("queue"));
        let spool = Spool::open(folder.clone());
        let first = spool.keep(json!({"n": 1}));
        spool.keep(json!({"n": 2}));
        spool.forget(&first);
        fs::write(home.path().join("queue/half.json"), "{").unwrap();
        let found: Vec<_> = Spool::open(folder).messages().into_values().collect();
        assert_eq!(found, [json!({"n": 2})]);
    }
}
