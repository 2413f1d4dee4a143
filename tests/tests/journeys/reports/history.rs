//! For every history of a company, its reports are the sum of its days. Histories are random. The expected figures are added up
//! from the raw days, one by one, as the API shows them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

use super::{at, rows};

const PEOPLE: usize = 4;
/// The dates of the histories, from Monday 2 November on. One more date is examined.
const DATES: u8 = 6;

/// A person's actions on a date. Times are minutes after 07:00.
#[derive(Debug, Clone)]
enum Deed {
    StaysAway,
    Works { comes: u16, goes: u16 },
    WorksWithBreak { comes: u16, begins: u16, lasts: u16, goes: u16 },
    IsEdited { comes: u16, goes: u16, to: (u16, u16) },
    IsExcused { comes: u16, goes: u16 },
    Moves { comes: u16, goes: u16 },
}

fn deed() -> impl Strategy<Value = Deed> {
    let comes = 30u16..300;
    let lasts = 60u16..600;
    let works = (comes, lasts).prop_map(|(comes, lasts)| (comes, comes + lasts));
    prop_oneof![
        1 => Just(Deed::StaysAway),
        3 => works.clone().prop_map(|(comes, goes)| Deed::Works { comes, goes }),
        2 => (works.clone(), 1u16..20, 5u16..30).prop_map(|((comes, goes), after, lasts)| Deed::WorksWithBreak {
            comes, begins: comes + after, lasts, goes
        }),
        2 => (works.clone(), works.clone()).prop_map(|((comes, goes), to)| Deed::IsEdited { comes, goes, to }),
        2 => works.clone().prop_map(|(comes, goes)| Deed::IsExcused { comes, goes }),
        1 => works.prop_map(|(comes, goes)| Deed::Moves { comes, goes }),
    ]
}

fn time(date: u8, minutes: u16) -> String {
    format!("{date:02}T{:02}:{:02}", 7 + minutes / 60, minutes % 60)
}

/// Returns the punches of all people on a date in the order of time.
fn punches(deeds: &[Deed]) -> Vec<(u16, usize, &'static str)> {
    let mut punches = Vec::new();
    for (person, deed) in deeds.iter().enumerate() {
        match *deed {
            Deed::StaysAway => {}
            Deed::Works { comes, goes }
            | Deed::IsEdited { comes, goes, .. }
            | Deed::IsExcused { comes, goes }
            | Deed::Moves { comes, goes } => {
                punches.extend([(comes, person, "/clock/in"), (goes, person, "/clock/out")]);
            }
            Deed::WorksWithBreak { comes, begins, lasts, goes } => punches.extend([
                (comes, person, "/clock/in"),
                (begins, person, "/breaks/start"),
                (begins + lasts, person, "/breaks/end"),
                (goes, person, "/clock/out"),
            ]),
        }
    }
    punches.sort_unstable();
    punches
}

struct Past {
    company: Company,
    people: Vec<Person>,
    departments: [String; 2],
}

impl Past {
    async fn start() -> Self {
        let company = Company::start().await;
        let departments = [company.department("Harbour").await, company.department("Workshop").await];
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            let department = &departments[number % 2];
            people.push(company.person(&format!("person{number}"), json!({"department_id": department})).await);
        }
        company.settings(json!({"late_deduction": {"mode": "off"}})).await;
        Self { company, people, departments }
    }

    async fn schedule(&self, name: &str) {
        self.company.post(&format!("/_local/schedules/{name}")).send().await.expect(200);
    }

    async fn live_through(&self, date: u8, deeds: &[Deed]) {
        at(&self.company, &self.company.admin, &format!("{date:02}T06:59")).await;
        self.schedule("open-day").await;
        for (minutes, person, path) in punches(deeds) {
            let person = at(&self.company, &self.people[person], &time(date, minutes)).await;
            let reply = self.company.post(path).by(&person).json(json!({})).send().await;
            // A punch before the window or after the shift's end is refused, and so are the punches that depend on it.
            assert!(reply.status.is_success() || reply.status == 409, "{path}: {}", reply.text);
        }
        let admin = at(&self.company, &self.company.admin, &format!("{date:02}T23:00")).await;
        self.schedule("lateness").await;
        for (person, deed) in self.people.iter().zip(deeds) {
            let day = format!("/attendance/{}/2026-11-{date:02}", person.id);
            let reply = match deed {
                Deed::StaysAway | Deed::Works { .. } | Deed::WorksWithBreak { .. } => continue,
                Deed::IsEdited { to, .. } => {
                    let instant = |minutes| format!("2026-11-{}:00+03:00", time(date, minutes));
                    let session = json!({"clock_in": instant(to.0), "clock_out": instant(to.1), "breaks": []});
                    let edit = json!({"sessions": [session], "reason": "As it was"});
                    self.company.put(&day).by(&admin).json(edit).send().await
                }
                Deed::IsExcused { .. } => {
                    let excuse = self.company.post(&format!("{day}/excuse")).by(&admin);
                    excuse.json(json!({"reason": "The train"})).send().await
                }
                Deed::Moves { .. } => {
                    let path = format!("/users/{}", person.id);
                    let now = self.company.get(&path).by(&admin).send().await.expect(200);
                    let to = usize::from(now.str("department_id") == self.departments[0]);
                    let moves = json!({"department_id": self.departments[to]});
                    self.company.patch(&path).by(&admin).json(moves).send().await
                }
            };
            assert!(reply.status.is_success() || reply.status == 409, "{}", reply.text);
        }
        self.company.settle().await;
    }

    /// Returns every day, with the id of its person.
    async fn days(&self, admin: &Person) -> Vec<(String, Value)> {
        let mut days = Vec::new();
        for person in &self.people {
            let path = format!("/attendance/{}?from=2026-11-01&to=2026-11-30&limit=200", person.id);
            let page = self.company.get(&path).by(admin).send().await.expect(200);
            days.extend(page.items().iter().map(|day| (person.id.clone(), day.clone())));
        }
        days
    }
}

/// Returns the figures of a raw day, recalculated from its punches where that is possible without the schedule.
fn worth(day: &Value) -> BTreeMap<&'static str, i64> {
    let number = |name: &str| day[name].as_i64().unwrap();
    let instant = |value: &Value| value.as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_second();
    let flags: Vec<&str> = day["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap()).collect();
    let counts = |yes: bool| i64::from(yes);
    let (mut elapsed, mut breaks, mut unpaid) = (0, 0, 0);
    for session in day["sessions"].as_array().unwrap().iter().filter(|session| !session["clock_out"].is_null()) {
        elapsed += instant(&session["clock_out"]["at"]) - instant(&session["clock_in"]["at"]);
        for pause in session["breaks"].as_array().unwrap() {
            let length = instant(&pause["ended_at"]) - instant(&pause["started_at"]);
            breaks += length;
            unpaid += if pause["paid"] == true { 0 } else { length };
        }
    }
    let excused = flags.contains(&"excused");
    let worked = elapsed - unpaid - number("auto_break_seconds");
    BTreeMap::from([
        ("worked_seconds", worked),
        ("break_seconds", breaks),
        ("scheduled_seconds", number("scheduled_seconds")),
        ("overtime_seconds", number("overtime_seconds")),
        ("late_seconds", number("late_seconds")),
        ("early_leave_seconds", number("early_leave_seconds")),
        ("days_present", counts(day["status"] == "present")),
        ("days_absent", counts(day["status"] == "absent" && !excused)),
        ("days_late", counts(flags.contains(&"late") && !excused)),
    ])
}

fn add(sums: &mut BTreeMap<&'static str, i64>, of: &BTreeMap<&'static str, i64>) {
    for (name, number) in of {
        *sums.entry(name).or_default() += number;
    }
}

/// Returns the figures of rows by the value that identifies each row, as far as the report contains them.
fn figures(rows: &[Value], about: &str) -> BTreeMap<String, BTreeMap<String, i64>> {
    let mut sums: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for row in rows {
        let sum = sums.entry(row[about].as_str().unwrap_or_default().to_owned()).or_default();
        for (name, value) in row.as_object().unwrap() {
            if let Some(number) = value.as_i64() {
                *sum.entry(name.clone()).or_default() += number;
            }
        }
    }
    sums
}

/// Compares rows with sums of days, figure by figure. Figures that a report doesn't contain aren't compared.
fn assert_same(rows: &[Value], about: &str, expected: &BTreeMap<String, BTreeMap<&'static str, i64>>, what: &str) {
    let found = figures(rows, about);
    for (key, expected) in expected {
        let none = BTreeMap::new();
        let found = found.get(key).unwrap_or(&none);
        for (name, number) in expected {
            let has_it = rows.first().is_some_and(|row| row.get(*name).is_some());
            if has_it || *number != 0 && rows.is_empty() {
                assert_eq!(found.get(*name).copied().unwrap_or_default(), *number, "{name} of {key} in {what}");
            }
        }
    }
    for key in found.keys() {
        let is_zero = found[key].values().all(|number| *number == 0);
        assert!(expected.contains_key(key) || is_zero, "{key} in {what} comes from nowhere");
    }
}

async fn check(history: Vec<Vec<Deed>>) {
    let past = Past::start().await;
    for (date, deeds) in (2u8..).zip(&history) {
        past.live_through(date, deeds).await;
    }
    let admin = at(&past.company, &past.company.admin, "09T12:00").await;
    let days = past.days(&admin).await;
    assert!(!days.is_empty());

    let (mut by_person, mut by_date, mut all) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (person, day) in &days {
        let worth = worth(day);
        assert_eq!(worth["worked_seconds"], day["worked_seconds"].as_i64().unwrap(), "{day}");
        add(by_person.entry(person.clone()).or_default(), &worth);
        add(by_date.entry(day["date"].as_str().unwrap().to_owned()).or_default(), &worth);
        add(&mut all, &worth);
    }
    let report = async |query: &str| {
        let reply = past.company.get(&format!("/reports/{query}")).by(&admin).send().await.expect(200);
        (rows(&reply), reply.body["totals"].clone())
    };
    let november = "from=2026-11-01&to=2026-11-30";
    let (months, totals) = report("monthly-work?year=2026&month=11").await;
    assert_same(&months, "user_id", &by_person, "the month");
    for (name, number) in &all {
        assert_eq!(totals[*name], json!(number), "{name} of all");
    }
    // Whole months, which come from totals, and ranges of days.
    for dates in [november, "from=2026-11-01&to=2026-11-29"] {
        let (users, _) = report(&format!("worked-hours?{dates}&group_by=user")).await;
        assert_same(&users, "user_id", &by_person, dates);
    }
    let (dates, _) = report(&format!("worked-hours?{november}&group_by=day")).await;
    assert_same(&dates, "from", &by_date, "dates");
    for group in ["week", "month", "department"] {
        let (_, totals) = report(&format!("worked-hours?{november}&group_by={group}")).await;
        assert_eq!(totals["worked_seconds"], json!(all["worked_seconds"]), "{group}");
    }
    let (late, totals) = report(&format!("lateness?{november}")).await;
    let late_days = days.iter().filter(|(_, day)| day["late_seconds"] != 0).count();
    assert_eq!(late.len(), late_days);
    assert_eq!(totals, json!({"late_seconds": all["late_seconds"], "days_late": all["days_late"]}));
    let (_, totals) = report(&format!("trends?{november}")).await;
    for name in ["days_present", "days_late", "days_absent"] {
        assert_eq!(totals[name], json!(all[name]), "{name} of trends");
    }
    let (sessions, _) = report(&format!("attendance?{november}")).await;
    let of_days: usize = days.iter().map(|(_, day)| day["sessions"].as_array().unwrap().len()).sum();
    assert_eq!(sessions.len(), of_days);
    let month = json!({"year": 2026, "month": 11});
    let rebuilt = past.company.post("/reports/rebuild").by(&admin).json(month).send().await.expect(200);
    assert_eq!(rebuilt.body["differences"], json!([]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn reports_are_the_sum_of_the_days_of_random_histories(
        history in prop::collection::vec(prop::collection::vec(deed(), PEOPLE), usize::from(DATES))
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(check(history));
    }
}
