//! Time that needs approval before it is paid.

use rollcall_tests::Person;
use serde_json::{Value, json};

use super::{Payroll, total};

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
