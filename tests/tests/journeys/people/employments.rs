//! Employments: dates in the person's zone, leaving and coming back.

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// Returns a stored or unstored day of a person, as an admin sees it.
async fn day(company: &Company, person: &str, date: &str) -> Reply {
    let admin = company.sign_in("ada").await;
    company.get(&format!("/attendance/{person}/{date}")).by(&admin).send().await.expect(200)
}

async fn change(company: &Company, person: &Person, body: Value) -> Reply {
    let admin = company.sign_in("ada").await;
    company.patch(&format!("/users/{}", person.id)).by(&admin).json(body).send().await
}

fn spans(spans: &[(&str, Option<&str>)]) -> Value {
    spans.iter().map(|(from, until)| json!({"from": from, "until": until})).collect()
}

#[tokio::test]
async fn a_person_in_a_zone_ahead_is_hired_on_the_date_of_that_zone() {
    let company = Company::start_at("2026-11-02T20:00:00Z", "UTC").await;
    let create = async |more: Value| {
        let mut body = json!({"username": "maria", "full_name": "Maria"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        company.post("/users").by(&company.admin).json(body).send().await.expect(201)
    };
    let own = create(json!({"time_zone": "Pacific/Auckland"})).await;
    assert_eq!(own.body["hired_on"], "2026-11-03", "it is Tuesday morning in Auckland");
    assert_eq!(own.body["employments"], spans(&[("2026-11-03", None)]));
    assert_eq!(own.body["created_at"], "2026-11-03T09:00:00+13:00");

    let site = company.post("/sites").by(&company.admin).json(json!({"name": "A", "time_zone": "Pacific/Auckland"}));
    let site = site.send().await.expect(201).str("id").to_owned();
    let of_site = create(json!({"username": "mona", "site_id": site})).await;
    assert_eq!(
        (&of_site.body["hired_on"], &of_site.body["created_at"]),
        (&own.body["hired_on"], &own.body["created_at"])
    );
    let read = company.get(&format!("/users/{}", of_site.str("id"))).by(&company.admin).send().await.expect(200);
    assert_eq!(read.body["created_at"], "2026-11-03T09:00:00+13:00");

    let register = json!({"username": "robin", "full_name": "Robin", "password": rollcall_tests::company::PASSWORD});
    let robin = company.post("/auth/register").json(register).send().await.expect(201);
    assert_eq!((&robin.body["hired_on"], &robin.body["employments"]), (&Value::Null, &json!([])));
    let activate = json!({"status": "active", "site_id": site});
    let path = format!("/users/{}", robin.str("id"));
    let active = company.patch(&path).by(&company.admin).json(activate).send().await.expect(200);
    assert_eq!(active.body["hired_on"], "2026-11-03");

    for check in ["open-day", "lateness"] {
        company.post(&format!("/_local/schedules/{check}")).send().await.expect(200);
    }
    for person in [own.str("id"), of_site.str("id"), robin.str("id")] {
        let monday = day(&company, person, "2026-11-02").await;
        assert_eq!((&monday.body["status"], &monday.body["kind"]), (&json!("off"), &json!("unscheduled")));
    }
}

#[tokio::test]
async fn a_person_in_a_zone_behind_is_hired_on_the_date_of_that_zone() {
    // Tuesday 07:50 in Auckland, where the company is; Monday 08:50 in Honolulu.
    let company = Company::start_at("2026-11-02T18:50:00Z", "Pacific/Auckland").await;
    let body = json!({"username": "maria", "full_name": "Maria", "password": rollcall_tests::company::PASSWORD,
        "time_zone": "Pacific/Honolulu"});
    let maria = company.post("/users").by(&company.admin).json(body).send().await.expect(201);
    assert_eq!(maria.body["hired_on"], "2026-11-02");
    let maria = company.sign_in("maria").await;
    company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
    company.set_clock("2026-11-03T04:00:00Z").await;
    let maria = company.sign_in("maria").await;
    company.post("/clock/out").by(&maria).json(json!({})).send().await.expect(200);
    let monday = day(&company, &maria.id, "2026-11-02").await;
    assert_eq!((&monday.body["kind"], &monday.body["flags"]), (&json!("workday"), &json!([])));
    assert_eq!((&monday.body["scheduled_seconds"], &monday.body["overtime_seconds"]), (&json!(28_800), &json!(3600)));
}

#[tokio::test]
async fn another_persons_list_ends_with_that_persons_today() {
    let company = Company::start_at("2026-11-02T20:00:00Z", "Pacific/Honolulu").await;
    let maria = company.person("maria", json!({"time_zone": "Pacific/Auckland"})).await;
    company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
    let path = format!("/attendance/{}", maria.id);
    let listed = company.get(&path).by(&company.admin).send().await.expect(200);
    assert_eq!(listed.items()[0]["date"], "2026-11-03", "though it is the 2nd where the admin is");
}

#[tokio::test]
async fn coming_back_leaves_the_days_between_off() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    company.set_clock("2026-11-03T19:00:00+03:00").await;
    assert_eq!(change(&company, &maria, json!({"status": "disabled"})).await.expect(200).body["left_on"], "2026-11-03");
    company.set_clock("2026-11-17T08:00:00+03:00").await;
    let back = change(&company, &maria, json!({"status": "active"})).await.expect(200);
    assert_eq!(back.body["employments"], spans(&[("2020-01-01", Some("2026-11-03")), ("2026-11-17", None)]));
    assert_eq!((&back.body["hired_on"], &back.body["left_on"]), (&json!("2026-11-17"), &Value::Null));
    company.post("/_local/schedules/open-day").send().await.expect(200);

    for date in ["2026-11-04", "2026-11-10", "2026-11-16"] {
        let off = day(&company, &maria.id, date).await;
        assert_eq!((&off.body["status"], &off.body["kind"]), (&json!("off"), &json!("unscheduled")), "{date}");
        let admin = company.sign_in("ada").await;
        let excuse = company.post(&format!("/attendance/{}/{date}/excuse", maria.id)).by(&admin);
        excuse.json(json!({"reason": "Away"})).send().await.expect_problem(409, "nothing_to_excuse");
    }
    let admin = company.sign_in("ada").await;
    let late = json!({"counted": false, "backdate_days": 30});
    company.put("/leave/types/sick").by(&admin).json(late).send().await.expect(200);
    let sick = async |start: &str, end: &str| {
        let body = json!({"user_id": maria.id, "type": "sick", "start_date": start, "end_date": end});
        company.post("/leave/requests").by(&admin).json(body).send().await
    };
    sick("2026-11-04", "2026-11-16").await.expect_problem(422, "no_working_days");
    let around = sick("2026-11-03", "2026-11-17").await.expect(201);
    assert_eq!(around.body["days"], 2.0, "the 3rd and the 17th");
    let tuesday = day(&company, &maria.id, "2026-11-17").await;
    assert_eq!(tuesday.body["status"], "on_leave");
}

#[tokio::test]
async fn a_leaver_comes_back_from_a_date_in_one_call() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    change(&company, &maria, json!({"status": "disabled"})).await.expect(200);
    company.set_clock("2026-11-17T08:00:00+03:00").await;
    let early = change(&company, &maria, json!({"status": "active", "hired_on": "2026-11-02"})).await;
    early.expect_invalid("hired_on");
    let ended = json!({"status": "active", "hired_on": "2026-12-01", "left_on": "2026-11-30"});
    change(&company, &maria, ended).await.expect_invalid("left_on");
    let back = change(&company, &maria, json!({"status": "active", "hired_on": "2026-11-16"})).await.expect(200);
    assert_eq!(back.body["employments"], spans(&[("2020-01-01", Some("2026-11-02")), ("2026-11-16", None)]));
    assert_eq!(back.body["status"], "active");
}

#[tokio::test]
async fn a_profile_sent_back_whole_by_an_older_client_keeps_the_gap() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    change(&company, &maria, json!({"status": "disabled"})).await.expect(200);
    company.set_clock("2026-11-17T08:00:00+03:00").await;
    let admin = company.sign_in("ada").await;
    let put = async |status: &str, hired_on: Option<&str>, left_on: Option<&str>| {
        let body = json!({"username": "maria", "full_name": "Maria", "status": status, "hired_on": hired_on, "left_on": left_on});
        company.put(&format!("/users/{}", maria.id)).by(&admin).json(body).send().await.expect(200)
    };
    let left = put("disabled", Some("2020-01-01"), None).await;
    assert_eq!(left.body["left_on"], "2026-11-02", "who has left has an end");
    let back = put("active", Some("2020-01-01"), Some("2026-11-02")).await;
    let both = spans(&[("2020-01-01", Some("2026-11-02")), ("2026-11-17", None)]);
    assert_eq!(back.body["employments"], both);
    assert_eq!(put("active", Some("2026-11-17"), None).await.body["employments"], both);
    assert_eq!(put("active", None, None).await.body["employments"], both);
}

#[tokio::test]
async fn employments_are_given_whole_and_wrong_ones_are_named() {
    let company = Company::start().await;
    let seasons = spans(&[("2025-05-01", Some("2025-10-31")), ("2026-05-01", None)]);
    let maria = company.person("maria", json!({"hired_on": "2026-05-01", "employments": seasons})).await;
    let read = company.get("/users/me").by(&maria).send().await.expect(200);
    assert_eq!(read.body["employments"], seasons);
    for (wrong, path) in [
        (json!({"employments": []}), "employments"),
        (json!({"employments": null}), "employments"),
        (json!({"employments": spans(&[("2025-05-01", None), ("2026-05-01", None)])}), "employments"),
        (json!({"employments": spans(&[("2026-05-01", Some("2026-04-30"))])}), "employments[0]"),
        (json!({"employments": [{"from": "2026-05-01", "to": null}]}), "employments[0].to"),
        (json!({"employments": seasons, "hired_on": "2025-05-01"}), "hired_on"),
        (json!({"employments": seasons, "left_on": "2026-10-31"}), "left_on"),
        (json!({"hired_on": "2025-10-31"}), "hired_on"),
        (json!({"hired_on": null}), "hired_on"),
        (json!({"left_on": "2026-04-30"}), "left_on"),
    ] {
        change(&company, &maria, wrong).await.expect_invalid(path);
    }
    let gone = change(&company, &maria, json!({"status": "disabled", "employments": []})).await.expect(200);
    assert_eq!(gone.body["employments"], json!([]));
    let gone = change(&company, &maria, json!({"left_on": null, "hired_on": "2026-05-01"})).await;
    gone.expect_invalid("left_on");
    let whole = spans(&[("2025-05-01", Some("2025-10-31"))]);
    let gone = change(&company, &maria, json!({"employments": whole})).await.expect(200);
    assert_eq!((&gone.body["employments"], &gone.body["left_on"]), (&whole, &json!("2025-10-31")));
}
