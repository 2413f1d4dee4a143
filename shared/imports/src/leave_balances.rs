//! Leave balances: an entry is the leave that a person may still take, of one type.

use app::{
    Failed, Request,
    leave::balances::{Adjustment, Amount, adjust_if_needed},
};
use domain::{id::UserId, leave::LeaveDays, schedule::LeaveTypeCode, text::Reason};
use serde::{Deserialize, Serialize};
use store::{Store, StoreError};

use crate::entries::{Decision, Entry, OfJob};

/// The leave that a person is to have in the current leave year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportedBalance {
    /// The number of the row.
    pub row: u32,
    /// The person.
    pub user_id: UserId,
    /// The leave type.
    pub leave_type: LeaveTypeCode,
    /// The days that are available afterwards.
    pub available: LeaveDays,
    /// The reason in the ledger.
    pub reason: Reason,
}

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
