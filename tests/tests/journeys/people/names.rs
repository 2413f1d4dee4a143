//! Names of people and items: one line, in every request.

use reqwest::Method;
use rollcall_tests::{Call, Company, company::PASSWORD};
use serde_json::{Value, json};

use super::walk;
use crate::table::Table;

const REFUSED: [&str; 8] = [
    "two\nlines",
    "x\r\nX-INJECTED:1",
    "lone\rreturn",
    "tab\tbed",
    "nul\0",
    "\u{fffe}",
    "not \u{ffff}",
    "evil \u{202e}gnp",
];

#[tokio::test]
async fn no_name_takes_line_breaks_or_control_characters() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let site = json!({"name": "Pier", "time_zone": "UTC"});
    let site = company.post("/sites").by(&company.admin).json(site).send().await.expect(201).str("id").to_owned();
    let maria = company.person("maria", json!({})).await.id;
    let user = format!("/users/{maria}");
    let set_up = json!({"setup_token": company.stack.setup_token(), "username": "eve", "password": PASSWORD});
    let calls: Vec<(Method, String, &str, Value)> = vec![
        (Method::POST, "/auth/setup".to_owned(), "full_name", set_up),
        (Method::POST, "/auth/register".to_owned(), "full_name", json!({"username": "eve", "password": PASSWORD})),
        (Method::POST, "/users".to_owned(), "full_name", json!({"username": "eve"})),
        (Method::PUT, user.clone(), "full_name", json!({"username": "maria"})),
        (Method::PATCH, user, "full_name", json!({})),
        (Method::POST, "/departments".to_owned(), "name", json!({})),
        (Method::PATCH, format!("/departments/{harbour}"), "name", json!({})),
        (Method::POST, "/sites".to_owned(), "name", json!({"time_zone": "UTC"})),
        (Method::PATCH, format!("/sites/{site}"), "name", json!({})),
        (Method::POST, "/holidays".to_owned(), "name", json!({"date": "2026-12-31"})),
        (Method::POST, "/kiosks".to_owned(), "name", json!({"site_id": site})),
        (Method::PUT, "/leave/types/study".to_owned(), "name", json!({"counted": false})),
        (Method::PUT, "/settings".to_owned(), "company_name", json!({})),
        (Method::PATCH, "/settings".to_owned(), "company_name", json!({})),
    ];
    for (method, path, field, body) in calls {
        for name in REFUSED {
            let mut body = body.clone();
            body[field] = name.into();
            let call: Call = company.call(method.clone(), &path).by(&company.admin).json(body);
            let refused = call.send().await.expect_problem(422, "invalid_values");
            assert_eq!(refused.body["errors"][0]["path"], field, "{method} {path} {name:?}: {}", refused.text);
        }
    }
    // Invalid Unicode is invalid JSON.
    let lone = r#"{"name": "lone \ud800 surrogate"}"#;
    let call = company.post("/departments").by(&company.admin).raw("application/json", lone);
    call.send().await.expect_problem(400, "malformed_request");
}

#[tokio::test]
async fn a_name_stored_before_the_rule_is_shown_as_one_line() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    Table::of(&company).rename(&maria.id, "Maria\r\n\u{fffe}Weber").await;
    let admin = company.sign_in("ada").await;
    let path = format!("/users/{}", maria.id);
    let read = company.get(&path).by(&admin).send().await.expect(200);
    assert_eq!(read.body["full_name"], "Maria Weber");
    let found = walk(&company, &admin, "/users/directory?q=weber").await;
    assert_eq!(found[0]["full_name"], "Maria Weber");
    let kept = company.patch(&path).by(&admin).json(json!({"full_name": "Maria Weber", "tracks_attendance": false}));
    assert_eq!(kept.send().await.expect(200).body["full_name"], "Maria Weber");
}

#[tokio::test]
async fn a_name_comes_back_composed() {
    let company = Company::start().await;
    let made = company.post("/departments").by(&company.admin).json(json!({"name": " Cafe\u{301} "})).send().await;
    assert_eq!(made.expect(201).body["name"], "Café");
}
