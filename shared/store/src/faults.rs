//! Injected faults of DynamoDB: the embedded one never has transaction conflicts, throttling or unprocessed keys.

use std::{collections::HashMap, slice, sync::Arc};

use aws_sdk_dynamodb::{
    Client,
    error::ErrorMetadata,
    operation::{
        batch_get_item::BatchGetItemError,
        transact_write_items::{TransactWriteItemsError, TransactWriteItemsOutput},
    },
    types::{
        CancellationReason,
        error::{
            InternalServerError, ProvisionedThroughputExceededException, TransactionCanceledException,
            TransactionInProgressException,
        },
    },
};
use aws_smithy_mocks::{Rule, RuleMode, mock, mock_client};
use domain::{
    audit::Actor,
    event::{AccountFact, Fact, Subject},
    id::{EventId, UserId},
};
use fixtures::SameByte;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    Commit, CommitError, Condition, Stamp, Store, StoreError,
    commit::When,
    item::Item,
    keys::{self, Key},
};

fn store(rule: &Rule) -> Store {
    let client: Client = mock_client!(aws_sdk_dynamodb, RuleMode::Sequential, [rule]);
    Store::new(client, "rollcall", Arc::new(SameByte(7)))
}

fn user() -> UserId {
    UserId::generate(Timestamp::UNIX_EPOCH, &SameByte(7))
}

/// Returns a commit of an event without a condition and two items with conditions.
fn commit() -> Commit {
    let at = Timestamp::UNIX_EPOCH;
    let stamp = Stamp { event_id: EventId::generate(at, &SameByte(7)), at, actor: Actor::System, request_id: None };
    let mut commit = Commit::new(stamp, Subject::User(user()), vec![Fact::Account(AccountFact::UserCreated)]).unwrap();
    let item = |key: Key| Item::new(key, &HashMap::<String, String>::new()).unwrap();
    commit.put(item(keys::profile(user())), When::Absent, Some(Condition::Version)).unwrap();
    commit.put(item(keys::unique_username("maria")), When::Absent, Some(Condition::Username)).unwrap();
    commit
}

fn cancelled(codes: [&str; 3]) -> TransactWriteItemsError {
    let reasons = codes.map(|code| CancellationReason::builder().code(code).build());
    TransactWriteItemsError::TransactionCanceledException(
        TransactionCanceledException::builder().set_cancellation_reasons(Some(reasons.to_vec())).build(),
    )
}

fn done() -> TransactWriteItemsOutput {
    TransactWriteItemsOutput::builder().build()
}

#[tokio::test(start_paused = true)]
async fn a_transaction_that_collides_is_tried_again_under_the_same_token() {
    let rule = mock!(Client::transact_write_items)
        .match_requests(|request| request.client_request_token() == Some("07".repeat(16).as_str()))
        .sequence()
        .error(|| cancelled(["None", "TransactionConflict", "None"]))
        .error(|| {
            TransactWriteItemsError::TransactionInProgressException(TransactionInProgressException::builder().build())
        })
        .output(done)
        .build();
    commit().send(&store(&rule)).await.unwrap();
    assert_eq!(rule.num_calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_transaction_that_keeps_colliding_is_given_up_after_three_more_tries() {
    let colliding = || {
        let codes = ["TransactionConflict", "None", "None"];
        mock!(Client::transact_write_items).sequence().error(move || cancelled(codes)).times(20).build()
    };
    let rule = colliding();
    let error = commit().send(&store(&rule)).await.unwrap_err();
    assert!(matches!(error, CommitError::Store(StoreError::Contended)), "{error:?}");
    assert_eq!(rule.num_calls(), 4);
    let rule = colliding();
    let mut persistent = commit();
    persistent.persist();
    let error = persistent.send(&store(&rule)).await.unwrap_err();
    assert!(matches!(error, CommitError::Store(StoreError::Contended)), "{error:?}");
    assert_eq!(rule.num_calls(), 13);
}

#[tokio::test(start_paused = true)]
async fn a_transaction_that_stays_throttled_is_unavailable() {
    let rule = mock!(Client::transact_write_items)
        .sequence()
        .error(|| cancelled(["ThrottlingError", "TransactionConflict", "None"]))
        .times(10)
        .build();
    let error = commit().send(&store(&rule)).await.unwrap_err();
    assert!(matches!(error, CommitError::Store(StoreError::Unavailable(_))), "{error:?}");
    assert_eq!(rule.num_calls(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_failed_condition_is_named_and_never_tried_again() {
    for (codes, condition) in [
        (["None", "ConditionalCheckFailed", "None"], Condition::Version),
        (["None", "None", "ConditionalCheckFailed"], Condition::Username),
        // If both fail, the more specific condition is reported. A conflict in the same transaction doesn't change this.
        (["None", "ConditionalCheckFailed", "ConditionalCheckFailed"], Condition::Username),
        (["TransactionConflict", "ConditionalCheckFailed", "None"], Condition::Version),
    ] {
        let rule = mock!(Client::transact_write_items).sequence().error(move || cancelled(codes)).times(10).build();
        let error = commit().send(&store(&rule)).await.unwrap_err();
        assert!(matches!(error, CommitError::ConditionFailed(failed) if failed == condition), "{codes:?}: {error:?}");
        assert_eq!(rule.num_calls(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancellation_that_nobody_foresaw_is_a_defect_and_not_a_conflict() {
    for codes in [["None", "ValidationError", "None"], ["ConditionalCheckFailed", "None", "None"], ["None"; 3]] {
        let rule = mock!(Client::transact_write_items).sequence().error(move || cancelled(codes)).times(10).build();
        let error = commit().send(&store(&rule)).await.unwrap_err();
        assert!(matches!(error, CommitError::Store(StoreError::Refused { .. })), "{codes:?}: {error:?}");
    }
}

fn meta(code: &str) -> ErrorMetadata {
    ErrorMetadata::builder().code(code).build()
}

#[tokio::test(start_paused = true)]
async fn a_throttled_or_failing_table_is_unavailable() {
    let throttled = mock!(Client::batch_get_item)
        .sequence()
        .error(|| {
            BatchGetItemError::ProvisionedThroughputExceededException(
                ProvisionedThroughputExceededException::builder()
                    .meta(meta("ProvisionedThroughputExceededException"))
                    .build(),
            )
        })
        .times(10)
        .build();
    let failing = mock!(Client::batch_get_item)
        .sequence()
        .error(|| {
            BatchGetItemError::InternalServerError(
                InternalServerError::builder().meta(meta("InternalServerError")).build(),
            )
        })
        .times(10)
        .build();
    for rule in [throttled, failing] {
        let error = store(&rule).read([keys::settings()]).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }
}

/// Returns a response with items of those keys, and with keys that were left unprocessed.
fn found(keys: &[Key], unprocessed: &[Key]) -> String {
    let key = |key: &Key| json!({"pk": {"S": key.pk}, "sk": {"S": key.sk}});
    let item = |key: &Key| json!({"pk": {"S": key.pk}, "sk": {"S": key.sk}, "user_id": {"S": user()}});
    let items: Vec<Value> = keys.iter().map(item).collect();
    let mut body = json!({"Responses": {"rollcall": items}, "UnprocessedKeys": {}});
    if !unprocessed.is_empty() {
        let left: Vec<Value> = unprocessed.iter().map(key).collect();
        body["UnprocessedKeys"]["rollcall"] = json!({"Keys": left, "ConsistentRead": true});
    }
    body.to_string()
}

#[tokio::test(start_paused = true)]
async fn keys_that_stay_unprocessed_are_asked_for_again() {
    let [first, second] = [keys::unique_username("ada"), keys::unique_username("maria")];
    let rule = mock!(Client::batch_get_item)
        .sequence()
        .http_status(200, Some(found(slice::from_ref(&first), slice::from_ref(&second))))
        .http_status(200, Some(found(slice::from_ref(&second), &[])))
        .build();
    let mut items = store(&rule).read([first.clone(), second.clone(), first.clone()]).await.unwrap();
    for key in [first, second] {
        assert!(items.take::<crate::users::Holder>(&key).unwrap().is_some(), "{key}");
    }
    assert_eq!(rule.num_calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn keys_that_never_get_processed_are_an_unavailable_table() {
    let rule = mock!(Client::batch_get_item)
        .sequence()
        .http_status(200, Some(found(&[], &[keys::settings()])))
        .times(10)
        .build();
    let error = store(&rule).read([keys::settings()]).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    assert_eq!(rule.num_calls(), 4);
}

#[tokio::test]
async fn an_item_that_is_not_what_it_should_be_is_named_by_its_key() {
    let key = keys::unique_username("ada");
    let body = json!({"Responses": {"rollcall": [{"pk": {"S": key.pk}, "sk": {"S": key.sk}}]}});
    let rule = mock!(Client::batch_get_item).sequence().http_status(200, Some(body.to_string())).build();
    let mut items = store(&rule).read([key.clone()]).await.unwrap();
    let error = items.take::<crate::users::Holder>(&key).unwrap_err();
    assert!(error.to_string().contains("UNIQUE#username#ada"), "{error}");
}
