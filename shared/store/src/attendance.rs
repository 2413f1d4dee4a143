//! What attendance is decided on, and how it is changed: one consistent read, and the actions that a changed day puts into
//! its transaction.

use std::collections::BTreeMap;

use domain::{
    calendar::{WorkDate, Zone},
    day::{Day, DayChange, Month, MonthTotals, Presence, dates_needed},
    holiday::Holiday,
    id::{DepartmentId, UserId},
    lateness::LateMonth,
    schedule::{Planner, Schedule, ScheduleYear},
    user::User,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    Commit, Guard, RepeatKey, Store, StoreError,
    board::BoardItem,
    commit::{Expression, When, number, text},
    holidays::YearOfHolidays,
    idempotency::Earlier,
    item::{Item, to_value},
    keys::{self, Index, Key, ROW},
    lateness::annual_leave_around,
    leave_book::StoredBook,
    read::Items,
    settings::VersionedSettings,
    sites::VersionedSiteBook,
};

/// Everything that decides about a person's attendance around some dates, read at once.
#[derive(Debug)]
pub struct AttendanceBasis {
    /// The person; none where the id is nobody's.
    pub person: Option<User>,
    /// The company's settings.
    pub settings: VersionedSettings,
    /// Zones and places of all sites.
    pub sites: VersionedSiteBook,
    /// The person's patterns.
    pub schedule: Schedule,
    /// What differs from the patterns, for the years of the dates.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The holidays of those years.
    pub holidays: Vec<Holiday>,
    /// How often the holidays of each of those years were changed.
    pub holiday_versions: BTreeMap<i16, u64>,
    /// Where the person is.
    pub presence: Presence,
    /// The stored days among the dates.
    pub days: BTreeMap<WorkDate, Day>,
    /// What lateness cost in the months of the dates.
    pub late_months: BTreeMap<Month, LateMonth>,
    /// Whether the request was answered before.
    pub earlier: Earlier,
}

impl AttendanceBasis {
    /// What tells when the person is expected.
    pub fn planner<'a>(&'a self, person: &'a User) -> Planner<'a> {
        Planner {
            person,
            settings: &self.settings.settings,
            sites: &self.sites.book,
            schedule: &self.schedule,
            years: &self.years,
            holidays: &self.holidays,
        }
    }
}

/// What a punch is decided on.
#[derive(Debug)]
pub struct PunchBasis {
    /// The person's attendance around now.
    pub attendance: AttendanceBasis,
    /// What they have of annual leave, to which lateness is charged.
    pub book: StoredBook,
}

/// The keys of what a person's attendance on some dates is decided on.
struct Wanted {
    user: UserId,
    dates: Vec<WorkDate>,
    years: Vec<i16>,
    months: Vec<Month>,
}

impl Wanted {
    fn new(user: UserId, mut dates: Vec<WorkDate>) -> Self {
        dates.sort_unstable();
        dates.dedup();
        let mut years: Vec<i16> = dates.iter().map(|date| date.year()).collect();
        years.dedup();
        let mut months: Vec<Month> = dates.iter().map(|date| Month::of(*date)).collect();
        months.dedup();
        Self { user, dates, years, months }
    }

    /// What depends on the dates.
    fn dated(&self) -> impl Iterator<Item = Key> {
        let days = self.dates.iter().map(|date| keys::day(self.user, *date));
        let schedules = self.years.iter().map(|year| keys::schedule_year(self.user, *year));
        let holidays = self.years.iter().map(|year| keys::holidays(*year));
        let late_months = self.months.iter().map(|month| keys::late_month(self.user, *month));
        days.chain(schedules).chain(holidays).chain(late_months)
    }

    /// What doesn't.
    fn undated(&self) -> [Key; 5] {
        [
            keys::profile(self.user),
            keys::settings(),
            keys::site_book(),
            keys::schedule(self.user),
            keys::presence(self.user),
        ]
    }

    /// Adds to `basis` what was read of the dates.
    fn take_dated(&self, items: &mut Items, basis: &mut AttendanceBasis) -> Result<(), StoreError> {
        for date in &self.dates {
            basis.days.extend(items.take::<Day>(&keys::day(self.user, *date))?.map(|day| (*date, day)));
        }
        for year in &self.years {
            let schedule_year = items.take(&keys::schedule_year(self.user, *year))?;
            basis.years.extend(schedule_year.map(|schedule| (*year, schedule)));
            let holidays: YearOfHolidays = items.take(&keys::holidays(*year))?.unwrap_or_default();
            basis.holiday_versions.insert(*year, holidays.version);
            basis.holidays.extend(holidays.holidays);
        }
        for month in &self.months {
            basis.late_months.extend(items.take(&keys::late_month(self.user, *month))?.map(|late| (*month, late)));
        }
        Ok(())
    }
}

impl Store {
    /// What a punch at `now` is decided on: one BatchGetItem. `zone` is a guess of the person's zone (the token's).
    pub async fn punch_basis(
        &self,
        user: UserId,
        zone: &Zone,
        now: Timestamp,
        repeat: Option<&RepeatKey>,
    ) -> Result<PunchBasis, StoreError> {
        let guessed = dates_needed(zone, &Presence::default(), now);
        let question = annual_leave_around(user, &guessed, now);
        let (attendance, mut items) = self.basis_around_with(user, guessed, question.keys(), repeat, now).await?;
        Ok(PunchBasis { attendance, book: question.take(&mut items)? })
    }

    /// The basis of `guessed` dates, and of those that turn out to be needed: where the guess of the zone was wrong, or a
    /// session is open since long ago, a second read brings the days that are missing.
    pub async fn basis_around(
        &self,
        user: UserId,
        guessed: Vec<WorkDate>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<AttendanceBasis, StoreError> {
        self.basis_around_with(user, guessed, Vec::new(), repeat, now).await.map(|(basis, _)| basis)
    }

    pub(crate) async fn basis_around_with(
        &self,
        user: UserId,
        guessed: Vec<WorkDate>,
        beside: Vec<Key>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<(AttendanceBasis, Items), StoreError> {
        let (mut basis, read) = self.attendance_basis_with(user, guessed.clone(), beside, repeat, now).await?;
        let Some(person) = &basis.person else { return Ok((basis, read)) };
        let mut needed = dates_needed(basis.planner(person).zone(), &basis.presence, now);
        needed.retain(|date| !guessed.contains(date));
        if !needed.is_empty() {
            let wanted = Wanted::new(user, needed);
            // A year that was read already is read again with its day, and must not have its holidays twice.
            basis.holidays.retain(|holiday| !wanted.years.contains(&holiday.date.year()));
            let mut items = self.read(wanted.dated()).await?;
            wanted.take_dated(&mut items, &mut basis)?;
        }
        Ok((basis, read))
    }

    /// What a person's attendance on some dates (at most 40) is decided on, in one BatchGetItem.
    pub async fn attendance_basis(
        &self,
        user: UserId,
        dates: Vec<WorkDate>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<AttendanceBasis, StoreError> {
        self.attendance_basis_with(user, dates, Vec::new(), repeat, now).await.map(|(basis, _)| basis)
    }

    /// [`Store::attendance_basis`] and other items beside it, in the same BatchGetItem; one for each hundred items where
    /// there are more.
    pub(crate) async fn attendance_basis_with(
        &self,
        user: UserId,
        dates: Vec<WorkDate>,
        beside: Vec<Key>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<(AttendanceBasis, Items), StoreError> {
        let wanted = Wanted::new(user, dates);
        let keys = wanted.undated().into_iter().chain(wanted.dated()).chain(repeat.map(RepeatKey::item_key));
        let keys: Vec<Key> = keys.chain(beside).collect();
        let mut items = self.read_many(&keys).await?;
        let mut basis = AttendanceBasis {
            person: items.take(&keys::profile(user))?,
            settings: items.take(&keys::settings())?.unwrap_or_default(),
            sites: items.take(&keys::site_book())?.unwrap_or_default(),
            schedule: items.take(&keys::schedule(user))?.unwrap_or_default(),
            years: BTreeMap::new(),
            holidays: Vec::new(),
            holiday_versions: BTreeMap::new(),
            presence: items.take(&keys::presence(user))?.unwrap_or_default(),
            days: BTreeMap::new(),
            late_months: BTreeMap::new(),
            earlier: items.earlier(repeat, now)?,
        };
        wanted.take_dated(&mut items, &mut basis)?;
        Ok((basis, items))
    }

    /// A stored day.
    pub async fn day(&self, user: UserId, date: WorkDate) -> Result<Option<Day>, StoreError> {
        self.get(keys::day(user, date)).await
    }
}

/// What the month's index shows beside the totals.
#[derive(Debug, Serialize)]
struct MonthItem<'a> {
    full_name: &'a str,
}

impl Commit {
    /// Puts changed days of `person`, and adds what they change to the totals of their months. All of a commit's days in
    /// one call: two that share a month change one item of totals, and a transaction takes an item once.
    pub(crate) fn change_days(&mut self, person: &User, changes: &[DayChange]) -> Result<(), StoreError> {
        let mut months: BTreeMap<(Month, Option<DepartmentId>), MonthTotals> = BTreeMap::new();
        for change in changes {
            self.put_day(person, change)?;
            for delta in change.month_deltas() {
                *months.entry((delta.month, delta.department_id)).or_default() += delta.totals;
            }
        }
        months
            .into_iter()
            .filter(|(_, totals)| !totals.is_zero())
            .try_for_each(|((month, department), totals)| self.add_to_month(person, month, department, totals, None))
    }

    fn put_day(&mut self, person: &User, change: &DayChange) -> Result<(), StoreError> {
        let (day, at) = (change.after(), self.stamp().at);
        let name = person.full_name.as_str();
        let row = BoardItem {
            user_id: person.id,
            full_name: person.full_name.clone(),
            row: day.board_row(at),
            counted: day.counted(),
        };
        let mut item = Item::new(keys::day(person.id, day.date()), day)?
            .indexed(keys::board_index(day.date(), day.department_id(), name, person.id))
            .row(&row)?;
        if let Some(deadline) = day.figures(at).deadline {
            item = item.indexed(keys::due_index(deadline, person.id));
        }
        self.put(item, When::Version(change.expected_version()), Some(Guard::Version))?;
        self.keep_review(person, change)
    }

    /// Puts the person's next presence: what every punch does, and so what puts punches in order.
    pub(crate) fn change_presence(&mut self, user: UserId, after: &Presence) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::new(keys::presence(user), after)?, before, Some(Guard::Version))
    }

    /// Adds to the totals of a month. Unconditional for a change of days: their own conditions make the differences exact.
    pub(crate) fn add_to_month(
        &mut self,
        person: &User,
        month: Month,
        department: Option<DepartmentId>,
        totals: MonthTotals,
        unchanged: Option<Expression>,
    ) -> Result<(), StoreError> {
        let index = keys::months_index(month, department, person.id);
        let mut update = Expression::default()
            .name("#gsi1pk", Index::Gsi1.pk())
            .name("#gsi1sk", Index::Gsi1.sk())
            .name("#row", ROW)
            .value(":gsi1pk", text(index.pk))
            .value(":gsi1sk", text(index.sk))
            .value(":row", to_value(&MonthItem { full_name: person.full_name.as_str() })?);
        let mut additions = Vec::new();
        for (field, difference) in totals.fields().into_iter().filter(|(_, difference)| *difference != 0) {
            additions.push(format!("#{field} :{field}"));
            update = update.name(&format!("#{field}"), field).value(&format!(":{field}"), number(difference));
        }
        let update = update
            .with_text(format!("SET #gsi1pk = :gsi1pk, #gsi1sk = :gsi1sk, #row = :row ADD {}", additions.join(", ")));
        let guard = unchanged.as_ref().map(|_| Guard::Version);
        self.update(&keys::month(person.id, month, department), update, unchanged, guard)
    }
}
