//! The clock-ins of an hour: how many capacity units each person's arrival consumes of each partition key, and which key is the
//! hottest in the busiest second of a company of 100,000 people.
//! The units are measured with the embedded table. The seconds are computed, because a laptop can't process 100 clock-ins a
//! second. `docs/scale-units.json` has the measured units, from which `scripts/scale.py` computes `docs/scale.md`. To measure
//! again:
//! `cargo test -p rollcall-tests --test journeys arrivals -- --ignored --nocapture`

use std::collections::BTreeMap;

use futures_util::future::join_all;
use local::{PartitionKey, PartitionUnits};
use rollcall_tests::Company;
use serde_json::{Value, json};

/// The documented units of an arrival.
const DOCUMENTED: &str = include_str!("../../../docs/scale-units.json");

/// The number of people of the company.
const PEOPLE: u32 = 100_000;
/// The number of people of each department.
const DEPARTMENT: u32 = 1_000;
/// The units that `DynamoDB` serves of one partition key in a second.
const LIMIT: PartitionUnits = PartitionUnits { read: 3_000.0, write: 1_000.0 };
/// The share of that limit that a key may use.
const SHARE: f64 = 0.3;

/// Keys of one person or of one request: more people have more of these keys, so none of them becomes hot.
const PERSONAL: [&str; 8] = ["USER#", "OUTBOX#user:", "AUDIT#user:", "IDEM#", "LOCK#", "UNIQUE#", "TICKET#", "CONN#"];

/// Keys that are read or written once for a batch of the stream, for any number of people. A stack that is faster than the arrivals
/// has small batches.
const OF_BATCHES: [&str; 3] = ["AUDITHASH#", "AUDITHOURS", "WEBHOOKS"];

/// The number of people who arrive at the same time. Real arrivals are as fast as `notify` reads them in batches.
const CONCURRENCY: usize = 25;

/// The prefixes of keys that many people share, and the number of such keys in the whole company.
const SHARED: [(&str, u32); 12] = [
    ("COMPANY#", 16),
    ("FEED#", 4),
    ("MANAGERS#", 16),
    ("TOPIC#", PEOPLE / DEPARTMENT),
    ("gsi1 BOARD#", PEOPLE / DEPARTMENT),
    ("gsi1 MONTHS#", PEOPLE / DEPARTMENT),
    ("gsi1 SWAPS#", PEOPLE / DEPARTMENT),
    ("gsi2 DUE#SESSION#", 8),
    ("gsi2 DUE#SHIFT#", 8),
    ("gsi2 REVIEWS#", PEOPLE / DEPARTMENT),
    ("ORG", 1),
    ("other", 1),
];

/// The units that one arrival consumes of similar keys.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Share {
    read: f64,
    write: f64,
}

/// Returns the class of a key; `None` for a person's own key.
fn class_of(key: &PartitionKey) -> Option<&'static str> {
    let name = key.index.as_ref().map_or_else(|| key.value.clone(), |index| format!("{index} {}", key.value));
    if PERSONAL.iter().chain(&OF_BATCHES).any(|beginning| name.starts_with(beginning)) {
        return None;
    }
    let shared = SHARED.iter().find(|(beginning, _)| name.starts_with(beginning));
    // An unknown key counts as a key that all people share.
    Some(shared.map_or("other", |(class, _)| class))
}

/// A deterministic pseudo-random number generator (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        u32::try_from((mixed ^ (mixed >> 31)) % u64::from(limit)).unwrap()
    }
}

/// Returns the second of the hour in which each person arrives: four of five in its last quarter.
fn arrivals(people: u32) -> Vec<u32> {
    let mut numbers = Numbers(2026);
    let second = |_| if numbers.below(5) > 0 { 2700 + numbers.below(900) } else { numbers.below(3600) };
    (0..people).map(second).collect()
}

/// Returns the maximum uses of one of `keys` keys in any second, if each arrival uses `draws` of them at random.
fn busiest(seconds: &[u32], keys: u32, draws: u32) -> u32 {
    let mut numbers = Numbers(7);
    let mut taken = BTreeMap::<(u32, u32), u32>::new();
    for second in seconds {
        for _ in 0..draws {
            *taken.entry((*second, numbers.below(keys))).or_default() += 1;
        }
    }
    taken.into_values().max().unwrap_or_default()
}

/// Returns the maximum units that a key of a class consumes in a second, in a company of [`PEOPLE`].
fn peak(seconds: &[u32], class: &str, share: Share) -> PartitionUnits {
    let (_, keys) = SHARED.into_iter().find(|(known, _)| *known == class).unwrap();
    let draws = if class == "COMPANY#" { 3 } else { 1 };
    let taken = f64::from(busiest(seconds, keys, draws)) / f64::from(draws);
    PartitionUnits { read: taken * share.read, write: taken * share.write }
}

/// Simulates arrivals: each person signs in, opens the first screen and clocks in. Returns the units of one arrival, for shared
/// keys and in total.
async fn measure(people: usize, departments: usize) -> (BTreeMap<&'static str, Share>, Share) {
    let company = Company::start().await;
    let site = json!({"name": "Quay", "time_zone": "Europe/Istanbul"});
    let site = company.post("/sites").by(&company.admin).json(site).send().await.expect(201);
    let mut ids = Vec::new();
    for number in 0..departments {
        ids.push(company.department(&format!("Department {number:03}")).await);
    }
    for month in 1..=12 {
        let admin = company.sign_in("ada").await;
        let holiday = json!({"date": format!("2026-{month:02}-15"), "name": "Republic Day"});
        company.post("/holidays").by(&admin).json(holiday).send().await.expect(201);
    }
    for number in 0..people {
        // Every second person has a site, whose zone and place a punch reads.
        let of_site = if number % 2 == 0 { site.body["id"].clone() } else { Value::Null };
        let more = json!({"department_id": ids[number % ids.len()], "site_id": of_site});
        company.person(&format!("person{number}"), more).await;
    }
    company.post("/_local/schedules/open-day").send().await.expect(200);
    company.settle().await;
    company.stack.count_partitions();
    let mut seconds: Vec<u32> = arrivals(u32::try_from(people).unwrap());
    seconds.sort_unstable();
    let company = &company;
    let people: Vec<usize> = (0..people).collect();
    for (group, seconds) in people.chunks(CONCURRENCY).zip(seconds.chunks(CONCURRENCY)) {
        let second = seconds[0];
        company.set_clock(&format!("2026-11-02T08:{:02}:{:02}+03:00", second / 60, second % 60)).await;
        let arrivals = group.iter().map(|number| async move {
            let person = company.sign_in(&format!("person{number}")).await;
            company.get("/bootstrap").by(&person).send().await.expect(200);
            let punch = company.post("/clock/in").by(&person).header("Idempotency-Key", "arrival").json(json!({}));
            punch.send().await.expect(201);
        });
        join_all(arrivals).await;
        company.settle().await;
    }
    let counted = company.stack.counted_partitions();
    let arrivals = f64::from(u32::try_from(people.len()).unwrap());
    let (mut shared, mut all) = (BTreeMap::<_, Share>::new(), Share::default());
    for (key, units) in counted {
        all.read += units.read / arrivals;
        all.write += units.write / arrivals;
        if let Some(class) = class_of(&key) {
            let share = shared.entry(class).or_default();
            share.read += units.read / arrivals;
            share.write += units.write / arrivals;
        }
    }
    (shared, all)
}

fn judge(shared: &BTreeMap<&'static str, Share>) {
    let seconds = arrivals(PEOPLE);
    for (class, share) in shared {
        let PartitionUnits { read, write } = peak(&seconds, class, *share);
        println!("{class}: {read:.0} read and {write:.0} write units in the busiest second");
        assert!(read <= SHARE * LIMIT.read, "{class} reads {read} units in a second");
        assert!(write <= SHARE * LIMIT.write, "{class} writes {write} units in a second");
    }
}

#[test]
fn four_of_five_arrive_in_the_last_quarter_of_the_hour() {
    let seconds = arrivals(PEOPLE);
    let late = seconds.iter().filter(|second| **second >= 2700).count();
    assert!((84_000..86_000).contains(&late), "{late}");
    assert!((110..160).contains(&busiest(&seconds, 1, 1)));
}

#[tokio::test]
async fn no_key_takes_more_than_a_third_of_what_dynamodb_serves_it() {
    let (shared, all) = measure(8, 2).await;
    judge(&shared);
    let documented: Value = serde_json::from_str(DOCUMENTED).unwrap();
    let within = |name: &str, measured: Share, documented: &Value| {
        for (units, what) in [(measured.read, "read"), (measured.write, "write")] {
            let known = documented[what].as_f64().unwrap_or_default();
            assert!(units <= 1.2 * known + 0.5, "{name}: {units} {what} units are documented as {known}");
        }
    };
    within("an arrival", all, &documented["arrival"]);
    for (class, share) in shared {
        within(class, share, &documented["partitions"][class]);
    }
}

#[tokio::test]
#[ignore = "takes minutes, and writes down what the documents are computed from"]
#[expect(clippy::disallowed_methods, reason = "the person who measures sets the number")]
async fn the_units_of_an_arrival() {
    let people = std::env::var("ROLLCALL_PEOPLE").map_or(200, |number| number.parse().unwrap());
    let (shared, all) = measure(people, usize::try_from(PEOPLE / DEPARTMENT).unwrap()).await;
    judge(&shared);
    let rounded = |share: Share| {
        json!({"read": (share.read * 100.0).round() / 100.0,
        "write": (share.write * 100.0).round() / 100.0})
    };
    let partitions: serde_json::Map<String, Value> =
        shared.into_iter().map(|(class, share)| (class.to_owned(), rounded(share))).collect();
    let measured = json!({"people": people, "departments": PEOPLE / DEPARTMENT, "arrival": rounded(all),
        "partitions": partitions});
    println!("{}", serde_json::to_string_pretty(&measured).unwrap());
}
