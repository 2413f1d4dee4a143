//! Reads the ledger of a balance.

use domain::{id::UserId, leave::LedgerEntry, schedule::LeaveTypeCode};

use crate::{
    Store, StoreError, keys,
    page::{Page, page_of},
    read::{KeyRange, Range},
};

impl Store {
    /// Returns the entries of a person's leave year and type, newest first, at most `limit` of those before the entry
    /// `before`. One Query.
    pub async fn ledger(
        &self,
        user: UserId,
        year: i16,
        leave_type: &LeaveTypeCode,
        before: Option<u32>,
        limit: usize,
    ) -> Result<Page<LedgerEntry>, StoreError> {
        let key_range = KeyRange {
            index: None,
            pk: keys::user_partition(user),
            range: Range::Prefix(keys::ledger_of(year, leave_type)),
            descending: true,
            limit: limit + 1,
            after: before.map(|number| keys::ledger_entry(user, year, leave_type, number).attributes()),
        };
        Ok(page_of(self.query(key_range).await?, limit))
    }
}
