//! Webhooks, with receivers that run in the test.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering},
    },
};

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A request that a receiver got.
#[derive(Debug, Clone)]
struct Request {
    id: String,
    timestamp: i64,
    signatures: Vec<String>,
    body: Value,
    text: String,
}

impl Request {
    /// Returns whether one of the signatures was made with the secret.
    fn is_signed_with(&self, secret: &str) -> bool {
        let secret = BASE64.decode(secret.strip_prefix("whsec_").unwrap().as_bytes()).unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let content = format!("{}.{}.{}", self.id, self.timestamp, self.text);
        self.signatures.iter().any(|signature| {
            let signature = BASE64.decode(signature.strip_prefix("v1,").unwrap().as_bytes()).unwrap();
            hmac::verify(&key, content.as_bytes(), &signature).is_ok()
        })
    }
}

/// The status with which a receiver that is down closes connections.
const DOWN: u16 = 0;

/// A receiver of webhooks.
#[derive(Clone)]
struct Receiver {
    url: String,
    status: Arc<AtomicU16>,
    /// The description of departments whose events are refused with 422.
    refuses: Arc<Mutex<Option<String>>>,
    received: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/rollcall?tenant=7", listener.local_addr().unwrap());
        let receiver =
            Self { url, status: Arc::new(AtomicU16::new(204)), refuses: Arc::default(), received: Arc::default() };
        let answering = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answering.clone().answer(stream));
            }
        });
        receiver
    }

    fn answer_with(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    async fn answer(self, mut stream: TcpStream) {
        let mut status = self.status.load(Ordering::Relaxed);
        if status == DOWN {
            return;
        }
        let mut bytes = Vec::new();
        let request = loop {
            let mut part = [0; 4096];
            let read = stream.read(&mut part).await.unwrap_or_default();
            bytes.extend_from_slice(&part[..read]);
            if let Some(request) = read_request(&bytes) {
                break request;
            }
            assert!(read > 0, "the request ends early");
        };
        let is_refused =
            self.refuses.lock().unwrap().as_ref().is_some_and(|subject| request.body["data"]["subject"] == **subject);
        if is_refused {
            status = 422;
        }
        if (200..300).contains(&status) {
            self.received.lock().unwrap().push(request);
        }
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    /// Takes the requests that were accepted so far.
    fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.received.lock().unwrap())
    }

    /// Takes the kinds of the requests that were accepted so far.
    fn take_kinds(&self) -> Vec<String> {
        self.take().iter().map(|request| request.body["type"].as_str().unwrap().to_owned()).collect()
    }
}

/// Reads a request, if it is complete.
fn read_request(bytes: &[u8]) -> Option<Request> {
    let text = std::str::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /rollcall?tenant=7 HTTP/1.1"));
    let headers: Vec<(String, &str)> =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value)).collect();
    let header = |name: &str| headers.iter().find(|(of, _)| of == name).map(|(_, value)| *value);
    if body.len() < header("content-length")?.parse().unwrap() {
        return None;
    }
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("user-agent"), Some("Rollcall"));
    Some(Request {
        id: header("webhook-id").unwrap().to_owned(),
        timestamp: header("webhook-timestamp").unwrap().parse().unwrap(),
        signatures: header("webhook-signature").unwrap().split(' ').map(str::to_owned).collect(),
        body: serde_json::from_str(body).unwrap(),
        text: body.to_owned(),
    })
}

/// Creates a webhook for kinds of facts, and returns its id and its secret.
async fn create(company: &Company, url: &str, kinds: &[&str]) -> (String, String) {
    let admin = company.sign_in("ada").await;
    let body = json!({"url": url, "kinds": kinds, "description": "Payroll"});
    let made = company.post("/webhooks").by(&admin).json(body).send().await.expect(201);
    (made.str("id").to_owned(), made.str("secret").to_owned())
}

/// Creates a webhook for changes of departments, and returns its id.
async fn of_departments(company: &Company, url: &str) -> String {
    create(company, url, &["department_created", "department_changed"]).await.0
}

/// Moves the clock and runs the schedule.
async fn retry_at(company: &Company, now: &str) {
    company.set_clock(now).await;
    company.post("/_local/schedules/webhooks").send().await.expect(200);
    company.settle().await;
}

async fn rename(company: &Company, department: &str, name: &str) {
    let admin = company.sign_in("ada").await;
    let call = company.patch(&format!("/departments/{department}")).by(&admin).json(json!({"name": name}));
    call.send().await.expect(200);
    company.settle().await;
}

async fn webhook(company: &Company, id: &str) -> Reply {
    let admin = company.sign_in("ada").await;
    company.get(&format!("/webhooks/{id}")).by(&admin).send().await.expect(200)
}

async fn deliveries(company: &Company, id: &str) -> Vec<Value> {
    let admin = company.sign_in("ada").await;
    company.get(&format!("/webhooks/{id}/deliveries")).by(&admin).send().await.expect(200).items().clone()
}

#[tokio::test]
async fn a_receiver_gets_signed_events_of_its_kinds() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let (id, secret) = create(&company, &receiver.url, &["department_created"]).await;
    let harbour = company.department("Harbour").await;
    rename(&company, &harbour, "Port").await;
    let requests = receiver.take();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(request.is_signed_with(&secret));
    assert!(!request.is_signed_with("whsec_AAAA"));
    assert_eq!(request.timestamp, "2026-11-02T08:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second());
    let data = &request.body["data"];
    assert_eq!(request.body["type"], "department_created");
    assert_eq!(request.body["timestamp"], data["at"]);
    assert_eq!((&data["id"], &data["subject"]), (&json!(request.id), &json!(format!("department:{harbour}"))));
    assert_eq!(data["facts"], json!([{"kind": "department_created"}]));

    let listed = deliveries(&company, &id).await;
    let [delivery] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!((&delivery["id"], &delivery["status"]), (&json!(request.id), &json!("delivered")));
    assert_eq!((&delivery["attempts"], &delivery["due_at"]), (&json!(1), &Value::Null));
    assert_eq!((&delivery["last_attempt"]["status"], &delivery["last_attempt"]["error"]), (&json!(204), &Value::Null));
    assert_eq!(webhook(&company, &id).await.body["failing_since"], Value::Null);
}

#[tokio::test]
async fn a_receiver_that_was_down_for_an_hour_gets_everything_in_order() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let harbour = company.department("Harbour").await;
    company.settle().await;
    let id = of_departments(&company, &receiver.url).await;
    receiver.answer_with(DOWN);
    // Ids of events of one millisecond have no order.
    for (second, name) in ["First", "Second", "Third"].iter().enumerate() {
        company.set_clock(&format!("2026-11-02T08:00:0{second}Z")).await;
        rename(&company, &harbour, name).await;
    }
    for minute in [1, 3, 10, 30] {
        retry_at(&company, &format!("2026-11-02T08:{minute:02}:00Z")).await;
    }
    assert!(receiver.take().is_empty());
    let pending = deliveries(&company, &id).await;
    assert!(pending.iter().all(|delivery| delivery["status"] == "pending"), "{pending:?}");
    let errors: Vec<&Value> = pending.iter().map(|delivery| &delivery["last_attempt"]["error"]).collect();
    assert_eq!(errors, [&Value::Null, &Value::Null, &json!("broken")], "only the oldest one is tried");
    let failing = webhook(&company, &id).await;
    assert_eq!((failing.str("failing_since"), &failing.body["active"]), ("2026-11-02T08:00:00+00:00", &json!(true)));

    receiver.answer_with(200);
    retry_at(&company, "2026-11-02T09:30:00Z").await;
    let requests = receiver.take();
    let ids: Vec<&str> = requests.iter().map(|request| request.id.as_str()).collect();
    let mut expected: Vec<&str> = pending.iter().filter_map(|delivery| delivery["id"].as_str()).collect();
    expected.reverse();
    assert_eq!(ids, expected, "oldest first");
    assert!(requests.iter().all(|request| request.body["type"] == "department_changed"));
    assert_eq!(webhook(&company, &id).await.body["failing_since"], Value::Null);
    retry_at(&company, "2026-11-02T10:30:00Z").await;
    assert!(receiver.take().is_empty(), "nothing is sent twice");
}

#[tokio::test]
async fn an_invocation_that_dies_after_the_answer_delivers_again_with_the_same_id() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    company.settle().await;
    let (answered, has_died) = (Arc::clone(&receiver.received), AtomicBool::new(false));
    company.stack.faults().plan(move |aws: AwsCall<'_>| {
        let has_answered = aws.by == "webhooks" && !answered.lock().unwrap().is_empty();
        (has_answered && !has_died.swap(true, Ordering::Relaxed)).then_some(Fault::DiesBefore)
    });
    company.department("Harbour").await;
    company.settle().await;
    company.stack.faults().clear();
    let first = receiver.take();
    let [accepted] = first.as_slice() else { panic!("{first:?}") };
    let pending = &deliveries(&company, &id).await[0];
    assert_eq!((&pending["status"], &pending["attempts"]), (&json!("pending"), &json!(0)), "the attempt is forgotten");

    // The claim of the dead invocation ends with its time.
    retry_at(&company, "2026-11-02T08:03:00Z").await;
    let again = receiver.take();
    let [repeated] = again.as_slice() else { panic!("{again:?}") };
    assert_eq!((&repeated.id, &repeated.text), (&accepted.id, &accepted.text));
    assert_eq!(deliveries(&company, &id).await[0]["status"], "delivered");
    retry_at(&company, "2026-11-02T09:03:00Z").await;
    assert!(receiver.take().is_empty(), "a third time isn't needed");
}

#[tokio::test]
async fn nothing_is_lost_when_an_invocation_dies_at_any_of_its_calls() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    company.settle().await;
    for call in 0..8 {
        company.set_clock(&format!("2026-11-02T{:02}:00:00Z", 9 + call)).await;
        let made = AtomicUsize::new(0);
        company.stack.faults().plan(move |aws: AwsCall<'_>| {
            let is_it = aws.by == "webhooks" && made.fetch_add(1, Ordering::Relaxed) == call;
            is_it.then_some(if call % 2 == 0 { Fault::DiesBefore } else { Fault::DiesAfter })
        });
        company.department(&format!("Department {call}")).await;
        company.settle().await;
        company.stack.faults().clear();
        retry_at(&company, &format!("2026-11-02T{:02}:10:00Z", 9 + call)).await;
        let requests = receiver.take();
        let newest = &deliveries(&company, &id).await[0];
        assert_eq!(newest["status"], "delivered", "after a death at call {call}");
        assert!((1..=2).contains(&requests.len()), "after a death at call {call}: {requests:?}");
        assert!(requests.iter().all(|request| newest["id"] == request.id), "after a death at call {call}");
    }
}

#[tokio::test]
async fn a_failing_receiver_delays_no_other_one() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let (failing, healthy) = (Receiver::start().await, Receiver::start().await);
    failing.answer_with(503);
    of_departments(&company, &failing.url).await;
    of_departments(&company, &healthy.url).await;
    for name in ["Harbour", "Office", "Yard"] {
        company.department(name).await;
        company.settle().await;
    }
    assert_eq!(healthy.take_kinds(), ["department_created"; 3]);
    assert!(failing.take().is_empty());
}

#[tokio::test]
async fn an_event_that_a_receiver_refuses_delays_no_newer_event() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let harbour = company.department("Harbour").await;
    company.settle().await;
    let id = of_departments(&company, &receiver.url).await;
    *receiver.refuses.lock().unwrap() = Some(format!("department:{harbour}"));
    rename(&company, &harbour, "Port").await;
    // Ids of events of one millisecond have no order, and the list is in their order.
    company.set_clock("2026-11-02T08:00:01Z").await;
    company.department("Office").await;
    company.settle().await;
    assert_eq!(receiver.take_kinds(), ["department_created"]);
    let refused = deliveries(&company, &id).await.pop().unwrap();
    assert_eq!((&refused["status"], &refused["last_attempt"]["status"]), (&json!("pending"), &json!(422)));
    *receiver.refuses.lock().unwrap() = None;
    retry_at(&company, "2026-11-02T08:01:00Z").await;
    assert_eq!(receiver.take_kinds(), ["department_changed"]);
}

#[tokio::test]
async fn a_delivery_fails_after_three_days() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    receiver.answer_with(500);
    company.department("Harbour").await;
    company.settle().await;
    retry_at(&company, "2026-11-05T07:00:00Z").await;
    assert_eq!(deliveries(&company, &id).await[0]["status"], "pending");
    retry_at(&company, "2026-11-05T09:00:00Z").await;
    let failed = &deliveries(&company, &id).await[0];
    assert_eq!(
        (&failed["status"], &failed["attempts"], &failed["due_at"]),
        (&json!("failed"), &json!(3), &Value::Null)
    );
}

#[tokio::test]
async fn five_days_of_failures_pause_a_webhook_and_tell_the_admins() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    receiver.answer_with(500);
    for (number, at) in ["2026-11-02T08:00:00Z", "2026-11-05T08:00:00Z", "2026-11-07T07:59:00Z"].iter().enumerate() {
        company.set_clock(at).await;
        company.department(&format!("Department {number}")).await;
        company.settle().await;
        assert_eq!(webhook(&company, &id).await.body["active"], true, "{at}");
    }
    retry_at(&company, "2026-11-07T08:10:00Z").await;
    let paused = webhook(&company, &id).await;
    let pause = json!({"at": "2026-11-07T08:10:00+00:00", "reason": "failing"});
    assert_eq!((&paused.body["active"], &paused.body["paused"]), (&json!(false), &pause));
    let admin = company.sign_in("ada").await;
    let inbox = company.get("/notifications").by(&admin).send().await.expect(200);
    let told = inbox.items().iter().find(|item| item["kind"] == "webhook_paused").unwrap();
    assert_eq!(told["title"], "The webhook Payroll was paused");
    assert_eq!(told["data"]["webhook_id"], id);
    let audit = company.get(&format!("/audit?subject=webhook:{id}")).by(&admin).send().await.expect(200);
    assert_eq!(
        (&audit.items()[0]["action"], &audit.items()[0]["actor"]),
        (&json!("webhook_paused"), &json!({"kind": "system"}))
    );
    assert!(!audit.text.contains("sealed"), "{}", audit.text);

    // Nothing is sent while the webhook is paused; what is still pending follows afterwards.
    receiver.answer_with(200);
    company.department("Unheard").await;
    retry_at(&company, "2026-11-07T09:00:00Z").await;
    assert!(receiver.take().is_empty());
    let admin = company.sign_in("ada").await;
    let activated =
        company.patch(&format!("/webhooks/{id}")).by(&admin).json(json!({"active": true})).send().await.expect(200);
    assert_eq!((&activated.body["paused"], &activated.body["failing_since"]), (&Value::Null, &Value::Null));
    retry_at(&company, "2026-11-07T10:00:00Z").await;
    assert!(!receiver.take().is_empty());
}

#[tokio::test]
async fn a_receiver_that_answers_410_is_paused_at_once() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let receiver = Receiver::start().await;
    let id = of_departments(&company, &receiver.url).await;
    receiver.answer_with(410);
    company.department("Harbour").await;
    company.settle().await;
    let paused = webhook(&company, &id).await;
    assert_eq!((&paused.body["active"], &paused.body["paused"]["reason"]), (&json!(false), &json!("gone")));
}

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
async fn a_test_and_a_replay_are_sent_at_once() {
    let company = Company::start_at("2026-11-02T08:00:00Z", "UTC").await;
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    let (id, secret) = create(&company, &receiver.url, &["department_created"]).await;
    create(&company, &other.url, &[]).await;
    company.settle().await;
    other.take();
    let admin = company.sign_in("ada").await;
    company.patch(&format!("/webhooks/{id}")).by(&admin).json(json!({"active": false})).send().await.expect(200);
    let test = company.post(&format!("/webhooks/{id}/test")).by(&admin).send().await.expect(202);
    company.settle().await;
    let sent = receiver.take().remove(0);
    assert_eq!((sent.id.as_str(), &sent.body["type"]), (test.str("delivery_id"), &json!("webhook_test")));
    assert!(sent.is_signed_with(&secret));
    assert!(!other.take_kinds().contains(&"webhook_test".to_owned()), "it is for one webhook");

    company.patch(&format!("/webhooks/{id}")).by(&admin).json(json!({"active": true})).send().await.expect(200);
    company.department("Harbour").await;
    company.settle().await;
    let first = receiver.take().remove(0);
    let path = format!("/webhooks/{id}/deliveries/{}/replay", first.id);
    let replayed = company.post(&path).by(&admin).send().await.expect(202);
    assert_eq!((&replayed.body["status"], &replayed.body["attempts"]), (&json!("pending"), &json!(0)));
    company.settle().await;
    let again = receiver.take().remove(0);
    assert_eq!((&again.id, &again.text), (&first.id, &first.text));
    for unknown in ["deliveries/01JBPB7N3C5V7X9Z1B3D5F7H9K/replay", "deliveries/x/replay"] {
        company.post(&format!("/webhooks/{id}/{unknown}")).by(&admin).send().await.expect_problem(404, "not_found");
    }
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
