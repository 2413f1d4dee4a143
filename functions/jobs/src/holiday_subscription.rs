//! Reads the calendar of holidays that the company subscribes to, and makes the holidays from today on as the calendar says.
//!
//! Holidays of the past stay, because days that are over keep their schedule. Each year is one transaction with the subscription, which
//! remembers the holidays that come from the calendar. So an interrupted run continues, and a holiday that the calendar no longer has
//! ends.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::WorkDate,
    event::{CompanyFact, Fact, Subject},
    holiday::Holiday,
    holiday_change::YearChange,
    holiday_subscription::{CalendarFailure, HolidaySubscription},
    id::{HolidayId, SiteId},
};
use holiday_calendars::{Calendar, by_year, parse, sites_in};
use http::{HeaderMap, HeaderValue, header::ACCEPT};
use runtime::events::Failure;
use store::{
    Commit, CommitError, Condition, StoreError,
    holidays::{MAX_HOLIDAYS, year_of},
};

use crate::{context::Jobs, decisions::MAX_DECISIONS};

/// The number of years of a calendar that are read: the present one and the next ones.
const YEARS: i16 = 10;

/// The reason for which a run stopped.
enum Stopped {
    /// The calendar can't be used.
    Calendar(CalendarFailure),
    /// Another run has changed the subscription, or it has ended.
    Overtaken,
    /// The table failed.
    Store(StoreError),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<CommitError> for Stopped {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::ConditionFailed(_) => Self::Overtaken,
            CommitError::Store(error) => Self::Store(error),
        }
    }
}

/// Reads the calendar, and changes the holidays from today on.
pub(crate) async fn refresh(jobs: &Jobs) -> Result<(), Failure> {
    let Some(mut subscription) = jobs.store.holiday_subscription().await.map_err(Failure::new)? else { return Ok(()) };
    let stopped = match apply(jobs, &mut subscription).await {
        Ok(()) => return Ok(()),
        Err(Stopped::Calendar(failure)) => note_failure(jobs, &subscription, failure).await,
        Err(stopped) => Err(stopped),
    };
    match stopped {
        Ok(()) | Err(Stopped::Overtaken) => Ok(()),
        Err(Stopped::Calendar(failure)) => Err(Failure::new(failure.name())),
        Err(Stopped::Store(error)) => Err(Failure::new(error)),
    }
}

async fn apply(jobs: &Jobs, subscription: &mut HolidaySubscription) -> Result<(), Stopped> {
    let calendar = fetch(jobs, &subscription.url).await.map_err(Stopped::Calendar)?;
    let places: Vec<Option<SiteId>> = match &subscription.region {
        None => vec![None],
        Some(region) => sites_in(&jobs.store, region).await?.into_iter().map(|site| Some(site.id)).collect(),
    };
    if places.is_empty() {
        return Err(Stopped::Calendar(CalendarFailure::NoSites));
    }
    let settings = jobs.store.settings().await?.settings;
    let today = settings.time_zone.date_of(jobs.clock.now());
    let mut years: BTreeMap<i16, Vec<Holiday>> = by_year(&calendar.events, &places);
    // Years that the calendar doesn't have any more lose its holidays.
    for year in subscription.holidays.iter().map(|id| year_of(*id)) {
        years.entry(year).or_default();
    }
    for (year, wanted) in years.range(today.year()..today.year().saturating_add(YEARS)) {
        let wanted: Vec<Holiday> = wanted.iter().filter(|holiday| today <= holiday.date).cloned().collect();
        change_year(jobs, subscription, (*year, today), &wanted).await?;
    }
    let refreshed = subscription.refreshed(jobs.clock.now());
    let mut commit = Commit::without_event(jobs.stamp());
    commit.put_holiday_subscription(&refreshed)?;
    commit.send(&jobs.store).await?;
    tracing::info!(holidays = refreshed.holidays.len(), "a calendar of holidays was read");
    Ok(())
}

/// Reads a calendar through the guard of outbound calls.
async fn fetch(jobs: &Jobs, url: &str) -> Result<Calendar, CalendarFailure> {
    let target = jobs.calendars.target(url).map_err(|_| CalendarFailure::Unreachable)?;
    let headers: HeaderMap = [(ACCEPT, HeaderValue::from_static("text/calendar"))].into_iter().collect();
    let answer = jobs.calendars.get(&target, headers).await.map_err(|error| {
        tracing::info!(%error, "a calendar of holidays can't be read");
        CalendarFailure::Unreachable
    })?;
    if !answer.status.is_success() {
        return Err(CalendarFailure::Refused);
    }
    if !answer.is_complete {
        return Err(CalendarFailure::TooLarge);
    }
    parse(&answer.body).map_err(|_| CalendarFailure::NotACalendar)
}

/// Makes the holidays of a year from today on as the calendar says. Decides again after lost races with other changes of the year.
async fn change_year(
    jobs: &Jobs,
    subscription: &mut HolidaySubscription,
    (year, today): (i16, WorkDate),
    wanted: &[Holiday],
) -> Result<(), Stopped> {
    for _ in 0..MAX_DECISIONS {
        let snapshot = jobs.store.holiday_snapshot(subscription.set_by, year, None, jobs.clock.now()).await?;
        let present = &snapshot.year.holidays;
        let ids: BTreeSet<HolidayId> = wanted.iter().map(|holiday| holiday.id).collect();
        let is_gone = |holiday: &Holiday| {
            today <= holiday.date && subscription.holidays.contains(&holiday.id) && !ids.contains(&holiday.id)
        };
        let (gone, remaining): (Vec<Holiday>, Vec<Holiday>) = present.iter().cloned().partition(is_gone);
        let mut change = YearChange::of(&remaining, wanted);
        change.removed.retain(|holiday| today <= holiday.date);
        change.removed.extend(gone);
        if MAX_HOLIDAYS < present.len() + change.added.len() - change.removed.len() {
            return Err(Stopped::Calendar(CalendarFailure::TooManyHolidays));
        }
        let of_year = remaining.iter().filter(|holiday| !change.removed.contains(holiday)).chain(&change.added);
        let of_year = of_year.map(|holiday| holiday.id).filter(|id| ids.contains(id));
        // The holidays of earlier years are forgotten.
        let of_others = |id: &HolidayId| year_of(*id) != year && today.year() <= year_of(*id);
        let known: BTreeSet<HolidayId> =
            subscription.holidays.iter().copied().filter(of_others).chain(of_year).collect();
        if change.is_empty() && known == subscription.holidays {
            return Ok(());
        }
        let stamp = jobs.stamp();
        let mut commit = if change.is_empty() {
            Commit::without_event(stamp)
        } else {
            let mut commit = Commit::new(stamp, Subject::Holidays, change.facts())?;
            commit.audit(Subject::Holidays, "holidays_imported", Some(&change.removed), Some(&change.added))?;
            commit.change_holidays(&snapshot, year, &change.added, &change.removed_ids())?;
            commit
        };
        let after = subscription.with_holidays(known);
        commit.put_holiday_subscription(&after)?;
        match commit.send(&jobs.store).await {
            Ok(()) => {
                *subscription = after;
                return Ok(());
            }
            Err(CommitError::ConditionFailed(Condition::Version | Condition::SiteExists)) => {
                let current = jobs.store.holiday_subscription().await?;
                if current.is_none_or(|current| current.version != subscription.version) {
                    return Err(Stopped::Overtaken);
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Stopped::Store(StoreError::Contended))
}

/// Stores that the calendar couldn't be used, and notifies the admins of the first failure and then once a week.
async fn note_failure(
    jobs: &Jobs,
    subscription: &HolidaySubscription,
    failure: CalendarFailure,
) -> Result<(), Stopped> {
    let failed = subscription.failed(failure, jobs.clock.now());
    let mut commit = if failed.is_failure_announced() {
        let host = failed.host().to_owned();
        let fact = Fact::Company(CompanyFact::HolidaySubscriptionFailed { host, reason: failure });
        Commit::new(jobs.stamp(), Subject::Holidays, vec![fact])?
    } else {
        Commit::without_event(jobs.stamp())
    };
    commit.put_holiday_subscription(&failed)?;
    Ok(commit.send(&jobs.store).await?)
}
