//! The company subscribes to a calendar of holidays, which a server in the test offers.

use std::sync::{Arc, Mutex};

use local::{AwsCall, Fault};
use rollcall_tests::{Company, Reply};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::{holidays::calendar, texts};

/// A server with one calendar.
struct Server {
    url: String,
    /// The status and the body of the next answers.
    answer: Arc<Mutex<(u16, String)>>,
}

impl Server {
    async fn start(calendar: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/holidays.ics?key=secret", listener.local_addr().unwrap());
        let answer = Arc::new(Mutex::new((200, calendar)));
        let shown = Arc::clone(&answer);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let read = stream.read(&mut request).await.unwrap_or_default();
                let request = String::from_utf8_lossy(&request[..read]).into_owned();
                assert!(request.starts_with("GET /holidays.ics?key=secret HTTP/1.1\r\n"), "{request}");
                let (status, body) = shown.lock().unwrap().clone();
                let head =
                    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(body.as_bytes()).await;
            }
        });
        Self { url, answer }
    }

    fn answer_with(&self, status: u16, calendar: String) {
        *self.answer.lock().unwrap() = (status, calendar);
    }
}

async fn subscribe(company: &Company, body: Value) -> Reply {
    let admin = company.sign_in("ada").await;
    let reply = company.put("/holidays/subscription").by(&admin).json(body).send().await;
    company.settle().await;
    reply
}

async fn subscription(company: &Company) -> Value {
    let admin = company.sign_in("ada").await;
    company.get("/holidays/subscription").by(&admin).send().await.expect(200).body
}

/// Returns the dates of the holidays of a year.
async fn dates(company: &Company, year: i16) -> Vec<String> {
    let admin = company.sign_in("ada").await;
    let list = company.get(&format!("/holidays?year={year}")).by(&admin).send().await.expect(200);
    texts(&list, "date")
}

/// Returns how often admins were notified that the calendar fails.
async fn notified(company: &Company) -> usize {
    let admin = company.sign_in("ada").await;
    let inbox = company.get("/notifications").by(&admin).send().await.expect(200);
    inbox.items().iter().filter(|note| note["kind"] == "holiday_subscription_failed").count()
}

#[tokio::test]
async fn a_subscribed_calendar_adds_and_removes_holidays_from_today_on() {
    let company = Company::start().await;
    let events =
        [("past@x", "20261029", "Republic Day"), ("a@x", "20261225", "Christmas"), ("b@x", "20270101", "New Year")];
    let server = Server::start(calendar(&events)).await;
    company
        .post("/holidays")
        .by(&company.admin)
        .json(json!({"date": "2026-12-31", "name": "Eve"}))
        .send()
        .await
        .expect(201);
    subscribe(&company, json!({"url": server.url})).await.expect(200);
    let seen = subscription(&company).await;
    assert_eq!((&seen["holidays"], &seen["failure"], &seen["region"]), (&json!(2), &Value::Null, &Value::Null));
    assert!(seen["refreshed_at"].as_str().unwrap().starts_with("2026-11-02T"));
    assert_eq!(dates(&company, 2026).await, ["2026-12-25", "2026-12-31"], "what is over isn't added");
    assert_eq!(dates(&company, 2027).await, ["2027-01-01"]);

    // A month later, one event is gone, one has moved, and one is new. What an admin added by hand stays.
    company.set_clock("2026-12-26T09:00:00+03:00").await;
    server.answer_with(200, calendar(&[("b@x", "20270102", "New Year"), ("c@x", "20280101", "New Year")]));
    company.post("/_local/schedules/housekeeping").send().await.expect(200);
    company.settle().await;
    assert_eq!(dates(&company, 2026).await, ["2026-12-25", "2026-12-31"], "the past stays");
    assert_eq!(
        (dates(&company, 2027).await, dates(&company, 2028).await),
        (vec!["2027-01-02".to_owned()], vec!["2028-01-01".to_owned()])
    );

    // The same calendar changes nothing, and an earlier run of the schedule isn't due.
    let before = subscription(&company).await;
    company.post("/_local/schedules/housekeeping").send().await.expect(200);
    company.settle().await;
    assert_eq!(subscription(&company).await, before);
    server.answer_with(200, calendar(&[("c@x", "20280101", "New Year")]));
    let admin = company.sign_in("ada").await;
    company.post("/holidays/subscription/refresh").by(&admin).json(json!({})).send().await.expect(202);
    company.settle().await;
    assert_eq!(dates(&company, 2027).await, [] as [&str; 0], "the calendar has no holiday of that year any more");

    company.delete("/holidays/subscription").by(&admin).send().await.expect(204);
    company.get("/holidays/subscription").by(&admin).send().await.expect_problem(404, "not_found");
    assert_eq!(dates(&company, 2028).await, ["2028-01-01"], "the holidays stay");
    let audit = company.get("/audit?subject=holidays").by(&admin).send().await.expect(200);
    assert!(!audit.text.contains("secret"), "the address isn't in the audit");
}

#[tokio::test]
async fn a_cancelled_event_of_a_subscribed_calendar_ends_its_holiday() {
    let company = Company::start().await;
    let events = calendar(&[("a@x", "20261225", "Christmas")]);
    let server = Server::start(events.clone()).await;
    subscribe(&company, json!({"url": server.url})).await.expect(200);
    assert_eq!(dates(&company, 2026).await, ["2026-12-25"]);
    server.answer_with(200, events.replace("SUMMARY", "STATUS:CANCELLED\r\nSUMMARY"));
    let admin = company.sign_in("ada").await;
    company.post("/holidays/subscription/refresh").by(&admin).json(json!({})).send().await.expect(202);
    company.settle().await;
    assert_eq!(dates(&company, 2026).await, [] as [&str; 0]);
    assert_eq!(subscription(&company).await["failure"], Value::Null);
}

#[tokio::test]
async fn a_failed_calendar_changes_nothing_and_notifies_admins_once_a_week() {
    let company = Company::start().await;
    let server = Server::start(calendar(&[("a@x", "20261225", "Christmas")])).await;
    subscribe(&company, json!({"url": server.url})).await.expect(200);
    let large = format!("BEGIN:VCALENDAR\r\n{}", "X-COMMENT:0123456789\r\n".repeat(40_000));
    let admin = company.sign_in("ada").await;
    for (status, body, failure) in [
        (500, String::new(), "refused"),
        (302, String::new(), "refused"),
        (200, "<html>".to_owned(), "not_a_calendar"),
        (200, large, "too_large"),
    ] {
        server.answer_with(status, body);
        company.post("/holidays/subscription/refresh").by(&admin).json(json!({})).send().await.expect(202);
        company.settle().await;
        assert_eq!(subscription(&company).await["failure"], failure, "{status}");
    }
    assert_eq!(dates(&company, 2026).await, ["2026-12-25"]);
    assert_eq!(notified(&company).await, 1, "of four failures in a row");
    for day in 3..=7 {
        company.set_clock(&format!("2026-11-0{day}T{:02}:00:00+03:00", 9 + day)).await;
        company.post("/_local/schedules/housekeeping").send().await.expect(200);
        company.settle().await;
    }
    assert_eq!(notified(&company).await, 2, "the eighth failure is a week later");
    server.answer_with(200, calendar(&[("a@x", "20261224", "Christmas")]));
    company.set_clock("2026-11-08T20:00:00+03:00").await;
    company.post("/_local/schedules/housekeeping").send().await.expect(200);
    company.settle().await;
    assert_eq!(
        (&subscription(&company).await["failure"], dates(&company, 2026).await),
        (&Value::Null, vec!["2026-12-24".to_owned()])
    );
}

#[tokio::test]
async fn a_refresh_killed_at_any_call_is_completed() {
    let company = Company::start().await;
    let server = Server::start(calendar(&[("a@x", "20261224", "Eve")])).await;
    subscribe(&company, json!({"url": server.url})).await.expect(200);
    for call in 0..6 {
        let day = 10 + call;
        server.answer_with(
            200,
            calendar(&[("a@x", &format!("202612{day}"), "Eve"), ("b@x", &format!("202712{day}"), "Eve")]),
        );
        let made = std::sync::atomic::AtomicUsize::new(0);
        company.stack.faults().plan(move |aws: AwsCall<'_>| {
            let is_it = aws.by == "jobs" && made.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == call;
            is_it.then_some(if call % 2 == 0 { Fault::DiesAfter } else { Fault::DiesBefore })
        });
        let admin = company.sign_in("ada").await;
        company.post("/holidays/subscription/refresh").by(&admin).json(json!({})).send().await.expect(202);
        company.settle().await;
        company.stack.faults().clear();
        assert_eq!(dates(&company, 2026).await, [format!("2026-12-{day}")], "after a death at call {call}");
        assert_eq!(dates(&company, 2027).await, [format!("2027-12-{day}")], "after a death at call {call}");
        assert_eq!(subscription(&company).await["holidays"], 2);
    }
}

#[tokio::test]
async fn a_subscription_of_a_region_is_for_its_sites_and_addresses_are_guarded() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let site = json!({"name": "Munich", "time_zone": "Europe/Berlin", "region": "DE-BY"});
    company.post("/sites").by(&admin).json(site).send().await.expect(201);
    let server = Server::start(calendar(&[("a@x", "20270106", "Epiphany")])).await;
    subscribe(&company, json!({"url": server.url, "region": "FR"})).await.expect_invalid("region");
    subscribe(&company, json!({"url": server.url, "region": "DE-BY"})).await.expect(200);
    let list = company.get("/holidays?year=2027").by(&admin).send().await.expect(200);
    assert_eq!(list.items()[0]["site_name"], "Munich");
    for url in ["http://169.254.169.254/latest", "https://10.0.0.1/h.ics", "ftp://calendars.example/h.ics", "holidays"]
    {
        subscribe(&company, json!({"url": url})).await.expect_invalid("url");
    }
    // Calendar programs call the addresses of calendars `webcal`.
    let webcal = subscribe(&company, json!({"url": "webcal://calendars.invalid/holidays.ics"})).await.expect(200);
    assert_eq!(webcal.body["url"], "https://calendars.invalid/holidays.ics");
    assert_eq!(subscription(&company).await["failure"], "unreachable");
    let stale = company.put("/holidays/subscription").by(&admin).header("if-match", "\"1\"");
    stale.json(json!({"url": server.url})).send().await.expect_problem(412, "precondition_failed");
}
