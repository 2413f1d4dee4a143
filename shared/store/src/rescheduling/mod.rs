//! The one way in which a schedule changes, be it by a pattern, a plan for a date or a swap: one consistent read, a pure
//! decision ([`domain::roster`]), one commit of all that follows.
//!
//! Whatever hangs on schedules joins in here, in [`ScheduleSnapshot::commit`]: stored days, what lateness cost on them, and
//! leave that is pending or ahead.

mod followed;

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    calendar::WorkDate,
    day::{Day, Month, Presence},
    event::{Fact, Subject},
    holiday::Holiday,
    id::{EventId, SiteId, UserId},
    lateness::LateMonth,
    ports::Entropy,
    roster::{Party, Rescheduled, Rostering, Swapping, dates_stored_ahead, years_in_reach},
    schedule::{Planner, Schedule, ScheduleYear},
    user::User,
};
use jiff::Timestamp;

use self::followed::Followed;
use crate::{
    Commit, RepeatKey, Stamp, Store, StoreError,
    holidays::YearOfHolidays,
    idempotency::Earlier,
    keys::{self, Key},
    lateness::annual_leave_around,
    leave_book::CompanyBook,
    leave_recount::{ACTIONS_OF_A_REQUEST, OpenRequests},
    read::Items,
    settings::VersionedSettings,
    sites::VersionedSiteBook,
    transact::ACTIONS,
    users::Deciders,
};

/// The actions that the transaction of a change takes for each person at most, besides the sites that are counted and leave
/// that is counted anew: event, audit, the answer, the swap or the job, the profile, patterns, three years, presence, open
/// leave, four days and that they wait for a review, their months in two departments, and what their lateness costs.
const ACTIONS_OF_A_PERSON: usize = 40;

/// Who would change which dates of whose schedules.
#[derive(Debug, Clone, Copy)]
pub struct ScheduleQuery<'a> {
    /// Who asks.
    pub caller: UserId,
    /// Whose schedules: one person's, or the two of a swap.
    pub people: &'a [UserId],
    /// The dates that are asked about, where they are known.
    pub dates: &'a [WorkDate],
    /// The request, where it may be a repeat.
    pub repeat: Option<&'a RepeatKey>,
}

/// What was read.
#[derive(Debug)]
pub struct ScheduleSnapshot {
    /// The profile of who asks.
    pub caller: Option<User>,
    /// The schedules of those who exist.
    pub people: BTreeMap<UserId, PersonSchedule>,
    /// The company's settings.
    pub settings: VersionedSettings,
    /// Zones of all sites.
    pub sites: VersionedSiteBook,
    /// The holidays of the years in reach.
    pub holidays: Vec<Holiday>,
    /// Who else could decide.
    pub deciders: Deciders,
    /// Whether the request was answered before.
    pub earlier: Earlier,
    /// When it was read.
    now: Timestamp,
    /// For the ids of events of people besides the change's subject.
    entropy: Arc<dyn Entropy>,
}

/// A person's schedule, with what changes along with it.
#[derive(Debug)]
pub struct PersonSchedule {
    /// Who.
    pub person: User,
    /// Their patterns.
    pub schedule: Schedule,
    /// What the years in reach have otherwise.
    pub years: BTreeMap<i16, ScheduleYear>,
    /// Their stored days that aren't over, and those of the dates asked about.
    pub days: BTreeMap<WorkDate, Day>,
    /// Where they are.
    presence: Presence,
    /// What lateness cost in the months of those days.
    late_months: BTreeMap<Month, LateMonth>,
    /// What they have pending or ahead of leave, with what it is booked on.
    leave: OpenRequests,
}

impl Store {
    /// What a change of schedules is decided on, in one BatchGetItem; in another the requests of those who have leave
    /// pending or ahead.
    pub async fn schedule_snapshot(
        &self,
        question: &ScheduleQuery<'_>,
        now: Timestamp,
    ) -> Result<ScheduleSnapshot, StoreError> {
        let ScheduleQuery { caller, people, dates, repeat } = *question;
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

    /// The requests of those who have any open; and what they are expected of in years that no plan of a roster reaches.
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
    /// The schedule of someone who was asked about, if they exist.
    pub fn person(&self, id: UserId) -> Option<&PersonSchedule> {
        self.people.get(&id)
    }

    /// What tells when a person is expected.
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

    /// What a change of one person's schedule is decided from.
    pub const fn rostering<'a>(&self, of: &'a PersonSchedule, planner: &'a Planner<'a>) -> Rostering<'a> {
        Rostering { planner, days: &of.days, now: self.now }
    }

    /// What a swap of two is decided from.
    pub fn swapping<'a>(&'a self, asker: &'a PersonSchedule, other: &'a PersonSchedule) -> Swapping<'a> {
        let party = |of: &'a PersonSchedule| Party { planner: self.planner(of), days: &of.days };
        Swapping { asker: party(asker), other: party(other), now: self.now }
    }

    /// One transaction of `facts` about `subject` with all that follows from the changes: the schedules themselves, the
    /// stored days that come out otherwise, their months and what lateness cost on them, and leave, which is counted anew.
    /// It goes through only on what was read: whoever planned, moved, punched, or asked for leave meanwhile makes it decided
    /// anew.
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

    /// The id of an event besides that of the change.
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
            // A punch that was decided on the schedule as it was, and commits after, loses on it.
            let presence = Presence { version: of.presence.version + 1, ..of.presence.clone() };
            commit.change_presence(user, &presence)?;
        }
        followed.put(commit, self)
    }
}
