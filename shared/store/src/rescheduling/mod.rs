//! The only way to change a schedule, whether by a pattern, a plan for a date or a swap: one consistent read, a pure
//! decision ([`domain::roster`]), and one commit of all effects.
//!
//! Everything that depends on schedules is updated here, in [`ScheduleSnapshot::commit`]: stored days, the cost of their
//! lateness, and pending or future leave.

mod followed;
mod snapshot;

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    calendar::WorkDate,
    day::{Day, Month, Presence},
    event::{Fact, Subject},
    id::{EventId, SiteId, UserId},
    roster::{Party, Rescheduled, Rostering, Swapping, dates_stored_ahead, years_in_reach},
    schedule::{Planner, Schedule, ScheduleYear},
    user::User,
};
use jiff::Timestamp;

use self::followed::Followed;
pub use self::snapshot::{PersonSchedule, ScheduleSnapshot};
use crate::{
    Commit, RepeatKey, Stamp, Store, StoreError,
    holidays::YearOfHolidays,
    keys::{self, Key},
    leave_book::{CompanyBook, annual_leave_around},
    leave_recount::{ACTIONS_OF_A_REQUEST, OpenRequests},
    read::Items,
    transact::ACTIONS,
};

/// The maximum number of actions for each person in the transaction of a change, besides the counted sites and the recounted
/// leave: event, audit, the answer, the swap or the job, the profile, patterns, three years, presence, open leave, four days
/// and their review records, their months in two departments, and the cost of their lateness.
const ACTIONS_OF_A_PERSON: usize = 40;

/// The caller, people and dates of a change of schedules.
#[derive(Debug, Clone, Copy)]
pub struct ScheduleQuery<'a> {
    /// The caller.
    pub caller: UserId,
    /// The people whose schedules change: one person, or the two of a swap.
    pub people: &'a [UserId],
    /// The dates of the change, if they are known.
    pub dates: &'a [WorkDate],
    /// The request, if it may be a repeat.
    pub repeat: Option<&'a RepeatKey>,
}

impl Store {
    /// Reads the items that a change of schedules depends on, in one BatchGetItem. Another one reads the requests of people
    /// who have pending or future leave.
    pub async fn schedule_snapshot(
        &self,
        query: &ScheduleQuery<'_>,
        now: Timestamp,
    ) -> Result<ScheduleSnapshot, StoreError> {
        let ScheduleQuery { caller, people, dates, repeat } = *query;
        let mut dates: Vec<WorkDate> = dates_stored_ahead(now).into_iter().chain(dates.iter().copied()).collect();
        dates.sort_unstable();
        dates.dedup();
        let mut wanted = vec![keys::profile(caller), keys::admins(), keys::settings(), keys::site_book()];
        wanted.extend(years_in_reach(now).map(keys::holidays));
        wanted.extend(repeat.map(RepeatKey::item_key));
        for person in people {
            wanted.extend([keys::profile(*person), keys::schedule(*person), keys::presence(*person)]);
            wanted.extend(years_in_reach(now).map(|year| keys::schedule_year(*person, year)));
            wanted.extend(dates.iter().map(|date| keys::day(*person, *date)));
            wanted.extend(dates.iter().map(|date| keys::late_month(*person, Month::of(*date))));
            wanted.push(keys::open_leave(*person));
            wanted.extend(annual_leave_around(*person, &[], now).keys());
        }
        let mut items = self.read(wanted).await?;
        let company = CompanyBook::take(&mut items)?;
        let mut snapshot = ScheduleSnapshot {
            caller: None,
            people: BTreeMap::new(),
            settings: items.take(&keys::settings())?.unwrap_or_default(),
            sites: items.take(&keys::site_book())?.unwrap_or_default(),
            holidays: Vec::new(),
            deciders: items.take(&keys::admins())?.unwrap_or_default(),
            earlier: items.earlier(repeat, now)?,
            now,
            entropy: Arc::clone(&self.entropy),
        };
        for year in years_in_reach(now) {
            let holidays: Option<YearOfHolidays> = items.take(&keys::holidays(year))?;
            snapshot.holidays.extend(holidays.into_iter().flat_map(|year| year.holidays));
        }
        for person in people {
            let found = PersonSchedule::take(*person, &dates, now, &company, &mut items)?;
            snapshot.people.extend(found.map(|found| (*person, found)));
        }
        let asks_for_oneself = snapshot.people.get(&caller).map(|own| own.person.clone());
        snapshot.caller = match asks_for_oneself {
            Some(profile) => Some(profile),
            None => items.take(&keys::profile(caller))?,
        };
        self.read_open_leave(&mut snapshot).await?;
        Ok(snapshot)
    }

    /// Reads the requests of people with open leave, and their schedules of years that no plan of a roster reaches.
    async fn read_open_leave(&self, snapshot: &mut ScheduleSnapshot) -> Result<(), StoreError> {
        let reach = years_in_reach(snapshot.now);
        let mut beyond: Vec<i16> = Vec::new();
        for (user, of) in &mut snapshot.people {
            if of.leave.is_empty() {
                continue;
            }
            of.leave = self.open_requests(*user, of.leave.open().clone(), snapshot.now).await?;
            let last = of.leave.last_date().map_or(*reach.end(), WorkDate::year);
            beyond.extend(reach.end() + 1..=last);
        }
        beyond.sort_unstable();
        beyond.dedup();
        if beyond.is_empty() {
            return Ok(());
        }
        let mut wanted: Vec<Key> = beyond.iter().copied().map(keys::holidays).collect();
        for user in snapshot.people.keys() {
            wanted.extend(beyond.iter().map(|year| keys::schedule_year(*user, *year)));
        }
        let mut items = self.read(wanted).await?;
        for year in beyond {
            let holidays: Option<YearOfHolidays> = items.take(&keys::holidays(year))?;
            snapshot.holidays.extend(holidays.into_iter().flat_map(|year| year.holidays));
            for (user, of) in &mut snapshot.people {
                let schedule_year = items.take(&keys::schedule_year(*user, year))?;
                of.years.extend(schedule_year.map(|schedule| (year, schedule)));
            }
        }
        Ok(())
    }
}

impl PersonSchedule {
    fn take(
        user: UserId,
        dates: &[WorkDate],
        now: Timestamp,
        company: &CompanyBook,
        items: &mut Items,
    ) -> Result<Option<Self>, StoreError> {
        let Some(person) = items.take(&keys::profile(user))? else { return Ok(None) };
        let book = annual_leave_around(user, &[], now).take_beside(company, items)?;
        let open = items.take(&keys::open_leave(user))?.unwrap_or_default();
        let mut found = Self {
            person,
            schedule: items.take(&keys::schedule(user))?.unwrap_or_default(),
            years: BTreeMap::new(),
            days: BTreeMap::new(),
            presence: items.take(&keys::presence(user))?.unwrap_or_default(),
            late_months: BTreeMap::new(),
            leave: OpenRequests::not_read(open, book),
        };
        for year in years_in_reach(now) {
            let schedule_year = items.take(&keys::schedule_year(user, year))?;
            found.years.extend(schedule_year.map(|schedule| (year, schedule)));
        }
        for date in dates {
            found.days.extend(items.take::<Day>(&keys::day(user, *date))?.map(|day| (*date, day)));
            let month = Month::of(*date);
            found.late_months.extend(items.take(&keys::late_month(user, month))?.map(|late| (month, late)));
        }
        Ok(Some(found))
    }
}

impl ScheduleSnapshot {
    /// Returns the schedule of a requested person, if they exist.
    pub fn person(&self, id: UserId) -> Option<&PersonSchedule> {
        self.people.get(&id)
    }

    /// Returns the planner, which tells when a person is expected.
    pub fn planner<'a>(&'a self, of: &'a PersonSchedule) -> Planner<'a> {
        self.planner_with(&of.person, &of.schedule, &of.years)
    }

    fn planner_with<'a>(
        &'a self,
        person: &'a User,
        schedule: &'a Schedule,
        years: &'a BTreeMap<i16, ScheduleYear>,
    ) -> Planner<'a> {
        let (settings, sites) = (&self.settings.settings, &self.sites.book);
        Planner { person, settings, sites, schedule, years, holidays: &self.holidays }
    }

    /// Returns the data that the decision about a change of one person's schedule depends on.
    pub const fn rostering<'a>(&self, of: &'a PersonSchedule, planner: &'a Planner<'a>) -> Rostering<'a> {
        Rostering { planner, days: &of.days, now: self.now }
    }

    /// Returns the data that the decision about a swap of two people depends on.
    pub fn swapping<'a>(&'a self, asker: &'a PersonSchedule, other: &'a PersonSchedule) -> Swapping<'a> {
        let party = |of: &'a PersonSchedule| Party { planner: self.planner(of), days: &of.days };
        Swapping { asker: party(asker), other: party(other), now: self.now }
    }

    /// Returns one transaction of `facts` about `subject` with all effects of the changes: the schedules, the stored days
    /// that change, their months, the cost of their lateness, and the recounted leave. The transaction fails if an item has
    /// changed since the read. If another request changes the plan, the profile, a punch or leave in the meantime, the
    /// change is decided again.
    pub fn commit(
        &self,
        stamp: Stamp,
        subject: Subject,
        mut facts: Vec<Fact>,
        changes: &[Rescheduled],
    ) -> Result<Commit, StoreError> {
        let rescheduled: Vec<(&Rescheduled, &PersonSchedule)> =
            changes.iter().filter_map(|change| Some((change, self.person(change.user_id)?))).collect();
        let mut sites: BTreeMap<SiteId, i32> = BTreeMap::new();
        for (change, of) in &rescheduled {
            for (site, difference) in change.sites_counted(&of.schedule, &of.years) {
                *sites.entry(site).or_default() += difference;
            }
        }
        let room = ACTIONS.saturating_sub(sites.len() + ACTIONS_OF_A_PERSON * rescheduled.len());
        let most = (room / ACTIONS_OF_A_REQUEST / rescheduled.len().max(1)).max(1);
        let followed: Vec<Followed<'_>> =
            rescheduled.iter().map(|(change, of)| Followed::of(self, of, change, &stamp, most)).collect();
        for of in followed.iter().filter(|of| of.subject() == subject) {
            facts.extend(of.facts().iter().cloned());
        }
        let mut commit = Commit::new(stamp, subject, facts)?;
        for followed in &followed {
            if followed.subject() != subject && !followed.facts().is_empty() {
                commit.add_event(self.new_id(), followed.subject(), followed.facts().to_vec())?;
            }
            self.reschedule(&mut commit, followed)?;
        }
        commit.count_rosters_of_sites(&sites)?;
        if changes.iter().any(|change| !change.sites.is_empty()) {
            commit.check_unchanged(&keys::site_book(), self.sites.version)?;
        }
        Ok(commit)
    }

    /// Returns the id of an event in addition to that of the change.
    fn new_id(&self) -> EventId {
        EventId::generate(self.now, &*self.entropy)
    }

    fn reschedule(&self, commit: &mut Commit, followed: &Followed<'_>) -> Result<(), StoreError> {
        let Followed { of, change, .. } = followed;
        let user = of.person.id;
        commit.guard_person(&of.person)?;
        match &change.schedule {
            Some(after) => commit.put_schedule(user, after)?,
            None => commit.check_unchanged(&keys::schedule(user), of.schedule.version)?,
        }
        for year in years_in_reach(self.now) {
            if let Some(after) = change.years.get(&year) {
                commit.put_schedule_year(user, year, after)?;
            } else {
                let version = of.years.get(&year).map_or(0, |year| year.version);
                commit.check_unchanged(&keys::schedule_year(user, year), version)?;
            }
        }
        if dates_stored_ahead(self.now).last().is_some_and(|last| change.from <= *last) {
            // A punch that was decided on the earlier schedule, and commits later, fails on the new version of the presence.
            let presence = Presence { version: of.presence.version + 1, ..of.presence.clone() };
            commit.change_presence(user, &presence)?;
        }
        followed.put(commit, self)
    }
}
