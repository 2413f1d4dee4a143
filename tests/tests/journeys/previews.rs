//! Previews of leave and rosters, before anything is written.

use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

use crate::table::Table;

/// Maria and paul work in the harbour, which hana manages.
struct Team {
    company: Company,
    maria: Person,
    paul: Person,
    hana: Person,
}

impl Team {
    async fn start() -> Self {
        let company = Company::start().await;
        let harbour = company.department("Harbour").await;
        let maria = company.person("maria", json!({"department_id": harbour})).await;
        let paul = company.person("paul", json!({"department_id": harbour})).await;
        let hana = company.person("hana", json!({"role": "manager", "manages": [harbour]})).await;
        Self { company, maria, paul, hana }
    }

    async fn preview(&self, path: &str, by: &Person, body: Value) -> Value {
        self.company.post(path).by(by).json(body).send().await.expect(200).body
    }
}

/// Returns the previewed dates as date, days and kind.
fn dates(preview: &Value) -> Vec<(&str, f64, &str)> {
    let dates = preview["dates"].as_array().unwrap().iter();
    dates
        .map(|date| (date["date"].as_str().unwrap(), date["days"].as_f64().unwrap(), date["kind"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn leave_is_previewed_date_by_date_with_the_balance_and_who_is_away() {
    let team = Team::start().await;
    let holiday = json!({"date": "2026-11-12", "name": "Founders Day"});
    team.company.post("/holidays").by(&team.company.admin).json(holiday).send().await.expect(201);
    let away = json!({"start_date": "2026-11-13", "end_date": "2026-11-20", "user_id": team.paul.id});
    team.company.post("/leave/requests").by(&team.hana).json(away).send().await.expect(201);
    let body = json!({"start_date": "2026-11-11", "end_date": "2026-11-16", "end_half": "morning"});
    let preview = team.preview("/leave/requests/preview", &team.maria, body.clone()).await;
    assert_eq!((&preview["allowed"], &preview["days"]), (&json!(true), &json!(2.5)));
    let expected = [
        ("2026-11-11", 1.0, "workday"),
        ("2026-11-12", 0.0, "holiday"),
        ("2026-11-13", 1.0, "workday"),
        ("2026-11-14", 0.0, "weekly_off"),
        ("2026-11-15", 0.0, "weekly_off"),
        ("2026-11-16", 0.5, "workday"),
    ];
    assert_eq!(dates(&preview), expected);
    assert_eq!(preview["dates"][1]["holiday_name"], "Founders Day");
    let balance = &preview["balances"][0];
    assert_eq!((&balance["available_before_days"], &balance["available_after_days"]), (&json!(15.0), &json!(12.5)));
    assert_eq!(preview["away"][0]["user_id"], team.paul.id.as_str());
    assert_eq!(preview["away"][0]["type"], Value::Null, "a colleague doesn't learn the type");
    // Nothing was written, and the request results in the previewed days.
    let list = team.company.get("/leave/requests").by(&team.maria).send().await.expect(200);
    assert_eq!(list.items().len(), 0);
    assert_eq!(Table::of(&team.company).ledger_minutes(&team.maria.id).await, [15 * 480]);
    let request = team.company.post("/leave/requests").by(&team.maria).json(body).send().await.expect(201);
    assert_eq!(request.body["days"], preview["days"]);
}

#[tokio::test]
async fn what_would_be_refused_is_previewed_with_the_problem() {
    let team = Team::start().await;
    let body = json!({"start_date": "2026-11-09", "end_date": "2026-12-11"});
    let preview = team.preview("/leave/requests/preview", &team.maria, body).await;
    assert_eq!((&preview["allowed"], &preview["problem"]["code"]), (&json!(false), &json!("insufficient_balance")));
    assert_eq!(preview["balances"][0]["available_after_days"], -10.0);
    let weekend = json!({"start_date": "2026-11-14", "end_date": "2026-11-15"});
    let preview = team.preview("/leave/requests/preview", &team.maria, weekend).await;
    assert_eq!(preview["problem"]["code"], "no_working_days");
    // A manager previews leave that they would enter, only for their people.
    let body = json!({"start_date": "2026-11-09", "end_date": "2026-11-10", "user_id": team.maria.id});
    assert_eq!(team.preview("/leave/requests/preview", &team.hana, body.clone()).await["days"], 2.0);
    team.company
        .post("/leave/requests/preview")
        .by(&team.paul)
        .json(body)
        .send()
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_change_of_a_request_is_previewed_without_its_reserved_days() {
    let team = Team::start().await;
    let asked = json!({"start_date": "2026-11-09", "end_date": "2026-11-20"});
    let request = team.company.post("/leave/requests").by(&team.maria).json(asked).send().await.expect(201);
    // Of 15 days, 10 are reserved. Twelve would exceed the five that are left, but replace the ten.
    let longer = json!({"start_date": "2026-11-09", "end_date": "2026-11-24", "replaces": request.str("id")});
    let preview = team.preview("/leave/requests/preview", &team.maria, longer.clone()).await;
    assert_eq!((&preview["allowed"], &preview["days"]), (&json!(true), &json!(12.0)), "{preview}");
    let balance = &preview["balances"][0];
    assert_eq!((&balance["available_before_days"], &balance["available_after_days"]), (&json!(15.0), &json!(3.0)));
    let too_long = json!({"start_date": "2026-11-09", "end_date": "2026-12-04", "replaces": request.str("id")});
    let preview = team.preview("/leave/requests/preview", &team.maria, too_long).await;
    assert_eq!((&preview["allowed"], &preview["problem"]["code"]), (&json!(false), &json!("insufficient_balance")));
    // Another type returns nothing to its own balance.
    let sick =
        json!({"type": "sick", "start_date": "2026-11-09", "end_date": "2026-11-10", "replaces": request.str("id")});
    assert_eq!(team.preview("/leave/requests/preview", &team.maria, sick).await["balances"], json!([]));
    let preview = |by, body| team.company.post("/leave/requests/preview").by(by).json(body).send();
    preview(&team.hana, longer.clone()).await.expect_problem(403, "forbidden");
    preview(&team.paul, longer.clone()).await.expect_problem(404, "not_found");
    let malformed = json!({"start_date": "2026-11-09", "end_date": "2026-11-10", "replaces": "x"});
    preview(&team.maria, malformed).await.expect_invalid("replaces");
    // A request that is decided can't be changed.
    let path = format!("/leave/requests/{}/decision", request.str("id"));
    let decision = json!({"status": "approved"});
    team.company.post(&path).by(&team.hana).json(decision).send().await.expect(200);
    let preview = team.preview("/leave/requests/preview", &team.maria, longer).await;
    assert_eq!((&preview["allowed"], &preview["problem"]["code"]), (&json!(false), &json!("already_decided")));
}

#[tokio::test]
async fn a_planned_date_is_previewed_with_its_conflicts() {
    let team = Team::start().await;
    team.company.settings(json!({"min_rest_minutes": 660})).await;
    let leave = json!({"start_date": "2026-11-10", "end_date": "2026-11-10", "user_id": team.maria.id});
    team.company.post("/leave/requests").by(&team.hana).json(leave).send().await.expect(201);
    let path = |date: &str| format!("/roster/{}/days/{date}/preview", team.maria.id);
    let late = json!({"shifts": [{"start": "14:00", "end": "23:00"}], "reason": "Stocktaking"});
    let preview = team.preview(&path("2026-11-11"), &team.hana, late.clone()).await;
    assert_eq!(preview["allowed"], true);
    let day = &preview["days"][0];
    assert_eq!(day["before"]["shifts"][0]["start_at"], "2026-11-11T09:00:00+03:00");
    assert_eq!(day["after"]["shifts"][0]["start_at"], "2026-11-11T14:00:00+03:00");
    assert_eq!(preview["conflicts"][0]["kind"], "too_little_rest");
    let preview = team.preview(&path("2026-11-10"), &team.hana, late).await;
    let kinds: Vec<&Value> = preview["conflicts"].as_array().unwrap().iter().map(|of| &of["kind"]).collect();
    assert_eq!(kinds, ["on_leave"]);
    let overlapping = json!({"shifts": [{"start": "09:00", "end": "18:00"}, {"start": "17:00", "end": "20:00"}],
        "reason": "Stocktaking"});
    let preview = team.preview(&path("2026-11-11"), &team.hana, overlapping).await;
    assert_eq!((&preview["allowed"], &preview["problem"]["errors"][0]["path"]), (&json!(false), &json!("shifts[1]")));
    let roster = team.company.get(&format!("/roster/{}/shifts?from=2026-11-11&to=2026-11-11", team.maria.id));
    let roster = roster.by(&team.hana).send().await.expect(200);
    assert_eq!(roster.items()[0]["start_at"], "2026-11-11T09:00:00+03:00", "nothing is changed");
    let own = team.company.post(&path("2026-11-11")).by(&team.maria).json(json!({"off": true, "reason": "r"}));
    own.send().await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn a_pattern_is_previewed_for_the_dates_that_come_out_otherwise() {
    let team = Team::start().await;
    let path = format!("/roster/{}/preview", team.maria.id);
    let day = json!([{"start": "09:00", "end": "18:00", "break_minutes": 60}]);
    let shifts = json!({"monday": day, "tuesday": day, "wednesday": day, "thursday": day, "saturday": day});
    let pattern = json!({"effective_from": "2026-11-09", "weekly_offs": ["friday", "sunday"], "shifts": shifts});
    let preview = team.preview(&path, &team.hana, pattern).await;
    let days = preview["days"].as_array().unwrap();
    let changed: Vec<&str> = days.iter().map(|day| day["date"].as_str().unwrap()).collect();
    assert_eq!(&changed[..4], ["2026-11-13", "2026-11-14", "2026-11-20", "2026-11-21"]);
    assert_eq!(changed.len(), 16, "eight weeks");
    let one_off = json!({"effective_from": "2026-01-01", "weekly_offs": ["sunday"], "shifts": {"monday": day}});
    assert_eq!(team.preview(&path, &team.hana, one_off).await["allowed"], false);
    let roster = team.company.get(&format!("/roster/{}", team.maria.id)).by(&team.hana).send().await.expect(200);
    assert_eq!(roster.body["version"], 0, "nothing is changed");
}
