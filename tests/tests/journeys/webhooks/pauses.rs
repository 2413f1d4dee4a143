//! Receivers that are left alone after a failure, and webhooks that are paused because their receivers fail or want no more events.

use std::sync::Arc;

use domain::webhook::{Delivery, DeliveryStatus};
use jiff::Timestamp;
use rollcall_tests::Company;
use serde_json::{Value, json};

use super::{deliveries, of_departments, receiver::Receiver, retry_at, webhook};
use crate::{bulk_fixtures::Counter, table::Table};

/// Stores deliveries to a webhook that are due at seven o'clock.
async fn store_due_deliveries(company: &Company, webhook_id: &str, count: u32) {
    let store = Table::of(company).store(Arc::new(Counter::default())).await;
    let due_at: Timestamp = "2026-11-02T07:00:00Z".parse().unwrap();
    for number in 0..count {
        let delivery = Delivery {
            id: format!("01JBN2V7Q4W0M3T9K5ZX{number:06}").parse().unwrap(),
            webhook_id: webhook_id.parse().unwrap(),
            subject: "settings".to_owned(),
            kind: "settings_changed".to_owned(),
            at: due_at,
            body: "{}".to_owned(),
            status: DeliveryStatus::Pending,
            attempts: 0,
            due_at,
            since: due_at,
            last_attempt: None,
            version: 1,
        };
        store.add_delivery(&delivery).await.unwrap();
    }
}

#[tokio::test]
async fn five_days_of_failures_pause_a_webhook_and_notify_the_admins() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    receiver.answer_with(500);
    for (number, at) in ["2026-11-02T08:00:00Z", "2026-11-05T08:00:00Z", "2026-11-07T07:59:00Z"].iter().enumerate() {
        company.set_clock(at).await;
        company.department(&format!("Department {number}")).await;
        company.settle().await;
        assert_eq!(webhook(&company, &id).await.body["active"], true, "{at}");
    }
    retry_at(&company, "2026-11-07T08:10:00Z").await;
    let paused = webhook(&company, &id).await;
    let pause = json!({"at": "2026-11-07T08:10:00+00:00", "reason": "failing"});
    assert_eq!((&paused.body["active"], &paused.body["paused"]), (&json!(false), &pause));
    let admin = company.sign_in("ada").await;
    let inbox = company.get("/notifications").by(&admin).send().await.expect(200);
    let told = inbox.items().iter().find(|item| item["kind"] == "webhook_paused").unwrap();
    assert_eq!(told["title"], "The webhook Payroll was paused");
    assert_eq!(told["data"]["webhook_id"], id);
    let audit = company.get(&format!("/audit?subject=webhook:{id}")).by(&admin).send().await.expect(200);
    assert_eq!(
        (&audit.items()[0]["action"], &audit.items()[0]["actor"]),
        (&json!("webhook_paused"), &json!({"kind": "system"}))
    );
    assert!(!audit.text.contains("sealed"), "{}", audit.text);

    // Nothing is sent while the webhook is paused; what is still pending follows afterwards.
    receiver.answer_with(200);
    company.department("Unheard").await;
    retry_at(&company, "2026-11-07T09:00:00Z").await;
    assert!(receiver.take().is_empty());
    let admin = company.sign_in("ada").await;
    let activated =
        company.patch(&format!("/webhooks/{id}")).by(&admin).json(json!({"active": true})).send().await.expect(200);
    assert_eq!((&activated.body["paused"], &activated.body["failing_since"]), (&Value::Null, &Value::Null));
    retry_at(&company, "2026-11-07T10:00:00Z").await;
    assert!(!receiver.take().is_empty());
}

#[tokio::test]
async fn the_pause_of_a_receiver_begins_at_the_end_of_the_attempt() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    receiver.answer_with(503);
    let held = receiver.hold_answers().await;
    company.department("Harbour").await;
    receiver.wait_for_request().await;
    company.set_clock("2026-11-02T08:00:15Z").await;
    drop(held);
    company.settle().await;
    assert_eq!(deliveries(&company, &id).await[0]["last_attempt"]["at"], "2026-11-02T08:00:15+00:00");
    receiver.answer_with(200);
    // The first pause takes 4 to 6 seconds.
    retry_at(&company, "2026-11-02T08:00:18Z").await;
    assert!(receiver.take().is_empty());
    retry_at(&company, "2026-11-02T08:00:22Z").await;
    assert_eq!(receiver.take().len(), 1);
}

#[tokio::test]
async fn a_test_is_sent_to_an_inactive_webhook_with_a_long_queue() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    let admin = company.sign_in("ada").await;
    company.patch(&format!("/webhooks/{id}")).by(&admin).json(json!({"active": false})).send().await.expect(200);
    company.settle().await;
    // A page has a hundred deliveries.
    store_due_deliveries(&company, &id, 101).await;
    receiver.answer_with(503);
    company.post(&format!("/webhooks/{id}/test")).by(&admin).send().await.expect(202);
    company.settle().await;
    assert_eq!(deliveries(&company, &id).await[0]["last_attempt"]["status"], 503);
    receiver.answer_with(200);
    retry_at(&company, "2026-11-02T08:01:00Z").await;
    assert_eq!(receiver.take_kinds(), ["webhook_test"]);

    // A webhook without a test isn't claimed, and its queue isn't read.
    company.reset_calls().await;
    company.post("/_local/schedules/webhooks").send().await.expect(200);
    let report = company.stack.calls();
    let run = report.routes.iter().find(|route| route.route == "webhooks").unwrap();
    let calls: Vec<(&str, u64)> =
        run.operations.iter().map(|called| (called.operation.as_str(), called.count)).collect();
    assert_eq!(calls, [("Query", 2)]);
}

#[tokio::test]
async fn a_receiver_that_answers_410_is_paused_at_once() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    receiver.answer_with(410);
    company.department("Harbour").await;
    company.settle().await;
    let paused = webhook(&company, &id).await;
    assert_eq!((&paused.body["active"], &paused.body["paused"]["reason"]), (&json!(false), &json!("gone")));
}
