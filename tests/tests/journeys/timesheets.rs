//! Timesheets and pay periods: docs/rules.md, "Timesheets".

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

/// The week in which everything happens.
const WEEK: &str = "/pay/periods/2026-11-02..2026-11-08";
/// The week after it.
const NEXT_WEEK: &str = "/pay/periods/2026-11-09..2026-11-15";
const HOUR: i64 = 3_600;

/// A company with pay periods of a week, and a person who works from Monday to Friday. It is Monday 9 November 2026, 08:00.
struct Payroll {
    company: Company,
    admin: Person,
    maria: Person,
}

impl Payroll {
    /// Maria has worked eight hours from Monday to Thursday. On Friday she was absent, which is excused.
    async fn start() -> Self {
        let payroll = Self::without_work().await;
        for day in 2..=5 {
            payroll.worked(&format!("2026-11-0{day}"), 9, 18, json!({})).await.expect(200);
        }
        let path = format!("/attendance/{}/2026-11-06/excuse", payroll.maria.id);
        let excuse = payroll.company.post(&path).by(&payroll.admin).json(json!({"reason": "Her child was ill"}));
        excuse.send().await.expect(200);
        payroll
    }

    async fn without_work() -> Self {
        let company = Company::start_at("2026-11-02T08:00:00+03:00", "Europe/Istanbul").await;
        let pay_period = json!({"kind": "week", "anchor": "2026-11-02"});
        company.settings(json!({"pay_period": pay_period, "breaks": {"paid": false}})).await;
        company.person("maria", json!({})).await;
        for day in 2..=8 {
            company.set_clock(&format!("2026-11-0{day}T08:00:00+03:00")).await;
            company.post("/_local/schedules/open-day").send().await.expect(200);
        }
        company.set_clock("2026-11-09T08:00:00+03:00").await;
        company.settle().await;
        let (admin, maria) = (company.sign_in("ada").await, company.sign_in("maria").await);
        Self { company, admin, maria }
    }

    async fn sign_in(&mut self) {
        self.admin = self.company.sign_in("ada").await;
        self.maria = self.company.sign_in("maria").await;
    }

    /// Enters a session with an hour of break.
    async fn worked(&self, date: &str, from: u8, until: u8, more: Value) -> Reply {
        let at = |hour: u8| format!("{date}T{hour:02}:00:00+03:00");
        let pause = json!({"started_at": at(12), "ended_at": at(13)});
        let sessions = json!([{"clock_in": at(from), "clock_out": at(until), "breaks": [pause]}]);
        let mut body = json!({"sessions": sessions, "reason": "Entered"});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        let path = format!("/attendance/{}/{date}", self.maria.id);
        self.company.put(&path).by(&self.admin).json(body).send().await
    }

    async fn timesheet(&self, period: &str) -> Value {
        let path = format!("{period}/timesheets/me");
        self.company.get(&path).by(&self.maria).send().await.expect(200).body
    }

    async fn submit(&self) -> Reply {
        let path = format!("{WEEK}/timesheets/me/submit");
        self.company.post(&path).by(&self.maria).json(json!({})).send().await
    }

    async fn decide(&self, action: &str, body: Value) -> Reply {
        let path = format!("{WEEK}/timesheets/{}/{action}", self.maria.id);
        self.company.post(&path).by(&self.admin).json(body).send().await
    }

    async fn approve(&self) -> Reply {
        self.decide("approve", json!({})).await
    }

    /// Closes the week without Ada, who didn't work.
    async fn close(&self) -> Reply {
        let body = json!({"leave_out": [self.admin.id]});
        let reply = self.company.post(&format!("{WEEK}/close")).by(&self.admin).json(body).send().await;
        self.company.settle().await;
        reply
    }

    async fn period(&self) -> Value {
        let list = self.company.get("/pay/periods?year=2026").by(&self.maria).send().await.expect(200);
        let is_week = |period: &&Value| period["id"] == "2026-11-02..2026-11-08";
        list.items().iter().find(is_week).unwrap().clone()
    }

    async fn kinds(&self, person: &Person) -> Vec<String> {
        self.company.settle().await;
        let inbox = self.company.get("/notifications").by(person).send().await.expect(200);
        let kind = |item: &Value| item["kind"].as_str().unwrap().to_owned();
        inbox.items().iter().map(kind).filter(|kind| kind.starts_with("timesheet")).collect()
    }
}

/// The seconds of a pay code.
fn seconds(codes: &Value, code: &str) -> i64 {
    let codes = codes.as_array().unwrap();
    codes.iter().find(|it| it["code"] == code).map_or(0, |it| it["seconds"].as_i64().unwrap())
}

#[tokio::test]
async fn a_week_is_lived_signed_closed_and_corrected_afterwards() {
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

    // An edit removes the signatures, and both are told.
    payroll.worked("2026-11-03", 9, 17, json!({})).await.expect(200);
    let voided = payroll.timesheet(WEEK).await;
    assert_eq!((&voided["status"], &voided["approved"]), (&json!("open"), &Value::Null));
    assert!(voided["voided_at"].is_string());
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
    let closed = payroll.timesheet(WEEK).await;
    assert_eq!(closed["status"], "closed");
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

#[tokio::test]
async fn an_edit_beside_an_approval_or_a_close_leaves_no_signature_of_other_figures() {
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
async fn of_two_closes_one_is_made_and_people_who_were_left_out_follow() {
    let payroll = Payroll::start().await;
    let (one, other) = tokio::join!(payroll.close(), payroll.close());
    one.expect_problem(409, "period_blocked");
    other.expect_problem(409, "period_blocked");
    // Without Maria, nobody is left to be closed.
    let everyone = json!({"leave_out": [payroll.admin.id, payroll.maria.id]});
    let close = || payroll.company.post(&format!("{WEEK}/close")).by(&payroll.admin).json(everyone.clone()).send();
    let (one, other) = tokio::join!(close(), close());
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert!(statuses == [202, 409] || statuses == [202, 202], "{statuses:?}");
    payroll.company.settle().await;
    assert_eq!(payroll.period().await["status"], "closed");
    assert_eq!(payroll.timesheet(WEEK).await["status"], "open");
    payroll.submit().await.expect(200);
    payroll.approve().await.expect(200);
    payroll.close().await.expect(202);
    assert_eq!(payroll.timesheet(WEEK).await["status"], "closed");
}

#[tokio::test]
async fn a_reopened_period_keeps_the_approvals_of_unchanged_timesheets() {
    let payroll = Payroll::start().await;
    let reopen = || {
        let body = json!({"reason": "A night shift is missing"});
        payroll.company.post(&format!("{WEEK}/reopen")).by(&payroll.admin).json(body).send()
    };
    reopen().await.expect_problem(409, "period_not_closed");
    payroll.approve().await.expect(200);
    payroll.close().await.expect(202);
    payroll.company.settings(json!({"late_grace_minutes": 6})).await;
    let other = json!({"pay_period": {"kind": "month"}});
    payroll
        .company
        .patch("/settings")
        .by(&payroll.admin)
        .json(other)
        .send()
        .await
        .expect_problem(409, "pay_period_in_use");
    reopen().await.expect(202);
    payroll.company.settle().await;
    assert_eq!(payroll.period().await["status"], "open");
    assert_eq!(payroll.timesheet(WEEK).await["status"], "approved");

    // A change after the close removes the signatures when the period is opened again.
    payroll.close().await.expect(202);
    payroll.worked("2026-11-03", 9, 17, json!({"after_close": true})).await.expect(200);
    reopen().await.expect(202);
    payroll.company.settle().await;
    let opened = payroll.timesheet(WEEK).await;
    assert_eq!((&opened["status"], seconds(&opened["totals"], "regular")), (&json!("open"), 31 * HOUR), "{opened}");
    assert_eq!(payroll.timesheet(NEXT_WEEK).await["changed_days"], json!([]));
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

#[tokio::test]
async fn timesheets_of_a_department_are_exported_as_an_archive_of_documents() {
    let payroll = Payroll::start().await;
    payroll.submit().await.expect(200);
    let company = &payroll.company;
    let department = company.department("Sales").await;
    let order = |body: Value| company.post(&format!("{WEEK}/timesheets/export")).by(&payroll.admin).json(body).send();
    let follow = async |export: &Reply| {
        company.settle().await;
        let path = format!("/reports/exports/{}", export.str("id"));
        company.get(&path).by(&payroll.admin).send().await.expect(200)
    };
    // Nobody is in the department.
    let empty = order(json!({"department_id": department})).await.expect(202);
    assert_eq!(empty.str("report"), "timesheets");
    assert_eq!(follow(&empty).await.str("status"), "failed");

    // A name with characters of paths.
    let rename = company.patch(&format!("/users/{}", payroll.maria.id)).by(&payroll.admin);
    rename.json(json!({"full_name": "Maria/../Öz"})).send().await.expect(200);
    let export = order(json!({"format": "pdf"})).await.expect(202);
    let done = follow(&export).await;
    assert_eq!((done.str("status"), done.str("format")), ("done", "zip"), "{}", done.text);
    assert_eq!(done.body["progress"], json!({"done": 1, "total": 1}));
    let file = reqwest::get(done.str("url")).await.unwrap();
    let name = file.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.contains("timesheets-2026-11-02..2026-11-08.zip"), "{name}");
    let bytes = file.bytes().await.unwrap().to_vec();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    assert_eq!(names, [format!("Maria____Öz-{}.pdf", payroll.maria.id)]);
    let mut content = Vec::new();
    std::io::copy(&mut archive.by_index(0).unwrap(), &mut content).unwrap();
    let path = format!("{WEEK}/timesheets/{}?format=pdf", payroll.maria.id);
    let single = company.get(&path).by(&payroll.admin).download().await;
    assert_eq!(content, single.bytes, "the same document as a single one");
    let inbox = company.get("/notifications").by(&payroll.admin).send().await.expect(200);
    let ready = inbox.items().iter().find(|item| item["kind"] == "export_ready").unwrap();
    assert!(
        ready["title"].as_str().unwrap().contains("timesheets")
            || ready["body"].as_str().unwrap().contains("timesheets")
    );
    // Employees can't order it.
    let own = company.post(&format!("{WEEK}/timesheets/export")).by(&payroll.maria).json(json!({})).send().await;
    own.expect_problem(403, "forbidden");
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

    // A submitted timesheet loses its signature by another profile, and by none that begins later.
    payroll.submit().await.expect(200);
    let (path, body) = profile(json!({"rules_id": null, "effective_from": "2026-11-09"}));
    put(path, body).await;
    assert_eq!(status().await, "submitted");
    let (path, body) = profile(json!({"rules_id": null, "effective_from": "2026-11-05"}));
    put(path, body).await;
    assert_eq!(status().await, "open");
}

#[tokio::test]
async fn rules_that_change_beside_a_close_leave_no_closed_timesheet_of_other_figures() {
    for round in 0..3 {
        let payroll = Payroll::start().await;
        let overtime = |minutes: u32| {
            let overtime = json!({"per": "day", "after": {"minutes": minutes}, "code": "overtime"});
            json!({"name": "Rules", "versions": [{"effective_from": "2020-01-01", "overtime": [overtime]}]})
        };
        let rules = payroll.company.post("/pay/rules").by(&payroll.admin).json(overtime(480)).send().await;
        let rules = rules.expect(201).str("id").to_owned();
        let profile =
            json!({"personnel_number": "1", "account": false, "effective_from": "2020-01-01", "rules_id": rules});
        let path = format!("/users/{}/pay-profile", payroll.maria.id);
        payroll.company.put(&path).by(&payroll.admin).json(profile).send().await.expect(200);
        payroll.company.settle().await;
        payroll.approve().await.expect(200);
        let path = format!("/pay/rules/{rules}");
        let change = payroll.company.put(&path).by(&payroll.admin).json(overtime(450)).send();
        let (change, _) = tokio::join!(change, payroll.close());
        change.expect(200);
        payroll.company.settle().await;
        let timesheet = payroll.timesheet(WEEK).await;
        let overtime = seconds(&timesheet["totals"], "overtime");
        match timesheet["status"].as_str().unwrap() {
            "closed" => assert_eq!(overtime, 0, "{round}: {timesheet}"),
            "open" => assert_eq!(overtime, 2 * HOUR, "{round}: {timesheet}"),
            other => panic!("{round}: {other}"),
        }
    }
}

/// Returns the calls to the table, and the read and write units, of the close of a period of some people who worked one day.
async fn cost_of_close(people: usize) -> (u64, f64, f64) {
    let payroll = Payroll::start().await;
    let company = &payroll.company;
    payroll.approve().await.expect(200);
    for number in 1..people {
        let admin = company.sign_in("ada").await;
        let body = json!({"username": format!("person{number}"), "full_name": format!("Person {number}"),
            "password": rollcall_tests::company::PASSWORD, "hired_on": "2020-01-01"});
        let created = company.post("/users").by(&admin).json(body).send().await.expect(201);
        let id = created.str("id");
        let session =
            json!({"clock_in": "2026-11-08T09:00:00+03:00", "clock_out": "2026-11-08T17:00:00+03:00", "breaks": []});
        let edit = json!({"sessions": [session], "reason": "Entered"});
        company.put(&format!("/attendance/{id}/2026-11-08")).by(&admin).json(edit).send().await.expect(200);
        let approve = company.post(&format!("{WEEK}/timesheets/{id}/approve")).by(&admin).json(json!({}));
        approve.send().await.expect(200);
    }
    company.settle().await;
    company.delete("/_local/calls").send().await.expect(204);
    payroll.close().await.expect(202);
    let period = payroll.period().await;
    assert_eq!((&period["status"], &period["left_out"]), (&json!("closed"), &json!([payroll.admin.id])), "{period}");
    let report = company.get("/_local/calls").send().await.expect(200);
    let (mut calls, mut reads, mut writes) = (0, 0.0, 0.0);
    for route in report.body["routes"].as_array().unwrap() {
        for operation in route["operations"].as_array().unwrap() {
            calls += operation["count"].as_u64().unwrap();
            reads += operation["read_units"].as_f64().unwrap_or(0.0);
            writes += operation["write_units"].as_f64().unwrap_or(0.0);
        }
    }
    (calls, reads, writes)
}

#[tokio::test]
async fn the_close_of_a_period_costs_in_proportion_to_its_people() {
    let (few, ..) = cost_of_close(2).await;
    let (more, reads, writes) = cost_of_close(12).await;
    // Ten more people: the inputs of the figures of each, and two writes of each timesheet in shared transactions.
    let each = (more - few).div_ceil(10);
    assert!(each <= 12, "{few} calls for 2 people, {more} for 12; {reads} read and {writes} write units");
}

/// `cargo test … -- --ignored the_close_of_a_thousand`: prints what docs/performance.md states.
#[tokio::test]
#[ignore = "a measurement of several minutes"]
async fn the_close_of_a_thousand_people_is_measured() {
    let (calls, reads, writes) = cost_of_close(1_000).await;
    println!("1,000 people: {calls} calls, {reads} read units, {writes} write units");
}
