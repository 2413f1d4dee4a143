//! Pay codes, pay rules, pay profiles and segments: docs/rules.md, "From days to pay", with the numbers of the section.

mod approvals;
mod codes_and_rules;
mod cost_centers;
mod previews;
mod profiles;
mod segments;

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// A company with a person whose days an admin enters. It is Monday 9 November 2026, 20:00.
struct Payroll {
    company: Company,
    admin: Person,
    maria: Person,
}

impl Payroll {
    async fn start() -> Self {
        Self::start_in("Europe/Istanbul").await
    }

    async fn start_in(zone: &str) -> Self {
        let company = Company::start_at("2026-11-09T20:00:00+03:00", zone).await;
        let maria = company.person("maria", json!({})).await;
        let admin = company.sign_in("ada").await;
        Self { company, admin, maria }
    }

    /// Enters a session by instants.
    async fn worked(&self, date: &str, from: &str, until: &str) {
        let sessions = json!([{"clock_in": from, "clock_out": until, "breaks": []}]);
        let path = format!("/attendance/{}/{date}", self.maria.id);
        let edit = self.company.put(&path).by(&self.admin).json(json!({"sessions": sessions, "reason": "Entered"}));
        edit.send().await.expect(200);
    }

    async fn put(&self, path: &str, body: Value) -> Reply {
        self.company.put(path).by(&self.admin).json(body).send().await
    }

    async fn code(&self, code: &str, kind: &str) {
        let body = json!({"name": code, "kind": kind, "multiplier": 1.5});
        self.put(&format!("/pay/codes/{code}"), body).await.expect(200);
    }

    /// Creates rules with one version, and gives the person a profile with them. Returns the id of the rules.
    async fn rules(&self, mut version: Value) -> String {
        version["effective_from"] = "2020-01-01".into();
        let body = json!({"name": "Rules", "versions": [version]});
        let made = self.company.post("/pay/rules").by(&self.admin).json(body).send().await.expect(201);
        let id = made.str("id").to_owned();
        self.profile(json!({"personnel_number": "1", "rules_id": id})).await.expect(200);
        id
    }

    async fn profile(&self, more: Value) -> Reply {
        let mut body = json!({"personnel_number": "1", "account": false, "effective_from": "2020-01-01"});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        self.put(&format!("/users/{}/pay-profile", self.maria.id), body).await
    }

    /// Returns the file of an export that was ordered.
    async fn exported(&self, ordered: &Reply) -> Value {
        self.company.settle().await;
        let path = format!("/reports/exports/{}", ordered.str("id"));
        let done = self.company.get(&path).by(&self.admin).send().await.expect(200);
        assert_eq!((done.str("status"), done.str("format")), ("done", "json"), "{}", done.text);
        reqwest::get(done.str("url")).await.unwrap().json().await.unwrap()
    }

    async fn segments(&self, from: &str, to: &str) -> Value {
        let path = format!("/pay/segments/me?from={from}&to={to}");
        self.company.get(&path).by(&self.maria).send().await.expect(200).body
    }
}

/// Returns the segments of the first listed date as text: `22:00-00:00 regular +night`.
fn told(segments: &Value) -> Vec<String> {
    let time = |at: &Value| at.as_str().unwrap()[11..16].to_owned();
    let premiums = |segment: &Value| {
        let codes = segment["premiums"].as_array().unwrap().iter();
        codes.fold(String::new(), |text, code| text + " +" + code.as_str().unwrap())
    };
    let of_day = segments["days"][0]["segments"].as_array().unwrap();
    of_day
        .iter()
        .map(|segment| {
            let premiums = premiums(segment);
            let code = segment["code"].as_str().unwrap();
            format!("{}-{} {code}{premiums}", time(&segment["from"]), time(&segment["until"]))
        })
        .collect()
}

/// Returns the paid seconds of a code.
fn total(segments: &Value, code: &str) -> i64 {
    let totals = segments["totals"].as_array().unwrap();
    totals.iter().find(|total| total["code"] == code).map_or(0, |total| total["seconds"].as_i64().unwrap())
}
