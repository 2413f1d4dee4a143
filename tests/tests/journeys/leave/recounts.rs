//! A holiday or the roster changed under leave.

use domain::ports::Clock as _;
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use aws_sdk_dynamodb::Client;
use domain::{
    audit::Actor,
    calendar::Weekday,
    id::{EventId, UserId},
    ports::Entropy,
    schedule::{Pattern, PatternShift, Rhythm, Schedule, Week},
    settings::Settings,
};
use rollcall_tests::Company;
use serde_json::{Value, json};
use store::{Commit, Stamp, Store, leave_recount::recount_person};

use super::Team;
use crate::table::Table;

/// Another number each time, which is all that the store wants of chance.
#[derive(Debug)]
struct Counter;

static NUMBER: AtomicU64 = AtomicU64::new(0);

impl Entropy for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(number).for_each(|(byte, of)| *byte = of);
    }
}

/// The company's table, as the clockwork has it.
async fn store(company: &Company) -> Store {
    let client = Client::new(company.stack.sdk());
    let tables = client.list_tables().send().await.unwrap();
    Store::new(client, &tables.table_names()[0], Arc::new(Counter))
}

fn change() -> EventId {
    "01JBPB7N3C5V7X9Z1B3D5F7H9K".parse().unwrap()
}

/// Recounts Maria's leave; tells how many requests changed.
async fn recount(team: &Team) -> usize {
    let maria: UserId = team.maria.id.parse().unwrap();
    let now = team.company.stack.clock().now();
    recount_person(&store(&team.company).await, maria, change(), now).await.unwrap()
}

/// Writes a rotation for Maria: weeks of the default shift on these weekdays, from 2 November on.
pub(super) async fn schedule(team: &Team, first: &[&str], second: &[&str]) {
    let week = |weekdays: &[&str]| {
        let shift = PatternShift { times: Settings::default().default_shift, site_id: None };
        let weekday = |name: &&str| serde_json::from_value::<Weekday>(json!(name)).unwrap();
        let shifts: BTreeMap<Weekday, Vec<PatternShift>> =
            weekdays.iter().map(|name| (weekday(name), vec![shift])).collect();
        Week { weekly_offs: vec![Weekday::Sunday].try_into().unwrap(), shifts }
    };
    let monday = "2026-11-02".parse().unwrap();
    let rhythm = Rhythm::rotation(vec![week(first), week(second)], monday).unwrap();
    let stored = Table::of(&team.company).partition(&format!("USER#{}", team.maria.id)).await;
    let earlier = stored.iter().filter(|item| item["sk"].as_s().unwrap() == "SCHEDULE").count() as u64;
    let pattern = Pattern { effective_from: monday, rhythm };
    let mut schedule = Schedule::default().with_pattern(pattern).unwrap();
    schedule.version = earlier + 1;
    let now = team.company.stack.clock().now();
    let stamp = Stamp { event_id: change(), at: now, actor: Actor::System, request_id: None };
    let mut commit = Commit::silent(stamp);
    commit.put_schedule(team.maria.id.parse().unwrap(), &schedule).unwrap();
    commit.send(&store(&team.company).await).await.unwrap();
}

/// The facts that were told of Maria's balance.
async fn adjusted(team: &Team) -> Vec<i64> {
    let events = Table::of(&team.company).partition(&format!("OUTBOX#user:{}", team.maria.id)).await;
    let facts = events.iter().flat_map(|event| event["facts"].as_l().unwrap().clone());
    let adjusted = facts.filter_map(|fact| {
        let fact = fact.as_m().unwrap().clone();
        (fact["kind"].as_s().unwrap() == "leave_adjusted").then(|| fact["minutes"].as_n().unwrap().parse().unwrap())
    });
    adjusted.collect()
}

#[tokio::test]
async fn a_holiday_added_under_approved_leave_gives_its_day_back_once() {
    let team = Team::start().await;
    let id = team.approved("2026-11-09", "2026-11-13").await;
    let pending = team.ask_for("2026-11-16", "2026-11-17").await.expect(201).str("id").to_owned();
    assert_eq!(team.days(2026).await, [8.0, 2.0, 5.0]);
    team.holiday("2026-11-11", None).await;
    team.holiday("2026-11-17", Some("morning")).await;
    assert_eq!(recount(&team).await, 2);
    assert_eq!(team.days(2026).await, [9.5, 1.5, 4.0]);
    let request = team.request(&id).await;
    assert_eq!((&request["days"], &request["status"]), (&json!(4.0), &json!("approved")));
    assert_eq!(request["history"][2]["kind"], "recounted");
    assert_eq!(request["history"][2]["by"], json!({"kind": "system"}));
    assert_eq!(team.request(&pending).await["days"], 1.5);
    assert_eq!(adjusted(&team).await, [480, 240]);

    assert_eq!(recount(&team).await, 0, "what was counted anew comes out the same");
    assert_eq!(team.booked(2026).await.len(), 6);
    // What is given back now is what is booked by now.
    team.cancel(&id).await.expect(200);
    team.decide(&pending, "approved").await.expect(200);
    assert_eq!(team.days(2026).await, [13.5, 0.0, 1.5]);
}

#[tokio::test]
async fn a_holiday_that_is_removed_may_make_the_balance_negative() {
    let team = Team::with(json!({"annual_leave_days": 4})).await;
    let holiday = team.holiday("2026-11-11", None).await;
    let id = team.approved("2026-11-09", "2026-11-13").await;
    assert_eq!(team.days(2026).await, [0.0, 0.0, 4.0]);
    let admin = team.company.sign_in("ada").await;
    team.company.delete(&format!("/holidays/{holiday}")).by(&admin).send().await.expect(204);
    assert_eq!(recount(&team).await, 1);
    assert_eq!(team.days(2026).await, [-1.0, 0.0, 5.0]);
    team.cancel(&id).await.expect(200);
    assert_eq!(team.days(2026).await, [4.0, 0.0, 0.0]);
}

#[tokio::test]
async fn what_is_over_is_not_recounted() {
    let team = Team::start().await;
    team.approved("2026-11-03", "2026-11-06").await;
    team.at("2026-11-05T07:00").await;
    team.holiday("2026-11-04", None).await;
    assert_eq!(recount(&team).await, 0);
    team.holiday("2026-11-05", None).await;
    assert_eq!(recount(&team).await, 1);
    assert_eq!(team.days(2026).await, [12.0, 0.0, 3.0]);
}

#[tokio::test]
async fn a_roster_that_changes_under_leave_recounts_it() {
    let team = Team::start().await;
    let id = team.approved("2026-11-09", "2026-11-22").await;
    assert_eq!(team.request(&id).await["days"], 10.0);
    // The week from the 9th has two days now, that from the 16th six.
    schedule(&team, &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday"], &["monday", "tuesday"])
        .await;
    assert_eq!(recount(&team).await, 1);
    assert_eq!(team.request(&id).await["days"], 8.0);
    assert_eq!(team.days(2026).await, [7.0, 0.0, 8.0]);
    assert_eq!(team.day("2026-11-21").await["kind"], "leave", "a day that is worked now is covered too");
    assert_eq!(team.day("2026-11-11").await["kind"], "weekly_off");
}

#[tokio::test]
async fn more_requests_than_one_transaction_holds_are_recounted_one_after_the_other() {
    let team = Team::with(json!({"annual_leave_days": 40})).await;
    // The weekdays of March 2027, which begins on a Monday.
    let workdays = (1..=23).filter(|day| day % 7 != 6 && day % 7 != 0);
    for date in workdays.map(|day| format!("2027-03-{day:02}")) {
        team.ask_for(&date, &date).await.expect(201);
    }
    assert_eq!(team.days(2027).await, [23.0, 17.0, 0.0]);
    schedule(&team, &["saturday"], &["saturday"]).await;
    assert_eq!(recount(&team).await, 17);
    assert_eq!(team.days(2027).await, [40.0, 0.0, 0.0]);
}

#[tokio::test]
async fn leave_of_a_type_that_is_not_counted_is_recounted_without_the_ledger() {
    let team = Team::start().await;
    let unpaid = json!({"type": "unpaid", "start_date": "2026-11-09", "end_date": "2026-11-13"});
    let id = team.ask(unpaid).await.expect(201).str("id").to_owned();
    team.holiday("2026-11-11", None).await;
    assert_eq!(recount(&team).await, 1);
    assert_eq!(team.request(&id).await["days"], 4.0);
    assert_eq!(adjusted(&team).await, Vec::<i64>::new());
    assert_eq!(team.booked(2026).await, Vec::<String>::new());
    assert_eq!(team.request(&id).await["reason"], Value::Null);
}
