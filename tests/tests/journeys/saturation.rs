//! A stack under overload: the cost of a punch as its history grows, and the delay of notifications while hundreds of people
//! punch at the same time. The test measures without assertions, so it only runs on request:
//! `cargo test -p rollcall-tests --test journeys saturation -- --ignored --nocapture`

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, PutRequest, WriteRequest},
};
use futures_util::{StreamExt, stream};
use rollcall_tests::{Company, Person};
use serde_json::json;

use crate::processor_time;

/// Half past nine: everyone is late, and their managers are notified of each person.
const LATE: &str = "2026-11-02T09:30:00+03:00";

/// The number of stream records that the punches of two thousand people create, including their hiring.
const HISTORY: usize = 24_000;

async fn people(company: &Company, department: &str, count: usize) -> Vec<Person> {
    let made = stream::iter(0..count).map(|number| async move {
        let body = json!({"username": format!("person{number}"), "full_name": format!("Person {number}"),
            "password": rollcall_tests::company::PASSWORD, "hired_on": "2020-01-01", "department_id": department});
        company.post("/users").by(&company.admin).json(body).send().await.expect(201);
        company.sign_in(&format!("person{number}")).await
    });
    made.buffer_unordered(8).collect().await
}

/// Writes items that concern nobody.
async fn fill(company: &Company, count: usize) {
    let client = Client::new(company.stack.sdk());
    let table = client.list_tables().send().await.unwrap().table_names()[0].clone();
    let item = |number: usize| {
        let text = |text: String| AttributeValue::S(text);
        let item = [
            ("pk".to_owned(), text(format!("FILLER#{}", number % 100))),
            ("sk".to_owned(), text(format!("{number:08}"))),
            ("more".to_owned(), text("x".repeat(600))),
        ];
        let put = PutRequest::builder().set_item(Some(item.into())).build().unwrap();
        WriteRequest::builder().put_request(put).build()
    };
    for some in (0..count).map(item).collect::<Vec<_>>().chunks(25) {
        client.batch_write_item().request_items(&table, some.to_vec()).send().await.unwrap();
    }
}

async fn clock_in(company: &Company, people: &[Person]) -> Duration {
    let before = processor_time::of_process();
    for person in people {
        company.post("/clock/in").by(person).json(json!({})).send().await.expect(201);
    }
    company.settle().await;
    processor_time::of_process().checked_sub(before).unwrap() / u32::try_from(people.len()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes, and tells figures instead of passing or failing by them"]
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
async fn the_cpu_time_of_a_punch_after_a_long_history_is_measured() {
    let home = tempfile::tempdir().unwrap();
    for (kept, company) in [
        ("in memory", Company::start().await),
        ("on disk", Company::start_in(home.path(), rollcall_tests::company::MONDAY_MORNING, "Europe/Istanbul").await),
    ] {
        let department = company.department("Harbour").await;
        let people = people(&company, &department, 200).await;
        let first = clock_in(&company, &people[..100]).await;
        let started = Instant::now();
        fill(&company, HISTORY).await;
        let filled = started.elapsed();
        let then = clock_in(&company, &people[100..]).await;
        println!("{kept}: {first:?} of CPU a punch, {then:?} after {HISTORY} records, which took {filled:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes, and tells figures instead of passing or failing by them"]
#[expect(clippy::disallowed_methods, reason = "it measures real time")]
async fn the_delay_of_notifications_during_500_punches_is_measured() {
    let given = |name: &str, usual: usize| std::env::var(name).map_or(usual, |number| number.parse().unwrap());
    let (count, at_once) = (given("ROLLCALL_PEOPLE", 500), given("ROLLCALL_AT_ONCE", 32));
    let company = Company::start().await;
    let department = company.department("Harbour").await;
    let watcher = company.person("watcher", json!({"department_id": department})).await;
    let people = people(&company, &department, count).await;
    company.set_clock(LATE).await;
    company.settle().await;
    let people: Vec<Person> =
        stream::iter(&people).map(|person| company.sign_in(&person.username)).buffer_unordered(8).collect().await;
    let watcher = company.sign_in(&watcher.username).await;
    let mut socket = company.connect(&watcher).await;
    let heard: Arc<Mutex<Vec<(Instant, String, String)>>> = Arc::default();
    let hearing = Arc::clone(&heard);
    let listening = tokio::spawn(async move {
        while let Some(message) = socket.next().await {
            if message["type"] == "presence" {
                let at = Instant::now();
                for change in message["data"]["changes"].as_array().unwrap() {
                    let text = |name: &str| change[name].as_str().unwrap_or_default().to_owned();
                    hearing.lock().unwrap().push((at, text("user_id"), text("presence")));
                }
            }
        }
    });
    let started = Instant::now();
    let before = processor_time::of_process();
    let mut timings: Vec<(Instant, Instant, String, &str)> = Vec::new();
    for (path, presence) in
        [("/clock/in", "working"), ("/breaks/start", "on_break"), ("/breaks/end", "working"), ("/clock/out", "out")]
    {
        let punches = stream::iter(&people).map(|person| {
            let company = &company;
            async move {
                let asked = Instant::now();
                let reply = company.post(path).by(person).json(json!({})).send().await;
                assert!(reply.status.is_success(), "{path}: {}", reply.text);
                (asked, Instant::now(), person.id.clone(), presence)
            }
        });
        timings.extend(punches.buffer_unordered(at_once).collect::<Vec<_>>().await);
    }
    let took = started.elapsed();
    company.settle().await;
    let settled = started.elapsed();
    tokio::time::sleep(Duration::from_secs(1)).await;
    listening.abort();
    let heard = heard.lock().unwrap();
    let mut news: BTreeMap<&str, Vec<&(Instant, String, String)>> = BTreeMap::new();
    for message in &*heard {
        news.entry(&message.1).or_default().push(message);
    }
    let (mut latencies, mut missing) = (Vec::new(), 0);
    for (asked, answered, id, presence) in &timings {
        let message =
            news.get(id.as_str()).and_then(|messages| messages.iter().find(|m| m.0 > *asked && m.2 == *presence));
        match message {
            Some((at, ..)) => latencies.push(at.saturating_duration_since(*answered)),
            None => missing += 1,
        }
    }
    let mut waits: Vec<Duration> = timings.iter().map(|(asked, answered, ..)| *answered - *asked).collect();
    latencies.sort_unstable();
    waits.sort_unstable();
    let at = |all: &[Duration], share: usize| all[(all.len() - 1) * share / 100];
    let each = |all: &[Duration]| format!("{:?} {:?} {:?}", at(all, 50), at(all, 95), at(all, 100));
    println!(
        "{} punches, {at_once} at once, in {took:?} ({settled:?} until settled), CPU {:?}",
        timings.len(),
        processor_time::of_process().checked_sub(before).unwrap()
    );
    println!("answers (median, 95 %, longest): {}", each(&waits));
    println!("news (median, 95 %, longest): {}, {missing} taken together", each(&latencies));
}
