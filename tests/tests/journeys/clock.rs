//! Punches: their responses, their cost, and that each happens once.

use futures_util::future::join_all;
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::table::Table;

async fn at(company: &Company, person: &Person, now: &str) -> Person {
    company.set_clock(now).await;
    company.sign_in(&person.username).await
}

async fn clock_in(company: &Company, person: &Person) -> Reply {
    company.post("/clock/in").by(person).json(json!({})).send().await
}

async fn clock_out(company: &Company, person: &Person) -> Reply {
    company.post("/clock/out").by(person).json(json!({})).send().await
}

#[tokio::test]
async fn in_at_0920_out_at_1810_is_late_1200_worked_31800_overtime_3000() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let maria = at(&company, &maria, "2026-11-02T09:20:00+03:00").await;
    let punch = json!({"remark": "Traffic on the bridge", "device_time": "2026-11-02T09:20:01+03:00",
        "location": {"latitude": 41.0082, "longitude": 28.9784, "accuracy_m": 12.5, "label": "Headquarters"}});
    let day = company.post("/clock/in").by(&maria).json(punch).send().await.expect(201).body;
    assert_eq!(day["date"], "2026-11-02");
    assert_eq!(day["time_zone"], "Europe/Istanbul");
    assert_eq!(day["presence"], "working");
    assert_eq!(day["late_seconds"], 1200);
    assert_eq!(day["flags"], json!(["late"]));
    assert_eq!(day["shifts"][0]["status"], "attended");
    let clocked_in = &day["sessions"][0]["clock_in"];
    assert_eq!(clocked_in["at"], "2026-11-02T09:20:00+03:00");
    assert_eq!(clocked_in["remark"], "Traffic on the bridge");
    assert_eq!(clocked_in["location"]["label"], "Headquarters");
    assert_eq!(clocked_in["location"]["latitude"], 41.0082);
    assert_eq!(clocked_in["source"], "self");

    let maria = at(&company, &maria, "2026-11-02T18:10:00+03:00").await;
    let out = clock_out(&company, &maria).await.expect(200);
    let day = out.body.clone();
    for (figure, seconds) in [
        ("late_seconds", 1200),
        ("worked_seconds", 31_800),
        ("scheduled_seconds", 28_800),
        ("overtime_seconds", 3000),
        ("early_leave_seconds", 0),
        ("break_seconds", 0),
    ] {
        assert_eq!(day[figure], seconds, "{figure}");
    }
    assert_eq!(day["status"], "present");
    assert_eq!(day["presence"], "out");

    let read = company.get("/attendance/me/2026-11-02").by(&maria).send().await.expect(200);
    assert_eq!(read.body, day);
    assert_eq!(read.header("etag"), out.header("etag"));
    let list = company.get("/attendance/me?from=2026-11-01&to=2026-11-30").by(&maria).send().await.expect(200);
    assert_eq!(list.items(), &vec![day]);

    let history = company.get("/attendance/me/2026-11-02/history").by(&maria).send().await.expect(200);
    let kinds: Vec<&Value> = history.items().iter().map(|item| &item["kind"]).collect();
    assert_eq!(kinds, ["clock_in", "clock_out"]);
    assert_eq!(history.items()[0]["by"], json!({"kind": "user", "id": maria.id, "name": "maria of the test"}));
    assert_eq!(history.items()[0]["punch"]["remark"], "Traffic on the bridge");
}

#[tokio::test]
async fn the_month_totals_are_the_sum_of_the_days() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    for (arrives, leaves) in [("09:20", "18:10"), ("09:00", "17:00"), ("08:30", "20:00")] {
        let date =
            format!("2026-11-{:02}", 2 + ["09:20", "09:00", "08:30"].iter().position(|at| *at == arrives).unwrap());
        let maria = at(&company, &maria, &format!("{date}T{arrives}:00+03:00")).await;
        clock_in(&company, &maria).await.expect(201);
        let maria = at(&company, &maria, &format!("{date}T{leaves}:00+03:00")).await;
        clock_out(&company, &maria).await.expect(200);
    }
    let maria = at(&company, &maria, "2026-11-04T20:30:00+03:00").await;
    let days = company.get("/attendance/me?from=2026-11-01&to=2026-11-30").by(&maria).send().await.expect(200);
    let totals = Table::of(&company).month_totals(&maria.id, "2026-11-02").await;
    for figure in ["worked_seconds", "scheduled_seconds", "overtime_seconds", "late_seconds", "early_leave_seconds"] {
        let sum: i64 = days.items().iter().map(|day| day[figure].as_i64().unwrap()).sum();
        assert_eq!(totals[figure], sum, "{figure}");
    }
    assert_eq!(totals["days_present"], 3);
    assert_eq!(totals["days_late"], 1);
}

#[tokio::test]
async fn a_second_clock_in_and_a_clock_out_without_one_are_conflicts() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    clock_out(&company, &maria).await.expect_problem(409, "not_clocked_in");
    clock_in(&company, &maria).await.expect(201);
    clock_in(&company, &maria).await.expect_problem(409, "already_clocked_in");
    clock_out(&company, &maria).await.expect(200);
    clock_out(&company, &maria).await.expect_problem(409, "not_clocked_in");
}

#[tokio::test]
async fn outside_the_window_the_detail_names_it() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let maria = at(&company, &maria, "2026-11-02T07:59:59+03:00").await;
    let refused = clock_in(&company, &maria).await.expect_problem(409, "outside_window");
    assert!(refused.str("detail").contains("2026-11-02T08:00:00+03:00"), "{}", refused.text);
    let status = company.get("/clock").by(&maria).send().await.expect(200);
    assert_eq!(status.body["can_clock_in"], false);
    assert_eq!(status.body["reason"], "outside_window");
    assert_eq!(status.body["window"]["from"], "2026-11-02T08:00:00+03:00");
    assert_eq!(status.body["window"]["until"], "2026-11-02T18:00:00+03:00");
    assert_eq!(status.body["next_shift"]["id"], "2026-11-02T09:00");

    company.settings(json!({"clock_in_window": {"before_minutes": 60, "after_minutes": 60}})).await;
    for (now, taken) in [("10:00:01", false), ("10:00:00", true)] {
        let maria = at(&company, &maria, &format!("2026-11-02T{now}+03:00")).await;
        let status = company.get("/clock").by(&maria).send().await.expect(200);
        assert_eq!(status.body["can_clock_in"], taken, "{now}");
        assert_eq!(clock_in(&company, &maria).await.status.as_u16(), if taken { 201 } else { 409 }, "{now}");
    }
}

/// docs/rules.md#forgotten-clock-outs
#[tokio::test]
async fn close_day_closes_no_session_whose_shift_still_runs() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let manager = company.person("manager", json!({"role": "manager", "manages_all": true})).await;
    let both = json!([{"start": "06:00", "end": "14:00"}, {"start": "14:00", "end": "22:00"}]);
    let shifts = json!({"shifts": both, "reason": "Stocktaking"});
    for date in ["2026-11-03", "2026-11-05"] {
        let path = format!("/roster/{}/days/{date}", maria.id);
        company.put(&path).by(&manager).json(shifts.clone()).send().await.expect(200);
    }
    let maria = at(&company, &maria, "2026-11-03T05:15:00+03:00").await;
    clock_in(&company, &maria).await.expect(201);
    let maria = at(&company, &maria, "2026-11-03T21:20:00+03:00").await;
    company.post("/_local/schedules/close-day").send().await.expect(200);
    company.post("/_local/schedules/lateness").send().await.expect(200);
    assert_eq!(company.get("/clock").by(&maria).send().await.expect(200).body["presence"], "working");
    let maria = at(&company, &maria, "2026-11-03T22:00:00+03:00").await;
    let day = clock_out(&company, &maria).await.expect(200).body;
    assert_eq!((&day["worked_seconds"], &day["early_leave_seconds"]), (&json!(60_300), &json!(0)));
    assert_eq!(day["flags"], json!([]));

    // The forgotten session closes at midnight, with the end of the second shift as its clock-out.
    let maria = at(&company, &maria, "2026-11-05T05:15:00+03:00").await;
    clock_in(&company, &maria).await.expect(201);
    for (now, presence) in [("2026-11-05T23:59:59+03:00", "working"), ("2026-11-06T00:00:00+03:00", "out")] {
        let maria = at(&company, &maria, now).await;
        company.post("/_local/schedules/close-day").send().await.expect(200);
        assert_eq!(company.get("/clock").by(&maria).send().await.expect(200).body["presence"], presence, "{now}");
    }
    let maria = company.sign_in("maria").await;
    let day = company.get("/attendance/me/2026-11-05").by(&maria).send().await.expect(200).body;
    assert_eq!(day["sessions"][0]["clock_out"]["at"], "2026-11-05T22:00:00+03:00");
    assert_eq!((&day["worked_seconds"], &day["flags"]), (&json!(60_300), &json!(["auto_clocked_out"])));
}

#[tokio::test]
async fn a_24_hour_shift_is_closed_two_hours_after_its_end() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let manager = company.person("manager", json!({"role": "manager", "manages_all": true})).await;
    let path = format!("/roster/{}/days/2026-11-03", maria.id);
    let shift = json!({"shifts": [{"start": "08:00", "end": "08:00"}], "reason": "Stocktaking"});
    company.put(&path).by(&manager).json(shift).send().await.expect(200);
    let maria = at(&company, &maria, "2026-11-03T08:00:00+03:00").await;
    clock_in(&company, &maria).await.expect(201);
    let shown = async |now: &str| {
        let maria = at(&company, &maria, now).await;
        company.post("/_local/schedules/close-day").send().await.expect(200);
        company.get("/attendance/me/2026-11-03").by(&maria).send().await.expect(200).body
    };
    for open in ["2026-11-04T00:10:00+03:00", "2026-11-04T09:59:00+03:00"] {
        let day = shown(open).await;
        assert_eq!((&day["presence"], &day["early_leave_seconds"]), (&json!("working"), &json!(0)), "{open}");
    }
    // A run that is hours late books the same end.
    let day = shown("2026-11-04T15:00:00+03:00").await;
    assert_eq!(day["sessions"][0]["clock_out"]["at"], "2026-11-04T08:00:00+03:00");
    assert_eq!((&day["worked_seconds"], &day["early_leave_seconds"]), (&json!(86_400), &json!(0)));
}

/// docs/rules.md#matching-a-clock-in
#[tokio::test]
async fn coming_back_from_lunch_is_taken_after_the_window() {
    let company = Company::start().await;
    company.settings(json!({"clock_in_window": {"before_minutes": 60, "after_minutes": 60}})).await;
    let maria = company.person("maria", json!({})).await;
    let maria = at(&company, &maria, "2026-11-02T09:00:00+03:00").await;
    clock_in(&company, &maria).await.expect(201);
    let maria = at(&company, &maria, "2026-11-02T12:00:00+03:00").await;
    clock_out(&company, &maria).await.expect(200);
    let maria = at(&company, &maria, "2026-11-02T13:00:00+03:00").await;
    assert_eq!(company.get("/clock").by(&maria).send().await.expect(200).body["can_clock_in"], true);
    let day = clock_in(&company, &maria).await.expect(201).body;
    assert_eq!((&day["late_seconds"], &day["flags"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn work_on_an_off_is_all_overtime_and_refused_where_settings_say_so() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let maria = at(&company, &maria, "2026-11-07T10:00:00+03:00").await;
    let day = clock_in(&company, &maria).await.expect(201).body;
    assert_eq!(day["kind"], "weekly_off");
    assert_eq!(day["flags"], json!(["unscheduled"]));
    let maria = at(&company, &maria, "2026-11-07T12:00:00+03:00").await;
    let day = clock_out(&company, &maria).await.expect(200).body;
    assert_eq!((&day["worked_seconds"], &day["overtime_seconds"]), (&json!(7200), &json!(7200)));
    assert_eq!(day["scheduled_seconds"], 0);
    company.settings(json!({"allow_unscheduled": false})).await;
    let maria = at(&company, &maria, "2026-11-08T10:00:00+03:00").await;
    clock_in(&company, &maria).await.expect_problem(409, "not_scheduled");
}

#[tokio::test]
async fn night_shifts_keep_their_work_date() {
    let company = Company::start().await;
    company.settings(json!({"default_shift": {"start": "22:00", "end": "06:00"}, "time_zone": "Europe/Berlin"})).await;
    let nora = company.person("nora", json!({})).await;
    // Clocked in at 00:30 on Tuesday for Monday's shift: two and a half hours late.
    let nora = at(&company, &nora, "2026-11-03T00:30:00+01:00").await;
    let day = clock_in(&company, &nora).await.expect(201).body;
    assert_eq!((&day["date"], &day["late_seconds"]), (&json!("2026-11-02"), &json!(9000)));
    let nora = at(&company, &nora, "2026-11-03T06:00:00+01:00").await;
    assert_eq!(clock_out(&company, &nora).await.expect(200).body["date"], "2026-11-02");
    company.settings(json!({"default_weekly_offs": ["monday"]})).await;
    // The night in which clocks go forward has 7 hours, and the one in which they go back has 9.
    for (evening, morning, worked) in [
        ("2027-03-26T22:00:00+01:00", "2027-03-27T06:00:00+01:00", 8 * 3600),
        ("2027-10-29T22:00:00+02:00", "2027-10-30T06:00:00+02:00", 8 * 3600),
    ] {
        let nora = at(&company, &nora, evening).await;
        clock_in(&company, &nora).await.expect(201);
        let nora = at(&company, &nora, morning).await;
        assert_eq!(clock_out(&company, &nora).await.expect(200).body["worked_seconds"], worked);
    }
    for (evening, morning, worked) in [
        ("2027-03-27T22:00:00+01:00", "2027-03-28T06:00:00+02:00", 7 * 3600),
        ("2027-10-30T22:00:00+02:00", "2027-10-31T06:00:00+01:00", 9 * 3600),
    ] {
        let nora = at(&company, &nora, evening).await;
        clock_in(&company, &nora).await.expect(201);
        let nora = at(&company, &nora, morning).await;
        let day = clock_out(&company, &nora).await.expect(200).body;
        assert_eq!((&day["worked_seconds"], &day["scheduled_seconds"]), (&json!(worked), &json!(worked)));
        assert_eq!((&day["late_seconds"], &day["early_leave_seconds"]), (&json!(0), &json!(0)));
    }
}

#[tokio::test]
async fn a_midnight_shift_is_clocked_in_to_the_evening_before() {
    let company = Company::start().await;
    company.settings(json!({"default_shift": {"start": "00:00", "end": "08:00"}})).await;
    let nora = company.person("nora", json!({})).await;
    let nora = at(&company, &nora, "2026-11-02T23:30:00+03:00").await;
    let day = clock_in(&company, &nora).await.expect(201).body;
    assert_eq!((&day["date"], &day["late_seconds"]), (&json!("2026-11-03"), &json!(0)));
}

#[tokio::test]
async fn of_fifty_clock_ins_at_once_one_is_taken() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let replies = join_all((0..50).map(|_| clock_in(&company, &maria))).await;
    let taken = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(taken, 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 201) {
        reply.expect_problem(409, "already_clocked_in");
    }
    let table = Table::of(&company);
    assert_eq!(table.sessions(&maria.id, "2026-11-02").await, 1);
    assert_eq!(table.punch_events(&maria.id).await.len(), 1);
}

#[tokio::test]
async fn fifty_times_the_same_request_has_one_effect_and_one_answer() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let body = json!({"remark": "once"});
    let replies =
        join_all((0..50).map(|_| {
            company.post("/clock/in").by(&maria).header("Idempotency-Key", "monday").json(body.clone()).send()
        }))
        .await;
    let answer = replies.iter().find(|reply| reply.status == 201).expect("one was taken").body.clone();
    let mut first = 0;
    for reply in replies {
        if reply.status == 409 {
            reply.expect_problem(409, "idempotency_in_progress");
            continue;
        }
        assert_eq!(reply.body, answer);
        first += usize::from(reply.expect(201).header("idempotent-replayed").is_none());
    }
    assert_eq!(first, 1, "one answer is the first, all others are replays");
    let table = Table::of(&company);
    assert_eq!(table.sessions(&maria.id, "2026-11-02").await, 1);
    assert_eq!(table.punch_events(&maria.id).await.len(), 1);

    let other = company.post("/clock/in").by(&maria).header("Idempotency-Key", "monday").json(json!({"remark": "two"}));
    other.send().await.expect_problem(422, "idempotency_key_reused");
    // Another route and another person make different requests.
    let out = company.post("/clock/out").by(&maria).header("Idempotency-Key", "monday").json(body.clone());
    out.send().await.expect(200);
    let john = company.person("john", json!({})).await;
    let in_too = company.post("/clock/in").by(&john).header("Idempotency-Key", "monday").json(body);
    assert!(in_too.send().await.expect(201).header("idempotent-replayed").is_none());
}

#[tokio::test]
async fn an_answer_is_replayed_for_a_day_and_no_longer() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let punch = |person: &Person, path: &str| {
        company.post(path).by(person).header("Idempotency-Key", "k").json(json!({})).send()
    };
    punch(&maria, "/clock/in").await.expect(201);
    punch(&maria, "/clock/out").await.expect(200);
    let maria = at(&company, &maria, "2026-11-03T07:59:59+03:00").await;
    assert_eq!(punch(&maria, "/clock/in").await.expect(201).header("idempotent-replayed"), Some("true"));
    let maria = at(&company, &maria, "2026-11-03T08:00:01+03:00").await;
    let anew = punch(&maria, "/clock/in").await.expect(201);
    assert_eq!(anew.header("idempotent-replayed"), None);
    assert_eq!(anew.body["date"], "2026-11-03");
}

#[tokio::test]
async fn a_punch_costs_one_read_and_one_transaction_and_own_days_one_query() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    company.reset_calls().await;
    clock_in(&company, &maria).await.expect(201);
    let maria = at(&company, &maria, "2026-11-02T18:00:00+03:00").await;
    let key = company.post("/clock/out").by(&maria).header("Idempotency-Key", "k").json(json!({}));
    key.send().await.expect(200);
    company.get("/attendance/me").by(&maria).send().await.expect(200);
    let calls = company.get("/_local/calls").send().await.expect(200);
    let of = |route: &str| -> Vec<(String, u64)> {
        let routes = calls.body["routes"].as_array().unwrap();
        let found = routes.iter().find(|known| known["route"] == route).unwrap_or_else(|| panic!("{}", calls.text));
        assert_eq!(found["requests"], 1);
        let operations = found["operations"].as_array().unwrap();
        operations
            .iter()
            .map(|call| (call["operation"].as_str().unwrap().to_owned(), call["count"].as_u64().unwrap()))
            .collect()
    };
    let punch = [("BatchGetItem".to_owned(), 1), ("TransactWriteItems".to_owned(), 1)];
    assert_eq!(of("POST /clock/in"), punch);
    assert_eq!(of("POST /clock/out"), punch);
    // The days, and the name of the person.
    assert_eq!(of("GET /attendance/{user_id}"), [("BatchGetItem".to_owned(), 1), ("Query".to_owned(), 1)]);
}

#[tokio::test]
async fn a_forgotten_session_is_closed_by_the_next_shifts_clock_in() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    clock_in(&company, &maria).await.expect(201);
    let maria = at(&company, &maria, "2026-11-03T08:55:00+03:00").await;
    let day = clock_in(&company, &maria).await.expect(201).body;
    assert_eq!(day["date"], "2026-11-03");
    let yesterday = company.get("/attendance/me/2026-11-02").by(&maria).send().await.expect(200).body;
    let out = &yesterday["sessions"][0]["clock_out"];
    assert_eq!((&out["at"], &out["source"]), (&json!("2026-11-02T18:00:00+03:00"), &json!("auto")));
    assert!(yesterday["flags"].as_array().unwrap().contains(&json!("auto_clocked_out")));
    assert_eq!(Table::of(&company).punch_events(&maria.id).await.len(), 2);
}

#[tokio::test]
async fn a_session_that_is_open_for_days_is_still_found() {
    let company = Company::start().await;
    company.settings(json!({"auto_clock_out_after_minutes": 2880})).await;
    let maria = company.person("maria", json!({})).await;
    let maria = at(&company, &maria, "2026-11-06T09:00:00+03:00").await;
    clock_in(&company, &maria).await.expect(201);
    let maria = at(&company, &maria, "2026-11-08T08:59:00+03:00").await;
    let status = company.get("/clock").by(&maria).send().await.expect(200);
    assert_eq!((&status.body["presence"], &status.body["day"]["date"]), (&json!("working"), &json!("2026-11-06")));
    // A week later it has ended, though close-day hasn't run since.
    let maria = at(&company, &maria, "2026-11-15T12:00:00+03:00").await;
    assert_eq!(company.get("/clock").by(&maria).send().await.expect(200).body["presence"], "out");
    clock_out(&company, &maria).await.expect_problem(409, "not_clocked_in");
    clock_in(&company, &maria).await.expect(201);
    let day = company.get("/attendance/me/2026-11-06").by(&maria).send().await.expect(200).body;
    assert_eq!(day["sessions"][0]["clock_out"]["source"], "auto", "{day}");
}

#[tokio::test]
async fn someone_who_is_disabled_while_at_work_is_clocked_out_now() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    clock_in(&company, &maria).await.expect(201);
    company.set_clock("2026-11-02T11:00:00+03:00").await;
    let admin = company.sign_in("ada").await;
    company.delete(&format!("/users/{}", maria.id)).by(&admin).send().await.expect(204);
    let path = format!("/attendance/{}/2026-11-02", maria.id);
    let day = company.get(&path).by(&admin).send().await.expect(200).body;
    let out = &day["sessions"][0]["clock_out"];
    assert_eq!((&out["at"], &out["source"]), (&json!("2026-11-02T11:00:00+03:00"), &json!("auto")));
    assert_eq!((&day["presence"], &day["worked_seconds"]), (&json!("out"), &json!(3 * 3600)));
}

#[tokio::test]
async fn clocking_in_while_being_disabled_leaves_no_session_open() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let mut people = Vec::new();
    for number in 0..10 {
        people.push(company.person(&format!("worker{number}"), json!({})).await);
    }
    join_all(people.iter().map(async |person| {
        let path = format!("/users/{}", person.id);
        let (punch, gone) = tokio::join!(clock_in(&company, person), company.delete(&path).by(&admin).send());
        gone.expect(204);
        assert!([201, 403].contains(&punch.status.as_u16()), "{}", punch.text);
        let day = company.get(&format!("/attendance/{}/2026-11-02", person.id)).by(&admin).send().await.expect(200);
        assert_eq!(day.body["presence"], "out", "{}", day.text);
    }))
    .await;
}
