//! Cost centers: named at punches, in edits and in corrections.

use serde_json::{Value, json};

use super::Payroll;

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
    payroll.company.reset_calls().await;
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
