//! Time accounts: flexitime and time off in lieu, as a ledger whose fold is the balance.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PayCode;
use crate::{bounded::Bounded, calendar::WorkDate, id::UserId, text::Reason};

/// One entry of a time account. Entries are only added; the balance is their sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEntry {
    /// The date for which it counts.
    pub date: WorkDate,
    /// The seconds that it adds; negative where it takes some.
    pub seconds: i64,
    /// What it is for.
    pub cause: AccountCause,
    /// The instant at which it was booked.
    pub at: Timestamp,
}

/// What an entry of a time account is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AccountCause {
    /// What a work date adds: worked and paid absence less the target. A later change of the day adds the difference as the next
    /// revision.
    Day {
        /// Counts the bookings of the date from 0.
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
    /// Time that is paid out by a code.
    Payout {
        /// The manager.
        by: UserId,
        /// The pay code.
        code: PayCode,
    },
    /// Time that lapses on a settlement date.
    Expiry,
    /// Time that is cut or paid because it exceeds the cap.
    Cap {
        /// The pay code by which it is paid; null: it is cut.
        #[schema(required = true)]
        code: Option<PayCode>,
    },
    /// Leave that is taken out of the account.
    TimeOff,
}

/// What a work date adds to an account: a figure, before it is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCredit {
    /// Worked seconds, with the multipliers that the rules credit.
    pub worked: i64,
    /// Paid absence in seconds.
    pub absence: i64,
    /// What was to be worked.
    pub target: i64,
}

impl DayCredit {
    /// What the date adds.
    pub const fn seconds(self) -> i64 {
        self.worked + self.absence - self.target
    }
}

/// What a company allows of time accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountPolicy {
    /// The most hours that an account holds; null: any.
    #[serde(default)]
    #[schema(inline, value_type = Option<u32>, minimum = 0, maximum = 10000)]
    pub cap_hours: Option<Bounded<0, 10_000>>,
    /// What happens to time above the cap.
    #[serde(default)]
    pub above_cap: AboveCap,
    /// The most hours that an account may lack; null: any.
    #[serde(default)]
    #[schema(inline, value_type = Option<u32>, minimum = 0, maximum = 10000)]
    pub floor_hours: Option<Bounded<0, 10_000>>,
    /// What happens where time off would take an account below its floor.
    #[serde(default)]
    pub below_floor: BelowFloor,
}

/// What happens to time above the cap of an account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AboveCap {
    /// It stays, and managers are notified.
    #[default]
    Flag,
    /// It is cut.
    Cut,
    /// It is paid.
    Pay,
}

/// What happens where time off would take an account below its floor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BelowFloor {
    /// It is refused.
    #[default]
    Refuse,
    /// It is accepted with a warning.
    Warn,
}

/// The balance of a ledger: the sum of its entries up to a date.
pub fn balance<'a>(entries: impl IntoIterator<Item = &'a AccountEntry>, as_of: WorkDate) -> i64 {
    entries.into_iter().filter(|entry| entry.date <= as_of).map(|entry| entry.seconds).sum()
}

/// What is booked of each date already: the sum of the entries of its day.
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

/// The entry that brings a date to its credit; none where it is there. `booked` is the sum and the next revision of the date.
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
        /// "account = fold": whatever a day becomes, its entries add up to its last credit.
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
