//! Pay profiles.

use serde_json::json;

use super::Payroll;

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
