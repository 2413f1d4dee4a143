//! The examples of the OpenAPI document, sent to the demo company as `/docs` shows them.

use std::collections::BTreeMap;

use reqwest::Method;
use rollcall_tests::{Company, Person, Reply};
use serde_json::Value;

/// The time of the examples: `today` of the document's extension `x-examples`, in the demo company.
const NOW: &str = "2026-11-04T11:00:00+01:00";
const DEMO_PASSWORD: &str = "rollcall-demo-2026";

/// The demo company's response to an example.
#[derive(Clone, Copy)]
enum Outcome {
    /// A status of success.
    Taken,
    /// A problem that follows from the demo company's state, for a reason.
    Refused(&'static str, &'static str),
}
use Outcome::{Refused, Taken};

/// The operations that callers other than `ada` send, that depend on an order, or that the demo company refuses. `ada` sends
/// all other examples, and they succeed.
const SPECIAL: [(&str, &str, Outcome); 48] = [
    (
        "post /pay/periods/{id}/timesheets/{user_id}/submit",
        "ada",
        Refused("forbidden", "only omar submits his timesheet"),
    ),
    ("post /pay/periods/{id}/timesheets/{user_id}/approve", "ada", Refused("timesheet_blocked", "November isn't over")),
    (
        "post /pay/periods/{id}/timesheets/{user_id}/reject",
        "ada",
        Refused("timesheet_not_submitted", "omar hasn't submitted a timesheet"),
    ),
    ("post /pay/periods/{id}/close", "ada", Refused("period_not_over", "November isn't over")),
    ("post /pay/periods/{id}/reopen", "ada", Refused("period_not_closed", "November isn't closed")),
    ("post /pay/accounts/{user_id}/adjustments", "ada", Refused("no_time_account", "nobody has a time account")),
    ("post /pay/accounts/{user_id}/payouts", "ada", Refused("no_time_account", "nobody has a time account")),
    ("post /auth/login", "", Taken),
    ("post /auth/register", "", Taken),
    ("post /auth/setup", "", Refused("wrong_setup_token", "only the operator has the token")),
    ("post /auth/refresh", "", Refused("invalid_refresh_token", "only the answer of a login holds a refresh token")),
    ("post /auth/logout", "", Taken),
    ("post /auth/password-reset/confirm", "", Refused("link_invalid", "only the e-mail has the link")),
    ("post /auth/email-verification/confirm", "", Refused("link_invalid", "only the e-mail has the link")),
    (
        "post /holidays/subscription/refresh",
        "ada",
        Refused("not_found", "the demo company subscribes to no calendar yet"),
    ),
    ("post /users/{id}/invitation", "ada", Refused("invitation_used", "everyone has set a password")),
    ("post /notifications/unsubscribe", "", Refused("invalid_values", "only an e-mail has the token of the address")),
    ("post /clock/in", "lena", Taken),
    ("post /clock/switch", "lena", Taken),
    ("post /breaks/start", "lena", Taken),
    ("post /breaks/end", "lena", Taken),
    ("post /clock/photos", "lena", Taken),
    ("post /clock/out", "lena", Taken),
    ("post /attendance/{user_id}/{date}/corrections", "lena", Taken),
    (
        "post /attendance/{user_id}/{date}/acknowledgement",
        "ada",
        Refused("nothing_to_acknowledge", "no clock-in is flagged"),
    ),
    ("post /attendance/{user_id}/{date}/excuse", "ada", Refused("nothing_to_excuse", "omar was in time")),
    (
        "post /pay/approvals/{user_id}/{date}/decision",
        "ada",
        Refused("already_decided", "no time of omar needs approval"),
    ),
    ("put /users/{id}/pin", "ada", Taken),
    ("post /kiosks", "ada", Taken),
    ("post /webhooks", "ada", Taken),
    ("post /terminals", "ada", Taken),
    ("post /terminals/unknown/{number}/assign", "ada", Refused("not_found", "no device has sent the number")),
    ("post /kiosk/punch", "kiosk", Taken),
    ("post /kiosk/batch", "kiosk", Taken),
    ("post /kiosk/token", "kiosk", Taken),
    ("post /auth/mfa/confirm", "ada", Refused("mfa_not_started", "ada has no secret yet")),
    ("post /auth/mfa", "ada", Taken),
    ("post /auth/mfa/recovery-codes", "ada", Refused("mfa_not_enabled", "nobody confirmed the secret")),
    ("post /leave/requests", "lena", Taken),
    ("put /leave/requests/{id}", "tom", Taken),
    ("post /notifications/{id}/read", "maria", Taken),
    ("post /roster/me/calendar", "lena", Taken),
    ("post /roster/swaps", "piotr", Taken),
    ("post /roster/swaps/{id}/decision", "omar", Taken),
    ("put /auth/password", "sven", Taken),
    ("post /auth/logout-all", "rui", Taken),
    ("put /holidays/subscription", "ada", Taken),
    ("post /holidays/subscription/refresh", "ada", Taken),
];

/// An operation with a body.
struct Operation {
    name: String,
    media_type: String,
    path: String,
    body: Value,
}

/// Returns the examples of an operation: its path with example parameters, and its body.
fn operation(document: &Value, path: &str, method: &str, operation: &Value) -> Option<Operation> {
    let (media_type, content) = operation["requestBody"]["content"].as_object()?.iter().next()?;
    let schema =
        content["schema"]["$ref"].as_str().map_or(&content["schema"], |it| document.pointer(&it[1..]).unwrap());
    let body = [&content["example"], &schema["example"]].into_iter().find(|example| !example.is_null());
    let mut filled = path.to_owned();
    for parameter in operation["parameters"].as_array().into_iter().flatten().filter(|it| it["in"] == "path") {
        let schema = &parameter["schema"];
        let examples = [&parameter["example"], &schema["example"], &schema["examples"][0]];
        let example = examples.into_iter().find_map(Value::as_str).unwrap_or_else(|| panic!("{path}: {parameter}"));
        filled = filled.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), example);
    }
    let body = body.unwrap_or_else(|| panic!("{method} {path} has no example")).clone();
    Some(Operation { name: format!("{method} {path}"), media_type: media_type.clone(), path: filled, body })
}

/// Replaces the example ids in a text with real ids, like the page `/docs`.
async fn with_ids(company: &Company, document: &Value, person: &Person, text: &str) -> String {
    let mut text = text.to_owned();
    for example in document["x-examples"]["ids"].as_array().unwrap() {
        let (id, source) = (example["id"].as_str().unwrap(), example["source"].as_str().unwrap());
        if text.contains(id) {
            let list = company.get(source).by(person).send().await;
            let living = list.body["items"][0]["id"].as_str();
            text = text.replace(id, living.unwrap_or_else(|| panic!("{source} has nothing: {}", list.text)));
        }
    }
    text
}

async fn send(company: &Company, document: &Value, operation: &Operation, person: &Person) -> Reply {
    let (method, _) = operation.name.split_once(' ').unwrap();
    let method: Method = method.to_uppercase().parse().unwrap();
    let mut call = company.call(method, &with_ids(company, document, person, &operation.path).await);
    if !person.access_token.is_empty() {
        call = call.by(person);
    }
    match &operation.body {
        Value::String(text) => call.raw(&operation.media_type, text.clone()),
        body @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            let body = with_ids(company, document, person, &body.to_string()).await;
            call.raw(&operation.media_type, body)
        }
    }
    .send()
    .await
}

#[tokio::test]
async fn the_demo_company_takes_every_documented_example() {
    let company = Company::demo(NOW).await;
    let document = serde_json::to_value(local::openapi::merged()).unwrap();
    let mut operations = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, it) in item.as_object().unwrap() {
            operations.extend(operation(&document, path, method, it).map(|it| (it.name.clone(), it)));
        }
    }
    let mut people = BTreeMap::from([(String::new(), Person::default())]);
    for (_, username, _) in SPECIAL.iter().filter(|(_, username, _)| !["", "kiosk"].contains(username)) {
        people.insert((*username).to_owned(), company.sign_in_with(username, DEMO_PASSWORD).await);
    }
    let special = SPECIAL.map(|(name, ..)| name);
    let others = operations.keys().filter(|name| !special.contains(&name.as_str()) && *name != "put /settings");
    // The replacement of all settings comes last, because it resets what the other examples rely on.
    let others = others.map(String::as_str).chain(["put /settings"]).map(|name| (name, "ada", Taken));
    let mut faults = Vec::new();
    for (name, username, outcome) in SPECIAL.into_iter().chain(others.collect::<Vec<_>>()) {
        let operation = operations.get(name).unwrap_or_else(|| panic!("{name} isn't documented"));
        let reply = send(&company, &document, operation, &people[username]).await;
        if name == "post /kiosks" {
            let device = Person { access_token: reply.str("device_token").to_owned(), ..Person::default() };
            people.insert("kiosk".to_owned(), device);
        }
        let (as_expected, why) = match outcome {
            Taken => (reply.status.is_success(), ""),
            Refused(code, why) => (reply.body["code"] == code, why),
        };
        if !as_expected {
            faults.push(format!("{name} as {username:?}: {} {} {why}", reply.status, reply.text));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_moment_of_this_test_is_that_of_the_examples() {
    let document = serde_json::to_value(local::openapi::merged()).unwrap();
    assert_eq!(document["x-examples"]["today"].as_str(), NOW.get(..10));
}
