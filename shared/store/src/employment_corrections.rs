//! Retroactive corrections of employments. They also change stored days, totals, lateness and leave.
//!
//! A correction of few dates is one transaction with the profile (`people`). For more dates, `jobs` processes them
//! afterwards. Both have the same result, and repeating them changes nothing: a day that is already corrected is skipped,
//! and a recount of a request that is already recounted has the same result.

use std::collections::BTreeSet;

use domain::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    day::{Day, open_corrected},
    employment::Employment,
    event::{DayFact, Fact, Subject},
    id::{EventId, LeaveRequestId, UserId},
    leave::{
        LeaveTypes,
        request::{FollowUp, LeaveContext, LeaveEffects, LeaveRequest, LeaveStatus, OpenLeave},
    },
    pay::AfterClose,
    user::User,
};
use jiff::Timestamp;

use crate::{
    Commit, CommitError, Condition, Stamp, Store, StoreError,
    attendance::AttendanceSnapshot,
    leave_recount::OpenRequests,
    leave_requests::LeaveFilter,
    pay::closing::{SignOff, StoredTimesheets},
};

/// The maximum number of dates that the transaction of a changed profile corrects.
const MAX_DATES: usize = 31;
/// The number of dates, or requests, in one step of a longer correction.
const STEP: usize = 10;
/// The number of a person's requests that one query returns.
const REQUESTS: usize = 100;
/// The number of a person's stored days that one query returns.
const DAYS: usize = 400;
/// The number of attempts of a step: one, and retries after a conflict.
const MAX_DECISIONS: u32 = 5;

/// The items that a correction of a person's employments depends on.
#[derive(Debug)]
pub struct CorrectionSnapshot {
    attendance: AttendanceSnapshot,
    open: OpenRequests,
    /// All corrected dates.
    corrected: Vec<Employment>,
    /// The corrected dates whose days may be opened.
    dates: Vec<WorkDate>,
    /// The timesheets of the dates.
    timesheets: StoredTimesheets,
}

/// The changes that a correction makes besides the profile.
#[derive(Debug)]
pub struct Correction {
    requests: Vec<LeaveRequest>,
    effects: LeaveEffects,
}

/// Returns the first date for which a person's days are created automatically, in any zone. Days before the creation of the
/// account are never opened.
fn recorded_since(person: &User) -> WorkDate {
    Zone::UTC.date_of(person.created_at).previous()
}

/// Returns the corrected dates, if there are few enough for one transaction.
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
    /// Reads the items that a change of a person's employments depends on, if one transaction can hold all effects: a Query
    /// of the person's requests and three BatchGetItem calls. Returns none if there are too many effects; then `jobs`
    /// applies them afterwards.
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

    /// Reads the items for some of the corrected dates and some requests.
    #[expect(
        clippy::too_many_arguments,
        reason = "each argument is a query parameter or an item that the caller has already read"
    )]
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
        let needed: Vec<WorkDate> = dates.iter().copied().chain(open.dates_counted(now)).collect();
        let attendance = self.attendance_snapshot(person, needed.clone(), None, now).await?;
        let timesheets = self.timesheets_on(person, &attendance.settings.settings, needed, now).await?;
        Ok(CorrectionSnapshot { attendance, open, corrected: corrected.to_vec(), dates, timesheets })
    }

    /// Returns the ids of the person's pending or approved requests that include one of those dates.
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

    /// Applies a correction that doesn't fit into one transaction to all affected items: stored days, days to be opened, and
    /// leave. If it is interrupted at any point, another run continues it. `cause` is the correction's event.
    ///
    /// # Errors
    /// Returns an error if a step keeps failing on conflicts, or if the table does.
    pub async fn follow_employment(
        &self,
        person: UserId,
        corrected: &[Employment],
        cause: EventId,
        now: Timestamp,
    ) -> Result<(), CommitError> {
        let Some(profile) = self.user(person).await? else { return Ok(()) };
        // Days are stored until tomorrow at most, in any zone.
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
                // A month with much lateness: correct each half separately.
                let (first, second) = dates.split_at(dates.len() / 2);
                waiting.extend([second, first]);
            }
        }
        Ok(())
    }

    /// Corrects these dates and requests in one transaction. Returns `false` if they don't fit into one.
    async fn correct(&self, dates: &[WorkDate], requests: &[LeaveRequestId]) -> Result<bool, CommitError> {
        let mut lost = 0;
        loop {
            match self.attempt(dates, requests).await {
                Err(CommitError::ConditionFailed(Condition::Version)) if lost + 1 < MAX_DECISIONS => lost += 1,
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
    /// Returns the effects of the employments of `person`, whose profile is the one after the change.
    pub fn correct(&self, person: &User, by: Actor, now: Timestamp) -> Correction {
        let Self { attendance, open, corrected, dates, timesheets: _ } = self;
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
        // A punch that was decided on the earlier days, and commits later, fails on the new version of the presence.
        effects.presence = Some(attendance.presence.touched());
        Correction { requests, effects }
    }
}

impl Correction {
    /// Returns the facts of the correction; `cause` is the event of the correction.
    pub fn facts(&self, cause: EventId) -> Vec<Fact> {
        let dates: Vec<WorkDate> = self.effects.days.iter().map(|change| change.after().date()).collect();
        let followed = (!dates.is_empty()).then_some(Fact::Day(DayFact::DaysFollowed { dates, cause }));
        followed.into_iter().chain(self.effects.facts.iter().cloned()).collect()
    }

    fn is_nothing(&self) -> bool {
        self.requests.is_empty() && self.effects.days.is_empty() && self.effects.booked.is_empty()
    }
}

impl Commit {
    /// Puts the changes that new employments of `person` cause.
    pub fn correct_employment(
        &mut self,
        person: &User,
        snapshot: &CorrectionSnapshot,
        correction: &Correction,
    ) -> Result<(), StoreError> {
        let settings = &snapshot.attendance.settings;
        let sign_off = SignOff::Read(&snapshot.timesheets, AfterClose::Allowed);
        let (requests, effects) = (&correction.requests, &correction.effects);
        self.put_leave(person, snapshot.open.book(), settings, requests, effects, sign_off)
    }
}
