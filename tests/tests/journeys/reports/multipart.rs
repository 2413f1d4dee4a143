//! Exports whose files are larger than one part of an upload (8 MiB), and failures during the upload.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

use super::{
    at,
    exports::files,
    large::{Work, bulk_fixtures},
};
use crate::long_work::{PLENTY, bring};

/// Returns a remark of 1,500 bytes. Both punches of each session have it, so a row has 3 kB.
fn remark() -> String {
    "€".repeat(500)
}

/// Starts a company whose attendance of a week has 9 MB. Returns it with its admin.
async fn company() -> (Company, Person) {
    let company = Company::start().await;
    let crew = company.department("Crew").await;
    let remark = remark();
    let work = Work { sessions: 50, remark: &remark, ..Work::from("2026-10-05", 5) };
    bulk_fixtures(&company, &crew, 0..12, work).await;
    let admin = at(&company, &company.admin, "02T08:00").await;
    (company, admin)
}

/// Orders the attendance export, and returns the finished or failed job.
async fn export(company: &Company, admin: &Person) -> Value {
    let order = json!({"report": "attendance", "from": "2026-10-05", "to": "2026-10-09", "format": "csv"});
    let ordered = company.post("/reports/exports").by(admin).json(order).send().await.expect(202);
    company.settle().await;
    let path = format!("/reports/exports/{}", ordered.str("id"));
    company.get(&path).by(admin).send().await.expect(200).body
}

async fn notes(company: &Company, admin: &Person, kind: &str, job: &Value) -> usize {
    let inbox = company.get("/notifications?limit=200").by(admin).send().await.expect(200);
    inbox.items().iter().filter(|note| note["kind"] == kind && note["data"]["job_id"] == *job).count()
}

/// Returns the number of calls of `jobs` to an operation since the last reset.
fn called(company: &Company, operation: &str) -> u64 {
    let report = company.stack.calls();
    let of_jobs = report.routes.iter().filter(|route| route.route == "jobs").flat_map(|route| &route.operations);
    of_jobs.filter(|call| call.operation == operation).map(|call| call.count).sum()
}

/// Returns the dates of the rows of a file. Every row must be complete.
async fn dates(done: &Value) -> Vec<String> {
    let answer = reqwest::get(done["url"].as_str().unwrap()).await.unwrap();
    let disposition = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(disposition, r#"attachment; filename="attendance-2026-10-05-2026-10-09.csv""#);
    assert_eq!(answer.headers()["content-type"], "text/csv; charset=utf-8");
    let file = answer.bytes().await.unwrap();
    assert!(file.len() > 8 * 1024 * 1024, "{} bytes", file.len());
    let remark = remark();
    let mut reader = csv::Reader::from_reader(&file[..]);
    let row = |line: csv::StringRecord| {
        assert_eq!(line.iter().filter(|value| *value == remark).count(), 2, "{line:?}");
        line[0].to_owned()
    };
    reader.records().map(|line| row(line.unwrap())).collect()
}

#[tokio::test]
async fn a_file_of_several_parts_is_whole_whatever_fails_in_between() {
    let (company, admin) = company().await;
    company.stack.reset_calls();
    let done = export(&company, &admin).await;
    assert_eq!(done["status"], "done", "{done}");
    let dates_of_rows = dates(&done).await;
    assert_eq!(dates_of_rows.len(), 12 * 5 * 50);
    assert!(dates_of_rows.is_sorted());
    let calls = ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload", "PutObject"];
    assert_eq!(calls.map(|operation| called(&company, operation)), [1, 2, 1, 0, 0]);

    let mut made = files(&company).await;
    for (operation, nth, fault, aborted) in [
        ("CreateMultipartUpload", 0, Fault::Refused, 0),
        ("UploadPart", 0, Fault::Refused, 1),
        ("UploadPart", 1, Fault::DiesBefore, 0),
        ("UploadPart", 1, Fault::AnswerLost, 1),
        ("CompleteMultipartUpload", 0, Fault::Refused, 1),
        ("CompleteMultipartUpload", 0, Fault::DiesAfter, 0),
    ] {
        let seen = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&seen);
        company.stack.faults().plan(move |call: AwsCall<'_>| {
            let is_it = call.by == "jobs" && call.operation == operation;
            (is_it && counting.fetch_add(1, Ordering::Relaxed) == nth).then_some(fault)
        });
        company.stack.reset_calls();
        let done = export(&company, &admin).await;
        company.stack.faults().clear();
        let what = format!("{operation} {nth} {fault:?}");
        assert!(seen.load(Ordering::Relaxed) > nth + 1, "{what}: it was begun anew");
        assert_eq!(done["status"], "done", "{what}: {done}");
        assert_eq!(dates(&done).await, dates_of_rows, "{what}");
        // A lifecycle rule of the bucket removes the data that a killed run leaves behind.
        assert_eq!(called(&company, "AbortMultipartUpload"), aborted, "{what}");
        assert_eq!(notes(&company, &admin, "export_ready", &done["id"]).await, 1, "{what}");
        let now = files(&company).await;
        assert_eq!(now.len(), made.len() + 1, "{what}: one file, {now:?}");
        made = now;
    }
}

#[tokio::test]
async fn an_export_with_refused_parts_fails_and_is_announced_once() {
    let (company, admin) = company().await;
    company
        .stack
        .faults()
        .plan(|call: AwsCall<'_>| (call.by == "jobs" && call.operation == "UploadPart").then_some(Fault::Refused));
    company.stack.reset_calls();
    let failed = export(&company, &admin).await;
    company.stack.faults().clear();
    assert_eq!(failed["status"], "failed", "{failed}");
    assert_eq!(failed["error"], "A service couldn't be reached several times. Try again later.");
    assert_eq!(called(&company, "CreateMultipartUpload"), 3);
    assert_eq!(called(&company, "AbortMultipartUpload"), 3);
    assert!(files(&company).await.is_empty(), "nothing is left");
    assert_eq!(notes(&company, &admin, "export_failed", &failed["id"]).await, 1);
    assert_eq!(notes(&company, &admin, "export_ready", &failed["id"]).await, 0);
    let done = export(&company, &admin).await;
    assert_eq!(done["status"], "done", "asked for again, it is made: {done}");
}

/// Orders an export, and lets a first invocation hand it over. Returns the job, and the events of both.
async fn handed_over(company: &Company, admin: &Person) -> (Value, [Value; 2]) {
    let mut bus = company.stack.listen();
    // The stack's own `jobs` does nothing, so that the test decides when the work is done.
    company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "jobs").then_some(Fault::DiesBefore));
    let queued = export(company, admin).await;
    assert_eq!(queued["status"], "queued", "{queued}");
    let mut event = |kind: &str| std::iter::from_fn(|| bus.try_recv().ok()).find(|event| event["detail-type"] == kind);
    let requested = event("report_export_requested").unwrap();
    // Less than an invocation reserves, but enough to read as many rows as a part of the upload needs.
    bring(company, requested.clone(), Duration::from_secs(29)).await;
    company.settle().await;
    let continues = event("work_continues").unwrap();
    assert_eq!(continues["detail"]["subject"], format!("job:{}", queued["id"].as_str().unwrap()));
    company.stack.faults().clear();
    (queued, [requested, continues])
}

/// Returns the number of calls outside of the stack's functions since the last reset.
fn called_by_the_test(company: &Company, operation: &str) -> u64 {
    let routes = company.stack.calls().routes.into_iter().filter(|route| route.route == "start");
    routes.flat_map(|route| route.operations).filter(|call| call.operation == operation).map(|call| call.count).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_at_the_end_of_its_time_is_continued_by_another_invocation() {
    let (company, admin) = company().await;
    let (job, [requested, continues]) = handed_over(&company, &admin).await;
    let path = format!("/reports/exports/{}", job["id"].as_str().unwrap());
    let half = company.get(&path).by(&admin).send().await.expect(200).body;
    assert_eq!((&half["status"], &half["progress"]), (&json!("running"), &json!({"done": 8, "total": 10})), "{half}");

    company.stack.reset_calls();
    bring(&company, continues, PLENTY).await;
    company.settle().await;
    let calls = ["CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload", "PutObject"];
    assert_eq!(calls.map(|operation| called_by_the_test(&company, operation)), [0, 1, 1, 0, 0]);
    let done = company.get(&path).by(&admin).send().await.expect(200).body;
    assert_eq!(done["status"], "done", "{done}");
    let dates_of_rows = dates(&done).await;
    assert_eq!(dates_of_rows.len(), 12 * 5 * 50);
    assert!(dates_of_rows.is_sorted());
    // The first event again changes nothing.
    bring(&company, requested, PLENTY).await;
    company.settle().await;
    assert_eq!(notes(&company, &admin, "export_ready", &done["id"]).await, 1);
    assert_eq!(files(&company).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_continued_file_starts_again_if_departments_have_changed() {
    let (company, admin) = company().await;
    let (job, [_, continues]) = handed_over(&company, &admin).await;
    // It comes before the other department, so each part has another number.
    company.department("Assembly").await;
    company.stack.reset_calls();
    bring(&company, continues, PLENTY).await;
    assert_eq!(called_by_the_test(&company, "CreateMultipartUpload"), 1);
    let path = format!("/reports/exports/{}", job["id"].as_str().unwrap());
    let done = company.get(&path).by(&admin).send().await.expect(200).body;
    assert_eq!(dates(&done).await.len(), 12 * 5 * 50, "{done}");
}
