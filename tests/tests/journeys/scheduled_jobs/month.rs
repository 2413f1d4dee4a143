//! A month of a company of sixty people in three zones, over the end of summer time in two of them. The actions of the people
//! are random. A simple model predicts the results; all that it knows of the scheduled jobs is that they run every hour of a
//! workday. The test takes about four minutes of processor time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

/// Berlin's summer time ends on 25 October, New York's on 1 November.
const ZONES: [&str; 3] = ["Europe/Berlin", "America/New_York", "Asia/Kolkata"];
const FIRST: Date = jiff::civil::date(2026, 10, 12);
const LAST: Date = jiff::civil::date(2026, 11, 11);
const PEOPLE: usize = 60;
/// The people whose allowance falls below the threshold of three days with the first deduction for lateness.
const SHORT_OF_LEAVE: usize = 6;
/// Every tenth person is on leave from the Monday to the Wednesday of this week.
const ON_LEAVE: [Date; 3] =
    [jiff::civil::date(2026, 10, 26), jiff::civil::date(2026, 10, 27), jiff::civil::date(2026, 10, 28)];

/// A person's actions on a workday, in minutes since local midnight. Never on a full hour, when the scheduled jobs run in most
/// zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conduct {
    Works { comes: i64, goes: i64 },
    ForgetsToClockOut { comes: i64 },
    StaysAway,
    IsOnLeave,
}

/// A small random number generator, which produces the same month in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: u64) -> u64 {
        // Knuth's MMIX constants.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// Returns a minute of the range that isn't the first of an hour.
    fn minute(&mut self, from: i64, until: i64) -> i64 {
        let width = u64::try_from(until - from).unwrap();
        let minute = from + i64::try_from(self.below(width)).unwrap();
        if minute % 60 == 0 { minute + 1 } else { minute }
    }

    fn conduct(&mut self) -> Conduct {
        let on_time = 8 * 60 + 10..9 * 60 + 6;
        match self.below(20) {
            0 => Conduct::StaysAway,
            1 => Conduct::ForgetsToClockOut { comes: self.minute(on_time.start, on_time.end) },
            2 => Conduct::Works {
                comes: self.minute(on_time.start, on_time.end),
                goes: self.minute(14 * 60, 17 * 60 + 54),
            },
            3..=5 => {
                Conduct::Works { comes: self.minute(9 * 60 + 6, 12 * 60), goes: self.minute(18 * 60 + 1, 19 * 60) }
            }
            _ => Conduct::Works { comes: self.minute(on_time.start, on_time.end), goes: self.minute(18 * 60, 19 * 60) },
        }
    }
}

fn workdays() -> Vec<Date> {
    let dates = std::iter::successors(Some(FIRST), |date| date.checked_add(1.day()).ok());
    dates.take_while(|date| *date <= LAST).filter(|date| date.weekday().to_monday_one_offset() <= 5).collect()
}

fn zone_of(person: usize) -> &'static str {
    ZONES[person % ZONES.len()]
}

fn instant(person: usize, date: Date, minute: i64) -> Timestamp {
    let midnight = date.to_zoned(TimeZone::get(zone_of(person)).unwrap()).unwrap();
    // Local time: the days on which summer time ends are Sundays, and nobody works then.
    midnight
        .datetime()
        .checked_add(minute.minutes())
        .unwrap()
        .to_zoned(midnight.time_zone().clone())
        .unwrap()
        .timestamp()
}

/// The expected result of a day.
#[derive(Debug, PartialEq, Eq)]
struct Expected {
    status: &'static str,
    late_seconds: i64,
    early_leave_seconds: i64,
}

fn expected(conduct: Conduct) -> Expected {
    let (status, late, early) = match conduct {
        Conduct::StaysAway => ("absent", 0, 0),
        Conduct::IsOnLeave => ("on_leave", 0, 0),
        Conduct::ForgetsToClockOut { comes } => ("present", comes - 540, 0),
        Conduct::Works { comes, goes } => ("present", comes - 540, 1080 - goes),
    };
    let beyond_grace = |minutes: i64| if minutes > 5 { 60 * minutes } else { 0 };
    Expected { status, late_seconds: beyond_grace(late), early_leave_seconds: beyond_grace(early) }
}

/// Returns the kinds of notifications that managers must get about a day.
fn news(person: usize, conduct: Conduct) -> BTreeSet<&'static str> {
    // The first full hour of UTC after the start and the grace period is ten o'clock; in Kolkata, half an hour apart, it is
    // half past nine.
    let looked_at = if zone_of(person) == "Asia/Kolkata" { 570 } else { 600 };
    let is_missing = |comes: i64| comes >= looked_at;
    let expected = expected(conduct);
    let mut kinds = BTreeSet::new();
    match conduct {
        Conduct::StaysAway => kinds.extend(["not_arrived", "absent"]),
        Conduct::IsOnLeave => {}
        Conduct::ForgetsToClockOut { comes } => {
            kinds.insert("auto_clocked_out");
            if is_missing(comes) {
                kinds.insert("not_arrived");
            }
        }
        Conduct::Works { comes, .. } => {
            if is_missing(comes) {
                kinds.insert("not_arrived");
            }
        }
    }
    if expected.late_seconds > 0 {
        kinds.insert("late_arrival");
    }
    if expected.early_leave_seconds > 0 {
        kinds.insert("left_early");
    }
    kinds
}

struct Worker {
    number: usize,
    person: Person,
    conduct: BTreeMap<Date, Conduct>,
}

/// Issues a valid token. A sign-in would hash a password each time.
async fn refresh(company: &Company, person: &mut Person) {
    let reply =
        company.post("/auth/refresh").json(json!({"refresh_token": person.refresh_token})).send().await.expect(200);
    reply.str("access_token").clone_into(&mut person.access_token);
    reply.str("refresh_token").clone_into(&mut person.refresh_token);
}

/// Returns whether it is the weekend in all zones. Then a run every sixth hour is sufficient: nobody is expected, and nobody is
/// at work.
fn is_quiet(hour: Timestamp) -> bool {
    let is_weekend = |minutes: i64| {
        let day = (hour + SignedDuration::from_mins(minutes)).to_zoned(TimeZone::UTC).weekday();
        day.to_monday_one_offset() > 5
    };
    // From noon on Saturday, when sessions of New York's Friday are closed, to 18:00 on Sunday, half an hour before Kolkata's
    // Monday.
    is_weekend(-12 * 60) && is_weekend(6 * 60)
}

async fn run(company: &Company, schedule: &str) {
    let reply = company.post(&format!("/_local/schedules/{schedule}")).send().await.expect(200);
    assert_eq!(reply.body["done"], true, "{schedule}: {}", reply.text);
}

#[expect(clippy::too_many_lines, reason = "one month, with its setup and its results")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_random_month_of_sixty_people_matches_a_simple_model() {
    let folder = tempfile::tempdir().unwrap();
    let company = Company::start_in(folder.path(), "2026-10-10T06:00:00Z", "Europe/Berlin").await;
    let mut draw = Draw(20_261_012);
    let departments =
        [company.department("Berlin").await, company.department("New York").await, company.department("Kolkata").await];
    let mona = company.person("mona", json!({"tracks_attendance": false})).await;
    company
        .patch(&format!("/users/{}", mona.id))
        .by(&company.sign_in("ada").await)
        .json(json!({"role": "manager", "manages_all": true}))
        .send()
        .await
        .expect(200);
    let mona = company.sign_in("mona").await;
    let mut workers = Vec::new();
    for number in 0..PEOPLE {
        let mut more = json!({"department_id": departments[number % 3], "time_zone": zone_of(number)});
        if number < SHORT_OF_LEAVE {
            more["annual_leave_days"] = json!(3);
        }
        let person = company.person(&format!("worker{number:02}"), more).await;
        let mut conduct: BTreeMap<Date, Conduct> = workdays().into_iter().map(|date| (date, draw.conduct())).collect();
        if number % 10 == 7 {
            conduct.extend(ON_LEAVE.map(|date| (date, Conduct::IsOnLeave)));
            let leave = json!({"user_id": person.id, "start_date": ON_LEAVE[0].to_string(), "end_date": ON_LEAVE[2].to_string()});
            company.post("/leave/requests").by(&mona).json(leave).send().await.expect(201);
        }
        workers.push(Worker { number, person, conduct });
    }

    // All punches, and all full hours.
    let mut punches: BTreeMap<Timestamp, Vec<(usize, &'static str)>> = BTreeMap::new();
    for worker in &workers {
        for (date, conduct) in &worker.conduct {
            let at = |minute| instant(worker.number, *date, minute);
            match *conduct {
                Conduct::Works { comes, goes } => {
                    punches.entry(at(comes)).or_default().push((worker.number, "/clock/in"));
                    punches.entry(at(goes)).or_default().push((worker.number, "/clock/out"));
                }
                Conduct::ForgetsToClockOut { comes } => {
                    punches.entry(at(comes)).or_default().push((worker.number, "/clock/in"));
                }
                Conduct::StaysAway | Conduct::IsOnLeave => {}
            }
        }
    }
    let begin: Timestamp = "2026-10-11T00:00:00Z".parse().unwrap();
    let end: Timestamp = "2026-11-12T12:00:00Z".parse().unwrap();
    let mut hour = begin;
    while hour <= end {
        if !is_quiet(hour) || hour.as_second() % (6 * 3600) == 0 {
            company.set_clock(&hour.to_string()).await;
            for schedule in ["open-day", "lateness", "close-day"] {
                run(&company, schedule).await;
            }
        }
        if hour.as_second() % 86_400 == 3600 {
            for schedule in ["leave-year", "balances"] {
                run(&company, schedule).await;
            }
        }
        let next = hour + SignedDuration::from_hours(1);
        for (at, people) in punches.range(hour..next) {
            company.set_clock(&at.to_string()).await;
            for (number, path) in people {
                let person = &mut workers[*number].person;
                refresh(&company, person).await;
                let reply = company.post(path).by(person).json(json!({})).send().await;
                assert!(reply.status.is_success(), "worker {number} {path} at {at}: {}", reply.text);
            }
        }
        // Inboxes are written as time passes, not all at the end when half of the notifications are outdated.
        company.settle().await;
        hour = next;
    }

    // A session without a refresh doesn't last for a month.
    let mona = company.sign_in("mona").await;
    let mut heard: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let mut low: Vec<String> = Vec::new();
    for item in everything(&company, &mona, "/notifications?limit=200").await {
        let kind = item["kind"].as_str().unwrap().to_owned();
        let data = &item["data"];
        let about: Vec<&Value> = data["people"].as_array().map_or_else(|| vec![data], |people| people.iter().collect());
        for one in about {
            let user = one["user_id"].as_str().unwrap().to_owned();
            if kind == "leave_balance_low" {
                low.push(user);
            } else if !["leave_requested", "leave_expiring"].contains(&kind.as_str()) {
                let day = one["date"].as_str().unwrap().to_owned();
                // The hours after the last day, in which its remaining work becomes due, belong to the next day.
                if day > LAST.to_string() {
                    continue;
                }
                let is_new = heard.entry((user, day)).or_default().insert(kind.clone());
                assert!(is_new, "{kind} was told twice: {one}");
            }
        }
    }

    let short: Vec<String> = workers[..SHORT_OF_LEAVE].iter().map(|worker| worker.person.id.clone()).collect();
    for worker in &workers {
        let id = &worker.person.id;
        let days = everything(&company, &mona, &format!("/attendance/{id}?from={FIRST}&to={LAST}&limit=200")).await;
        assert_eq!(days.len(), 31, "a day for each date");
        for day in &days {
            let date: Date = day["date"].as_str().unwrap().parse().unwrap();
            let Some(conduct) = worker.conduct.get(&date) else {
                assert_eq!(day["status"], "off", "{day}");
                continue;
            };
            let seen = Expected {
                status: day["status"].as_str().map(leaked).unwrap(),
                late_seconds: day["late_seconds"].as_i64().unwrap(),
                early_leave_seconds: day["early_leave_seconds"].as_i64().unwrap(),
            };
            assert_eq!(seen, expected(*conduct), "worker {} on {date}: {conduct:?}", worker.number);
            let heard: BTreeSet<String> = heard.remove(&(id.clone(), date.to_string())).unwrap_or_default();
            let heard: BTreeSet<&str> = heard.iter().map(String::as_str).collect();
            assert_eq!(heard, news(worker.number, *conduct), "worker {} on {date}: {conduct:?}", worker.number);
        }

        let ledger =
            everything(&company, &mona, &format!("/leave/balances/{id}/ledger?year=2026&type=annual&limit=200")).await;
        let deducted: Vec<f64> = ledger
            .iter()
            .filter(|entry| entry["kind"] == "late_deduction")
            .map(|entry| entry["days"].as_f64().unwrap())
            .collect();
        let lateness: Vec<i64> = worker
            .conduct
            .values()
            .map(|conduct| expected(*conduct).late_seconds / 60)
            .filter(|late| *late > 0)
            .collect();
        assert_eq!(deducted.len(), lateness.len(), "worker {}", worker.number);
        let (sum, minutes) = (deducted.iter().sum::<f64>().abs(), lateness.iter().sum::<i64>());
        #[expect(clippy::cast_precision_loss, reason = "some hundreds of minutes")]
        let days = minutes as f64 / 480.0;
        // The cost of an entry is shown rounded up to two decimals.
        #[expect(clippy::cast_precision_loss, reason = "some dozens of entries")]
        let rounding = 0.01 * deducted.len() as f64 + 1e-9;
        let is_shown = days - 1e-9 <= sum && sum <= days + rounding;
        assert!(is_shown, "worker {}: {sum} and not {days}", worker.number);
        let crosses = short.contains(id) && minutes > 0;
        assert_eq!(low.iter().filter(|user| *user == id).count(), usize::from(crosses), "worker {}", worker.number);
    }
    assert!(heard.is_empty(), "news of nothing that happened: {heard:?}");
}

fn leaked(status: &str) -> &'static str {
    ["absent", "present", "on_leave", "off", "expected"].into_iter().find(|known| *known == status).unwrap_or("unknown")
}

/// Returns all items of a list.
async fn everything(company: &Company, person: &Person, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = String::new();
    loop {
        let reply = company.get(&format!("{path}{next}")).by(person).send().await.expect(200);
        items.extend(reply.items().iter().cloned());
        match reply.body["next_cursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return items,
        }
    }
}
