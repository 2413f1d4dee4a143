//! `open-day`: opens a day for everyone tracked, two hours before their date begins, so that boards show who is expected and
//! `lateness` finds people who don't arrive.
//!
//! Opening a day has no event, because it changes no answer: an unopened day is computed from the schedule with the same result. A day
//! that is opened after its date was booked in the person's time account is booked by the next run of `close-day`.

use domain::{
    calendar::{WorkDate, Zone},
    day::{Day, DayChange},
    id::UserId,
};
use futures_util::{StreamExt, stream};
use jiff::{Timestamp, ToSpan};
use store::{
    StoreError,
    many::{CompanySnapshot, PEOPLE_AT_ONCE, PersonSnapshot},
    opening::{ToOpen, ZoneSource},
};

use crate::{
    accounts::last_booked,
    run::{CONCURRENCY, Outcome, Run},
};

/// The number of hours before the beginning of a date at which its days are opened.
const AHEAD_HOURS: i64 = 2;
/// The number of past days for which missing days are opened: longer than any outage of the scheduled jobs that remains
/// unnoticed.
const BACK_DAYS: i32 = 31;
/// The number of dates of a person that one step opens. More dates take further steps.
const DATES_AT_ONCE: usize = 2;
/// The number of people that one query of the list returns.
const PAGE: usize = CONCURRENCY * PEOPLE_AT_ONCE;

/// Opens all days that are due to be opened.
pub(crate) async fn open_days(run: &Run) -> Result<Outcome, StoreError> {
    let from = Zone::UTC.date_of(run.now).plus_days(-BACK_DAYS - 1);
    let until = Zone::UTC.date_of(run.now).plus_days(2);
    let years = if from.year() == until.year() { vec![until.year()] } else { vec![from.year(), until.year()] };
    let company = run.store.company_snapshot(&years).await?;
    let own = run.store.own_zones().await?;
    let sources = std::iter::once((ZoneSource::Company, company.settings.settings.time_zone.clone()))
        .chain(company.sites.zones().map(|(site, zone)| (ZoneSource::Site(site), zone.clone())))
        .chain(own.into_iter().map(|zone| (ZoneSource::Own(zone.clone()), zone)));
    let mut outcome = Outcome::NOTHING_TO_DO;
    for (source, zone) in sources {
        outcome = outcome.and(open_all_of(run, &company, &source, &zone).await?);
        if !outcome.done {
            break;
        }
    }
    Ok(outcome)
}

/// Opens the days of all people whose time zone comes from this source.
async fn open_all_of(
    run: &Run,
    company: &CompanySnapshot,
    source: &ZoneSource,
    zone: &Zone,
) -> Result<Outcome, StoreError> {
    let span = Span { today: zone.date_of(run.now), through: zone.date_of(hours_later(run.now, AHEAD_HOURS)) };
    let mut outcome = Outcome::NOTHING_TO_DO;
    loop {
        if run.is_over() {
            return Ok(outcome.unfinished());
        }
        let waiting = run.store.to_open(source, span.through, PAGE).await?;
        let batches: Vec<Vec<ToOpen>> = waiting.chunks(PEOPLE_AT_ONCE).map(<[_]>::to_vec).collect();
        let mut steps = stream::iter(batches)
            .map(|people| open_batch(run, company, source, span, people))
            .buffer_unordered(CONCURRENCY);
        let mut step = Outcome::NOTHING_TO_DO;
        while let Some(batch) = steps.next().await {
            step = step.and(batch?);
        }
        drop(steps);
        outcome = outcome.and(step);
        // The list lags slightly behind the people. If it only lists people who are done, the next run continues.
        if step.changed == 0 {
            return Ok(outcome);
        }
    }
}

/// The range of dates to open.
#[derive(Debug, Clone, Copy)]
struct Span {
    /// The current date in the time zone.
    today: WorkDate,
    /// The last date to open.
    through: WorkDate,
}

impl Span {
    /// Returns the next dates to open for a person whose days are opened up to `opened`.
    fn dates_after(self, opened: Option<WorkDate>) -> Vec<WorkDate> {
        let first = opened.map_or(self.today, |last| last.next().max(self.today.plus_days(-BACK_DAYS)));
        std::iter::successors(Some(first), |date| Some(date.next()))
            .take_while(|date| *date <= self.through)
            .take(DATES_AT_ONCE)
            .collect()
    }
}

/// A person and the days to open for them.
struct Opening {
    snapshot: PersonSnapshot,
    from: ToOpen,
    through: WorkDate,
    days: Vec<DayChange>,
}

/// Opens the days of a batch of people with one read and, if it loses no race, one transaction.
async fn open_batch(
    run: &Run,
    company: &CompanySnapshot,
    source: &ZoneSource,
    span: Span,
    people: Vec<ToOpen>,
) -> Result<Outcome, StoreError> {
    let wanted: Vec<(UserId, Vec<WorkDate>)> =
        people.iter().map(|person| (person.user_id, span.dates_after(person.through))).collect();
    let bases = run.store.person_bases(&wanted).await?;
    let openings: Vec<Opening> = bases
        .into_iter()
        .filter(|snapshot| ZoneSource::of(&snapshot.person).as_ref() == Some(source))
        .filter_map(|snapshot| {
            let from = people.iter().find(|person| person.user_id == snapshot.person.id)?.clone();
            let (_, dates) = wanted.iter().find(|(user, _)| *user == snapshot.person.id)?;
            let through = *dates.last()?;
            let days = opened(&snapshot, company, dates, run.now);
            Some(Opening { snapshot, from, through, days })
        })
        .collect();
    let mut changed = 0;
    if !openings.is_empty() {
        if commit(run, source, &openings).await? {
            changed = openings.len();
        } else {
            // A person clocked in or moved in the meantime, or another run is active: opens the days of the others one by one.
            for opening in openings.chunks(1) {
                changed += usize::from(commit(run, source, opening).await?);
            }
        }
    }
    Ok(Outcome::of(people.len(), changed))
}

/// Returns the days of those dates that aren't stored yet and on which the person is employed.
fn opened(snapshot: &PersonSnapshot, company: &CompanySnapshot, dates: &[WorkDate], now: Timestamp) -> Vec<DayChange> {
    let planner = snapshot.planner(company);
    dates
        .iter()
        .filter(|date| !snapshot.days.contains_key(date) && snapshot.person.is_employed_on(**date))
        .map(|date| DayChange::new(None, Day::open(&planner, *date), now))
        .collect()
}

impl Opening {
    /// Returns the first of the days whose dates may be booked in the person's time account already.
    fn first_late(&self, last_booked: WorkDate) -> Option<WorkDate> {
        self.days.iter().map(|day| day.after().date()).find(|date| *date <= last_booked)
    }
}

/// Commits the openings. Returns whether the commit succeeded. If days are opened late, one more read.
async fn commit(run: &Run, source: &ZoneSource, openings: &[Opening]) -> Result<bool, StoreError> {
    let last = last_booked(run.now);
    let late: Vec<UserId> =
        openings.iter().filter(|it| it.first_late(last).is_some()).map(|it| it.snapshot.person.id).collect();
    let accounts = run.store.time_accounts(&late).await?;
    let mut commit = run.commit_without_event();
    for opening in openings {
        let Opening { snapshot, from, through, days } = opening;
        commit.open_days(&snapshot.person, source, from, *through, days)?;
        if let (Some(account), Some(first)) = (accounts.get(&snapshot.person.id), opening.first_late(last)) {
            commit.book_late_day(account, first)?;
        }
    }
    if commit.is_too_large() && 1 < openings.len() {
        // The openings are committed one by one.
        return Ok(false);
    }
    run.paced(commit.send_if_unchanged(&run.store)).await
}

fn hours_later(at: Timestamp, hours: i64) -> Timestamp {
    at.saturating_add(hours.hours()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> WorkDate {
        text.parse().unwrap()
    }

    fn dates(opened: Option<&str>) -> Vec<String> {
        let span = Span { today: date("2026-11-02"), through: date("2026-11-03") };
        span.dates_after(opened.map(date)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn days_of_a_new_person_open_from_today_on() {
        assert_eq!(dates(None), ["2026-11-02", "2026-11-03"]);
    }

    #[test]
    fn opening_continues_after_the_last_opened_date() {
        assert_eq!(dates(Some("2026-11-02")), ["2026-11-03"]);
        assert_eq!(dates(Some("2026-11-03")), [""; 0]);
    }

    #[test]
    fn each_run_after_an_outage_opens_two_dates_of_the_last_31_days() {
        assert_eq!(dates(Some("2026-10-30")), ["2026-10-31", "2026-11-01"]);
        assert_eq!(dates(Some("2026-01-01")), ["2026-10-02", "2026-10-03"]);
    }
}
