//! Employments that are corrected after the fact: stored days, totals, lateness and leave follow.
//!
//! A correction of few dates is one transaction with the profile (`people`); of more, `jobs` goes over the dates after it.
//! Both come to the same, and doing it again changes nothing: a day that has followed is skipped, a request that has been
//! counted anew comes out the same.

use std::collections::BTreeSet;

use domain::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    day::{Day, open_corrected},
    employment::Employment,
    event::{Fact, Subject},
    id::{EventId, LeaveRequestId, UserId},
    leave::{
        LeaveTypes,
        request::{FollowUp, LeaveContext, LeaveEffects, LeaveRequest, LeaveStatus, OpenLeave},
    },
    user::User,
};
use jiff::Timestamp;

use crate::{
    Commit, CommitError, Guard, Stamp, Store, StoreError, attendance::AttendanceSnapshot, leave_recount::OpenRequests,
    leave_requests::LeaveFilter,
};

/// How many dates are corrected in the transaction of a changed profile.
const MAX_DATES: usize = 31;
/// How many dates, or requests, are corrected in one step of a longer correction.
const STEP: usize = 10;
/// How many requests of a person one query gives.
const REQUESTS: usize = 100;
/// How many of a person's stored days one query gives.
const DAYS: usize = 400;
/// How often a step is decided: once, and again after losing a race.
const DECISIONS: u32 = 5;

/// What a correction of a person's employments is decided on.
#[derive(Debug)]
pub struct CorrectionSnapshot {
    attendance: AttendanceSnapshot,
    open: OpenRequests,
    /// All corrected dates.
    corrected: Vec<Employment>,
    /// Those of which days may be opened.
    dates: Vec<WorkDate>,
}

/// What a correction changes besides the profile.
#[derive(Debug)]
pub struct Correction {
    requests: Vec<LeaveRequest>,
    effects: LeaveEffects,
}

/// The first date of which anything is recorded of a person by itself, wherever they are: days before the account was made
/// are never opened.
fn recorded_since(person: &User) -> WorkDate {
    Zone::UTC.date_of(person.created_at).previous()
}

/// The corrected dates, if they are few enough for one transaction.
fn few_dates(person: &User, corrected: &[Employment]) -> Option<Vec<WorkDate>> {
    let since = recorded_since(person);
    if corrected.iter().any(|span| span.from().is_none_or(|from| from < since)) {
        return None;
    }
    let dates = corrected.iter().flat_map(|span| span.dates_within(since, WorkDate::MAX));
    let dates: Vec<WorkDate> = dates.take(MAX_DATES + 1).collect();
    (dates.len() <= MAX_DATES).then_some(dates)
}

impl Store {
    /// What other employments of a person are decided on, where one transaction may take what follows: a Query of their
    /// requests and three calls of `BatchGetItem`. None where it is too much: `jobs` follows then.
    pub async fn correction_snapshot(
        &self,
        person: &User,
        corrected: &[Employment],
        types: &LeaveTypes,
        open: &OpenLeave,
        now: Timestamp,
    ) -> Result<Option<CorrectionSnapshot>, StoreError> {
        let Some(dates) = few_dates(person, corrected) else { return Ok(None) };
        let past = if corrected.is_empty() { Vec::new() } else { self.requests_on(person.id, corrected).await? };
        let ids: BTreeSet<LeaveRequestId> =
            past.into_iter().chain(open.entries().iter().map(|entry| entry.id)).collect();
        if ids.len() > STEP {
            return Ok(None);
        }
        self.correction_of(person.id, dates, ids, corrected, types, open, now).await.map(Some)
    }

    /// What is read for some of the corrected dates and some requests.
    #[expect(clippy::too_many_arguments, reason = "each of them is one thing that is read by, or was read")]
    async fn correction_of(
        &self,
        person: UserId,
        dates: Vec<WorkDate>,
        ids: impl IntoIterator<Item = LeaveRequestId>,
        corrected: &[Employment],
        types: &LeaveTypes,
        open: &OpenLeave,
        now: Timestamp,
    ) -> Result<CorrectionSnapshot, StoreError> {
        let requests = self.leave_requests_by_id(ids).await?;
        let open = self.requests_with_book(person, open.clone(), requests, types.counted(), &dates, now).await?;
        let needed = dates.iter().copied().chain(open.dates_counted(now)).collect();
        let attendance = self.attendance_snapshot(person, needed, None, now).await?;
        Ok(CorrectionSnapshot { attendance, open, corrected: corrected.to_vec(), dates })
    }

    /// The requests of a person, pending or approved, that hold one of those dates.
    async fn requests_on(&self, person: UserId, corrected: &[Employment]) -> Result<Vec<LeaveRequestId>, StoreError> {
        let from = corrected.iter().filter_map(Employment::from).min();
        let to = corrected.iter().filter_map(Employment::until).max();
        let filter = LeaveFilter { from, to, ..LeaveFilter::default() };
        let counts = |request: &LeaveRequest| match request.status {
            LeaveStatus::Pending | LeaveStatus::Approved => {
                let (first, last) = (request.period.start_date(), request.period.end_date());
                corrected.iter().any(|span| span.dates_within(first, last).next().is_some())
            }
            LeaveStatus::Rejected | LeaveStatus::Cancelled => false,
        };
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = self.leave_requests_of(person, filter, after, REQUESTS).await?;
            found.extend(page.items.iter().filter(|request| counts(request)).map(|request| request.id));
            after = page.next;
            if after.is_none() {
                return Ok(found);
            }
        }
    }

    /// Goes over all that corrected dates concern, for a correction that was more than one transaction: stored days, days
    /// to be opened, leave. Killed at any point, it goes on when it is done again. `cause` is the correction's event.
    ///
    /// # Errors
    /// Where a step keeps losing races, and those of the table.
    pub async fn follow_employment(
        &self,
        person: UserId,
        corrected: &[Employment],
        cause: EventId,
        now: Timestamp,
    ) -> Result<(), CommitError> {
        let Some(profile) = self.user(person).await? else { return Ok(()) };
        // Days are stored until tomorrow at most, wherever the person is.
        let latest = Zone::UTC.date_of(now).plus_days(2);
        let steps = Steps { store: self, person, corrected, cause, now };
        for span in corrected {
            let first = span.from().unwrap_or(WorkDate::MIN);
            let last = span.until().map_or(latest, |until| until.min(latest));
            let mut stored: BTreeSet<WorkDate> = BTreeSet::new();
            let mut before = None;
            loop {
                let page = self.days(person, first, last, before, DAYS).await?;
                before = page.items.last().map(Day::date);
                stored.extend(page.items.iter().map(Day::date));
                let follows = |day: &&Day| day.is_outside_employment() != profile.employments.hold(day.date());
                let behind: Vec<WorkDate> = page.items.iter().filter(|day| !follows(day)).map(Day::date).collect();
                steps.correct_dates(&behind).await?;
                if !page.more {
                    break;
                }
            }
            let missing = |date: &WorkDate| profile.is_employed_on(*date) && !stored.contains(date);
            let missing: Vec<WorkDate> = span.dates_within(recorded_since(&profile), last).filter(missing).collect();
            steps.correct_dates(&missing).await?;
        }
        for requests in self.requests_on(person, corrected).await?.chunks(STEP) {
            steps.correct(&[], requests).await?;
        }
        Ok(())
    }
}

/// The steps of a longer correction.
struct Steps<'a> {
    store: &'a Store,
    person: UserId,
    corrected: &'a [Employment],
    cause: EventId,
    now: Timestamp,
}

impl Steps<'_> {
    async fn correct_dates(&self, dates: &[WorkDate]) -> Result<(), CommitError> {
        let mut waiting: Vec<&[WorkDate]> = dates.chunks(STEP).rev().collect();
        while let Some(dates) = waiting.pop() {
            if !self.correct(dates, &[]).await? {
                // A month with much lateness: each half by itself.
                let (first, second) = dates.split_at(dates.len() / 2);
                waiting.extend([second, first]);
            }
        }
        Ok(())
    }

    /// Corrects these dates and requests in one transaction. Returns whether it took them.
    async fn correct(&self, dates: &[WorkDate], requests: &[LeaveRequestId]) -> Result<bool, CommitError> {
        let mut lost = 0;
        loop {
            match self.attempt(dates, requests).await {
                Err(CommitError::ConditionFailed(Guard::Version)) if lost + 1 < DECISIONS => lost += 1,
                other => return other,
            }
        }
    }

    async fn attempt(&self, dates: &[WorkDate], requests: &[LeaveRequestId]) -> Result<bool, CommitError> {
        let Self { store, person, corrected, cause, now } = *self;
        let (types, open) = (store.leave_types().await?, store.open_leave(person).await?);
        let ids = requests.iter().copied();
        let snapshot = store.correction_of(person, dates.to_vec(), ids, corrected, &types, &open, now).await?;
        let Some(profile) = &snapshot.attendance.person else { return Ok(true) };
        let correction = snapshot.correct(profile, Actor::System, now);
        if correction.is_nothing() {
            return Ok(true);
        }
        let event_id = EventId::generate(now, &*store.entropy);
        let stamp = Stamp { event_id, at: now, actor: Actor::System, request_id: Some(cause.to_string()) };
        let facts = correction.facts(cause);
        let mut commit = if facts.is_empty() {
            Commit::without_event(stamp)
        } else {
            Commit::new(stamp, Subject::User(person), facts)?
        };
        commit.correct_employment(profile, &snapshot, &correction)?;
        if commit.is_too_large() && dates.len() > 1 {
            return Ok(false);
        }
        commit.send(store).await?;
        Ok(true)
    }
}

impl CorrectionSnapshot {
    /// What follows from the employments of `person`, as the profile will be.
    pub fn correct(&self, person: &User, by: Actor, now: Timestamp) -> Correction {
        let Self { attendance, open, corrected, dates } = self;
        let planner = attendance.planner(person);
        let context = LeaveContext {
            planner: &planner,
            types: &open.book().types,
            balances: &open.book().balances,
            open: open.open(),
            others: &[],
            follow_up: FollowUp::AtOnce,
            days: &attendance.days,
            late_months: &attendance.late_months,
            presence: &attendance.presence,
            now,
            by,
        };
        let (requests, mut effects) = context.follow_employment(open.requests(), STEP, corrected);
        let is_other = |date: WorkDate| !dates.contains(&date) || attendance.days.contains_key(&date);
        effects.days.extend(open_corrected(corrected, &planner, is_other, now));
        // A punch that was decided on the days before, and commits after, loses on it.
        effects.presence = Some(attendance.presence.touched());
        Correction { requests, effects }
    }
}

impl Correction {
    /// What is told of it; `cause` is the event of the correction.
    pub fn facts(&self, cause: EventId) -> Vec<Fact> {
        let dates: Vec<WorkDate> = self.effects.days.iter().map(|change| change.after().date()).collect();
        let followed = (!dates.is_empty()).then_some(Fact::DaysFollowed { dates, cause });
        followed.into_iter().chain(self.effects.facts.iter().cloned()).collect()
    }

    fn is_nothing(&self) -> bool {
        self.requests.is_empty() && self.effects.days.is_empty() && self.effects.booked.is_empty()
    }
}

impl Commit {
    /// Puts what other employments of `person` change.
    pub fn correct_employment(
        &mut self,
        person: &User,
        snapshot: &CorrectionSnapshot,
        correction: &Correction,
    ) -> Result<(), StoreError> {
        let settings = &snapshot.attendance.settings;
        self.put_leave(person, snapshot.open.book(), settings, &correction.requests, &correction.effects)
    }
}
