//! The part of a day that the person's time account has booked.
//!
//! A date is booked for the first time when it is over. From then on, each change of the day books the difference in the same
//! transaction, whatever caused it: an edit, an excuse, a late sick note, a holiday.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Day;
use crate::{
    pay::{AccountCause, AccountEntry, DayCredit},
    schedule::{DayKind, DayLeave, LeaveRef, LeaveTypeCode, Planner},
};

/// The terms of a time account on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountTerms {
    /// The seconds to be worked on the date by contract; absent if the schedule is the target.
    pub contract_seconds: Option<i64>,
}

/// What a time account has booked for a day, and what the next booking needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayAccount {
    /// Whether the person has a time account on the date.
    counts: bool,
    /// The seconds to be worked by contract; absent if the schedule is the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contract_seconds: Option<i64>,
    /// The half days that holidays take from the date, which needn't be worked by contract.
    #[serde(default, skip_serializing_if = "is_zero")]
    holiday_half_days: i64,
    /// The scheduled seconds that time off takes from the account.
    #[serde(default, skip_serializing_if = "is_zero")]
    time_off_seconds: i64,
    /// The sum of the ledger's entries for the day's time.
    #[serde(default, skip_serializing_if = "is_zero")]
    booked_seconds: i64,
    /// The sum of the ledger's entries for time off.
    #[serde(default, skip_serializing_if = "is_zero")]
    booked_time_off_seconds: i64,
    /// The number of bookings, which is the revision of the next one.
    #[serde(default)]
    revision: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde requires a reference")]
const fn is_zero(seconds: &i64) -> bool {
    *seconds == 0
}

impl DayAccount {
    /// The terms that were booked last; none if the person has no account on the date.
    pub fn terms(&self) -> Option<AccountTerms> {
        self.counts.then_some(AccountTerms { contract_seconds: self.contract_seconds })
    }

    /// The sum of all entries of the date.
    pub const fn booked_seconds(&self) -> i64 {
        self.booked_seconds + self.booked_time_off_seconds
    }
}

impl Day {
    /// The time that the day adds to an account, without time off. Leave and holidays reduce the target of the schedule; by
    /// contract they count as paid absence.
    fn account_credit(&self, account: &DayAccount, now: Timestamp) -> DayCredit {
        let credit = self.credit_of_work(account, now);
        // Time beyond the target waits for the review of a guessed clock-out, as overtime does.
        if self.withholds_overtime() {
            return DayCredit { worked: credit.worked.min((credit.target - credit.absence).max(0)), ..credit };
        }
        credit
    }

    fn credit_of_work(&self, account: &DayAccount, now: Timestamp) -> DayCredit {
        let figures = self.figures(now);
        let worked = figures.worked_seconds;
        let Some(contract) = account.contract_seconds else {
            return DayCredit { worked, absence: 0, target: figures.scheduled_seconds };
        };
        let half_days = self.leave().map_or(0, DayLeave::half_days);
        match self.kind() {
            DayKind::Workday | DayKind::Leave | DayKind::Unscheduled | DayKind::Unknown
                if !self.is_outside_employment() =>
            {
                let target = contract * (2 - account.holiday_half_days) / 2;
                DayCredit { worked, absence: contract * half_days / 2, target }
            }
            DayKind::Workday
            | DayKind::Leave
            | DayKind::Unscheduled
            | DayKind::Unknown
            | DayKind::WeeklyOff
            | DayKind::Holiday => DayCredit { worked, absence: 0, target: 0 },
        }
    }

    /// The day with the terms of the person's time account; none if the person has no account on the date. The bookings stay.
    #[must_use]
    pub fn with_account_terms(&self, terms: Option<AccountTerms>, planner: &Planner<'_>) -> Self {
        let account = match (terms, self.account) {
            (None, None) => return self.clone(),
            (None, Some(booked)) => DayAccount { counts: false, ..booked },
            (Some(terms), booked) => {
                let booked = booked.unwrap_or(DayAccount {
                    counts: true,
                    contract_seconds: None,
                    holiday_half_days: 0,
                    time_off_seconds: 0,
                    booked_seconds: 0,
                    booked_time_off_seconds: 0,
                    revision: 0,
                });
                DayAccount { counts: true, contract_seconds: terms.contract_seconds, ..booked }
            }
        };
        let mut day = self.clone();
        day.account = Some(account);
        day.with_time_off(planner)
    }

    /// The day whose account follows its leave and its holidays. Leave of the type `time_off` takes time from the account.
    #[must_use]
    pub(crate) fn with_time_off(mut self, planner: &Planner<'_>) -> Self {
        let Some(account) = self.account else { return self };
        let off = self.leave().map(time_off).unwrap_or_default();
        let time_off_seconds = match account.contract_seconds {
            Some(contract) => contract * off.half_days() / 2,
            None => planner.leave_seconds(self.date(), &off),
        };
        let holiday_half_days = i64::from(planner.half_days_of_holidays(self.date()));
        self.account = Some(DayAccount { holiday_half_days, time_off_seconds, ..account });
        self
    }

    /// Books the difference between what the day adds to the account and what is booked for it. Returns the ledger's entries.
    pub(super) fn rebook(&mut self, now: Timestamp) -> Vec<AccountEntry> {
        let Some(account) = self.account else { return Vec::new() };
        let (credit, time_off) = if account.counts {
            (self.account_credit(&account, now).seconds(), -account.time_off_seconds)
        } else {
            (0, 0)
        };
        let revision = account.revision;
        let differences = [
            (credit - account.booked_seconds, AccountCause::Day { revision }),
            (time_off - account.booked_time_off_seconds, AccountCause::TimeOff { revision }),
        ];
        let date = self.date();
        let entries: Vec<AccountEntry> = differences
            .into_iter()
            .filter(|(seconds, _)| *seconds != 0)
            .map(|(seconds, cause)| AccountEntry { date, seconds, cause, at: now })
            .collect();
        self.account = Some(DayAccount {
            booked_seconds: credit,
            booked_time_off_seconds: time_off,
            revision: revision + u32::from(!entries.is_empty()),
            ..account
        });
        entries
    }
}

/// The halves of a leave that are time off.
fn time_off(leave: &DayLeave) -> DayLeave {
    let of_type = |half: &Option<LeaveRef>| half.clone().filter(|leave| leave.leave_type == LeaveTypeCode::time_off());
    DayLeave { morning: of_type(&leave.morning), afternoon: of_type(&leave.afternoon) }
}
