//! Reopening: a closed timesheet is approved again. If its days have changed since the close, it loses its signatures.
//!
//! A reopening depends on the timesheet, on the person's changed dates, and on later timesheets that pay differences of the period.
//! The transaction of a reopening has conditions on the versions of all that it writes, and on the version of the changed dates:
//!
//! - A change of a day that commits first has counted up the version of the changed dates, so the reopening fails. One that commits
//!   afterwards fails, because the timesheet has another version.
//! - A later timesheet that is signed, and pays differences, has counted up that version too. Later timesheets are read after the
//!   changed dates, so none of these signatures is missed.
//! - If there are changed dates, the reopening counts up their version. So a signature of a later timesheet that was decided before
//!   fails. Otherwise it would pay differences of dates that the opened timesheet pays in full.

use std::collections::BTreeSet;

use domain::{
    calendar::WorkDate,
    event::{Fact, Subject, TimesheetFact},
    id::{EventId, UserId},
    pay::{PayPeriod, PayPeriods, Timesheet},
};
use jiff::Timestamp;

use super::closing::{ChangedDates, latest_over};
use crate::{
    Commit, Store, StoreError,
    keys::{self, Key},
};

/// A timesheet with all items that its reopening depends on.
#[derive(Debug)]
pub struct ReopeningSnapshot {
    /// The timesheet.
    timesheet: Timesheet,
    /// The dates of the person's settled timesheets that have changed since.
    changed: ChangedDates,
    /// The person's later timesheets that can be signed.
    later: Vec<Timesheet>,
}

/// The reopening of a person's timesheet.
#[derive(Debug)]
pub struct TimesheetReopening {
    /// The timesheet after the reopening.
    opened: Timesheet,
    /// The later timesheets that lose their signatures.
    voided: Vec<Timesheet>,
    /// The changed dates as they were read.
    changed: ChangedDates,
    /// The dates whose differences no timesheet pays any more.
    released: BTreeSet<WorkDate>,
    /// The facts; none if the timesheet keeps its approval.
    facts: Vec<Fact>,
}

impl ReopeningSnapshot {
    /// Returns the reopening; none if the timesheet isn't closed. Later timesheets that pay differences of its dates lose their
    /// signatures, because the opened timesheet pays these dates in full again.
    pub fn reopening(self, at: Timestamp) -> Option<TimesheetReopening> {
        let Self { timesheet, changed, later } = self;
        let period = timesheet.period;
        let pays = |later: &Timesheet| {
            later.status.is_settled() && later.delta_dates.iter().any(|date| period.contains(*date))
        };
        let paying: Vec<Timesheet> = later.into_iter().filter(pays).collect();
        let has_changed = !paying.is_empty() || changed.dates.iter().any(|date| period.contains(*date));
        // Another invocation may have opened it already.
        let opened = timesheet.reopen(has_changed, at).ok()?;
        let unsigned = has_changed.then_some(&timesheet).into_iter().chain(&paying);
        let released = unsigned.clone().flat_map(|timesheet| timesheet.delta_dates.iter().copied()).collect();
        let facts = unsigned.map(|it| Fact::Timesheet(TimesheetFact::TimesheetVoided { period: it.period })).collect();
        let voided = paying.iter().map(|timesheet| timesheet.voided(at)).collect();
        Some(TimesheetReopening { opened, voided, changed, released, facts })
    }
}

impl TimesheetReopening {
    /// Returns the number of actions that the reopening takes in a transaction.
    pub fn actions(&self) -> usize {
        // The timesheet, the changed dates, and the event if there are facts.
        2 + usize::from(!self.facts.is_empty()) + self.voided.len()
    }
}

impl Store {
    /// Reads the items that the reopening of some people's timesheets depends on. One BatchGetItem for each fifty people, and one for
    /// each hundred of their later timesheets.
    pub async fn reopening_snapshots(
        &self,
        users: &[UserId],
        period: PayPeriod,
        periods: PayPeriods,
        now: Timestamp,
    ) -> Result<Vec<ReopeningSnapshot>, StoreError> {
        let keys = users.iter().flat_map(|user| [keys::timesheet(*user, period), keys::changed_dates(*user)]);
        let mut items = self.read_many(&keys.collect::<Vec<_>>()).await?;
        let later = signable_after(period, periods, now);
        let of_later = users.iter().flat_map(|user| later.iter().map(|later| keys::timesheet(*user, *later)));
        let of_later: Vec<Key> = of_later.collect();
        // After the changed dates: see the module's comment.
        let mut later_items = self.read_many(&of_later).await?;
        let mut snapshots = Vec::with_capacity(users.len());
        for user in users {
            let timesheet: Option<Timesheet> = items.take(&keys::timesheet(*user, period))?;
            let changed: Option<ChangedDates> = items.take(&keys::changed_dates(*user))?;
            let stored = later.iter().map(|later| later_items.take(&keys::timesheet(*user, *later)));
            let later: Vec<Option<Timesheet>> = stored.collect::<Result<_, StoreError>>()?;
            snapshots.push(ReopeningSnapshot {
                timesheet: timesheet.unwrap_or_else(|| Timesheet::open(*user, period)),
                changed: changed.unwrap_or_default(),
                later: later.into_iter().flatten().collect(),
            });
        }
        Ok(snapshots)
    }
}

/// Returns the periods after `period` whose timesheets can be signed: they are over in some time zone. One day is added, because
/// the clocks of functions differ.
fn signable_after(period: PayPeriod, periods: PayPeriods, now: Timestamp) -> Vec<PayPeriod> {
    let through = latest_over(now).next();
    let mut found = Vec::new();
    let mut next = periods.of(period.last().next());
    while next.last() <= through {
        found.push(next);
        next = periods.of(next.last().next());
    }
    found
}

impl Commit {
    /// Adds the reopening of a timesheet. `event_id` is the id of its event. The commit fails if anything has changed since the read.
    pub fn reopen_timesheet(&mut self, reopening: &TimesheetReopening, event_id: EventId) -> Result<(), StoreError> {
        let TimesheetReopening { opened, voided, changed, released, facts } = reopening;
        self.put_timesheet(opened)?;
        voided.iter().try_for_each(|timesheet| self.put_timesheet(timesheet))?;
        self.release_changed_dates(opened.user_id, changed, released)?;
        if facts.is_empty() { Ok(()) } else { self.add_event(event_id, Subject::User(opened.user_id), facts.clone()) }
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        audit::Actor,
        pay::{PayPeriodKind, TimesheetStatus},
    };

    use super::*;
    use crate::Stamp;

    fn maria() -> UserId {
        "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap()
    }

    fn weeks() -> PayPeriods {
        PayPeriods { kind: PayPeriodKind::Week, anchor: "2026-11-02".parse().unwrap() }
    }

    fn week(of: &str) -> PayPeriod {
        weeks().of(of.parse().unwrap())
    }

    fn dates(dates: &[&str]) -> Vec<WorkDate> {
        dates.iter().map(|date| date.parse().unwrap()).collect()
    }

    /// A closed timesheet of the first week, with dates that have changed since.
    fn snapshot(changed: &[&str], later: Vec<Timesheet>) -> ReopeningSnapshot {
        let timesheet =
            Timesheet { status: TimesheetStatus::Closed, version: 3, ..Timesheet::open(maria(), week("2026-11-02")) };
        let changed = ChangedDates { dates: dates(changed).into_iter().collect(), version: 7 };
        ReopeningSnapshot { timesheet, changed, later }
    }

    /// A submitted timesheet of the second week.
    fn submitted(delta_dates: &[&str]) -> Timesheet {
        let open = Timesheet::open(maria(), week("2026-11-09"));
        Timesheet { status: TimesheetStatus::Submitted, delta_dates: dates(delta_dates), version: 1, ..open }
    }

    fn reopening(changed: &[&str], later: Vec<Timesheet>) -> TimesheetReopening {
        snapshot(changed, later).reopening(Timestamp::UNIX_EPOCH).unwrap()
    }

    #[test]
    fn a_timesheet_without_changes_is_approved_again() {
        let reopening = reopening(&["2026-10-29"], vec![submitted(&["2026-10-30"])]);
        assert_eq!(reopening.opened.status, TimesheetStatus::Approved);
        assert_eq!((reopening.voided.len(), reopening.facts.len(), reopening.actions()), (0, 0, 2));
    }

    #[test]
    fn a_changed_timesheet_and_those_paying_its_differences_are_voided() {
        let reopening = reopening(&["2026-11-03"], vec![submitted(&["2026-10-30", "2026-11-05"])]);
        assert_eq!(reopening.opened.status, TimesheetStatus::Open);
        assert_eq!(reopening.voided[0].status, TimesheetStatus::Open);
        assert_eq!(reopening.released, dates(&["2026-10-30", "2026-11-05"]).into_iter().collect());
        assert_eq!((reopening.facts.len(), reopening.actions()), (2, 4));
    }

    #[test]
    fn a_timesheet_that_is_not_closed_is_passed_over() {
        let mut open = snapshot(&[], Vec::new());
        open.timesheet.status = TimesheetStatus::Approved;
        assert!(open.reopening(Timestamp::UNIX_EPOCH).is_none());
    }

    #[test]
    fn a_reopening_has_a_condition_on_the_changed_dates() {
        let event_id: EventId = "01JBN2V7Q4W0M3T9K5ZXH8R6CE".parse().unwrap();
        for (changed, later) in [
            (vec![], vec![]),
            (vec!["2026-10-29"], vec![]),
            (vec!["2026-11-03"], vec![]),
            (vec!["2026-11-03"], vec![submitted(&["2026-11-05"])]),
        ] {
            let stamp = Stamp { event_id, at: Timestamp::UNIX_EPOCH, actor: Actor::System, request_id: None };
            let mut commit = Commit::without_event(stamp);
            let room = commit.room();
            let reopening = reopening(&changed, later);
            commit.reopen_timesheet(&reopening, event_id).unwrap();
            assert!(commit.touches(&keys::changed_dates(maria())), "{changed:?}");
            assert_eq!(room - commit.room(), reopening.actions(), "{changed:?}");
        }
    }

    #[test]
    fn only_timesheets_of_periods_that_are_over_can_be_signed() {
        let after = |now: &str| -> Vec<String> {
            let periods = signable_after(week("2026-11-02"), weeks(), now.parse().unwrap());
            periods.iter().map(ToString::to_string).collect()
        };
        assert_eq!(after("2026-11-12T08:00:00Z"), Vec::<String>::new());
        assert_eq!(after("2026-11-16T08:00:00Z"), ["2026-11-09..2026-11-15"]);
        assert_eq!(after("2026-11-23T12:00:00Z"), ["2026-11-09..2026-11-15", "2026-11-16..2026-11-22"]);
    }
}
