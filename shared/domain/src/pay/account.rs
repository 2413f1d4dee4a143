//! Time accounts: flexitime and time off in lieu, as a ledger. The balance is the sum of the ledger's entries.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PayCode;
use crate::{bounded::Bounded, calendar::WorkDate, id::UserId, settings::MonthDay, text::Reason};

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
    /// Leave of the type `time_off`, which is taken from the account. If the leave changes later, the next revision adds the
    /// difference.
    TimeOff {
        /// The number of the booking of the date, from 0.
        revision: u32,
    },
    /// The time that multipliers of pay codes add to the worked time of a date. If the pay of the date changes later, the next
    /// revision adds the difference.
    Credit {
        /// The number of the booking of the date, from 0.
        revision: u32,
    },
}

impl AccountCause {
    /// The pay code under which payroll pays the entry; none if it isn't paid.
    pub const fn paid_code(&self) -> Option<&PayCode> {
        match self {
            Self::Payout { code, .. } => Some(code),
            Self::Cap { code } => code.as_ref(),
            Self::Day { .. } | Self::Adjustment { .. } | Self::Expiry | Self::TimeOff { .. } | Self::Credit { .. } => {
                None
            }
        }
    }
}

/// The time that a work date adds to an account, before it is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCredit {
    /// Worked seconds. What multipliers add to them is an entry of its own ([`AccountCause::Credit`]).
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

/// The company's rules for time accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AccountPolicy {
    /// The maximum balance of an account in hours; null for no limit.
    #[schema(inline, value_type = Option<u32>, minimum = 0, maximum = 10000)]
    pub cap_hours: Option<Bounded<0, 10_000>>,
    /// The handling of time above the cap.
    pub above_cap: AboveCap,
    /// The pay code of time above the cap that is paid; null for `overtime`.
    pub cap_code: Option<PayCode>,
    /// The maximum negative balance of an account in hours; null for no limit.
    #[schema(inline, value_type = Option<u32>, minimum = 0, maximum = 10000)]
    pub floor_hours: Option<Bounded<0, 10_000>>,
    /// The handling of time off and payouts that would take an account below its floor.
    pub below_floor: BelowFloor,
    /// The balance in hours above which the person and their managers are notified; null for no mark.
    #[schema(inline, value_type = Option<u32>, minimum = 0, maximum = 10000)]
    pub warn_above_hours: Option<Bounded<0, 10_000>>,
    /// The negative balance in hours below which the person and their managers are notified; null for no mark.
    #[schema(inline, value_type = Option<u32>, minimum = 0, maximum = 10000)]
    pub warn_below_hours: Option<Bounded<0, 10_000>>,
    /// The day of the year on which accounts are settled: what exceeds `carry_over_hours` expires at the end of the day before.
    /// Null if time never expires.
    pub settled_on: Option<MonthDay>,
    /// The hours that stay in an account when it is settled.
    #[schema(inline, value_type = u32, minimum = 0, maximum = 10000)]
    pub carry_over_hours: Bounded<0, 10_000>,
}

impl Default for AccountPolicy {
    fn default() -> Self {
        Self {
            cap_hours: None,
            above_cap: AboveCap::default(),
            cap_code: None,
            floor_hours: None,
            below_floor: BelowFloor::default(),
            warn_above_hours: None,
            warn_below_hours: None,
            settled_on: None,
            carry_over_hours: Bounded::constant::<0>(),
        }
    }
}

/// The seconds of an hour.
const HOUR: i64 = 3_600;

impl AccountPolicy {
    /// The maximum balance in seconds.
    pub fn cap_seconds(&self) -> Option<i64> {
        self.cap_hours.map(|hours| HOUR * hours.as_i64())
    }

    /// The minimum balance in seconds, 0 or negative.
    pub fn floor_seconds(&self) -> Option<i64> {
        self.floor_hours.map(|hours| -HOUR * hours.as_i64())
    }

    /// The seconds that a settlement takes from a balance.
    pub fn expiring_seconds(&self, balance: i64) -> i64 {
        (balance - HOUR * self.carry_over_hours.as_i64()).max(0)
    }

    /// Whether accounts are settled after a date: the next date is the settlement date.
    pub fn settles_after(&self, date: WorkDate) -> bool {
        let next = date.next().date();
        self.settled_on.is_some_and(|day| (day.month(), day.day()) == (next.month(), next.day()))
    }

    /// The first settlement date after a date.
    pub fn next_settlement(&self, after: WorkDate) -> Option<WorkDate> {
        let day = self.settled_on?;
        let in_year = |year| jiff::civil::Date::new(year, day.month(), day.day()).ok().map(WorkDate::from);
        [after.year(), after.year() + 1].into_iter().filter_map(in_year).find(|date| after < *date)
    }

    /// The entries that the rules add after a date's time is booked: time that expires, and time above the cap that is cut or
    /// paid. `balance` is the balance after the date.
    pub fn entries_after(&self, date: WorkDate, balance: i64, at: Timestamp) -> Vec<AccountEntry> {
        let mut entries = Vec::new();
        let mut left = balance;
        if self.settles_after(date) && self.expiring_seconds(left) > 0 {
            let seconds = -self.expiring_seconds(left);
            left += seconds;
            entries.push(AccountEntry { date, seconds, cause: AccountCause::Expiry, at });
        }
        let above = self.cap_seconds().map_or(0, |cap| (left - cap).max(0));
        let code = match self.above_cap {
            AboveCap::Flag => return entries,
            AboveCap::Cut => None,
            AboveCap::Pay => Some(self.cap_code.clone().unwrap_or_else(PayCode::overtime)),
        };
        if above > 0 {
            entries.push(AccountEntry { date, seconds: -above, cause: AccountCause::Cap { code }, at });
        }
        entries
    }

    /// The mark that a balance has passed: one of the warnings, a cap that only flags time, or a floor that only warns.
    pub fn mark_passed(&self, before: i64, after: i64) -> Option<AccountMark> {
        let flagged = match self.above_cap {
            AboveCap::Flag => self.cap_seconds(),
            AboveCap::Cut | AboveCap::Pay => None,
        };
        let warned = match self.below_floor {
            BelowFloor::Warn => self.floor_seconds(),
            BelowFloor::Refuse => None,
        };
        let above = self.warn_above_hours.map(|hours| HOUR * hours.as_i64());
        let below = self.warn_below_hours.map(|hours| -HOUR * hours.as_i64());
        if [above, flagged].into_iter().flatten().any(|mark| before <= mark && mark < after) {
            Some(AccountMark::Above)
        } else if [below, warned].into_iter().flatten().any(|mark| after < mark && mark <= before) {
            Some(AccountMark::Below)
        } else {
            None
        }
    }

    /// Whether an account may be reduced so that this much is left.
    pub fn allows(&self, left: i64) -> bool {
        match self.below_floor {
            BelowFloor::Refuse => self.floor_seconds().is_none_or(|floor| floor <= left),
            BelowFloor::Warn => true,
        }
    }
}

/// The side on which a balance has passed a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountMark {
    /// The balance is above the mark.
    Above,
    /// The balance is below the mark.
    Below,
}

/// The handling of time above an account's cap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AboveCap {
    /// The time stays in the account. The person and their managers are notified.
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

/// The entry that makes the credits of a date `credit` seconds; none if they are. `booked` are the ledger's entries around the date.
pub fn credit_entry<'a>(
    date: WorkDate,
    credit: i64,
    booked: impl IntoIterator<Item = &'a AccountEntry>,
    at: Timestamp,
) -> Option<AccountEntry> {
    let (mut sum, mut revision) = (0, 0);
    for entry in booked.into_iter().filter(|entry| entry.date == date) {
        match &entry.cause {
            AccountCause::Credit { revision: last } => {
                sum += entry.seconds;
                revision = revision.max(last + 1);
            }
            AccountCause::Day { .. }
            | AccountCause::TimeOff { .. }
            | AccountCause::Adjustment { .. }
            | AccountCause::Payout { .. }
            | AccountCause::Expiry
            | AccountCause::Cap { .. } => {}
        }
    }
    let seconds = credit - sum;
    (seconds != 0).then_some(AccountEntry { date, seconds, cause: AccountCause::Credit { revision }, at })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schedule::tests::company::date;

    fn policy(json: serde_json::Value) -> AccountPolicy {
        serde_json::from_value(json).unwrap()
    }

    fn told(policy: &AccountPolicy, on: &str, hours: i64) -> Vec<(i64, AccountCause)> {
        let entries = policy.entries_after(date(on), hours * HOUR, Timestamp::UNIX_EPOCH);
        entries.into_iter().map(|entry| (entry.seconds / HOUR, entry.cause)).collect()
    }

    #[test]
    fn time_above_the_cap_is_flagged_cut_or_paid() {
        let flag = policy(serde_json::json!({"cap_hours": 40}));
        assert_eq!(told(&flag, "2026-11-02", 45), []);
        let cut = policy(serde_json::json!({"cap_hours": 40, "above_cap": "cut"}));
        assert_eq!(told(&cut, "2026-11-02", 45), [(-5, AccountCause::Cap { code: None })]);
        assert_eq!(told(&cut, "2026-11-02", 40), []);
        let pay = policy(serde_json::json!({"cap_hours": 40, "above_cap": "pay"}));
        assert_eq!(told(&pay, "2026-11-02", 45), [(-5, AccountCause::Cap { code: Some(PayCode::overtime()) })]);
    }

    #[test]
    fn a_mark_is_passed_by_the_balance_that_crosses_it() {
        let marks = policy(serde_json::json!({"warn_above_hours": 30, "warn_below_hours": 10}));
        let passed = |policy: &AccountPolicy, before: i64, after: i64| policy.mark_passed(before * HOUR, after * HOUR);
        assert_eq!(passed(&marks, 30, 31), Some(AccountMark::Above));
        assert_eq!(passed(&marks, 31, 32), None);
        assert_eq!(passed(&marks, 29, 30), None);
        assert_eq!(passed(&marks, -10, -11), Some(AccountMark::Below));
        assert_eq!(passed(&marks, -9, -10), None);
        for (kind, expected) in [("flag", Some(AccountMark::Above)), ("cut", None), ("pay", None)] {
            let cap = policy(serde_json::json!({"cap_hours": 40, "above_cap": kind}));
            assert_eq!(passed(&cap, 39, 41), expected, "{kind}");
        }
        let warns = policy(serde_json::json!({"floor_hours": 10, "below_floor": "warn"}));
        assert_eq!(passed(&warns, 0, -12), Some(AccountMark::Below));
    }

    #[test]
    fn time_expires_at_the_end_of_the_day_before_the_settlement() {
        let policy = policy(serde_json::json!({"settled_on": "01-01", "carry_over_hours": 10}));
        assert_eq!(told(&policy, "2026-12-30", 45), []);
        assert_eq!(told(&policy, "2026-12-31", 45), [(-35, AccountCause::Expiry)]);
        assert_eq!(told(&policy, "2026-12-31", -5), []);
        assert_eq!(policy.next_settlement(date("2026-12-31")), Some(date("2027-01-01")));
        assert_eq!(policy.next_settlement(date("2027-01-01")), Some(date("2028-01-01")));
    }

    #[test]
    fn multipliers_of_work_are_credited() {
        let definition = |code: &str, kind: &str, multiplier: f64, credits: bool| -> crate::pay::PayCodeDefinition {
            serde_json::from_value(serde_json::json!({"code": code, "name": code, "kind": kind,
                "multiplier": multiplier, "active": true, "credits_account": credits}))
            .unwrap()
        };
        let codes = crate::pay::PayCodes::with([
            definition("overtime", "overtime", 1.5, true),
            definition("night", "premium", 0.25, true),
            definition("sunday", "premium", 0.5, false),
            definition("half", "regular", 0.5, true),
        ]);
        let credit = |code: &str, hours: i64| codes.account_credit(&PayCode::parse(code).unwrap(), hours * HOUR);
        assert_eq!(credit("overtime", 1), 1_800);
        assert_eq!(credit("night", 8), 2 * HOUR);
        assert_eq!(credit("half", 1), -1_800);
        assert_eq!((credit("sunday", 8), credit("regular", 8), credit("unknown", 8)), (0, 0, 0));
        assert!(codes.credit_accounts() && !crate::pay::PayCodes::default().credit_accounts());
    }

    proptest! {
        /// The balance is the fold of the ledger, and the credits of a date are those of its last booking, whatever was booked in
        /// between. No two entries have the same date and revision.
        #[test]
        fn credits_of_any_changes_are_the_last_ones(changes in prop::collection::vec((0i32..5, -4i64..8), 0..40)) {
            let mut ledger: Vec<AccountEntry> = Vec::new();
            let mut last = std::collections::BTreeMap::new();
            for (day, credit) in changes {
                let on = date("2026-11-02").plus_days(day);
                let cause = AccountCause::Day { revision: 0 };
                ledger.push(AccountEntry { date: on, seconds: 1, cause, at: Timestamp::UNIX_EPOCH });
                ledger.extend(credit_entry(on, credit * HOUR, &ledger, Timestamp::UNIX_EPOCH));
                prop_assert_eq!(credit_entry(on, credit * HOUR, &ledger, Timestamp::UNIX_EPOCH), None);
                last.insert(on, credit * HOUR);
            }
            let mut keys = std::collections::BTreeSet::new();
            let mut of_days = 0;
            for entry in &ledger {
                if let AccountCause::Credit { revision } = &entry.cause {
                    prop_assert!(keys.insert((entry.date, *revision)));
                } else {
                    of_days += entry.seconds;
                }
            }
            let folded = balance(&ledger, date("2027-01-01"));
            prop_assert_eq!(folded, of_days + last.values().sum::<i64>());
        }
    }

    #[test]
    fn the_floor_refuses_or_warns() {
        let refuse = policy(serde_json::json!({"floor_hours": 10}));
        assert!(refuse.allows(-10 * HOUR) && !refuse.allows(-10 * HOUR - 1));
        assert!(policy(serde_json::json!({"floor_hours": 10, "below_floor": "warn"})).allows(-100 * HOUR));
        assert!(AccountPolicy::default().allows(-100 * HOUR));
    }
}
