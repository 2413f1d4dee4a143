//! What is decided about someone's leave on: one consistent read; and what a decision writes.

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
    settings::VersionedSettings,
    users::Deciders,
};

/// Whose leave is decided about.
#[derive(Debug, Clone)]
pub struct LeaveQuery<'a> {
    /// Who asks; nobody where the clockwork does.
    pub caller: Option<UserId>,
    /// Who is to be away.
    pub person: UserId,
    /// The types of leave concerned.
    pub types: BTreeSet<LeaveTypeCode>,
    /// The first and the last date concerned.
    pub dates: (WorkDate, WorkDate),
    /// The first and the last date whose stored days are concerned, besides those around today.
    pub days: Option<(WorkDate, WorkDate)>,
    /// The other requests of the person that are concerned.
    pub others: Others,
    /// The person's date, give or take a day.
    pub today: WorkDate,
    /// The request, where it may be a repeat.
    pub repeat: Option<&'a RepeatKey>,
}

/// Which other requests of a person a decision about leave concerns.
#[derive(Debug, Clone)]
pub enum Others {
    /// None.
    None,
    /// Those that have dates in common with a period, except the request decided about.
    Within(LeavePeriod, Option<LeaveRequestId>),
    /// These.
    These(BTreeSet<LeaveRequestId>),
}

/// What was read.
#[derive(Debug)]
pub struct LeaveSnapshot {
    /// The profile of who asks.
    pub caller: Option<User>,
    /// The person, their schedule, and the stored days concerned.
    pub attendance: AttendanceSnapshot,
    /// Who else could decide.
    pub deciders: Deciders,
    /// What the person has pending or ahead.
    pub open: OpenLeave,
    /// The other requests concerned.
    pub others: Vec<LeaveRequest>,
    /// Their balances, and the types of leave.
    pub book: StoredBook,
}

impl LeaveSnapshot {
    /// What a decision is made in, with all that follows from it.
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
    /// The dates whose days may be stored, of those concerned and around today; and one of each year that they lie in, whose
    /// schedule and holidays are needed.
    fn dates_read(&self) -> Vec<WorkDate> {
        let (first, last) = self.dates;
        // Wherever the person is, their date is one of these; the day of the next one may be stored already.
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
    /// What leave is decided on: one BatchGetItem for each hundred items (leave of today has fewer), and two more where other
    /// requests are concerned.
    pub async fn leave_snapshot(&self, question: &LeaveQuery<'_>, now: Timestamp) -> Result<LeaveSnapshot, StoreError> {
        let LeaveQuery { caller, person, ref types, dates: (first, last), days: _, ref others, today, repeat } =
            *question;
        let years = Balances::years_for(today, [first, last, today.previous(), today.next()]);
        // Lateness is charged to annual leave, whatever leave it is that covers it.
        let types = types.iter().cloned().chain([LeaveTypeCode::annual()]).collect::<BTreeSet<_>>();
        let book = BookQuery { user: person, years, types: types.iter().cloned().collect() };
        let mut beside = book.keys();
        beside.extend([keys::admins(), keys::open_leave(person)]);
        beside.extend(caller.map(keys::profile));
        let dates = question.dates_read();
        let (attendance, mut items) = self.attendance_basis_with(person, dates, beside, repeat, now).await?;
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

    /// What a person has pending or ahead.
    pub async fn open_leave(&self, person: UserId) -> Result<OpenLeave, StoreError> {
        Ok(self.get(keys::open_leave(person)).await?.unwrap_or_default())
    }

    /// Several requests at once; ids that are nobody's are left out. One BatchGetItem for each hundred.
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
    /// The ids of the other requests concerned: of leave in the schedule, and of what is pending.
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
    /// Puts changed requests of a person, and everything that changes with them. `basis` is what was decided on.
    pub fn change_leave(
        &mut self,
        snapshot: &LeaveSnapshot,
        person: &User,
        requests: &[LeaveRequest],
        effects: &LeaveEffects,
    ) -> Result<(), StoreError> {
        self.put_leave(person, &snapshot.book, &snapshot.attendance.settings, requests, effects)
    }

    /// Keeps in the audit, under an id of its own, what other leave changed of requests: `before` and `after`.
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

    /// [`Commit::change_leave`] on balances and settings that were read otherwise.
    pub(crate) fn put_leave(
        &mut self,
        person: &User,
        book: &StoredBook,
        settings: &VersionedSettings,
        requests: &[LeaveRequest],
        effects: &LeaveEffects,
    ) -> Result<(), StoreError> {
        let LeaveEffects { open, years, days, late_months, presence, booked, facts: _ } = effects;
        self.guard_person(person)?;
        requests.iter().try_for_each(|request| self.put_leave_request(person, request))?;
        self.put_open_leave(person.id, open)?;
        years.iter().try_for_each(|(year, after)| self.put_schedule_year(person.id, *year, after))?;
        self.change_days(person, days)?;
        if let Some(presence) = presence {
            self.change_presence(person.id, presence)?;
        }
        self.put_late_months(person.id, late_months)?;
        self.book_leave(person.id, booked, book, settings)
    }
}
