//! The audit's hashes and hourly digests, which show whether an entry was changed.

use std::sync::Arc;

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use rollcall_tests::Company;
use serde_json::json;
use store::{
    Store,
    audit_digests::{AuditDigest, AuditHour},
    keys,
};

use crate::{bulk_fixtures::Counter, table::Table};

async fn store_of(company: &Company) -> Store {
    Table::of(company).store(Arc::new(Counter::default())).await
}

async fn close_hours(company: &Company, at: &str) {
    company.settle().await;
    company.set_clock(at).await;
    company.post("/_local/schedules/audit-digest").send().await.expect(200);
}

#[tokio::test]
async fn each_hour_with_changes_has_a_digest_that_contains_the_one_before() {
    let company = Company::start_at("2026-11-02T08:10:00Z", "Europe/Berlin").await;
    let store = store_of(&company).await;
    close_hours(&company, "2026-11-02T09:59:00Z").await;
    assert_eq!(store.last_audit_digest().await.unwrap(), None, "an hour is closed an hour after its end");

    let eight = AuditHour::of("2026-11-02T08:10:00Z".parse().unwrap());
    let hashes = store.audit_hashes(eight).await.unwrap();
    assert!(hashes.iter().any(|hash| hash.entry.starts_with("AUDIT#settings / ")), "{hashes:?}");
    close_hours(&company, "2026-11-02T10:01:00Z").await;
    let first = store.last_audit_digest().await.unwrap().unwrap();
    assert_eq!(first, AuditDigest::new(eight, None, &hashes));

    company.department("Harbour").await;
    close_hours(&company, "2026-11-02T12:01:00Z").await;
    let second = store.last_audit_digest().await.unwrap().unwrap();
    assert_eq!(second.hour.to_string(), "2026-11-02T10");
    let hashes = store.audit_hashes(second.hour).await.unwrap();
    assert!(hashes.iter().any(|hash| hash.entry.starts_with("AUDIT#department:")), "{hashes:?}");
    assert_eq!(second, AuditDigest::new(second.hour, Some(&first), &hashes));
    assert_eq!(second.previous, first.digest);
    assert!(store.open_audit_hours().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_hash_is_that_of_the_entry_in_the_table() {
    let company = Company::start_at("2026-11-02T08:10:00Z", "Europe/Berlin").await;
    company.settings(json!({"late_grace_minutes": 7})).await;
    company.settle().await;
    let store = store_of(&company).await;
    let hour = AuditHour::of("2026-11-02T08:10:00Z".parse().unwrap());
    let before = store.audit_hashes(hour).await.unwrap();

    let client = Client::new(company.stack.sdk());
    let entry = Table::of(&company).partition("AUDIT#settings").await.pop().unwrap();
    let key = format!("AUDIT#settings / {}", entry[keys::SK].as_s().unwrap());
    let hash = before.iter().find(|hash| hash.entry == key).unwrap();
    assert_eq!(hash.hash.len(), 64);
    let mut changed = entry.clone();
    changed.insert("action".to_owned(), AttributeValue::S("nothing".to_owned()));
    client.put_item().table_name("rollcall").set_item(Some(changed)).send().await.unwrap();
    company.settle().await;
    assert_eq!(store.audit_hashes(hour).await.unwrap(), before, "a change is reported, not hashed");
}
