//! A manager's edit of a day, and the excuse: their responses, their consequences, and their records.

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::{
    imports::{counts, import},
    table::Table,
};

/// A day that was worked from 09:20 to 18:10, with its person and their manager. It is Monday, 18:20.
pub(crate) struct Worked {
    pub(crate) company: Company,
    pub(crate) maria: Person,
    pub(crate) manager: Person,
    pub(crate) department: String,
    /// The day in the response.
    pub(crate) day: Value,
}

impl Worked {
    pub(crate) async fn start() -> Self {
        let company = Company::start().await;
        let department = company.department("Assembly").await;
        let more = json!({"role": "manager", "manages": [department], "department_id": department});
        company.person("manager", more).await;
        let maria = company.person("maria", json!({"department_id": department})).await;
        let punch = async |path: &str, now: &str| {
            company.set_clock(now).await;
            let maria = company.sign_in("maria").await;
            company.post(path).by(&maria).json(json!({"remark": "Bridge"})).send().await
        };
        punch("/clock/in", "2026-11-02T09:20:00+03:00").await.expect(201);
        let day = punch("/clock/out", "2026-11-02T18:10:00+03:00").await.expect(200).body;
        company.set_clock("2026-11-02T18:20:00+03:00").await;
        let manager = company.sign_in("manager").await;
        Self { maria: company.sign_in(&maria.username).await, company, manager, department, day }
    }

    pub(crate) fn path(&self) -> String {
        format!("/attendance/{}/2026-11-02", self.maria.id)
    }

    /// Returns the session of the day with another clock-in.
    pub(crate) fn from(&self, clock_in: &str) -> Value {
        json!([{"id": self.day["sessions"][0]["id"], "clock_in": format!("2026-11-02T{clock_in}:00+03:00"),
            "clock_out": "2026-11-02T18:10:00+03:00", "breaks": []}])
    }

    pub(crate) async fn edit(&self, sessions: Value) -> Reply {
        let body = json!({"sessions": sessions, "reason": "The terminal was out of order"});
        self.company.put(&self.path()).by(&self.manager).json(body).send().await
    }

    pub(crate) async fn read(&self) -> Value {
        self.company.get(&self.path()).by(&self.maria).send().await.expect(200).body
    }
}

fn kinds(history: &Reply) -> Vec<&str> {
    history.items().iter().map(|item| item["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_edit_recomputes_the_day_and_its_month() {
    let worked = Worked::start().await;
    let reply = worked.edit(worked.from("09:00")).await.expect(200);
    assert_eq!(reply.header("etag"), Some("\"3\""));
    let day = &reply.body;
    assert_eq!((&day["late_seconds"], &day["worked_seconds"]), (&json!(0), &json!(33_000)));
    assert_eq!(day["flags"], json!(["corrected"]));
    let session = &day["sessions"][0];
    assert_eq!((&session["clock_in"]["source"], &session["clock_in"]["remark"]), (&json!("manager"), &json!("Bridge")));
    assert_eq!(session["clock_out"], worked.day["sessions"][0]["clock_out"], "what isn't changed stays as it was made");
    // The person has other actions on the day than the manager.
    let without_actions = |day: &Value| {
        let mut day = day.clone();
        day.as_object_mut().unwrap().remove("allowed_actions");
        day
    };
    assert_eq!(without_actions(&worked.read().await), without_actions(day));
    let totals = Table::of(&worked.company).month_totals(&worked.maria.id, "2026-11-02").await;
    assert_eq!((totals["late_seconds"], totals["days_late"], totals["worked_seconds"]), (0, 0, 33_000));

    worked.edit(json!([])).await.expect(200);
    let totals = Table::of(&worked.company).month_totals(&worked.maria.id, "2026-11-02").await;
    assert_eq!((totals["worked_seconds"], totals["days_present"]), (0, 0));
}

#[tokio::test]
async fn raw_punches_stay_visible_with_who_edited_when_and_why() {
    let worked = Worked::start().await;
    worked.edit(worked.from("09:00")).await.expect(200);
    let history = worked.company.get(&format!("{}/history", worked.path())).by(&worked.maria).send().await.expect(200);
    assert_eq!(kinds(&history), ["clock_in", "clock_out", "edited"]);
    assert_eq!(history.items()[0]["punch"]["at"], "2026-11-02T09:20:00+03:00");
    let edit = &history.items()[2];
    assert_eq!(edit["by"], json!({"kind": "user", "id": worked.manager.id, "name": "manager of the test"}));
    assert_eq!((&edit["reason"], &edit["cause"]), (&json!("The terminal was out of order"), &json!("manager")));
    assert_eq!(edit["before"][0]["clock_in"], "2026-11-02T09:20:00+03:00");
    assert_eq!(edit["after"][0]["clock_in"], "2026-11-02T09:00:00+03:00");

    let admin = worked.company.sign_in("ada").await;
    let audit = format!("/audit?subject=user:{}", worked.maria.id);
    let audit = worked.company.get(&audit).by(&admin).send().await.expect(200);
    let entry = audit.items().iter().find(|entry| entry["action"] == "day_edited").unwrap();
    assert_eq!((&entry["before"]["late_seconds"], &entry["after"]["late_seconds"]), (&json!(1200), &json!(0)));
}

#[tokio::test]
async fn an_edit_of_a_version_that_has_changed_is_412_and_changes_nothing() {
    let worked = Worked::start().await;
    let edit = |version: u64, clock_in: &str| {
        let body = json!({"sessions": worked.from(clock_in), "reason": "The terminal was out of order"});
        let call = worked.company.put(&worked.path()).by(&worked.manager);
        call.header("If-Match", &format!("\"{version}\"")).json(body).send()
    };
    edit(2, "09:00").await.expect(200);
    edit(2, "08:30").await.expect_problem(412, "precondition_failed");
    assert_eq!(worked.read().await["sessions"][0]["clock_in"]["at"], "2026-11-02T09:00:00+03:00");
    let (one, other) = tokio::join!(edit(3, "08:40"), edit(3, "08:50"));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test]
async fn times_that_cannot_be_are_refused_with_their_path_and_change_nothing() {
    let worked = Worked::start().await;
    let at = |time: &str| format!("2026-11-02T{time}:00+03:00");
    let session = |from: &str, until: &str| json!({"clock_in": at(from), "clock_out": at(until), "breaks": []});
    for (sessions, path) in [
        (json!([session("09:00", "18:30")]), "sessions[0].clock_out"),
        (json!([session("09:00", "08:00")]), "sessions[0].clock_out"),
        (json!([session("09:00", "12:00"), session("11:00", "13:00")]), "sessions[1].clock_in"),
        (
            json!([{"clock_in": at("09:00"), "clock_out": null, "breaks": []}, session("11:00", "13:00")]),
            "sessions[0].clock_out",
        ),
        (
            json!([{"clock_in": at("09:00"), "clock_out": at("12:00"), "breaks": [{"started_at": at("08:00"), "ended_at": at("10:00")}]}]),
            "sessions[0].breaks[0].started_at",
        ),
        (
            json!([{"id": "01JBN2V7Q4W0M3T9K5ZXH8R6CD", "clock_in": at("09:00"), "clock_out": null, "breaks": []}]),
            "sessions[0].id",
        ),
        (json!([{"clock_in": "nine", "clock_out": null, "breaks": []}]), "sessions[0].clock_in"),
        (json!([{"clock_in": at("09:00"), "clockout": null}]), "sessions[0].clockout"),
    ] {
        worked.edit(sessions).await.expect_invalid(path);
    }
    worked
        .company
        .put(&worked.path())
        .by(&worked.manager)
        .json(json!({"sessions": []}))
        .send()
        .await
        .expect_invalid("reason");
    assert_eq!(worked.read().await, worked.day);
}

#[tokio::test]
async fn an_edit_that_opens_or_closes_a_session_is_where_the_person_is() {
    let worked = Worked::start().await;
    let status = async || worked.company.get("/clock").by(&worked.maria).send().await.expect(200).body;
    let open = json!([{"id": worked.day["sessions"][0]["id"], "clock_in": "2026-11-02T09:20:00+03:00", "clock_out": null, "breaks": []}]);
    worked.edit(open).await.expect(200);
    assert_eq!(status().await["presence"], "working");
    worked
        .company
        .post("/clock/in")
        .by(&worked.maria)
        .json(json!({}))
        .send()
        .await
        .expect_problem(409, "already_clocked_in");
    worked.company.post("/clock/out").by(&worked.maria).json(json!({})).send().await.expect(200);
    assert_eq!(status().await["presence"], "out");
}

#[tokio::test]
async fn an_excuse_takes_the_day_out_of_the_late_and_keeps_its_seconds() {
    let worked = Worked::start().await;
    let path = format!("{}/excuse", worked.path());
    let excuse = || {
        let call = worked.company.post(&path).by(&worked.manager).header("Idempotency-Key", "bridge");
        call.json(json!({"reason": "The bridge was closed"})).send()
    };
    let day = excuse().await.expect(200).body;
    assert_eq!((&day["late_seconds"], &day["flags"]), (&json!(1200), &json!(["late", "excused"])));
    let totals = Table::of(&worked.company).month_totals(&worked.maria.id, "2026-11-02").await;
    assert_eq!((totals["days_late"], totals["late_seconds"], totals["days_present"]), (0, 1200, 1));
    assert_eq!(excuse().await.expect(200).header("idempotent-replayed"), Some("true"));
    let again = worked.company.post(&path).by(&worked.manager).json(json!({"reason": "Again"}));
    again.send().await.expect_problem(409, "nothing_to_excuse");
    let history = worked.company.get(&format!("{}/history", worked.path())).by(&worked.maria).send().await.expect(200);
    assert_eq!(kinds(&history), ["clock_in", "clock_out", "excused"]);

    // Nobody clocked in on Tuesday, and nothing is stored for it.
    worked.company.set_clock("2026-11-03T18:20:00+03:00").await;
    let manager = worked.company.sign_in("manager").await;
    let tuesday = format!("/attendance/{}/2026-11-03/excuse", worked.maria.id);
    let day =
        worked.company.post(&tuesday).by(&manager).json(json!({"reason": "A storm"})).send().await.expect(200).body;
    assert_eq!((&day["status"], &day["flags"]), (&json!("absent"), &json!(["excused"])));
    let totals = Table::of(&worked.company).month_totals(&worked.maria.id, "2026-11-02").await;
    assert_eq!(totals["days_absent"], 0);
}

#[tokio::test]
async fn nobody_edits_or_excuses_their_own_days() {
    let worked = Worked::start().await;
    let admin = worked.company.sign_in("ada").await;
    let edit = json!({"sessions": worked.from("09:00"), "reason": "r"});
    for person in [&worked.manager, &admin] {
        let edit = worked.company.put("/attendance/me/2026-11-02").by(person).json(edit.clone());
        edit.send().await.expect_problem(403, "own_record");
        let excuse = worked.company.post("/attendance/me/2026-11-02/excuse").by(person).json(json!({"reason": "r"}));
        excuse.send().await.expect_problem(403, "own_record");
    }
    let own = worked.company.put("/attendance/me/2026-11-02").by(&worked.maria).json(edit);
    own.send().await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn an_edit_costs_one_read_and_one_transaction() {
    let worked = Worked::start().await;
    worked.company.reset_calls().await;
    worked.edit(worked.from("09:00")).await.expect(200);
    let excuse = worked.company.post(&format!("{}/excuse", worked.path())).by(&worked.manager);
    excuse.json(json!({"reason": "r"})).send().await.expect_problem(409, "nothing_to_excuse");
    let calls = worked.company.get("/_local/calls").send().await.expect(200);
    let of = |route: &str| {
        let found = calls.body["routes"].as_array().unwrap().iter().find(|known| known["route"] == route);
        let operations = found.unwrap_or_else(|| panic!("{}", calls.text))["operations"].as_array().unwrap().clone();
        operations.into_iter().map(|call| json!([call["operation"], call["count"]])).collect::<Vec<_>>()
    };
    assert_eq!(of("PUT /attendance/{user_id}/{date}"), [json!(["BatchGetItem", 1]), json!(["TransactWriteItems", 1])]);
    assert_eq!(of("POST /attendance/{user_id}/{date}/excuse"), [json!(["BatchGetItem", 1])]);
}

#[tokio::test]
async fn history_is_imported_once_without_notifications_or_deductions() {
    let company = Company::start().await;
    company.settings(json!({"late_deduction": {"mode": "per_minute"}})).await;
    let maria = company.person("maria", json!({"hired_on": "2026-01-05"})).await;
    let admin = company.sign_in("ada").await;
    let send = async |sheet: &str| import(&company, &admin, "/attendance/import", sheet).await;
    let sheet = "username;date;clock_in;clock_out;break_start;break_end\n\
        maria;04.05.2026;09:30;18:00;12:00;12:30\nmaria;04.05.2026;09:30;18:00;15:00;15:10\nmaria;05.05.2026;22:00;06:00;;\n";
    let preview = company.post("/attendance/import?preview=true").by(&admin).raw("text/csv", sheet).send().await;
    let expected = json!({"total": 2, "changed": 2, "unchanged": 0, "failed": 0, "failures": []});
    assert_eq!(preview.expect(200).body, expected);
    assert_eq!(counts(&send(sheet).await), [0, 2, 0, 0]);
    assert_eq!(counts(&send(sheet).await), [0, 0, 2, 0]);
    let day = company.get(&format!("/attendance/{}/2026-05-04", maria.id)).by(&admin).send().await.expect(200).body;
    assert_eq!((&day["sessions"][0]["clock_in"]["source"], &day["break_seconds"]), (&json!("import"), &json!(2400)));
    assert_eq!(day["late_seconds"], 1800);
    let maria = company.sign_in("maria").await;
    let inbox = company.get("/notifications").by(&maria).send().await.expect(200);
    assert!(inbox.items().iter().all(|note| note["kind"] != "day_edited"), "{}", inbox.text);
    let ledger = company.get("/leave/balances/me/ledger?year=2026").by(&maria).send().await.expect(200);
    assert!(ledger.items().iter().all(|entry| entry["kind"] != "late_deduction"), "{}", ledger.text);

    // A day that was edited or punched since stays as it is.
    let path = format!("/attendance/{}/2026-05-04", maria.id);
    let sessions = json!([{"clock_in": "2026-05-04T09:00:00+03:00", "clock_out": "2026-05-04T18:00:00+03:00"}]);
    company.put(&path).by(&admin).json(json!({"sessions": sessions, "reason": "Mistyped"})).send().await.expect(200);
    let preview = company.post("/attendance/import?preview=true").by(&admin).raw("text/csv", sheet).send().await;
    let preview = preview.expect(200).body;
    assert_eq!(
        (&preview["changed"], &preview["unchanged"], &preview["failed"]),
        (&json!(0), &json!(1), &json!(1)),
        "{preview}"
    );
    let again = send(sheet).await;
    assert_eq!(preview["failures"], again["failures"]);
    let failure = &again["failures"][0];
    assert_eq!(counts(&again), [0, 0, 1, 1]);
    assert_eq!((&failure["path"], &failure["code"]), (&json!("row 2"), &json!("invalid_values")));
    let sheet = "username,date,clock_in,clock_out\nmaria,2026-12-01,09:00,17:00\nnobody,2026-05-04,09:00,17:00\n";
    let future = company.post("/attendance/import").by(&admin).raw("text/csv", sheet).send().await;
    let errors = future.expect_problem(422, "invalid_values").body["errors"].clone();
    assert_eq!(
        (&errors[0]["path"], &errors[1]["path"]),
        (&json!("row 2, column clock_out"), &json!("row 3, column username"))
    );
}
