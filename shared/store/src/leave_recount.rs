//! Recounts pending and future leave when a holiday or the roster changes, person by person.

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
    Commit, CommitError, Condition, Stamp, Store, StoreError,
    keys::{self, Key},
    leave_book::{BookQuery, StoredBook},
    pay::closing::SignOff,
    settings::VersionedSettings,
};

/// The maximum number of requests that one transaction recounts, besides the affected days.
const MAX_RECOUNTED: usize = 10;
/// The maximum number of actions that recounting a request takes: the request itself, and for each of two leave years the
/// balance, an entry and the record of the entry's cause.
pub(crate) const ACTIONS_OF_A_REQUEST: usize = 7;
/// The number of attempts of a transaction: one, and retries after a conflict.
const MAX_DECISIONS: u32 = 4;

/// Recounts a person's pending and approved leave from today on, by the present schedule and holidays. Differences are
/// booked, and stored days that aren't over are updated. Returns the number of changed requests.
///
/// `change` is the id of the event that requires the recount, for tracing. The function is idempotent for all changes: a
/// second recount has the same result, so an interrupted run is simply repeated.
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
                if recounted < MAX_RECOUNTED {
                    return Ok(changed);
                }
            }
            Err(CommitError::ConditionFailed(Condition::Version)) if lost + 1 < MAX_DECISIONS => lost += 1,
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
    let Some(recount) = open.recount(&planner, around, MAX_RECOUNTED, Actor::System, now) else { return Ok(0) };

    let stamp = Stamp {
        event_id: EventId::generate(now, &*store.entropy),
        at: now,
        actor: Actor::System,
        request_id: Some(change.to_string()),
    };
    let subject = Subject::User(person);
    // Leave types that aren't counted have no facts, and neither do days that only follow their schedule.
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

/// A person's pending and future leave, with the book that it is booked in.
#[derive(Debug)]
pub struct OpenRequests {
    open: OpenLeave,
    requests: Vec<LeaveRequest>,
    book: StoredBook,
}

/// Further items that a recount depends on.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The stored days that aren't over.
    pub days: &'a BTreeMap<WorkDate, Day>,
    /// The cost of lateness in the months of those days.
    pub late_months: &'a BTreeMap<Month, LateMonth>,
    /// The person's presence.
    pub presence: &'a Presence,
}

/// The changes that a recount causes.
#[derive(Debug)]
pub struct Recount {
    requests: Vec<LeaveRequest>,
    effects: LeaveEffects,
}

impl OpenRequests {
    /// Returns the dates whose schedule and stored days a recount needs: those around today, and one of each year ahead.
    fn dates_ahead(&self, now: Timestamp) -> Vec<WorkDate> {
        // In every zone, the person's date is one of these.
        let today = Zone::UTC.date_of(now);
        let last = self.last_date().unwrap_or(today).max(today);
        let of_each_year = (today.year()..=last.year()).map(|year| WorkDate::from(jiff::civil::date(year, 1, 1)));
        (-1..=2).map(|days| today.plus_days(days)).chain(of_each_year).collect()
    }

    /// Returns [`Self::dates_ahead`], and a date of each earlier year back to the first that any of the requests counts in.
    pub(crate) fn dates_counted(&self, now: Timestamp) -> Vec<WorkDate> {
        let today = Zone::UTC.date_of(now);
        let first = self.requests.iter().map(|request| request.period.start_date()).min().unwrap_or(today);
        let back = (first.year()..today.year()).map(|year| WorkDate::from(jiff::civil::date(year, 1, 1)));
        self.dates_ahead(now).into_iter().chain(back).collect()
    }

    /// Returns the requests that were read.
    pub(crate) fn requests(&self) -> &[LeaveRequest] {
        &self.requests
    }

    /// Returns the book of the requests.
    pub(crate) const fn book(&self) -> &StoredBook {
        &self.book
    }

    /// Creates the value without the requests themselves; `book` has annual leave.
    pub(crate) const fn not_read(open: OpenLeave, book: StoredBook) -> Self {
        Self { open, requests: Vec::new(), book }
    }

    /// Returns the pending and future leave.
    pub(crate) const fn open(&self) -> &OpenLeave {
        &self.open
    }

    /// Returns whether the person has no pending or future leave.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.entries().is_empty()
    }

    /// Returns the last date of all requests.
    pub(crate) fn last_date(&self) -> Option<WorkDate> {
        self.requests.iter().map(|request| request.period.end_date()).max()
    }

    /// Returns the next version of the pending and future leave, without changes. A change of the schedule puts it, so that
    /// leave that was counted by the earlier schedule, and commits later, fails.
    pub(crate) fn untouched(&self, today: WorkDate) -> OpenLeave {
        self.open.with([], today)
    }

    /// Recounts at most `most` requests by the schedule of `planner`, and updates the stored days that change. Returns none
    /// if nothing changes.
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
    /// Returns the facts of the recount.
    pub fn facts(&self) -> &[Fact] {
        &self.effects.facts
    }

    /// Returns the number of changed requests.
    pub const fn counted(&self) -> usize {
        self.requests.len()
    }
}

impl Store {
    /// Reads a person's open requests with their balances: one BatchGetItem for each hundred items.
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
    /// Returns requests that were read already, together with the list of open leave and the balances of `types`, of the
    /// requests' types and of annual leave, for the requests, the dates and grants: one BatchGetItem.
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
        // The next year's leave may already be granted.
        let near = [today.previous(), today.next(), today.plus_days(366)];
        let years = Balances::years_for(today, ends.chain(dates.iter().copied()).chain(near));
        let of_requests = requests.iter().map(|request| request.leave_type.clone());
        let types: BTreeSet<LeaveTypeCode> = of_requests.chain(types).chain([LeaveTypeCode::annual()]).collect();
        let book = BookQuery { user: person, years, types: types.into_iter().collect() };
        Ok(OpenRequests { open, requests, book: self.stored_book(&book).await? })
    }
}

impl Commit {
    /// Puts the result of a recount. The audit has it under `id`.
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
        // A recount only changes days that aren't over.
        self.put_leave(person, &open.book, settings, &recount.requests, &recount.effects, SignOff::Live)
    }
}

/// The audit's data of a request that counts differently because of other changes.
#[derive(Debug, Serialize)]
pub(crate) struct Audited {
    request_id: LeaveRequestId,
    start_date: WorkDate,
    end_date: WorkDate,
    half_days: i64,
}

impl Audited {
    /// Returns the audit's data of the requests that the recount changes.
    fn of(requests: &[LeaveRequest], recount: &Recount) -> Vec<Self> {
        let is_changed = |request: &&LeaveRequest| recount.requests.iter().any(|after| after.id == request.id);
        Self::all(requests.iter().filter(is_changed))
    }

    /// Returns the audit's data of these requests.
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
