//! Other pay rules and other settings, tried on recorded days.

use serde_json::{Value, json};

use super::{Payroll, total};

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
