//! What is decided about someone's leave on: one consistent read; and what a decision writes.

use std::collections::BTreeSet;

use domain::{
    audit::Actor,
    calendar::WorkDate,
    id::{LeaveRequestId, UserId},
    leave::{
        Balances,
        request::{LeaveContext, LeaveEffects, LeaveRequest, MOST_DAYS_AGO, OpenLeave},
    },
    schedule::{LeaveTypeCode, Planner},
    user::User,
};
use jiff::Timestamp;

use crate::{
    Commit, RepeatKey, Store, StoreError,
    attendance::AttendanceBasis,
    keys,
    leave_book::{BookQuestion, StoredBook},
    settings::VersionedSettings,
    users::Deciders,
};

/// Whose leave is decided about.
#[derive(Debug, Clone)]
pub struct LeaveQuestion<'a> {
    /// Who asks; nobody where the clockwork does.
    pub caller: Option<UserId>,
    /// Who is to be away.
    pub person: UserId,
    /// The types of leave concerned.
    pub types: BTreeSet<LeaveTypeCode>,
    /// The first and the last date concerned.
    pub dates: (WorkDate, WorkDate),
    /// The person's date, give or take a day.
    pub today: WorkDate,
    /// The request, where it may be a repeat.
    pub repeat: Option<&'a RepeatKey>,
}

/// What was read.
#[derive(Debug)]
pub struct LeaveBasis {
    /// The profile of who asks.
    pub caller: Option<User>,
    /// The person, their schedule, and the stored days concerned.
    pub attendance: AttendanceBasis,
    /// Who else could decide.
    pub deciders: Deciders,
    /// What the person has pending or ahead.
    pub open: OpenLeave,
    /// Their balances, and the types of leave.
    pub book: StoredBook,
}

impl LeaveBasis {
    /// What a decision is made in.
    pub fn context<'a>(&'a self, planner: &'a Planner<'a>, by: Actor, now: Timestamp) -> LeaveContext<'a> {
        LeaveContext {
            planner,
            types: &self.book.types,
            balances: &self.book.balances,
            open: &self.open,
            days: &self.attendance.days,
            late_months: &self.attendance.late_months,
            presence: &self.attendance.presence,
            now,
            by,
        }
    }
}

impl LeaveQuestion<'_> {
    /// The dates whose days may be stored, of those concerned and around today; and one of each year that they lie in, whose
    /// schedule and holidays are needed.
    fn dates_read(&self) -> Vec<WorkDate> {
        let (first, last) = self.dates;
        // A day more at either end: `today` may be a day off.
        let earliest = first.max(self.today.plus_days(-MOST_DAYS_AGO - 1));
        let latest = last.min(self.today.plus_days(2));
        let stored = (0..=latest.days_since(earliest)).map(|days| earliest.plus_days(days));
        let around_today = (-1..=1).map(|days| self.today.plus_days(days));
        let of_each_year = (first.year()..=last.year()).map(|year| WorkDate::from(jiff::civil::date(year, 1, 1)));
        stored.chain(around_today).chain(of_each_year).collect()
    }
}

impl Store {
    /// What leave is decided on: one BatchGetItem.
    pub async fn leave_basis(&self, question: &LeaveQuestion<'_>, now: Timestamp) -> Result<LeaveBasis, StoreError> {
        let LeaveQuestion { caller, person, ref types, dates: (first, last), today, repeat } = *question;
        let years = Balances::years_for(today, [first, last, today.previous(), today.next()]);
        // Lateness is charged to annual leave, whatever leave it is that covers it.
        let types = types.iter().cloned().chain([LeaveTypeCode::annual()]).collect::<BTreeSet<_>>();
        let book = BookQuestion { user: person, years, types: types.into_iter().collect() };
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
        Ok(LeaveBasis {
            caller,
            deciders: items.take(&keys::admins())?.unwrap_or_default(),
            open: items.take(&keys::open_leave(person))?.unwrap_or_default(),
            book: book.take(&mut items)?,
            attendance,
        })
    }

    /// What a person has pending or ahead.
    pub async fn open_leave(&self, person: UserId) -> Result<OpenLeave, StoreError> {
        Ok(self.get(keys::open_leave(person)).await?.unwrap_or_default())
    }

    /// Several requests at once (at most 100); ids that are nobody's are left out.
    pub async fn leave_requests_by_id(
        &self,
        ids: impl IntoIterator<Item = LeaveRequestId>,
    ) -> Result<Vec<LeaveRequest>, StoreError> {
        let keys: Vec<_> = ids.into_iter().map(keys::leave_request).collect();
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut items = self.read(keys.iter().cloned()).await?;
        keys.iter().filter_map(|key| items.take(key).transpose()).collect()
    }
}

impl Commit {
    /// Puts changed requests of a person, and everything that changes with them. `basis` is what was decided on.
    pub fn change_leave(
        &mut self,
        basis: &LeaveBasis,
        person: &User,
        requests: &[LeaveRequest],
        effects: &LeaveEffects,
    ) -> Result<(), StoreError> {
        self.put_leave(person, &basis.book, &basis.attendance.settings, requests, effects)
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
