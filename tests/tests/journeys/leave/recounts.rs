//! Changes of holidays or rosters during leave.

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
use crate::{
    long_work::{PLENTY, bring, renamed},
    table::Table,
};

/// A source of numbers that differ from each other, which is all that the store needs.
#[derive(Debug)]
struct Counter;

static NUMBER: AtomicU64 = AtomicU64::new(0);

impl Entropy for Counter {
    fn fill(&self, bytes: &mut [u8]) {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(number).for_each(|(byte, of)| *byte = of);
    }
}

/// Returns the company's table, as the scheduled jobs access it.
async fn store(company: &Company) -> Store {
    let client = Client::new(company.stack.sdk());
    let tables = client.list_tables().send().await.unwrap();
    Store::new(client, &tables.table_names()[0], Arc::new(Counter))
}

fn change() -> EventId {
    "01JBPB7N3C5V7X9Z1B3D5F7H9K".parse().unwrap()
}

/// Recounts Maria's leave again, like `jobs`. Returns the number of changed requests.
async fn recount(team: &Team) -> usize {
    let maria: UserId = team.maria.id.parse().unwrap();
    let now = team.company.stack.clock().now();
    recount_person(&store(&team.company).await, maria, change(), now).await.unwrap()
}

/// Sets a rotation for Maria: weeks of the default shift on the given weekdays, from 2 November on.
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
    let mut commit = Commit::without_event(stamp);
    commit.put_schedule(team.maria.id.parse().unwrap(), &schedule).unwrap();
    commit.send(&store(&team.company).await).await.unwrap();
}

/// Returns the facts about Maria's balance, sorted by size: events of the same millisecond have no order.
async fn adjusted(team: &Team) -> Vec<i64> {
    let events = Table::of(&team.company).partition(&format!("OUTBOX#user:{}", team.maria.id)).await;
    let facts = events.iter().flat_map(|event| event["facts"].as_l().unwrap().clone());
    let adjusted = facts.filter_map(|fact| {
        let fact = fact.as_m().unwrap().clone();
        (fact["kind"].as_s().unwrap() == "leave_adjusted").then(|| fact["minutes"].as_n().unwrap().parse().unwrap())
    });
    let mut adjusted: Vec<i64> = adjusted.collect();
    adjusted.sort_unstable();
    adjusted
}

#[tokio::test]
async fn a_holiday_added_under_approved_leave_gives_its_day_back_once() {
    let team = Team::start().await;
    let id = team.approved("2026-11-09", "2026-11-13").await;
    let pending = team.ask_for("2026-11-16", "2026-11-17").await.expect(201).str("id").to_owned();
    assert_eq!(team.days(2026).await, [8.0, 2.0, 5.0]);
    let mut bus = team.company.stack.listen();
    team.holiday("2026-11-11", None).await;
    team.holiday("2026-11-17", Some("morning")).await;
    team.company.settle().await;
    assert_eq!(team.days(2026).await, [9.5, 1.5, 4.0]);
    let request = team.request(&id).await;
    assert_eq!((&request["days"], &request["status"]), (&json!(4.0), &json!("approved")));
    let recounted = &request["history"][2];
    assert_eq!((&recounted["kind"], &recounted["by"]), (&json!("recounted"), &json!({"kind": "system"})));
    assert_eq!(team.request(&pending).await["days"], 1.5);
    assert_eq!(adjusted(&team).await, [240, 480]);

    assert_eq!(recount(&team).await, 0, "what was counted anew comes out the same");
    let mut again = 0;
    while let Ok(event) = bus.try_recv() {
        if event["detail-type"] == "holiday_added" {
            bring(&team.company, event.clone(), PLENTY).await;
            // Under another id, the same event makes `jobs` examine all people again.
            bring(&team.company, renamed(event), PLENTY).await;
            again += 1;
        }
    }
    assert_eq!(again, 2);
    assert_eq!(team.booked(2026).await.len(), 6);
    assert_eq!(team.request(&id).await["history"].as_array().unwrap().len(), 3);
    // The cancellation gives back exactly what is currently booked.
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
    team.company.settle().await;
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
    team.company.settle().await;
    assert_eq!(team.days(2026).await, [11.0, 0.0, 4.0]);
    team.holiday("2026-11-05", None).await;
    team.company.settle().await;
    assert_eq!(team.days(2026).await, [12.0, 0.0, 3.0]);
}

#[tokio::test]
async fn settings_that_say_when_people_are_expected_recount_leave_too() {
    let team = Team::start().await;
    let id = team.approved("2026-11-09", "2026-11-15").await;
    assert_eq!(team.days(2026).await, [10.0, 0.0, 5.0]);
    team.company.settings(json!({"default_weekly_offs": ["sunday"]})).await;
    team.company.settle().await;
    assert_eq!(team.days(2026).await, [9.0, 0.0, 6.0]);
    assert_eq!(team.request(&id).await["history"][2]["kind"], "recounted");
}

/// A change of a person's date of hiring, or of whether they are expected at all.
#[tokio::test]
async fn a_profile_that_says_when_somebody_is_expected_recounts_their_leave() {
    let team = Team::start().await;
    team.approved("2026-11-09", "2026-11-13").await;
    let admin = team.company.sign_in("ada").await;
    let change = team.company.patch(&format!("/users/{}", team.maria.id)).by(&admin);
    change.json(json!({"left_on": "2026-11-11"})).send().await.expect(200);
    team.company.settle().await;
    assert_eq!(team.days(2026).await, [12.0, 0.0, 3.0]);
}

/// Sets Maria's week from 9 November on as her manager: work on the given days, the others off.
async fn pattern(team: &Team, weekdays: &[&str]) {
    let shifts: BTreeMap<&str, Value> =
        weekdays.iter().map(|weekday| (*weekday, json!([{"start": "09:00", "end": "18:00"}]))).collect();
    let body = json!({"effective_from": "2026-11-09", "weekly_offs": ["sunday"], "shifts": shifts});
    let call = team.company.put(&format!("/roster/{}", team.maria.id)).by(&team.manager().await);
    call.json(body).send().await.expect(200);
}

/// Returns the kinds of facts of the only event about Maria with a fact of the given kind.
async fn told_with(team: &Team, kind: &str) -> Vec<String> {
    let events = Table::of(&team.company).partition(&format!("OUTBOX#user:{}", team.maria.id)).await;
    let kinds = events.iter().map(|event| {
        let facts = event["facts"].as_l().unwrap().iter();
        facts.map(|fact| fact.as_m().unwrap()["kind"].as_s().unwrap().clone()).collect::<Vec<String>>()
    });
    let found: Vec<Vec<String>> = kinds.filter(|kinds| kinds.iter().any(|of| of == kind)).collect();
    let [event] = found.as_slice() else { panic!("{found:?}") };
    event.clone()
}

#[tokio::test]
async fn another_pattern_under_leave_recounts_it_in_the_same_transaction() {
    let team = Team::start().await;
    let id = team.approved("2026-11-09", "2026-11-22").await;
    let pending = team.ask_for("2026-12-07", "2026-12-11").await.expect(201).str("id").to_owned();
    assert_eq!(team.days(2026).await, [0.0, 5.0, 10.0]);
    pattern(&team, &["monday", "tuesday", "saturday"]).await;
    assert_eq!(team.days(2026).await, [7.0, 2.0, 6.0], "at once");
    let told = told_with(&team, "pattern_changed").await;
    assert_eq!(told, ["pattern_changed", "leave_adjusted", "leave_adjusted"], "in one event");
    let request = team.request(&id).await;
    let recounted = &request["history"][2];
    let manager = json!({"kind": "user", "id": team.manager().await.id, "name": "manager of the test"});
    assert_eq!((&recounted["kind"], &recounted["by"], &request["days"]), (&json!("recounted"), &manager, &json!(6.0)));
    assert_eq!(team.request(&pending).await["days"], 2.0);
    assert_eq!(team.day("2026-11-21").await["kind"], "leave", "a day that is worked now is covered too");
    assert_eq!(team.day("2026-11-11").await["kind"], "weekly_off");
    let audit = Table::of(&team.company).partition(&format!("AUDIT#user:{}", team.maria.id)).await;
    let actions: Vec<&String> = audit.iter().map(|entry| entry["action"].as_s().unwrap()).collect();
    assert!(actions.iter().any(|action| *action == "leave_recounted"), "{actions:?}");
    team.company.settle().await;
    assert_eq!((recount(&team).await, team.days(2026).await), (0, [7.0, 2.0, 6.0]));
    team.cancel(&id).await.expect(200);
    assert_eq!(team.days(2026).await, [13.0, 2.0, 0.0]);
}

#[tokio::test]
async fn a_date_planned_otherwise_under_leave_gives_it_back_and_takes_it_again() {
    let team = Team::start().await;
    let id = team.approved("2026-11-09", "2026-11-13").await;
    let path = format!("/roster/{}/days/2026-11-11", team.maria.id);
    let off = json!({"off": true, "reason": "The works are closed"});
    team.company.put(&path).by(&team.manager().await).json(off).send().await.expect(200);
    assert_eq!(team.days(2026).await, [11.0, 0.0, 4.0]);
    assert_eq!(told_with(&team, "day_planned").await, ["day_planned", "leave_adjusted"]);
    team.company.delete(&path).by(&team.manager().await).send().await.expect(204);
    assert_eq!(team.days(2026).await, [10.0, 0.0, 5.0]);
    let history = team.request(&id).await["history"].clone();
    let kinds: Vec<&str> = history.as_array().unwrap().iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["requested", "approved", "recounted", "recounted"]);
    assert_eq!(team.booked(2026).await[3..], ["cancel 1", "use -1"]);
}

#[tokio::test]
async fn a_roster_that_is_imported_recounts_leave() {
    let team = Team::start().await;
    team.approved("2026-11-09", "2026-11-13").await;
    let sheet = "username,date,start,end\nmaria,2026-11-11,,\nmaria,2026-11-12,,\n";
    let call = team.company.post("/roster/import").by(&team.manager().await).raw("text/csv", sheet);
    call.send().await.expect(202);
    team.company.settle().await;
    assert_eq!(team.days(2026).await, [12.0, 0.0, 3.0]);
}

#[tokio::test]
async fn a_swap_over_a_pending_request_recounts_it() {
    let team = Team::start().await;
    let john = team.company.person("john", json!({"department_id": team.department})).await;
    // Maria requests leave on a Thursday and a Friday, and gives her Thursday shift away.
    let id = team.ask_for("2026-11-12", "2026-11-13").await.expect(201).str("id").to_owned();
    let swap = json!({"my_date": "2026-11-12", "with_user_id": john.id, "their_date": "2026-11-17"});
    let off = json!({"off": true, "reason": "Fair"});
    for (person, date) in [(&john, "2026-11-12"), (&team.maria, "2026-11-17")] {
        let path = format!("/roster/{}/days/{date}", person.id);
        team.company.put(&path).by(&team.manager().await).json(off.clone()).send().await.expect(200);
    }
    let asked = team.company.post("/roster/swaps").by(&team.maria().await).json(swap).send().await.expect(201);
    let path = format!("/roster/swaps/{}/decision", asked.str("id"));
    team.company.post(&path).by(&john).json(json!({"status": "accepted"})).send().await.expect(200);
    assert_eq!((team.request(&id).await["days"].clone(), team.days(2026).await), (json!(1.0), [14.0, 1.0, 0.0]));
}

#[tokio::test]
async fn leave_requested_during_a_roster_change_is_counted_by_the_new_roster() {
    let team = Team::start().await;
    let (maria, manager) = (team.maria().await, team.manager().await);
    for week in 0..3 {
        let monday = 9 + 7 * week;
        let (start, date) = (format!("2026-11-{monday:02}"), format!("2026-11-{:02}", monday + 1));
        let ask = team.company.post("/leave/requests").by(&maria);
        let path = format!("/roster/{}/days/{date}", team.maria.id);
        let plan = team.company.put(&path).by(&manager).json(json!({"off": true, "reason": "Fair"}));
        let ask = ask.json(json!({"start_date": start, "end_date": date}));
        let (asked, planned) = futures_util::future::join(ask.send(), plan.send()).await;
        planned.expect(200);
        let id = asked.expect(201).str("id").to_owned();
        assert_eq!(team.request(&id).await["days"], 1.0, "whichever came first");
    }
    assert_eq!(team.days(2026).await, [12.0, 3.0, 0.0]);
}

#[tokio::test]
async fn recounts_that_exceed_one_transaction_are_finished_by_jobs() {
    let team = Team::with(json!({"annual_leave_days": 40})).await;
    // The weekdays of March 2027, which begins on a Monday.
    let workdays = (1..=23).filter(|day| day % 7 != 6 && day % 7 != 0);
    for date in workdays.map(|day| format!("2027-03-{day:02}")) {
        team.ask_for(&date, &date).await.expect(201);
    }
    assert_eq!(team.days(2027).await, [23.0, 17.0, 0.0]);
    pattern(&team, &["saturday"]).await;
    let told = told_with(&team, "pattern_changed").await;
    assert_eq!(told.last().unwrap(), "work_continues", "the rest is left to jobs");
    team.company.settle().await;
    assert_eq!(team.days(2027).await, [40.0, 0.0, 0.0]);
    assert_eq!(team.company.stack.dead_letters()["queues"][0]["messages"], json!([]));
}

#[tokio::test]
async fn leave_beyond_the_planned_years_is_recounted_with_its_holidays() {
    let team = Team::start().await;
    let unpaid = json!({"type": "unpaid", "start_date": "2029-03-05", "end_date": "2029-03-09"});
    team.holiday("2029-03-07", None).await;
    let id = team.ask(unpaid).await.expect(201).str("id").to_owned();
    assert_eq!(team.request(&id).await["days"], 4.0);
    pattern(&team, &["monday", "tuesday", "wednesday"]).await;
    assert_eq!(team.request(&id).await["days"], 2.0);
}

#[tokio::test]
async fn leave_of_a_type_that_is_not_counted_is_recounted_without_the_ledger() {
    let team = Team::start().await;
    let unpaid = json!({"type": "unpaid", "start_date": "2026-11-09", "end_date": "2026-11-13"});
    let id = team.ask(unpaid).await.expect(201).str("id").to_owned();
    team.holiday("2026-11-11", None).await;
    team.company.settle().await;
    assert_eq!(team.request(&id).await["days"], 4.0);
    assert_eq!(adjusted(&team).await, Vec::<i64>::new());
    assert_eq!(team.booked(2026).await, Vec::<String>::new());
    assert_eq!(team.request(&id).await["reason"], Value::Null);
}
