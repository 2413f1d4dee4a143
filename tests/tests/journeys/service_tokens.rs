//! Service tokens, with which the company's own systems call the API, within the scopes and departments of each token.

use std::collections::{BTreeMap, BTreeSet};

use domain::service_token::{MAX_REQUESTS_PER_MINUTE, Scope};
use futures_util::future::join_all;
use rollcall_tests::{Call, Company, Reply, http::METHODS};
use serde_json::{Value, json};

use crate::{kiosk::calls, table::Table};

const EXPIRES_AT: &str = "2026-12-01T00:00:00+03:00";

/// Creates a service token with scopes, and returns the response.
async fn create(company: &Company, scopes: &[&str], more: Value) -> Reply {
    let mut body = json!({"name": "Payroll", "scopes": scopes, "expires_at": EXPIRES_AT});
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    let admin = company.sign_in("ada").await;
    company.post("/service-tokens").by(&admin).json(body).send().await
}

/// Returns a token with the given scopes.
async fn token(company: &Company, scopes: &[&str], more: Value) -> String {
    create(company, scopes, more).await.expect(201).str("token").to_owned()
}

/// The operations that each scope allows. All other operations accept no service token.
const SCOPES: &[(&str, &[&str])] = &[
    (
        "attendance:read",
        &[
            "GET /attendance/board",
            "GET /attendance/reviews",
            "GET /attendance/{user_id}",
            "GET /attendance/{user_id}/summary",
            "GET /attendance/{user_id}/{date}",
            "GET /attendance/{user_id}/{date}/explanation",
            "GET /attendance/{user_id}/{date}/history",
            "GET /breaks/{user_id}",
            "GET /corrections",
            "GET /corrections/{id}",
        ],
    ),
    (
        "company:read",
        &[
            "GET /departments",
            "GET /departments/{id}",
            "GET /holidays",
            "GET /leave/types",
            "GET /settings",
            "GET /sites",
            "GET /sites/{id}",
        ],
    ),
    ("events:read", &["GET /events"]),
    (
        "leave:read",
        &[
            "GET /leave/balances/{user_id}",
            "GET /leave/balances/{user_id}/ledger",
            "GET /leave/calendar",
            "GET /leave/requests",
            "GET /leave/requests/{id}",
        ],
    ),
    (
        "pay:read",
        &[
            "GET /pay/accounts/{user_id}",
            "GET /pay/accounts/{user_id}/ledger",
            "GET /pay/codes",
            "GET /pay/cost-centers",
            "GET /pay/periods",
            "GET /pay/periods/{id}/timesheets",
            "GET /pay/periods/{id}/timesheets/{user_id}",
            "GET /pay/profiles",
            "GET /pay/rules",
            "GET /pay/rules/{id}",
            "GET /pay/runs",
            "GET /pay/runs/{id}",
            "GET /pay/runs/{id}/file",
            "GET /pay/runs/{id}/lines",
            "GET /pay/segments/{user_id}",
            "GET /users/{id}/pay-profile",
        ],
    ),
    (
        "reports:read",
        &[
            "GET /reports/attendance",
            "GET /reports/cost-centers",
            "GET /reports/lateness",
            "GET /reports/leave",
            "GET /reports/monthly-work",
            "GET /reports/trends",
            "GET /reports/worked-hours",
        ],
    ),
    (
        "roster:read",
        &[
            "GET /roster",
            "GET /roster/{user_id}",
            "GET /roster/{user_id}/shifts",
            "GET /roster/swaps",
            "GET /roster/swaps/{id}",
        ],
    ),
    (
        "roster:write",
        &[
            "DELETE /roster/{user_id}/days/{date}",
            "POST /roster/{user_id}/days/{date}/preview",
            "POST /roster/{user_id}/preview",
            "PUT /roster/{user_id}",
            "PUT /roster/{user_id}/days/{date}",
        ],
    ),
    ("users:read", &["GET /badges", "GET /users", "GET /users/directory", "GET /users/{id}", "GET /users/{id}/badge"]),
    (
        "users:write",
        &[
            "DELETE /users/{id}",
            "GET /users/import/{id}",
            "PATCH /users/{id}",
            "POST /users",
            "POST /users/import",
            "PUT /users/{id}",
        ],
    ),
];

/// Returns whether an operation needs no caller, or is for kiosks; such operations don't read service tokens.
fn takes_no_caller(route: &str, operation: &Value) -> bool {
    let needs_nobody = operation["security"]
        .as_array()
        .is_some_and(|schemes| schemes.iter().any(|scheme| scheme.as_object().is_some_and(serde_json::Map::is_empty)));
    needs_nobody || route.ends_with(" /kiosk") || route.contains(" /kiosk/")
}

#[tokio::test]
async fn every_route_accepts_exactly_the_scope_that_it_needs() {
    let company = Company::start().await;
    let person = company.person("maria", json!({})).await;
    let needed: BTreeMap<&str, &str> =
        SCOPES.iter().flat_map(|(scope, routes)| routes.iter().map(|route| (*route, *scope))).collect();
    let document = serde_json::to_value(local::openapi::merged()).unwrap();
    let (mut wrong, mut walked) = (Vec::new(), BTreeSet::new());
    for scope in Scope::ALL {
        let token = token(&company, &[scope.as_str()], json!({})).await;
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in METHODS {
                let operation = &item[method.as_str().to_lowercase()];
                let route = format!("{method} {path}");
                if operation.is_null() || takes_no_caller(&route, operation) {
                    continue;
                }
                let needs = needed.get(route.as_str()).copied();
                let documented = operation["security"]
                    .as_array()
                    .and_then(|schemes| schemes.iter().find_map(|scheme| scheme["service_token"][0].as_str()));
                assert_eq!(documented, needs, "the document of {route}");
                let path = path
                    .replace("{user_id}", &person.id)
                    .replace("{date}", "2026-11-02")
                    .replace("{code}", "study")
                    // No item has this id, so nothing is changed.
                    .replace("{id}", "01JBPB7N3C5V7X9Z1B3D5F7H9K")
                    .replace("{delivery_id}", "01JBPB7N3C5V7X9Z1B3D5F7H9K")
                    .replace("{session_id}", "01JBPB7N3C5V7X9Z1B3D5F7H9K");
                let reply = company.call(method, &path).token(&token).json(json!({})).send().await;
                let refused = reply.body["code"].as_str().filter(|_| reply.status == 403);
                let is_right = match needs {
                    None => refused == Some("forbidden"),
                    Some(needs) if needs == scope.as_str() => {
                        refused.is_none() && reply.status != 401 && !reply.status.is_server_error()
                    }
                    Some(_) => refused == Some("scope_required"),
                };
                if !is_right {
                    wrong.push(format!("{route} with {scope}: {} {}", reply.status, reply.text));
                }
                walked.insert(route);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let unknown: Vec<&&str> = needed.keys().filter(|route| !walked.contains(**route)).collect();
    assert!(unknown.is_empty(), "not in the document: {unknown:?}");
    let scopes: Vec<&str> = SCOPES.iter().map(|(scope, _)| *scope).collect();
    assert_eq!(scopes, Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_token_is_shown_once_listed_and_refused_once_it_is_revoked() {
    let company = Company::start().await;
    let create = || {
        let body = json!({"name": "Payroll", "scopes": ["users:read"], "expires_at": EXPIRES_AT});
        company.post("/service-tokens").by(&company.admin).header("Idempotency-Key", "k").json(body).send()
    };
    let made = create().await.expect(201);
    let again = create().await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((&again.body["id"], again.body.get("token")), (&made.body["id"], None));
    let token = made.str("token");
    let shown = json!({"id": made.body["id"], "name": "Payroll", "scopes": ["users:read"], "department_ids": null,
        "department_names": null, "expires_at": EXPIRES_AT, "created_at": "2026-11-02T08:00:00+03:00",
        "created_by": company.admin.id, "created_by_name": "Ada Admin", "last_used_at": null});
    let list = async || company.get("/service-tokens").by(&company.admin).send().await.expect(200).items().clone();
    assert_eq!(list().await, std::slice::from_ref(&shown));
    company.get("/users").token(token).send().await.expect(200);
    assert_eq!(list().await[0]["last_used_at"], "2026-11-02T08:00:00+03:00");

    let id = made.str("id");
    let stored = format!("{:?}", Table::of(&company).partition("ORG").await);
    assert!(!stored.contains(token.rsplit_once('.').unwrap().1), "the table keeps only a hash");
    let path = format!("/service-tokens/{id}");
    company.delete(&path).by(&company.admin).send().await.expect(204);
    company.delete(&path).by(&company.admin).send().await.expect_problem(404, "not_found");
    assert!(list().await.is_empty());
    let refused = company.get("/users").token(token).send().await.expect_problem(401, "unauthenticated");
    assert_eq!(refused.str("detail"), "The service token is wrong, has expired or was revoked. Create a new one.");
    let audit = company.get(&format!("/audit?subject=service-token:{id}")).by(&company.admin).send().await.expect(200);
    // Both have the same instant, so their order is undefined.
    let actions: BTreeSet<&str> = audit.items().iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert_eq!(actions, BTreeSet::from(["service_token_created", "service_token_revoked"]));
    assert_eq!(audit.items()[0]["subject_name"], "Payroll");
}

#[tokio::test]
async fn a_token_that_is_wrong_or_has_expired_is_refused() {
    let company = Company::start().await;
    let token = token(&company, &["users:read"], json!({"expires_at": "2026-11-02T08:10:00+03:00"})).await;
    let other = create(&company, &["users:read"], json!({})).await.expect(201);
    let (front, secret) = token.rsplit_once('.').unwrap();
    let of_other = format!("st1.{}.{secret}", other.str("id"));
    for wrong in ["st1", "st1..", &format!("{front}.AAAA"), &format!("{token}x"), &of_other, &token.to_lowercase()] {
        company.get("/users").token(wrong).send().await.expect_problem(401, "unauthenticated");
    }
    company.get("/users").token(&token).send().await.expect(200);
    company.set_clock("2026-11-02T08:10:00+03:00").await;
    company.get("/users").token(&token).send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn only_administrators_with_a_recent_sign_in_create_tokens() {
    let company = Company::start().await;
    let manager = company.person("hana", json!({"role": "manager", "manages_all": true})).await;
    let body = json!({"name": "Payroll", "scopes": ["users:read"], "expires_at": EXPIRES_AT});
    let by = |who| company.post("/service-tokens").by(who).json(body.clone()).send();
    by(&manager).await.expect_problem(403, "forbidden");
    company.get("/service-tokens").by(&manager).send().await.expect_problem(403, "forbidden");
    for (field, value) in [
        ("scopes", json!([])),
        ("scopes[0]", json!(["users:everything"])),
        ("department_ids", json!([])),
        ("department_ids", json!(["01JBPB7N3C5V7X9Z1B3D5F7H9K"])),
        ("expires_at", json!("2026-11-02T08:00:00+03:00")),
        ("expires_at", json!("2027-11-04T00:00:00+03:00")),
    ] {
        let mut wrong = body.clone();
        wrong[field.trim_end_matches("[0]")] = value;
        company.post("/service-tokens").by(&company.admin).json(wrong).send().await.expect_invalid(field);
    }
    company.set_clock("2026-11-02T08:10:01+03:00").await;
    by(&company.admin).await.expect_problem(403, "confirmation_required");
}

#[tokio::test]
async fn a_token_sees_and_changes_the_people_of_its_departments_alone() {
    let company = Company::start().await;
    let (harbour, office) = (company.department("Harbour").await, company.department("Office").await);
    let maria = company.person("maria", json!({"department_id": harbour})).await;
    let john = company.person("john", json!({"department_id": office})).await;
    let hana = company.person("hana", json!({"role": "manager", "manages": [harbour], "department_id": harbour})).await;
    let scopes = ["attendance:read", "reports:read", "users:read", "users:write", "roster:write"];
    let made = create(&company, &scopes, json!({"department_ids": [harbour]})).await.expect(201);
    assert_eq!(
        (&made.body["department_ids"], &made.body["department_names"]),
        (&json!([harbour]), &json!(["Harbour"]))
    );
    let token = made.str("token").to_owned();
    let get = |path: String| company.get(&path).token(&token).send();
    let people = get("/users".to_owned()).await.expect(200);
    let names: BTreeSet<&str> = people.items().iter().filter_map(|user| user["username"].as_str()).collect();
    assert_eq!(names, BTreeSet::from(["maria", "hana"]));
    // Scopes define what a token may do; actions are for people.
    assert!(people.items().iter().all(|user| user["allowed_actions"] == json!([])), "{}", people.text);
    get(format!("/attendance/{}", maria.id)).await.expect(200);
    get(format!("/attendance/{}", john.id)).await.expect_problem(404, "not_found");
    get(format!("/reports/monthly-work?department_id={office}")).await.expect_problem(403, "forbidden");
    get(format!("/users?department_id={office}")).await.expect_problem(403, "forbidden");
    get("/users/me".to_owned()).await.expect_problem(404, "not_found");

    let patch = |id: &str, body: Value| company.patch(&format!("/users/{id}")).token(&token).json(body).send();
    patch(&maria.id, json!({"full_name": "Maria Renamed"})).await.expect(200);
    patch(&john.id, json!({"full_name": "John Renamed"})).await.expect_problem(404, "not_found");
    patch(&hana.id, json!({"full_name": "Hana Renamed"})).await.expect_problem(403, "forbidden");
    patch(&maria.id, json!({"role": "manager"})).await.expect_problem(403, "forbidden");
    patch(&maria.id, json!({"department_id": office})).await.expect_problem(403, "forbidden");
    let create_for = |department: &str| {
        let body = json!({"username": "zoe", "full_name": "Zoe", "department_id": department});
        company.post("/users").token(&token).json(body).send()
    };
    create_for(&office).await.expect_problem(403, "forbidden");
    create_for(&harbour).await.expect(201);
    let plan = json!({"off": true, "reason": "Inventory"});
    let day = |id: &str| company.put(&format!("/roster/{id}/days/2026-11-20")).token(&token).json(plan.clone()).send();
    day(&maria.id).await.expect(200);
    day(&john.id).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_token_plans_no_rosters_of_managers_and_administrators() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let hana = company.person("hana", json!({"role": "manager", "manages_all": true})).await;
    let token = token(&company, &["roster:write"], json!({})).await;
    let pattern = json!({"effective_from": "2026-11-09", "weekly_offs": ["saturday", "sunday"],
        "shifts": {"monday": [{"start": "09:00", "end": "17:00"}]}});
    let (plan, nothing) = (json!({"off": true, "reason": "Inventory"}), Value::Null);
    for (method, path, body) in [
        ("PUT", "", &pattern),
        ("POST", "/preview", &pattern),
        ("POST", "/days/2026-11-20/preview", &plan),
        ("PUT", "/days/2026-11-20", &plan),
        ("DELETE", "/days/2026-11-20", &nothing),
    ] {
        let send = |id: &str| {
            let call = company.call(method.parse().unwrap(), &format!("/roster/{id}{path}")).token(&token);
            if body.is_null() { call.send() } else { call.json(body.clone()).send() }
        };
        let employee = send(&maria.id).await;
        assert!(employee.status.is_success(), "{method} {path}: {} {}", employee.status, employee.text);
        for id in [&hana.id, &company.admin.id] {
            send(id).await.expect_problem(403, "forbidden");
        }
    }
}

#[tokio::test]
async fn changes_made_with_a_token_have_the_token_as_actor() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let made = create(&company, &["users:write"], json!({"name": "HR system"})).await.expect(201);
    let rename = |name: &str| {
        let call = company.patch(&format!("/users/{}", maria.id)).token(made.str("token"));
        call.json(json!({"full_name": name})).send()
    };
    rename("Maria Renamed").await.expect(200);
    company.delete(&format!("/users/{}", maria.id)).token(made.str("token")).send().await.expect(204);
    let actor = json!({"kind": "service_token", "id": made.body["id"], "name": "HR system"});
    let audit = async || {
        let subject = format!("/audit?subject=user:{}", maria.id);
        company.get(&subject).by(&company.admin).send().await.expect(200).items().clone()
    };
    let entries = audit().await;
    assert!(entries.len() > 2);
    let of_token = entries.iter().filter(|entry| entry["actor"] == actor).count();
    assert_eq!(of_token, 2, "{entries:?}");
    // The name remains after the token is deleted.
    company.delete(&format!("/service-tokens/{}", made.str("id"))).by(&company.admin).send().await.expect(204);
    rename("Maria Again").await.expect_problem(401, "unauthenticated");
    assert_eq!(audit().await.iter().filter(|entry| entry["actor"] == actor).count(), of_token);
}

#[tokio::test]
async fn too_many_requests_in_a_minute_are_refused_until_the_next() {
    let company = Company::start().await;
    let (first, second) =
        (token(&company, &["users:read"], json!({})).await, token(&company, &["users:read"], json!({})).await);
    let get = |token: &str| company.get("/users/directory?limit=1").token(token);
    company.set_clock("2026-11-02T08:00:20+03:00").await;
    let count = usize::try_from(MAX_REQUESTS_PER_MINUTE).unwrap();
    for _ in 0..6 {
        let calls: Vec<Call> = (0..count / 6).map(|_| get(&first)).collect();
        for reply in join_all(calls.into_iter().map(Call::send)).await {
            reply.expect(200);
        }
    }
    let refused = get(&first).send().await.expect_problem(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("40"));
    assert_eq!(refused.str("detail"), "At most 300 requests are taken in a minute.");
    get(&second).send().await.expect(200);
    company.set_clock("2026-11-02T08:01:00+03:00").await;
    get(&first).send().await.expect(200);
}

#[tokio::test]
async fn concurrent_requests_of_a_token_are_limited_per_minute_too() {
    let company = Company::start().await;
    let token = token(&company, &["users:read"], json!({})).await;
    let get = || company.get("/users/directory?limit=1").token(&token);
    let count = usize::try_from(MAX_REQUESTS_PER_MINUTE).unwrap();
    // The last forty requests, together with twenty more.
    for _ in 0..(count - 40) / 20 {
        for reply in join_all((0..20).map(|_| get().send())).await {
            reply.expect(200);
        }
    }
    let replies = join_all((0..60).map(|_| get().send())).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 40);
    assert_eq!(replies.iter().filter(|reply| reply.status == 429).count(), 20);
}

#[tokio::test]
async fn a_use_is_recorded_hourly_and_a_request_costs_a_read_and_a_write_more() {
    let company = Company::start().await;
    let token = token(&company, &["users:read"], json!({})).await;
    let last_used = async || {
        let admin = company.sign_in("ada").await;
        company.get("/service-tokens").by(&admin).send().await.expect(200).items()[0]["last_used_at"].clone()
    };
    let get = || company.get("/users/directory?limit=1").token(&token).send();
    for (now, noted) in [("08:00", "08:00"), ("08:59", "08:00"), ("09:00", "09:00"), ("09:30", "09:00")] {
        company.set_clock(&format!("2026-11-02T{now}:00+03:00")).await;
        get().await.expect(200);
        assert_eq!(last_used().await, format!("2026-11-02T{noted}:00+03:00"), "{now}");
    }
    company.reset_calls().await;
    get().await.expect(200);
    let calls = calls(&company, "GET /users/directory").await;
    assert!(calls.contains(&("UpdateItem".to_owned(), 1)), "{calls:?}");
}

#[tokio::test]
async fn service_tokens_come_in_pages() {
    let company = Company::start().await;
    for number in 0..3 {
        create(&company, &["users:read"], json!({"name": format!("System {number}")})).await.expect(201);
        company.set_clock(&format!("2026-11-02T08:00:0{}+03:00", number + 1)).await;
    }
    let first = company.get("/service-tokens?limit=2").by(&company.admin).send().await.expect(200);
    let cursor = first.str("next_cursor");
    let rest = company.get(&format!("/service-tokens?limit=2&cursor={cursor}")).by(&company.admin).send().await;
    let rest = rest.expect(200);
    let names: Vec<&str> = first.items().iter().chain(rest.items()).filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["System 0", "System 1", "System 2"]);
    assert_eq!(rest.body.get("next_cursor"), None);
}
