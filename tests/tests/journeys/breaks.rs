//! Breaks: their responses, their effect on figures, and their cost.

use futures_util::future::join_all;
use rollcall_tests::{Call, Company, Person, Reply};
use serde_json::{Value, json};

/// Punches a person's Monday, each punch at its time.
async fn monday(company: &Company, person: &Person, punches: &[(&str, &str)]) -> Reply {
    let mut last = None;
    for (time, path) in punches {
        company.set_clock(&format!("2026-11-02T{time}:00+03:00")).await;
        let person = company.sign_in(&person.username).await;
        let reply = punch(company, &person, path).send().await;
        assert!(reply.status.is_success(), "{path} at {time}: {}", reply.text);
        last = Some(reply);
    }
    last.expect("at least one punch")
}

fn punch(company: &Company, person: &Person, path: &str) -> Call {
    company.post(path).by(person).json(json!({}))
}

fn figures(day: &Value) -> [i64; 4] {
    ["worked_seconds", "break_seconds", "unpaid_break_seconds", "auto_break_seconds"]
        .map(|figure| day[figure].as_i64().unwrap())
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

#[tokio::test]
async fn several_breaks_a_day_are_unpaid_and_listed_newest_first() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    monday(&company, &maria, &[("09:00", "/clock/in")]).await;
    company.set_clock("2026-11-02T10:00:00+03:00").await;
    let maria = company.sign_in("maria").await;
    let started = company.post("/breaks/start").by(&maria).json(json!({"remark": "Coffee"})).send().await.expect(201);
    assert_eq!(started.body["presence"], "on_break");
    assert_eq!(started.body["sessions"][0]["breaks"][0]["remark"], "Coffee");
    assert_eq!(started.body["sessions"][0]["breaks"][0]["ended_at"], Value::Null);
    let open = company.get("/breaks/me").by(&maria).send().await.expect(200);
    assert_eq!((&open.items()[0]["ended_at"], &open.items()[0]["seconds"]), (&Value::Null, &json!(0)));
    let ended = monday(&company, &maria, &[("10:15", "/breaks/end")]).await.expect(200);
    assert_eq!((&ended.body["presence"], &ended.body["break_seconds"]), (&json!("working"), &json!(15 * MINUTE)));

    let rest = [("12:00", "/breaks/start"), ("12:45", "/breaks/end"), ("18:00", "/clock/out")];
    let day = monday(&company, &maria, &rest).await.body;
    assert_eq!(figures(&day), [8 * HOUR, HOUR, HOUR, 0]);
    assert_eq!((&day["overtime_seconds"], &day["flags"]), (&json!(0), &json!([])));

    let maria = company.sign_in("maria").await;
    let list = company.get("/breaks/me?from=2026-11-02&to=2026-11-02").by(&maria).send().await.expect(200);
    let session = &day["sessions"][0];
    assert_eq!(
        list.body,
        json!({"items": [
            {"date": "2026-11-02", "session_id": session["id"], "id": session["breaks"][1]["id"],
                "started_at": "2026-11-02T12:00:00+03:00", "ended_at": "2026-11-02T12:45:00+03:00",
                "seconds": 45 * MINUTE, "paid": false, "remark": null},
            {"date": "2026-11-02", "session_id": session["id"], "id": session["breaks"][0]["id"],
                "started_at": "2026-11-02T10:00:00+03:00", "ended_at": "2026-11-02T10:15:00+03:00",
                "seconds": 15 * MINUTE, "paid": false, "remark": "Coffee"},
        ]})
    );
    for (query, path) in
        [("from=2025-11-01&to=2026-11-02", "to"), ("from=2026-11-03&to=2026-11-02", "to"), ("form=x", "form")]
    {
        company.get(&format!("/breaks/me?{query}")).by(&maria).send().await.expect_invalid(path);
    }
}

#[tokio::test]
async fn the_list_continues_where_the_previous_page_ended() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    company.set_clock("2026-11-02T09:00:00+03:00").await;
    let maria = company.sign_in(&maria.username).await;
    punch(&company, &maria, "/clock/in").send().await.expect(201);
    // All within a second, so that only their ids distinguish them.
    for _ in 0..4 {
        punch(&company, &maria, "/breaks/start").send().await.expect(201);
        punch(&company, &maria, "/breaks/end").send().await.expect(200);
    }
    punch(&company, &maria, "/clock/out").send().await.expect(200);
    company.set_clock("2026-11-04T09:00:00+03:00").await;
    let maria = company.sign_in(&maria.username).await;
    for path in ["/clock/in", "/breaks/start", "/clock/out"] {
        assert!(punch(&company, &maria, path).send().await.status.is_success());
    }
    let all = company.get("/breaks/me").by(&maria).send().await.expect(200).items().clone();
    assert_eq!(all.len(), 5);
    assert_eq!(all[0]["date"], "2026-11-04");
    let mut walked = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = company.get(&format!("/breaks/me?limit=2{cursor}")).by(&maria).send().await.expect(200);
        walked.extend(page.items().clone());
        let Some(next) = page.body["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(walked, all);
    let other = format!("/breaks/me?from=2026-11-01{cursor}");
    company.get(&other).by(&maria).send().await.expect_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn paid_breaks_are_worked_time_up_to_the_daily_maximum() {
    let company = Company::start().await;
    company.settings(json!({"breaks": {"paid": true, "max_minutes_per_day": 60, "auto_deduct": null}})).await;
    let maria = company.person("maria", json!({})).await;
    let short = [("09:00", "/clock/in"), ("12:00", "/breaks/start"), ("13:00", "/breaks/end")];
    let day = monday(&company, &maria, &short).await.body;
    assert_eq!(day["sessions"][0]["breaks"][0]["paid"], true);
    assert_eq!(day["flags"], json!([]));
    let more = [("15:00", "/breaks/start"), ("15:30", "/breaks/end"), ("18:00", "/clock/out")];
    let day = monday(&company, &maria, &more).await.body;
    assert_eq!(figures(&day), [9 * HOUR - 30 * MINUTE, 90 * MINUTE, 30 * MINUTE, 0]);
    assert_eq!(day["flags"], json!(["breaks_too_long"]));
}

/// The times and buttons of a day's punches.
type Presses = &'static [(&'static str, &'static str)];

#[tokio::test]
async fn what_was_not_taken_as_a_break_is_deducted_once_a_day() {
    let company = Company::start().await;
    let auto = json!({"after_minutes": 360, "minutes": 30});
    company.settings(json!({"breaks": {"paid": false, "max_minutes_per_day": null, "auto_deduct": auto}})).await;
    // No break; a break that is too short; a sufficient break; a day just above the threshold; a day that ends at it.
    let cases: [(&str, Presses, [i64; 4]); 5] = [
        ("anna", &[("09:00", "/clock/in"), ("18:00", "/clock/out")], [9 * HOUR - 30 * MINUTE, 0, 0, 30 * MINUTE]),
        (
            "berta",
            &[("09:00", "/clock/in"), ("12:00", "/breaks/start"), ("12:20", "/breaks/end"), ("18:00", "/clock/out")],
            [9 * HOUR - 30 * MINUTE, 20 * MINUTE, 20 * MINUTE, 10 * MINUTE],
        ),
        (
            "clara",
            &[("09:00", "/clock/in"), ("12:00", "/breaks/start"), ("12:40", "/breaks/end"), ("18:00", "/clock/out")],
            [9 * HOUR - 40 * MINUTE, 40 * MINUTE, 40 * MINUTE, 0],
        ),
        ("dora", &[("09:00", "/clock/in"), ("15:10", "/clock/out")], [6 * HOUR, 0, 0, 10 * MINUTE]),
        ("erna", &[("09:00", "/clock/in"), ("15:00", "/clock/out")], [6 * HOUR, 0, 0, 0]),
    ];
    for (name, punches, expected) in cases {
        let person = company.person(name, json!({})).await;
        let day = monday(&company, &person, punches).await.body;
        assert_eq!(figures(&day), expected, "{name}");
    }
}

#[tokio::test]
async fn breaks_that_are_due_have_tiers_and_a_single_one_is_taken_too() {
    let company = Company::start().await;
    let [six, nine] =
        [(360, 30), (540, 45)].map(|(after, minutes)| json!({"after_minutes": after, "minutes": minutes}));
    let set = async |auto_deduct: Value| company.settings(json!({"breaks": {"auto_deduct": auto_deduct}})).await.body;
    assert_eq!(set(six.clone()).await["breaks"]["auto_deduct"], json!([six]));
    assert_eq!(set(json!([nine, six])).await["breaks"]["auto_deduct"], json!([six, nine]));
    for (auto_deduct, path) in [
        (json!([six, six]), "breaks.auto_deduct"),
        (json!([six, {"after_minutes": 540}]), "breaks.auto_deduct[1].minutes"),
        (json!([six, {"after_minutes": 540, "minutes": 1441}]), "breaks.auto_deduct[1].minutes"),
    ] {
        let admin = company.sign_in("ada").await;
        let patch = json!({"breaks": {"auto_deduct": auto_deduct}});
        company.patch("/settings").by(&admin).json(patch).send().await.expect_invalid(path);
    }
    let maria = company.person("maria", json!({})).await;
    let day = monday(&company, &maria, &[("09:00", "/clock/in"), ("19:00", "/clock/out")]).await.body;
    assert_eq!(figures(&day), [33_300, 0, 0, 45 * MINUTE]);
}

#[tokio::test]
async fn whether_breaks_are_paid_holds_for_those_taken_before_the_change_too() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let presses =
        [("09:00", "/clock/in"), ("12:00", "/breaks/start"), ("12:30", "/breaks/end"), ("18:00", "/clock/out")];
    let day = monday(&company, &maria, &presses).await.body;
    assert_eq!(figures(&day), [9 * HOUR - 30 * MINUTE, 30 * MINUTE, 30 * MINUTE, 0]);
    company.settings(json!({"breaks": {"paid": true}})).await;
    company.settle().await;
    let maria = company.sign_in("maria").await;
    let listed = company.get("/breaks/me").by(&maria).send().await.expect(200);
    assert_eq!(listed.items()[0]["paid"], true);
    let day = company.get("/attendance/me/2026-11-02").by(&maria).send().await.expect(200).body;
    assert_eq!(figures(&day), [9 * HOUR, 30 * MINUTE, 0, 0]);
}

#[tokio::test]
async fn an_open_break_ends_with_the_clock_out() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let punches = [("09:00", "/clock/in"), ("17:00", "/breaks/start"), ("18:00", "/clock/out")];
    let day = monday(&company, &maria, &punches).await.body;
    assert_eq!(day["sessions"][0]["breaks"][0]["ended_at"], "2026-11-02T18:00:00+03:00");
    assert_eq!((&day["presence"], figures(&day)), (&json!("out"), [8 * HOUR, HOUR, HOUR, 0]));
    let maria = company.sign_in("maria").await;
    punch(&company, &maria, "/breaks/end").send().await.expect_problem(409, "not_on_break");
}

#[tokio::test]
async fn a_punch_that_does_not_fit_the_presence_is_a_conflict() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    punch(&company, &maria, "/breaks/start").send().await.expect_problem(409, "not_clocked_in");
    punch(&company, &maria, "/breaks/end").send().await.expect_problem(409, "not_on_break");
    punch(&company, &maria, "/clock/in").send().await.expect(201);
    punch(&company, &maria, "/breaks/end").send().await.expect_problem(409, "not_on_break");
    punch(&company, &maria, "/breaks/start").send().await.expect(201);
    punch(&company, &maria, "/breaks/start").send().await.expect_problem(409, "already_on_break");
    punch(&company, &maria, "/clock/in").send().await.expect_problem(409, "already_clocked_in");
    punch(&company, &maria, "/breaks/end").send().await.expect(200);
    company.post("/breaks/start").by(&maria).json(json!({"paid": true})).send().await.expect_invalid("paid");
    let long = json!({"remark": "x".repeat(501)});
    company.post("/breaks/start").by(&maria).json(long).send().await.expect_invalid("remark");
    // Without a body it is a break without a remark.
    company.post("/breaks/start").by(&maria).send().await.expect(201);
}

#[tokio::test]
async fn of_twenty_breaks_begun_at_once_one_is_taken() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    punch(&company, &maria, "/clock/in").send().await.expect(201);
    let replies = join_all((0..20).map(|_| punch(&company, &maria, "/breaks/start").send())).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 201) {
        reply.expect_problem(409, "already_on_break");
    }
    let list = company.get("/breaks/me").by(&maria).send().await.expect(200);
    assert_eq!(list.items().len(), 1);
}

#[tokio::test]
async fn a_repeated_break_is_one_break_with_one_answer() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    punch(&company, &maria, "/clock/in").send().await.expect(201);
    let keyed =
        |path: &str, body: Value| company.post(path).by(&maria).header("Idempotency-Key", "lunch").json(body).send();
    let first = keyed("/breaks/start", json!({})).await.expect(201);
    let again = keyed("/breaks/start", json!({})).await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first.body));
    keyed("/breaks/start", json!({"remark": "other"})).await.expect_problem(422, "idempotency_key_reused");
    let ended = keyed("/breaks/end", json!({})).await.expect(200);
    assert_eq!(ended.header("idempotent-replayed"), None);
    assert_eq!(keyed("/breaks/end", json!({})).await.expect(200).body, ended.body);
    assert_eq!(company.get("/breaks/me").by(&maria).send().await.expect(200).items().len(), 1);
}

#[tokio::test]
async fn a_break_costs_one_read_and_one_transaction_and_the_list_one_query() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    punch(&company, &maria, "/clock/in").send().await.expect(201);
    company.reset_calls().await;
    punch(&company, &maria, "/breaks/start").header("Idempotency-Key", "k").send().await.expect(201);
    punch(&company, &maria, "/breaks/end").send().await.expect(200);
    company.get("/breaks/me?from=2026-01-01&to=2026-12-31").by(&maria).send().await.expect(200);
    let calls = company.get("/_local/calls").send().await.expect(200);
    let of = |route: &str| -> Vec<(String, u64)> {
        let routes = calls.body["routes"].as_array().unwrap();
        let found = routes.iter().find(|known| known["route"] == route).unwrap_or_else(|| panic!("{}", calls.text));
        let call = |call: &Value| (call["operation"].as_str().unwrap().to_owned(), call["count"].as_u64().unwrap());
        found["operations"].as_array().unwrap().iter().map(call).collect()
    };
    let change = [("BatchGetItem".to_owned(), 1), ("TransactWriteItems".to_owned(), 1)];
    assert_eq!(of("POST /breaks/start"), change);
    assert_eq!(of("POST /breaks/end"), change);
    // The session is read at the same time as the days.
    assert_eq!(of("GET /breaks/{user_id}"), [("BatchGetItem".to_owned(), 1), ("Query".to_owned(), 1)]);
}
