//! The punches of the demo company's people. The same date always has the same punches, whenever the company is
//! created.

use jiff::{Timestamp, ToSpan, civil::Date, civil::Weekday, tz::TimeZone};

use super::{
    company::{AWAITED, Habit, NIGHT_WATCHMAN, PEOPLE, Person, Role, SICK_ON_LEAVE, SITES},
    leave::{DAYS_OF_LAST_WEEK, last_week},
};

/// A punch of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Punch {
    pub(super) at: Timestamp,
    pub(super) username: &'static str,
    pub(super) action: Action,
    pub(super) remark: Option<&'static str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    In,
    BreakStart,
    BreakEnd,
    Out,
}

/// The hours of a person on a date, in minutes after midnight.
#[derive(Debug, Clone, Copy)]
struct Hours {
    from: i64,
    until: i64,
    remark: Option<&'static str>,
}

/// The start and end of the company's shift, in minutes after midnight.
const START: i64 = 9 * 60;
const END: i64 = 18 * 60;

/// Returns all punches from `first` to `last` that are before `now`, in order of time.
pub(super) fn punches(first: Date, last: Date, now: Timestamp) -> Result<Vec<Punch>, String> {
    let mut punches = Vec::new();
    for person in PEOPLE.iter().filter(|person| person.role != Role::Admin) {
        let zone = zone(person)?;
        for date in first.series(1.day()).take_while(|date| *date <= last) {
            let is_on_leave = person.username == SICK_ON_LEAVE && is_on_leave(date, last);
            if is_on_leave || (date == last && person.username == AWAITED) {
                continue;
            }
            let Some(hours) = hours(person, date) else { continue };
            let moment = |minutes: i64, second: i64| {
                let midnight = date.to_datetime(jiff::civil::Time::midnight());
                let local = midnight + minutes.minutes().seconds(second);
                local.to_zoned(zone.clone()).map(|at| at.timestamp()).map_err(|error| error.to_string())
            };
            let draw = Draw::of(person, date);
            let came = moment(hours.from, draw.below(3, 60))?;
            let went = moment(hours.until, draw.below(4, 60))?;
            let punch = |at, action, remark| Punch { at, username: person.username, action, remark };
            punches.push(punch(came, Action::In, hours.remark));
            if takes_a_break(hours) {
                let lunch = hours.from + (hours.until - hours.from) / 2 - 30 + draw.below(7, 20);
                punches.push(punch(moment(lunch, 0)?, Action::BreakStart, Some("Lunch")));
                punches.push(punch(moment(lunch + 30 + draw.below(8, 35), 0)?, Action::BreakEnd, None));
            }
            punches.push(punch(went, Action::Out, None));
        }
    }
    punches.extend(delivery(&punches, last)?);
    punches.retain(|punch| punch.at < now);
    punches.sort_by_key(|punch| punch.at);
    Ok(punches)
}

/// Returns whether a date is within last week's leave.
fn is_on_leave(date: Date, today: Date) -> bool {
    let first = last_week(today);
    first <= date && date < first.saturating_add(DAYS_OF_LAST_WEEK.days())
}

/// Returns the night watchman's punches for a delivery, ten hours before his last shift before `today`. The clock-in
/// is outside the window, so it waits for a manager.
fn delivery(punches: &[Punch], today: Date) -> Result<Vec<Punch>, String> {
    let person = PEOPLE.iter().find(|person| person.username == NIGHT_WATCHMAN).ok_or("there is no night watchman")?;
    let zone = zone(person)?;
    let came = punches.iter().filter(|punch| punch.username == person.username && punch.action == Action::In);
    let nights = came.map(|punch| punch.at.to_zoned(zone.clone()).date()).filter(|date| *date < today);
    let Some(date) = nights.max() else { return Ok(Vec::new()) };
    let at = |minute: i8, action, remark| {
        let at = date.at(12, minute, 0, 0).to_zoned(zone.clone()).map_err(|error| error.to_string())?.timestamp();
        Ok::<_, String>(Punch { at, username: person.username, action, remark })
    };
    Ok(vec![at(5, Action::In, Some(DELIVERY))?, at(40, Action::Out, None)?])
}

/// The watchman's note about the delivery.
const DELIVERY: &str = "Let in a delivery";

/// Returns whether the person takes a break: people who work more than six hours do.
const fn takes_a_break(hours: Hours) -> bool {
    hours.until - hours.from > 6 * 60
}

/// Returns the last working day before `today` on which a person should have clocked in and didn't. The person asks
/// to correct this day.
pub(super) fn forgotten_day(punches: &[Punch], username: &str, zone: &TimeZone, today: Date) -> Option<Date> {
    let came: Vec<Date> = punches
        .iter()
        .filter(|punch| punch.username == username && punch.action == Action::In)
        .map(|punch| punch.at.to_zoned(zone.clone()).date())
        .collect();
    let first = *came.first()?;
    std::iter::successors(today.yesterday().ok(), |date| date.yesterday().ok())
        .take_while(|date| *date >= first)
        .filter(|date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday))
        .find(|date| !came.contains(date))
}

fn zone(person: &Person) -> Result<TimeZone, String> {
    let site = SITES.iter().find(|site| site.name == person.site).ok_or("somebody has no site")?;
    TimeZone::get(site.time_zone).map_err(|error| error.to_string())
}

/// Returns the hours of a person on a date; `None` if they don't work.
fn hours(person: &Person, date: Date) -> Option<Hours> {
    let draw = Draw::of(person, date);
    let off = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    if off {
        let saturday =
            person.habit == Habit::Industrious && date.weekday() == Weekday::Saturday && draw.below(0, 2) == 0;
        return saturday.then_some(Hours { from: 10 * 60, until: 14 * 60, remark: Some("Stocktaking") });
    }
    // Everyone is absent now and then.
    if draw.below(5, 20) == 0 {
        return None;
    }
    let in_time = Hours { from: START - 9 + draw.below(1, 12), until: END + draw.below(2, 12), remark: None };
    Some(match person.habit {
        Habit::OftenLate if draw.below(0, 5) < 2 => {
            let excuses = ["Train was late", "Dentist", "Overslept"];
            let remark = excuses.into_iter().nth(usize::try_from(draw.below(6, 3)).unwrap_or_default());
            Hours { from: START + 7 + draw.below(1, 35), remark, ..in_time }
        }
        Habit::Industrious => {
            Hours { from: START - 40 + draw.below(1, 25), until: END + 20 + draw.below(2, 100), remark: None }
        }
        Habit::LeavesEarly if draw.below(0, 3) == 0 => Hours { until: END - 90 + draw.below(2, 75), ..in_time },
        Habit::Forgetful if draw.below(0, 4) == 0 => return None,
        Habit::Night => Hours { from: 22 * 60 - 4 + draw.below(1, 8), until: 30 * 60 + draw.below(2, 9), remark: None },
        Habit::Punctual | Habit::OftenLate | Habit::LeavesEarly | Habit::Forgetful => in_time,
    })
}

/// Pseudorandom numbers that depend only on the person and the date.
#[derive(Debug, Clone, Copy)]
struct Draw(u64);

impl Draw {
    fn of(person: &Person, date: Date) -> Self {
        let name = person.username.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let day = i64::from(date.year()) * 366 + i64::from(date.day_of_year());
        Self(name.wrapping_mul(0x9E37_79B9).wrapping_add(day.unsigned_abs()))
    }

    /// Returns the number for a purpose, below `limit`.
    fn below(self, purpose: u64, limit: u64) -> i64 {
        // splitmix64
        let mut mixed = self.0.wrapping_add(purpose.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        i64::try_from(mixed % limit).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn fortnight() -> Vec<Punch> {
        let date = |date: &str| date.parse().unwrap();
        punches(date("2026-11-02"), date("2026-11-16"), "2026-11-16T11:00:00Z".parse().unwrap()).unwrap()
    }

    #[test]
    fn nobody_clocks_in_twice_without_having_clocked_out() {
        let mut working: BTreeMap<&str, bool> = BTreeMap::new();
        for punch in fortnight().into_iter().filter(|punch| matches!(punch.action, Action::In | Action::Out)) {
            let before = working.insert(punch.username, punch.action == Action::In).unwrap_or(false);
            assert_ne!(before, punch.action == Action::In, "{punch:?}");
        }
        assert_eq!(working.len(), PEOPLE.len() - 1);
    }

    #[test]
    fn the_history_ends_before_the_present_with_people_at_work() {
        let punches = fortnight();
        let now = "2026-11-16T11:00:00Z".parse().unwrap();
        assert!(punches.is_sorted_by_key(|punch| punch.at));
        assert!(punches.iter().all(|punch| punch.at < now));
        let arrivals = punches.iter().filter(|punch| punch.action == Action::In).count();
        let departures = punches.iter().filter(|punch| punch.action == Action::Out).count();
        assert!(arrivals > departures, "somebody is at work");
        assert_eq!(punches, fortnight(), "the same each time");
    }

    #[test]
    fn demo_punches_follow_each_persons_habits() {
        let punches = fortnight();
        let late = |username| {
            let mine = punches.iter().filter(|punch| punch.username == username && punch.action == Action::In);
            mine.filter(|punch| punch.remark.is_some()).count()
        };
        assert!(late("tom") > 0 && late("clara") > 0 && late("lena") == 0);
        let hamburg = TimeZone::get("Europe/Berlin").unwrap();
        let today = "2026-11-16".parse().unwrap();
        assert!(forgotten_day(&punches, "nina", &hamburg, today).is_some(), "nina forgets to clock in now and then");
        let night = punches.iter().filter(|punch| punch.username == "piotr" && punch.action == Action::In);
        let (noon, night): (Vec<&Punch>, Vec<&Punch>) = night.partition(|punch| punch.remark == Some(DELIVERY));
        assert_eq!(noon.len(), 1, "he comes once at noon");
        assert!(night.len() > 5);
        assert!(night.iter().all(|punch| punch.at.to_zoned(hamburg.clone()).hour() >= 21));
        let rui = punches.iter().filter(|punch| punch.username == "rui").map(|punch| punch.at.to_string());
        let (last_week, other): (Vec<String>, Vec<String>) =
            rui.partition(|at| ("2026-11-09".."2026-11-14").contains(&at.as_str()));
        assert!(last_week.is_empty() && !other.is_empty(), "{last_week:?}");
    }
}
