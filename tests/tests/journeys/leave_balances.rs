//! Balances and their ledger: grants and their dates, adjustments by managers, and the data that responses show.

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::{
    imports::{counts, import},
    table::Table,
};

async fn balances(company: &Company, by: &Person, of: &str, year: i32) -> Reply {
    company.get(&format!("/leave/balances/{of}?year={year}")).by(by).send().await.expect(200)
}

/// Returns a person's own annual leave of 2026.
async fn annual(company: &Company, username: &str) -> Value {
    let person = company.sign_in(username).await;
    balance_of(&balances(company, &person, "me", 2026).await, "annual")
}

fn balance_of(balances: &Reply, code: &str) -> Value {
    let found = balances.items().iter().find(|balance| balance["type"] == code);
    found.unwrap_or_else(|| panic!("no {code} in {}", balances.text)).clone()
}

/// Returns the kind, days and resulting balance of each entry of a person's annual leave of 2026, newest first.
async fn lines(company: &Company, username: &str) -> Vec<(String, f64, f64)> {
    let person = company.sign_in(username).await;
    let ledger = company.get("/leave/balances/me/ledger?year=2026&type=annual").by(&person).send().await.expect(200);
    let line = |line: &Value| {
        let days = |field: &str| line[field].as_f64().unwrap();
        (line["kind"].as_str().unwrap().to_owned(), days("days"), days("balance_after_days"))
    };
    ledger.items().iter().map(line).collect()
}

fn line(kind: &str, days: f64, after: f64) -> (String, f64, f64) {
    (kind.to_owned(), days, after)
}

/// Returns the kinds of facts of the events about a person, in the order of their instants.
async fn facts(company: &Company, user: &str) -> Vec<Vec<String>> {
    let events = Table::of(company).partition(&format!("OUTBOX#user:{user}")).await;
    let kinds = |event: &std::collections::HashMap<_, aws_sdk_dynamodb::types::AttributeValue>| {
        let facts = event["facts"].as_l().unwrap();
        facts.iter().map(|fact| fact.as_m().unwrap()["kind"].as_s().unwrap().clone()).collect()
    };
    events.iter().map(kinds).collect()
}

async fn change(company: &Company, person: &Person, patch: Value) -> Reply {
    let admin = company.sign_in("ada").await;
    company.patch(&format!("/users/{}", person.id)).by(&admin).json(patch).send().await.expect(200)
}

async fn adjust(company: &Company, by: &Person, of: &str, body: Value) -> Reply {
    company.post(&format!("/leave/balances/{of}/adjustments")).by(by).json(body).send().await
}

#[tokio::test]
async fn fifteen_days_are_granted_in_the_transaction_that_makes_a_person() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    assert_eq!(facts(&company, &maria.id).await[0], ["user_created", "leave_granted"]);
    let balance = annual(&company, "maria").await;
    assert_eq!(
        balance,
        json!({"type": "annual", "year": 2026, "from": "2026-01-01", "to": "2026-12-31", "granted_days": 15.0,
            "carried_days": 0.0, "used_days": 0.0, "pending_days": 0.0, "deducted_days": 0.0, "adjusted_days": 0.0,
            "expired_days": 0.0, "available_days": 15.0})
    );
    assert_eq!(lines(&company, "maria").await, [line("grant", 15.0, 15.0)]);
}

#[tokio::test]
async fn a_registered_person_gets_one_grant_at_activation() {
    let company = Company::start().await;
    let register = json!({"username": "kim", "full_name": "Kim", "password": rollcall_tests::company::PASSWORD});
    let kim = company.post("/auth/register").json(register).send().await.expect(201);
    let kim = Person { id: kim.str("id").to_owned(), username: "kim".to_owned(), ..Person::default() };
    assert_eq!(Table::of(&company).ledger_minutes(&kim.id).await, [0; 0]);
    company.set_clock("2026-11-02T08:00:01+03:00").await;
    change(&company, &kim, json!({"status": "active"})).await;
    assert_eq!(lines(&company, "kim").await, [line("grant", 15.0, 15.0)]);
    assert_eq!(facts(&company, &kim.id).await[1], ["user_activated", "user_changed", "leave_granted"]);
    change(&company, &kim, json!({"status": "disabled"})).await;
    change(&company, &kim, json!({"status": "active"})).await;
    assert_eq!(lines(&company, "kim").await, [line("grant", 15.0, 15.0)]);
}

#[tokio::test]
async fn a_grant_in_the_year_of_hiring_is_prorated_and_rounded_up() {
    let company = Company::start().await;
    company.settings(json!({"prorate_first_year": true})).await;
    // Two of twelve months.
    company.person("maria", json!({"hired_on": "2026-11-02"})).await;
    assert_eq!(lines(&company, "maria").await, [line("grant", 2.5, 2.5)]);
    company.person("john", json!({"hired_on": "2025-07-01"})).await;
    assert_eq!(lines(&company, "john").await, [line("grant", 15.0, 15.0)]);
}

#[tokio::test]
async fn leaving_within_the_year_books_the_difference_of_the_grant() {
    let company = Company::start().await;
    company.settings(json!({"prorate_first_year": true})).await;
    let maria = company.person("maria", json!({"hired_on": "2020-01-01"})).await;
    // Eleven of twelve months: 13.75 days, rounded up to half a day.
    change(&company, &maria, json!({"left_on": "2026-11-30"})).await;
    assert_eq!(lines(&company, "maria").await, [line("grant", -1.0, 14.0), line("grant", 15.0, 15.0)]);
    assert_eq!(Table::of(&company).ledger_minutes(&maria.id).await, [15 * 480, -480], "booked");
    change(&company, &maria, json!({"left_on": null})).await;
    assert_eq!(lines(&company, "maria").await[0], line("grant", 1.0, 15.0));
}

#[tokio::test]
async fn disabling_someone_settles_their_grant_at_once() {
    let company = Company::start().await;
    company.settings(json!({"prorate_first_year": true})).await;
    let maria = company.person("maria", json!({"hired_on": "2020-01-01"})).await;
    let leave = json!({"start_date": "2026-12-07", "end_date": "2026-12-11"});
    company.post("/leave/requests").by(&maria).json(leave).send().await.expect(201);
    company.delete(&format!("/users/{}", maria.id)).by(&company.admin).send().await.expect(204);
    // Ten of twelve months. The leave that ends with the account doesn't prevent the settlement.
    let ledger = async || {
        let mut minutes = Table::of(&company).ledger_minutes(&maria.id).await;
        minutes.sort_unstable();
        minutes
    };
    let settled = [-5 * 480, -1200, 5 * 480, 15 * 480];
    assert_eq!(ledger().await, settled);
    company.settle().await;
    assert_eq!(ledger().await, settled, "`jobs` finds it settled");
    change(&company, &maria, json!({"status": "active"})).await;
    assert_eq!(lines(&company, "maria").await[0], line("grant", 2.5, 15.0));
}

#[tokio::test]
async fn another_date_of_hiring_and_another_allowance_post_the_difference() {
    let company = Company::start().await;
    company.settings(json!({"prorate_first_year": true})).await;
    let maria = company.person("maria", json!({"hired_on": "2026-11-02"})).await;
    change(&company, &maria, json!({"hired_on": "2026-01-01"})).await;
    assert_eq!(lines(&company, "maria").await, [line("grant", 12.5, 15.0), line("grant", 2.5, 2.5)]);
    let told = facts(&company, &maria.id).await;
    let expected = ["user_changed", "employment_corrected", "leave_adjusted"].map(str::to_owned).to_vec();
    assert!(told.contains(&expected), "{told:?}");
    change(&company, &maria, json!({"annual_leave_days": 10})).await;
    assert_eq!(lines(&company, "maria").await[0], line("grant", -5.0, 10.0));
    change(&company, &maria, json!({"annual_leave_days": null})).await;
    assert_eq!(annual(&company, "maria").await["granted_days"], 15.0);
    change(&company, &maria, json!({"full_name": "Maria Weber"})).await;
    assert_eq!(lines(&company, "maria").await.len(), 4, "a new name posts nothing");
}

#[tokio::test]
async fn a_person_has_their_own_allowance_and_other_counted_types_theirs() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let volunteering = json!({"name": "Volunteering", "counted": true, "paid": true, "annual_days": 2,
        "accrual": "yearly", "half_days": true, "holidays_count": false, "backdate_days": 0});
    company.put("/leave/types/volunteering").by(&admin).json(volunteering).send().await.expect(200);
    let maria = company.person("maria", json!({"annual_leave_days": 22.5})).await;
    let balances = balances(&company, &maria, "me", 2026).await;
    assert_eq!(balance_of(&balances, "annual")["available_days"], 22.5);
    assert_eq!(balance_of(&balances, "volunteering")["available_days"], 2.0);
    assert_eq!(balances.items().len(), 2, "types that aren't counted have no balance");
    let told = facts(&company, &maria.id).await;
    assert_eq!(told[0], ["user_created", "leave_granted", "leave_granted"]);
}

#[tokio::test]
async fn a_manager_adjusts_with_a_reason_and_never_their_own() {
    let company = Company::start().await;
    let department = company.department("Assembly").await;
    let more = json!({"role": "manager", "manages": [department], "department_id": department});
    let manager = company.person("manager", more).await;
    let maria = company.person("maria", json!({"department_id": department})).await;
    let body = json!({"type": "annual", "days": -2.25, "reason": "Closing days"});
    let adjusted = adjust(&company, &manager, &maria.id, body.clone()).await.expect(201);
    assert_eq!((&adjusted.body["available_days"], &adjusted.body["adjusted_days"]), (&json!(12.75), &json!(-2.25)));
    let maria = company.sign_in("maria").await;
    let ledger = company.get("/leave/balances/me/ledger?year=2026&type=annual").by(&maria).send().await.expect(200);
    let newest = &ledger.items()[0];
    assert_eq!((&newest["kind"], &newest["note"]), (&json!("adjustment"), &json!("Closing days")));
    assert_eq!((&newest["days"], &newest["balance_after_days"]), (&json!(-2.25), &json!(12.75)));
    assert_eq!(newest["by"], json!({"kind": "user", "id": manager.id, "name": "manager of the test"}));
    assert!(facts(&company, &maria.id).await.contains(&vec!["leave_adjusted".to_owned()]));

    adjust(&company, &manager, "me", body.clone()).await.expect_problem(403, "own_record");
    adjust(&company, &maria, "me", body.clone()).await.expect_problem(403, "forbidden");
    let below = json!({"type": "annual", "days": -20, "reason": "Debt of the year before"});
    let below = adjust(&company, &manager, &maria.id, below).await.expect(201);
    assert_eq!(below.body["available_days"], -7.25, "a manager knows what they do");
    for (change, path) in [
        (json!({"days": 0}), "days"),
        (json!({"days": 1.005}), "days"),
        (json!({"days": 400}), "days"),
        (json!({"type": "sick"}), "type"),
        (json!({"type": "moon"}), "type"),
        (json!({"reason": ""}), "reason"),
        (json!({"note": "x"}), "note"),
    ] {
        let mut wrong = body.clone();
        wrong.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        adjust(&company, &manager, &maria.id, wrong).await.expect_invalid(path);
    }
}

#[tokio::test]
async fn the_same_adjustment_again_adjusts_nothing_more() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let admin = company.sign_in("ada").await;
    for replayed in [None, Some("true")] {
        let call = company.post(&format!("/leave/balances/{}/adjustments", maria.id)).by(&admin);
        let body = json!({"type": "annual", "days": 1, "reason": "Overtime"});
        let reply = call.header("Idempotency-Key", "once").json(body).send().await.expect(201);
        assert_eq!(reply.header("idempotent-replayed"), replayed);
    }
    assert_eq!(annual(&company, "maria").await["available_days"], 16.0);
}

#[tokio::test]
async fn an_adjustment_below_the_threshold_is_announced_once() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let admin = company.sign_in("ada").await;
    for (second, days) in [-12, -1, -1, 2, -1].into_iter().enumerate() {
        company.set_clock(&format!("2026-11-02T08:00:{:02}+03:00", second + 1)).await;
        let body = json!({"type": "annual", "days": days, "reason": "Counting"});
        adjust(&company, &admin, &maria.id, body).await.expect(201);
    }
    let low: Vec<bool> =
        facts(&company, &maria.id).await[1..].iter().map(|it| it.contains(&"leave_balance_low".to_owned())).collect();
    // 3, 2, 1, 3, 2: a balance at the threshold isn't below it.
    assert_eq!(low, [false, true, false, false, true]);
}

#[tokio::test]
async fn reading_next_years_balance_shows_its_grant_without_booking_it() {
    let company = Company::start().await;
    company.settings(json!({"leave_year_start": "04-01"})).await;
    let maria = company.person("maria", json!({})).await;
    let now = balance_of(&balances(&company, &maria, "me", 2026).await, "annual");
    assert_eq!((&now["from"], &now["to"]), (&json!("2026-04-01"), &json!("2027-03-31")));
    let next = balance_of(&balances(&company, &maria, "me", 2027).await, "annual");
    assert_eq!((&next["from"], &next["available_days"]), (&json!("2027-04-01"), &json!(15.0)));
    assert_eq!(Table::of(&company).ledger_minutes(&maria.id).await, [15 * 480]);
    let today = company.get("/leave/balances/me").by(&maria).send().await.expect(200);
    assert_eq!(today.items()[0]["year"], 2026, "without a year it is the one of today");
}

#[tokio::test]
async fn the_ledger_is_read_page_by_page_newest_first() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let admin = company.sign_in("ada").await;
    for days in 1..=3 {
        let body = json!({"type": "annual", "days": days, "reason": format!("{days}")});
        adjust(&company, &admin, &maria.id, body).await.expect(201);
    }
    let path = "/leave/balances/me/ledger?year=2026&type=annual&limit=3";
    let first = company.get(path).by(&maria).send().await.expect(200);
    let after = |reply: &Reply| reply.items().iter().map(|it| it["balance_after_days"].clone()).collect::<Vec<_>>();
    assert_eq!(after(&first), [21.0, 18.0, 16.0]);
    let next = company.get(&format!("{path}&cursor={}", first.str("next_cursor"))).by(&maria).send().await.expect(200);
    assert_eq!((after(&next), next.body.get("next_cursor")), (vec![json!(15.0)], None));
    company.get("/leave/balances/me/ledger?year=2026&type=Annual").by(&maria).send().await.expect_invalid("type");
    company.get("/leave/balances/me?year=26").by(&maria).send().await.expect_invalid("year");
}

#[tokio::test]
async fn the_length_of_a_leave_day_is_fixed_by_the_first_entry() {
    let company = Company::start().await;
    company.settings(json!({"leave_day_minutes": 450})).await;
    company.person("maria", json!({})).await;
    let admin = company.sign_in("ada").await;
    let change = company.patch("/settings").by(&admin).json(json!({"leave_day_minutes": 480}));
    change.send().await.expect_problem(409, "ledger_started");
    assert_eq!(annual(&company, "maria").await["available_days"], 15.0);
}

#[tokio::test]
async fn the_built_in_types_are_there_and_an_admin_makes_more() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let types = company.get("/leave/types").by(&admin).send().await.expect(200);
    let codes: Vec<&Value> = types.items().iter().map(|it| &it["code"]).collect();
    assert_eq!(codes, ["annual", "sick", "time_off", "unpaid"]);
    let put =
        async |code: &str, body: Value| company.put(&format!("/leave/types/{code}")).by(&admin).json(body).send().await;
    let parental = json!({"name": "Parental leave", "counted": false, "paid": true, "annual_days": null,
        "accrual": "yearly", "half_days": false, "holidays_count": true, "backdate_days": 14});
    let made = put("parental", parental.clone()).await.expect(200);
    assert_eq!((made.str("code"), made.header("etag")), ("parental", Some("\"1\"")));
    let types = company.get("/leave/types").by(&admin).send().await.expect(200);
    assert_eq!(types.items().len(), 5);
    for (code, change, path) in [
        ("Parental", json!({}), "code"),
        ("parental", json!({"name": ""}), "name"),
        ("parental", json!({"backdate_days": -1}), "backdate_days"),
        ("parental", json!({"accrual": "daily"}), "accrual"),
        ("parental", json!({"colour": "red"}), "colour"),
        ("annual", json!({"counted": false}), "counted"),
    ] {
        let mut body = parental.clone();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        put(code, body).await.expect_invalid(path);
    }
    let stale = company.put("/leave/types/parental").by(&admin).header("If-Match", "\"7\"").json(parental);
    stale.send().await.expect_problem(412, "precondition_failed");
}

#[tokio::test]
async fn requests_for_balances_cost_what_the_data_model_documents() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let path = format!("/leave/balances/{}", maria.id);
    let adjustment = json!({"type": "annual", "days": 1, "reason": "Counting"});
    let study = json!({"counted": true, "annual_days": 5});
    for (call, expected) in [
        (company.get(&path), &[("BatchGetItem", 2)][..]),
        (company.get(&format!("{path}/ledger")), &[("BatchGetItem", 2), ("Query", 1)]),
        (
            company.post(&format!("{path}/adjustments")).json(adjustment),
            &[("BatchGetItem", 2), ("TransactWriteItems", 1)],
        ),
        (company.get("/leave/types"), &[("BatchGetItem", 1)]),
        (company.put("/leave/types/study").json(study), &[("BatchGetItem", 1), ("TransactWriteItems", 1)]),
        (
            company.patch(&format!("/users/{}", maria.id)).json(json!({"annual_leave_days": 20})),
            &[("BatchGetItem", 2), ("TransactWriteItems", 1)],
        ),
    ] {
        company.reset_calls().await;
        let reply = call.by(&company.admin).send().await;
        assert!(reply.status.is_success(), "{}", reply.text);
        let report = company.get("/_local/calls").send().await.expect(200);
        // The calls of the stream's consumers don't belong to the request.
        let of_requests = |route: &&Value| route["route"].as_str().unwrap().contains('/');
        let routes = report.body["routes"].as_array().unwrap().iter().filter(of_requests);
        let operations = routes.flat_map(|it| it["operations"].as_array().unwrap());
        let mut calls: Vec<(&str, u64)> =
            operations.map(|it| (it["operation"].as_str().unwrap(), it["count"].as_u64().unwrap())).collect();
        calls.sort_unstable();
        assert_eq!(calls, expected, "{}", report.text);
    }
}

#[tokio::test]
async fn hundredths_of_a_day_that_make_a_day_are_a_day() {
    let company = Company::start().await;
    company.settings(json!({"annual_leave_days": 0})).await;
    let maria = company.person("maria", json!({})).await;
    let admin = company.sign_in("ada").await;
    for (days, shown) in [(0.33, 0.33), (0.33, 0.66), (0.34, 1.0)] {
        let body = json!({"type": "annual", "days": days, "reason": "Counting"});
        let after = adjust(&company, &admin, &maria.id, body).await.expect(201);
        assert_eq!(after.body["available_days"], shown);
    }
    assert_eq!(Table::of(&company).ledger_minutes(&maria.id).await, [159, 159, 164], "credits round up");
    assert_eq!(
        lines(&company, "maria").await,
        [line("adjustment", 0.34, 1.0), line("adjustment", 0.33, 0.66), line("adjustment", 0.33, 0.33)]
    );
    let body = json!({"start_date": "2026-11-09", "end_date": "2026-11-09"});
    company.post("/leave/requests").by(&maria).json(body).send().await.expect(201);
    assert_eq!(annual(&company, "maria").await["available_days"], 0.0);
}

#[tokio::test]
async fn balances_are_set_by_a_sheet_once() {
    let company = Company::start().await;
    company.person("maria", json!({})).await;
    let admin = company.sign_in("ada").await;
    let send = |query: &'static str, sheet: &'static str| {
        company.post(&format!("/leave/balances/import{query}")).by(&admin).raw("text/csv", sheet).send()
    };
    let before = annual(&company, "maria").await["available_days"].as_f64().unwrap();
    let sheet = "username;available_days;reason\nmaria;7,5;Taken over\n";
    let preview = send("?preview=true", sheet).await.expect(200);
    let row = json!({"row": 2, "username": "maria", "type": "annual", "before_days": before, "available_days": 7.5});
    assert_eq!((&preview.body["changed"], &preview.body["results"]), (&json!(1), &json!([row])));
    assert_eq!(annual(&company, "maria").await["available_days"], before, "a preview writes nothing");
    let done = import(&company, &admin, "/leave/balances/import", sheet).await;
    assert_eq!(counts(&done), [0, 1, 0, 0]);
    assert_eq!(annual(&company, "maria").await["available_days"], 7.5);
    assert_eq!(lines(&company, "maria").await[0], line("adjustment", 7.5 - before, 7.5));
    let again = import(&company, &admin, "/leave/balances/import", sheet).await;
    assert_eq!(counts(&again), [0, 0, 1, 0]);
    let wrong = send("", "username,type,available_days\nnobody,annual,1\nada,annual,1\nmaria,unpaid,1\n").await;
    let wrong = wrong.expect_problem(422, "invalid_values");
    let paths: Vec<&str> =
        wrong.body["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["row 2, column username", "row 3, column username", "row 4, column type"]);
    // A decimal comma between commas is a cell too many.
    let surplus = send("", "username,available_days\nmaria,12,5\n").await;
    surplus.expect_invalid("row 2, column 3");
    assert_eq!(annual(&company, "maria").await["available_days"], 7.5);
}
