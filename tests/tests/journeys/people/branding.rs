//! The company's branding: everyone reads it without signing in, admins replace it.

use rollcall_tests::Company;
use serde_json::{Value, json};

/// A PNG of one red pixel.
const LOGO: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

#[tokio::test]
async fn the_branding_is_read_by_anyone_and_replaced_by_admins() {
    let company = Company::start().await;
    company.settings(json!({"company_name": "Harbour Works"})).await;
    let maria = company.person("maria", json!({})).await;
    let read = || company.get("/branding").send();
    let first = read().await.expect(200);
    let none = json!({"company_name": "Harbour Works", "accent_color": null, "logo": null, "version": 0});
    assert_eq!((&first.body, first.header("etag")), (&none, Some("\"0\"")));

    company.put("/branding").by(&maria).json(json!({})).send().await.expect_problem(403, "forbidden");
    let put = |body: Value| company.put("/branding").by(&company.admin).json(body).send();
    let replaced = put(json!({"accent_color": "#0F6A5B", "logo": LOGO})).await.expect(200);
    assert_eq!((&replaced.body["accent_color"], &replaced.body["logo"]), (&json!("#0f6a5b"), &json!(LOGO)));
    assert_eq!((&replaced.body["version"], replaced.header("etag")), (&json!(1), Some("\"1\"")));
    assert_eq!(read().await.expect(200).body, replaced.body);
    // What is left out is removed, and the same branding again is no change.
    let without = put(json!({"accent_color": "#0f6a5b"})).await.expect(200);
    assert_eq!((&without.body["logo"], &without.body["version"]), (&Value::Null, &json!(2)));
    assert_eq!(put(json!({"accent_color": "#0f6a5b"})).await.expect(200).body["version"], 2);
}

#[tokio::test]
async fn colors_that_are_hard_to_read_and_files_that_are_no_logos_are_refused() {
    let company = Company::start().await;
    let svg = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0naHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmcnLz4=";
    for (wrong, path) in [
        (json!({"accent_color": "teal"}), "accent_color"),
        (json!({"accent_color": "#ff9800"}), "accent_color"),
        (json!({"logo": svg}), "logo"),
        (json!({"logo": LOGO.replace("png", "jpeg")}), "logo"),
        (json!({"logo": "https://example.com/logo.png"}), "logo"),
        (json!({"font": "serif"}), "font"),
    ] {
        company.put("/branding").by(&company.admin).json(wrong).send().await.expect_invalid(path);
    }
}

#[tokio::test]
async fn replacing_the_branding_with_a_stale_version_is_refused() {
    let company = Company::start().await;
    let put = |tag: &'static str, color: &'static str| {
        let body = json!({"accent_color": color});
        company.put("/branding").by(&company.admin).header("if-match", tag).json(body).send()
    };
    put("\"0\"", "#0f6a5b").await.expect(200);
    put("\"0\"", "#7a1f3d").await.expect_problem(412, "precondition_failed");
    let audit = company.get("/audit?subject=settings").by(&company.admin).send().await.expect(200);
    let actions: Vec<&str> = audit.items().iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert!(actions.contains(&"branding_changed"), "{actions:?}");
}
