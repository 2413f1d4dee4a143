//! A company with items that another release has stored: release 0.1.0 before an update, or a newer release before a rollback.
//! Every function works with them. `tests/fixtures/README.md` documents the origin of the items.

#[path = "../../fixtures/newer.rs"]
mod newer;

use std::{collections::BTreeMap, fs, path::Path};

use aws_sdk_dynamodb::Client;
use data_encoding::BASE64URL_NOPAD;
use reqwest::Method;
use rollcall_tests::{Company, Person, Wire, company::PASSWORD};
use serde_json::{Value, json};

use crate::table::{Item, Table};

/// A few minutes after the last call to release 0.1.0: Maria is on a break.
const NOW: &str = "2026-10-12T10:05:00+03:00";

/// Returns the items that release 0.1.0 stored, in DynamoDB JSON.
fn stored() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/0.1.0/table.jsonl");
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the same items as a newer release would have stored them: with more fields, kinds and values.
fn stored_by_a_newer_release() -> Vec<Value> {
    let mut items = stored();
    for item in &mut items {
        let (pk, sk) = (text(item, "pk"), text(item, "sk"));
        if pk.starts_with("OUTBOX#") {
            let facts = item["facts"]["L"].as_array_mut().unwrap();
            facts.push(json!({"M": {"kind": {"S": "badge_lost"}, "badge": {"N": "7"}}}));
        }
        if sk == "SETTINGS" {
            item["settings"]["M"]["geofence"] = json!({"S": "warn"});
        }
        if sk == "DAY#2026-10-05" && !item["sessions"].is_null() {
            item["sessions"]["L"][0]["M"]["clock_in"]["M"]["source"] = json!({"S": "gate"});
        }
        if sk.starts_with("NOTE#") && item["kind"]["S"] == "late_arrival" {
            item["kind"] = json!({"S": "badge_lost"});
        }
        if sk == "INBOX" && !item["muted"].is_null() {
            item["muted"]["L"].as_array_mut().unwrap().push(json!({"S": "badge_lost"}));
        }
        newer::add_fields(item);
    }
    items
}

fn text(item: &Value, name: &str) -> String {
    item[name]["S"].as_str().unwrap_or_default().to_owned()
}

/// Starts a company in a stack of this release, with items of another release.
async fn company_with(items: Vec<Value>) -> Company {
    let mut company = Company::not_set_up(NOW).await;
    let client = Client::new(company.stack.sdk());
    let table = client.list_tables().send().await.unwrap().table_names()[0].clone();
    // Events come last, so that their consumers find the items that the events are about.
    let (events, others): (Vec<_>, Vec<_>) =
        items.into_iter().partition(|item| text(item, "pk").starts_with("OUTBOX#"));
    for item in others.into_iter().chain(events) {
        let item: serde_dynamo::Item = serde_json::from_value(item).unwrap();
        client.put_item().table_name(&table).set_item(Some(item.into())).send().await.unwrap();
    }
    company.admin = company.sign_in("ada").await;
    company
}

async fn read_everything(company: &Company, maria: &Person) {
    let id = &maria.id;
    let dates = "from=2026-10-05&to=2026-10-12";
    let paths = [
        "/settings",
        "/departments",
        "/sites",
        "/kiosks",
        "/holidays",
        "/users",
        "/users/directory",
        "/audit?subject=settings",
        "/corrections",
        "/roster/swaps",
        "/leave/requests",
        "/leave/types",
        "/leave/calendar",
        "/notifications",
        "/notifications/preferences",
        "/attendance/board?date=2026-10-05",
        "/attendance/reviews",
        "/approvals",
        "/bootstrap",
        "/clock",
        "/auth/me",
        "/auth/sessions",
        "/roster?from=2026-10-05&to=2026-10-18",
    ];
    let of_maria = [
        format!("/users/{id}"),
        format!("/attendance/{id}?{dates}"),
        format!("/attendance/{id}/2026-10-05"),
        format!("/attendance/{id}/2026-10-05/history"),
        format!("/attendance/{id}/summary?period=month&date=2026-10-05"),
        format!("/breaks/{id}?{dates}"),
        format!("/leave/balances/{id}"),
        format!("/leave/balances/{id}/ledger?type=annual&year=2026"),
        format!("/roster/{id}"),
        format!("/roster/{id}/shifts?from=2026-10-05&to=2026-10-18"),
        format!("/reports/attendance?{dates}"),
        format!("/reports/lateness?{dates}"),
        format!("/reports/worked-hours?{dates}"),
        "/reports/leave?year=2026".to_owned(),
        "/reports/monthly-work?year=2026&month=10".to_owned(),
        format!("/reports/trends?{dates}"),
    ];
    let mut refused = Vec::new();
    for path in paths.into_iter().map(str::to_owned).chain(of_maria) {
        let reply = company.get(&path).by(&company.admin).send().await;
        if reply.status != 200 {
            refused.push(format!("{path}: {} {}", reply.status, reply.text));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

/// Returns the id of the first item of a list whose field has the value.
async fn find(company: &Company, path: &str, by: &Person, field: &str, value: &str) -> String {
    let reply = company.get(path).by(by).send().await.expect(200);
    let found = reply.items().iter().find(|item| item[field] == value);
    found.unwrap_or_else(|| panic!("{path} has no {field} {value}: {}", reply.text))["id"].as_str().unwrap().to_owned()
}

/// Continues the day, with calls to every function.
async fn live_on(company: &Company) {
    let (ada, mike) = (&company.admin, company.sign_in("mike").await);
    let (maria, john) = (company.sign_in("maria").await, company.sign_in("john").await);
    let lena = company.sign_in_with("lena", &format!("{PASSWORD} 2")).await;
    read_everything(company, &maria).await;
    company.get("/notifications").by(&mike).send().await.expect(200);
    company.get("/notifications/preferences").by(&mike).send().await.expect(200);
    company.post("/breaks/end").by(&maria).send().await.expect(200);
    company.post("/clock/out").by(&maria).send().await.expect(200);
    company.post("/clock/in").by(&lena).json(json!({"remark": "here"})).send().await.expect(201);
    company.patch("/users/me").by(&maria).json(json!({"language": "tr"})).send().await.expect(200);

    let decide = async |path: String, by: &Person, status: &str| {
        company.post(&format!("{path}/decision")).by(by).json(json!({"status": status})).send().await.expect(200);
    };
    let correction = find(company, "/corrections?status=pending", &mike, "status", "pending").await;
    decide(format!("/corrections/{correction}"), &mike, "approved").await;
    let request = find(company, "/leave/requests?status=pending", &mike, "status", "pending").await;
    decide(format!("/leave/requests/{request}"), &mike, "approved").await;
    let swap = find(company, "/roster/swaps", &john, "status", "pending").await;
    decide(format!("/roster/swaps/{swap}"), &john, "accepted").await;
    let edit = json!({"reason": "Inventory", "shifts": [{"start": "10:00", "end": "12:00"}]});
    company.put(&format!("/roster/{}/days/2026-10-14", maria.id)).by(&mike).json(edit).send().await.expect(200);
    company.patch("/settings").by(ada).json(json!({"late_grace_minutes": 12})).send().await.expect(200);
    let department = find(company, "/departments", ada, "name", "Warehouse").await;
    company
        .patch(&format!("/departments/{department}"))
        .by(ada)
        .json(json!({"name": "Store"}))
        .send()
        .await
        .expect(200);
    let site = find(company, "/sites", ada, "name", "Harbour").await;
    company.patch(&format!("/sites/{site}")).by(ada).json(json!({"name": "Port"})).send().await.expect(200);
    company.post("/holidays").by(ada).json(json!({"date": "2026-10-26", "name": "Port day"})).send().await.expect(201);
    let kiosk = company.post("/kiosks").by(ada).json(json!({"site_id": site, "name": "Hall"})).send().await.expect(201);
    // Opened before the punch, so that the news of the punch reaches this connection however fast it is pushed.
    let mut live = company.connect(&maria).await;
    let punch = json!({"username": "maria", "pin": "482915", "action": "in"});
    company.post("/kiosk/punch").token(kiosk.str("device_token")).json(punch).send().await.expect(200);
    let sheet = "username,effective_from,weekday,start,end,break_minutes\njohn,2026-11-02,monday,09:00,17:00,30\njohn,2026-11-02,sunday,,,\n";
    company.post("/roster/import").by(ada).raw("text/csv", sheet).send().await.expect(202);
    let order = json!({"report": "attendance", "format": "csv", "from": "2026-10-05", "to": "2026-10-12"});
    company.post("/reports/exports").by(ada).json(order).send().await.expect(202);
    for schedule in ["open-day", "lateness", "close-day", "balances", "leave-year", "housekeeping"] {
        company.call(Method::POST, &format!("/_local/schedules/{schedule}")).send().await.expect(200);
    }
    company.settle().await;
    assert!(!live.heard().await.is_empty(), "what happened is pushed");
    let letters = company.stack.dead_letters();
    let queues = letters["queues"].as_array().unwrap();
    assert!(queues.iter().all(|queue| queue["messages"].as_array().unwrap().is_empty()), "{letters}");
    read_everything(company, &maria).await;
}

/// Returns the cursors that a release issued, by the path of their list.
fn cursors(release: &str) -> BTreeMap<String, Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(release).join("cursors.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Returns the fields of a position with the types of their values.
fn shape(position: &Value) -> Value {
    match position {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(_) => "text".into(),
        Value::Number(_) => "number".into(),
        Value::Bool(_) => "boolean".into(),
        Value::Null => Value::Null,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_cursor_continues_its_list_or_is_refused_as_invalid() {
    let company = company_with(stored()).await;
    let maria = company.sign_in("maria").await;
    let page = async |path: &str, more: &str| {
        let separator = if path.contains('?') { '&' } else { '?' };
        let path = format!("{}{separator}limit=1{more}", path.replace("{user_id}", &maria.id));
        company.get(&path).by(&company.admin).send().await
    };
    for (path, recorded) in cursors("0.1.0") {
        let reply = page(&path, &format!("&cursor={}", recorded["cursor"].as_str().unwrap())).await;
        if reply.status != 200 {
            reply.expect_problem(400, "invalid_cursor");
        }
    }
    for (path, recorded) in cursors("current") {
        let reply = page(&path, "").await.expect(200);
        let signed = BASE64URL_NOPAD.decode(reply.str("next_cursor").as_bytes()).unwrap();
        let position: Value = serde_json::from_slice(&signed[..signed.len() - 32]).unwrap();
        assert_eq!(
            shape(&position),
            shape(&recorded["position"]),
            "{path}: record the release again (tests/fixtures/README.md)"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_0_1_0_saved_is_replayed() {
    let company = company_with(stored()).await;
    let maria = company.sign_in("maria").await;
    // Not compared with the OpenAPI document: the response is that of the older release.
    let request = format!(
        "POST /clock/in HTTP/1.1\r\nhost: rollcall\r\nauthorization: Bearer {}\r\nidempotency-key: last-day-of-maria\r\n\
         content-length: 0\r\nconnection: close\r\n\r\n",
        maria.access_token
    );
    let repeated = Wire::send(&company, &request).await;
    assert_eq!(repeated.status, 201, "{}", repeated.body);
    let repeated: Value = serde_json::from_str(&repeated.body).unwrap();
    let day = company.get(&format!("/attendance/{}/2026-10-12", maria.id)).by(&maria).send().await.expect(200);
    assert_eq!(day.body["sessions"].as_array().unwrap().len(), 1, "{}", day.text);
    assert_eq!(repeated["sessions"][0]["id"], day.body["sessions"][0]["id"], "{repeated}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_works_with_items_of_release_0_1_0() {
    let company = company_with(stored()).await;
    live_on(&company).await;
    let maria = company.sign_in("maria").await;
    let day = company.get(&format!("/attendance/{}/2026-10-12", maria.id)).by(&maria).send().await.expect(200);
    assert_eq!(day.body["sessions"].as_array().unwrap().len(), 2, "{}", day.text);
}

type ByKey = BTreeMap<(String, String), Item>;

/// Returns the items of the company and of its people, by their keys.
async fn items(company: &Company, partitions: &[String]) -> ByKey {
    let table = Table::of(company);
    let mut found = ByKey::new();
    for pk in partitions {
        for item in table.partition(pk).await {
            let part = |name: &str| item[name].as_s().unwrap().clone();
            found.insert((part("pk"), part("sk")), item);
        }
    }
    found
}

fn version(item: &Item) -> u64 {
    item.get("version").and_then(|version| version.as_n().ok()).and_then(|version| version.parse().ok()).unwrap_or(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_preserves_data_of_a_newer_release() {
    let stored = stored_by_a_newer_release();
    assert!(stored.iter().map(newer::count).sum::<usize>() > 1000, "fields are added everywhere");
    let mut partitions: Vec<String> = stored.iter().map(|item| text(item, "pk")).collect();
    partitions.retain(|pk| pk == "ORG" || pk.starts_with("USER#"));
    partitions.sort_unstable();
    partitions.dedup();
    let company = company_with(stored).await;
    let before = items(&company, &partitions).await;
    live_on(&company).await;

    let lena = company.sign_in_with("lena", &format!("{PASSWORD} 2")).await;
    let day = company.get(&format!("/attendance/{}/2026-10-12", lena.id)).by(&lena).send().await.expect(200);
    assert!(day.body["flags"].as_array().unwrap().contains(&json!("needs_review")), "{}", day.text);
    let maria = company.sign_in("maria").await;
    let day = company.get(&format!("/attendance/{}/2026-10-05", maria.id)).by(&maria).send().await.expect(200);
    assert_eq!(day.body["sessions"][0]["clock_in"]["source"], "unknown", "{}", day.text);

    let after = items(&company, &partitions).await;
    let changed: Vec<_> =
        after.iter().filter(|(key, item)| before.get(*key).is_some_and(|old| version(old) < version(item))).collect();
    assert!(changed.len() > 15, "{} items have changed", changed.len());
    let lost: Vec<_> =
        changed.iter().filter(|(_, item)| !item.contains_key(newer::FIELD)).map(|(key, _)| key).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let settings = &after[&("ORG".to_owned(), "SETTINGS".to_owned())]["settings"].as_m().unwrap();
    assert_eq!(settings["geofence"].as_s().unwrap(), "warn");
    assert_eq!(settings["late_grace_minutes"].as_n().unwrap(), "12");
    assert!(settings.contains_key(newer::FIELD) && settings["breaks"].as_m().unwrap().contains_key(newer::FIELD));
    let today = &after[&(format!("USER#{}", maria.id), "DAY#2026-10-12".to_owned())];
    let first = today["sessions"].as_l().unwrap()[0].as_m().unwrap();
    assert!(first.contains_key("clock_out") && first.contains_key(newer::FIELD), "{first:?}");
}
