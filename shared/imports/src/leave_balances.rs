//! Leave balances: an entry is the leave that a person may still take, of one type.

use app::{
    Failed, Request,
    leave::{
        balances::{Adjustment, Amount, adjust_if_needed},
        imports::ImportedBalance,
    },
};
use store::{Store, StoreError};

use crate::entries::{Decision, Entry, OfJob};

impl Entry for ImportedBalance {
    fn row(&self) -> u32 {
        self.row
    }

    /// Returns that every balance needs a decision: balances that are already as the sheet says aren't among the entries.
    async fn known(_: &Store, entries: &[Self]) -> Result<Vec<bool>, StoreError> {
        Ok(vec![false; entries.len()])
    }

    async fn decide(&self, request: &Request<'_>, _: OfJob<'_>) -> Result<Decision, Failed> {
        let Self { row: _, user_id, leave_type, available, reason } = self.clone();
        let amount = Amount::Available(available);
        let adjustment = Adjustment { user: user_id, leave_type, amount, reason };
        Ok(adjust_if_needed(request, &adjustment).await?.into())
    }
}
