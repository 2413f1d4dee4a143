//! Every route × role × ownership. A route of the OpenAPI document that isn't in the [`table`] fails the test. So each new route
//! needs a decision on who may use it.

mod bodies;
mod scene;
mod table;

use std::collections::BTreeSet;

use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

use self::{
    scene::{Scene, call, scene},
    table::{Row, table},
};

/// The callers, in the order of the table's columns: nobody; the person concerned; a colleague of their department; a person of
/// another department; their department's manager; another department's manager; a manager of everyone; an admin.
const CALLERS: [&str; 8] =
    ["anonymous", "person", "colleague", "outsider", "manager", "other_manager", "general_manager", "admin"];

#[tokio::test]
async fn every_route_allows_exactly_the_callers_in_the_table() {
    let company = Company::start().await;
    let department = company.department("Assembly").await;
    let other_department = company.department("Packing").await;
    let everyone = people(&company, &department, &other_department).await;
    let rows = table();
    let known: BTreeSet<&str> = rows.iter().map(|row| row.0).collect();
    let document = serde_json::to_value(local::openapi::merged()).unwrap();
    let routes = routes_of(&document);
    let undecided: Vec<&String> = routes.iter().filter(|route| !known.contains(route.as_str())).collect();
    assert!(undecided.is_empty(), "nobody decided who may use {undecided:?}");
    let gone: Vec<&&str> = known.iter().filter(|route| !routes.contains(**route)).collect();
    assert!(gone.is_empty(), "not in the document any more: {gone:?}");

    let mut wrong = Vec::new();
    let mut number = 0;
    for Row(route, body, expected) in rows {
        for (index, name) in CALLERS.iter().enumerate() {
            number += 1;
            let scene = scene(&company, route, &department, number).await;
            let caller = index.checked_sub(1).map(|index| &everyone[index]);
            // The person concerned is the person of the scene, except if a person is created for one call.
            let caller = if *name == "person" && route.contains("/users/{id}") {
                Some(company.sign_in(&format!("target{number}")).await)
            } else {
                caller.cloned()
            };
            let reply = call(&company, route, &scene, body(&scene), caller.as_ref()).send().await;
            if reply.status != expected[index] {
                wrong.push(format!(
                    "{route} by {name}: {} instead of {}: {}",
                    reply.status, expected[index], reply.text
                ));
            }
            if reply.status.as_u16() >= 400 {
                assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{route}: {}", reply.text);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where the role decides, it decides first: a caller who may not use a route gets the same answer for every id.
#[tokio::test]
async fn a_role_that_may_not_use_a_route_is_refused_before_the_id_is_read() {
    let company = Company::start().await;
    let employee = company.person("employee", json!({"department_id": company.department("Assembly").await})).await;
    let scene = Scene { number: 1, ..Scene::default() };
    let mut wrong = Vec::new();
    for Row(route, body, expected) in table() {
        let is_id = |part: &&str| ["{id}", "{user_id}", "{number}", "{delivery_id}"].contains(part);
        let is_for_others = expected[1..4] == [403; 3];
        if !is_for_others || !route.split('/').any(|part| is_id(&part)) {
            continue;
        }
        let malformed: Vec<&str> = route.split('/').map(|part| if is_id(&part) { "a.b" } else { part }).collect();
        let reply = call(&company, &malformed.join("/"), &scene, body(&scene), Some(&employee)).send().await;
        if reply.status != 403 {
            wrong.push(format!("{route}: {}: {}", reply.status, reply.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the signed-in callers, in the order of [`CALLERS`].
async fn people(company: &Company, department: &str, other_department: &str) -> Vec<Person> {
    let employee = |department: &str| json!({"department_id": department});
    let manager =
        |departments: &[&str]| json!({"role": "manager", "manages": departments, "department_id": departments[0]});
    let mut people = vec![
        company.person("person", employee(department)).await,
        company.person("colleague", employee(department)).await,
        company.person("outsider", employee(other_department)).await,
        company.person("manager", manager(&[department])).await,
        company.person("other_manager", manager(&[other_department])).await,
        company.person("general_manager", json!({"role": "manager", "manages_all": true})).await,
    ];
    people.push(company.sign_in("ada").await);
    people
}

/// Returns `METHOD /path` of every operation of the document.
fn routes_of(document: &Value) -> BTreeSet<String> {
    let paths = document["paths"].as_object().expect("paths");
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object()
                .into_iter()
                .flatten()
                .filter(|(method, _)| ["get", "post", "put", "patch", "delete"].contains(&method.as_str()))
                .map(move |(method, _)| format!("{} {path}", method.to_uppercase()))
        })
        .collect()
}

#[tokio::test]
async fn managers_and_admins_cannot_change_their_own_records() {
    let company = Company::start().await;
    let department = company.department("Assembly").await;
    let more = json!({"role": "manager", "manages": [department], "department_id": department});
    let manager = company.person("manager", more).await;
    for person in [&manager, &company.sign_in("ada").await] {
        let own = format!("/users/{}", person.id);
        company.patch(&own).by(person).json(json!({"full_name": "Me"})).send().await.expect_problem(403, "own_record");
        company
            .patch("/users/me")
            .by(person)
            .json(json!({"full_name": "Me"}))
            .send()
            .await
            .expect_problem(403, "own_record");
        company.delete(&own).by(person).send().await.expect_problem(403, "own_record");
        let reset = format!("{own}/password-reset");
        company.post(&reset).by(person).json(json!({})).send().await.expect_problem(403, "own_record");
    }
}

#[tokio::test]
async fn the_token_of_a_demoted_or_disabled_person_changes_nothing() {
    let company = Company::start().await;
    let department = company.department("Assembly").await;
    let manager = company.person("manager", json!({"role": "manager", "manages_all": true})).await;
    let worker = company.person("worker", json!({"department_id": department})).await;
    let admin = company.sign_in("ada").await;
    let demoted = company.patch(&format!("/users/{}", manager.id)).by(&admin).json(json!({"role": "employee"}));
    demoted.send().await.expect(200);
    let rename = company.patch(&format!("/users/{}", worker.id)).by(&manager).json(json!({"full_name": "Renamed"}));
    rename.send().await.expect_problem(401, "token_expired");
    company.delete(&format!("/users/{}", worker.id)).by(&admin).send().await.expect(204);
    company.post("/clock/in").by(&worker).json(json!({})).send().await.expect_problem(403, "account_disabled");
}
