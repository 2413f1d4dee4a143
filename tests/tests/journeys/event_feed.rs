//! `GET /events`: the feed of the last 30 days.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    audit::Actor,
    event::{CompanyFact, Fact, Subject},
    id::EventId,
};
use jiff::Timestamp;
use rollcall_tests::{Company, Reply};
use runtime::system::SystemEntropy;
use serde_json::{Value, json};
use store::{Commit, Stamp};

use crate::{bulk_fixtures::Counter, table::Table};

/// Returns a service token with the scope of the feed.
async fn token(company: &Company, department_ids: Value) -> String {
    let mut body = json!({"name": "ERP", "scopes": ["events:read"], "expires_at": "2026-12-01T00:00:00Z"});
    if !department_ids.is_null() {
        body["department_ids"] = department_ids;
    }
    let admin = company.sign_in("ada").await;
    company.post("/service-tokens").by(&admin).json(body).send().await.expect(201).str("token").to_owned()
}

/// Reads the feed.
async fn read(company: &Company, token: &str, query: &str) -> Reply {
    company.get(&format!("/events{query}")).token(token).send().await.expect(200)
}

/// Returns the kinds of the first facts of events.
fn kinds(reply: &Reply) -> Vec<&str> {
    reply.items().iter().map(|event| event["facts"][0]["kind"].as_str().unwrap()).collect()
}

/// Commits an event whose id was made at an instant, however long ago.
async fn commit_late(company: &Company, made_at: &str) -> EventId {
    let at: Timestamp = made_at.parse().unwrap();
    let event_id = EventId::generate(at, &SystemEntropy);
    let stamp = Stamp { event_id, at, actor: Actor::System, request_id: None };
    let facts = vec![Fact::Company(CompanyFact::SettingsChanged { fields: vec!["time_zone".to_owned()] })];
    let store = Table::of(company).store(Arc::new(Counter::default())).await;
    Commit::new(stamp, Subject::Settings, facts).unwrap().send(&store).await.unwrap();
    company.settle().await;
    event_id
}

#[tokio::test]
async fn a_system_reads_each_event_once_by_passing_the_position_on() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let token = token(&company, Value::Null).await;
    let harbour = company.department("Harbour").await;
    company.settle().await;
    let early = read(&company, &token, "").await;
    assert_eq!((early.items().len(), &early.body["more"]), (0, &json!(false)), "events are 30 seconds old");

    company.set_clock("2026-11-02T08:00:31Z").await;
    let first = read(&company, &token, "").await;
    assert!(kinds(&first).contains(&"department_created") && kinds(&first).contains(&"company_set_up"));
    let created = first.items().iter().find(|event| event["facts"][0]["kind"] == "department_created").unwrap();
    assert_eq!(created["subject"], format!("department:{harbour}"));
    assert_eq!((&created["schema_version"], &created["at"]), (&json!(1), &json!("2026-11-02T08:00:00Z")));

    let after = format!("?after={}", first.str("next_after"));
    assert!(read(&company, &token, &after).await.items().is_empty());
    company.department("Office").await;
    company.settle().await;
    company.set_clock("2026-11-02T08:01:30Z").await;
    let second = read(&company, &token, &after).await;
    assert!(kinds(&second).contains(&"department_created"));
    let ids = |reply: &Reply| -> BTreeSet<String> {
        reply.items().iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
    };
    assert!(ids(&first).is_disjoint(&ids(&second)));
}

#[tokio::test]
async fn an_event_that_is_committed_late_is_not_missed() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let token = token(&company, Value::Null).await;
    company.settle().await;
    company.set_clock("2026-11-02T08:10:00Z").await;
    let before = read(&company, &token, "").await;
    // Its id is older than the ones that were read.
    let late = commit_late(&company, "2026-11-02T07:59:00Z").await;
    let after = format!("?after={}", before.str("next_after"));
    assert!(read(&company, &token, &after).await.items().is_empty(), "it is younger than the watermark");
    company.set_clock("2026-11-02T08:10:31Z").await;
    let found = read(&company, &token, &after).await;
    assert_eq!(found.items().len(), 1);
    assert_eq!(found.items()[0]["id"], late.to_string());
}

#[tokio::test]
async fn pages_have_every_event_once_and_kinds_choose_among_them() {
    let company = Company::start_at("2026-11-01T23:59:00Z", "UTC").await;
    let token = token(&company, Value::Null).await;
    for (number, at) in ["2026-11-01T23:59:30Z", "2026-11-02T00:00:10Z", "2026-11-04T12:00:00Z"].iter().enumerate() {
        company.set_clock(at).await;
        company.department(&format!("Department {number}")).await;
        company.settle().await;
    }
    company.set_clock("2026-11-05T12:00:00Z").await;
    let all = read(&company, &token, "?after=2026-11-01T00:00:00Z&limit=200").await;
    let (mut paged, mut query) = (Vec::new(), "?after=2026-11-01T00:00:00Z&limit=2".to_owned());
    loop {
        let page = read(&company, &token, &query).await;
        paged.extend(page.items().clone());
        if page.body["more"] == false {
            break;
        }
        query = format!("?limit=2&after={}", page.str("next_after"));
    }
    assert_eq!(&paged, all.items());
    let created = read(&company, &token, "?after=2026-11-01T00:00:00Z&kinds=department_created,site_created").await;
    assert_eq!(kinds(&created), ["department_created"; 3]);
    let later = read(&company, &token, "?after=2026-11-02T00:00:00Z&kinds=department_created").await;
    assert_eq!(kinds(&later), ["department_created"; 2]);
}

#[tokio::test]
async fn events_are_kept_for_thirty_days() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    company.settle().await;
    company.set_clock("2026-12-02T07:00:00Z").await;
    let admin = company.sign_in("ada").await;
    company.settle().await;
    let read = async |admin| company.get("/events?kinds=company_set_up").by(admin).send().await.expect(200);
    let mut page = read(&admin).await;
    // A month has more days than one request reads.
    while page.items().is_empty() && page.body["more"] == true {
        let query = format!("/events?kinds=company_set_up&after={}", page.str("next_after"));
        page = company.get(&query).by(&admin).send().await.expect(200);
    }
    assert_eq!(kinds(&page), ["company_set_up"]);
    company.set_clock("2026-12-02T08:00:01Z").await;
    let admin = company.sign_in("ada").await;
    assert!(read(&admin).await.items().is_empty());
}

#[tokio::test]
async fn the_feed_is_for_admins_and_for_tokens_of_all_people() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let of_harbour = token(&company, json!([harbour])).await;
    company.get("/events").token(&of_harbour).send().await.expect_problem(403, "forbidden");
    company.get("/events").by(&company.admin).send().await.expect(200);
    for (query, field) in [
        ("after=yesterday", "after"),
        ("after=2026-11-02", "after"),
        ("kinds=lunch", "kinds"),
        ("kinds=late,lunch", "kinds"),
        ("limit=201", "limit"),
    ] {
        company.get(&format!("/events?{query}")).by(&company.admin).send().await.expect_invalid(field);
    }
}
