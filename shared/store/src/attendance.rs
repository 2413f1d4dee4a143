//! Reads the items that a decision about attendance depends on, in one consistent read, and writes changed days into the
//! transaction of a change.
//!
//! The company's part is in the company context ([`crate::company_context`]). Each read takes a random copy of it. Punches
//! read no other item of the company, except the sites that their shifts name.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use domain::{
    calendar::{WorkDate, Zone},
    day::{Day, DayChange, Month, MonthTotals, Presence, dates_needed},
    holiday::Holiday,
    id::{DepartmentId, KioskId, SiteId, UserId},
    kiosk::Kiosk,
    lateness::{LateMonth, changes_lateness},
    leave::LeaveTypes,
    schedule::{Planner, Schedule, ScheduleYear},
    user::User,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    Commit, Condition, RepeatKey, Store, StoreError,
    board::BoardItem,
    commit::{Expression, When, number, text},
    holidays::YearOfHolidays,
    idempotency::Earlier,
    item::{Item, to_value},
    keys::{self, Index, Key, ROW},
    kiosks::KioskRecord,
    leave_book::{StoredBook, annual_leave_around},
    pay::closing::SignOff,
    read::Items,
    settings::VersionedSettings,
    sites::VersionedSiteBook,
};

/// Everything that a decision about a person's attendance around some dates depends on, read at once.
#[derive(Debug)]
pub struct AttendanceSnapshot {
    /// The person; none if no person has the id.
    pub person: Option<User>,
    /// The company's settings.
    pub settings: VersionedSettings,
    /// The leave types that differ from the built-in types.
    pub leave_types: LeaveTypes,
    /// Zones and places of all sites. A punch reads only the sites that the person and their shifts name.
    pub sites: VersionedSiteBook,
    /// The person's patterns.
    pub schedule: Schedule,
    /// The overrides of the patterns, for the years of the dates.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// The holidays of those years.
    pub holidays: Vec<Holiday>,
    /// The number of changes of the holidays, for each of those years.
    pub holiday_versions: BTreeMap<i16, u64>,
    /// The person's presence.
    pub presence: Presence,
    /// The stored days among the dates.
    pub days: BTreeMap<WorkDate, Day>,
    /// The cost of lateness in the months of the dates. A punch reads it after the decision ([`PunchSnapshot::charged`]).
    pub late_months: BTreeMap<Month, LateMonth>,
    /// Whether the request has an earlier answer.
    pub earlier: Earlier,
}

impl AttendanceSnapshot {
    /// Returns the planner, which tells when the person is expected.
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

/// The items that the decision about a punch depends on.
#[derive(Debug)]
pub struct PunchSnapshot {
    /// The person's attendance around now.
    pub attendance: AttendanceSnapshot,
    /// The kiosk whose code the person scanned; none without a code, or if the kiosk was revoked.
    pub kiosk: Option<Kiosk>,
}

/// The items that the commit of a decided punch depends on.
#[derive(Debug)]
pub struct ChargedPunchSnapshot {
    /// The person.
    pub person: User,
    /// The person's attendance around now.
    pub attendance: AttendanceSnapshot,
    /// The person's annual leave, to which lateness is charged.
    pub book: StoredBook,
}

/// The items that are read with a person's attendance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The items for a punch or its screen: the sites that the person and the shifts of the dates name, and no lateness.
    Punch,
    /// All sites, and the cost of lateness.
    All,
}

/// The keys of the items that a decision about a person's attendance on some dates depends on.
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

    /// Returns the keys that depend on the dates.
    fn dated(&self, scope: Scope) -> impl Iterator<Item = Key> {
        let days = self.dates.iter().map(|date| keys::day(self.user, *date));
        let schedules = self.years.iter().map(|year| keys::schedule_year(self.user, *year));
        let months: &[Month] = match scope {
            Scope::Punch => &[],
            Scope::All => &self.months,
        };
        let late_months = months.iter().map(|month| keys::late_month(self.user, *month));
        days.chain(schedules).chain(late_months)
    }

    /// Returns the keys that don't depend on the dates.
    fn undated(&self, scope: Scope) -> impl Iterator<Item = Key> {
        let site_book = match scope {
            Scope::Punch => None,
            Scope::All => Some(keys::site_book()),
        };
        [keys::profile(self.user), keys::schedule(self.user), keys::presence(self.user)].into_iter().chain(site_book)
    }

    /// Adds the items of the dates to `snapshot`.
    fn take_dated(&self, items: &mut Items, snapshot: &mut AttendanceSnapshot) -> Result<(), StoreError> {
        for date in &self.dates {
            snapshot.days.extend(items.take::<Day>(&keys::day(self.user, *date))?.map(|day| (*date, day)));
        }
        for year in &self.years {
            let schedule_year = items.take(&keys::schedule_year(self.user, *year))?;
            snapshot.years.extend(schedule_year.map(|schedule| (*year, schedule)));
        }
        for month in &self.months {
            snapshot.late_months.extend(items.take(&keys::late_month(self.user, *month))?.map(|late| (*month, late)));
        }
        Ok(())
    }
}

impl AttendanceSnapshot {
    /// Adds the holidays of a year, unless the snapshot already has them.
    fn add_holidays(&mut self, year: i16, holidays: &YearOfHolidays) {
        if self.holiday_versions.insert(year, holidays.version).is_none() {
            self.holidays.extend(holidays.holidays.iter().cloned());
        }
    }

    /// Returns the sites that the person, their shifts of `dates` and their stored days name.
    fn named_sites(&self, dates: Option<RangeInclusive<WorkDate>>) -> BTreeSet<SiteId> {
        let Some(person) = &self.person else { return BTreeSet::new() };
        let planner = self.planner(person);
        let mut sites: BTreeSet<SiteId> = person.site_id.into_iter().collect();
        if let Some((mut date, last)) = dates.map(RangeInclusive::into_inner) {
            while date <= last {
                sites.extend(planner.sites_on(date));
                date = date.next();
            }
        }
        sites.extend(self.days.values().flat_map(Day::shifts).filter_map(|shift| shift.site_id));
        sites
    }
}

impl PunchSnapshot {
    /// Reads the items that the commit of a decided punch depends on. A punch that changes lateness needs the month's
    /// lateness and the balances that it is charged to. Other punches read nothing more.
    ///
    /// The read is eventually consistent, for half the read units. This is safe because each of these items is written on
    /// condition of the version that was read.
    pub async fn charged(
        self,
        store: &Store,
        changes: &[DayChange],
        now: Timestamp,
    ) -> Result<ChargedPunchSnapshot, StoreError> {
        let mut attendance = self.attendance;
        let person = attendance.person.clone();
        let person = person.ok_or_else(|| StoreError::Unwritable("a punch of nobody".to_owned()))?;
        let late: Vec<WorkDate> =
            changes.iter().filter(|change| changes_lateness(change, now)).map(|change| change.after().date()).collect();
        let query = annual_leave_around(person.id, &late, now);
        if late.is_empty() {
            let book = StoredBook::of_nobody_yet(attendance.leave_types.clone(), true, query.years);
            return Ok(ChargedPunchSnapshot { person, attendance, book });
        }
        let months: BTreeSet<Month> = late.iter().map(|date| Month::of(*date)).collect();
        let late_months = months.iter().map(|month| keys::late_month(person.id, *month));
        let wanted: Vec<Key> = late_months.chain(query.balance_keys()).collect();
        let mut items = store.read_many_eventually(&wanted).await?;
        for month in months {
            let late: Option<LateMonth> = items.take(&keys::late_month(person.id, month))?;
            attendance.late_months.extend(late.map(|late| (month, late)));
        }
        let balances = query.take_balances(&mut items)?;
        // A person who has a balance has ledger entries, so the ledger has started. Other people need the read.
        let is_started = balances.iter().next().is_some() || store.ledger_is_started().await?;
        let book = StoredBook { balances, types: attendance.leave_types.clone(), is_started };
        Ok(ChargedPunchSnapshot { person, attendance, book })
    }
}

impl Store {
    /// Reads the items that the decision about a punch at `now` depends on: one BatchGetItem, and another one if sites are
    /// named. `zone` is a guess of the person's zone (the zone of the access token), and `kiosk` the kiosk whose code the person
    /// scanned.
    pub async fn punch_snapshot(
        &self,
        user: UserId,
        zone: &Zone,
        now: Timestamp,
        repeat: Option<&RepeatKey>,
        kiosk: Option<KioskId>,
    ) -> Result<PunchSnapshot, StoreError> {
        let guessed = dates_needed(zone, &Presence::default(), now);
        let kiosk = kiosk.map(keys::kiosk);
        let beside = kiosk.clone().into_iter().collect();
        let (attendance, mut items) = self.basis_around_with(Scope::Punch, user, guessed, beside, repeat, now).await?;
        let kiosk: Option<KioskRecord> = kiosk.map(|kiosk| items.take(&kiosk)).transpose()?.flatten();
        Ok(PunchSnapshot { attendance, kiosk: kiosk.map(|record| record.kiosk) })
    }

    /// Reads the items that the decision about a photo for a punch depends on: the snapshot without dates.
    pub async fn upload_snapshot(&self, user: UserId, now: Timestamp) -> Result<AttendanceSnapshot, StoreError> {
        self.read_attendance(Scope::Punch, user, Vec::new(), Vec::new(), None, now).await.map(|(snapshot, _)| snapshot)
    }

    /// Returns the snapshot of the `guessed` dates, and of other dates that turn out to be needed. If the guess of the zone
    /// is wrong, or a session has been open for a long time, another read adds the missing days. The snapshot has no
    /// lateness.
    pub async fn basis_around(
        &self,
        user: UserId,
        guessed: Vec<WorkDate>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<AttendanceSnapshot, StoreError> {
        self.basis_around_with(Scope::Punch, user, guessed, Vec::new(), repeat, now).await.map(|(snapshot, _)| snapshot)
    }

    pub(crate) async fn basis_around_with(
        &self,
        scope: Scope,
        user: UserId,
        guessed: Vec<WorkDate>,
        beside: Vec<Key>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<(AttendanceSnapshot, Items), StoreError> {
        let (mut snapshot, read) = self.read_attendance(scope, user, guessed.clone(), beside, repeat, now).await?;
        let Some(person) = &snapshot.person else { return Ok((snapshot, read)) };
        let mut needed = dates_needed(snapshot.planner(person).zone(), &snapshot.presence, now);
        needed.retain(|date| !guessed.contains(date));
        if !needed.is_empty() {
            let wanted = Wanted::new(user, needed);
            let keys: Vec<Key> = wanted.dated(scope).collect();
            let mut items = self.read_many(&keys).await?;
            wanted.take_dated(&mut items, &mut snapshot)?;
            self.add_company_of_dates(scope, &wanted, &mut snapshot).await?;
        }
        Ok((snapshot, read))
    }

    /// Reads the items that a decision about a person's attendance on some dates (at most 40) depends on, in one
    /// BatchGetItem.
    pub async fn attendance_snapshot(
        &self,
        user: UserId,
        dates: Vec<WorkDate>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<AttendanceSnapshot, StoreError> {
        self.attendance_basis_with(user, dates, Vec::new(), repeat, now).await.map(|(snapshot, _)| snapshot)
    }

    /// Reads the items of [`Store::attendance_snapshot`] and other items in the same BatchGetItem. More than a hundred items
    /// need one call for each hundred.
    pub(crate) async fn attendance_basis_with(
        &self,
        user: UserId,
        dates: Vec<WorkDate>,
        beside: Vec<Key>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<(AttendanceSnapshot, Items), StoreError> {
        self.read_attendance(Scope::All, user, dates, beside, repeat, now).await
    }

    async fn read_attendance(
        &self,
        scope: Scope,
        user: UserId,
        dates: Vec<WorkDate>,
        beside: Vec<Key>,
        repeat: Option<&RepeatKey>,
        now: Timestamp,
    ) -> Result<(AttendanceSnapshot, Items), StoreError> {
        let wanted = Wanted::new(user, dates);
        let context = self.random_context();
        let keys = wanted.undated(scope).chain(wanted.dated(scope)).chain(repeat.map(RepeatKey::item_key));
        let keys: Vec<Key> = keys.chain([context.clone()]).chain(beside).collect();
        let mut items = self.read_many(&keys).await?;
        let company = self.take_context_or_parts(&mut items, &context, wanted.years.iter().copied()).await?;
        let mut snapshot = AttendanceSnapshot {
            person: items.take(&keys::profile(user))?,
            settings: company.settings.clone(),
            leave_types: company.leave_types.clone(),
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
        wanted.take_dated(&mut items, &mut snapshot)?;
        for year in &wanted.years {
            if let Some(holidays) = company.holidays_of(*year) {
                snapshot.add_holidays(*year, holidays);
            }
        }
        self.add_company_of_dates(scope, &wanted, &mut snapshot).await?;
        Ok((snapshot, items))
    }

    /// Adds the company's items of the dates that the company context doesn't have: further years of holidays and, for a
    /// punch, the sites that are named. Makes no call if nothing is missing.
    async fn add_company_of_dates(
        &self,
        scope: Scope,
        wanted: &Wanted,
        snapshot: &mut AttendanceSnapshot,
    ) -> Result<(), StoreError> {
        let years: Vec<i16> =
            wanted.years.iter().copied().filter(|year| !snapshot.holiday_versions.contains_key(year)).collect();
        if !years.is_empty() {
            let mut items = self.read(years.iter().copied().map(keys::holidays)).await?;
            for year in years {
                snapshot.add_holidays(year, &items.take(&keys::holidays(year))?.unwrap_or_default());
            }
        }
        if scope == Scope::Punch {
            let dates = wanted.dates.first().zip(wanted.dates.last());
            let named = snapshot.named_sites(dates.map(|(first, last)| first.previous()..=last.next()));
            if named.iter().any(|site| !snapshot.sites.book.contains(*site)) {
                snapshot.sites = self.read_sites(named).await?;
            }
        }
        Ok(())
    }

    /// Returns a stored day.
    pub async fn day(&self, user: UserId, date: WorkDate) -> Result<Option<Day>, StoreError> {
        self.get(keys::day(user, date)).await
    }
}

/// The fields that the month's index projects in addition to the totals.
#[derive(Debug, Serialize)]
struct MonthItem<'a> {
    full_name: &'a str,
}

impl Commit {
    /// Puts changed days of `person`, and adds the differences to the totals of their months. All days of a commit must be
    /// in one call: two days of the same month change the same item of totals, and a transaction accepts each item only
    /// once. `sign_off` names the timesheets that the change was decided on.
    pub(crate) fn change_days(
        &mut self,
        person: &User,
        changes: &[DayChange],
        sign_off: SignOff<'_>,
    ) -> Result<(), StoreError> {
        self.follow_sign_off(changes, sign_off)?;
        self.put_days(person, changes)
    }

    /// Does the same as [`Commit::change_days`] without the effects on timesheets, which the caller adds together with those of
    /// other dates.
    pub(crate) fn put_days(&mut self, person: &User, changes: &[DayChange]) -> Result<(), StoreError> {
        self.change_days_without_account(person, changes)?;
        self.add_account_entries(person.id, changes.iter().flat_map(DayChange::account_entries))
    }

    /// Does the same as [`Commit::change_days`] for the scheduled job, which books the entries of the time account itself and
    /// changes no figure.
    pub(crate) fn change_days_without_account(
        &mut self,
        person: &User,
        changes: &[DayChange],
    ) -> Result<(), StoreError> {
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
        let mut item = Item::next(keys::day(person.id, day.date()), day)?
            .indexed(keys::board_index(day.date(), day.department_id(), name, person.id))
            .row(&row)?;
        if let Some(deadline) = day.figures(at).deadline {
            item = item.indexed(keys::due_index(deadline, person.id));
        }
        self.put(item, When::Version(change.expected_version()), Some(Condition::Version))?;
        self.keep_review(person, change)
    }

    /// Puts the person's next presence. Every punch writes it, so that punches are serialized.
    pub(crate) fn change_presence(&mut self, user: UserId, after: &Presence) -> Result<(), StoreError> {
        let before = When::Version(after.version.saturating_sub(1));
        self.put(Item::next(keys::presence(user), after)?, before, Some(Condition::Version))
    }

    /// Adds to the totals of a month. A change of days needs no condition here: the conditions of the days make the
    /// differences exact.
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
        let condition = unchanged.as_ref().map(|_| Condition::Version);
        self.update(&keys::month(person.id, month, department), update, unchanged, condition)
    }
}
