//! People submit timesheets, managers approve them, and changes void the signatures.

use serde_json::{Value, json};

use super::{HOUR, NEXT_WEEK, Payroll, WEEK, seconds};

#[tokio::test]
async fn changes_void_signatures_and_are_differences_after_the_close() {
    let mut payroll = Payroll::start().await;
    let open = payroll.timesheet(WEEK).await;
    assert_eq!((&open["status"], &open["blockers"]), (&json!("open"), &json!([])), "{open}");
    assert_eq!(open["allowed_actions"], json!(["submit"]));
    assert_eq!(seconds(&open["totals"], "regular"), 32 * HOUR, "{open}");

    payroll.submit().await.expect(200);
    assert_eq!(payroll.kinds(&payroll.admin).await, ["timesheet_submitted"]);
    let approved = payroll.approve().await.expect(200);
    assert_eq!(approved.str("status"), "approved");
    assert_eq!(approved.body["signed_hash"], open["figures_hash"]);
    assert_eq!(approved.body["approved"]["by_name"], "Ada Admin");
    // Instants have the offset of the person's time zone, or of the company's.
    let is_local = |instant: &Value| instant.as_str().is_some_and(|instant| instant.ends_with("+03:00"));
    assert!(
        is_local(&approved.body["submitted"]["at"]) && is_local(&approved.body["approved"]["at"]),
        "{}",
        approved.text
    );

    // An edit removes the signatures, and both are told.
    payroll.worked("2026-11-03", 9, 17, json!({})).await.expect(200);
    let voided = payroll.timesheet(WEEK).await;
    assert_eq!((&voided["status"], &voided["approved"]), (&json!("open"), &Value::Null));
    assert!(is_local(&voided["voided_at"]), "{voided}");
    assert_eq!(payroll.kinds(&payroll.maria).await, ["timesheet_voided", "timesheet_decided"]);

    // It is signed again, and the period is closed.
    let blocked = payroll.close().await.expect_problem(409, "period_blocked");
    let people = &blocked.body["blocked_timesheets"]["people"];
    assert_eq!((&people[0]["user_id"], &people[0]["blockers"]), (&json!(payroll.maria.id), &json!([])));
    payroll.submit().await.expect(200);
    payroll.approve().await.expect(200);
    let closing = payroll.close().await.expect(202);
    assert_eq!(closing.str("status"), "closing");
    let period = payroll.period().await;
    assert_eq!((&period["status"], &period["left_out"]), (&json!("closed"), &json!([payroll.admin.id])), "{period}");
    assert!(is_local(&period["closed_at"]), "{period}");
    let closed = payroll.timesheet(WEEK).await;
    assert_eq!(closed["status"], "closed");
    assert!(is_local(&closed["closed_at"]), "{closed}");
    let list = payroll.company.get(&format!("{WEEK}/timesheets")).by(&payroll.admin).send().await.expect(200);
    let listed = list.items().iter().find(|state| state["user_id"] == payroll.maria.id.as_str()).unwrap();
    assert!(is_local(&listed["closed_at"]) && is_local(&listed["approved"]["at"]), "{listed}");
    assert_eq!(seconds(&closed["totals"], "regular"), 31 * HOUR);

    // Afterwards a change needs `after_close`, and the next week pays the difference.
    payroll.worked("2026-11-03", 9, 18, json!({})).await.expect_problem(409, "period_closed");
    payroll.worked("2026-11-03", 9, 18, json!({"after_close": true})).await.expect(200);
    let next = payroll.timesheet(NEXT_WEEK).await;
    assert_eq!(next["changed_days"][0]["date"], "2026-11-03");
    assert_eq!(seconds(&next["totals"], "regular"), HOUR, "{next}");
    let closed = payroll.timesheet(WEEK).await;
    assert_eq!((&closed["has_changed"], seconds(&closed["totals"], "regular")), (&json!(true), 31 * HOUR));
    let spans: Vec<(&str, &str)> = closed["days"][1]["segments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|segment| (segment["from"].as_str().unwrap(), segment["until"].as_str().unwrap()))
        .collect();
    let of_tuesday = [
        ("2026-11-03T09:00:00+03:00", "2026-11-03T12:00:00+03:00"),
        ("2026-11-03T13:00:00+03:00", "2026-11-03T17:00:00+03:00"),
    ];
    assert_eq!(spans, of_tuesday, "the segments as they were closed: {closed}");

    // A correction is approved after the close.
    let at = |hour: u8| format!("2026-11-04T{hour:02}:00:00+03:00");
    let session = json!({"clock_in": at(9), "clock_out": at(16), "breaks": []});
    let asked = payroll
        .company
        .post("/attendance/me/2026-11-04/corrections")
        .by(&payroll.maria)
        .json(json!({"sessions": [session], "reason": "I left early"}));
    let asked = asked.send().await.expect(201);
    let path = format!("/corrections/{}/decision", asked.str("id"));
    let approved = payroll.company.post(&path).by(&payroll.admin).json(json!({"status": "approved"}));
    approved.send().await.expect(200);
    let next = payroll.timesheet(NEXT_WEEK).await;
    assert_eq!(seconds(&next["changed_days"][1]["codes"], "regular"), -HOUR, "{next}");

    // A sick note for Friday comes after the close.
    let sick =
        json!({"user_id": payroll.maria.id, "type": "sick", "start_date": "2026-11-06", "end_date": "2026-11-06"});
    payroll.company.post("/leave/requests").by(&payroll.admin).json(sick).send().await.expect(201);
    let next = payroll.timesheet(NEXT_WEEK).await;
    assert_eq!(seconds(&next["changed_days"][2]["codes"], "absence_paid"), 8 * HOUR, "{next}");
    assert_eq!(seconds(&next["totals"], "regular"), 0);

    // The next week pays these differences once; the week after it none.
    payroll.company.set_clock("2026-11-16T08:00:00+03:00").await;
    payroll.sign_in().await;
    let path = format!("{NEXT_WEEK}/timesheets/{}/approve", payroll.maria.id);
    let approve = payroll.company.post(&path).by(&payroll.admin).json(json!({}));
    let approved = approve.send().await.expect(200);
    assert_eq!(approved.body["changed_days"].as_array().unwrap().len(), 3);
    let later = payroll.timesheet("/pay/periods/2026-11-16..2026-11-22").await;
    assert_eq!(later["changed_days"], json!([]), "{later}");
}

#[tokio::test]
async fn a_review_of_a_closed_period_has_a_reason() {
    let payroll = Payroll::start().await;
    payroll.approve().await.expect(200);
    payroll.close().await.expect(202);
    let path = format!("/attendance/{}/2026-11-03/acknowledgement", payroll.maria.id);
    let review = async |body: Value| payroll.company.post(&path).by(&payroll.admin).json(body).send().await;
    review(json!({"status": "acknowledged", "after_close": true})).await.expect_invalid("note");
    // With a reason, the review is decided. No clock-in of the day is flagged.
    let reviewed = review(json!({"status": "acknowledged", "after_close": true, "note": "A late delivery"})).await;
    reviewed.expect_problem(409, "nothing_to_acknowledge");
}

#[tokio::test]
async fn what_is_missing_blocks_a_signature() {
    let payroll = Payroll::without_work().await;
    let timesheet = payroll.timesheet(WEEK).await;
    let kinds: Vec<&str> =
        timesheet["blockers"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["missing_punches"; 5], "{timesheet}");
    assert_eq!(timesheet["allowed_actions"], json!([]));
    let refused = payroll.submit().await.expect_problem(409, "timesheet_blocked");
    assert_eq!(refused.body["blockers"], timesheet["blockers"], "{}", refused.text);
    payroll.approve().await.expect_problem(409, "timesheet_blocked");
    // A close names everyone whose timesheet isn't approved, with what blocks it.
    let refused = payroll.close().await.expect_problem(409, "period_blocked");
    let blocked = &refused.body["blocked_timesheets"];
    let maria = json!({"user_id": payroll.maria.id, "user_name": timesheet["user_name"], "status": "open",
        "blockers": timesheet["blockers"]});
    assert_eq!(blocked, &json!({"count": 1, "people": [maria]}), "{}", refused.text);
    // A week that isn't over can't be signed.
    let next = payroll.timesheet(NEXT_WEEK).await;
    assert_eq!(next["blockers"][0]["kind"], "not_over", "{next}");
}

#[tokio::test]
async fn a_rejected_timesheet_is_submitted_again() {
    let payroll = Payroll::start().await;
    payroll.decide("reject", json!({"note": "Why?"})).await.expect_problem(409, "timesheet_not_submitted");
    payroll.submit().await.expect(200);
    payroll.submit().await.expect_problem(409, "already_decided");
    let rejected = payroll.decide("reject", json!({"note": "Friday was no holiday"})).await.expect(200);
    assert_eq!(rejected.body["rejected"]["note"], "Friday was no holiday");
    payroll.submit().await.expect(200);
    let stale = "0".repeat(64);
    payroll.decide("approve", json!({"figures_hash": stale})).await.expect_problem(409, "timesheet_changed");
}

#[tokio::test]
async fn submitted_timesheets_of_a_department_are_approved_at_once() {
    let payroll = Payroll::start().await;
    payroll.submit().await.expect(200);
    let approved = payroll.company.post(&format!("{WEEK}/approvals")).by(&payroll.admin).json(json!({}));
    let approved = approved.send().await.expect(200);
    let results = approved.body["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "{}", approved.text);
    assert_eq!((&results[0]["user_id"], &results[0]["approved"]), (&json!(payroll.maria.id), &json!(true)));
    let list = payroll.company.get(&format!("{WEEK}/timesheets?status=approved")).by(&payroll.admin).send().await;
    assert_eq!(list.expect(200).items().len(), 1);
}

#[tokio::test]
async fn an_open_session_of_the_last_date_blocks_the_signature() {
    let mut payroll = Payroll::start().await;
    payroll.company.set_clock("2026-11-08T23:30:00+03:00").await;
    payroll.sign_in().await;
    payroll.company.post("/clock/in").by(&payroll.maria).json(json!({})).send().await.expect(201);
    payroll.company.set_clock("2026-11-09T00:30:00+03:00").await;
    payroll.sign_in().await;
    payroll.submit().await.expect_problem(409, "timesheet_blocked");
    // The clock-out and the signature at the same time: the session belongs to its work date, and is signed.
    let clock_out = payroll.company.post("/clock/out").by(&payroll.maria).json(json!({})).send();
    let (clock_out, _) = tokio::join!(clock_out, payroll.submit());
    clock_out.expect(200);
    payroll.submit().await;
    let timesheet = payroll.timesheet(WEEK).await;
    assert_eq!((&timesheet["status"], &timesheet["has_changed"]), (&json!("submitted"), &json!(false)), "{timesheet}");
    assert_eq!(seconds(&timesheet["totals"], "regular") + seconds(&timesheet["totals"], "overtime"), 33 * HOUR);
    // The next clock-in counts for the new week.
    payroll.company.set_clock("2026-11-09T08:30:00+03:00").await;
    payroll.sign_in().await;
    payroll.company.post("/clock/in").by(&payroll.maria).json(json!({})).send().await.expect(201);
    assert_eq!(payroll.timesheet(WEEK).await["has_changed"], false);
}

/// What is recorded or granted at the instant of a signature is either signed, or removes the signature.
#[tokio::test]
async fn work_and_leave_during_a_signature_leave_no_outdated_signature() {
    for round in 0..6 {
        let payroll = Payroll::start().await;
        payroll.company.settings(json!({"offline": {"accept_hours": 168, "review_after_hours": 168}})).await;
        let at = |hour: u8| format!("2026-11-06T{hour:02}:00:00+03:00");
        let punch = |action: &str, hour: u8| json!({"client_id": action, "action": action, "occurred_at": at(hour)});
        let batch = json!({"device_id": "phone", "punches": [punch("in", 9), punch("out", 12)]});
        let offline = payroll.company.post("/clock/batch").by(&payroll.maria).json(batch).send();
        let sick = json!({"user_id": payroll.maria.id, "type": "sick", "start_date": "2026-11-06",
            "end_date": "2026-11-06"});
        let sick = payroll.company.post("/leave/requests").by(&payroll.admin).json(sick).send();
        let (other, signed) =
            if round % 2 == 0 { tokio::join!(offline, payroll.submit()) } else { tokio::join!(sick, payroll.submit()) };
        assert!(other.status.is_success(), "{round}: {}", other.text);
        let timesheet = payroll.timesheet(WEEK).await;
        assert_eq!(timesheet["has_changed"], false, "{round}: {} {timesheet}", signed.text);
    }
}

#[tokio::test]
async fn the_pay_periods_do_not_change_at_the_instant_of_the_first_close() {
    for round in 0..4 {
        let payroll = Payroll::start().await;
        payroll.approve().await.expect(200);
        let other = json!({"pay_period": {"kind": "month"}});
        let change = payroll.company.patch("/settings").by(&payroll.admin).json(other).send();
        let (change, close) = tokio::join!(change, payroll.close());
        match (change.status.as_u16(), close.status.as_u16()) {
            (200, 404) => {}
            (409, 202) => assert_eq!(payroll.period().await["status"], "closed", "{round}"),
            other => panic!("{round}: {other:?} {} {}", change.text, close.text),
        }
    }
}

#[tokio::test]
async fn an_edit_during_an_approval_or_close_leaves_no_outdated_signature() {
    for round in 0..4 {
        let payroll = Payroll::start().await;
        payroll.submit().await.expect(200);
        let edit = payroll.worked("2026-11-03", 9, 17, json!({}));
        let (edit, _) = tokio::join!(edit, payroll.approve());
        edit.expect(200);
        let timesheet = payroll.timesheet(WEEK).await;
        assert_eq!(timesheet["has_changed"], false, "{round}: {timesheet}");

        if timesheet["status"] == "open" {
            payroll.submit().await.expect(200);
            payroll.approve().await.expect(200);
        }
        let edit = payroll.worked("2026-11-03", 9, 18, json!({}));
        let (edit, close) = tokio::join!(edit, payroll.close());
        payroll.company.settle().await;
        let timesheet = payroll.timesheet(WEEK).await;
        assert_eq!(timesheet["has_changed"], false, "{round}: {timesheet}");
        if edit.status.is_success() {
            // The edit was first: the timesheet isn't closed.
            assert_eq!(timesheet["status"], "open", "{round}: {} {timesheet}", close.status);
        } else {
            edit.expect_problem(409, "period_closed");
            assert_eq!(timesheet["status"], "closed", "{round}: {timesheet}");
        }
    }
}

#[tokio::test]
async fn people_and_managers_are_reminded() {
    let mut payroll = Payroll::start().await;
    // One day before the end of the next week.
    payroll.company.set_clock("2026-11-14T06:00:00+03:00").await;
    payroll.company.post("/_local/schedules/housekeeping").send().await.expect(200);
    payroll.company.post("/_local/schedules/housekeeping").send().await.expect(200);
    payroll.sign_in().await;
    assert_eq!(payroll.kinds(&payroll.maria).await, ["timesheet_due"]);
    // Two days after the end, Maria has submitted hers.
    payroll.company.set_clock("2026-11-17T06:00:00+03:00").await;
    payroll.sign_in().await;
    let path = format!("{NEXT_WEEK}/timesheets/me/submit");
    payroll.company.post(&path).by(&payroll.maria).json(json!({})).send().await.expect(200);
    payroll.company.post("/_local/schedules/housekeeping").send().await.expect(200);
    assert_eq!(payroll.kinds(&payroll.maria).await, ["timesheet_due"]);
    assert!(payroll.kinds(&payroll.admin).await.contains(&"timesheets_to_approve".to_owned()));
}

/// Rules under which work beyond some minutes of a day is overtime, with two premiums for the morning of which the higher counts.
fn rules_with_premiums(name: &str, minutes: u32) -> Value {
    let premium = |code: &str| json!({"code": code, "from": "09:00", "until": "10:00"});
    let overtime = json!({"per": "day", "after": {"minutes": minutes}, "code": "overtime"});
    let version = json!({"effective_from": "2020-01-01", "overtime": [overtime], "stacking": "highest",
        "premiums": [premium("early"), premium("morning")]});
    json!({"name": name, "versions": [version]})
}

#[tokio::test]
async fn changed_rules_profiles_and_codes_void_an_approval_if_figures_change() {
    let payroll = Payroll::start().await;
    let put = async |path: String, body: Value| {
        payroll.company.put(&path).by(&payroll.admin).json(body).send().await.expect(200);
        payroll.company.settle().await;
    };
    let code = |name: &str, multiplier: f64| json!({"name": name, "kind": "premium", "multiplier": multiplier});
    put("/pay/codes/early".to_owned(), code("Early", 0.5)).await;
    put("/pay/codes/morning".to_owned(), code("Morning", 0.25)).await;
    let rules = payroll.company.post("/pay/rules").by(&payroll.admin).json(rules_with_premiums("Rules", 480));
    let rules = rules.send().await.expect(201).str("id").to_owned();
    let profile = |more: Value| {
        let mut profile = json!({"personnel_number": "1", "account": false, "effective_from": "2020-01-01"});
        profile.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        (format!("/users/{}/pay-profile", payroll.maria.id), profile)
    };
    let of_rules = |rules: &str| format!("/pay/rules/{rules}");
    let (path, body) = profile(json!({"rules_id": rules}));
    put(path, body).await;

    payroll.submit().await.expect(200);
    payroll.approve().await.expect(200);
    let status = async || payroll.timesheet(WEEK).await["status"].as_str().unwrap().to_owned();
    // Another name and another export code change no figures.
    put(of_rules(&rules), rules_with_premiums("Renamed", 480)).await;
    let named = json!({"name": "Early", "kind": "premium", "multiplier": 0.5, "export_code": "77"});
    put("/pay/codes/early".to_owned(), named).await;
    assert_eq!(status().await, "approved");

    // Half an hour of each day becomes overtime.
    put(of_rules(&rules), rules_with_premiums("Rules", 450)).await;
    let voided = payroll.timesheet(WEEK).await;
    assert_eq!((&voided["status"], &voided["has_changed"]), (&json!("open"), &json!(false)), "{voided}");
    assert_eq!(seconds(&voided["totals"], "overtime"), 2 * HOUR);
    assert!(voided["voided_at"].is_string());
    assert_eq!(payroll.kinds(&payroll.maria).await[0], "timesheet_voided");
    assert_eq!(payroll.kinds(&payroll.admin).await[0], "timesheet_voided");

    // The other premium becomes the higher one.
    payroll.approve().await.expect(200);
    put("/pay/codes/morning".to_owned(), code("Morning", 0.75)).await;
    assert_eq!(status().await, "open");
    assert_eq!(seconds(&payroll.timesheet(WEEK).await["totals"], "morning"), 4 * HOUR);

    // A submitted timesheet loses its signature by another profile from the first date of the week, whose rules hold for the week,
    // and by none that begins later.
    payroll.submit().await.expect(200);
    let (path, body) = profile(json!({"rules_id": null, "effective_from": "2026-11-09"}));
    put(path, body).await;
    assert_eq!(status().await, "submitted");
    let (path, body) = profile(json!({"rules_id": null, "effective_from": "2026-11-02"}));
    put(path, body).await;
    assert_eq!(status().await, "open");
}

/// Returns the queries that `jobs` makes because of a calendar of holidays that is imported.
async fn queries_of_holidays(payroll: &Payroll, dates: &[&str]) -> u64 {
    let event = |date: &&str| {
        format!("BEGIN:VEVENT\r\nUID:{date}\r\nDTSTART;VALUE=DATE:{date}\r\nSUMMARY:Holiday\r\nEND:VEVENT\r\n")
    };
    let events: String = dates.iter().map(event).collect();
    let calendar = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n");
    payroll.company.reset_calls().await;
    let import = payroll.company.post("/holidays/import").by(&payroll.admin).raw("text/calendar", calendar);
    let imported = import.send().await.expect(200);
    assert_eq!(imported.body["added"].as_array().unwrap().len(), dates.len(), "{}", imported.text);
    payroll.company.settle().await;
    let report = payroll.company.stack.calls();
    let of_jobs = report.routes.iter().filter(|route| route.route == "jobs").flat_map(|route| &route.operations);
    of_jobs.filter(|call| call.operation == "Query").map(|call| call.count).sum()
}

#[tokio::test]
async fn several_holidays_compare_the_signatures_once() {
    let payroll = Payroll::start().await;
    let profile = json!({"personnel_number": "1", "account": false, "effective_from": "2020-01-01"});
    let path = format!("/users/{}/pay-profile", payroll.maria.id);
    payroll.company.put(&path).by(&payroll.admin).json(profile).send().await.expect(200);
    payroll.submit().await.expect(200);
    // Of the holidays of other weeks, the signed figures stay as they are.
    let of_one = queries_of_holidays(&payroll, &["20261001"]).await;
    let of_three = queries_of_holidays(&payroll, &["20260902", "20260916", "20261014"]).await;
    assert_eq!(payroll.timesheet(WEEK).await["status"], "submitted");
    assert_eq!(of_three - of_one, 2 * 2, "the days and the decisions of two more ranges");
}
