//! Invalid input at every endpoint: a 4xx that names the error, never a 5xx, and nothing is written.

use reqwest::Method;
use rollcall_tests::{Company, Reply};
use serde_json::{Value, json};

use crate::table::Table;

/// Returns `METHOD /path` of every operation of the document, with `me` and other values for its parameters.
fn operations() -> Vec<(Method, String)> {
    let document = serde_json::to_value(local::openapi::merged()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in rollcall_tests::http::METHODS {
            if item.get(method.as_str().to_lowercase()).is_some() {
                operations.push((method, path.clone()));
            }
        }
    }
    assert!(operations.len() > 20, "the document has hardly any operations");
    operations
}

fn filled(path: &str) -> String {
    path.replace("{user_id}", "me")
        .replace("{date}", "2026-11-02")
        .replace("{session_id}", "01JBN2V7Q4W0M3T9K5ZXH8R6CD")
        .replace("{file}", "x.ics")
        .replace("{code}", "study")
        .replace("{id}", "01JBN2V7Q4W0M3T9K5ZXH8R6CD")
}

/// Returns whether a path ends the caller's own session. Tests that continue with the session leave these paths out.
fn ends_sessions(path: &str) -> bool {
    path.starts_with("/auth/logout")
}

/// Returns whether a path needs no body and ignores it.
fn takes_no_body(path: &str) -> bool {
    path == "/live/tickets"
}

#[tokio::test]
async fn no_body_causes_a_server_error_or_a_write() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("application/json", b"{".to_vec()),
        ("application/json", b"\0".to_vec()),
        ("application/json", b"\xff\xfe".to_vec()),
        ("application/json", b"[1, 2]".to_vec()),
        ("application/json", b"\"text\"".to_vec()),
        ("application/json", b"{\"no_such_field\": 1}".to_vec()),
        ("application/json", format!("{{\"remark\": \"{}\"}}", "x".repeat(1_000_000)).into_bytes()),
        ("application/json", format!("{}{}", "[".repeat(20_000), "]".repeat(20_000)).into_bytes()),
        ("text/plain", b"hello".to_vec()),
        ("application/x-www-form-urlencoded", b"username=ada".to_vec()),
    ];
    let before = Table::of(&company).partition("ORG").await.len();
    for (method, path) in operations() {
        if method == Method::GET || ends_sessions(&path) || takes_no_body(&path) || method == Method::DELETE {
            continue;
        }
        for (content_type, body) in &bodies {
            let reply =
                company.call(method.clone(), &filled(&path)).by(&admin).raw(content_type, body.clone()).send().await;
            let status = reply.status.as_u16();
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            assert!((400..500).contains(&status), "{method} {path} with {shown:?}: {status} {}", reply.text);
            assert_eq!(
                reply.header("content-type"),
                Some("application/problem+json"),
                "{method} {path}: {}",
                reply.text
            );
            assert!(reply.text.len() < 4000, "{method} {path} says {} bytes", reply.text.len());
        }
    }
    assert_eq!(Table::of(&company).partition("ORG").await.len(), before, "something was written");
}

#[tokio::test]
async fn wrong_values_are_named_by_their_path() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    for (body, path) in [
        (json!({"remark": 5}), "remark"),
        (json!({"remark": "a\u{0}b"}), "remark"),
        (json!({"remark": "x".repeat(501)}), "remark"),
        (json!({"location": {"latitude": 91, "longitude": 0}}), "location.latitude"),
        (json!({"location": {"latitude": 1}}), "location"),
        (json!({"location": {"latitude": 1, "longitude": 2, "altitude": 3}}), "location.altitude"),
        (json!({"device_time": "yesterday"}), "device_time"),
        (json!({"remrak": "typo"}), "remrak"),
    ] {
        company.post("/clock/in").by(&admin).json(body).send().await.expect_invalid(path);
    }
    for (body, path) in [
        (json!({"late_grace_minutes": -1}), "late_grace_minutes"),
        (json!({"default_shift": {"start": "25:00", "end": "18:00"}}), "default_shift.start"),
        (json!({"default_weekly_offs": ["sunday", "sunday"]}), "default_weekly_offs"),
        (json!({"overtime": {"min_minutes": "ten"}}), "overtime.min_minutes"),
        (json!({"time_zone": "Mars/Olympus"}), "time_zone"),
        (json!({"grace": 5}), "grace"),
    ] {
        company.patch("/settings").by(&admin).json(body).send().await.expect_invalid(path);
    }
    for (query, path) in [("from=2026-02-30", "from"), ("limit=0", "limit"), ("limit=201", "limit"), ("form=x", "form")]
    {
        company.get(&format!("/attendance/me?{query}")).by(&admin).send().await.expect_invalid(path);
    }
    company.get("/attendance/me/2026-13-01").by(&admin).send().await.expect_invalid("date");
    company.get("/attendance/nobody").by(&admin).send().await.expect_problem(404, "not_found");
}

/// Returns the paths and messages of a 422, in order.
fn faults(reply: &Reply) -> Vec<String> {
    let errors = reply.body["errors"].as_array().into_iter().flatten();
    let text = |error: &Value, field: &str| error[field].as_str().unwrap_or_default().to_owned();
    let mut faults: Vec<String> =
        errors.map(|error| format!("{}: {}", text(error, "path"), text(error, "message"))).collect();
    faults.sort_unstable();
    faults
}

#[tokio::test]
async fn a_list_that_has_an_item_twice_is_refused() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let department = company.department("Harbour").await;
    let maria = company.person("maria", json!({"role": "manager", "manages": [department]})).await;
    let (user, chat) = (format!("/users/{}", maria.id), format!("/departments/{department}/chat"));
    let both = [department.as_str(); 2];
    let token = |scopes: &[&str], departments: &[&str]| json!({"name": "Payroll", "scopes": scopes, "department_ids": departments, "expires_at": "2026-12-01T00:00:00Z"});
    let channels = |email: &[&str], push: &[&str]| json!({"muted": [], "channels": {"email": email, "push": push}});
    let late = ["late_arrival", "late_arrival"];
    for (method, path, body, field) in [
        (Method::POST, "/users", json!({"username": "hana", "full_name": "Hana", "manages": both}), "manages"),
        (Method::PATCH, user.as_str(), json!({"manages": both}), "manages"),
        (Method::PUT, user.as_str(), json!({"username": "maria", "full_name": "Maria", "manages": both}), "manages"),
        (Method::POST, "/service-tokens", token(&["users:read", "users:read"], &[&department]), "scopes"),
        (Method::POST, "/service-tokens", token(&["users:read"], &both), "department_ids"),
        (
            Method::POST,
            "/webhooks",
            json!({"url": "http://127.0.0.1:9/", "kinds": ["absent", "absent"],
            "description": "Payroll"}),
            "kinds",
        ),
        (Method::PATCH, "/webhooks/01JBN2V7Q4W0M3T9K5ZXH8R6WH", json!({"kinds": ["absent", "absent"]}), "kinds"),
        (Method::POST, "/holidays/import", json!({"country": "TR", "years": [2027, 2027]}), "years"),
        (
            Method::PUT,
            chat.as_str(),
            json!({"service": "slack", "url": "https://hooks.slack.com/services/T/B/X",
            "kinds": ["late", "late"]}),
            "kinds",
        ),
        (Method::PUT, "/notifications/preferences", json!({"muted": late}), "muted"),
        (Method::PUT, "/notifications/preferences", channels(&late, &[]), "channels.email"),
        (Method::PUT, "/notifications/preferences", channels(&[], &late), "channels.push"),
    ] {
        let refused = company.call(method, path).by(&admin).json(body).send().await;
        let refused = refused.expect_problem(422, "invalid_values");
        assert_eq!(faults(&refused), [format!("{field}: must not have the same item twice")], "{path}");
    }
}

#[tokio::test]
async fn every_wrong_value_of_a_request_is_named_at_once() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let refused = company.post("/users").by(&admin).json(json!({})).send().await.expect_problem(422, "invalid_values");
    assert_eq!(faults(&refused), ["full_name: is required", "username: is required"]);
    let refused =
        company.post("/leave/requests").by(&admin).json(json!({"start_date": "soon", "days": 3})).send().await;
    assert_eq!(
        faults(&refused.expect_problem(422, "invalid_values")),
        [
            "days: is not a known field",
            "end_date: is required",
            "start_date: must be a date such as 2026-11-02, from 2000 to 2199",
        ]
    );
    let wrong = json!({"late_grace_minutes": -1, "time_zone": "Mars/Olympus", "geofence": "maybe"});
    for method in [Method::PATCH, Method::PUT] {
        let refused = company.call(method, "/settings").by(&admin).json(wrong.clone()).send().await;
        assert_eq!(
            faults(&refused.expect_problem(422, "invalid_values")),
            [
                "geofence: must be one of off, flag, enforce",
                "late_grace_minutes: must be a whole number from 0 to 1440",
                "time_zone: must be an IANA time zone name such as Europe/Berlin",
            ]
        );
    }
    let unknown = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";
    let new = json!({"username": "maria", "full_name": "Maria", "department_id": unknown, "site_id": unknown});
    let refused = company.post("/users").by(&admin).json(new).send().await.expect_problem(422, "invalid_values");
    assert_eq!(faults(&refused), ["department_id: is not an existing department", "site_id: is not an existing site"]);
    let refused = company.get("/attendance/me?from=soon&limit=0&form=x").by(&admin).send().await;
    assert_eq!(
        faults(&refused.expect_problem(422, "invalid_values")),
        [
            "form: is not a known parameter",
            "from: must be a date such as 2026-11-02, from 2000 to 2199",
            "limit: must be a whole number from 1 to 200",
        ]
    );
}

/// A place in a request's body: its notation, and the way to put a value there.
#[derive(Clone, Default)]
struct Place {
    path: String,
    /// The fields and items that lead to the place. A field comes with the tags next to it.
    steps: Vec<Option<(String, Value)>>,
}

impl Place {
    fn field(&self, name: &str, tags: &Value) -> Self {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        let step = Some((name.to_owned(), tags.clone()));
        Self { path, steps: self.steps.iter().cloned().chain([step]).collect() }
    }

    fn item(&self) -> Self {
        Self { path: format!("{}[0]", self.path), steps: self.steps.iter().cloned().chain([None]).collect() }
    }

    /// Returns a body with nothing except the value at the place.
    fn body(&self, value: Value) -> Value {
        let around = |inner: Value, step: &Option<(String, Value)>| match step {
            Some((name, tags)) => {
                let mut object = tags.clone();
                object[name] = inner;
                object
            }
            None => json!([inner]),
        };
        self.steps.iter().rev().fold(value, around)
    }
}

/// Follows the schema of a body, and collects values that it doesn't allow, with their places.
fn not_allowed(document: &Value, schema: &Value, place: &Place, found: &mut Vec<(Place, Value)>) {
    let resolved = |schema: &Value| match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap().clone(),
        None => schema.clone(),
    };
    let schema = resolved(schema);
    let choices: Vec<Value> = match schema["oneOf"].as_array() {
        Some(choices) => choices.iter().map(resolved).collect(),
        None => vec![schema],
    };
    let has_type = |name: &str| {
        choices.iter().any(|choice| match &choice["type"] {
            Value::Array(names) => names.iter().any(|it| it == name),
            one @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                one == name
            }
        })
    };
    if !place.steps.is_empty() && !has_type("null") {
        found.push((place.clone(), Value::Null));
    }
    if !place.steps.is_empty() && has_type("object") && !has_type("array") {
        found.push((place.clone(), json!([])));
    }
    for choice in &choices {
        let properties: Vec<_> = choice["properties"].as_object().into_iter().flatten().collect();
        let tags = properties.iter().filter_map(|(name, property)| match property["enum"].as_array()?.as_slice() {
            [only] => Some(((*name).clone(), only.clone())),
            _ => None,
        });
        let tags: Value = tags.collect::<serde_json::Map<_, _>>().into();
        for (name, property) in properties {
            not_allowed(document, property, &place.field(name, &tags), found);
        }
        if choice["items"].is_object() {
            not_allowed(document, &choice["items"], &place.item(), found);
        }
    }
}

#[tokio::test]
async fn no_body_takes_null_or_a_list_that_its_schema_does_not_allow() {
    let document = serde_json::to_value(local::openapi::merged()).unwrap();
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let site = json!({"name": "Harbour", "time_zone": "Europe/Istanbul"});
    let site = company.post("/sites").by(&admin).json(site).send().await.expect(201);
    let kiosk = json!({"site_id": site.str("id"), "name": "Entrance"});
    let kiosk = company.post("/kiosks").by(&admin).json(kiosk).send().await.expect(201);
    let mut tried = 0;
    for (method, path) in operations() {
        let operation = &document["paths"][&path][method.as_str().to_lowercase()];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let mut found = Vec::new();
        not_allowed(&document, schema, &Place::default(), &mut found);
        for (place, value) in found {
            // A punch of a batch that can't be read is refused alone, with 200 for the batch.
            if path.ends_with("/batch") && place.path.contains("].") {
                continue;
            }
            let of_kiosk = ["/kiosk/punch", "/kiosk/batch"].contains(&path.as_str());
            let token = if of_kiosk { kiosk.str("device_token") } else { &admin.access_token };
            let body = place.body(value);
            let reply = company.call(method.clone(), &filled(&path)).token(token).json(body.clone()).send().await;
            let named = reply.body["errors"].as_array().into_iter().flatten().any(|error| error["path"] == place.path);
            assert!(reply.status == 422 && named, "{method} {path} takes {body}: {} {}", reply.status, reply.text);
            tried += 1;
        }
    }
    assert!(tried > 200, "only {tried} values were tried");
}

#[tokio::test]
async fn a_number_without_a_fraction_is_a_whole_number() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    for (written, minutes) in [("54.0", 54), ("5.4e1", 54), ("-0.0", 0)] {
        let body = format!("{{\"late_grace_minutes\": {written}}}");
        let reply = company.patch("/settings").by(&admin).raw("application/json", body).send().await.expect(200);
        assert_eq!(reply.body["late_grace_minutes"], minutes, "{written}");
    }
    let body = json!({"late_grace_minutes": 54.5});
    company.patch("/settings").by(&admin).json(body).send().await.expect_invalid("late_grace_minutes");
}

#[tokio::test]
async fn a_body_is_checked_before_the_version_that_it_changes() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let maria = company.person("maria", json!({})).await;
    let unknown = "01JBN2V7Q4W0M3T9K5ZXH8R6CD";
    let no_offs = json!({"effective_from": "2027-01-04", "weekly_offs": [], "shifts": {}});
    let off = json!({"off": true, "reason": "Stocktaking"});
    let elsewhere = json!({"shifts": [{"start": "09:00", "end": "17:00", "site_id": unknown}], "reason": "x"});
    let user = format!("/users/{}", maria.id);
    let (roster, day) = (format!("/roster/{}", maria.id), format!("/roster/{}/days/2027-01-04", maria.id));
    let session = json!({"reason": "x", "sessions": [{"clock_in": "2026-01-01T09:00:00Z"}]});
    for (method, path, invalid, valid) in [
        (Method::PATCH, "/settings", json!({"default_weekly_offs": []}), Some(json!({"late_grace_minutes": 7}))),
        (Method::PUT, "/settings", json!({"default_weekly_offs": []}), Some(json!({"late_grace_minutes": 7}))),
        (Method::PATCH, &user, json!({"site_id": unknown}), Some(json!({"full_name": "Maria W"}))),
        (Method::PUT, &roster, no_offs, None),
        (Method::PUT, &day, elsewhere, Some(off)),
        (Method::PUT, &format!("/attendance/{}/2026-11-02", maria.id), session, None),
        (
            Method::PUT,
            "/leave/types/annual",
            json!({"counted": false, "name": "Annual leave"}),
            Some(json!({"counted": true, "name": "Holidays"})),
        ),
    ] {
        let call =
            |body: Value| company.call(method.clone(), path).by(&admin).header("if-match", "\"99\"").json(body).send();
        call(invalid).await.expect_problem(422, "invalid_values");
        if let Some(valid) = valid {
            call(valid).await.expect_problem(412, "precondition_failed");
        }
    }
}

#[tokio::test]
async fn a_problem_says_what_is_wrong_here_or_has_no_detail() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let wrong = json!({"username": "ada", "password": "not the password"});
    let wrong = company.post("/auth/login").json(wrong).send().await.expect_problem(401, "invalid_credentials");
    assert_eq!(wrong.str("detail"), "The username or the password is wrong.");
    let punch = json!({"username": "ada", "pin": "7391", "action": "in"});
    let forged = company.post("/kiosk/punch").token("kt1.x").json(punch).send().await;
    let forged = forged.expect_problem(401, "unauthenticated");
    assert!(!forged.text.contains("ign in") && forged.str("detail").contains("device token"), "{}", forged.text);
    company.post("/clock/in").by(&admin).json(json!({})).send().await.expect(201);
    let again = company.post("/clock/in").by(&admin).json(json!({})).send().await;
    let again = again.expect_problem(409, "already_clocked_in");
    assert_eq!(again.body.get("detail"), None, "{}", again.text);
}

#[tokio::test]
async fn cursors_that_are_forged_or_foreign_are_400() {
    let company = Company::start().await;
    let mut maria = company.person("maria", json!({})).await;
    let john = company.person("john", json!({})).await;
    for day in 2..=4 {
        company.set_clock(&format!("2026-11-{day:02}T09:00:00+03:00")).await;
        maria = company.sign_in("maria").await;
        company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
        company.post("/clock/out").by(&maria).json(json!({})).send().await.expect(200);
    }
    let list = "/attendance/me?from=2026-11-01&to=2026-11-30&limit=1";
    let first = company.get(list).by(&maria).send().await.expect(200);
    let cursor = first.str("next_cursor").to_owned();
    let second = company.get(&format!("{list}&cursor={cursor}")).by(&maria).send().await.expect(200);
    assert_eq!(second.items()[0]["date"], "2026-11-03");
    let third =
        company.get(&format!("{list}&cursor={}", second.str("next_cursor"))).by(&maria).send().await.expect(200);
    assert_eq!((&third.items()[0]["date"], third.body.get("next_cursor")), (&json!("2026-11-02"), None::<&Value>));

    let john = company.sign_in(&john.username).await;
    for (path, by) in [
        (format!("{list}&cursor={cursor}x"), &maria),
        (format!("{list}&cursor=AAAA"), &maria),
        (format!("{list}&cursor="), &maria),
        (format!("{list}&cursor=%00%ff"), &maria),
        (format!("{list}&cursor={cursor}"), &john),
        (format!("/attendance/me?from=2026-11-02&to=2026-11-30&cursor={cursor}"), &maria),
        (format!("/users/directory?cursor={cursor}"), &maria),
    ] {
        company.get(&path).by(by).send().await.expect_problem(400, "invalid_cursor");
    }
}

#[tokio::test]
async fn an_unknown_path_is_404_and_an_unsupported_method_is_405() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    for path in ["/nothing", "/clock/sideways", "/users/01JBN2V7Q4W0M3T9K5ZXH8R6CD", "/attendance/me/2026-11-02/x/y"] {
        company.get(path).by(&admin).send().await.expect_problem(404, "not_found");
    }
    let reply = company.get("/clock/in").by(&admin).send().await.expect_problem(405, "method_not_allowed");
    assert_eq!(reply.header("allow"), Some("POST"));
}
