//! Time accounts: flexitime and time off in lieu, as a ledger. The balance is the sum of the ledger's entries.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PayCode;
use crate::{bounded::Bounded, calendar::WorkDate, id::UserId, text::Reason};

/// One entry of a time account. Entries are only added, never changed. The balance is their sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// The date to which the entry applies.
    pub date: WorkDate,
    /// The seconds that the entry adds; negative if it takes time off.
    pub seconds: i64,
    /// The reason for the entry.
    pub cause: AccountCause,
    /// The instant at which it was booked.
    pub at: Timestamp,
}

/// The reason for an entry of a time account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AccountCause {
    /// The time that a work date adds: worked time and paid absence, minus the target. If the day changes later, the next
    /// revision adds the difference.
    Day {
        /// The number of the booking of the date, from 0.
        revision: u32,
    },
    /// A manager's adjustment.
    Adjustment {
        /// The manager.
        by: UserId,
        /// The reason.
        #[schema(value_type = String, min_length = 1, max_length = 500)]
        reason: Reason,
    },
    /// Time that is paid out under a pay code.
    Payout {
        /// The manager.
        by: UserId,
        /// The pay code.
        code: PayCode,
    },
    /// Time that expires on a settlement date.
    Expiry,
    /// Time that is cut or paid because the account exceeds its cap.
    Cap {
        /// The pay code under which the time is paid; null if it is cut.
        #[schema(required = true)]
        code: Option<PayCode>,
    },
    /// Leave that is deducted from the account.
    TimeOff,
}

/// The time that a work date adds to an account, before it is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCredit {
    /// Worked seconds, with the multipliers that the rules credit.
    pub worked: i64,
    /// Paid absence in seconds.
    pub absence: i64,
    /// The target: the seconds to be worked.
    pub target: i64,
}

impl DayCredit {
    /// The seconds that the date adds.
    pub const fn seconds(self) -> i64 {
        self.worked + self.absence - self.target
    }
}

/// A company's limits for time accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPolicy {
    /// The maximum balance of an account in hours; null for no limit.
    #[serde(default)]
    #[schema(inline, value_type = Option<u32>, minimum = 0, maximum = 10000)]
    pub cap_hours: Option<Bounded<0, 10_000>>,
    /// The handling of time above the cap.
    #[serde(default)]
    pub above_cap: AboveCap,
    /// The maximum negative balance of an account in hours; null for no limit.
    #[serde(default)]
    #[schema(inline, value_type = Option<u32>, minimum = 0, maximum = 10000)]
    pub floor_hours: Option<Bounded<0, 10_000>>,
    /// The handling of time off that would take an account below its floor.
    #[serde(default)]
    pub below_floor: BelowFloor,
}

/// The handling of time above an account's cap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AboveCap {
    /// The time stays in the account, and managers are notified.
    #[default]
    Flag,
    /// The time is cut.
    Cut,
    /// The time is paid.
    Pay,
}

/// The handling of time off that would take an account below its floor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BelowFloor {
    /// The time off is refused.
    #[default]
    Refuse,
    /// The time off is accepted with a warning.
    Warn,
}

/// The balance of a ledger: the sum of its entries up to a date.
pub fn balance<'a>(entries: impl IntoIterator<Item = &'a AccountEntry>, as_of: WorkDate) -> i64 {
    entries.into_iter().filter(|entry| entry.date <= as_of).map(|entry| entry.seconds).sum()
}

/// The time that is already booked for each date: the sum of the entries of its day.
pub fn booked_days<'a>(entries: impl IntoIterator<Item = &'a AccountEntry>) -> BTreeMap<WorkDate, (i64, u32)> {
    let mut booked: BTreeMap<WorkDate, (i64, u32)> = BTreeMap::new();
    for entry in entries {
        match entry.cause {
            AccountCause::Day { revision } => {
                let (seconds, next) = booked.entry(entry.date).or_default();
                *seconds += entry.seconds;
                *next = (*next).max(revision + 1);
            }
            AccountCause::Adjustment { .. }
            | AccountCause::Payout { .. }
            | AccountCause::Expiry
            | AccountCause::Cap { .. }
            | AccountCause::TimeOff => {}
        }
    }
    booked
}

/// The entry that changes the booked time of a date to its credit; `None` if nothing changes. `booked` is the date's booked sum
/// and its next revision.
pub fn rebooked(date: WorkDate, credit: DayCredit, booked: (i64, u32), at: Timestamp) -> Option<AccountEntry> {
    let (sum, revision) = booked;
    let seconds = credit.seconds() - sum;
    (seconds != 0).then_some(AccountEntry { date, seconds, cause: AccountCause::Day { revision }, at })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::tests::company::date;

    proptest! {
        /// "account = fold": after any changes of a day, its entries add up to its last credit.
        #[test]
        fn the_entries_of_a_date_add_up_to_its_last_credit(
            credits in prop::collection::vec((0i64..100_000, 0i64..30_000, 0i64..40_000), 1..20),
        ) {
            let day = date("2026-11-02");
            let mut entries: Vec<AccountEntry> = Vec::new();
            for (worked, absence, target) in &credits {
                let credit = DayCredit { worked: *worked, absence: *absence, target: *target };
                let booked = booked_days(&entries).get(&day).copied().unwrap_or_default();
                entries.extend(rebooked(day, credit, booked, Timestamp::UNIX_EPOCH));
                prop_assert_eq!(balance(&entries, day), credit.seconds());
                prop_assert_eq!(balance(&entries, day.previous()), 0);
            }
            let revisions: Vec<u32> = entries
                .iter()
                .filter_map(|entry| match entry.cause {
                    AccountCause::Day { revision } => Some(revision),
                    AccountCause::Adjustment { .. }
                    | AccountCause::Payout { .. }
                    | AccountCause::Expiry
                    | AccountCause::Cap { .. }
                    | AccountCause::TimeOff => None,
                })
                .collect();
            let count = u32::try_from(revisions.len()).unwrap();
            prop_assert_eq!(revisions, (0..count).collect::<Vec<_>>());
        }
    }
}
