//! Checks the rows of a sheet for the people whom it names. Returns the steps of the import, or all errors.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    FieldFault, FieldRule, Invalid,
    calendar::{Weekday, WorkDate},
    day::Day,
    holiday::Holiday,
    id::{SiteId, UserId},
    roster::{Clash, HORIZON_DAYS, PatternRefusal, PlanRefusal, Rostering},
    schedule::{DayPlan, Pattern, PatternShift, Planner, Rhythm, Shift, SiteBook, Week},
    settings::{Settings, WeeklyOffs},
    sheet::{MAX_ERRORS, Names, NotNamed, wrong},
    text::{Name, Reason},
    user::{User, UserStatus},
    username::Username,
};
use jiff::Timestamp;
use store::{rosters::RosterLine, users::Deciders};

use super::{Named, RosterSheet, Row, Slot, Step, Wanted};
use crate::{Caller, authorization, roster::MAX_SHIFTS};

/// The maximum number of people in an import. Each of them is a step, and the job stores the failures.
const MAX_PEOPLE: usize = 500;

/// The maximum number of times that the rows of one person are checked, each time without a row that overlaps. It
/// bounds the work for a sheet full of overlaps.
const MAX_DECISIONS: usize = 20;

/// The data against which a sheet is checked.
pub(super) struct Known<'a> {
    pub(super) caller: &'a Caller,
    pub(super) deciders: Deciders,
    pub(super) settings: &'a Settings,
    pub(super) sites: &'a SiteBook,
    pub(super) holidays: &'a [Holiday],
    pub(super) site_names: SiteNames,
    pub(super) usernames: BTreeMap<Username, UserId>,
    /// The current rosters of the people whom the sheet names.
    pub(super) rosters: BTreeMap<UserId, RosterLine>,
    pub(super) now: Timestamp,
}

/// The sites by name.
#[derive(Debug, Default)]
pub(super) struct SiteNames(Names<SiteId>);

impl FromIterator<(Name, SiteId)> for SiteNames {
    fn from_iter<I: IntoIterator<Item = (Name, SiteId)>>(sites: I) -> Self {
        Self(sites.into_iter().collect())
    }
}

impl SiteNames {
    /// Returns the site with that name.
    fn find(&self, named: &str) -> Result<SiteId, Invalid> {
        self.0.find(named).map_err(|not_named| {
            Invalid::new(match not_named {
                NotNamed::Unknown => FieldRule::NotASite,
                NotNamed::Several => FieldRule::AmbiguousSite,
            })
        })
    }
}

impl Known<'_> {
    /// Returns the id of the person whom a row names.
    pub(super) fn id_of(&self, named: &Named) -> Option<UserId> {
        match named {
            Named::Username(username) => self.usernames.get(username).copied(),
            Named::Id(id) => Some(*id),
        }
    }

    /// Returns the ids of the people whom the sheet names.
    ///
    /// # Errors
    /// The sheet names more people than an import may have.
    pub(super) fn ids_of(&self, sheet: &RosterSheet) -> Result<BTreeSet<UserId>, FieldFault> {
        let mut ids = BTreeSet::new();
        for row in &sheet.rows {
            ids.extend(self.id_of(&row.person));
            if MAX_PEOPLE < ids.len() {
                let rule = FieldRule::PeopleAtMost { max: MAX_PEOPLE as u64 };
                return Err(FieldFault::new(format!("row {}", row.number), rule));
            }
        }
        Ok(ids)
    }

    /// Returns the person of a row, if the caller may plan their roster.
    fn person(&self, row: &Row) -> Result<&User, FieldFault> {
        let column = match row.person {
            Named::Username(_) => "username",
            Named::Id(_) => "user_id",
        };
        let refuse = |rule| wrong(row.number, column, rule);
        // People whom the caller may not see get the same error as people who don't exist.
        let nobody = || refuse(FieldRule::NotThatRoster);
        let line = self.id_of(&row.person).and_then(|id| self.rosters.get(&id)).ok_or_else(nobody)?;
        let person = &line.person;
        if authorization::is_self(self.caller, person.id) {
            return Err(refuse(FieldRule::OwnRoster));
        }
        authorization::may_plan(self.caller, person, self.deciders).map_err(|_| nobody())?;
        match person.status {
            UserStatus::Active => Ok(person),
            UserStatus::Pending | UserStatus::Disabled => Err(refuse(FieldRule::NotEmployed)),
        }
    }

    fn planner<'a>(&'a self, line: &'a RosterLine) -> Planner<'a> {
        Planner {
            person: &line.person,
            settings: self.settings,
            sites: self.sites,
            schedule: &line.schedule,
            years: &line.years,
            holidays: self.holidays,
        }
    }

    fn today(&self, person: &User) -> WorkDate {
        person.zone_at(self.sites, &self.settings.time_zone).date_of(self.now)
    }

    /// Returns the site of a row, by its id or name.
    fn site(&self, row: &Row) -> Result<Option<SiteId>, FieldFault> {
        let Some(named) = row.shift.as_ref().and_then(|shift| shift.site.as_deref()) else { return Ok(None) };
        if let Some(site) = named.parse::<SiteId>().ok().filter(|site| self.sites.contains(*site)) {
            return Ok(Some(site));
        }
        let found = self.site_names.find(named);
        found.map(Some).map_err(|error| wrong(row.number, "site", error))
    }
}

/// A row that is valid by itself.
#[derive(Debug, Clone)]
struct Entry {
    number: u32,
    shift: Option<PatternShift>,
    reason: Option<Reason>,
}

/// The rows of one person, in the order of the sheet.
#[derive(Debug, Default)]
struct OfPerson {
    patterns: BTreeMap<WorkDate, Vec<(Weekday, Entry)>>,
    dates: BTreeMap<WorkDate, Vec<Entry>>,
}

impl OfPerson {
    fn first_row(&self) -> u32 {
        let of_patterns = self.patterns.values().flatten().map(|(_, entry)| entry.number);
        of_patterns.chain(self.dates.values().flatten().map(|entry| entry.number)).min().unwrap_or_default()
    }
}

/// Returns the steps of the import, in the order in which the people first appear in the sheet.
pub(super) fn checked(sheet: &RosterSheet, known: &Known<'_>) -> Result<Vec<Step>, Vec<FieldFault>> {
    let (mut people, mut errors): (BTreeMap<UserId, OfPerson>, Vec<FieldFault>) = (BTreeMap::new(), Vec::new());
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
    let no_days: BTreeMap<WorkDate, Day> = BTreeMap::new();
    for (user_id, of_person) in people {
        let Some(line) = known.rosters.get(&user_id).filter(|_| errors.len() < MAX_ERRORS) else { continue };
        let planner = known.planner(line);
        // Early clock-ins of today are checked when the step runs.
        let rostering = Rostering { planner: &planner, days: &no_days, now: known.now };
        let wanted = if of_person.patterns.is_empty() {
            days(&of_person.dates, &rostering)
        } else {
            patterns(&of_person.patterns, &rostering)
        };
        match wanted {
            Ok(wanted) => steps.push(Step { user_id, row: of_person.first_row(), wanted }),
            Err(of_rows) => errors.extend(of_rows),
        }
    }
    steps.sort_by_key(|step| step.row);
    errors.truncate(MAX_ERRORS);
    if errors.is_empty() { Ok(steps) } else { Err(errors) }
}

/// Checks a row by itself.
fn entry(row: &Row, known: &Known<'_>) -> Result<(UserId, Entry), Vec<FieldFault>> {
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
        return Err(vec![wrong(row.number, column, FieldRule::TodayOrLater)]);
    }
    if today.plus_days(HORIZON_DAYS) < date {
        return Err(vec![wrong(row.number, column, FieldRule::DaysAheadAtMost { days: i64::from(HORIZON_DAYS) })]);
    }
    let shift = row.shift.as_ref().map(|shift| PatternShift { times: shift.times, site_id: site });
    Ok((person.id, Entry { number: row.number, shift, reason: row.reason.clone() }))
}

/// A shift of a row.
#[derive(Debug, Clone, Copy)]
struct Placed {
    number: u32,
    slot: Slot,
    shift: PatternShift,
}

/// The refusal of one person's rows, without the shifts that were left out.
enum Refusal {
    /// Two shifts overlap. They are in the sheet or already planned.
    Clash(Clash),
    /// A column is wrong for all the rows together.
    Other(&'static str, FieldRule),
}

/// Returns the errors of one person's rows. If two shifts overlap, the later row is reported and left out, and the
/// rest is checked again. So all rows that overlap are reported at once.
fn errors_of(placed: &[Placed], first_row: u32, decide: impl Fn(&[Placed]) -> Result<(), Refusal>) -> Vec<FieldFault> {
    let (mut placed, mut errors) = (placed.to_vec(), Vec::new());
    for _ in 0..MAX_DECISIONS {
        match decide(&placed) {
            Ok(()) => break,
            Err(Refusal::Other(column, rule)) => {
                errors.push(wrong(first_row, column, rule));
                break;
            }
            Err(Refusal::Clash(clash)) => {
                let rows = clash.shifts().each_ref().map(|shift| row_of(&placed, shift));
                let Some(row) = rows.into_iter().flatten().max() else {
                    errors.push(wrong(first_row, "start", clash.rule()));
                    break;
                };
                let other = rows.into_iter().flatten().find(|other| *other != row);
                let rule = other.map_or_else(
                    || clash.rule(),
                    |other| FieldRule::OverlapWithRow { row: u64::from(other), shifts: clash.both() },
                );
                errors.push(wrong(row, "start", rule));
                placed.retain(|placed| placed.number != row);
            }
        }
    }
    errors
}

/// Returns the row of a shift; `None` for a shift that isn't in the sheet.
fn row_of(placed: &[Placed], shift: &Shift) -> Option<u32> {
    let date = shift.id.date();
    let held = placed.iter().filter_map(|placed| match placed.slot {
        Slot::Weekly { effective_from, .. } => Some(effective_from).filter(|from| *from <= date),
        Slot::Date(_) => None,
    });
    let held = held.max();
    let is_on = |slot: Slot| match slot {
        Slot::Weekly { effective_from, weekday } => Some(effective_from) == held && weekday == date.weekday(),
        Slot::Date(on) => on == date,
    };
    let of_date = placed.iter().filter(|placed| is_on(placed.slot) && placed.shift.site_id == shift.site_id);
    // If two shifts begin at the same time of day in two time zones, the id of the second shift has a later minute.
    let begun = of_date.filter(|placed| placed.shift.times.start <= shift.id.start());
    begun.max_by_key(|placed| placed.shift.times.start).map(|placed| placed.number)
}

/// Returns the patterns of the rows. A row without times is a day off.
fn patterns(
    rows: &BTreeMap<WorkDate, Vec<(Weekday, Entry)>>,
    rostering: &Rostering<'_>,
) -> Result<Wanted, Vec<FieldFault>> {
    let (mut weeks, mut placed, mut errors) = (BTreeMap::new(), Vec::new(), Vec::new());
    for (effective_from, entries) in rows {
        let offs: BTreeSet<Weekday> =
            entries.iter().filter(|(_, entry)| entry.shift.is_none()).map(|(weekday, _)| *weekday).collect();
        let mut shifts: BTreeMap<Weekday, usize> = BTreeMap::new();
        for (weekday, Entry { number, shift, .. }) in entries {
            let Some(shift) = *shift else { continue };
            let slot = Slot::Weekly { effective_from: *effective_from, weekday: *weekday };
            placed.push(Placed { number: *number, slot, shift });
            let count = shifts.entry(*weekday).or_default();
            *count += 1;
            if offs.contains(weekday) {
                let day = format!("{weekday:?}").to_lowercase();
                errors.push(wrong(*number, "weekday", FieldRule::WithAndWithoutTimes { day }));
            } else if *count == MAX_SHIFTS + 1 {
                errors.push(wrong(*number, "weekday", FieldRule::ShiftsAtMost { max: MAX_SHIFTS as u64 }));
            }
        }
        let row = entries.iter().map(|(_, entry)| entry.number).min().unwrap_or_default();
        let limits = rostering.planner.settings.weekly_offs;
        let offs = WeeklyOffs::try_from(offs.into_iter().collect::<Vec<_>>());
        if let Ok(offs) = offs.and_then(|offs| limits.check(&offs).map(|()| offs)) {
            weeks.insert(*effective_from, offs);
        } else {
            let rule = FieldRule::WeekOffs { days: limits.to_string(), from: effective_from.to_string() };
            errors.push(wrong(row, "weekday", rule));
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let patterns = |placed: &[Placed]| -> Result<Vec<Pattern>, Invalid> {
        weeks.iter().map(|(from, offs)| pattern(*from, offs, placed)).collect()
    };
    let first_row = rows.values().flatten().map(|(_, entry)| entry.number).min().unwrap_or_default();
    let errors = errors_of(&placed, first_row, |placed| {
        let patterns = patterns(placed).map_err(|error| Refusal::Other("weekday", error.into()))?;
        rostering.set_patterns(&patterns).map(drop).map_err(|refusal| match refusal {
            PatternRefusal::Clash(clash) => Refusal::Clash(clash),
            PatternRefusal::InThePast | PatternRefusal::TooFarAhead => Refusal::Other("effective_from", refusal.rule()),
            PatternRefusal::WeeklyOffs(_) => Refusal::Other("weekday", refusal.rule()),
            PatternRefusal::UnknownSite(_) | PatternRefusal::Invalid(_) => Refusal::Other("site", refusal.rule()),
        })
    });
    let patterns = patterns(&placed).map_err(|error| vec![wrong(first_row, "weekday", error)]);
    if errors.is_empty() { patterns.map(Wanted::Patterns) } else { Err(errors) }
}

/// Returns the pattern from a date on, with its days off and the shifts of its rows.
fn pattern(from: WorkDate, weekly_offs: &WeeklyOffs, placed: &[Placed]) -> Result<Pattern, Invalid> {
    let mut week = Week { weekly_offs: weekly_offs.clone(), shifts: BTreeMap::new() };
    for Placed { slot, shift, .. } in placed {
        match slot {
            Slot::Weekly { effective_from, weekday } if *effective_from == from => {
                week.shifts.entry(*weekday).or_default().push(*shift);
            }
            Slot::Weekly { .. } | Slot::Date(_) => {}
        }
    }
    Ok(Pattern { effective_from: from, rhythm: Rhythm::weekly(week)? })
}

/// Returns the plans of single dates from their rows.
fn days(rows: &BTreeMap<WorkDate, Vec<Entry>>, rostering: &Rostering<'_>) -> Result<Wanted, Vec<FieldFault>> {
    let (mut placed, mut reasons, mut errors) = (Vec::new(), BTreeMap::new(), Vec::new());
    for (date, entries) in rows {
        let with_times = entries.iter().filter(|entry| entry.shift.is_some()).count();
        if let Some(off) = entries.iter().find(|entry| entry.shift.is_none() && with_times > 0) {
            errors.push(wrong(off.number, "date", FieldRule::WithAndWithoutTimes { day: date.to_string() }));
        }
        if with_times > MAX_SHIFTS {
            let number = entries.last().map_or(0, |entry| entry.number);
            errors.push(wrong(number, "date", FieldRule::ShiftsAtMost { max: MAX_SHIFTS as u64 }));
        }
        for Entry { number, shift, .. } in entries {
            placed.extend(shift.map(|shift| Placed { number: *number, slot: Slot::Date(*date), shift }));
        }
        let reason = entries.iter().find_map(|entry| entry.reason.clone()).or_else(|| Reason::parse("Imported").ok());
        reasons.extend(reason.map(|reason| (*date, reason)));
    }
    let days = |placed: &[Placed]| -> BTreeMap<WorkDate, (DayPlan, Reason)> {
        let mut shifts: BTreeMap<WorkDate, Vec<PatternShift>> = BTreeMap::new();
        for Placed { slot, shift, .. } in placed {
            match slot {
                Slot::Date(date) => shifts.entry(*date).or_default().push(*shift),
                Slot::Weekly { .. } => {}
            }
        }
        let plan = |date: &WorkDate| shifts.get(date).map_or(DayPlan::Off, |shifts| DayPlan::Shifts(shifts.clone()));
        reasons.iter().map(|(date, reason)| (*date, (plan(date), reason.clone()))).collect()
    };
    let first_row = rows.values().flatten().map(|entry| entry.number).min().unwrap_or_default();
    errors.extend(errors_of(&placed, first_row, |placed| {
        rostering.plan_days(&days(placed)).map(drop).map_err(|(_, refusal)| match refusal {
            PlanRefusal::Clash(clash) => Refusal::Clash(clash),
            PlanRefusal::UnknownSite(_) | PlanRefusal::TooManySites => Refusal::Other("site", refusal.rule()),
            PlanRefusal::DayWorked | PlanRefusal::InThePast | PlanRefusal::TooFarAhead => {
                Refusal::Other("date", refusal.rule())
            }
        })
    }));
    if errors.is_empty() { Ok(Wanted::Days(days(&placed))) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(number: u8) -> SiteId {
        format!("01JBN2V7Q4W0M3T9K5ZXH8R6C{number}").parse().unwrap()
    }

    fn names(names: &[(&str, u8)]) -> SiteNames {
        names.iter().map(|(name, number)| (Name::parse(name).unwrap(), site(*number))).collect()
    }

    #[test]
    fn a_site_is_found_by_its_name_whatever_its_case_and_normal_form() {
        let sites = names(&[("İstanbul Liman", 1), ("Zu\u{308}rich", 2), ("Straße 7", 3)]);
        for (named, number) in [
            ("istanbul liman", 1),
            ("ISTANBUL  LIMAN", 1),
            ("Zürich", 2),
            ("ZÜRICH", 2),
            ("zurich", 2),
            ("STRASSE 7", 3),
        ] {
            assert_eq!(sites.find(named), Ok(site(number)), "{named}");
        }
        assert_eq!(sites.find("Nowhere").unwrap_err().rule(), &FieldRule::NotASite);
    }

    #[test]
    fn of_sites_whose_names_are_alike_the_one_that_is_spelled_so_is_found() {
        let sites = names(&[("Zürich", 1), ("Zurich", 2), ("Quay", 3), ("quay", 4), ("Quay", 5)]);
        assert_eq!((sites.find("Zürich"), sites.find("Zurich")), (Ok(site(1)), Ok(site(2))));
        assert_eq!(sites.find("quay"), Ok(site(4)));
        for several in ["ZURICH", "Quay", "QUAY"] {
            let refused = sites.find(several).unwrap_err();
            assert_eq!(refused.rule(), &FieldRule::AmbiguousSite, "{several}");
        }
    }
}
