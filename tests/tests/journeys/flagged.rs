//! Clock-ins outside the window or on leave that are accepted and flagged, and their reviews: docs/rules.md#flagged-clock-ins

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::table::Table;

const DAY: &str = "2026-11-02";

/// A company that accepts clock-ins at any time. Hana manages Maria. It is Monday, 08:00.
struct OpenHouse {
    company: Company,
    maria: Person,
}

impl OpenHouse {
    async fn start() -> Self {
        let company = Company::start().await;
        let window = json!({"before_minutes": 60, "after_minutes": 60, "outside": "flag"});
        company.settings(json!({"clock_in_window": window, "clock_in_on_leave": "flag"})).await;
        let department = company.department("Assembly").await;
        let more = json!({"role": "manager", "manages": [department], "department_id": department});
        company.person("hana", more).await;
        let maria = company.person("maria", json!({"department_id": department})).await;
        Self { company, maria }
    }

    async fn punch(&self, path: &str, time: &str) -> Reply {
        self.company.set_clock(&format!("{DAY}T{time}:00+03:00")).await;
        let maria = self.company.sign_in("maria").await;
        self.company.post(path).by(&maria).json(json!({})).send().await
    }

    async fn acknowledge(&self, by: &str, status: &str) -> Reply {
        let by = self.company.sign_in(by).await;
        let path = format!("/attendance/{}/{DAY}/acknowledgement", self.maria.id);
        self.company.post(&path).by(&by).json(json!({"status": status, "note": "The delivery came early"})).send().await
    }

    async fn minutes(&self) -> Vec<i64> {
        Table::of(&self.company).ledger_minutes(&self.maria.id).await
    }

    /// Returns the dates and reasons of the days that wait for Hana.
    async fn waiting(&self) -> Vec<(Value, Value)> {
        let hana = self.company.sign_in("hana").await;
        let reply = self.company.get("/attendance/reviews").by(&hana).send().await.expect(200);
        reply.items().iter().map(|day| (day["date"].clone(), day["reasons"].clone())).collect()
    }

    /// Returns the inbox items of a kind, newest first.
    async fn told(&self, whom: &str, kind: &str) -> Vec<Value> {
        self.company.settle().await;
        let person = self.company.sign_in(whom).await;
        let reply = self.company.get("/notifications?limit=200").by(&person).send().await.expect(200);
        reply.items().iter().filter(|item| item["kind"] == kind).cloned().collect()
    }
}

#[tokio::test]
async fn what_lateness_costs_waits_until_a_manager_acknowledges_the_clock_in() {
    let house = OpenHouse::start().await;
    house.company.set_clock(&format!("{DAY}T11:00:00+03:00")).await;
    let maria = house.company.sign_in("maria").await;
    let status = house.company.get("/clock").by(&maria).send().await.expect(200).body;
    assert_eq!((&status["can_clock_in"], &status["would_be_flagged"]), (&json!(true), &json!("outside_window")));
    let day = house.punch("/clock/in", "11:00").await.expect(201).body;
    assert_eq!((&day["late_seconds"], &day["flags"]), (&json!(7200), &json!(["late", "outside_window"])));
    let flagged = |status: &str, note: Value| json!({"reason": "outside_window", "status": status, "note": note});
    assert_eq!(day["sessions"][0]["flagged"], flagged("waiting", Value::Null));
    let day = house.punch("/clock/out", "18:00").await.expect(200).body;
    assert_eq!(house.minutes().await, [15 * 480], "nothing is deducted yet");
    assert_eq!(house.waiting().await, [(json!(DAY), json!(["outside_window"]))]);
    let told = house.told("hana", "clock_in_flagged").await;
    assert_eq!((told.len(), &told[0]["data"]["reason"]), (1, &json!("outside_window")));

    // A rejection deletes nothing, causes no deduction, and removes the day from the list.
    let figures = |day: &Value| {
        ["worked_seconds", "late_seconds", "overtime_seconds", "flags", "status"].map(|name| day[name].clone())
    };
    let note = json!("The delivery came early");
    let rejected = house.acknowledge("hana", "rejected").await.expect(200).body;
    assert_eq!(rejected["sessions"][0]["flagged"], flagged("rejected", note.clone()));
    assert_eq!(figures(&rejected), figures(&day));
    assert_eq!(house.minutes().await, [15 * 480]);
    assert_eq!(house.waiting().await, []);
    house.acknowledge("hana", "rejected").await.expect_problem(409, "nothing_to_acknowledge");

    // An acknowledgement changes no figure; now the lateness causes the deduction of the settings.
    let acknowledged = house.acknowledge("hana", "acknowledged").await.expect(200).body;
    assert_eq!(acknowledged["sessions"][0]["flagged"], flagged("acknowledged", note));
    assert_eq!(figures(&acknowledged), figures(&day));
    assert_eq!(house.minutes().await, [15 * 480, -120]);
    house.acknowledge("hana", "acknowledged").await.expect_problem(409, "nothing_to_acknowledge");
    assert_eq!(house.told("maria", "clock_in_reviewed").await.len(), 2);

    // When the acknowledgement is withdrawn, the deduction is given back.
    house.company.set_clock(&format!("{DAY}T18:30:00+03:00")).await;
    house.acknowledge("hana", "rejected").await.expect(200);
    assert_eq!(house.minutes().await, [15 * 480, -120, 120]);
    let maria = house.company.sign_in("maria").await;
    let history = house.company.get(&format!("/attendance/me/{DAY}/history")).by(&maria).send().await.expect(200);
    let reviews: Vec<&Value> = history.items().iter().filter(|entry| entry["kind"] == "clock_in_reviewed").collect();
    assert_eq!((reviews.len(), &reviews[0]["reason"]), (3, &json!("The delivery came early")));
}

#[tokio::test]
async fn nobody_acknowledges_their_own_clock_in_or_of_people_they_do_not_manage() {
    let house = OpenHouse::start().await;
    house.punch("/clock/in", "11:00").await.expect(201);
    house.company.person("wilma", json!({"role": "manager"})).await;
    house.acknowledge("wilma", "acknowledged").await.expect_problem(404, "not_found");
    house.acknowledge("maria", "acknowledged").await.expect_problem(403, "forbidden");
    let hana = house.company.sign_in("hana").await;
    house.company.post("/clock/in").by(&hana).json(json!({})).send().await.expect(201);
    let own = house.company.post(&format!("/attendance/me/{DAY}/acknowledgement")).by(&hana);
    own.json(json!({"status": "acknowledged"})).send().await.expect_problem(403, "own_record");
    house.acknowledge("ada", "accepted").await.expect_invalid("status");
    house.acknowledge("ada", "acknowledged").await.expect(200);
}

#[tokio::test]
async fn an_acknowledgement_that_is_repeated_with_its_key_is_made_once() {
    let house = OpenHouse::start().await;
    house.punch("/clock/in", "11:00").await.expect(201);
    let hana = house.company.sign_in("hana").await;
    let path = format!("/attendance/{}/{DAY}/acknowledgement", house.maria.id);
    for _ in 0..2 {
        let request = house.company.post(&path).by(&hana).header("idempotency-key", "once");
        request.json(json!({"status": "acknowledged"})).send().await.expect(200);
    }
    assert_eq!(house.minutes().await, [15 * 480, -120]);
}

#[tokio::test]
async fn work_on_leave_waits_for_a_manager_too() {
    let house = OpenHouse::start().await;
    let hana = house.company.sign_in("hana").await;
    let leave = json!({"type": "sick", "start_date": DAY, "end_date": DAY, "user_id": house.maria.id});
    house.company.post("/leave/requests").by(&hana).json(leave).send().await.expect(201);
    let day = house.punch("/clock/in", "10:00").await.expect(201).body;
    assert_eq!((&day["sessions"][0]["flagged"]["reason"], &day["flags"]), (&json!("on_leave"), &json!(["on_leave"])));
    assert_eq!(house.waiting().await, [(json!(DAY), json!(["on_leave"]))]);
    house.acknowledge("hana", "acknowledged").await.expect(200);
    let day = house.punch("/clock/out", "12:00").await.expect(200).body;
    assert_eq!((&day["worked_seconds"], &day["overtime_seconds"]), (&json!(7200), &json!(7200)));
}

#[tokio::test]
async fn a_kiosk_accepts_and_flags_a_clock_in_outside_the_window() {
    let house = OpenHouse::start().await;
    let company = &house.company;
    let admin = company.sign_in("ada").await;
    let site = company.post("/sites").by(&admin).json(json!({"name": "Plant", "time_zone": "Europe/Istanbul"}));
    let site = site.send().await.expect(201).str("id").to_owned();
    let kiosk = company.post("/kiosks").by(&admin).json(json!({"site_id": site, "name": "Entrance"}));
    let token = kiosk.send().await.expect(201).str("device_token").to_owned();
    let maria = company.sign_in("maria").await;
    company.put("/users/me/pin").by(&maria).json(json!({"pin": "7391"})).send().await.expect(204);
    let press = async |action: &str, time: &str| {
        company.set_clock(&format!("{DAY}T{time}:00+03:00")).await;
        let body = json!({"username": "maria", "pin": "7391", "action": action});
        company.post("/kiosk/punch").token(&token).json(body).send().await.expect(200).body
    };
    assert_eq!(press("in", "11:00").await["flagged"], "outside_window");
    assert_eq!(press("out", "12:00").await["flagged"], Value::Null);
    assert_eq!(house.told("hana", "clock_in_flagged").await.len(), 1);
}
