//! Exchanges presence changes with the other shards of the stream under load, so that a department gets one message in each window
//! of four seconds, whatever number of shards its people's events come from.

use std::collections::BTreeMap;

use domain::{
    audit::Actor,
    id::{DepartmentId, EventId},
};
use futures_util::{StreamExt, stream};
use store::{
    Stamp,
    presence_windows::{PresencePart, PresenceWindow},
};

use crate::{
    Push,
    deliver::DEPARTMENTS_AT_ONCE,
    gather::{Changes, add_change},
};

impl Push {
    /// Returns the changes that this shard sends: of each department all changes of the window, or none if another shard sends
    /// them. Waits until the window is over. If the table can't be used, the shard sends its own changes.
    pub(crate) async fn exchanged(&self, own: BTreeMap<DepartmentId, Changes>) -> BTreeMap<DepartmentId, Changes> {
        let now = self.clock.now();
        let window = PresenceWindow::open_at(now);
        let part = EventId::generate(now, &*self.entropy);
        let stamp = Stamp { event_id: part, at: now, actor: Actor::System, request_id: None };
        let parts =
            own.iter().map(|(department, changes)| (*department, changes.values().cloned().collect())).collect();
        if let Err(error) = self.store.add_presence_parts(stamp, window, parts).await {
            tracing::warn!(%error, "presence can't be exchanged between shards");
            return own;
        }
        let stored_at = self.clock.now();
        if window.is_over(stored_at) {
            // Other shards may have read the window before this part was in it.
            return own;
        }
        tokio::time::sleep(window.readable_in(stored_at)).await;
        let read = own.into_iter().map(|(department, changes)| async move {
            match self.store.presence_parts(department, window).await {
                Ok(parts) => sent_by(part, parts).map(|all| (department, all)),
                Err(error) => {
                    tracing::warn!(%error, "presence of other shards can't be read");
                    Some((department, changes))
                }
            }
        });
        let read: Vec<Option<(DepartmentId, Changes)>> =
            stream::iter(read).buffer_unordered(DEPARTMENTS_AT_ONCE).collect().await;
        read.into_iter().flatten().collect()
    }
}

/// Returns all changes of the parts if the shard with that part sends them: if its part is the first one.
fn sent_by(part: EventId, parts: Vec<PresencePart>) -> Option<Changes> {
    let is_first = parts.first().is_some_and(|first| first.part == part);
    is_first.then(|| {
        let mut all = Changes::new();
        for change in parts.into_iter().flat_map(|part| part.changes) {
            add_change(&mut all, change);
        }
        all
    })
}

#[cfg(test)]
mod tests {
    use domain::{calendar::Zone, day::PresenceKind, notification::PresenceChange};
    use jiff::Timestamp;

    use super::*;

    const MARIA: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";
    const TOM: &str = "01JBN2V7Q4W0M3T9K5ZXH8R6CE";

    fn change(user: &str, version: u64) -> PresenceChange {
        PresenceChange {
            user_id: user.parse().unwrap(),
            presence: PresenceKind::Working,
            at: Timestamp::UNIX_EPOCH,
            zone: Zone::UTC,
            version,
        }
    }

    #[test]
    fn of_several_shards_the_one_with_the_first_part_sends_all_changes() {
        let [first, second]: [EventId; 2] =
            ["01JBN2V7Q4W0M3T9K5ZXH8R6C1", "01JBN2V7Q4W0M3T9K5ZXH8R6C2"].map(|id| id.parse().unwrap());
        let parts = vec![
            PresencePart { part: first, changes: vec![change(MARIA, 3)] },
            PresencePart { part: second, changes: vec![change(MARIA, 2), change(TOM, 7)] },
        ];
        let sent = sent_by(first, parts.clone()).unwrap();
        assert_eq!(sent.into_values().map(|change| change.version).collect::<Vec<_>>(), [3, 7]);
        assert_eq!(sent_by(second, parts), None);
    }
}
