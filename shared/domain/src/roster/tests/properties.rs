//! Random changes of several people's schedules at random times. The invariants of rosters are checked after every change.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::team::Team;
use crate::{
    calendar::{WorkDate, Zone},
    id::SiteId,
    schedule::{
        Assignment, DayPlan, Pattern, PatternShift, Rhythm, Shift, Week,
        tests::company::{Company, MONDAY_TO_SATURDAY, shift, site_id, week},
    },
    swap::Swap,
};

/// A random change. People are numbers, and dates are days from the start.
#[derive(Debug, Clone)]
enum Change {
    Pattern {
        who: usize,
        from: i32,
        rhythm: usize,
    },
    Plan {
        who: usize,
        on: i32,
        plan: usize,
    },
    Unplan {
        who: usize,
        on: i32,
    },
    Ask {
        asker: usize,
        other: usize,
        my_date: i32,
        their_date: Option<i32>,
    },
    /// Makes one of the requested swaps, even an outdated one.
    Make {
        which: prop::sample::Index,
    },
    /// A person presses any clock button.
    Punch {
        who: usize,
    },
}

#[derive(Debug, Clone)]
struct Step {
    wait: i64,
    change: Change,
}

const PEOPLE: usize = 3;
/// The dates that are checked, as days from the start.
const LOOKED_AT: std::ops::RangeInclusive<i32> = -4..=40;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let day = || -3..16i32;
    let who = || 0..PEOPLE;
    let change = prop_oneof![
        2 => (who(), day(), 0..rhythms().len()).prop_map(|(who, from, rhythm)| Change::Pattern { who, from, rhythm }),
        5 => (who(), day(), 0..plans().len()).prop_map(|(who, on, plan)| Change::Plan { who, on, plan }),
        2 => (who(), day()).prop_map(|(who, on)| Change::Unplan { who, on }),
        6 => (who(), 1..PEOPLE, day(), proptest::option::of(day())).prop_map(|(asker, further, my_date, their_date)| {
            Change::Ask { asker, other: (asker + further) % PEOPLE, my_date, their_date }
        }),
        6 => any::<prop::sample::Index>().prop_map(|which| Change::Make { which }),
        2 => who().prop_map(|who| Change::Punch { who }),
    ];
    let wait = prop_oneof![4 => 0..60i64, 2 => 0..720i64, 1 => 720..3000i64];
    proptest::collection::vec((wait, change).prop_map(|(wait, change)| Step { wait, change }), 1..50)
}

/// The site in Tokyo.
fn tokyo() -> SiteId {
    site_id(1)
}

fn there(start: &str, end: &str) -> PatternShift {
    PatternShift { site_id: Some(tokyo()), ..shift(start, end, 0) }
}

fn rhythms() -> Vec<Rhythm> {
    let every = |shifts: &[PatternShift]| week(&MONDAY_TO_SATURDAY, shifts);
    let weekly = |week: Week| Rhythm::weekly(week).unwrap();
    vec![
        weekly(every(&[shift("09:00", "17:00", 30)])),
        weekly(every(&[shift("22:00", "06:00", 0)])),
        weekly(every(&[shift("00:00", "08:00", 0)])),
        weekly(every(&[shift("06:00", "10:00", 0), shift("14:00", "18:00", 0)])),
        weekly(every(&[there("08:00", "16:00")])),
        Rhythm::rotation(
            vec![every(&[shift("06:00", "14:00", 0)]), every(&[shift("14:00", "22:00", 0)])],
            "2026-10-12".parse().unwrap(),
        )
        .unwrap(),
    ]
}

fn plans() -> Vec<DayPlan> {
    vec![
        DayPlan::Off,
        DayPlan::Shifts(vec![shift("05:00", "13:00", 0)]),
        DayPlan::Shifts(vec![shift("20:00", "08:00", 60)]),
        DayPlan::Shifts(vec![shift("12:00", "12:00", 0)]),
        DayPlan::Shifts(vec![shift("03:00", "05:00", 0), shift("18:00", "20:00", 0)]),
        DayPlan::Shifts(vec![there("07:00", "15:00")]),
        DayPlan::Shifts(vec![there("23:00", "07:00")]),
    ]
}

/// A company whose people live in different zones, shortly before the clocks change in some of them or a year ends.
fn begins() -> impl Strategy<Value = (&'static str, &'static str)> {
    prop_oneof![
        Just(("2026-10-20T12:00:00Z", "Europe/Berlin")),
        Just(("2026-03-24T12:00:00Z", "Europe/Berlin")),
        Just(("2026-12-27T12:00:00Z", "Pacific/Auckland")),
        Just(("2026-06-01T12:00:00Z", "America/Los_Angeles")),
    ]
}

struct Tested {
    team: Team,
    begins: Timestamp,
    minute: i64,
    asked: Vec<Swap>,
    /// The expected work of each person on dates that are over.
    past: BTreeMap<(usize, WorkDate), Assignment>,
}

impl Tested {
    fn new(begins: &str, zone: &str) -> Self {
        let company = || {
            let sites = Company::in_zone("UTC").site(tokyo(), "Asia/Tokyo").site(site_id(2), zone);
            sites.site(site_id(3), "UTC")
        };
        let begins: Timestamp = begins.parse().unwrap();
        let first = Zone::UTC.date_of(begins);
        let holiday = first.plus_days(9).to_string();
        let mut people = [company(), company(), company()].map(|it| it.holiday(&holiday, Some(site_id(2)), None));
        people[1].person.time_zone = Some(Zone::parse(zone).unwrap());
        for (company, site) in people.iter_mut().zip([3, 3, 2]) {
            company.person.site_id = Some(site_id(site));
        }
        Self { team: Team::of(people), begins, minute: 0, asked: Vec::new(), past: BTreeMap::new() }
    }

    fn now(&self) -> Timestamp {
        self.begins + jiff::SignedDuration::from_mins(self.minute)
    }

    fn date(&self, days: i32) -> WorkDate {
        Zone::UTC.date_of(self.begins).plus_days(days)
    }

    fn take(&mut self, step: Step) {
        self.minute += step.wait;
        self.remember_the_past();
        let now = self.now();
        match step.change {
            Change::Pattern { who, from, rhythm } => {
                let pattern = Pattern { effective_from: self.date(from), rhythm: rhythms().remove(rhythm) };
                let _refused = self.team.set_pattern(who, pattern, now);
            }
            Change::Plan { who, on, plan } => {
                let _refused = self.team.plan(who, self.date(on), plans().remove(plan), now);
            }
            Change::Unplan { who, on } => {
                let _refused = self.team.unplan(who, self.date(on), now);
            }
            Change::Ask { asker, other, my_date, their_date } => {
                let theirs = (other, their_date.map(|days| self.date(days)));
                self.asked.extend(self.team.ask((asker, self.date(my_date)), theirs, now));
            }
            Change::Make { which } if !self.asked.is_empty() => {
                let swap = self.asked[which.index(self.asked.len())].clone();
                let pair = [swap.from_user_id, swap.with_user_id].map(|id| self.team.number(id));
                let before = self.shifts_of(&pair);
                let made = self.team.make(&swap, now);
                assert!(self.shifts_of(&pair) == before, "{made:?} lost or made a shift: {swap:?}");
            }
            Change::Make { .. } => {}
            Change::Punch { who } => {
                let company = &mut self.team.people[who];
                if company.clock_out_at(now).is_err() {
                    let _refused = company.clock_in_at(now);
                }
            }
        }
    }

    fn remember_the_past(&mut self) {
        let (now, dates) = (self.now(), LOOKED_AT.map(|days| self.date(days)).collect::<Vec<_>>());
        for who in 0..PEOPLE {
            let planner = self.team.people[who].planner();
            for date in dates.iter().filter(|date| **date < planner.today(now)) {
                self.past.entry((who, *date)).or_insert_with(|| planner.assignment(*date));
            }
        }
    }

    /// Returns every shift of some people: its start, its end, its break and its site. It doesn't matter which of them works it.
    fn shifts_of(&self, people: &[usize]) -> Vec<(Timestamp, Timestamp, i64, Option<SiteId>)> {
        let mut all: Vec<_> = people
            .iter()
            .flat_map(|who| {
                let company = &self.team.people[*who];
                let place = company.person.site_id;
                let shifts = LOOKED_AT.flat_map(|days| company.planner().assignment(self.date(days)).shifts);
                shifts.map(move |it: Shift| (it.start_at, it.end_at, it.break_seconds, it.site_id.or(place)))
            })
            .collect();
        all.sort_unstable();
        all
    }

    fn hold_invariants(&self) {
        for (who, company) in self.team.people.iter().enumerate() {
            let planner = company.planner();
            let mut shifts: Vec<Shift> = LOOKED_AT.flat_map(|days| planner.planned_shifts(self.date(days))).collect();
            shifts.sort_by_key(|shift| shift.start_at);
            for [earlier, later] in shifts.array_windows() {
                assert!(earlier.end_at <= later.start_at, "{who} has two shifts at once: {earlier:?} and {later:?}");
                assert_ne!(earlier.id, later.id);
            }
            for day in company.days.values().filter(|day| !day.is_frozen(self.now())) {
                assert_eq!(day.shifts(), planner.assignment(day.date()).shifts, "stored days follow");
            }
        }
        for ((who, date), assignment) in &self.past {
            let now = self.team.people[*who].planner().assignment(*date);
            assert_eq!(&now, assignment, "what was expected on a date that is over never changes");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_changes_never_cause_overlaps_or_lose_a_shift((begins, zone) in begins(), steps in steps()) {
        let mut tested = Tested::new(begins, zone);
        for step in steps {
            tested.take(step);
            tested.hold_invariants();
        }
    }
}
