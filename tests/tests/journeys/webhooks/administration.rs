//! Webhooks created, listed, changed and deleted, their secrets, and the addresses that are refused.

use std::collections::BTreeSet;

use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

use super::{create, receiver::Receiver};

#[tokio::test]
async fn a_rotated_secret_overlaps_with_the_earlier_one() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let (id, old) = create(&company, &receiver.url, &["department_created"]).await;
    let admin = company.sign_in("ada").await;
    let rotate = || {
        let call = company.post(&format!("/webhooks/{id}/secret")).by(&admin).header("Idempotency-Key", "k");
        call.json(json!({"overlap_hours": 2})).send()
    };
    let rotated = rotate().await.expect(200);
    let new = rotated.str("secret").to_owned();
    assert_ne!(new, old);
    assert_eq!(rotated.str("earlier_secret_until"), "2026-11-02T10:00:00+00:00");
    assert_eq!(rotate().await.expect(200).body.get("secret"), None, "it is shown once");
    let signed = async |now: &str| {
        company.set_clock(now).await;
        company.department(now).await;
        company.settle().await;
        let request = receiver.take().remove(0);
        (request.signatures.len(), request.is_signed_with(&old), request.is_signed_with(&new))
    };
    assert_eq!(signed("2026-11-02T09:59:00Z").await, (2, true, true));
    assert_eq!(signed("2026-11-02T10:00:00Z").await, (1, false, true));
}

#[tokio::test]
async fn addresses_that_are_not_public_are_refused() {
    let company = Company::start().await;
    for url in [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://100.64.0.1/",
        "https://2130706433/",
        "https://user:password@hooks.example.com/",
        "ftp://hooks.example.com/",
        "hooks.example.com",
    ] {
        let body = json!({"url": url, "description": "Payroll"});
        company.post("/webhooks").by(&company.admin).json(body).send().await.expect_invalid("url");
    }
    let body = json!({"url": "https://hooks.example.com/", "description": "Payroll", "kinds": ["lunch"]});
    company.post("/webhooks").by(&company.admin).json(body).send().await.expect_invalid("kinds");
    let body = json!({"url": "https://hooks.example.com/", "description": "Payroll"});
    let made = company.post("/webhooks").by(&company.admin).json(body).send().await.expect(201);
    let patch = company.patch(&format!("/webhooks/{}", made.str("id"))).by(&company.admin);
    patch.json(json!({"url": "https://10.0.0.1/"})).send().await.expect_invalid("url");
}

#[tokio::test]
async fn webhooks_are_created_listed_changed_and_deleted() {
    let company = Company::start().await;
    let admin: &Person = &company.admin;
    let body = json!({"url": "https://hooks.example.com/x", "kinds": ["late", "absent"], "description": "Payroll"});
    let create = || company.post("/webhooks").by(admin).header("Idempotency-Key", "k").json(body.clone()).send();
    let made = create().await.expect(201);
    let id = made.str("id").to_owned();
    assert_eq!(
        (made.header("location"), made.header("etag")),
        (Some(format!("/webhooks/{id}").as_str()), Some("\"1\""))
    );
    assert!(made.str("secret").starts_with("whsec_"));
    assert_eq!(create().await.expect(201).body.get("secret"), None);
    let shown = json!({"id": id, "url": "https://hooks.example.com/x", "kinds": ["absent", "late"], "description": "Payroll",
        "active": true, "paused": null, "failing_since": null, "earlier_secret_until": null,
        "created_at": "2026-11-02T08:00:00+03:00", "created_by": admin.id, "created_by_name": "Ada Admin", "version": 1});
    let list = async || company.get("/webhooks").by(admin).send().await.expect(200).items().clone();
    assert_eq!(list().await, [shown]);

    let patch = |body: Value| company.patch(&format!("/webhooks/{id}")).by(admin).json(body).send();
    let changed = patch(json!({"kinds": [], "description": "ERP"})).await.expect(200);
    assert_eq!(
        (&changed.body["kinds"], &changed.body["description"], &changed.body["version"]),
        (&json!([]), &json!("ERP"), &json!(2))
    );
    assert_eq!(patch(json!({"kinds": []})).await.expect(200).body["version"], 2, "nothing has changed");
    let stale = company.patch(&format!("/webhooks/{id}")).by(admin).header("If-Match", "\"1\"");
    stale.json(json!({"active": false})).send().await.expect_problem(412, "precondition_failed");

    company.delete(&format!("/webhooks/{id}")).by(admin).send().await.expect(204);
    assert!(list().await.is_empty());
    company.get(&format!("/webhooks/{id}/deliveries")).by(admin).send().await.expect_problem(404, "not_found");
    let audit = company.get(&format!("/audit?subject=webhook:{id}")).by(admin).send().await.expect(200);
    let actions: BTreeSet<&str> = audit.items().iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert_eq!(actions, BTreeSet::from(["webhook_created", "webhook_changed", "webhook_deleted"]));

    company.set_clock("2026-11-02T08:10:01+03:00").await;
    company.post("/webhooks").by(admin).json(body).send().await.expect_problem(403, "confirmation_required");
}

#[tokio::test]
async fn a_company_has_twenty_webhooks_at_most() {
    let company = Company::start().await;
    let create = || {
        let body = json!({"url": "https://hooks.example.com/", "description": "Payroll", "active": false});
        company.post("/webhooks").by(&company.admin).json(body).send()
    };
    for _ in 0..20 {
        create().await.expect(201);
    }
    create().await.expect_invalid("url");
    let page = company.get("/webhooks?limit=15").by(&company.admin).send().await.expect(200);
    assert_eq!(page.items().len(), 15);
    let rest = company.get(&format!("/webhooks?limit=15&cursor={}", page.str("next_cursor"))).by(&company.admin);
    assert_eq!(rest.send().await.expect(200).items().len(), 5);
}
