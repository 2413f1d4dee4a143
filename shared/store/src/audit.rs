//! The audit: who changed what and when, with the values before and after. [`crate::Commit::audit`] writes the entries.

use domain::{audit::AuditEntry, event::Subject, id::EventId};

use crate::{
    Store, StoreError, keys,
    page::{Page, page_of},
    read::{KeyRange, Range},
};

impl Store {
    /// Returns a subject's changes, newest first, at most `limit` before the given entry.
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
