//! Compares the rule of overlaps with a slow model that doesn't use instants. The model goes through the wall clocks of all zones
//! minute by minute, marks each minute that a shift covers, and looks for a minute that is marked twice.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::Timestamp;
use proptest::prelude::*;

use super::team::Team;
use crate::{
    calendar::{Weekday, WorkDate, Zone},
    roster::{HORIZON_DAYS, PatternRefusal, PlanRefusal},
    schedule::{
        DayPlan, Pattern, PatternShift, Rhythm, Week,
        tests::company::{Company, date, shift, site_id},
    },
};

/// Berlin changes its clocks on 25 October 2026 and 28 March 2027, New York on 1 November and 14 March. The third zone is
/// the person's own.
const ZONES: [&str; 3] = ["Europe/Berlin", "America/New_York", "UTC"];
/// The dates that the model knows, and the minutes from the first one's UTC midnight on.
const FIRST: &str = "2026-10-01";
const DAYS: i32 = 420;
const MINUTES: usize = DAYS as usize * 1440;

/// The first minute of UTC at which the wall clock of a zone shows each of its minutes; none for minutes that the clock skips.
struct WallClock(Vec<Option<usize>>);

static WALL_CLOCKS: LazyLock<Vec<WallClock>> = LazyLock::new(|| ZONES.map(WallClock::of).into_iter().collect());

fn first() -> WorkDate {
    date(FIRST)
}

impl WallClock {
    fn of(zone: &str) -> Self {
        let zone = Zone::parse(zone).unwrap();
        let midnight: Timestamp = format!("{FIRST}T00:00:00Z").parse().unwrap();
        let mut seen = vec![None; MINUTES];
        // Clocks change at a quarter of an hour of UTC, if they do.
        for quarter in (0..MINUTES).step_by(15) {
            let at = midnight + jiff::SignedDuration::from_mins(i64::try_from(quarter).unwrap());
            let wall = zone.at(at).datetime();
            let days = WorkDate::from(wall.date()).days_since(first());
            let of_day = i32::from(wall.hour()) * 60 + i32::from(wall.minute());
            for minute in 0..15 {
                let shown = usize::try_from(days * 1440 + of_day).ok();
                if let Some(place) = shown.and_then(|shown| seen.get_mut(shown + minute)) {
                    place.get_or_insert(quarter + minute);
                }
            }
        }
        Self(seen)
    }

    /// Returns the UTC minute of a time. A skipped time is counted on from the last time that the clock shows.
    fn minute(&self, days: i32, of_day: i32) -> usize {
        let shown = usize::try_from(days * 1440 + of_day).unwrap();
        (0..).find_map(|back| self.0[shown - back].map(|minute| minute + back)).unwrap()
    }
}

/// Returns the minutes of a shift.
fn minutes(on: WorkDate, shift: &PatternShift) -> std::ops::Range<usize> {
    let clock = shift.site_id.map_or(2, |site| usize::from(site == site_id(2)));
    let (clock, days, times) = (&WALL_CLOCKS[clock], on.days_since(first()), shift.times);
    let of_day = |time: crate::calendar::TimeOfDay| i32::from(time.minutes_since_midnight());
    let start = clock.minute(days, of_day(times.start));
    let end = clock.minute(days + i32::from(times.end <= times.start), of_day(times.end));
    if start < end { start..end } else { start..start + usize::try_from(times.nominal_minutes()).unwrap() }
}

/// Returns whether two shifts, of which at least one is `concerned`, share a minute.
fn two_at_once<'a>(shifts: impl Iterator<Item = (WorkDate, &'a PatternShift, bool)>) -> bool {
    let mut marks: Vec<Option<bool>> = vec![None; MINUTES];
    for (on, shift, concerned) in shifts {
        for mark in &mut marks[minutes(on, shift)] {
            match mark {
                Some(earlier) if *earlier || concerned => return true,
                Some(_) => {}
                None => *mark = Some(concerned),
            }
        }
    }
    false
}

/// A schedule as the model sees it.
#[derive(Debug, Default, Clone)]
struct Model {
    patterns: BTreeMap<WorkDate, Rhythm>,
    plans: BTreeMap<WorkDate, Vec<PatternShift>>,
}

impl Model {
    /// Returns the shifts of a date, and the pattern that they come from.
    fn shifts_on(&self, on: WorkDate) -> (&[PatternShift], Option<WorkDate>) {
        match (self.plans.get(&on), self.patterns.range(..=on).next_back()) {
            (Some(plan), _) => (plan, None),
            (None, Some((from, rhythm))) => (rhythm.shifts_on(on), Some(*from)),
            // The company's default has no work on any weekday.
            (None, None) => (&[], None),
        }
    }

    fn takes_pattern(&self, pattern: &Pattern) -> bool {
        let from = pattern.effective_from;
        let (alone, after) = (Self::default().with(pattern), self.with(pattern));
        let examined = |model: &Self, earliest: i32| {
            let dates = (earliest..=HORIZON_DAYS + 3).map(|days| from.plus_days(days));
            let shifts = dates.flat_map(|on| {
                let (shifts, of) = model.shifts_on(on);
                shifts.iter().map(move |shift| (on, shift, of == Some(from)))
            });
            two_at_once(shifts)
        };
        !examined(&alone, 0) && !examined(&after, -3)
    }

    fn takes_plan(&self, on: WorkDate, plan: &[PatternShift]) -> bool {
        let mut after = self.clone();
        after.plans.insert(on, plan.to_vec());
        let dates = (-3..=3).map(|days| on.plus_days(days));
        !two_at_once(dates.flat_map(|near| {
            let shifts = after.shifts_on(near).0;
            shifts.iter().map(move |shift| (near, shift, near == on))
        }))
    }

    fn with(&self, pattern: &Pattern) -> Self {
        let mut after = self.clone();
        after.patterns.insert(pattern.effective_from, pattern.rhythm.clone());
        after
    }
}

/// Times of day that touch one another in many pairs of zones, and those around the changes of the clocks.
const TIMES: [&str; 14] = [
    "00:00", "01:00", "01:59", "02:00", "02:30", "03:00", "03:30", "06:00", "07:00", "08:00", "12:00", "13:00",
    "18:00", "23:00",
];

fn shifts() -> impl Strategy<Value = PatternShift> {
    let lasting = prop_oneof![4 => 1..4usize, 1 => 1..TIMES.len()];
    (0..TIMES.len(), lasting, 0..3u128).prop_map(|(start, lasting, site)| {
        let shift = shift(TIMES[start], TIMES[(start + lasting) % TIMES.len()], 0);
        PatternShift { site_id: (site > 0).then(|| site_id(site)), ..shift }
    })
}

fn weeks() -> impl Strategy<Value = Week> {
    proptest::collection::vec((0..7usize, shifts()), 1..6).prop_map(|placed| {
        let mut week = Week { weekly_offs: vec![].try_into().unwrap(), shifts: BTreeMap::new() };
        for (weekday, shift) in placed {
            week.shifts.entry(Weekday::ALL[weekday]).or_default().push(shift);
        }
        week
    })
}

fn patterns() -> impl Strategy<Value = Pattern> {
    let rhythm = proptest::collection::vec(weeks(), 1..3).prop_map(|weeks| match <[Week; 1]>::try_from(weeks) {
        Ok([week]) => Rhythm::weekly(week).unwrap(),
        Err(weeks) => Rhythm::rotation(weeks, date("2026-10-05")).unwrap(),
    });
    (0..20i32, rhythm).prop_map(|(days, rhythm)| Pattern { effective_from: date("2026-10-19").plus_days(days), rhythm })
}

#[derive(Debug, Clone)]
enum Change {
    Pattern(Pattern),
    Plan(WorkDate, Vec<PatternShift>),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let on = (0..25i32).prop_map(|days| date("2026-10-17").plus_days(days));
    let plan = (on, proptest::collection::vec(shifts(), 1..3)).prop_map(|(on, plan)| Change::Plan(on, plan));
    proptest::collection::vec(prop_oneof![patterns().prop_map(Change::Pattern), plan], 1..7)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shifts_overlap_just_where_a_minute_is_worked_twice(changes in changes()) {
        let company = Company::in_zone("UTC").settings(
            r#"{"weekly_offs": {"min": 0, "max": 7}, "default_weekly_offs":
                ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]}"#,
        );
        let mut team = Team::of([company.site(site_id(1), ZONES[0]).site(site_id(2), ZONES[1])]);
        let now = team.people[0].at("2026-10-12 12:00");
        let mut model = Model::default();
        for change in changes {
            match change {
                Change::Pattern(pattern) => {
                    let taken = match team.set_pattern(0, pattern.clone(), now) {
                        Ok(_) => true,
                        Err(PatternRefusal::Clash(_)) => false,
                        Err(other) => panic!("{other:?}"),
                    };
                    prop_assert_eq!(taken, model.takes_pattern(&pattern), "{:?} after {:?}", pattern, model);
                    if taken {
                        model = model.with(&pattern);
                    }
                }
                Change::Plan(on, plan) => {
                    let taken = match team.plan(0, on, DayPlan::Shifts(plan.clone()), now) {
                        Ok(()) => true,
                        Err(PlanRefusal::Clash(_)) => false,
                        Err(other) => panic!("{other:?}"),
                    };
                    prop_assert_eq!(taken, model.takes_plan(on, &plan), "{:?} on {} after {:?}", plan, on, model);
                    if taken {
                        model.plans.insert(on, plan);
                    }
                }
            }
        }
    }
}
