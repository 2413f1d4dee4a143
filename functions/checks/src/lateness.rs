//! `lateness`: finds people who haven't arrived after the grace period, and shifts that ended without attendance or were left
//! early. Reads only the days that are due.
//!
//! The people who haven't arrived are collected by department and announced at the end of the run. Where many are late at the
//! same time, the managers in charge get one notification instead of hundreds.

use std::collections::BTreeMap;

use domain::{
    calendar::{WorkDate, Zone},
    day::{Checked, Due},
    event::{DayFact, Fact, Missing, Subject},
    id::{DepartmentId, UserId},
    lateness::SameLateness,
    schedule::ShiftId,
    user::User,
};
use futures_util::{StreamExt, stream};
use store::{
    Commit, StoreError,
    day_update::{DayUpdate, PresenceUpdate},
    keys::DUE_SHARDS,
    many::{CompanySnapshot, PEOPLE_AT_ONCE, PersonSnapshot},
    pay::closing::SignOff,
};

use crate::run::{CONCURRENCY, Outcome, Run};

/// The number of days that one query of a shard returns.
const PAGE: usize = CONCURRENCY * PEOPLE_AT_ONCE;
/// The number of people at which a digest is announced before the end of the run, so that an event stays well below the limit of
/// EventBridge (256 KB).
const MAX_DIGEST_PEOPLE: usize = 1000;

/// Checks all days that are due.
pub(crate) async fn examine_all(run: &Run) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::NOTHING_TO_DO;
    let mut company = None;
    for shard in 0..DUE_SHARDS {
        let mut after = None;
        loop {
            if run.is_over() {
                return Ok(outcome.unfinished());
            }
            let page = run.store.due(Due::Shift, shard, run.now, after.take(), PAGE).await?;
            if !page.days.is_empty() {
                let company = match &company {
                    Some(company) => company,
                    None => company.insert(snapshot(run).await?),
                };
                outcome = outcome.and(examine(run, company, &page.days).await?);
                announce(run, MAX_DIGEST_PEOPLE).await?;
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    // Includes people whom an interrupted run collected: they are announced together with the people of this run.
    announce(run, 0).await?;
    Ok(outcome)
}

/// Reads the company's data, which is the same for everyone. Holidays around today suffice, because a day whose date is over
/// doesn't need them any more.
async fn snapshot(run: &Run) -> Result<CompanySnapshot, StoreError> {
    let today = Zone::UTC.date_of(run.now);
    let mut years: Vec<i16> = [today.plus_days(-2), today.plus_days(2)].map(WorkDate::year).into();
    years.dedup();
    run.store.company_snapshot(&years).await
}

/// A person whose day changes.
struct Found {
    person: User,
    checked: Checked,
}

impl Found {
    fn department(&self) -> Option<DepartmentId> {
        self.checked.change.after().department_id()
    }

    /// Returns the shifts for which the person hasn't arrived.
    fn missing(&self) -> impl Iterator<Item = Missing> {
        self.checked.facts.iter().filter_map(|fact| {
            let Fact::Day(DayFact::NotArrived { shift_id, .. }) = fact else { return None };
            let shift_id = shift_id.parse::<ShiftId>().ok()?;
            Some(Missing { user_id: self.person.id, shift_id })
        })
    }
}

/// Checks a page of days, the earliest of each person first.
async fn examine(run: &Run, company: &CompanySnapshot, days: &[(UserId, WorkDate)]) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome::of(days.len(), 0);
    for round in rounds(days) {
        outcome.changed += examine_round(run, company, &round).await?;
    }
    Ok(outcome)
}

/// Splits the days into rounds that contain each person at most once. The days of a month change the same item of totals, and a
/// transaction can write an item only once. There is more than one round only if an earlier run didn't check a day.
fn rounds(days: &[(UserId, WorkDate)]) -> Vec<Vec<(UserId, WorkDate)>> {
    let mut rounds: Vec<Vec<(UserId, WorkDate)>> = Vec::new();
    let mut rounds_of: BTreeMap<UserId, usize> = BTreeMap::new();
    for (user, date) in days {
        let round = rounds_of.entry(*user).or_default();
        match rounds.get_mut(*round) {
            Some(days) => days.push((*user, *date)),
            None => rounds.push(vec![(*user, *date)]),
        }
        *round += 1;
    }
    rounds
}

/// Reads the days in batches, and records the results by department. Returns the number of changed days.
async fn examine_round(run: &Run, company: &CompanySnapshot, days: &[(UserId, WorkDate)]) -> Result<usize, StoreError> {
    let wanted: Vec<(UserId, Vec<WorkDate>)> = days.iter().map(|(user, date)| (*user, vec![*date])).collect();
    let batches: Vec<Vec<_>> = wanted.chunks(PEOPLE_AT_ONCE).map(<[_]>::to_vec).collect();
    let mut reads = stream::iter(batches).map(|people| read(run, company, people)).buffer_unordered(CONCURRENCY);
    let mut departments: BTreeMap<Option<DepartmentId>, Vec<Found>> = BTreeMap::new();
    while let Some(found) = reads.next().await {
        for found in found? {
            departments.entry(found.department()).or_default().push(found);
        }
    }
    drop(reads);
    let mut notes = stream::iter(departments)
        .map(|(department, found)| note_all(run, department, found))
        .buffer_unordered(CONCURRENCY);
    let mut changed = 0;
    while let Some(noted) = notes.next().await {
        changed += noted?;
    }
    Ok(changed)
}

/// Reads the days of these people and returns the changes that are due.
async fn read(
    run: &Run,
    company: &CompanySnapshot,
    people: Vec<(UserId, Vec<WorkDate>)>,
) -> Result<Vec<Found>, StoreError> {
    let bases = run.store.person_bases(&people).await?;
    let found = bases.into_iter().filter_map(|snapshot| {
        let planner = snapshot.planner(company);
        let checked = snapshot.days.values().find_map(|day| day.checked(&planner, run.now))?;
        let PersonSnapshot { person, .. } = snapshot;
        Some(Found { person, checked })
    });
    Ok(found.collect())
}

/// The number of people whose changes fit into one transaction: an event, a day and a month for each, and the digest, are fewer
/// than its 100 items.
const NOTED_AT_ONCE: usize = 32;

/// Records the results for a department's people, several in one transaction. If that transaction loses a race, records them one
/// by one.
async fn note_all(run: &Run, department: Option<DepartmentId>, found: Vec<Found>) -> Result<usize, StoreError> {
    let mut changed = 0;
    // If the schedule or the policy has just changed, the deduction for lateness changes too.
    let (found, late_otherwise): (Vec<Found>, Vec<Found>) =
        found.into_iter().partition(|found| SameLateness::of(&found.checked.change, run.now).is_some());
    for found in &late_otherwise {
        changed += usize::from(note_charged(run, department, found).await?);
    }
    for found in found.chunks(NOTED_AT_ONCE) {
        if note(run, department, found).await? {
            changed += found.len();
        } else if found.len() > 1 {
            for found in found.chunks(1) {
                changed += usize::from(note(run, department, found).await?);
            }
        }
    }
    Ok(changed)
}

/// Records results. Returns false and changes nothing if a person clocked in or another run recorded them in the meantime. The
/// next run finds what is still due.
async fn note(run: &Run, department: Option<DepartmentId>, found: &[Found]) -> Result<bool, StoreError> {
    let mut commit = run.commit_without_event();
    for Found { person, checked } in found {
        let Some(unchanged) = SameLateness::of(&checked.change, run.now) else { return Ok(false) };
        if !checked.facts.is_empty() {
            commit.add_event(run.event_id(), Subject::User(person.id), checked.facts.clone())?;
        }
        commit.note_days(person, &[unchanged])?;
    }
    gather(&mut commit, department, found)?;
    commit.send_if_unchanged(&run.store).await
}

/// Like [`note`], for a person whose lateness changes: reads the earlier deduction and books the new one together with the day.
async fn note_charged(run: &Run, department: Option<DepartmentId>, found: &Found) -> Result<bool, StoreError> {
    let Found { person, checked } = found;
    let snapshot = run.store.follow_snapshot(person.id, vec![checked.change.after().date()], run.now).await?;
    let changes = std::slice::from_ref(&checked.change);
    let (attendance, book) = (&snapshot.attendance, &snapshot.book);
    let (presence, sign_off) = (PresenceUpdate::Stays, SignOff::Live);
    let update = DayUpdate { person, attendance, book, changes, presence, sign_off };
    let mut commit = update.commit(run.stamp(), &checked.facts)?;
    gather(&mut commit, department, std::slice::from_ref(found))?;
    commit.send_if_unchanged(&run.store).await
}

/// Adds the missing people to the digest of their department.
fn gather(commit: &mut Commit, department: Option<DepartmentId>, found: &[Found]) -> Result<(), StoreError> {
    let missing: Vec<Missing> = found.iter().flat_map(Found::missing).collect();
    if missing.is_empty() { Ok(()) } else { commit.add_to_digest(department, &missing) }
}

/// Announces the digests that hold at least `at_least` people.
async fn announce(run: &Run, at_least: usize) -> Result<(), StoreError> {
    for digest in run.store.digests().await?.into_iter().filter(|digest| digest.people.len() >= at_least) {
        let subject =
            digest.department_id.map_or(Subject::Check(domain::scheduled_jobs::Check::Lateness), Subject::Department);
        let mut commit =
            run.commit(subject, vec![Fact::Day(DayFact::MissingPeople { people: digest.people.clone() })])?;
        commit.close_digest(&digest)?;
        // If another run adds to the digest or sends it, that run announces it.
        commit.send_if_unchanged(&run.store).await?;
    }
    Ok(())
}
