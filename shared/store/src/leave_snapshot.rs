//! Reads the items that a decision about a person's leave depends on, in one consistent read, and writes the decision.

use std::collections::BTreeSet;

use domain::{
    audit::Actor,
    calendar::WorkDate,
    event::Subject,
    id::{EventId, LeaveRequestId, UserId},
    leave::{
        Balances,
        request::{FollowUp, LeaveContext, LeaveEffects, LeavePeriod, LeaveRequest, OpenLeave},
    },
    pay::AfterClose,
    schedule::{LeaveTypeCode, Planner},
    user::User,
};
use jiff::Timestamp;

use crate::{
    Commit, RepeatKey, Store, StoreError,
    attendance::AttendanceSnapshot,
    keys,
    leave_book::{BookQuery, StoredBook},
    leave_recount::Audited,
    pay::accounts::AccountRecord,
    pay::closing::{SignOff, StoredTimesheets},
    settings::VersionedSettings,
    users::Deciders,
};

/// The person, types and dates of a decision about leave.
#[derive(Debug, Clone)]
pub struct LeaveQuery<'a> {
    /// The caller; none if a scheduled job decides.
    pub caller: Option<UserId>,
    /// The person who takes the leave.
    pub person: UserId,
    /// The leave types concerned.
    pub types: BTreeSet<LeaveTypeCode>,
    /// The first and the last date concerned.
    pub dates: (WorkDate, WorkDate),
    /// The first and the last date whose stored days are concerned, besides those around today.
    pub days: Option<(WorkDate, WorkDate)>,
    /// The person's other requests concerned.
    pub others: Others,
    /// The person's date, exact to a day.
    pub today: WorkDate,
    /// The request, if it may be a repeat.
    pub repeat: Option<&'a RepeatKey>,
}

/// The other requests of a person that a decision about leave concerns.
#[derive(Debug, Clone)]
pub enum Others {
    /// No other requests.
    None,
    /// The requests that share dates with a period, except the request that is decided.
    Within(LeavePeriod, Option<LeaveRequestId>),
    /// The requests with these ids.
    These(BTreeSet<LeaveRequestId>),
}

/// The items that were read.
#[derive(Debug)]
pub struct LeaveSnapshot {
    /// The profile of the caller.
    pub caller: Option<User>,
    /// The person, their schedule, and the stored days concerned.
    pub attendance: AttendanceSnapshot,
    /// The number of other people who could decide.
    pub deciders: Deciders,
    /// The person's pending and future leave.
    pub open: OpenLeave,
    /// The other requests concerned.
    pub others: Vec<LeaveRequest>,
    /// The person's balances, and the leave types.
    pub book: StoredBook,
    /// The person's time account, if time off is concerned.
    pub account: Option<AccountRecord>,
    /// The timesheets of the days.
    pub timesheets: StoredTimesheets,
}

impl LeaveSnapshot {
    /// Returns the context in which a decision and its effects are computed.
    pub fn context<'a>(&'a self, planner: &'a Planner<'a>, by: Actor, now: Timestamp) -> LeaveContext<'a> {
        LeaveContext {
            planner,
            types: &self.book.types,
            balances: &self.book.balances,
            open: &self.open,
            others: &self.others,
            follow_up: FollowUp::AtOnce,
            days: &self.attendance.days,
            late_months: &self.attendance.late_months,
            presence: &self.attendance.presence,
            now,
            by,
        }
    }
}

impl LeaveQuery<'_> {
    /// Returns the dates whose days may be stored, of the dates concerned and those around today, and one date of each year
    /// concerned, for its schedule and holidays.
    fn dates_read(&self) -> Vec<WorkDate> {
        let (first, last) = self.dates;
        // In every zone, the person's date is one of these; the next date's day may already be stored.
        let latest = self.today.plus_days(2);
        let around_today = (-1..=2).map(|days| self.today.plus_days(days));
        let stored = self.days.into_iter().flat_map(|(first, last)| {
            let last = last.min(latest);
            (0..=last.days_since(first)).map(move |days| first.plus_days(days))
        });
        let of_each_year = (first.year()..=last.year()).map(|year| WorkDate::from(jiff::civil::date(year, 1, 1)));
        stored.chain(around_today).chain(of_each_year).collect()
    }
}

impl Store {
    /// Reads the items that a decision about leave depends on: one BatchGetItem for each hundred items (leave of today has
    /// fewer), and two more if other requests are concerned.
    pub async fn leave_snapshot(&self, query: &LeaveQuery<'_>, now: Timestamp) -> Result<LeaveSnapshot, StoreError> {
        let LeaveQuery { caller, person, ref types, dates: (first, last), days: _, ref others, today, repeat } = *query;
        let years = Balances::years_for(today, [first, last, today.previous(), today.next()]);
        // Lateness is charged to annual leave, whichever type of leave covers it.
        let types = types.iter().cloned().chain([LeaveTypeCode::annual()]).collect::<BTreeSet<_>>();
        let book = BookQuery { user: person, years, types: types.iter().cloned().collect() };
        let mut beside = book.keys();
        beside.extend([keys::admins(), keys::open_leave(person)]);
        beside.extend(caller.map(keys::profile));
        let account = types.contains(&LeaveTypeCode::time_off()).then(|| keys::account(person));
        beside.extend(account.clone());
        let dates = query.dates_read();
        let (attendance, mut items) = self.attendance_basis_with(person, dates.clone(), beside, repeat, now).await?;
        let timesheets = self.timesheets_on(person, &attendance.settings.settings, dates, now).await?;
        let caller = match caller {
            Some(caller) if caller == person => attendance.person.clone(),
            Some(caller) => items.take(&keys::profile(caller))?,
            None => None,
        };
        let mut snapshot = LeaveSnapshot {
            caller,
            deciders: items.take(&keys::admins())?.unwrap_or_default(),
            open: items.take(&keys::open_leave(person))?.unwrap_or_default(),
            others: Vec::new(),
            book: book.take(&mut items)?,
            account: account.map(|key| items.take(&key)).transpose()?.flatten(),
            timesheets,
            attendance,
        };
        let others = snapshot.ids_of(others);
        if !others.is_empty() {
            snapshot.others = self.leave_requests_by_id(others).await?;
            let of_others = snapshot.others.iter().map(|other| other.leave_type.clone());
            let missing: BTreeSet<LeaveTypeCode> = of_others.filter(|other| !types.contains(other)).collect();
            let book = BookQuery { types: missing.into_iter().collect(), ..book };
            snapshot.book.balances = snapshot.book.balances.joined(self.stored_book(&book).await?.balances);
        }
        Ok(snapshot)
    }

    /// Returns a person's pending and future leave.
    pub async fn open_leave(&self, person: UserId) -> Result<OpenLeave, StoreError> {
        Ok(self.get(keys::open_leave(person)).await?.unwrap_or_default())
    }

    /// Returns several requests; unknown ids are left out. One BatchGetItem for each hundred.
    pub async fn leave_requests_by_id(
        &self,
        ids: impl IntoIterator<Item = LeaveRequestId>,
    ) -> Result<Vec<LeaveRequest>, StoreError> {
        let keys: Vec<_> = ids.into_iter().map(keys::leave_request).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut items = self.read_many(&keys).await?;
        keys.iter().filter_map(|key| items.take(key).transpose()).collect()
    }
}

impl LeaveSnapshot {
    /// Returns the ids of the other requests concerned, from the leave in the schedule and from the pending requests.
    fn ids_of(&self, others: &Others) -> BTreeSet<LeaveRequestId> {
        match others {
            Others::None => BTreeSet::new(),
            Others::These(ids) => ids.clone(),
            Others::Within(period, except) => {
                let on = |date: WorkDate| self.attendance.years.get(&date.year())?.leave.get(&date);
                let in_schedule = period.dates().filter_map(on).flat_map(|leave| [&leave.morning, &leave.afternoon]);
                let in_schedule = in_schedule.flatten().map(|leave| leave.request_id);
                let open = self.open.within(period).map(|entry| entry.id);
                in_schedule.chain(open).filter(|id| Some(*id) != *except).collect()
            }
        }
    }
}

impl Commit {
    /// Puts a person's changed requests, and everything that changes with them. `snapshot` has the items that the decision
    /// depended on.
    pub fn change_leave(
        &mut self,
        snapshot: &LeaveSnapshot,
        person: &User,
        requests: &[LeaveRequest],
        effects: &LeaveEffects,
    ) -> Result<(), StoreError> {
        // Late sick notes and cancellations of past leave change closed periods, and the next period pays the difference.
        let sign_off = SignOff::Read(&snapshot.timesheets, AfterClose::Allowed);
        self.put_leave(person, &snapshot.book, &snapshot.attendance.settings, requests, effects, sign_off)
    }

    /// Writes the changes that other leave made to requests into the audit, under a separate id: `before` and `after`.
    pub fn audit_interrupted(
        &mut self,
        id: EventId,
        person: UserId,
        before: &[LeaveRequest],
        after: &[LeaveRequest],
    ) -> Result<(), StoreError> {
        if after.is_empty() {
            return Ok(());
        }
        let is_changed = |request: &&LeaveRequest| after.iter().any(|after| after.id == request.id);
        let before = Audited::all(before.iter().filter(is_changed));
        self.audit_apart(id, Subject::User(person), "leave_interrupted", Some(&before), Some(&Audited::all(after)))
    }

    /// Does the same as [`Commit::change_leave`] with balances and settings from another read.
    pub(crate) fn put_leave(
        &mut self,
        person: &User,
        book: &StoredBook,
        settings: &VersionedSettings,
        requests: &[LeaveRequest],
        effects: &LeaveEffects,
        sign_off: SignOff<'_>,
    ) -> Result<(), StoreError> {
        let LeaveEffects { open, years, days, late_months, presence, booked, facts: _ } = effects;
        self.guard_person(person)?;
        requests.iter().try_for_each(|request| self.put_leave_request(person, request))?;
        self.put_open_leave(person.id, open)?;
        years.iter().try_for_each(|(year, after)| self.put_schedule_year(person.id, *year, after))?;
        // Leave of a date without a stored day changes what the date pays, too.
        let on_leave = requests.iter().flat_map(|request| request.period.dates()).filter(|date| sign_off.covers(*date));
        let dates: BTreeSet<WorkDate> = days.iter().map(|change| change.after().date()).chain(on_leave).collect();
        self.change_pay_of(dates.into_iter(), sign_off)?;
        self.put_days(person, days)?;
        if let Some(presence) = presence {
            self.change_presence(person.id, presence)?;
        }
        self.put_late_months(person.id, late_months)?;
        self.book_leave(person.id, booked, book, settings)
    }
}
