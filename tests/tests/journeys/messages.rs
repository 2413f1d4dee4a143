//! Messages outside of the inbox: e-mails in the local mailbox, push messages and chats at receivers that run in the test.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU16, AtomicUsize, Ordering},
};

use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person, company::PASSWORD};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const NEW_PASSWORD: &str = "seven boats in the harbour";

/// A company with a manager and an employee, who has an address.
struct Scene {
    company: Company,
    department: String,
    hana: Person,
    maria: Person,
}

impl Scene {
    async fn start() -> Self {
        let company = Company::start().await;
        company.settings(json!({"late_deduction": {"mode": "off"}, "company_name": "Harbour & Söhne"})).await;
        let department = company.department("Harbour").await;
        let office = json!({"role": "manager", "manages": [department], "department_id": department});
        let hana = company.person("hana", office).await;
        let maria =
            company.person("maria", json!({"department_id": department, "email": "maria@harbour.example"})).await;
        company.settle().await;
        Self { company, department, hana, maria }
    }

    /// Sends the messages that are due, and returns the outcome.
    async fn send(&self) -> Value {
        self.company.settle().await;
        let outcome = self.company.post("/_local/schedules/messages").send().await.expect(200).body;
        self.company.settle().await;
        outcome
    }

    /// Returns the e-mails of the mailbox, newest first.
    async fn mails(&self) -> Vec<Value> {
        self.company.get("/_local/mail").send().await.expect(200).items().clone()
    }

    /// Sends the messages that are due, returns the e-mails, and empties the mailbox.
    async fn sent(&self) -> Vec<Value> {
        self.send().await;
        let mails = self.mails().await;
        self.company.delete("/_local/mail").send().await.expect(204);
        mails
    }

    /// Confirms Maria's address with the link of the e-mail.
    async fn verify(&self) {
        self.company.post("/auth/email-verification").by(&self.maria).json(json!({})).send().await.expect(202);
        let [mail] = self.sent().await.try_into().unwrap();
        self.confirm(&token(&mail)).await.expect(204);
    }

    async fn confirm(&self, token: &str) -> rollcall_tests::Reply {
        self.company.post("/auth/email-verification/confirm").json(json!({"token": token})).send().await
    }

    /// Chooses the kinds that go to channels.
    async fn choose(&self, more: Value) {
        let mut body = json!({"muted": []});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.company.put("/notifications/preferences").by(&self.maria).json(body).send().await.expect(200);
    }

    async fn preferences(&self) -> Value {
        self.company.get("/notifications/preferences").by(&self.maria).send().await.expect(200).body
    }

    /// Requests leave as Maria and approves it as Hana, on a date.
    async fn leave(&mut self, date: &str) {
        (self.hana, self.maria) = (self.company.sign_in("hana").await, self.company.sign_in("maria").await);
        let leave = json!({"type": "unpaid", "start_date": date, "end_date": date});
        let request = self.company.post("/leave/requests").by(&self.maria).json(leave).send().await.expect(201);
        let decision = format!("/leave/requests/{}/decision", request.str("id"));
        let approved = json!({"status": "approved"});
        self.company.post(&decision).by(&self.hana).json(approved).send().await.expect(200);
        self.company.settle().await;
    }

    async fn reset(&self, username: &str) -> rollcall_tests::Reply {
        self.company.post("/auth/password-reset").json(json!({"username": username})).send().await
    }

    async fn set_password(&self, token: &str) -> rollcall_tests::Reply {
        let body = json!({"token": token, "password": NEW_PASSWORD});
        self.company.post("/auth/password-reset/confirm").json(body).send().await
    }
}

/// Returns the token of an e-mail's link.
fn token(mail: &Value) -> String {
    let links = mail["links"].as_array().unwrap();
    let link = links.iter().find_map(|link| link.as_str()?.split_once("/app/link#")).unwrap();
    link.1.to_owned()
}

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
async fn a_chosen_kind_goes_by_email_once_and_in_the_readers_language() {
    let mut scene = Scene::start().await;
    scene.verify().await;
    scene.choose(json!({"channels": {"email": ["leave_decided"], "push": []}})).await;
    scene.leave("2026-11-09").await;
    let [mail] = scene.sent().await.try_into().unwrap();
    assert_eq!(mail["subject"], "Your leave was approved");
    assert!(mail["text"].as_str().unwrap().contains("Your leave on Mon 9 Nov 2026 was approved."), "{mail}");
    assert_eq!(mail["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    assert_eq!(mail["headers"]["Auto-Submitted"], "auto-generated");
    assert_eq!(scene.sent().await, Vec::<Value>::new(), "a second run sends nothing");

    scene.company.patch("/users/me").by(&scene.maria).json(json!({"language": "de"})).send().await.expect(200);
    scene.leave("2026-11-10").await;
    let [mail] = scene.sent().await.try_into().unwrap();
    assert!(mail["text"].as_str().unwrap().starts_with("Hallo maria of the test,"), "{mail}");
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
    for _ in 0..2 {
        scene.company.post(path).raw(form, "List-Unsubscribe=One-Click").send().await.expect(200);
    }
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

/// The head in lower case and the body of a request.
type Received = (String, Vec<u8>);

/// A server that keeps the requests that it gets.
#[derive(Clone)]
struct Receiver {
    url: String,
    status: Arc<AtomicU16>,
    requests: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/receive", listener.local_addr().unwrap());
        let receiver = Self { url, status: Arc::new(AtomicU16::new(201)), requests: Arc::default() };
        let answering = receiver.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (mut bytes, mut part) = (Vec::new(), [0; 8192]);
                let (head, body) = loop {
                    let read = stream.read(&mut part).await.unwrap();
                    bytes.extend_from_slice(&part[..read]);
                    if let Some(whole) = whole(&bytes) {
                        break whole;
                    }
                    assert!(read > 0, "the request ends early");
                };
                answering.requests.lock().unwrap().push((head, body));
                let status = answering.status.load(Ordering::Relaxed);
                let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        receiver
    }

    fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

/// Returns the head in lower case and the body of a request that has arrived as a whole.
fn whole(bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    let length: usize = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().unwrap();
    let body = bytes[end + 4..].to_vec();
    (body.len() == length).then_some((head, body))
}

/// The keys of the browser in RFC 8291.
fn subscription(endpoint: &str) -> Value {
    let keys = json!({
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    });
    json!({"endpoint": endpoint, "keys": keys})
}

#[tokio::test]
async fn a_browser_gets_encrypted_push_messages_until_its_subscription_ends() {
    let mut scene = Scene::start().await;
    let push = Receiver::start().await;
    scene.choose(json!({"channels": {"push": ["leave_decided"]}})).await;
    let subscriptions = "/notifications/push-subscriptions";
    let post = |body: Value| scene.company.post(subscriptions).by(&scene.maria).json(body).send();
    post(subscription("ftp://push.example/")).await.expect_invalid("endpoint");
    let mut wrong = subscription(&push.url);
    wrong["keys"]["auth"] = json!("short");
    post(wrong).await.expect_invalid("keys.auth");
    post(subscription(&push.url)).await.expect(201);
    post(subscription(&push.url)).await.expect(201);
    let list = scene.company.get(subscriptions).by(&scene.maria).send().await.expect(200);
    assert_eq!((list.items().len(), &list.items()[0]["is_current"]), (1, &json!(true)), "{}", list.text);

    // The sign-in that subscribed lasts; `leave` begins others.
    scene.leave("2026-11-09").await;
    assert_eq!(scene.send().await["sent"], 1);
    let [(head, body)] = push.take().try_into().unwrap();
    for line in ["content-encoding: aes128gcm", "authorization: vapid t=", "ttl: 86400", "urgency: normal", "topic: 01"]
    {
        assert!(head.contains(line), "{line} isn't in {head}");
    }
    assert!(!String::from_utf8_lossy(&body).contains("leave"), "the content is encrypted");

    for status in [503, 410] {
        push.status.store(status, Ordering::Relaxed);
        scene.leave(if status == 503 { "2026-11-10" } else { "2026-11-11" }).await;
        let outcome = scene.send().await;
        let expected = if status == 503 { "put_off" } else { "dropped" };
        assert_eq!(outcome[expected], 1, "{status}: {outcome}");
    }
    let list = scene.company.get(subscriptions).by(&scene.maria).send().await.expect(200);
    assert!(list.items().is_empty(), "{}", list.text);
}

#[tokio::test]
async fn push_messages_end_with_their_session() {
    let mut scene = Scene::start().await;
    let push = Receiver::start().await;
    scene.choose(json!({"channels": {"push": ["leave_decided"]}})).await;
    let subscriptions = "/notifications/push-subscriptions";
    let body = subscription(&push.url);
    scene.company.post(subscriptions).by(&scene.maria).json(body).send().await.expect(201);
    scene
        .company
        .post("/auth/logout")
        .json(json!({"refresh_token": scene.maria.refresh_token}))
        .send()
        .await
        .expect(204);
    scene.leave("2026-11-09").await;
    scene.send().await;
    assert!(push.take().is_empty());
}

#[tokio::test]
async fn news_of_a_department_go_to_its_chat_once() {
    let mut scene = Scene::start().await;
    let chat = Receiver::start().await;
    let admin = scene.company.sign_in("ada").await;
    let path = format!("/departments/{}/chat", scene.department);
    let body = |url: &str| json!({"service": "slack", "url": url, "kinds": ["late", "leave_approved"]});
    let put = |url: &str| scene.company.put(&path).by(&admin).json(body(url)).send();
    put("http://169.254.169.254/").await.expect_invalid("url");
    let set = put(&chat.url).await.expect(200);
    assert!(!set.text.contains("/receive"), "the address is never shown: {}", set.text);

    scene.leave("2026-11-09").await;
    scene.company.set_clock("2026-11-02T09:20:00+03:00").await;
    scene.maria = scene.company.sign_in("maria").await;
    scene.company.post("/clock/in").by(&scene.maria).json(json!({})).send().await.expect(201);
    assert_eq!(scene.send().await["sent"], 2);
    assert_eq!(scene.send().await["sent"], 0);
    let texts: Vec<String> = chat
        .take()
        .iter()
        .map(|(_, body)| serde_json::from_slice::<Value>(body).unwrap()["text"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts.contains(&"maria of the test is on leave on Mon 9 Nov 2026.".to_owned()), "{texts:?}");

    // A chat that its service doesn't know any more stops.
    chat.status.store(404, Ordering::Relaxed);
    scene.leave("2026-11-10").await;
    assert_eq!(scene.send().await["dropped"], 1);
    let admin = scene.company.sign_in("ada").await;
    let stopped = scene.company.get(&path).by(&admin).send().await.expect(200);
    assert!(stopped.body["stopped_at"].is_string(), "{}", stopped.text);
    scene.company.delete(&path).by(&admin).send().await.expect(204);
    scene.company.get(&path).by(&admin).send().await.expect(404);
}
