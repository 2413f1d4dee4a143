//! A scheduled job that didn't run for some time processes everything that it missed.

use rollcall_tests::Company;
use serde_json::json;

/// More days of one person are due at once than one read contains.
#[tokio::test]
async fn a_check_of_lateness_after_a_month_records_every_absence() {
    let company = Company::start_at("2026-10-01T06:00:00Z", "UTC").await;
    let sven = company.person("sven", json!({"hired_on": "2026-01-01"})).await;
    for day in 1..=30 {
        company.set_clock(&format!("2026-10-{day:02}T06:00:00Z")).await;
        company.post("/_local/schedules/open-day").send().await.expect(200);
    }
    company.set_clock("2026-10-31T06:00:00Z").await;
    company.post("/_local/schedules/lateness").send().await.expect(200);
    company.settle().await;
    let path = format!("/reports/monthly-work?year=2026&month=10&user_id={}", sven.id);
    let admin = company.sign_in("ada").await;
    let report = company.get(&path).by(&admin).send().await.expect(200);
    assert_eq!(report.body["rows"][0]["days_absent"], 22, "each workday of the month, and none of the weekends");
}
