//! Claims of webhooks: one invocation at a time sends the deliveries of a webhook.

use std::sync::atomic::{AtomicBool, Ordering};

use local::{AwsCall, Fault};
use rollcall_tests::Company;
use serde_json::{Value, json};

use super::{create, deliveries, of_departments, receiver::Receiver, retry_at, webhook};

/// Runs the schedule while another invocation has the claim, and asserts that the run sends nothing.
async fn run_beside_another_invocation(company: &Company) {
    let outcome = company.post("/_local/schedules/webhooks").send().await.expect(200);
    assert_eq!(outcome.body, json!({"delivered": 0, "failed": 0}));
}

async fn change_address(company: &Company, id: &str, url: &str) {
    let admin = company.sign_in("ada").await;
    company.patch(&format!("/webhooks/{id}")).by(&admin).json(json!({"url": url})).send().await.expect(200);
}

#[tokio::test]
async fn a_claim_ends_with_its_invocation_if_the_receiver_is_down() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    of_departments(&company, &receiver.url).await;
    let held = receiver.hold_answers().await;
    company.department("Harbour").await;
    receiver.wait_for_request().await;
    run_beside_another_invocation(&company).await;
    receiver.answer_with(503);
    drop(held);
    company.settle().await;
    receiver.answer_with(200);
    retry_at(&company, "2026-11-02T08:00:10Z").await;
    assert_eq!(receiver.take().len(), 1);
}

#[tokio::test]
async fn a_claim_ends_with_its_invocation_if_an_attempt_cant_be_stored() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    let held = receiver.hold_answers().await;
    company.department("Harbour").await;
    receiver.wait_for_request().await;
    run_beside_another_invocation(&company).await;
    let was_refused = AtomicBool::new(false);
    company.stack.faults().plan(move |aws: AwsCall<'_>| {
        let is_it = (aws.by, aws.operation) == ("webhooks", "PutItem");
        (is_it && !was_refused.swap(true, Ordering::Relaxed)).then_some(Fault::Refused)
    });
    drop(held);
    company.settle().await;
    assert_eq!(deliveries(&company, &id).await[0]["status"], "delivered", "the bus invokes the function again");
}

#[tokio::test]
async fn a_changed_address_doesnt_end_the_claim_of_an_invocation() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let (former, new) = (Receiver::start().await, Receiver::start().await);
    let id = of_departments(&company, &former.url).await;
    let held = former.hold_answers().await;
    company.department("Harbour").await;
    former.wait_for_request().await;
    change_address(&company, &id, &new.url).await;
    run_beside_another_invocation(&company).await;
    drop(held);
    company.settle().await;
    assert_eq!((former.take().len(), new.take().len()), (1, 0), "the event is sent once");
}

#[tokio::test]
async fn a_failure_of_the_former_address_isnt_stored_for_the_new_one() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let (former, new) = (Receiver::start().await, Receiver::start().await);
    let id = of_departments(&company, &former.url).await;
    let held = former.hold_answers().await;
    company.department("Harbour").await;
    former.wait_for_request().await;
    change_address(&company, &id, &new.url).await;
    former.answer_with(503);
    drop(held);
    company.settle().await;
    assert_eq!(webhook(&company, &id).await.body["failing_since"], Value::Null);
    retry_at(&company, "2026-11-02T08:00:10Z").await;
    assert_eq!((former.take().len(), new.take().len()), (0, 1));
}

#[tokio::test]
async fn no_attempt_after_a_rotation_has_the_former_secret_alone() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let (id, former) = create(&company, &receiver.url, &["department_created", "department_changed"]).await;
    let admin = company.sign_in("ada").await;
    let held = receiver.hold_answers().await;
    let harbour = company.department("Harbour").await;
    receiver.wait_for_request().await;
    for name in ["Port", "Docks"] {
        let renamed = company.patch(&format!("/departments/{harbour}")).by(&admin).json(json!({"name": name}));
        renamed.send().await.expect(200);
    }
    let rotate = company.post(&format!("/webhooks/{id}/secret")).by(&admin).json(json!({"overlap_hours": 0}));
    let new = rotate.send().await.expect(200).str("secret").to_owned();
    drop(held);
    company.settle().await;
    retry_at(&company, "2026-11-02T08:00:10Z").await;
    let signed: Vec<_> =
        receiver.take().iter().map(|request| (request.is_signed_with(&former), request.is_signed_with(&new))).collect();
    assert_eq!(signed, [(true, false), (false, true), (false, true)]);
}
