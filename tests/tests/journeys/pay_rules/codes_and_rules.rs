//! Pay codes and pay rules.

use serde_json::{Value, json};

use super::Payroll;

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
