//! Notifications as e-mails in the local mailbox.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use local::{AwsCall, Fault};
use serde_json::{Value, json};

use super::Scene;

#[tokio::test]
async fn a_chosen_kind_goes_by_email_once_and_in_the_readers_language() {
    let mut scene = Scene::start().await;
    scene.verify().await;
    scene.choose(json!({"channels": {"email": ["leave_decided"], "push": []}})).await;
    scene.leave("2026-11-09").await;
    let [mail] = scene.sent().await.try_into().unwrap();
    assert_eq!(mail["subject"], "Your leave was approved");
    let begin = "Hello maria of the test,\n\nYour leave was approved\n\nYour leave on Mon 9 Nov 2026 was approved.\n\n";
    assert!(mail["text"].as_str().unwrap().starts_with(begin), "{mail}");
    assert_eq!(mail["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    assert_eq!(mail["headers"]["Auto-Submitted"], "auto-generated");
    assert_eq!(scene.sent().await, Vec::<Value>::new(), "a second run sends nothing");

    scene.company.patch("/users/me").by(&scene.maria).json(json!({"language": "de"})).send().await.expect(200);
    scene.leave("2026-11-10").await;
    let [mail] = scene.sent().await.try_into().unwrap();
    assert!(mail["text"].as_str().unwrap().starts_with("Guten Tag maria of the test,"), "{mail}");
}

#[tokio::test]
async fn nothing_is_sent_to_an_address_that_is_not_confirmed() {
    let mut scene = Scene::start().await;
    scene.choose(json!({"channels": {"email": ["leave_decided"]}})).await;
    scene.leave("2026-11-09").await;
    assert_eq!(scene.sent().await, Vec::<Value>::new());
}

#[tokio::test]
async fn daily_emails_come_together_at_eight_without_what_was_read() {
    let mut scene = Scene::start().await;
    scene.verify().await;
    scene.choose(json!({"channels": {"email": ["leave_decided"]}, "email_delivery": "daily"})).await;
    for date in ["2026-11-09", "2026-11-10", "2026-11-11"] {
        scene.leave(date).await;
    }
    assert_eq!(scene.sent().await, Vec::<Value>::new());
    let inbox = scene.company.get("/notifications").by(&scene.maria).send().await.expect(200);
    let newest = inbox.items()[0]["id"].as_str().unwrap().to_owned();
    let read = format!("/notifications/{newest}/read");
    scene.company.post(&read).by(&scene.maria).json(json!({})).send().await.expect(200);

    scene.company.set_clock("2026-11-03T07:59:59+03:00").await;
    assert_eq!(scene.sent().await, Vec::<Value>::new());
    scene.company.set_clock("2026-11-03T08:00:00+03:00").await;
    let [mail] = scene.sent().await.try_into().unwrap();
    assert_eq!(mail["subject"], "2 notifications");
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("Mon 9 Nov") && text.contains("Tue 10 Nov") && !text.contains("Wed 11 Nov"), "{text}");
}

#[tokio::test]
async fn one_click_stops_emails_and_a_get_never_does() {
    let mut scene = Scene::start().await;
    scene.verify().await;
    scene.choose(json!({"channels": {"email": ["leave_decided"]}})).await;
    scene.leave("2026-11-09").await;
    let [mail] = scene.sent().await.try_into().unwrap();
    let header = mail["headers"]["List-Unsubscribe"].as_str().unwrap();
    let url = header.strip_prefix('<').unwrap().strip_suffix('>').unwrap();
    assert!(mail["links"].as_array().unwrap().contains(&json!(url)), "the text has the link too");
    let path = url.strip_prefix(&scene.company.stack.url()).unwrap();

    let page = scene.company.get(path).send().await.expect(200);
    assert!(page.text.contains("<form method=\"post\">") && !page.text.contains("<script"), "{}", page.text);
    assert_eq!(scene.preferences().await["email_stopped"], Value::Null);

    let form = "application/x-www-form-urlencoded";
    scene.company.post(path).raw(form, "List-Unsubscribe=No").send().await.expect(404);
    let wrong = format!("{path}x");
    scene.company.post(&wrong).raw(form, "List-Unsubscribe=One-Click").send().await.expect(404);
    let part = "Content-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click";
    let multipart = format!("--b\r\n{part}\r\n--b--\r\n");
    scene.company.post(path).raw("multipart/form-data; boundary=b", multipart).send().await.expect(200);
    assert_eq!(scene.preferences().await["email_stopped"], "unsubscribed");
    scene.company.post(path).raw(form, "List-Unsubscribe=One-Click").send().await.expect(200);
    let preferences = scene.preferences().await;
    assert_eq!(preferences["email_stopped"], "unsubscribed");
    assert_eq!(preferences["channels"]["email"], json!([]));
    scene.leave("2026-11-10").await;
    assert_eq!(scene.sent().await, Vec::<Value>::new());

    scene.choose(json!({"channels": {"email": ["leave_decided"]}})).await;
    assert_eq!(scene.preferences().await["email_stopped"], Value::Null);
}

#[tokio::test]
async fn a_bounce_and_a_complaint_stop_emails() {
    for (report, reason, state) in [("bounce", "bounced", "unverified"), ("complaint", "complained", "on")] {
        let mut scene = Scene::start().await;
        scene.verify().await;
        scene.choose(json!({"channels": {"email": ["leave_decided"]}})).await;
        scene.leave("2026-11-09").await;
        scene.send().await;
        let id = scene.mails().await[0]["id"].as_str().unwrap().to_owned();
        for _ in 0..2 {
            scene.company.post(&format!("/_local/mail/{id}/{report}")).send().await.expect(204);
            scene.company.settle().await;
        }
        let preferences = scene.preferences().await;
        assert_eq!(
            (preferences["email_stopped"].as_str(), preferences["email_state"].as_str()),
            (Some(reason), Some(state))
        );
        scene.company.delete("/_local/mail").send().await.expect(204);
        scene.leave("2026-11-10").await;
        assert_eq!(scene.sent().await, Vec::<Value>::new(), "{report}");
    }
}

#[tokio::test]
async fn a_repeated_stream_and_a_failed_service_send_each_email_once() {
    let mut scene = Scene::start().await;
    scene.verify().await;
    scene.choose(json!({"channels": {"email": ["leave_decided"]}})).await;
    // `notify` stops after each of its first two transactions and gets the records again.
    let died = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&died);
    scene.company.stack.faults().plan(move |call: AwsCall<'_>| {
        let is_it = (call.by, call.operation) == ("notify", "TransactWriteItems");
        (is_it && counted.fetch_add(1, Ordering::Relaxed) < 2).then_some(Fault::DiesAfter)
    });
    scene.leave("2026-11-09").await;
    assert!(died.load(Ordering::Relaxed) > 2);
    // SES refuses the first attempt.
    let refused = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&refused);
    scene.company.stack.faults().plan(move |call: AwsCall<'_>| {
        (call.service == "sesv2" && counted.fetch_add(1, Ordering::Relaxed) == 0).then_some(Fault::Refused)
    });
    assert_eq!(scene.send().await["put_off"], 1);
    assert_eq!(scene.send().await["sent"], 0, "the next attempt is a minute later");
    scene.company.set_clock("2026-11-02T08:01:00+03:00").await;
    assert_eq!(scene.send().await["sent"], 1);
    assert_eq!(scene.send().await["sent"], 0);
    assert_eq!(scene.mails().await.len(), 1);
}

#[tokio::test]
async fn who_is_still_clocked_in_after_the_shift_is_reminded() {
    let mut scene = Scene::start().await;
    scene.verify().await;
    scene.choose(json!({"channels": {"email": ["clock_out_reminder"]}, "email_delivery": "daily"})).await;
    scene.company.set_clock("2026-11-02T09:00:00+03:00").await;
    scene.maria = scene.company.sign_in("maria").await;
    scene.company.post("/clock/in").by(&scene.maria).json(json!({})).send().await.expect(201);
    scene.company.set_clock("2026-11-02T18:14:59+03:00").await;
    assert_eq!(scene.sent().await, Vec::<Value>::new());
    scene.company.set_clock("2026-11-02T18:15:00+03:00").await;
    let [mail] = scene.sent().await.try_into().unwrap();
    assert_eq!(mail["subject"], "Are you still at work?");
    assert!(mail["text"].as_str().unwrap().contains("ended at 18:00"), "{mail}");
    scene.maria = scene.company.sign_in("maria").await;
    scene.company.post("/clock/out").by(&scene.maria).json(json!({})).send().await.expect(200);

    scene.company.set_clock("2026-11-03T09:00:00+03:00").await;
    scene.maria = scene.company.sign_in("maria").await;
    scene.company.post("/clock/in").by(&scene.maria).json(json!({})).send().await.expect(201);
    scene.company.set_clock("2026-11-03T18:00:00+03:00").await;
    scene.maria = scene.company.sign_in("maria").await;
    scene.company.post("/clock/out").by(&scene.maria).json(json!({})).send().await.expect(200);
    scene.company.set_clock("2026-11-03T18:20:00+03:00").await;
    assert_eq!(scene.sent().await, Vec::<Value>::new(), "who has clocked out isn't reminded");
}
