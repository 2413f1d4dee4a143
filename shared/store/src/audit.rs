//! The audit: who changed what, when, before and after. Entries are written by [`crate::Commit::audit`].

use domain::{audit::AuditEntry, event::Subject, id::EventId};

use crate::{
    Store, StoreError, keys,
    page::{Page, page_of},
    read::{KeyRange, Range},
};

impl Store {
    /// A subject's changes, newest first, at most `limit` before the one given.
    pub async fn audit(
        &self,
        subject: Subject,
        before: Option<EventId>,
        limit: usize,
    ) -> Result<Page<AuditEntry>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::audit_partition(subject),
            range: Range::All,
            descending: true,
            limit: limit + 1,
            after: before.map(|entry| keys::audit(subject, entry).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }
}
