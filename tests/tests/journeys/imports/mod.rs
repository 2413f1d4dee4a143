//! Imports of sheets as jobs: how they are followed, interrupted and repeated. What each sheet does is with its subject.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

use crate::{
    long_work::{PLENTY, bring, renamed},
    table::Table,
};

/// Imports a sheet, and returns the import once it is over.
pub(crate) async fn import(company: &Company, by: &Person, path: &str, sheet: &str) -> Value {
    let asked = company.post(path).by(by).raw("text/csv; charset=utf-8", sheet.to_owned()).send().await.expect(202);
    company.settle().await;
    let location = asked.header("location").unwrap();
    assert!(location.starts_with(path.split('?').next().unwrap()), "{location}");
    let over = company.get(location).by(by).send().await.expect(200).body;
    assert_eq!(over["status"], "done", "{over}");
    over
}

/// Returns the number of entries that an import created, changed, left as they were, and couldn't import.
pub(crate) fn counts(import: &Value) -> [u64; 4] {
    ["created", "changed", "unchanged", "failed"].map(|count| import["counts"][count].as_u64().unwrap())
}

/// A sheet of attendance, with one session of Maria on each of the first days of May.
fn history(days: usize) -> String {
    let rows = (1..=days).map(|day| format!("maria,2026-05-{day:02},09:00,17:00\n"));
    format!("username,date,clock_in,clock_out\n{}", rows.collect::<String>())
}

async fn company() -> (Company, Person, Person) {
    let company = Company::start().await;
    let maria = company.person("maria", json!({"hired_on": "2026-01-05"})).await;
    let admin = company.sign_in("ada").await;
    company.settle().await;
    (company, admin, maria)
}

/// Returns how often days of a person were imported, according to the audit.
async fn imported_days(company: &Company, person: &Person) -> usize {
    let entries = Table::of(company).partition(&format!("AUDIT#user:{}", person.id)).await;
    entries.iter().filter(|entry| entry["action"].as_s().unwrap() == "day_imported").count()
}

#[tokio::test]
async fn the_person_who_imports_is_notified_at_the_end() {
    let (company, admin, _) = company().await;
    let over = import(&company, &admin, "/attendance/import", &history(3)).await;
    let inbox = company.get("/notifications").by(&admin).send().await.expect(200);
    let note = inbox.items().iter().find(|note| note["kind"] == "import_finished").unwrap();
    assert_eq!((&note["data"]["job_id"], &note["data"]["import"]), (&over["id"], &json!("attendance")));
    assert_eq!(note["body"], "The import of attendance is finished. All 3 entries are imported.");
}

#[tokio::test]
async fn the_same_key_begins_no_other_import_and_other_sheets_need_another_key() {
    let (company, admin, maria) = company().await;
    let send = async |sheet: String| {
        let call = company.post("/attendance/import").by(&admin).header("idempotency-key", "may");
        call.raw("text/csv", sheet).send().await
    };
    let (first, again) = (send(history(2)).await.expect(202), send(history(2)).await.expect(202));
    assert_eq!(first.body["id"], again.body["id"]);
    send(history(3)).await.expect_problem(422, "idempotency_key_reused");
    company.settle().await;
    assert_eq!(imported_days(&company, &maria).await, 2);
}

#[tokio::test]
async fn a_sheet_whose_sessions_overlap_over_midnight_is_refused_as_a_whole() {
    let (company, admin, maria) = company().await;
    let sheet = |of_second: &str| {
        format!("username,date,clock_in,clock_out\nmaria,2026-05-04,22:00,06:00\nmaria,2026-05-05,{of_second}\n")
    };
    let send = async |sheet: String| company.post("/attendance/import").by(&admin).raw("text/csv", sheet).send().await;
    send(sheet("05:00,09:00")).await.expect_invalid("row 3, column clock_in");
    company.settle().await;
    assert_eq!(imported_days(&company, &maria).await, 0);
    let over = import(&company, &admin, "/attendance/import", &sheet("06:00,09:00")).await;
    assert_eq!(counts(&over), [0, 2, 0, 0]);
}

#[tokio::test]
async fn the_event_again_changes_nothing() {
    let (company, admin, maria) = company().await;
    let mut bus = company.stack.listen();
    let over = import(&company, &admin, "/attendance/import", &history(2)).await;
    let asked = |event: &Value| event["detail-type"] == "import_requested";
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(asked).unwrap();
    bring(&company, event.clone(), PLENTY).await;
    bring(&company, renamed(event), PLENTY).await;
    let path = format!("/attendance/import/{}", over["id"].as_str().unwrap());
    assert_eq!(company.get(&path).by(&admin).send().await.expect(200).body, over);
    assert_eq!(imported_days(&company, &maria).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_killed_at_any_call_is_done_exactly_once() {
    let (company, admin, maria) = company().await;
    let mut expected = 0;
    for call in 0..10 {
        let made = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&made);
        company.stack.faults().plan(move |aws: AwsCall<'_>| {
            let is_it = aws.by == "jobs" && counted.fetch_add(1, Ordering::Relaxed) == call;
            is_it.then_some(if call % 2 == 0 { Fault::DiesAfter } else { Fault::DiesBefore })
        });
        // Two days that earlier rounds imported, and two others.
        let over = import(&company, &admin, "/attendance/import", &history(2 + 2 * call)).await;
        company.stack.faults().clear();
        assert!(made.load(Ordering::Relaxed) > call, "there is no call {call}");
        let days = u64::try_from(2 + 2 * call).unwrap();
        expected = usize::try_from(days).unwrap();
        assert_eq!(counts(&over), [0, days.min(2), days - days.min(2), 0], "after a death at call {call}");
        assert_eq!(imported_days(&company, &maria).await, expected, "after a death at call {call}");
    }
    assert_eq!(imported_days(&company, &maria).await, expected);
    assert_eq!(company.stack.dead_letters()["queues"][0]["messages"], json!([]));
}

#[tokio::test]
async fn a_manager_who_may_not_import_any_more_stops_the_import() {
    let (company, admin, _) = company().await;
    let department = company.department("Harbour").await;
    let manager = company.person("manager", json!({"role": "manager", "manages": [department]})).await;
    let member = json!({"department_id": department, "hired_on": "2026-01-05"});
    let lena = company.person("lena", member).await;
    company.settle().await;
    company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "jobs").then_some(Fault::DiesBefore));
    let sheet = history(2).replace("maria", "lena");
    let mut bus = company.stack.listen();
    let asked = company.post("/attendance/import").by(&manager).raw("text/csv", sheet).send().await.expect(202);
    company.settle().await;
    let admin = company.sign_in(&admin.username).await;
    let path = format!("/users/{}", manager.id);
    company.patch(&path).by(&admin).json(json!({"role": "employee", "manages": []})).send().await.expect(200);
    company.stack.faults().clear();
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(|event| event["detail-type"] == "import_requested");
    bring(&company, event.unwrap(), PLENTY).await;
    let over = company.get(asked.header("location").unwrap()).by(&admin).send().await.expect(200).body;
    assert_eq!((&over["status"], &over["progress"]["done"]), (&json!("failed"), &json!(0)));
    assert_eq!(imported_days(&company, &lena).await, 0);
}
