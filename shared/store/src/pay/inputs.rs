//! The inputs from which the pay of a person's dates is computed, read in a bounded number of calls.
//!
//! Overtime by week or by pay period depends on the other dates of that week or period. The inputs therefore include these
//! dates, but [`PayInputs::segments`] returns only the dates that were requested.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::{DateRange, WorkDate, Zone},
    day::Day,
    id::{PayRulesId, UserId},
    pay::{
        Absence, AccountEntry, Approval, OvertimePeriod, PayCalendar, PayCodes, PayDay, PayPeriod, PayPeriods,
        PayProfiles, PayRules, PayRulesVersion, PayRulesVersions, SegmentedDay, WorkPlace, absences, affected_dates,
        affected_later_dates, credit_entry, paid_absence_seconds, segment_days,
    },
    schedule::{DayKind, Planner},
    user::User,
};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attendance::AttendanceSnapshot,
    keys,
    pay::{accounts::StoredEntry, approvals::PayApprovalRecord, closing::ChangedDates},
};

/// The maximum number of days between a date and the begin or the end of the week of its pay period's first or last date.
const DAYS_AROUND: i32 = 36;
/// The maximum number of days from the work date of a session to a local date on which the session still lasts. A session begins
/// at most two days after the begin of its work date and lasts at most two days, and the work place can be in another zone.
const SESSION_DAYS_AFTER: i32 = 4;
/// The maximum number of days from a local date on which a session begins to its work date: a session begins at most one day
/// before its work date, and the work place can be in another zone.
const SESSION_DAYS_BEFORE: i32 = 2;

/// The dates that are read with the requested ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The weeks of the dates, and their pay periods if the rules count these.
    AsRulesNeed,
    /// The weeks and the pay periods of the dates, because other rules are tried.
    WholePeriods,
}

/// Everything that the pay of a person's dates depends on.
#[derive(Debug)]
pub struct PayInputs {
    /// The person.
    pub person: User,
    /// The first requested date.
    pub from: WorkDate,
    /// The last requested date.
    pub to: WorkDate,
    /// The instant for which days are computed.
    pub now: Timestamp,
    /// The person's schedule, and the settings, sites, leave types and holidays of the company.
    pub attendance: AttendanceSnapshot,
    /// The days of the requested dates and of their weeks and pay periods, as far as they matter. A date without a stored day
    /// has the day that the schedule makes.
    pub days: BTreeMap<WorkDate, Day>,
    /// The person's pay profiles.
    pub profiles: PayProfiles,
    /// The rules that the profiles name.
    pub rules: BTreeMap<PayRulesId, PayRules>,
    /// The company's pay codes.
    pub codes: PayCodes,
    /// Managers' decisions about time that needs approval.
    pub approvals: BTreeMap<WorkDate, Vec<Approval>>,
    /// The dates of the person's settled timesheets that have changed since. They are read before the days.
    pub changed_dates: ChangedDates,
    /// The stored records of time that needs approval.
    pub approval_records: BTreeMap<WorkDate, PayApprovalRecord>,
    /// The company's pay periods.
    pub periods: PayPeriods,
    /// Rules that are tried in place of the built-in ones.
    pub tried: Option<PayRulesVersions>,
    /// The rules of dates without a profile or without rules.
    pub built_in: PayRulesVersion,
}

impl PayInputs {
    /// Returns the planner, which tells when the person is expected.
    pub fn planner(&self) -> Planner<'_> {
        self.attendance.planner(&self.person)
    }

    /// Returns the rules of a date as they are on another one: the version of the set that the person's profile of the date names,
    /// otherwise the built-in rules. A set whose first version begins between both applies from that version on.
    fn rules_as_of(&self, date: WorkDate, on: WorkDate) -> &PayRulesVersion {
        let versions = self.rules_of(date).map(|rules| &rules.versions).or(self.tried.as_ref());
        versions.and_then(|versions| versions.on(on).or_else(|| versions.on(date))).unwrap_or(&self.built_in)
    }

    /// Returns the set of rules that the person's profile of a date names.
    pub fn rules_of(&self, date: WorkDate) -> Option<&PayRules> {
        self.rules.get(&self.profiles.on(date)?.rules_id?)
    }

    /// Returns the absences of a date that was read.
    pub fn absences(&self, date: WorkDate) -> Vec<Absence> {
        let day = self.days.get(&date);
        day.map(|day| absences(day, &self.planner(), &self.attendance.leave_types, self.now)).unwrap_or_default()
    }

    /// Returns the segments of each requested date, in ascending order. A date without work has none.
    pub fn segments(&self) -> Vec<SegmentedDay> {
        let planner = self.planner();
        let mut kinds: BTreeMap<WorkDate, DayKind> = self.days.iter().map(|(date, day)| (*date, day.kind())).collect();
        // A night shift of the last date reaches into the next one.
        let around = self.days.keys().next().zip(self.days.keys().next_back());
        for date in around.map(|(first, last)| [first.previous(), last.next()]).into_iter().flatten() {
            kinds.insert(date, planner.assignment(date).kind);
        }
        let pay_days: Vec<PayDay<'_>> = self
            .days
            .iter()
            .map(|(date, day)| PayDay {
                day,
                place: self.place(day, &kinds),
                paid_absence_seconds: paid_absence_seconds(&self.absences(*date)),
                approvals: self.approvals.get(date).map_or(&[], Vec::as_slice),
                cost_center: self.profiles.on(*date).and_then(|profile| profile.cost_center.as_ref()),
            })
            .collect();
        let mut segmented = self.with_calendar(|calendar| segment_days(&pay_days, calendar, &self.codes));
        segmented.retain(|day| self.from <= day.date && day.date <= self.to);
        segmented
    }

    /// Returns the first and the last date whose pay can depend on one of the dates, both included.
    pub fn affected_dates(&self, from: WorkDate, to: WorkDate) -> (WorkDate, WorkDate) {
        let affected = |date| self.with_calendar(|calendar| affected_dates(date, calendar, self.periods));
        (affected(from).0.min(from), affected(to).1.max(to))
    }

    /// Returns the dates of later pay periods whose pay can depend on a date from `from` to `to`, each range with the period of
    /// these dates.
    pub fn affected_later_dates(&self, from: WorkDate, to: WorkDate) -> Vec<(PayPeriod, DateRange)> {
        self.with_calendar(|calendar| affected_later_dates(from, to, calendar, self.periods))
    }

    /// Returns the dates whose premiums depend on whether one of `holidays` is a holiday, because their work reaches into it as
    /// that of a night shift does. The holidays themselves aren't among them.
    pub fn dates_reaching_into(&self, holidays: &BTreeSet<WorkDate>) -> BTreeSet<WorkDate> {
        let kinds = BTreeMap::new();
        let has_premiums_of_days = |date: WorkDate| {
            self.with_calendar(|calendar| calendar.week(date).1.premiums.iter().any(|premium| premium.days.is_some()))
        };
        let reaches = |day: &Day| {
            let place = self.place(day, &kinds);
            holidays.iter().any(|holiday| place.has_work_on(day, *holiday))
        };
        let others = self.days.iter().filter(|(date, _)| !holidays.contains(*date));
        others.filter(|(date, day)| has_premiums_of_days(**date) && reaches(day)).map(|(date, _)| *date).collect()
    }

    /// Returns the rules by which a date is paid.
    pub fn rules_on(&self, date: WorkDate) -> &PayRulesVersion {
        let first = self.with_calendar(|calendar| calendar.week(date).0);
        self.rules_as_of(date, first)
    }

    /// Calls a function with the rules in force and the pay periods.
    fn with_calendar<T>(&self, call: impl FnOnce(PayCalendar<'_>) -> T) -> T {
        let rules = |date: WorkDate, on: WorkDate| self.rules_as_of(date, on);
        let period = |date: WorkDate| self.periods.of(date).first();
        call(PayCalendar { rules: &rules, period: &period })
    }

    /// Returns the entries that make the credits of each requested date in the time account those of its present pay. `booked` are
    /// the ledger's entries of these dates.
    pub fn credit_entries(&self, booked: &[StoredEntry]) -> Vec<AccountEntry> {
        let entry = |day: &SegmentedDay| {
            let has_account = self.profiles.on(day.date).is_some_and(|profile| profile.account);
            // Time to review isn't credited before the review.
            let is_withheld = self.days.get(&day.date).is_some_and(Day::withholds_overtime);
            let credit = if has_account && !is_withheld { day.account_credit(&self.codes) } else { 0 };
            credit_entry(day.date, credit, booked.iter().map(|stored| &stored.entry), self.now)
        };
        self.segments().iter().filter_map(entry).collect()
    }

    /// Returns the place where the work of a day is done.
    fn place<'a>(&'a self, day: &'a Day, kinds: &'a BTreeMap<WorkDate, DayKind>) -> WorkPlace<'a> {
        let site_id = day.shifts().iter().find_map(|shift| shift.site_id).or(self.person.site_on(day.date()));
        let of_shift = day.shifts().first().and_then(|shift| shift.site_id);
        let zone: Option<&Zone> = of_shift.and_then(|site| self.attendance.sites.book.zone(site));
        WorkPlace { zone: zone.unwrap_or(day.zone()), site_id, holidays: &self.attendance.holidays, kinds }
    }

    /// Returns the first and the last date on which the pay of the dates from `from` to `to` depends.
    fn extent(&self, from: WorkDate, to: WorkDate, extent: Extent) -> (WorkDate, WorkDate) {
        let week = |date| {
            let first = self.with_calendar(|calendar| calendar.week(date).0);
            (first, first.plus_days(6))
        };
        let (mut first, mut last) = (week(from).0, week(to).1);
        let versions = self.rules.values().flat_map(|rules| rules.versions.all());
        let counts_periods =
            versions.flat_map(|version| &version.overtime).any(|rule| rule.per == OvertimePeriod::Period);
        if counts_periods || extent == Extent::WholePeriods {
            // The weeks of the periods too: weekly overtime doesn't count towards a period.
            first = first.min(week(self.periods.of(from).first()).0);
            last = last.max(week(self.periods.of(to).last()).1);
        }
        (first, last)
    }
}

/// The first and the last date, and a date of each year between them.
fn dates_of_years(first: WorkDate, last: WorkDate) -> Vec<WorkDate> {
    let between = (first.year() + 1..last.year()).map(|year| WorkDate::from(jiff::civil::date(year, 1, 1)));
    [first, last].into_iter().chain(between).collect()
}

impl Store {
    /// Reads the inputs from which the pay of a person's dates is computed; none if no person has the id. Three calls, and
    /// one more for each MB of days: the person with profile, schedule and company; the rules of the profile; the days and the
    /// decisions.
    pub async fn pay_inputs(
        &self,
        user: UserId,
        from: WorkDate,
        to: WorkDate,
        now: Timestamp,
    ) -> Result<Option<PayInputs>, StoreError> {
        self.pay_inputs_with(user, from, to, now, Extent::AsRulesNeed).await
    }

    /// Reads the inputs for the dates from `from` to `to` and all others whose pay can depend on these. `holidays` are those of the
    /// dates that have become holidays or workdays, because work of other dates can reach into them. Takes the calls of [`Store::pay_inputs`],
    /// and the same again if these dates need more than what was read.
    pub async fn affected_pay_inputs(
        &self,
        user: UserId,
        DateRange { from, to }: DateRange,
        holidays: &BTreeSet<WorkDate>,
        now: Timestamp,
    ) -> Result<Option<PayInputs>, StoreError> {
        let around = if holidays.is_empty() {
            DateRange { from, to }
        } else {
            DateRange { from: from.plus_days(-SESSION_DAYS_AFTER), to: to.plus_days(SESSION_DAYS_BEFORE) }
        };
        let Some(mut inputs) = self.pay_inputs(user, around.from, around.to, now).await? else { return Ok(None) };
        let (first, last) = inputs.affected_dates(from, to);
        let reaching = inputs.dates_reaching_into(holidays);
        let first = reaching.first().map_or(first, |date| first.min(*date));
        let last = reaching.last().map_or(last, |date| last.max(*date));
        let (needs_from, needs_to) = inputs.extent(first, last, Extent::AsRulesNeed);
        if inputs.days.contains_key(&needs_from) && inputs.days.contains_key(&needs_to) {
            (inputs.from, inputs.to) = (first, last);
            return Ok(Some(inputs));
        }
        self.pay_inputs(user, first, last, now).await
    }

    /// Does the same as [`Store::pay_inputs`] for the given extent.
    pub async fn pay_inputs_with(
        &self,
        user: UserId,
        from: WorkDate,
        to: WorkDate,
        now: Timestamp,
        extent: Extent,
    ) -> Result<Option<PayInputs>, StoreError> {
        // A pay period and its week begin at most 36 days before a date. Their years are read with the first call.
        let mut dates = dates_of_years(from.plus_days(-DAYS_AROUND), to.plus_days(DAYS_AROUND));
        // With the lateness of these dates' months.
        dates.extend([from, to]);
        let beside = vec![keys::pay_profiles(user), keys::pay_codes(), keys::changed_dates(user)];
        let (attendance, mut items) = self.attendance_basis_with(user, dates, beside, None, now).await?;
        let Some(person) = attendance.person.clone() else { return Ok(None) };
        let profiles: PayProfiles = items.take(&keys::pay_profiles(user))?.unwrap_or_default();
        let codes = items.take_pay_codes()?.codes();
        let changed_dates: ChangedDates = items.take(&keys::changed_dates(user))?.unwrap_or_default();
        let named: BTreeSet<PayRulesId> = profiles.rules();
        let rules = self.pay_rules_of(&named).await?;
        let mut inputs = PayInputs {
            person,
            from,
            to,
            now,
            attendance,
            days: BTreeMap::new(),
            profiles,
            rules,
            codes,
            approvals: BTreeMap::new(),
            changed_dates,
            approval_records: BTreeMap::new(),
            periods: PayPeriods::default(),
            tried: None,
            built_in: PayRulesVersion::built_in(),
        };
        inputs.periods = inputs.attendance.settings.settings.pay_period.unwrap_or_default();
        let (first, last) = inputs.extent(from, to, extent);
        let (stored, decided) =
            tokio::try_join!(self.all_days(user, first, last), self.pay_approvals(user, first, last))?;
        let stored: BTreeMap<WorkDate, Day> = stored.into_iter().map(|day| (day.date(), day)).collect();
        let dates = (0..=last.days_since(first)).map(|days| first.plus_days(days));
        let planner = inputs.planner();
        let days = dates.map(|date| (date, Day::current(stored.get(&date), &planner, date, now))).collect();
        inputs.days = days;
        inputs.approvals = decided.iter().map(|record| (record.date, record.approvals())).collect();
        inputs.approval_records = decided.into_iter().map(|record| (record.date, record)).collect();
        Ok(Some(inputs))
    }
}
