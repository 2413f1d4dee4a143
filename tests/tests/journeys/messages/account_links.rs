//! Links in e-mails: confirmed addresses, new passwords and invitations.

use std::sync::Arc;

use domain::outgoing::{Channel, OutgoingMessage};
use jiff::Timestamp;
use rollcall_tests::company::PASSWORD;
use serde_json::{Value, json};

use super::{NEW_PASSWORD, Scene, token};
use crate::{
    bulk_fixtures::{Counter, stamp},
    table::Table,
};

#[tokio::test]
async fn an_address_is_confirmed_once_with_the_newest_link() {
    let scene = Scene::start().await;
    assert_eq!(scene.preferences().await["email_state"], "unverified");
    scene
        .company
        .post("/auth/email-verification")
        .by(&scene.hana)
        .json(json!({}))
        .send()
        .await
        .expect_problem(409, "no_email_address");
    for _ in 0..2 {
        scene.company.post("/auth/email-verification").by(&scene.maria).json(json!({})).send().await.expect(202);
        // E-mails of one moment are sent in any order.
        scene.company.settle().await;
    }
    let mails = scene.sent().await;
    assert_eq!(mails.len(), 2, "{mails:?}");
    assert_eq!(mails[0]["to"], "maria@harbour.example");
    assert_eq!(mails[0]["from"], "=?UTF-8?B?SGFyYm91ciAmIFPDtmhuZQ==?= <attendance@rollcall.example>");
    assert!(mails[0]["html"].as_str().unwrap().contains("Harbour &amp; Söhne"), "{}", mails[0]["html"]);
    assert!(mails[0]["headers"].get("List-Unsubscribe").is_none(), "{mails:?}");

    let (newest, earlier) = (token(&mails[0]), token(&mails[1]));
    assert_ne!(newest, earlier);
    scene.confirm(&earlier).await.expect_problem(403, "link_invalid");
    scene.confirm(&format!("{newest}x")).await.expect_problem(403, "link_invalid");
    scene.confirm(&newest).await.expect(204);
    scene.confirm(&newest).await.expect_problem(403, "link_invalid");
    assert_eq!(scene.preferences().await["email_state"], "on");
    let me = scene.company.get("/auth/me").by(&scene.maria).send().await.expect(200);
    assert_eq!(me.body["email_verified_at"], "2026-11-02T08:00:00+03:00");

    // Another address isn't confirmed.
    let admin = scene.company.sign_in("ada").await;
    let other = json!({"email": "maria@elsewhere.example"});
    let changed =
        scene.company.patch(&format!("/users/{}", scene.maria.id)).by(&admin).json(other).send().await.expect(200);
    assert_eq!(changed.body["email_verified_at"], Value::Null);
}

#[tokio::test]
async fn a_link_expires() {
    let scene = Scene::start().await;
    scene.company.post("/auth/email-verification").by(&scene.maria).json(json!({})).send().await.expect(202);
    let [mail] = scene.sent().await.try_into().unwrap();
    scene.company.set_clock("2026-11-05T08:00:00+03:00").await;
    scene.confirm(&token(&mail)).await.expect_problem(403, "link_invalid");
}

#[tokio::test]
async fn a_new_password_is_set_once_with_a_link_and_ends_all_sessions() {
    let scene = Scene::start().await;
    // Nobody learns who exists or whose address is confirmed.
    let answers = [scene.reset("maria").await, scene.reset("nobody").await, scene.reset("hana").await];
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (202, ""));
    }
    assert_eq!(scene.sent().await, Vec::<Value>::new(), "Maria's address isn't confirmed yet");

    scene.verify().await;
    scene.reset("maria@harbour.example").await.expect(202);
    let [mail] = scene.sent().await.try_into().unwrap();
    assert_eq!(mail["subject"], "Set a new password");
    assert!(mail["text"].as_str().unwrap().contains("until Mon 2 Nov 2026, 09:00"), "{mail}");
    let token = token(&mail);
    let weak = json!({"token": token, "password": "short"});
    scene.company.post("/auth/password-reset/confirm").json(weak).send().await.expect_invalid("password");
    scene.set_password(&token).await.expect(204);
    scene.set_password(&token).await.expect_problem(403, "link_invalid");
    scene.company.get("/auth/me").by(&scene.maria).send().await.expect(401);
    let old = json!({"username": "maria", "password": PASSWORD});
    scene.company.post("/auth/login").json(old).send().await.expect(401);
    scene.company.sign_in_with("maria", NEW_PASSWORD).await;
}

#[tokio::test]
async fn a_link_is_sent_while_hundreds_of_messages_wait_for_the_daily_email() {
    let scene = Scene::start().await;
    scene.verify().await;
    let store = Table::of(&scene.company).store(Arc::new(Counter::default())).await;
    let (now, tomorrow): (Timestamp, Timestamp) =
        ("2026-11-02T08:00:00+03:00".parse().unwrap(), "2026-11-03T08:00:00+03:00".parse().unwrap());
    let waiting: Vec<OutgoingMessage> = (0..250)
        .map(|number| {
            let number = format!("01JBN2V7Q4W0M3T9K5ZX{number:06}").parse().unwrap();
            OutgoingMessage::of_notification(scene.maria.id.parse().unwrap(), Channel::Email, number, tomorrow, now)
        })
        .collect();
    for messages in waiting.chunks(50) {
        store.queue_messages(messages, stamp(1, now)).await.unwrap();
    }
    scene.reset("maria@harbour.example").await.expect(202);
    let [mail] = scene.sent().await.try_into().unwrap();
    assert_eq!(mail["subject"], "Set a new password");

    scene.company.set_clock("2026-11-03T08:00:00+03:00").await;
    assert_eq!(scene.send().await["dropped"], 250, "their notifications don't exist");
}

#[tokio::test]
async fn a_network_asks_for_ten_links_a_day() {
    let scene = Scene::start().await;
    for number in 0..10 {
        scene.reset(&format!("nobody{number}")).await.expect(202);
    }
    scene.reset("maria").await.expect_problem(429, "too_many_emails");
}

#[tokio::test]
async fn an_invited_person_sets_a_password_and_has_a_confirmed_address() {
    let scene = Scene::start().await;
    let admin = scene.company.sign_in("ada").await;
    let post = |body: Value| scene.company.post("/users").by(&admin).json(body).send();
    let jo = json!({"username": "joe", "full_name": "Jo", "invite": true});
    post(jo.clone()).await.expect_invalid("email");
    let with = |more: Value| {
        let mut body = jo.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let email = "jo@harbour.example";
    post(with(json!({"email": email, "password": PASSWORD}))).await.expect_invalid("password");
    let created = post(with(json!({"email": email}))).await.expect(201);
    assert!(created.body.get("temporary_password").is_none(), "{}", created.text);
    let [first] = scene.sent().await.try_into().unwrap();
    assert_eq!(first["subject"], "Your account at Harbour & Söhne");

    let again = format!("/users/{}/invitation", created.str("id"));
    scene.company.post(&again).by(&admin).json(json!({})).send().await.expect(202);
    let [second] = scene.sent().await.try_into().unwrap();
    scene.set_password(&token(&first)).await.expect_problem(403, "link_invalid");
    scene.set_password(&token(&second)).await.expect(204);
    let jo = scene.company.sign_in_with("joe", NEW_PASSWORD).await;
    let me = scene.company.get("/auth/me").by(&jo).send().await.expect(200);
    assert!(me.body["email_verified_at"].is_string(), "{}", me.text);
    scene.company.post(&again).by(&admin).json(json!({})).send().await.expect_problem(409, "invitation_used");
}

#[tokio::test]
async fn an_open_registration_activates_with_the_address() {
    let scene = Scene::start().await;
    scene.company.settings(json!({"registration": "open"})).await;
    let sam = json!({"username": "sam", "full_name": "Sam", "email": "sam@harbour.example", "password": PASSWORD});
    scene.company.post("/auth/register").json(sam).send().await.expect(201);
    let credentials = json!({"username": "sam", "password": PASSWORD});
    scene.company.post("/auth/login").json(credentials).send().await.expect_problem(403, "account_pending");
    let [mail] = scene.sent().await.try_into().unwrap();
    scene.confirm(&token(&mail)).await.expect(204);
    let sam = scene.company.sign_in("sam").await;
    let me = scene.company.get("/auth/me").by(&sam).send().await.expect(200);
    assert_eq!((me.str("status"), me.str("hired_on")), ("active", "2026-11-02"));
}
