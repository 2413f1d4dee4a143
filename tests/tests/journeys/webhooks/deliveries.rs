//! Deliveries: signed, retried in order, delivered again after a death, tested and replayed.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use local::{AwsCall, Fault, Options};
use rollcall_tests::Company;
use serde_json::{Value, json};

use super::{
    create, deliveries, of_departments,
    receiver::{DOWN, Receiver},
    rename, retry_at, webhook,
};

#[tokio::test]
async fn a_receiver_gets_signed_events_of_its_kinds() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let (id, secret) = create(&company, &receiver.url, &["department_created"]).await;
    let harbour = company.department("Harbour").await;
    rename(&company, &harbour, "Port").await;
    let requests = receiver.take();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(request.is_signed_with(&secret));
    assert!(!request.is_signed_with("whsec_AAAA"));
    assert_eq!(request.timestamp, "2026-11-02T08:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second());
    let data = &request.body["data"];
    assert_eq!(request.body["type"], "department_created");
    assert_eq!(request.body["timestamp"], data["at"]);
    assert_eq!((&data["id"], &data["subject"]), (&json!(request.id), &json!(format!("department:{harbour}"))));
    assert_eq!(data["facts"], json!([{"kind": "department_created"}]));

    let listed = deliveries(&company, &id).await;
    let [delivery] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!((&delivery["id"], &delivery["status"]), (&json!(request.id), &json!("delivered")));
    assert_eq!((&delivery["attempts"], &delivery["due_at"]), (&json!(1), &Value::Null));
    assert_eq!((&delivery["last_attempt"]["status"], &delivery["last_attempt"]["error"]), (&json!(204), &Value::Null));
    assert_eq!(webhook(&company, &id).await.body["failing_since"], Value::Null);
}

#[tokio::test]
async fn a_receiver_that_was_down_for_an_hour_gets_everything_in_order() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let harbour = company.department("Harbour").await;
    company.settle().await;
    let id = of_departments(&company, &receiver.url).await;
    receiver.answer_with(DOWN);
    // Ids of events of one millisecond have no order.
    for (second, name) in ["First", "Second", "Third"].iter().enumerate() {
        company.set_clock(&format!("2026-11-02T08:00:0{second}Z")).await;
        rename(&company, &harbour, name).await;
    }
    for minute in [1, 3, 10, 30] {
        retry_at(&company, &format!("2026-11-02T08:{minute:02}:00Z")).await;
    }
    assert!(receiver.take().is_empty());
    let pending = deliveries(&company, &id).await;
    assert!(pending.iter().all(|delivery| delivery["status"] == "pending"), "{pending:?}");
    let errors: Vec<&Value> = pending.iter().map(|delivery| &delivery["last_attempt"]["error"]).collect();
    assert_eq!(errors, [&Value::Null, &Value::Null, &json!("broken")], "only the oldest one is tried");
    let failing = webhook(&company, &id).await;
    assert_eq!((failing.str("failing_since"), &failing.body["active"]), ("2026-11-02T08:00:00+00:00", &json!(true)));

    receiver.answer_with(200);
    retry_at(&company, "2026-11-02T09:30:00Z").await;
    let requests = receiver.take();
    let ids: Vec<&str> = requests.iter().map(|request| request.id.as_str()).collect();
    let mut expected: Vec<&str> = pending.iter().filter_map(|delivery| delivery["id"].as_str()).collect();
    expected.reverse();
    assert_eq!(ids, expected, "oldest first");
    assert!(requests.iter().all(|request| request.body["type"] == "department_changed"));
    assert_eq!(webhook(&company, &id).await.body["failing_since"], Value::Null);
    retry_at(&company, "2026-11-02T10:30:00Z").await;
    assert!(receiver.take().is_empty(), "nothing is sent twice");
}

/// A company whose functions have the time of the cloud, because the claim of a dead invocation ends with its time.
async fn with_time_limits_of_the_cloud() -> Company {
    let clock = Some("2026-11-02T08:00:00Z".parse().unwrap());
    Company::start_with(Options { clock, time_limit_factor: 1, ..Options::ephemeral() }, "UTC").await
}

#[tokio::test]
async fn a_delivery_repeated_after_a_killed_invocation_has_the_same_id() {
    let company = with_time_limits_of_the_cloud().await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    company.settle().await;
    let (answered, has_died) = (Arc::clone(&receiver.received), AtomicBool::new(false));
    company.stack.faults().plan(move |aws: AwsCall<'_>| {
        let has_answered = aws.by == "webhooks" && !answered.lock().unwrap().is_empty();
        (has_answered && !has_died.swap(true, Ordering::Relaxed)).then_some(Fault::DiesBefore)
    });
    company.department("Harbour").await;
    company.settle().await;
    company.stack.faults().clear();
    let first = receiver.take();
    let [accepted] = first.as_slice() else { panic!("{first:?}") };
    let pending = &deliveries(&company, &id).await[0];
    assert_eq!((&pending["status"], &pending["attempts"]), (&json!("pending"), &json!(0)), "the attempt is forgotten");

    // The claim of the dead invocation ends with its time.
    retry_at(&company, "2026-11-02T08:03:00Z").await;
    let again = receiver.take();
    let [repeated] = again.as_slice() else { panic!("{again:?}") };
    assert_eq!((&repeated.id, &repeated.text), (&accepted.id, &accepted.text));
    assert_eq!(deliveries(&company, &id).await[0]["status"], "delivered");
    retry_at(&company, "2026-11-02T09:03:00Z").await;
    assert!(receiver.take().is_empty(), "a third time isn't needed");
}

#[tokio::test]
async fn no_event_is_lost_if_an_invocation_is_killed_at_any_call() {
    let company = with_time_limits_of_the_cloud().await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    company.settle().await;
    for call in 0..12 {
        company.set_clock(&format!("2026-11-02T{:02}:00:00Z", 9 + call)).await;
        let made = AtomicUsize::new(0);
        company.stack.faults().plan(move |aws: AwsCall<'_>| {
            let is_it = aws.by == "webhooks" && made.fetch_add(1, Ordering::Relaxed) == call;
            is_it.then_some(if call % 2 == 0 { Fault::DiesBefore } else { Fault::DiesAfter })
        });
        company.department(&format!("Department {call}")).await;
        company.settle().await;
        company.stack.faults().clear();
        retry_at(&company, &format!("2026-11-02T{:02}:10:00Z", 9 + call)).await;
        let requests = receiver.take();
        let newest = &deliveries(&company, &id).await[0];
        assert_eq!(newest["status"], "delivered", "after a death at call {call}");
        assert!((1..=2).contains(&requests.len()), "after a death at call {call}: {requests:?}");
        assert!(requests.iter().all(|request| newest["id"] == request.id), "after a death at call {call}");
    }
}

#[tokio::test]
async fn a_failing_receiver_delays_no_other_one() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let (failing, healthy) = (Receiver::start().await, Receiver::start().await);
    failing.answer_with(503);
    of_departments(&company, &failing.url).await;
    of_departments(&company, &healthy.url).await;
    for name in ["Harbour", "Office", "Yard"] {
        company.department(name).await;
        company.settle().await;
    }
    assert_eq!(healthy.take_kinds(), ["department_created"; 3]);
    assert!(failing.take().is_empty());
}

#[tokio::test]
async fn an_event_that_a_receiver_refuses_delays_no_newer_event() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let harbour = company.department("Harbour").await;
    company.settle().await;
    let id = of_departments(&company, &receiver.url).await;
    *receiver.refuses.lock().unwrap() = Some(format!("department:{harbour}"));
    rename(&company, &harbour, "Port").await;
    // Ids of events of one millisecond have no order, and the list is in their order.
    company.set_clock("2026-11-02T08:00:01Z").await;
    company.department("Office").await;
    company.settle().await;
    assert_eq!(receiver.take_kinds(), ["department_created"]);
    let refused = deliveries(&company, &id).await.pop().unwrap();
    assert_eq!((&refused["status"], &refused["last_attempt"]["status"]), (&json!("pending"), &json!(422)));
    *receiver.refuses.lock().unwrap() = None;
    retry_at(&company, "2026-11-02T08:01:00Z").await;
    assert_eq!(receiver.take_kinds(), ["department_changed"]);
}

#[tokio::test]
async fn a_delivery_fails_after_three_days() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    receiver.answer_with(500);
    company.department("Harbour").await;
    company.settle().await;
    retry_at(&company, "2026-11-05T07:00:00Z").await;
    assert_eq!(deliveries(&company, &id).await[0]["status"], "pending");
    retry_at(&company, "2026-11-05T09:00:00Z").await;
    let failed = &deliveries(&company, &id).await[0];
    assert_eq!(
        (&failed["status"], &failed["attempts"], &failed["due_at"]),
        (&json!("failed"), &json!(3), &Value::Null)
    );
}

#[tokio::test]
async fn a_test_and_a_replay_are_sent_at_once() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    let (id, secret) = create(&company, &receiver.url, &["department_created"]).await;
    create(&company, &other.url, &[]).await;
    company.settle().await;
    other.take();
    let admin = company.sign_in("ada").await;
    company.patch(&format!("/webhooks/{id}")).by(&admin).json(json!({"active": false})).send().await.expect(200);
    let test = company.post(&format!("/webhooks/{id}/test")).by(&admin).send().await.expect(202);
    company.settle().await;
    let sent = receiver.take().remove(0);
    assert_eq!((sent.id.as_str(), &sent.body["type"]), (test.str("delivery_id"), &json!("webhook_test")));
    assert!(sent.is_signed_with(&secret));
    assert!(!other.take_kinds().contains(&"webhook_test".to_owned()), "it is for one webhook");

    company.patch(&format!("/webhooks/{id}")).by(&admin).json(json!({"active": true})).send().await.expect(200);
    company.department("Harbour").await;
    company.settle().await;
    let first = receiver.take().remove(0);
    let path = format!("/webhooks/{id}/deliveries/{}/replay", first.id);
    let replayed = company.post(&path).by(&admin).send().await.expect(202);
    assert_eq!((&replayed.body["status"], &replayed.body["attempts"]), (&json!("pending"), &json!(0)));
    company.settle().await;
    let again = receiver.take().remove(0);
    assert_eq!((&again.id, &again.text), (&first.id, &first.text));
    for unknown in ["deliveries/01JBPB7N3C5V7X9Z1B3D5F7H9K/replay", "deliveries/x/replay"] {
        company.post(&format!("/webhooks/{id}/{unknown}")).by(&admin).send().await.expect_problem(404, "not_found");
    }
}
