//! Exports: created once, announced, downloaded by a link; and exports that fail.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use aws_sdk_s3::{Client, config::Builder};
use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use super::Firm;

async fn order(firm: &Firm, person: &Person, body: Value) -> Reply {
    firm.company.post("/reports/exports").by(person).json(body).send().await
}

async fn follow(firm: &Firm, person: &Person, id: &str) -> Reply {
    firm.company.get(&format!("/reports/exports/{id}")).by(person).send().await
}

async fn fetch(url: &str) -> Vec<u8> {
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment; filename="));
    answer.bytes().await.unwrap().to_vec()
}

/// Returns the keys of all files in the bucket.
pub(super) async fn files(company: &Company) -> Vec<String> {
    let client = Client::from_conf(Builder::from(company.stack.sdk()).force_path_style(true).build());
    let listed = client.list_objects_v2().bucket("rollcall-exports").send().await.unwrap();
    listed.contents().iter().map(|object| object.key().unwrap().to_owned()).collect()
}

/// Returns Mona's only notification of a kind.
async fn only_note(firm: &Firm, kind: &str) -> Value {
    let inbox = firm.company.get("/notifications?limit=200").by(&firm.mona).send().await.expect(200);
    let notes: Vec<&Value> = inbox.items().iter().filter(|note| note["kind"] == kind).collect();
    let [note] = notes[..] else { panic!("{kind}: {}", inbox.text) };
    note.clone()
}

#[tokio::test]
async fn an_export_equals_the_response_and_notifies_its_requester() {
    let firm = Firm::start().await;
    for (parameters, query) in [
        (json!({"report": "monthly-work", "year": 2026, "month": 11}), "monthly-work?year=2026&month=11"),
        (
            json!({"report": "worked-hours", "from": "2026-11-02", "to": "2026-11-08", "group_by": "day"}),
            "worked-hours?from=2026-11-02&to=2026-11-08&group_by=day",
        ),
        (json!({"report": "leave", "year": 2026}), "leave?year=2026"),
        (
            json!({"report": "attendance", "from": "2026-11-02", "to": "2026-11-08"}),
            "attendance?from=2026-11-02&to=2026-11-08",
        ),
    ] {
        for format in ["json", "csv"] {
            let mut body = parameters.clone();
            body["format"] = json!(format);
            let ordered = order(&firm, &firm.otto, body).await.expect(202);
            assert_eq!(ordered.body["status"], "queued");
            firm.company.settle().await;
            let done = follow(&firm, &firm.otto, ordered.str("id")).await.expect(200);
            assert_eq!((&done.body["status"], &done.body["report"]), (&json!("done"), &parameters["report"]));
            assert_eq!(done.body["progress"]["done"], done.body["progress"]["total"]);
            let answer = format!("/reports/{query}&format={format}");
            let answer = firm.company.get(&answer).by(&firm.otto).download().await;
            let file = fetch(done.str("url")).await;
            assert_eq!(String::from_utf8_lossy(&file), String::from_utf8_lossy(&answer.bytes), "{query}");

            let inbox = firm.company.get("/notifications").by(&firm.otto).send().await.expect(200);
            let note = &inbox.items()[0];
            assert_eq!((&note["kind"], &note["data"]["job_id"]), (&json!("export_ready"), &done.body["id"]));
            // Events and the table don't contain the link.
            assert_eq!(note["data"].get("url"), None, "{note}");
            assert!(!note.to_string().contains("X-Amz-Signature"), "{note}");
        }
    }
    let workbook = json!({"report": "monthly-work", "year": 2026, "month": 11, "format": "xlsx"});
    let ordered = order(&firm, &firm.otto, workbook).await.expect(202);
    firm.company.settle().await;
    let done = follow(&firm, &firm.otto, ordered.str("id")).await.expect(200);
    assert!(fetch(done.str("url")).await.starts_with(b"PK"), "a workbook is a zip");
}

#[tokio::test]
async fn an_order_that_is_repeated_makes_one_file_and_one_notification() {
    let firm = Firm::start().await;
    let once = || async {
        let call = firm.company.post("/reports/exports").by(&firm.mona).header("idempotency-key", "k1");
        call.json(json!({"report": "lateness"})).send().await.expect(202)
    };
    let (first, second) = (once().await, once().await);
    assert_eq!(first.body, second.body);
    firm.company.settle().await;
    assert_eq!(files(&firm.company).await.len(), 1);
    let inbox = firm.company.get("/notifications").by(&firm.mona).send().await.expect(200);
    let ready = inbox.items().iter().filter(|note| note["kind"] == "export_ready");
    assert_eq!(ready.count(), 1);
}

#[tokio::test]
async fn a_killed_export_run_is_restarted_and_announced_once() {
    let firm = Firm::start().await;
    for operation in ["PutObject", "TransactWriteItems"] {
        for fault in [Fault::DiesBefore, Fault::DiesAfter] {
            let seen = Arc::new(AtomicUsize::new(0));
            let counting = Arc::clone(&seen);
            firm.company.stack.faults().plan(move |call: AwsCall<'_>| {
                let is_it = call.by == "jobs" && call.operation == operation;
                (is_it && counting.fetch_add(1, Ordering::Relaxed) == 0).then_some(fault)
            });
            let ordered = order(&firm, &firm.mona, json!({"report": "lateness"})).await.expect(202);
            firm.company.settle().await;
            firm.company.stack.faults().clear();
            assert!(seen.load(Ordering::Relaxed) > 1, "{operation} {fault:?}: it was begun anew");
            let done = follow(&firm, &firm.mona, ordered.str("id")).await.expect(200);
            assert_eq!(done.body["status"], "done", "{operation} {fault:?}: {}", done.text);
            let inbox = firm.company.get("/notifications?limit=200").by(&firm.mona).send().await.expect(200);
            let of_this = inbox.items().iter().filter(|note| note["data"]["job_id"] == done.body["id"]);
            assert_eq!(of_this.count(), 1, "{operation} {fault:?}");
        }
    }
}

#[tokio::test]
async fn an_export_fails_if_the_requesters_scope_has_changed() {
    let mut firm = Firm::start().await;
    // No event reaches the bus until the scope has changed.
    firm.company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "relay").then_some(Fault::Refused));
    let ordered = order(&firm, &firm.mona, json!({"report": "lateness"})).await.expect(202);
    let change = firm.company.patch(&format!("/users/{}", firm.mona.id)).by(&firm.company.admin);
    change.json(json!({"manages": [firm.workshop]})).send().await.expect(200);
    firm.company.stack.faults().clear();
    firm.company.settle().await;
    firm.mona = firm.company.sign_in("mona").await;
    let failed = follow(&firm, &firm.mona, ordered.str("id")).await.expect(200);
    assert_eq!(failed.body["status"], "failed");
    assert_eq!(failed.str("error"), "Your rights have changed since you asked for it.");
    assert!(failed.body.get("url").is_none() && files(&firm.company).await.is_empty());
    let note = only_note(&firm, "export_failed").await;
    let why = json!({"job_id": failed.body["id"], "report": "lateness", "error": failed.body["error"],
        "user_id": firm.mona.id, "user_name": "mona of the test"});
    assert_eq!(note["data"], why);
    assert_eq!(
        (note["title"].as_str().unwrap(), note["body"].as_str().unwrap()),
        (
            "Your export failed",
            "The report lateness couldn't be made. Your rights have changed since you asked for it."
        )
    );

    let again = order(&firm, &firm.mona, json!({"report": "lateness"})).await.expect(202);
    firm.company.settle().await;
    assert_eq!(follow(&firm, &firm.mona, again.str("id")).await.expect(200).body["status"], "done");
}

#[tokio::test]
async fn a_demoted_manager_no_longer_fetches_their_exports() {
    let mut firm = Firm::start().await;
    let ordered = order(&firm, &firm.mona, json!({"report": "lateness"})).await.expect(202);
    firm.company.settle().await;
    let id = ordered.str("id");
    fetch(follow(&firm, &firm.mona, id).await.expect(200).str("url")).await;
    let path = format!("/users/{}", firm.mona.id);
    for (change, status) in [
        (json!({"manages": [firm.harbour, firm.workshop]}), 200),
        (json!({"manages": [firm.workshop]}), 403),
        (json!({"role": "employee", "manages": []}), 403),
        (json!({"role": "manager", "manages": [firm.harbour]}), 200),
    ] {
        let admin = firm.company.sign_in("ada").await;
        firm.company.patch(&path).by(&admin).json(change.clone()).send().await.expect(200);
        follow(&firm, &firm.mona, id).await.expect_problem(401, "token_expired");
        firm.mona = firm.company.sign_in("mona").await;
        assert_eq!(follow(&firm, &firm.mona, id).await.status, status, "{change}");
        // Admins download all exports.
        follow(&firm, &admin, id).await.expect(200);
    }
}

#[tokio::test]
async fn an_unfinished_export_is_announced_as_failed_after_a_day() {
    let mut firm = Firm::start().await;
    firm.company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "relay").then_some(Fault::Refused));
    let ordered = order(&firm, &firm.mona, json!({"report": "lateness"})).await.expect(202);
    firm.go_to("05T19:00").await;
    assert_eq!(follow(&firm, &firm.mona, ordered.str("id")).await.expect(200).body["status"], "queued");
    firm.go_to("05T20:01").await;
    let failed = follow(&firm, &firm.mona, ordered.str("id")).await.expect(200);
    assert_eq!(
        (&failed.body["status"], failed.str("error")),
        (&json!("failed"), "It was interrupted and doesn't continue. Try again.")
    );
    for _ in 0..2 {
        firm.company.post("/_local/schedules/housekeeping").send().await.expect(200);
    }
    firm.company.stack.faults().clear();
    // The event finally reaches `jobs`, which has nothing left to do.
    firm.company.settle().await;
    assert!(files(&firm.company).await.is_empty());
    let note = only_note(&firm, "export_failed").await;
    assert_eq!((&note["data"]["job_id"], &note["data"]["error"]), (&ordered.body["id"], &failed.body["error"]));
    firm.go_to("05T20:02").await;
    assert_eq!(follow(&firm, &firm.mona, ordered.str("id")).await.expect(200).body["status"], "failed");
    firm.go_to("12T20:01").await;
    follow(&firm, &firm.mona, ordered.str("id")).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn invalid_values_of_an_export_are_named() {
    let firm = Firm::start().await;
    for (body, named) in [
        (json!({"report": "lateness", "year": 2026}), "year"),
        (json!({"report": "monthly-work", "from": "2026-11-01"}), "from"),
        (json!({"report": "leave", "group_by": "day"}), "group_by"),
        (json!({"report": "monthly-work", "year": 2026}), "month"),
        (json!({"report": "monthly-work", "format": "svg"}), "format"),
        (json!({"report": "payroll"}), "report"),
        (json!({"format": "csv"}), "report"),
        (json!({"report": "trends", "limit": 5}), "limit"),
    ] {
        order(&firm, &firm.mona, body).await.expect_invalid(named);
    }
    let foreign = json!({"report": "lateness", "department_id": firm.workshop});
    order(&firm, &firm.mona, foreign).await.expect_problem(403, "forbidden");
    let hidden = json!({"report": "lateness", "user_id": firm.wim.id});
    order(&firm, &firm.mona, hidden).await.expect_problem(404, "not_found");
}
