use rollcall_tests::Company;
use serde_json::{Value, json};

#[tokio::test]
async fn settings_are_read_by_everyone_and_written_by_admins() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let maria = company.person("maria", json!({})).await;
    let read = company.get("/settings").by(&maria).send().await.expect(200);
    assert_eq!(read.header("etag"), Some("\"0\""), "UTC is the default: nothing was changed");
    assert_eq!(read.body["default_shift"], json!({"start": "09:00", "end": "18:00", "break_minutes": 60}));
    assert_eq!(read.body["annual_leave_days"], 15.0);
    company.patch("/settings").by(&maria).json(json!({})).send().await.expect_problem(403, "forbidden");
    company.put("/settings").by(&maria).json(json!({})).send().await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn settings_are_changed_in_part_and_whole() {
    let company = Company::start().await;
    let patch = |tag: &'static str, body: Value| {
        company.patch("/settings").by(&company.admin).header("if-match", tag).json(body).send()
    };
    let changed =
        patch("\"1\"", json!({"breaks": {"paid": true}, "default_shift": {"start": "08:00"}})).await.expect(200);
    assert_eq!(changed.body["default_shift"], json!({"start": "08:00", "end": "18:00", "break_minutes": 60}));
    assert_eq!((&changed.body["breaks"]["paid"], &changed.body["version"]), (&json!(true), &json!(2)));
    assert_eq!(changed.body["time_zone"], "Europe/Istanbul");
    patch("\"1\"", json!({"photo": "off"})).await.expect_problem(412, "precondition_failed");
    patch("*", json!({"photo": "off", "version": 1})).await.expect_problem(412, "precondition_failed");
    assert_eq!(patch("*", json!({"breaks": {"paid": true}})).await.expect(200).body["version"], 2);

    for (wrong, path) in [
        (json!({"late_grace_minutes": -1}), "late_grace_minutes"),
        (json!({"late_grace_minutes": "5"}), "late_grace_minutes"),
        (json!({"photo_retention_days": 31}), "photo_retention_days"),
        (json!({"default_weekly_offs": []}), "default_weekly_offs"),
        (json!({"breaks": {"paid": 1}}), "breaks.paid"),
        (json!({"time_zone": "Mars/Olympus"}), "time_zone"),
        (json!({"colour": "red"}), "colour"),
    ] {
        patch("*", wrong).await.expect_invalid(path);
    }
    let listed = company.patch("/settings").by(&company.admin).json(json!([1])).send().await;
    assert!(matches!(listed.status.as_u16(), 400 | 422), "{}", listed.text);

    // The settings may be sent back unchanged.
    let read = company.get("/settings").by(&company.admin).send().await.expect(200);
    let put = |body: Value| company.put("/settings").by(&company.admin).json(body).send();
    assert_eq!(put(read.body.clone()).await.expect(200).body, read.body);
    let reset = put(json!({"company_name": "Pier & Sons"})).await.expect(200);
    assert_eq!((&reset.body["time_zone"], &reset.body["breaks"]["paid"]), (&json!("UTC"), &json!(false)));
    assert_eq!((&reset.body["version"], reset.header("etag")), (&json!(3), Some("\"3\"")));
    put(read.body).await.expect_problem(412, "precondition_failed");
}
