//! A holiday or the roster changed under leave: what is pending or ahead is counted anew, person by person.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    audit::Actor,
    calendar::{WorkDate, Zone},
    day::{Day, Month, Presence},
    event::{Fact, Subject},
    id::{EventId, LeaveRequestId, UserId},
    lateness::LateMonth,
    leave::{
        Balances,
        request::{FollowUp, LeaveContext, LeaveEffects, LeaveRequest, OpenLeave},
    },
    schedule::{LeaveTypeCode, Planner},
    user::User,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    Commit, CommitError, Guard, Stamp, Store, StoreError,
    keys::{self, Key},
    leave_book::{BookQuery, StoredBook},
    settings::VersionedSettings,
};

/// How many requests are recounted in one transaction, beside the days that follow.
const CONCURRENCY: usize = 10;
/// The actions that counting a request anew takes at most: itself; and in each of two leave years the balance, an entry, and
/// what that was booked for.
pub(crate) const ACTIONS_OF_A_REQUEST: usize = 7;
/// How often a transaction is decided: once, and again after losing a race.
const DECISIONS: u32 = 4;

/// Counts a person's pending and approved leave anew, from today on, by the schedule and the holidays as they are now;
/// what it comes to otherwise is booked, and stored days that aren't over follow. Tells how many requests changed.
///
/// `change` is the id of the event that made it necessary, for tracing. Idempotent, whatever the change: what was counted
/// anew comes out the same the next time, so a run that died is simply run again.
pub async fn recount_person(
    store: &Store,
    person: UserId,
    change: EventId,
    now: Timestamp,
) -> Result<usize, CommitError> {
    let mut changed = 0;
    let mut lost = 0;
    loop {
        match recount_some(store, person, change, now).await {
            Ok(recounted) => {
                changed += recounted;
                lost = 0;
                if recounted < CONCURRENCY {
                    return Ok(changed);
                }
            }
            Err(CommitError::ConditionFailed(Guard::Version)) if lost + 1 < DECISIONS => lost += 1,
            Err(error) => return Err(error),
        }
    }
}

async fn recount_some(store: &Store, person: UserId, change: EventId, now: Timestamp) -> Result<usize, CommitError> {
    let open = store.open_requests(person, store.open_leave(person).await?, now).await?;
    let snapshot = store.attendance_snapshot(person, open.dates_ahead(now), None, now).await?;
    let Some(user) = &snapshot.person else { return Ok(0) };
    let planner = snapshot.planner(user);
    let around = Around { days: &snapshot.days, late_months: &snapshot.late_months, presence: &snapshot.presence };
    let Some(recount) = open.recount(&planner, around, CONCURRENCY, Actor::System, now) else { return Ok(0) };

    let stamp = Stamp {
        event_id: EventId::generate(now, &*store.entropy),
        at: now,
        actor: Actor::System,
        request_id: Some(change.to_string()),
    };
    let subject = Subject::User(person);
    // A type that isn't counted has nothing to tell, nor has a day that merely follows its schedule.
    let mut commit = if recount.facts().is_empty() {
        Commit::without_event(stamp)
    } else {
        Commit::new(stamp, subject, recount.facts().to_vec())?
    };
    let id = commit.stamp().event_id;
    commit.put_recount(id, user, &snapshot.settings, &open, &recount)?;
    commit.send(store).await?;
    Ok(recount.counted())
}

/// What a person has pending or ahead, with what it is booked on.
#[derive(Debug)]
pub struct OpenRequests {
    open: OpenLeave,
    requests: Vec<LeaveRequest>,
    book: StoredBook,
}

/// What else a recount looks at.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The stored days that aren't over.
    pub days: &'a BTreeMap<WorkDate, Day>,
    /// What lateness cost in the months of those days.
    pub late_months: &'a BTreeMap<Month, LateMonth>,
    /// Where the person is.
    pub presence: &'a Presence,
}

/// What comes out otherwise.
#[derive(Debug)]
pub struct Recount {
    requests: Vec<LeaveRequest>,
    effects: LeaveEffects,
}

impl OpenRequests {
    /// The dates whose schedule and stored days a recount needs: those around today, and one of each year ahead.
    fn dates_ahead(&self, now: Timestamp) -> Vec<WorkDate> {
        // Wherever the person is, their date is one of these.
        let today = Zone::UTC.date_of(now);
        let last = self.last_date().unwrap_or(today).max(today);
        let of_each_year = (today.year()..=last.year()).map(|year| WorkDate::from(jiff::civil::date(year, 1, 1)));
        (-1..=2).map(|days| today.plus_days(days)).chain(of_each_year).collect()
    }

    /// [`Self::dates_ahead`], and a date of each year back to the first that any of the requests counts in.
    pub(crate) fn dates_counted(&self, now: Timestamp) -> Vec<WorkDate> {
        let today = Zone::UTC.date_of(now);
        let first = self.requests.iter().map(|request| request.period.start_date()).min().unwrap_or(today);
        let back = (first.year()..today.year()).map(|year| WorkDate::from(jiff::civil::date(year, 1, 1)));
        self.dates_ahead(now).into_iter().chain(back).collect()
    }

    /// The requests that were read.
    pub(crate) fn requests(&self) -> &[LeaveRequest] {
        &self.requests
    }

    /// What they are booked on.
    pub(crate) const fn book(&self) -> &StoredBook {
        &self.book
    }

    /// What is open, without the requests themselves; `book` has annual leave.
    pub(crate) const fn not_read(open: OpenLeave, book: StoredBook) -> Self {
        Self { open, requests: Vec::new(), book }
    }

    /// What is open.
    pub(crate) const fn open(&self) -> &OpenLeave {
        &self.open
    }

    /// Whether nothing is open.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.entries().is_empty()
    }

    /// The last date of any of it.
    pub(crate) fn last_date(&self) -> Option<WorkDate> {
        self.requests.iter().map(|request| request.period.end_date()).max()
    }

    /// The next version of what is pending or ahead, where nothing of it changes: put along with a change of the schedule,
    /// so that leave that was counted by the schedule before, and commits after, loses on it.
    pub(crate) fn untouched(&self, today: WorkDate) -> OpenLeave {
        self.open.with([], today)
    }

    /// What of it comes out otherwise by the schedule of `planner`, at most `most` requests, and the stored days that do;
    /// nothing where nothing does.
    pub fn recount(
        &self,
        planner: &Planner<'_>,
        around: Around<'_>,
        most: usize,
        by: Actor,
        now: Timestamp,
    ) -> Option<Recount> {
        let Around { days, late_months, presence } = around;
        let (open, types, balances) = (&self.open, &self.book.types, &self.book.balances);
        let (others, follow_up) = (&[], FollowUp::AtOnce);
        let context =
            LeaveContext { planner, types, balances, open, others, follow_up, days, late_months, presence, now, by };
        let (requests, effects) = context.recount(&self.requests, most)?;
        Some(Recount { requests, effects })
    }
}

impl Recount {
    /// What is told of it.
    pub fn facts(&self) -> &[Fact] {
        &self.effects.facts
    }

    /// How many requests come out otherwise.
    pub const fn counted(&self) -> usize {
        self.requests.len()
    }
}

impl Store {
    /// The requests that a person has open, with their balances: one BatchGetItem for each hundred items.
    pub async fn open_requests(
        &self,
        person: UserId,
        open: OpenLeave,
        now: Timestamp,
    ) -> Result<OpenRequests, StoreError> {
        let today = Zone::UTC.date_of(now);
        let ends = open.entries().iter().flat_map(|entry| [entry.period.start_date(), entry.period.end_date()]);
        let years = Balances::years_for(today, ends.chain([today.previous(), today.next()]));
        let types = open.entries().iter().map(|entry| entry.leave_type.clone()).chain([LeaveTypeCode::annual()]);
        let types: BTreeSet<LeaveTypeCode> = types.collect();
        let book = BookQuery { user: person, years, types: types.into_iter().collect() };
        let ids: Vec<Key> = open.entries().iter().map(|entry| keys::leave_request(entry.id)).collect();
        let wanted: Vec<Key> = ids.iter().cloned().chain(book.keys()).collect();
        let mut items = self.read_many(&wanted).await?;
        let requests = ids.iter().filter_map(|key| items.take(key).transpose()).collect::<Result<_, _>>()?;
        Ok(OpenRequests { open, requests, book: book.take(&mut items)? })
    }
}

impl Store {
    /// Requests that were read already, beside what is open, with the balances of `types`, of theirs and of annual leave
    /// for them, for the dates and for grants: one BatchGetItem.
    pub(crate) async fn requests_with_book(
        &self,
        person: UserId,
        open: OpenLeave,
        requests: Vec<LeaveRequest>,
        types: Vec<LeaveTypeCode>,
        dates: &[WorkDate],
        now: Timestamp,
    ) -> Result<OpenRequests, StoreError> {
        let today = Zone::UTC.date_of(now);
        let ends = requests.iter().flat_map(|request| [request.period.start_date(), request.period.end_date()]);
        // The next year may have been granted already.
        let near = [today.previous(), today.next(), today.plus_days(366)];
        let years = Balances::years_for(today, ends.chain(dates.iter().copied()).chain(near));
        let of_requests = requests.iter().map(|request| request.leave_type.clone());
        let types: BTreeSet<LeaveTypeCode> = of_requests.chain(types).chain([LeaveTypeCode::annual()]).collect();
        let book = BookQuery { user: person, years, types: types.into_iter().collect() };
        Ok(OpenRequests { open, requests, book: self.stored_book(&book).await? })
    }
}

impl Commit {
    /// Puts what a recount comes to. The audit has it under `id`.
    pub fn put_recount(
        &mut self,
        id: EventId,
        person: &User,
        settings: &VersionedSettings,
        open: &OpenRequests,
        recount: &Recount,
    ) -> Result<(), StoreError> {
        if !recount.requests.is_empty() {
            let (before, after) = (Audited::of(&open.requests, recount), Audited::of(&recount.requests, recount));
            self.audit_apart(id, Subject::User(person.id), "leave_recounted", Some(&before), Some(&after))?;
        }
        self.put_leave(person, &open.book, settings, &recount.requests, &recount.effects)
    }
}

/// What the audit keeps of a request that comes to count otherwise by what happened around it.
#[derive(Debug, Serialize)]
pub(crate) struct Audited {
    request_id: LeaveRequestId,
    start_date: WorkDate,
    end_date: WorkDate,
    half_days: i64,
}

impl Audited {
    /// Those of the requests that the recount changes.
    fn of(requests: &[LeaveRequest], recount: &Recount) -> Vec<Self> {
        let is_changed = |request: &&LeaveRequest| recount.requests.iter().any(|after| after.id == request.id);
        Self::all(requests.iter().filter(is_changed))
    }

    /// These requests.
    pub(crate) fn all<'a>(requests: impl IntoIterator<Item = &'a LeaveRequest>) -> Vec<Self> {
        let audited = |request: &LeaveRequest| Self {
            request_id: request.id,
            start_date: request.period.start_date(),
            end_date: request.period.end_date(),
            half_days: request.half_days.total(),
        };
        requests.into_iter().map(audited).collect()
    }
}
