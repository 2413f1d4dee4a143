//! `open-day`: a day for everyone tracked, two hours before their date begins, so that boards show who is expected and
//! whoever doesn't come is missed.
//!
//! Opening tells nobody anything (an unopened day answers the same from the schedule), so it has no event.

use domain::{
    calendar::{WorkDate, Zone},
    day::{Day, DayChange},
    id::UserId,
};
use futures_util::{StreamExt, stream};
use jiff::{Timestamp, ToSpan};
use store::{
    CommitError, StoreError,
    many::{CompanySnapshot, PEOPLE_AT_ONCE, PersonSnapshot},
    opening::{ToOpen, ZoneSource},
};

use crate::run::{CONCURRENCY, Outcome, Run};

/// How long before it begins a date is opened.
const AHEAD_HOURS: i64 = 2;
/// How far back days are opened that were missed: longer than any outage of the clockwork that nobody noticed.
const BACK_DAYS: i32 = 31;
/// How many dates of a person one step opens; more take further steps.
const DATES_AT_ONCE: usize = 2;
/// How many people one look at the list takes.
const PAGE: usize = CONCURRENCY * PEOPLE_AT_ONCE;

/// Opens what is to be opened by now.
pub(crate) async fn open_days(run: &Run) -> Result<Outcome, StoreError> {
    let from = Zone::UTC.date_of(run.now).plus_days(-BACK_DAYS - 1);
    let until = Zone::UTC.date_of(run.now).plus_days(2);
    let years = if from.year() == until.year() { vec![until.year()] } else { vec![from.year(), until.year()] };
    let company = run.store.company_snapshot(&years).await?;
    let own = run.store.own_zones().await?;
    let sources = std::iter::once((ZoneSource::Company, company.settings.settings.time_zone.clone()))
        .chain(company.sites.zones().map(|(site, zone)| (ZoneSource::Site(site), zone.clone())))
        .chain(own.into_iter().map(|zone| (ZoneSource::Own(zone.clone()), zone)));
    let mut outcome = Outcome { done: true, ..Outcome::default() };
    for (source, zone) in sources {
        outcome = outcome.and(open_all_of(run, &company, &source, &zone).await?);
        if !outcome.done {
            break;
        }
    }
    Ok(outcome)
}

/// Opens the days of all who have their zone from there.
async fn open_all_of(
    run: &Run,
    company: &CompanySnapshot,
    source: &ZoneSource,
    zone: &Zone,
) -> Result<Outcome, StoreError> {
    let span = Span { today: zone.date_of(run.now), through: zone.date_of(hours_later(run.now, AHEAD_HOURS)) };
    let mut outcome = Outcome { done: true, ..Outcome::default() };
    loop {
        if run.is_over() {
            return Ok(outcome.unfinished());
        }
        let waiting = run.store.to_open(source, span.through, PAGE).await?;
        let batches: Vec<Vec<ToOpen>> = waiting.chunks(PEOPLE_AT_ONCE).map(<[_]>::to_vec).collect();
        let mut steps = stream::iter(batches)
            .map(|people| open_batch(run, company, source, span, people))
            .buffer_unordered(CONCURRENCY);
        let mut step = Outcome { done: true, ..Outcome::default() };
        while let Some(batch) = steps.next().await {
            step = step.and(batch?);
        }
        drop(steps);
        outcome = outcome.and(step);
        // The list lags behind its people by a moment: where it only names some that are done, the next run looks again.
        if step.changed == 0 {
            return Ok(outcome);
        }
    }
}

/// Which dates are opened.
#[derive(Debug, Clone, Copy)]
struct Span {
    /// The date that it is there.
    today: WorkDate,
    /// The last date to open.
    through: WorkDate,
}

impl Span {
    /// The next dates of someone whose days are opened up to there, and are to be.
    fn dates_after(self, opened: Option<WorkDate>) -> Vec<WorkDate> {
        let first = opened.map_or(self.today, |last| last.next().max(self.today.plus_days(-BACK_DAYS)));
        std::iter::successors(Some(first), |date| Some(date.next()))
            .take_while(|date| *date <= self.through)
            .take(DATES_AT_ONCE)
            .collect()
    }
}

/// A person with what is opened of theirs.
struct Opening {
    snapshot: PersonSnapshot,
    from: ToOpen,
    through: WorkDate,
    days: Vec<DayChange>,
}

/// Opens days of a batch of people: one read, and one transaction where nobody is in the way.
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
            // Somebody clocked in or moved in between, or another run is at work: whom that leaves alone is opened.
            for opening in openings.chunks(1) {
                changed += usize::from(commit(run, source, opening).await?);
            }
        }
    }
    Ok(Outcome { done: true, looked_at: people.len(), changed })
}

/// The days of those dates that aren't stored yet, as far as the person is employed.
fn opened(snapshot: &PersonSnapshot, company: &CompanySnapshot, dates: &[WorkDate], now: Timestamp) -> Vec<DayChange> {
    let planner = snapshot.planner(company);
    dates
        .iter()
        .filter(|date| !snapshot.days.contains_key(date) && snapshot.person.is_employed_on(**date))
        .map(|date| DayChange::new(None, Day::open(&planner, *date), now))
        .collect()
}

/// Whether it came about.
async fn commit(run: &Run, source: &ZoneSource, openings: &[Opening]) -> Result<bool, StoreError> {
    let mut commit = run.commit_without_event();
    for Opening { snapshot, from, through, days } in openings {
        commit.open_days(&snapshot.person, source, from, *through, days)?;
    }
    match run.paced(commit.send(&run.store)).await {
        Ok(()) => Ok(true),
        Err(CommitError::ConditionFailed(_)) => Ok(false),
        Err(CommitError::Store(error)) => Err(error),
    }
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
    fn someone_new_begins_today() {
        assert_eq!(dates(None), ["2026-11-02", "2026-11-03"]);
    }

    #[test]
    fn someone_opened_yesterday_goes_on_after_that() {
        assert_eq!(dates(Some("2026-11-02")), ["2026-11-03"]);
        assert_eq!(dates(Some("2026-11-03")), [""; 0]);
    }

    #[test]
    fn an_outage_is_caught_up_with_in_steps() {
        assert_eq!(dates(Some("2026-10-30")), ["2026-10-31", "2026-11-01"]);
        assert_eq!(dates(Some("2026-01-01")), ["2026-10-02", "2026-10-03"]);
    }
}
