//! The template's dead-letter queues. `/_local/dead-letters` shows their messages to developers.

use std::{collections::BTreeMap, io, path::Path};

use serde_json::{Value, json};

use super::spool::Spool;

/// The messages, by queue.
#[derive(Debug, Default)]
pub(crate) struct DeadLetters(BTreeMap<String, Spool>);

impl DeadLetters {
    /// Opens the queues with these names, which are stored in a subfolder of `folder`.
    pub(crate) fn open(queues: impl IntoIterator<Item = String>, folder: Option<&Path>) -> Self {
        let open = |name: String| {
            let spool = Spool::open(folder.map(|folder| folder.join("dead-letters").join(&name)));
            (name, spool)
        };
        Self(queues.into_iter().map(open).collect())
    }

    /// Sends a message to a queue.
    pub(super) fn send(&self, queue: &str, message: Value) {
        tracing::error!(queue, %message, "a dead letter");
        if let Some(spool) = self.0.get(queue)
            && let Err(error) = spool.keep(message)
        {
            tracing::error!(%error, "the dead letter can't be stored: it is in this log only");
        }
    }

    /// Waits until all messages are on disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.0.values().try_for_each(Spool::sync)
    }

    /// Returns every queue with its messages, oldest first.
    pub(crate) fn report(&self) -> Value {
        let queue = |(name, spool): (&String, &Spool)| {
            let messages: Vec<Value> = spool.messages().into_values().collect();
            json!({"name": name, "messages": messages})
        };
        json!({"queues": self.0.iter().map(queue).collect::<Vec<_>>()})
    }

    /// Empties all queues.
    pub(crate) fn purge(&self) {
        for spool in self.0.values() {
            for name in spool.messages().into_keys() {
                spool.forget(&name);
            }
        }
    }
}
