use rollcall_tests::Company;
use serde_json::{Value, json};

use super::{NOBODY, texts, walk};

#[tokio::test]
async fn the_audit_lists_changes_with_their_actors_newest_first() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({"email": "maria@example.com"})).await;
    let path = format!("/users/{}", maria.id);
    for (minute, change) in [json!({"full_name": "Maria W"}), json!({"email": null})].into_iter().enumerate() {
        company.set_clock(&format!("2026-11-02T08:{:02}:00+03:00", minute + 1)).await;
        company.patch(&path).by(&company.admin).json(change).send().await.expect(200);
    }
    company.post(&format!("{path}/password-reset")).by(&company.admin).send().await.expect(200);
    company.set_clock("2026-11-02T08:05:00+03:00").await;
    company.delete(&path).by(&company.admin).send().await.expect(204);

    let subject = format!("/audit?subject=user:{}", maria.id);
    let entries = company.get(&subject).by(&company.admin).send().await.expect(200);
    let actions = texts(&entries, "action");
    assert_eq!(actions.first().unwrap(), "user_disabled");
    // Four changes, then the creation and the sign-in of maria, which have the same instant and therefore no order.
    assert_eq!(actions.len(), 6);
    let mut oldest = actions[4..].to_vec();
    oldest.sort_unstable();
    assert_eq!(oldest, ["signed_in", "user_created"]);
    let newest = &entries.items()[0];
    assert_eq!(newest["actor"], json!({"kind": "user", "id": company.admin.id, "name": "Ada Admin"}));
    assert_eq!(newest["at"], "2026-11-02T08:05:00+03:00");
    assert_eq!((&newest["before"]["status"], &newest["after"]["status"]), (&json!("active"), &json!("disabled")));
    let created = actions.iter().position(|action| action == "user_created").unwrap();
    assert_eq!(entries.items()[created]["before"], Value::Null);
    for secret in ["argon2", "password_hash", "fine long password"] {
        assert!(!entries.text.contains(secret), "{secret}");
    }
    assert_eq!(walk(&company, &company.admin, &format!("{subject}&limit=2")).await, *entries.items());
}

#[tokio::test]
async fn every_subject_has_its_audit_for_admins_alone() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let site = json!({"name": "Pier", "time_zone": "UTC"});
    let site = company.post("/sites").by(&company.admin).json(site).send().await.expect(201);
    let holiday = json!({"date": "2026-12-31", "name": "Eve"});
    company.post("/holidays").by(&company.admin).json(holiday).send().await.expect(201);
    let general = company.person("gina", json!({"role": "manager", "manages_all": true})).await;
    for (subject, action) in [
        ("settings".to_owned(), "settings_changed"),
        ("holidays".to_owned(), "holiday_added"),
        (format!("department:{harbour}"), "department_created"),
        (format!("site:{}", site.str("id")), "site_created"),
        (format!("user:{}", company.admin.id), "company_set_up"),
    ] {
        let path = format!("/audit?subject={subject}");
        let entries = company.get(&path).by(&company.admin).send().await.expect(200);
        let mut actions = texts(&entries, "action");
        actions.retain(|action| action != "signed_in");
        assert_eq!(actions, [action], "{subject}");
        company.get(&path).by(&general).send().await.expect_problem(403, "forbidden");
    }
    let nothing = company.get(&format!("/audit?subject=user:{NOBODY}")).by(&company.admin).send().await.expect(200);
    assert!(nothing.items().is_empty());
    company.get("/audit").by(&company.admin).send().await.expect_invalid("subject");
    company.get("/audit?subject=everything").by(&company.admin).send().await.expect_invalid("subject");
}
