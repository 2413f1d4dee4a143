//! What a sheet means for the people whom it names: the steps of the import, or everything that is wrong.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::{Weekday, WorkDate},
    id::{SiteId, UserId},
    roster::HORIZON_DAYS,
    schedule::{DayPlan, Pattern, PatternShift, Rhythm, SiteBook, Week},
    settings::{Settings, WeeklyOffs},
    text::Reason,
    user::{User, UserStatus},
    username::Username,
};
use jiff::Timestamp;
use roster_import::{Step, Wanted};
use store::users::Deciders;
use web::{Caller, authorization, problem::FieldError};

use super::sheet::{MOST_ERRORS, Named, Row, Sheet, Slot, wrong};
use crate::patterns::body::MOST_SHIFTS;

/// The most steps of an import: what failed of them is kept with the job.
const MOST_STEPS: usize = 500;

/// What a sheet is checked against.
pub(super) struct Known<'a> {
    pub(super) caller: &'a Caller,
    pub(super) deciders: Deciders,
    pub(super) settings: &'a Settings,
    pub(super) sites: &'a SiteBook,
    pub(super) site_names: Vec<(String, SiteId)>,
    pub(super) usernames: BTreeMap<Username, UserId>,
    pub(super) people: Vec<User>,
    pub(super) now: Timestamp,
}

impl Known<'_> {
    /// Whom a row names.
    pub(super) fn id_of(&self, named: &Named) -> Option<UserId> {
        match named {
            Named::Username(username) => self.usernames.get(username).copied(),
            Named::Id(id) => Some(*id),
        }
    }

    /// The person of a row, if the caller may plan their roster.
    fn person(&self, row: &Row) -> Result<&User, FieldError> {
        let column = match row.person {
            Named::Username(_) => "username",
            Named::Id(_) => "user_id",
        };
        let refuse = |message: &str| wrong(row.number, column, message);
        let id = self.id_of(&row.person);
        let person = self.people.iter().find(|person| Some(person.id) == id);
        // Whoever may not be known of is nobody.
        let nobody = "must be somebody whose roster you plan";
        let person = person.ok_or_else(|| refuse(nobody))?;
        if authorization::is_self(self.caller, person.id) {
            return Err(refuse("must be somebody else: nobody plans their own roster"));
        }
        authorization::may_plan(self.caller, person, self.deciders).map_err(|_| refuse(nobody))?;
        match person.status {
            UserStatus::Active => Ok(person),
            UserStatus::Pending | UserStatus::Disabled => Err(refuse("must be somebody who works here")),
        }
    }

    fn today(&self, person: &User) -> WorkDate {
        let site_zone = person.site_id.and_then(|site| self.sites.zone(site));
        person.zone(site_zone, &self.settings.time_zone).date_of(self.now)
    }

    /// The site of a row, by its id or name.
    fn site(&self, row: &Row) -> Result<Option<SiteId>, FieldError> {
        let Some(named) = row.shift.as_ref().and_then(|shift| shift.site.as_deref()) else { return Ok(None) };
        if let Some(site) = named.parse::<SiteId>().ok().filter(|site| self.sites.contains(*site)) {
            return Ok(Some(site));
        }
        let mut called = self.site_names.iter().filter(|(name, _)| *name == named.to_lowercase());
        match (called.next(), called.next()) {
            (Some((_, site)), None) => Ok(Some(*site)),
            (Some(_), Some(_)) => Err(wrong(row.number, "site", "must be an id, because several sites have that name")),
            (None, _) => Err(wrong(row.number, "site", "is not a site")),
        }
    }
}

/// A row that is right by itself.
#[derive(Debug, Clone)]
struct Entry {
    number: u32,
    shift: Option<PatternShift>,
    reason: Option<Reason>,
}

/// The rows of one person, in the sheet's order.
#[derive(Debug, Default)]
struct OfPerson {
    patterns: BTreeMap<WorkDate, Vec<(Weekday, Entry)>>,
    dates: BTreeMap<WorkDate, Vec<Entry>>,
}

/// The steps of the import, in the order of the first rows that they come from.
pub(super) fn checked(sheet: &Sheet, known: &Known<'_>) -> Result<Vec<Step>, Vec<FieldError>> {
    let (mut people, mut errors): (BTreeMap<UserId, OfPerson>, Vec<FieldError>) = (BTreeMap::new(), Vec::new());
    for row in &sheet.rows {
        match entry(row, known) {
            Ok((person, entry)) => {
                let of_person = people.entry(person).or_default();
                match row.slot {
                    Slot::Date(date) => of_person.dates.entry(date).or_default().push(entry),
                    Slot::Weekly { effective_from, weekday } => {
                        of_person.patterns.entry(effective_from).or_default().push((weekday, entry));
                    }
                }
            }
            Err(of_row) => errors.extend(of_row),
        }
    }
    let mut steps = Vec::new();
    for (user_id, OfPerson { patterns, dates }) in people {
        for (effective_from, entries) in patterns {
            match pattern(effective_from, &entries) {
                Ok((row, pattern)) => steps.push(Step { user_id, row, wanted: Wanted::Pattern(pattern) }),
                Err(error) => errors.push(error),
            }
        }
        if let Some(row) = dates.values().flatten().map(|entry| entry.number).min() {
            match days(&dates) {
                Ok(days) => steps.push(Step { user_id, row, wanted: Wanted::Days(days) }),
                Err(of_dates) => errors.extend(of_dates),
            }
        }
    }
    steps.sort_by_key(|step| step.row);
    if let Some(step) = steps.get(MOST_STEPS) {
        let message =
            format!("must not be the {}th person or pattern: {MOST_STEPS} at a time are the most", MOST_STEPS + 1);
        errors.push(FieldError { path: format!("row {}", step.row), message });
    }
    errors.truncate(MOST_ERRORS);
    if errors.is_empty() { Ok(steps) } else { Err(errors) }
}

/// What is to be known of a row by itself.
fn entry(row: &Row, known: &Known<'_>) -> Result<(UserId, Entry), Vec<FieldError>> {
    let (person, site) = match (known.person(row), known.site(row)) {
        (Ok(person), Ok(site)) => (person, site),
        (person, site) => return Err(person.err().into_iter().chain(site.err()).collect()),
    };
    let (column, date) = match row.slot {
        Slot::Weekly { effective_from, .. } => ("effective_from", effective_from),
        Slot::Date(date) => ("date", date),
    };
    let today = known.today(person);
    if date < today {
        return Err(vec![wrong(row.number, column, "must be today or later")]);
    }
    if today.plus_days(HORIZON_DAYS) < date {
        return Err(vec![wrong(row.number, column, format!("must be at most {HORIZON_DAYS} days ahead"))]);
    }
    let shift = row.shift.as_ref().map(|shift| PatternShift { times: shift.times, site_id: site });
    Ok((person.id, Entry { number: row.number, shift, reason: row.reason.clone() }))
}

/// A pattern from its rows: those without times are the days off.
fn pattern(effective_from: WorkDate, entries: &[(Weekday, Entry)]) -> Result<(u32, Pattern), FieldError> {
    let row = entries.iter().map(|(_, entry)| entry.number).min().unwrap_or_default();
    let offs: BTreeSet<Weekday> =
        entries.iter().filter(|(_, entry)| entry.shift.is_none()).map(|(weekday, _)| *weekday).collect();
    let works: Vec<(Weekday, u32, PatternShift)> =
        entries.iter().filter_map(|(weekday, entry)| Some((*weekday, entry.number, entry.shift?))).collect();
    if let Some((weekday, number, _)) = works.iter().find(|(weekday, ..)| offs.contains(weekday)) {
        return Err(wrong(*number, "weekday", format!("must not be {weekday:?} both with times and without")));
    }
    let weekly_offs = WeeklyOffs::try_from(offs.into_iter().collect::<Vec<_>>());
    let weekly_offs = weekly_offs.map_err(|_| {
        let message = format!("must have one or two days off in the week from {effective_from}: rows without times");
        wrong(row, "weekday", message)
    })?;
    let rhythm = |count: usize| {
        let mut week = Week { weekly_offs: weekly_offs.clone(), shifts: BTreeMap::new() };
        for (weekday, _, shift) in works.iter().take(count) {
            week.shifts.entry(*weekday).or_default().push(*shift);
        }
        Rhythm::weekly(week)
    };
    let rhythm = rhythm(works.len()).map_err(|overlap| {
        // The more shifts, the sooner two overlap: the first that is one too many is the one to be named.
        let counts: Vec<usize> = (1..=works.len()).collect();
        let fitting = counts.partition_point(|count| rhythm(*count).is_ok());
        wrong(works.get(fitting).map_or(row, |(_, number, _)| *number), "start", overlap.message())
    })?;
    Ok((row, Pattern { effective_from, rhythm }))
}

/// Dates from their rows.
fn days(dates: &BTreeMap<WorkDate, Vec<Entry>>) -> Result<BTreeMap<WorkDate, (DayPlan, Reason)>, Vec<FieldError>> {
    let (mut days, mut errors) = (BTreeMap::new(), Vec::new());
    let mut stretches: Vec<(i64, i64, u32)> = Vec::new();
    for (date, entries) in dates {
        let midnight = 1440 * i64::from(date.days_since(WorkDate::MIN));
        let shifts: Vec<PatternShift> = entries.iter().filter_map(|entry| entry.shift).collect();
        if !shifts.is_empty() && shifts.len() < entries.len() {
            let number = entries.iter().find(|entry| entry.shift.is_none()).map_or(0, |entry| entry.number);
            errors.push(wrong(number, "date", format!("must not be {date} both with times and without")));
        }
        if shifts.len() > MOST_SHIFTS {
            let number = entries.last().map_or(0, |entry| entry.number);
            errors.push(wrong(number, "date", format!("must have at most {MOST_SHIFTS} shifts")));
        }
        for entry in entries {
            stretches.extend(entry.shift.map(|shift| {
                let start = midnight + i64::from(shift.times.start.minutes_since_midnight());
                (start, start + i64::from(shift.times.nominal_minutes()), entry.number)
            }));
        }
        let reason = entries.iter().find_map(|entry| entry.reason.clone()).or_else(|| Reason::parse("Imported").ok());
        let plan = if shifts.is_empty() { DayPlan::Off } else { DayPlan::Shifts(shifts) };
        days.extend(reason.map(|reason| (*date, (plan, reason))));
    }
    stretches.sort_unstable();
    let overlapping = stretches.array_windows().filter(|[(_, until, _), (from, ..)]| from < until);
    errors.extend(overlapping.map(|[(.., earlier), (.., later)]| {
        wrong((*later).max(*earlier), "start", format!("must not overlap with row {}", (*later).min(*earlier)))
    }));
    if errors.is_empty() { Ok(days) } else { Err(errors) }
}
