//! The attendance of the past: an entry is a person's day.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    Failed, Request,
    attendance::{days, imports::ImportedDay},
};
use domain::{
    FieldRule,
    calendar::WorkDate,
    day::SessionTimes,
    id::UserId,
    pay::{AfterClose, PayPeriodStatus, PeriodClosed},
    text::Reason,
};
use problems::Problem;
use store::{Store, StoreError};

use crate::{
    entries::{Decision, Entry, OfJob, failure},
    preview::ImportPreview,
};

/// The reason in the history of the days.
const REASON: &str = "Imported";

impl Entry for ImportedDay {
    fn row(&self) -> u32 {
        self.row
    }

    /// Reads the stored days of each person at once.
    async fn known(store: &Store, entries: &[Self]) -> Result<Vec<bool>, StoreError> {
        let stored = stored_days(store, entries).await?;
        Ok(entries.iter().map(|entry| is_stored(entry, &stored)).collect())
    }

    async fn decide(&self, request: &Request<'_>, _: OfJob<'_>) -> Result<Decision, Failed> {
        let reason = Reason::parse(REASON).map_err(|error| StoreError::Unwritable(error.to_string()))?;
        let prepared = days::import(request, (self.user_id, self.date), &reason, &self.sessions).await?;
        Ok(prepared.into())
    }
}

/// A stored day.
struct StoredDay {
    /// The sessions, without their ids.
    sessions: Vec<SessionTimes>,
    /// Whether all sessions were imported, so that an import may replace them.
    is_imported: bool,
}

type StoredDays = BTreeMap<(UserId, WorkDate), StoredDay>;

/// Returns the stored days of the people whom the entries name, from the first to the last date of each.
async fn stored_days(store: &Store, entries: &[ImportedDay]) -> Result<StoredDays, StoreError> {
    let mut stored = StoredDays::new();
    let people: BTreeSet<UserId> = entries.iter().map(|day| day.user_id).collect();
    for person in people {
        let dates = || entries.iter().filter(|day| day.user_id == person).map(|day| day.date);
        let (Some(from), Some(to)) = (dates().min(), dates().max()) else { continue };
        for day in store.all_days(person, from, to).await? {
            let times = |session| SessionTimes { id: None, ..SessionTimes::of(session) };
            let sessions = day.sessions().iter().map(times).collect();
            let is_imported = day.has_only_imported_sessions();
            stored.insert((person, day.date()), StoredDay { sessions, is_imported });
        }
    }
    Ok(stored)
}

/// Returns whether a day is stored as the sheet says.
fn is_stored(entry: &ImportedDay, stored: &StoredDays) -> bool {
    stored.get(&(entry.user_id, entry.date)).is_some_and(|day| day.sessions == entry.sessions)
}

/// Returns what an import of the days would do. Days with other sessions and days of closed pay periods are failures. Other
/// refusals, such as an overlap with a session of a date that isn't in the sheet, are found by the import only.
///
/// # Errors
/// The table can't be read.
pub async fn preview(store: &Store, entries: &[ImportedDay]) -> Result<ImportPreview, StoreError> {
    let stored = stored_days(store, entries).await?;
    let closed = closed_timesheets(store, entries).await?;
    let (mut unchanged, mut failures) = (0, Vec::new());
    for entry in entries {
        let has_other_sessions = || stored.get(&(entry.user_id, entry.date)).is_some_and(|day| !day.is_imported);
        let of_person = closed.get(&entry.user_id);
        let closed_period = of_person.into_iter().flatten().find(|closed| closed.period.contains(entry.date));
        if is_stored(entry, &stored) {
            unchanged += 1;
        } else if has_other_sessions() {
            let problem = Problem::invalid("sessions", FieldRule::OnlyImportedSessions);
            failures.push(failure(entry.row, &problem));
        } else if let Some(closed) = closed_period {
            failures.push(failure(entry.row, &Problem::from(*closed)));
        }
    }
    Ok(ImportPreview::new(entries.len(), unchanged, failures))
}

/// Returns the closed pay periods of each person in which the entries have days. A person whose timesheet was left out of the close
/// isn't among them.
async fn closed_timesheets(
    store: &Store,
    entries: &[ImportedDay],
) -> Result<BTreeMap<UserId, Vec<PeriodClosed>>, StoreError> {
    let mut closed: BTreeMap<UserId, Vec<PeriodClosed>> = BTreeMap::new();
    let dates = || entries.iter().map(|day| day.date);
    let (Some(periods), Some(first), Some(last)) =
        (store.settings().await?.settings.pay_period, dates().min(), dates().max())
    else {
        return Ok(closed);
    };
    let records = store.pay_periods(periods.of(first), Some(periods.of(last))).await?;
    for record in records.into_iter().filter(|record| record.status != PayPeriodStatus::Open) {
        let of_period = entries.iter().filter(|day| record.period.contains(day.date));
        let people: BTreeSet<UserId> = of_period.map(|day| day.user_id).collect();
        for (person, timesheet) in store.timesheets_of(people, record.period).await? {
            closed.entry(person).or_default().extend(timesheet.effect_of_change(AfterClose::Refused).err());
        }
    }
    Ok(closed)
}
