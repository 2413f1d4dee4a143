//! The guard of signed and closed timesheets: each change of a stored day names the timesheets that it was decided on.
//!
//! Every write of days ([`Commit::change_days`]) has a parameter [`SignOff`], so that no caller can forget it:
//!
//! - A change of a day whose period may be over names the timesheets that were read ([`SignOff::Read`]). The transaction then
//!   has a condition on the timesheet of the person and period: it is unchanged. If the timesheet is signed, the transaction
//!   removes the signatures. If it is closed, the change is refused, or it is made and its date is noted in the person's
//!   changed dates, for the timesheet that pays the difference.
//! - A live punch, and a scheduled job that works on days that aren't over, has no condition ([`SignOff::Live`]). This is safe:
//!   1. A timesheet leaves `open` only in the transaction of a signature ([`super::timesheets`]). It is decided on a presence without an
//!      open session and on a last date that accepts no more punches (`domain::pay::accepts_no_more_punches`), and it writes
//!      the presence.
//!   2. A punch writes the presence on condition of the version that it read. A punch that was decided before the signature,
//!      and commits after it, therefore fails and is decided again, at a time after the period.
//!   3. A punch that is decided after the signature concerns the open session, which can't be of the period, or a clock-in. A
//!      clock-in counts for the present local date, or for an earlier date whose shift or window still lasts. Neither is a date
//!      of the period.
//!
//!   So a punch stays one read and one transaction, with the same units as without pay periods.
//!
//! A signature is decided on items that no version of the timesheet covers: days, decisions about overtime, pending corrections. So
//! each change that names timesheets also counts up the version of the person's changed dates ([`ChangedDates`]), and each signature
//! has the condition that this version is the one that was read before the days. A change that commits between the reads and the
//! signature makes the signature fail, also a change of the week before that moves overtime into the signed period.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    calendar::{WorkDate, Zone},
    day::DayChange,
    event::{Fact, Subject, TimesheetFact},
    id::{EventId, UserId},
    pay::{AfterClose, EffectOnTimesheet, PayPeriod, PayPeriods, Timesheet},
    settings::Settings,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Commit, Condition, Store, StoreError,
    commit::{Expression, When, number},
    item::Item,
    keys::{self, Key, VERSION},
};

/// The attribute with a person's changed dates.
const DATES: &str = "dates";

/// The timesheets that a change of days is decided on.
#[derive(Debug, Clone, Copy)]
pub enum SignOff<'a> {
    /// The days aren't over, or belong to the open session: no timesheet of theirs can be signed (see the module's comment).
    Live,
    /// These timesheets were read with the days.
    Read(&'a StoredTimesheets, AfterClose),
}

impl SignOff<'_> {
    /// Returns whether the timesheet of a date was read, because the date may be over.
    pub(crate) fn covers(&self, date: WorkDate) -> bool {
        match self {
            Self::Live => false,
            Self::Read(timesheets, _) => {
                let period = timesheets.periods.map(|periods| periods.of(date));
                date <= timesheets.through && period.is_some_and(|period| timesheets.found.contains_key(&period))
            }
        }
    }
}

/// The timesheets of a person's dates, as they were read.
#[derive(Debug)]
pub struct StoredTimesheets {
    user_id: UserId,
    periods: Option<PayPeriods>,
    /// The last date that may be over in any time zone. Timesheets of later dates can't be signed.
    through: WorkDate,
    found: BTreeMap<PayPeriod, Timesheet>,
    /// The id of the event about the timesheets, in addition to the event of the change.
    event_id: EventId,
}

/// The dates of a person's settled timesheets that have changed since.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedDates {
    /// The dates.
    #[serde(default)]
    pub dates: BTreeSet<WorkDate>,
    /// The number of changes of the item.
    #[serde(default)]
    pub version: u64,
}

/// The last date that is over in the time zone that is furthest ahead.
pub(super) fn latest_over(now: Timestamp) -> WorkDate {
    let ahead = now.saturating_add(SignedDuration::from_hours(14)).unwrap_or(now);
    Zone::UTC.date_of(ahead).previous()
}

impl Store {
    /// Reads the timesheets of those of a person's dates that may be over: one BatchGetItem. Makes no call if the company has no
    /// pay periods, or if none of the dates is over.
    pub async fn timesheets_on(
        &self,
        user: UserId,
        settings: &Settings,
        dates: impl IntoIterator<Item = WorkDate>,
        now: Timestamp,
    ) -> Result<StoredTimesheets, StoreError> {
        let through = latest_over(now);
        let mut timesheets = StoredTimesheets {
            user_id: user,
            periods: settings.pay_period,
            through,
            found: BTreeMap::new(),
            event_id: EventId::generate(now, &*self.entropy),
        };
        let Some(periods) = settings.pay_period else { return Ok(timesheets) };
        let over = dates.into_iter().filter(|date| *date <= through);
        let wanted: BTreeSet<PayPeriod> = over.map(|date| periods.of(date)).collect();
        if wanted.is_empty() {
            return Ok(timesheets);
        }
        let keys: Vec<Key> = wanted.iter().map(|period| keys::timesheet(user, *period)).collect();
        let mut items = self.read_many(&keys).await?;
        for period in wanted {
            let stored = items.take(&keys::timesheet(user, period))?;
            timesheets.found.insert(period, stored.unwrap_or_else(|| Timesheet::open(user, period)));
        }
        Ok(timesheets)
    }
}

impl StoredTimesheets {
    /// Returns whether any of the timesheets is signed or closed.
    pub fn are_signed(&self) -> bool {
        self.found.values().any(|timesheet| timesheet.status.is_settled())
    }

    /// Returns those of the dates whose timesheet is closed or is being closed. A timesheet that is being closed may be compared
    /// with figures of an earlier instant. If its close fails, a noted date does no harm: it isn't a difference of another
    /// timesheet, and the next signature of its own timesheet settles it.
    pub fn closed(&self, dates: impl IntoIterator<Item = WorkDate>) -> BTreeSet<WorkDate> {
        let timesheet = |date| self.found.get(&self.periods?.of(date));
        let is_closed = |date: &WorkDate| timesheet(*date).is_some_and(|it| it.status.is_closed());
        dates.into_iter().filter(is_closed).collect()
    }

    /// Returns whether the timesheet of a period was closed before an instant. A change of its dates at that instant has noted them.
    pub fn was_closed_before(&self, period: PayPeriod, at: Timestamp) -> bool {
        self.found.get(&period).and_then(|timesheet| timesheet.closed_at).is_some_and(|closed_at| closed_at < at)
    }

    /// Returns the timesheets of the changed dates that may be signed, each with its dates.
    fn of(&self, dates: impl Iterator<Item = WorkDate>) -> Result<Vec<(&Timesheet, Vec<WorkDate>)>, StoreError> {
        let Some(periods) = self.periods else { return Ok(Vec::new()) };
        let mut by_period: BTreeMap<PayPeriod, Vec<WorkDate>> = BTreeMap::new();
        for date in dates.filter(|date| *date <= self.through) {
            by_period.entry(periods.of(date)).or_default().push(date);
        }
        let timesheet = |(period, dates): (PayPeriod, Vec<WorkDate>)| match self.found.get(&period) {
            Some(timesheet) => Ok((timesheet, dates)),
            None => Err(StoreError::Unwritable(format!("the timesheet of {period} wasn't read with its days"))),
        };
        by_period.into_iter().map(timesheet).collect()
    }
}

impl Commit {
    /// Adds the effects of changed days on their timesheets, with a condition on each timesheet. All days of a person must be in
    /// one call.
    ///
    /// # Errors
    /// A period is closed and `sign_off` doesn't allow changes after the close, or the period is being closed.
    pub(crate) fn follow_sign_off(&mut self, changes: &[DayChange], sign_off: SignOff<'_>) -> Result<(), StoreError> {
        self.change_pay_of(changes.iter().map(|change| change.after().date()), sign_off)
    }

    /// Does the same as [`Commit::follow_sign_off`] for dates whose pay changes without a change of their days.
    ///
    /// # Errors
    /// A period is closed and `sign_off` doesn't allow changes after the close, or the period is being closed.
    pub fn change_pay_of(
        &mut self,
        dates: impl Iterator<Item = WorkDate>,
        sign_off: SignOff<'_>,
    ) -> Result<(), StoreError> {
        let (timesheets, after_close) = match sign_off {
            SignOff::Live => return Ok(()),
            SignOff::Read(timesheets, after_close) => (timesheets, after_close),
        };
        let user = timesheets.user_id;
        let (mut changed, mut facts) = (BTreeSet::new(), Vec::new());
        let found = timesheets.of(dates)?;
        if found.is_empty() {
            return Ok(());
        }
        for (timesheet, dates) in found {
            let period = timesheet.period;
            let key = keys::timesheet(user, period);
            match timesheet.effect_of_change(after_close).map_err(StoreError::PeriodClosed)? {
                EffectOnTimesheet::Nothing => self.check_unchanged(&key, timesheet.version)?,
                EffectOnTimesheet::Voids => {
                    self.put_timesheet(&timesheet.voided(self.stamp().at))?;
                    changed.extend(timesheet.delta_dates.iter().copied());
                    facts.push(Fact::Timesheet(TimesheetFact::TimesheetVoided { period }));
                }
                EffectOnTimesheet::BecomesDelta => {
                    self.check_unchanged(&key, timesheet.version)?;
                    changed.extend(dates.iter().copied());
                    facts.push(Fact::Timesheet(TimesheetFact::DaysChangedAfterClose { period, dates }));
                }
            }
        }
        if changed.is_empty() {
            self.count_change(user)?;
        } else {
            self.note_changed_dates(user, &changed)?;
        }
        if facts.is_empty() { Ok(()) } else { self.add_event(timesheets.event_id, Subject::User(user), facts) }
    }

    /// Makes signatures that are decided at the same time fail, because a request about one of the dates begins to wait: it blocks
    /// the timesheet. Does nothing if none of the dates is over, or if the commit changes days of the person anyway.
    pub fn note_waiting_request(&mut self, timesheets: &StoredTimesheets) -> Result<(), StoreError> {
        if timesheets.found.is_empty() || self.touches(&keys::changed_dates(timesheets.user_id)) {
            return Ok(());
        }
        self.count_change(timesheets.user_id)
    }

    /// Counts up the version of a person's changed dates. It needs no read and has no condition.
    fn count_change(&mut self, user: UserId) -> Result<(), StoreError> {
        self.update(&keys::changed_dates(user), counted(), None, None)
    }

    /// Puts a timesheet's next version; version 1 is a new timesheet.
    pub fn put_timesheet(&mut self, timesheet: &Timesheet) -> Result<(), StoreError> {
        let item = Item::next(keys::timesheet(timesheet.user_id, timesheet.period), timesheet)?;
        self.put(item, When::Version(timesheet.version.saturating_sub(1)), Some(Condition::Version))
    }

    /// Adds to the dates of a person's settled timesheets that have changed since. It needs no read and has no condition.
    pub fn note_changed_dates(&mut self, user: UserId, dates: &BTreeSet<WorkDate>) -> Result<(), StoreError> {
        if dates.is_empty() {
            return Ok(());
        }
        self.update(&keys::changed_dates(user), counted_with("ADD #dates :dates, #version :one", dates), None, None)
    }

    /// Adds dates whose differences no timesheet pays any more. The commit fails if the changed dates have changed since the read.
    /// If there are changed dates, their version is counted up, so that signatures that were decided before fail.
    pub(super) fn release_changed_dates(
        &mut self,
        user: UserId,
        before: &ChangedDates,
        released: &BTreeSet<WorkDate>,
    ) -> Result<(), StoreError> {
        let key = keys::changed_dates(user);
        if before.dates.is_empty() && released.is_empty() {
            return self.check_unchanged(&key, before.version);
        }
        let update =
            if released.is_empty() { counted() } else { counted_with("ADD #dates :dates, #version :one", released) };
        self.update(&key, update, Some(Expression::of_version(before.version)), Some(Condition::Version))
    }

    /// Removes dates whose differences a timesheet settles. The commit fails if a date has changed since the read: the figures of
    /// the timesheet may then be outdated.
    pub(crate) fn settle_changed_dates(
        &mut self,
        user: UserId,
        before: &ChangedDates,
        settled: &BTreeSet<WorkDate>,
    ) -> Result<(), StoreError> {
        let settled: BTreeSet<WorkDate> = settled.intersection(&before.dates).copied().collect();
        if settled.is_empty() {
            return self.check_unchanged(&keys::changed_dates(user), before.version);
        }
        let remove = counted_with("DELETE #dates :dates ADD #version :one", &settled);
        let unchanged = Expression::of_version(before.version);
        self.update(&keys::changed_dates(user), remove, Some(unchanged), Some(Condition::Version))
    }
}

/// Returns the update of changed dates that counts up their version.
fn counted() -> Expression {
    Expression::new("ADD #version :one").name("#version", VERSION).value(":one", number(1))
}

/// Returns an update of changed dates that adds or removes `:dates` and counts up the version.
fn counted_with(text: &str, dates: &BTreeSet<WorkDate>) -> Expression {
    counted().with_text(text).name("#dates", DATES).value(":dates", texts(dates))
}

/// Converts dates to a set of texts.
fn texts(dates: &BTreeSet<WorkDate>) -> AttributeValue {
    AttributeValue::Ss(dates.iter().map(ToString::to_string).collect())
}

#[cfg(test)]
mod tests {
    use domain::pay::TimesheetStatus;

    use super::*;

    #[test]
    fn a_date_may_be_over_once_it_is_over_in_the_zone_furthest_ahead() {
        let through = |now: &str| latest_over(now.parse().unwrap()).to_string();
        assert_eq!(through("2026-11-30T09:59:59Z"), "2026-11-29");
        assert_eq!(through("2026-11-30T10:00:00Z"), "2026-11-30");
    }

    #[test]
    fn a_date_is_noted_from_the_begin_of_the_close_on() {
        let user_id: UserId = "01JBN2V7Q4W0M3T9K5ZXH8R6CA".parse().unwrap();
        let date: WorkDate = "2026-11-05".parse().unwrap();
        let periods = PayPeriods::default();
        let closed = |status: TimesheetStatus| {
            let period = periods.of(date);
            let timesheet = Timesheet { status, ..Timesheet::open(user_id, period) };
            let timesheets = StoredTimesheets {
                user_id,
                periods: Some(periods),
                through: date,
                found: [(period, timesheet)].into(),
                event_id: "01JBN2V7Q4W0M3T9K5ZXH8R6CB".parse().unwrap(),
            };
            timesheets.closed([date]).contains(&date)
        };
        assert!(closed(TimesheetStatus::Closing));
        assert!(closed(TimesheetStatus::Closed));
        for status in
            [TimesheetStatus::Open, TimesheetStatus::Submitted, TimesheetStatus::Approved, TimesheetStatus::Rejected]
        {
            assert!(!closed(status), "{status:?}");
        }
    }
}
