//! Pay codes, pay rules, pay profiles and segments: docs/rules.md, "From days to pay", with the numbers of the section.

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

#[tokio::test]
async fn six_days_of_nine_hours_count_no_hour_twice() {
    let payroll = Payroll::start().await;
    payroll.code("daily", "overtime").await;
    payroll.code("weekly", "overtime").await;
    for day in 2..=7 {
        let at = |hour: u8| format!("2026-11-0{day}T{hour:02}:00:00+03:00");
        payroll.worked(&format!("2026-11-0{day}"), &at(8), &at(17)).await;
    }
    payroll
        .rules(json!({"overtime": [
            {"per": "day", "after": {"minutes": 480}, "code": "daily"},
            {"per": "week", "after": {"minutes": 2400}, "code": "weekly"},
        ]}))
        .await;
    let week = payroll.segments("2026-11-02", "2026-11-08").await;
    let hours = |code: &str| total(&week, code) / 3600;
    assert_eq!((hours("regular"), hours("daily"), hours("weekly")), (40, 6, 8), "{week}");
    for day in week["days"].as_array().unwrap() {
        assert_eq!(day["worked_seconds"], 9 * 3600);
    }
    // A part of the week has the same segments: the rest of the week is read for it.
    let saturday = payroll.segments("2026-11-07", "2026-11-07").await;
    assert_eq!(total(&saturday, "weekly"), 8 * 3600, "{saturday}");
}

#[tokio::test]
async fn a_premium_from_22_to_6_gives_eight_hours_over_midnight() {
    let payroll = Payroll::start().await;
    payroll.code("night", "premium").await;
    payroll.worked("2026-11-03", "2026-11-03T22:00:00+03:00", "2026-11-04T06:00:00+03:00").await;
    payroll.rules(json!({"premiums": [{"code": "night", "from": "22:00", "until": "06:00"}]})).await;
    let segments = payroll.segments("2026-11-03", "2026-11-03").await;
    assert_eq!(told(&segments), ["22:00-00:00 regular +night", "00:00-06:00 regular +night"]);
    assert_eq!(total(&segments, "night"), 8 * 3600);
}

#[tokio::test]
async fn a_night_in_which_clocks_change_has_its_real_hours_of_premium() {
    let payroll = Payroll::start_in("Europe/Berlin").await;
    payroll.code("night", "premium").await;
    // 22:00 to 06:00 on the wall clock; the clocks go back at 03:00.
    payroll.worked("2026-10-24", "2026-10-24T22:00:00+02:00", "2026-10-25T06:00:00+01:00").await;
    payroll.rules(json!({"premiums": [{"code": "night", "from": "22:00", "until": "06:00"}]})).await;
    let segments = payroll.segments("2026-10-24", "2026-10-24").await;
    assert_eq!((segments["days"][0]["worked_seconds"].as_i64(), total(&segments, "night")), (Some(32_400), 32_400));
}

#[tokio::test]
async fn an_automatic_break_lies_after_its_hours_of_work() {
    let payroll = Payroll::start().await;
    payroll.company.settings(json!({"breaks": {"auto_deduct": [{"after_minutes": 360, "minutes": 30}]}})).await;
    payroll.worked("2026-11-09", "2026-11-09T07:43:00+03:00", "2026-11-09T16:44:00+03:00").await;
    payroll.rules(json!({})).await;
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    let spans: Vec<String> = told(&segments).iter().map(|segment| segment[..11].to_owned()).collect();
    assert_eq!((spans.first().unwrap().as_str(), spans[1].as_str()), ("07:43-13:43", "14:13-16:44"));
    assert_eq!(segments["days"][0]["worked_seconds"], 30_660);
}

#[tokio::test]
async fn two_tiers_leave_35_100_seconds_of_ten_and_a_half_hours() {
    let payroll = Payroll::start().await;
    let tiers = json!([{"after_minutes": 360, "minutes": 30}, {"after_minutes": 540, "minutes": 45}]);
    payroll.company.settings(json!({"breaks": {"auto_deduct": tiers}})).await;
    payroll.worked("2026-11-09", "2026-11-09T07:30:00+03:00", "2026-11-09T18:00:00+03:00").await;
    payroll.rules(json!({})).await;
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    let day = &segments["days"][0];
    let sum: i64 = day["segments"].as_array().unwrap().iter().map(|it| it["seconds"].as_i64().unwrap()).sum();
    assert_eq!((day["worked_seconds"].as_i64(), sum), (Some(35_100), 35_100), "{segments}");
}

#[tokio::test]
async fn without_a_profile_work_beyond_the_schedule_is_overtime() {
    let payroll = Payroll::start().await;
    // The default shift is 09:00 to 18:00 with a break of an hour: eight hours.
    payroll.worked("2026-11-09", "2026-11-09T09:00:00+03:00", "2026-11-09T19:00:00+03:00").await;
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    assert_eq!((total(&segments, "regular"), total(&segments, "overtime")), (8 * 3600, 2 * 3600));
}

#[tokio::test]
async fn rounding_is_a_line_of_its_own() {
    let payroll = Payroll::start().await;
    payroll.worked("2026-11-09", "2026-11-09T07:50:00+03:00", "2026-11-09T17:02:00+03:00").await;
    payroll.rules(json!({"rounding": {"step_minutes": 15, "mode": "nearest", "of": "day"}})).await;
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    let day = &segments["days"][0];
    assert_eq!(day["adjustment"], json!({"code": "regular", "seconds": 180}));
    assert_eq!((&day["worked_seconds"], &day["paid_seconds"]), (&json!(33_120), &json!(33_300)));
}

#[tokio::test]
async fn pay_codes_are_added_and_built_in_ones_keep_their_kind() {
    let payroll = Payroll::start().await;
    let codes = payroll.company.get("/pay/codes").by(&payroll.maria).send().await.expect(200);
    let names: Vec<&str> = codes.items().iter().map(|code| code["code"].as_str().unwrap()).collect();
    assert_eq!(names, ["absence_paid", "absence_unpaid", "overtime", "regular"]);
    assert_eq!(codes.header("etag"), Some("\"0\""));

    let night = json!({"name": "Night", "kind": "premium", "multiplier": 0.25, "export_code": "1050"});
    let put = payroll.put("/pay/codes/night", night.clone()).await.expect(200);
    let expected = json!({"code": "night", "name": "Night", "kind": "premium", "multiplier": 0.25,
        "export_code": "1050", "active": true, "credits_account": false});
    assert_eq!((put.body.clone(), put.header("etag")), (expected, Some("\"1\"")));
    let stale = payroll.company.put("/pay/codes/night").by(&payroll.admin).header("if-match", "\"0\"").json(night);
    stale.send().await.expect_problem(412, "precondition_failed");

    let regular = |more: Value| {
        let mut body = json!({"name": "Work", "kind": "regular", "multiplier": 1});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        body
    };
    payroll.put("/pay/codes/regular", regular(json!({"export_code": "100"}))).await.expect(200);
    payroll.put("/pay/codes/regular", regular(json!({"kind": "overtime"}))).await.expect_invalid("kind");
    payroll.put("/pay/codes/regular", regular(json!({"active": false}))).await.expect_invalid("active");
    payroll.put("/pay/codes/late", regular(json!({"multiplier": 1.234}))).await.expect_invalid("multiplier");
    payroll.put("/pay/codes/late", regular(json!({"export_code": "a b"}))).await.expect_invalid("export_code");
    payroll.put("/pay/codes/Late", regular(json!({}))).await.expect_invalid("code");
}

#[tokio::test]
async fn rules_that_a_profile_names_cant_be_deleted() {
    let payroll = Payroll::start().await;
    let id = payroll.rules(json!({})).await;
    let path = format!("/pay/rules/{id}");
    let delete = || payroll.company.delete(&path).by(&payroll.admin).send();
    delete().await.expect_problem(409, "pay_rules_in_use");
    let read = payroll.company.get(&path).by(&payroll.maria).send().await.expect(200);
    assert_eq!((&read.body["people"], read.header("etag")), (&json!(1), Some("\"1\"")));
    payroll.profile(json!({})).await.expect(200);
    delete().await.expect(204);
    payroll.company.get(&path).by(&payroll.maria).send().await.expect_problem(404, "not_found");
    payroll.profile(json!({"rules_id": id})).await.expect_invalid("rules_id");
}

#[tokio::test]
async fn rules_are_checked_and_a_code_that_became_inactive_stays() {
    let payroll = Payroll::start().await;
    payroll.code("night", "premium").await;
    let rules = |version: Value| {
        let mut version = version;
        version["effective_from"] = "2026-01-01".into();
        json!({"name": "Rules", "versions": [version]})
    };
    let post = async |body: Value| payroll.company.post("/pay/rules").by(&payroll.admin).json(body).send().await;
    let overtime = |code: &str| json!({"overtime": [{"per": "day", "after": "scheduled", "code": code}]});
    post(rules(overtime("night"))).await.expect_invalid("versions[0].overtime[0].code");
    post(rules(overtime("unknown"))).await.expect_invalid("versions[0].overtime[0].code");
    let unknown = json!({"premiums": [{"code": "night", "from": "22:00", "until": "06:00", "colour": "red"}]});
    post(rules(unknown)).await.expect_invalid("versions[0].premiums[0].colour");
    post(json!({"name": "Rules", "versions": []})).await.expect_invalid("versions");
    let version = json!({"effective_from": "2026-01-01"});
    post(json!({"name": "Rules", "versions": [version, version]})).await.expect_invalid("versions");

    let night = rules(json!({"premiums": [{"code": "night", "from": "22:00", "until": "06:00"}]}));
    let made = post(night.clone()).await.expect(201);
    let inactive = json!({"name": "Night", "kind": "premium", "multiplier": 0.25, "active": false});
    payroll.put("/pay/codes/night", inactive).await.expect(200);
    post(night.clone()).await.expect_invalid("versions[0].premiums[0].code");
    let path = format!("/pay/rules/{}", made.str("id"));
    let mut renamed = night;
    renamed["name"] = "Renamed".into();
    assert_eq!(payroll.put(&path, renamed).await.expect(200).body["version"], 2);
}

#[tokio::test]
async fn a_personnel_number_belongs_to_one_person() {
    let payroll = Payroll::start().await;
    let tom = payroll.company.person("tom", json!({})).await;
    payroll.profile(json!({"personnel_number": "00417"})).await.expect(200);
    let of_tom = format!("/users/{}/pay-profile", tom.id);
    let profile =
        |number: &str, from: &str| json!({"personnel_number": number, "account": false, "effective_from": from});
    payroll.put(&of_tom, profile("00417", "2026-01-01")).await.expect_problem(409, "personnel_number_taken");
    // Also a number of an earlier profile stays the person's.
    payroll.profile(json!({"personnel_number": "00418", "effective_from": "2026-06-01"})).await.expect(200);
    payroll.put(&of_tom, profile("00417", "2026-01-01")).await.expect_problem(409, "personnel_number_taken");
    // A replaced number is free again.
    payroll.profile(json!({"personnel_number": "00419"})).await.expect(200);
    payroll.put(&of_tom, profile("00417", "2026-01-01")).await.expect(200);
    let own = payroll.company.get("/users/me/pay-profile").by(&payroll.maria).send().await.expect(200);
    let numbers: Vec<&str> =
        own.body["profiles"].as_array().unwrap().iter().map(|it| it["personnel_number"].as_str().unwrap()).collect();
    assert_eq!((numbers, own.header("etag")), (vec!["00419", "00418"], Some("\"3\"")));
    payroll.put(&of_tom, profile("a b", "2026-01-01")).await.expect_invalid("personnel_number");
}

#[tokio::test]
async fn people_without_a_pay_profile_are_listed() {
    let payroll = Payroll::start().await;
    payroll.company.person("tom", json!({})).await;
    payroll.profile(json!({})).await.expect(200);
    let missing = payroll.company.get("/pay/profiles?has_profile=false").by(&payroll.admin).send().await.expect(200);
    let listed: Vec<&str> = missing.items().iter().map(|item| item["user_name"].as_str().unwrap()).collect();
    assert_eq!(listed, ["tom of the test"], "Ada's time isn't tracked");
    let have = payroll.company.get("/pay/profiles?has_profile=true").by(&payroll.admin).send().await.expect(200);
    assert_eq!(have.items()[0]["profile"]["personnel_number"], "1");
    payroll.company.get("/pay/profiles").by(&payroll.maria).send().await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn overtime_that_needs_approval_waits_among_the_approvals() {
    let payroll = Payroll::start().await;
    payroll
        .rules(json!({"overtime": [
            {"per": "day", "after": "scheduled", "code": "overtime", "needs_approval": true}]}))
        .await;
    payroll.worked("2026-11-09", "2026-11-09T09:00:00+03:00", "2026-11-09T19:00:00+03:00").await;
    payroll.company.settle().await;
    let approvals = || payroll.company.get("/approvals").by(&payroll.admin).send();
    let listed = approvals().await.expect(200);
    assert_eq!(listed.body["counts"]["pay_approval"], 1, "{}", listed.text);
    let waiting = &listed.items()[0];
    assert_eq!((&waiting["kind"], &waiting["user_id"]), (&json!("pay_approval"), &json!(payroll.maria.id)));
    let time = json!({"subject": "overtime", "code": "overtime", "seconds": 7200});
    assert_eq!(waiting["pay_approval"]["waiting"], json!([time]));

    // The deciders are notified once, also if the day changes while its time waits.
    let kinds = async |person: &Person| -> Vec<String> {
        let inbox = payroll.company.get("/notifications").by(person).send().await.expect(200);
        let kind = |item: &Value| item["kind"].as_str().unwrap().to_owned();
        inbox.items().iter().map(kind).filter(|kind| kind.starts_with("pay_approval")).collect()
    };
    payroll.worked("2026-11-09", "2026-11-09T09:00:00+03:00", "2026-11-09T19:10:00+03:00").await;
    payroll.company.settle().await;
    payroll.worked("2026-11-09", "2026-11-09T09:00:00+03:00", "2026-11-09T19:00:00+03:00").await;
    payroll.company.settle().await;
    assert_eq!(kinds(&payroll.admin).await, ["pay_approval_needed"]);
    let inbox = payroll.company.get("/notifications").by(&payroll.admin).send().await.expect(200);
    let news = inbox.items().iter().find(|item| item["kind"] == "pay_approval_needed").unwrap().clone();
    assert_eq!((&news["data"]["date"], &news["data"]["user_id"]), (&json!("2026-11-09"), &json!(payroll.maria.id)));

    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    assert_eq!(segments["days"][0]["waiting"], json!([time]));
    assert_eq!((total(&segments, "regular"), total(&segments, "overtime")), (8 * 3600, 0));

    let decide = async |status: &str, seconds: i64, note: Value| {
        let decision = json!({"kind": "pay_approval", "user_id": payroll.maria.id, "date": "2026-11-09",
            "subject": "overtime", "code": "overtime", "seconds": seconds, "status": status, "note": note});
        let call = payroll.company.post("/approvals/decisions").by(&payroll.admin);
        call.json(json!({"decisions": [decision]})).send().await.expect(200).body["results"][0].clone()
    };
    assert_eq!(decide("rejected", 7200, Value::Null).await["status"], 422);
    assert_eq!(decide("approved", 3600, Value::Null).await["problem"]["code"], "already_decided");
    let decided = decide("approved", 7200, Value::Null).await;
    assert_eq!(decided["pay_approval"]["decisions"][0]["status"], "approved", "{decided}");
    assert!(approvals().await.expect(200).items().is_empty());
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    assert_eq!(total(&segments, "overtime"), 7200);

    // The day changes, so that another number of seconds waits.
    payroll.worked("2026-11-09", "2026-11-09T09:00:00+03:00", "2026-11-09T19:30:00+03:00").await;
    payroll.company.settle().await;
    assert_eq!(approvals().await.expect(200).items()[0]["pay_approval"]["waiting"][0]["seconds"], 9000);
    let rejected = decide("rejected", 9000, json!("Nobody asked for it")).await;
    assert_eq!(rejected["status"], 200, "{rejected}");
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    assert_eq!((total(&segments, "overtime"), segments["days"][0]["worked_seconds"].as_i64()), (0, Some(37_800)));
    payroll.company.settle().await;
    assert_eq!(kinds(&payroll.admin).await, ["pay_approval_needed", "pay_approval_needed"]);
    assert_eq!(kinds(&payroll.maria).await, ["pay_approval_decided", "pay_approval_decided"]);
}

#[tokio::test]
async fn dates_that_begin_to_wait_with_one_change_are_one_notification() {
    let payroll = Payroll::start().await;
    for day in ["2026-11-05", "2026-11-06", "2026-11-09"] {
        payroll.worked(day, &format!("{day}T09:00:00+03:00"), &format!("{day}T19:00:00+03:00")).await;
    }
    // The profile names rules under which the overtime of three past dates waits.
    payroll
        .rules(json!({"overtime": [
            {"per": "day", "after": "scheduled", "code": "overtime", "needs_approval": true}]}))
        .await;
    payroll.company.settle().await;
    let approvals = payroll.company.get("/approvals").by(&payroll.admin).send().await.expect(200);
    assert_eq!(approvals.body["counts"]["pay_approval"], 3, "{}", approvals.text);
    let inbox = payroll.company.get("/notifications").by(&payroll.admin).send().await.expect(200);
    let needed: Vec<&Value> = inbox.items().iter().filter(|item| item["kind"] == "pay_approval_needed").collect();
    assert_eq!(needed.len(), 1, "{}", inbox.text);
}

#[tokio::test]
async fn work_is_assigned_to_cost_centers_that_the_person_switches() {
    let payroll = Payroll::start().await;
    let switch = async |code: Value| {
        let call = payroll.company.post("/clock/switch").by(&payroll.company.sign_in("maria").await);
        call.json(json!({"cost_center": code})).send().await
    };
    switch(json!("4711")).await.expect_problem(409, "not_clocked_in");
    payroll.put("/pay/cost-centers/4711", json!({"name": "North"})).await.expect(200);
    payroll.put("/pay/cost-centers/4712", json!({"name": "South"})).await.expect(200);
    payroll.put("/pay/cost-centers/old", json!({"name": "Old", "active": false})).await.expect(200);
    payroll.profile(json!({"cost_center": "4711"})).await.expect(200);
    payroll.profile(json!({"cost_center": "old"})).await.expect_invalid("cost_center");

    payroll.company.set_clock("2026-11-10T09:00:00+03:00").await;
    let maria = payroll.company.sign_in("maria").await;
    let clock_in = |code: &str| payroll.company.post("/clock/in").by(&maria).json(json!({"cost_center": code})).send();
    clock_in("old").await.expect_invalid("cost_center");
    clock_in("none").await.expect_invalid("cost_center");
    payroll.company.delete("/_local/calls").send().await.expect(204);
    clock_in("4712").await.expect(201);
    // A punch with a cost center costs what a punch costs: one read and one transaction.
    let calls = payroll.company.get("/_local/calls").send().await.expect(200);
    let route = calls.body["routes"].as_array().unwrap().iter().find(|it| it["route"] == "POST /clock/in").unwrap();
    let counted = |operation: &str| {
        let operations = route["operations"].as_array().unwrap();
        operations.iter().find(|it| it["operation"] == operation).map_or(0, |it| it["count"].as_u64().unwrap())
    };
    assert_eq!(
        (counted("BatchGetItem"), counted("TransactWriteItems"), counted("GetItem")),
        (1, 1, 0),
        "{}",
        calls.text
    );
    payroll.company.set_clock("2026-11-10T10:00:00+03:00").await;
    switch(json!("none")).await.expect_invalid("cost_center");
    let day = switch(Value::Null).await.expect(200);
    let named = &day.body["sessions"][0]["cost_centers"];
    assert_eq!((&named[0]["cost_center"], &named[1]["cost_center"]), (&json!("4712"), &Value::Null), "{}", day.text);
    payroll.company.set_clock("2026-11-10T11:00:00+03:00").await;
    let maria = payroll.company.sign_in("maria").await;
    let out = payroll.company.post("/clock/out").by(&maria);
    out.json(json!({"cost_center": "4711"})).send().await.expect_invalid("cost_center");
    payroll.company.post("/clock/out").by(&maria).json(json!({})).send().await.expect(200);
    let path = "/pay/segments/me?from=2026-11-10&to=2026-11-10";
    let segments = payroll.company.get(path).by(&maria).send().await.expect(200).body;
    let centers: Vec<&Value> =
        segments["days"][0]["segments"].as_array().unwrap().iter().map(|segment| &segment["cost_center"]).collect();
    assert_eq!(centers, [&json!("4712"), &json!("4711")], "{segments}");

    let path = "/reports/cost-centers?from=2026-11-10&to=2026-11-10";
    let report = payroll.company.get(path).by(&maria).send().await.expect(200).body;
    let items: Vec<(&Value, &Value, &Value)> = report["cost_centers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| (&item["cost_center"], &item["name"], &item["worked_seconds"]))
        .collect();
    let (north, south) = ((json!("4711"), json!("North")), (json!("4712"), json!("South")));
    assert_eq!(items, [(&north.0, &north.1, &json!(3600)), (&south.0, &south.1, &json!(3600))], "{report}");
    let csv = payroll.company.get(&format!("{path}&format=csv")).by(&maria).send().await.expect(200);
    assert_eq!(csv.text.lines().nth(1), Some("4711,North,regular,3600,1.00"), "{}", csv.text);
}

#[tokio::test]
async fn edits_and_corrections_state_the_cost_centers_of_sessions() {
    let payroll = Payroll::start().await;
    for (code, active) in [("4711", true), ("4712", true), ("old", false)] {
        let center = json!({"name": code, "active": active});
        payroll.put(&format!("/pay/cost-centers/{code}"), center).await.expect(200);
    }
    let at = |time: &str| format!("2026-11-09T{time}:00+03:00");
    let session =
        |named: Value| json!({"clock_in": at("09:00"), "clock_out": at("17:00"), "breaks": [], "cost_centers": named});
    let edit = async |session: Value| {
        let path = format!("/attendance/{}/2026-11-09", payroll.maria.id);
        payroll.put(&path, json!({"sessions": [session], "reason": "Entered"})).await
    };
    let from = |time: &str, code: Value| json!({"from": at(time), "cost_center": code});
    edit(session(json!([from("09:00", json!("old"))]))).await.expect_invalid("cost_center");
    edit(session(json!([from("08:59", json!("4711"))]))).await.expect_invalid("sessions[0].cost_centers[0].from");
    let twice = json!([from("12:00", json!("4711")), from("12:00", json!("4712"))]);
    edit(session(twice)).await.expect_invalid("sessions[0].cost_centers[1].from");

    let named = json!([from("09:00", json!("4711")), from("12:00", json!("4712")), from("15:00", Value::Null)]);
    let day = edit(session(named.clone())).await.expect(200).body;
    assert_eq!(day["sessions"][0]["cost_centers"], named);
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    let spans: Vec<(&Value, i64)> = segments["days"][0]["segments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|segment| (&segment["cost_center"], segment["seconds"].as_i64().unwrap() / 3600))
        .collect();
    assert_eq!(spans, [(&json!("4711"), 3), (&json!("4712"), 3), (&Value::Null, 2)], "{segments}");

    // A cost center that has become inactive since stays with its day.
    payroll.put("/pay/cost-centers/4712", json!({"name": "South", "active": false})).await.expect(200);
    let mut longer = session(named);
    longer["id"] = day["sessions"][0]["id"].clone();
    longer["clock_out"] = json!(at("18:00"));
    edit(longer.clone()).await.expect(200);
    // Without the field, an existing session keeps what was named.
    longer.as_object_mut().unwrap().remove("cost_centers");
    let kept = edit(longer).await.expect(200).body;
    assert_eq!(kept["sessions"][0]["cost_centers"][1]["cost_center"], "4712");

    // Maria asks for a correction of another day.
    let on = |time: &str| format!("2026-11-06T{time}:00+03:00");
    let stated = json!([{"from": on("09:00"), "cost_center": "4711"}]);
    let session = json!({"clock_in": on("09:00"), "clock_out": on("17:00"), "breaks": [], "cost_centers": stated});
    let ask = async |session: &Value| {
        let body = json!({"sessions": [session], "reason": "I was in the north"});
        payroll.company.post("/attendance/me/2026-11-06/corrections").by(&payroll.maria).json(body).send().await
    };
    let mut inactive = session.clone();
    inactive["cost_centers"][0]["cost_center"] = json!("4712");
    ask(&inactive).await.expect_invalid("cost_center");
    let asked = ask(&session).await.expect(201);
    assert_eq!(asked.body["sessions"][0]["cost_centers"], stated);
    let path = format!("/corrections/{}/decision", asked.str("id"));
    let approve = payroll.company.post(&path).by(&payroll.admin).json(json!({"status": "approved"}));
    let approved = approve.send().await.expect(200);
    assert_eq!(approved.body["after"]["sessions"][0]["cost_centers"], stated);
    let path = "/attendance/me/2026-11-06";
    let day = payroll.company.get(path).by(&payroll.maria).send().await.expect(200);
    assert_eq!(day.body["sessions"][0]["cost_centers"], stated);
}

#[tokio::test]
async fn a_days_figures_are_explained_in_the_readers_language() {
    let payroll = Payroll::start().await;
    // The day of docs/rules.md: in at 09:20, out at 18:10, scheduled 09:00 to 18:00 with a break of an hour.
    payroll.worked("2026-11-09", "2026-11-09T09:20:00+03:00", "2026-11-09T18:10:00+03:00").await;
    payroll.rules(json!({"overtime": [{"per": "day", "after": "scheduled", "code": "overtime"}]})).await;
    let path = "/attendance/me/2026-11-09/explanation";
    let explained = payroll.company.get(path).by(&payroll.maria).send().await.expect(200).body;
    let figure = |explained: &Value, name: &str| -> (i64, Vec<String>) {
        let figures = explained["figures"].as_array().unwrap();
        let found = figures.iter().find(|figure| figure["figure"] == name).unwrap();
        let steps = found["steps"].as_array().unwrap().iter().map(|step| step["text"].as_str().unwrap().to_owned());
        (found["seconds"].as_i64().unwrap(), steps.collect())
    };
    assert_eq!(
        figure(&explained, "worked"),
        (31_800, vec!["Clock-in at 09:20, clock-out at 18:10: 8:50 h".to_owned()])
    );
    let (late, steps) = figure(&explained, "late");
    assert_eq!(late, 1_200);
    assert!(steps.last().unwrap().starts_with("Late: the clock-in at 09:20"), "{steps:?}");
    assert_eq!(figure(&explained, "overtime").0, 3_000);
    // Without free minutes, each late minute costs a minute of annual leave.
    assert_eq!(figure(&explained, "lateness_deduction").0, 1_200);
    let (paid, steps) = figure(&explained, "paid");
    assert_eq!(paid, 31_800);
    assert_eq!(steps[0], "Pay rules “Rules”, version of 2020-01-01");
    assert_eq!(steps[1], "09:20–17:20: regular, 8:00 h");

    let german = payroll.company.get(path).by(&payroll.maria).header("accept-language", "de").send().await;
    let (_, steps) = figure(&german.expect(200).body, "worked");
    assert_eq!(steps, ["Eingestempelt um 09:20, ausgestempelt um 18:10: 8:50 h"]);
}

#[tokio::test]
async fn other_rules_are_tried_without_changing_anything() {
    let payroll = Payroll::start().await;
    payroll.worked("2026-11-09", "2026-11-09T09:00:00+03:00", "2026-11-09T19:00:00+03:00").await;
    let id = payroll.rules(json!({})).await;
    let preview = async |change: Value| {
        let body = json!({"change": change, "from": "2026-11-09", "to": "2026-11-09"});
        payroll.company.post("/pay/rules/preview").by(&payroll.admin).json(body).send().await
    };
    let version = json!({"effective_from": "2020-01-01", "overtime": [
        {"per": "day", "after": {"minutes": 480}, "code": "overtime"}]});
    let tried = preview(json!({"rules_id": id, "versions": [version]})).await.expect(200).body;
    let codes =
        json!([{"code": "overtime", "before": 0, "after": 7200}, {"code": "regular", "before": 36000, "after": 28800}]);
    assert_eq!((&tried["items"][0]["codes"], &tried["totals"]), (&codes, &codes), "{tried}");
    assert_eq!((&tried["items"][0]["user_id"], &tried["people"]), (&json!(payroll.maria.id), &json!(1)));
    // The rules that the person doesn't use have no effect.
    let others = preview(json!({"versions": [version]})).await.expect(200).body;
    assert_eq!(others["items"], json!([]));
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    assert_eq!((total(&segments, "regular"), total(&segments, "overtime")), (36_000, 0));

    preview(json!({"versions": []})).await.expect_invalid("change.versions");
    let unknown =
        json!([{"effective_from": "2020-01-01", "overtime": [{"per": "day", "after": "scheduled", "code": "x"}]}]);
    preview(json!({"versions": unknown})).await.expect_invalid("change.versions[0].overtime[0].code");
    let mut long = json!({"change": {"rules_id": id, "versions": [version]}, "from": "2026-10-01", "to": "2026-11-09"});
    let ask = async |body: &Value| {
        payroll.company.post("/pay/rules/preview").by(&payroll.admin).json(body.clone()).send().await
    };
    ask(&long).await.expect_invalid("to");
    // A job makes it as a file, with the same content.
    long["as_export"] = json!(true);
    let mut longer = long.clone();
    longer["from"] = json!("2025-11-08");
    ask(&longer).await.expect_invalid("to");
    let file = payroll.exported(&ask(&long).await.expect(202)).await;
    let item = json!({"user_id": payroll.maria.id, "user_name": "maria of the test", "codes": codes});
    assert_eq!((&file["items"], &file["totals"], &file["people"]), (&json!([item]), &codes, &json!(1)), "{file}");
}

#[tokio::test]
async fn other_settings_are_tried_without_changing_anything() {
    let payroll = Payroll::start().await;
    payroll.worked("2026-11-09", "2026-11-09T09:08:00+03:00", "2026-11-09T18:00:00+03:00").await;
    payroll.worked("2026-11-06", "2026-11-06T09:00:00+03:00", "2026-11-06T18:00:00+03:00").await;
    let preview = async |change: Value| {
        let body = json!({"change": change, "from": "2026-11-01", "to": "2026-11-09"});
        payroll.company.post("/settings/preview").by(&payroll.admin).json(body).send().await
    };
    let tried = preview(json!({"late_grace_minutes": 10})).await.expect(200).body;
    let late = &tried["items"][0]["figures"]["late_seconds"];
    assert_eq!((late, &tried["items"][0]["dates"]), (&json!({"before": 480, "after": 0}), &json!(["2026-11-09"])));
    let breaks = json!({"auto_deduct": [{"after_minutes": 360, "minutes": 30}]});
    let tried = preview(json!({"breaks": breaks})).await.expect(200).body;
    // 8 h 52 min and 9 h, minus half an hour each.
    assert_eq!(tried["totals"]["worked_seconds"], json!({"before": 64_320, "after": 60_720}), "{tried}");
    assert_eq!(preview(json!({"company_name": "X"})).await.expect(200).body["items"], json!([]));
    preview(json!({"late_grace_minutes": -1})).await.expect_invalid("change.late_grace_minutes");
    // Of a year, as a file that a job makes.
    let year =
        json!({"change": {"late_grace_minutes": 10}, "from": "2025-11-10", "to": "2026-11-09", "as_export": true});
    let ordered = payroll.company.post("/settings/preview").by(&payroll.admin).json(year).send().await.expect(202);
    let file = payroll.exported(&ordered).await;
    assert_eq!((&file["items"][0]["dates"], file["items"].as_array().unwrap().len()), (&json!(["2026-11-09"]), 1));
    assert_eq!(file["totals"]["late_seconds"], json!({"before": 480, "after": 0}), "{file}");
    let day = payroll.company.get("/attendance/me/2026-11-09").by(&payroll.maria).send().await.expect(200);
    assert_eq!(day.body["late_seconds"], 480);
}

#[tokio::test]
async fn segments_are_for_the_person_and_those_in_charge_and_for_three_months() {
    let payroll = Payroll::start().await;
    let tom = payroll.company.person("tom", json!({})).await;
    let path = format!("/pay/segments/{}", payroll.maria.id);
    payroll.company.get(&path).by(&tom).send().await.expect_problem(404, "not_found");
    payroll.company.get(&path).by(&payroll.admin).send().await.expect(200);
    let long = format!("{path}?from=2026-08-01&to=2026-11-01");
    payroll.company.get(&long).by(&payroll.admin).send().await.expect_invalid("to");
}
