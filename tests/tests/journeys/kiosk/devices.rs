//! Kiosk devices and their tokens.

use rollcall_tests::Company;
use serde_json::{Value, json};

use super::{Kiosk, PIN, calls, kiosk, person_with_pin, punch};

#[tokio::test]
async fn a_kiosk_is_seen_by_its_requests_at_most_once_in_ten_minutes() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let last_seen = async || {
        let admin = company.sign_in("ada").await;
        company.get("/kiosks").by(&admin).send().await.expect(200).items()[0]["last_seen_at"].clone()
    };
    assert_eq!(last_seen().await, Value::Null);
    company.set_clock("2026-11-02T08:40:00+03:00").await;
    company.get("/kiosk").token(&kiosk.token).send().await.expect(200);
    assert_eq!(last_seen().await, "2026-11-02T08:40:00+03:00");
    company.set_clock("2026-11-02T08:49:59+03:00").await;
    company.reset_calls().await;
    company.get("/kiosk").token(&kiosk.token).send().await.expect(200);
    let reads = [("BatchGetItem".to_owned(), 1), ("GetItem".to_owned(), 1)];
    assert_eq!(calls(&company, "GET /kiosk").await, reads);
    assert_eq!(last_seen().await, "2026-11-02T08:40:00+03:00");
    // A punch records it in its own transaction.
    company.set_clock("2026-11-02T08:50:00+03:00").await;
    company.reset_calls().await;
    punch(&company, &kiosk, "maria", PIN, "in").send().await.expect(200);
    let punch = [("BatchGetItem".to_owned(), 4), ("TransactWriteItems".to_owned(), 1)];
    assert_eq!(calls(&company, "POST /kiosk/punch").await, punch);
    assert_eq!(last_seen().await, "2026-11-02T08:50:00+03:00");
}

#[tokio::test]
async fn a_kiosk_renews_its_token_before_it_expires() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let screen = async |token: &str| company.get("/kiosk").token(token).send().await;
    let renew = async |token: &str| company.post("/kiosk/token").token(token).json(json!({})).send().await;
    assert_eq!(screen(&kiosk.token).await.expect(200).body["token_expires_at"], "2027-01-31T08:00:00+03:00");
    company.set_clock("2027-01-30T08:00:00+03:00").await;
    let renewed = renew(&kiosk.token).await.expect(200);
    assert_eq!(renewed.body["token_expires_at"], "2027-04-30T08:00:00+03:00");
    // The response may have been lost, so the previous token is accepted for another day.
    let again = renew(&kiosk.token).await.expect(200);
    screen(again.str("device_token")).await.expect(200);
    company.set_clock("2027-01-31T08:00:00+03:00").await;
    let expired = screen(&kiosk.token).await.expect_problem(401, "unauthenticated");
    assert_eq!(expired.str("detail"), "The kiosk's device token has expired. Set up the kiosk again.");
    screen(again.str("device_token")).await.expect(200);
    company.set_clock("2027-04-30T08:00:00+03:00").await;
    screen(again.str("device_token")).await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_device_token_opens_a_kiosks_calls_alone_and_no_person_is_a_kiosk() {
    let company = Company::start().await;
    let kiosk = kiosk(&company).await;
    let maria = person_with_pin(&company, "maria").await;
    let document = serde_json::to_value(local::openapi::merged()).unwrap();
    let mut walked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let needs_nobody = operation["security"].as_array().is_some_and(|schemes| {
                schemes.iter().any(|scheme| scheme.as_object().is_some_and(serde_json::Map::is_empty))
            });
            let public = ["/docs", "/openapi.json", "/.well-known/jwks.json"].contains(&path.as_str());
            if needs_nobody
                || public
                || path.starts_with("/auth/logout")
                || path == "/kiosk"
                || path.starts_with("/kiosk/")
            {
                continue;
            }
            let path = path.replace("{date}", "2026-11-02").replace("{user_id}", &maria.id).replace("{id}", &maria.id);
            let call = company.call(method.to_uppercase().parse().unwrap(), &path).token(&kiosk.token);
            call.json(json!({})).send().await.expect_problem(401, "unauthenticated");
            walked += 1;
        }
    }
    assert!(walked > 30, "only {walked} routes");
    let body = json!({"username": "maria", "pin": PIN, "action": "in"});
    let admin = company.sign_in("ada").await;
    for token in [&maria.access_token, &admin.access_token, &maria.refresh_token, &format!("kt1.{}.AAAA", kiosk.id)] {
        company
            .post("/kiosk/punch")
            .token(token)
            .json(body.clone())
            .send()
            .await
            .expect_problem(401, "unauthenticated");
    }
    company.post("/kiosk/punch").json(body).send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_kiosk_shows_its_token_once_and_works_until_it_is_revoked() {
    let company = Company::start().await;
    let first = kiosk(&company).await;
    person_with_pin(&company, "maria").await;
    let admin = company.sign_in("ada").await;
    let site = company.get("/sites").by(&admin).send().await.expect(200).items()[0]["id"].clone();
    let create = || {
        let body = json!({"site_id": site, "name": "Back door"});
        company.post("/kiosks").by(&admin).header("Idempotency-Key", "k").json(body).send()
    };
    let made = create().await.expect(201);
    let again = create().await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((&again.body["id"], &again.body["device_token"]), (&made.body["id"], &Value::Null));
    let second = Kiosk { id: made.str("id").to_owned(), token: made.str("device_token").to_owned() };

    let list = company.get("/kiosks").by(&admin).send().await.expect(200);
    let shown = json!({"id": second.id, "site_id": site, "site_name": "Harbour", "name": "Back door", "created_at": "2026-11-02T08:00:00+03:00",
        "last_seen_at": null});
    assert_eq!(list.items().len(), 2);
    assert!(list.items().contains(&shown), "{}", list.text);
    let page = company.get("/kiosks?limit=1").by(&admin).send().await.expect(200);
    let rest = format!("/kiosks?limit=1&cursor={}", page.str("next_cursor"));
    let rest = company.get(&rest).by(&admin).send().await.expect(200);
    assert_eq!((&page.items()[0], &rest.items()[0]), (&list.items()[0], &list.items()[1]));
    assert_eq!(rest.body.get("next_cursor"), None);

    punch(&company, &second, "maria", PIN, "in").send().await.expect(200);
    let path = format!("/kiosks/{}", second.id);
    company.delete(&path).by(&admin).send().await.expect(204);
    company.delete(&path).by(&admin).send().await.expect_problem(404, "not_found");
    punch(&company, &second, "maria", PIN, "out").send().await.expect_problem(401, "unauthenticated");
    punch(&company, &first, "maria", PIN, "out").send().await.expect(200);

    let wrong = json!({"site_id": second.id, "name": "Nowhere"});
    company.post("/kiosks").by(&admin).json(wrong).send().await.expect_invalid("site_id");
    company.post("/kiosks").by(&admin).json(json!({"site_id": site, "name": " "})).send().await.expect_invalid("name");
}
