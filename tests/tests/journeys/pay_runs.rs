//! Pay runs: docs/rules.md, "Pay runs", with the numbers of the section.

use std::collections::BTreeMap;

use local::{AwsCall, Fault};
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use crate::long_work::{PLENTY, bring};

const NOVEMBER: &str = "2026-11-01..2026-11-30";

/// A company that pays by the month, with Maria, who worked five days of nine hours and has a time account of at most three hours,
/// and Omar, whose timesheet isn't approved. It is 2 December 2026.
struct Payroll {
    company: Company,
    maria: Person,
    omar: Person,
}

impl Payroll {
    async fn start() -> Self {
        let company = Company::start().await;
        let accounts = json!({"cap_hours": 3, "above_cap": "pay"});
        company.settings(json!({"pay_period": {"kind": "month"}, "time_accounts": accounts})).await;
        let maria = company.person("maria", json!({})).await;
        let omar = company.person("omar", json!({})).await;
        let payroll = Self { company, maria, omar };
        let profile = json!({"personnel_number": "0417", "account": true, "effective_from": "2026-11-01"});
        let path = format!("/users/{}/pay-profile", payroll.maria.id);
        payroll.company.put(&path).by(&payroll.admin().await).json(profile).send().await.expect(200);
        payroll.company.set_clock("2026-12-02T12:00:00+03:00").await;
        for day in 2..=6 {
            payroll.worked(&format!("2026-11-0{day}"), "17:00").await;
        }
        payroll.company.post("/_local/schedules/close-day").send().await.expect(200);
        payroll.company.settle().await;
        payroll
    }

    async fn admin(&self) -> Person {
        self.company.sign_in("ada").await
    }

    /// Enters work of a date, from 08:00.
    async fn worked(&self, date: &str, until: &str) {
        let at = |time: &str| format!("{date}T{time}:00+03:00");
        let sessions = json!([{"clock_in": at("08:00"), "clock_out": at(until), "breaks": []}]);
        let edit = json!({"sessions": sessions, "reason": "Entered"});
        let path = format!("/attendance/{}/{date}", self.maria.id);
        self.company.put(&path).by(&self.admin().await).json(edit).send().await.expect(200);
        self.company.settle().await;
    }

    async fn post(&self, path: &str, body: Value) -> Reply {
        let reply = self.company.post(path).by(&self.admin().await).json(body).send().await;
        self.company.settle().await;
        reply
    }

    /// Approves Maria's timesheet of November, and closes the period without Omar.
    async fn close(&self) {
        let approve = format!("/pay/periods/{NOVEMBER}/timesheets/{}/approve", self.maria.id);
        self.post(&approve, json!({})).await.expect(200);
        let others = json!({"leave_out": [self.omar.id]});
        self.post(&format!("/pay/periods/{NOVEMBER}/close"), others).await.expect(202);
    }

    async fn start_run(&self, template: &str, preview: bool) -> Reply {
        self.post("/pay/runs", json!({"period_id": NOVEMBER, "template": template, "preview": preview})).await
    }

    /// Makes a run, and returns it when it is done.
    async fn run(&self, template: &str) -> Value {
        let run = self.start_run(template, false).await.expect(202);
        let path = format!("/pay/runs/{}", run.str("id"));
        let run = self.company.get(&path).by(&self.admin().await).send().await.expect(200).body;
        assert_eq!(run["status"], "done", "{run}");
        run
    }

    /// Returns the seconds of a run by pay code.
    async fn seconds(&self, run: &Value) -> BTreeMap<String, i64> {
        let path = format!("/pay/runs/{}/lines", run["id"].as_str().unwrap());
        let lines = self.company.get(&path).by(&self.admin().await).send().await.expect(200);
        let line = |line: &Value| (line["code"].as_str().unwrap().to_owned(), line["seconds"].as_i64().unwrap());
        lines.items().iter().map(line).collect()
    }

    async fn file(&self, run: &Value) -> Vec<u8> {
        let path = run["file"].as_str().unwrap();
        self.company.get(path).by(&self.admin().await).download().await.bytes
    }
}

fn seconds<const N: usize>(codes: [(&str, i64); N]) -> BTreeMap<String, i64> {
    codes.map(|(code, seconds)| (code.to_owned(), seconds)).into()
}

#[tokio::test]
async fn later_runs_of_a_period_hold_the_differences_alone() {
    let payroll = Payroll::start().await;
    payroll.start_run("csv", false).await.expect_problem(409, "period_not_closed");
    payroll.close().await;
    let first = payroll.run("csv").await;
    // Five days of eight hours, and of overtime an hour each; the account pays two hours above its cap.
    assert_eq!(payroll.seconds(&first).await, seconds([("regular", 144_000), ("overtime", 25_200)]));
    let file = payroll.file(&first).await;
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.contains("0417"), "{text}");
    assert_eq!(payroll.file(&first).await, file, "the same run is the same file");

    let second = payroll.run("csv").await;
    assert_eq!(payroll.seconds(&second).await, seconds([]));
    assert_ne!(second["hash"], first["hash"]);
    assert_eq!(second["earlier_runs"], json!([first["id"]]));

    payroll.post(&format!("/pay/periods/{NOVEMBER}/reopen"), json!({"reason": "Tuesday"})).await.expect(202);
    payroll.worked("2026-11-03", "18:00").await;
    payroll.close().await;
    let third = payroll.run("json").await;
    assert_eq!(payroll.seconds(&third).await, seconds([("overtime", 3_600)]));

    let at_the_end = payroll.start_run("csv", true).await.expect(202);
    let path = format!("/pay/runs/{}", at_the_end.str("id"));
    let admin = payroll.admin().await;
    let at_the_end = payroll.company.get(&path).by(&admin).send().await.expect(200).body;
    assert_eq!(payroll.seconds(&at_the_end).await, seconds([("regular", 144_000), ("overtime", 28_800)]));
    let still = payroll.company.get(&format!("/pay/runs/{}", first["id"].as_str().unwrap())).by(&admin);
    assert_eq!(still.send().await.expect(200).body["hash"], first["hash"], "a result never changes");
    let runs = payroll.company.get("/pay/runs").by(&admin).send().await.expect(200);
    assert_eq!(runs.items().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_another_one_has_replaced_never_continues() {
    let payroll = Payroll::start().await;
    payroll.close().await;
    let mut bus = payroll.company.stack.listen();
    payroll.company.stack.faults().plan(|call: AwsCall<'_>| (call.by == "jobs").then_some(Fault::DiesBefore));
    let stalled = payroll.start_run("csv", false).await.expect(202).str("id").to_owned();
    payroll.company.stack.faults().clear();
    payroll.start_run("csv", false).await.expect_problem(409, "pay_run_under_way");
    payroll.company.set_clock("2026-12-02T13:01:00+03:00").await;
    let run = payroll.run("csv").await;
    assert_eq!((&run["earlier_runs"], payroll.seconds(&run).await["regular"]), (&json!([]), 144_000));

    // The first run's event was among the dead letters.
    let is_request = |event: &Value| event["detail"]["facts"][0]["run_id"] == json!(stalled);
    let event = std::iter::from_fn(|| bus.try_recv().ok()).find(is_request).unwrap();
    bring(&payroll.company, event, PLENTY).await;
    let path = format!("/pay/runs/{stalled}");
    let stalled = payroll.company.get(&path).by(&payroll.admin().await).send().await.expect(200).body;
    assert_eq!(stalled["status"], "failed", "{stalled}");
    assert!(stalled["error"].as_str().unwrap().contains("another run"), "{stalled}");
    let last = payroll.run("csv").await;
    assert_eq!((&last["earlier_runs"], payroll.seconds(&last).await), (&json!([run["id"]]), seconds([])));
}

#[tokio::test]
async fn a_leaver_is_paid_later_differences_and_payouts() {
    let payroll = Payroll::start().await;
    payroll.close().await;
    payroll.run("csv").await;
    let person = format!("/users/{}", payroll.maria.id);
    payroll.company.delete(&person).by(&payroll.admin().await).send().await.expect(204);
    payroll.company.settle().await;
    let left = json!({"left_on": "2026-11-30"});
    payroll.company.patch(&person).by(&payroll.admin().await).json(left).send().await.expect(200);
    payroll.company.settle().await;
    let payout = json!({"seconds": 3_600, "code": "overtime"});
    payroll.post(&format!("/pay/accounts/{}/payouts", payroll.maria.id), payout).await.expect(201);
    let at = |time: &str| format!("2026-11-03T{time}:00+03:00");
    let sessions = json!([{"clock_in": at("08:00"), "clock_out": at("18:00"), "breaks": []}]);
    let edit = json!({"sessions": sessions, "reason": "An hour more", "after_close": true});
    let day = format!("/attendance/{}/2026-11-03", payroll.maria.id);
    payroll.company.put(&day).by(&payroll.admin().await).json(edit).send().await.expect(200);
    payroll.company.set_clock("2027-01-04T12:00:00+03:00").await;
    payroll.company.settle().await;

    let december = "/pay/periods/2026-12-01..2026-12-31";
    let listed = payroll.company.get(&format!("{december}/timesheets")).by(&payroll.admin().await);
    let listed = listed.send().await.expect(200);
    let people: Vec<&Value> = listed.items().iter().map(|item| &item["user_id"]).collect();
    assert!(people.contains(&&json!(payroll.maria.id)), "{}", listed.text);
    payroll.post(&format!("{december}/timesheets/{}/approve", payroll.maria.id), json!({})).await.expect(200);
    payroll.post(&format!("{december}/close"), json!({"leave_out": [payroll.omar.id]})).await.expect(202);
    let order = json!({"period_id": "2026-12-01..2026-12-31", "template": "csv", "preview": false});
    let run = payroll.post("/pay/runs", order).await.expect(202);
    let path = format!("/pay/runs/{}/lines", run.str("id"));
    let lines = payroll.company.get(&path).by(&payroll.admin().await).send().await.expect(200);
    let paid: i64 = lines.items().iter().map(|line| line["seconds"].as_i64().unwrap()).sum();
    assert_eq!(paid, 2 * 3_600, "the difference and the payout: {}", lines.text);
    // Nothing of hers is left for January.
    payroll.company.set_clock("2027-02-02T12:00:00+03:00").await;
    let january = "/pay/periods/2027-01-01..2027-01-31/timesheets";
    let listed = payroll.company.get(january).by(&payroll.admin().await).send().await.expect(200);
    assert!(listed.items().iter().all(|item| item["user_id"] != payroll.maria.id.as_str()), "{}", listed.text);
}

#[tokio::test]
async fn somebody_who_stops_tracking_attendance_is_paid_what_was_closed() {
    let payroll = Payroll::start().await;
    payroll.close().await;
    let person = format!("/users/{}", payroll.maria.id);
    let salaried = json!({"tracks_attendance": false});
    payroll.company.patch(&person).by(&payroll.admin().await).json(salaried).send().await.expect(200);
    payroll.company.settle().await;
    let run = payroll.run("csv").await;
    assert_eq!(payroll.seconds(&run).await, seconds([("regular", 144_000), ("overtime", 25_200)]));
}

#[tokio::test]
async fn a_run_names_people_whose_timesheets_are_not_closed() {
    let payroll = Payroll::start().await;
    payroll.close().await;
    let run = payroll.run("xlsx").await;
    assert_eq!(run["not_closed"], json!([payroll.omar.id]));
    assert!(payroll.file(&run).await.starts_with(b"PK"), "a workbook");
}

#[tokio::test]
async fn own_templates_make_files_in_their_own_columns() {
    let payroll = Payroll::start().await;
    let admin = payroll.admin().await;
    let own = json!({"template": {
        "format": "csv",
        "sheet": {
            "separator": "semicolon", "decimal": "comma", "encoding": "windows1252",
            "columns": [
                {"header": "Pers.-Nr.", "value": "personnel_number"},
                {"header": "Stunden für", "value": "hours"},
            ],
        },
    }});
    payroll.company.put("/pay/templates/lohn").by(&admin).json(own).send().await.expect(200);
    payroll.close().await;
    let run = payroll.run("lohn").await;
    let file = payroll.file(&run).await;
    let lines: Vec<&[u8]> = file.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect();
    assert_eq!(lines[0], b"Pers.-Nr.;Stunden f\xfcr");
    assert!(lines[1..].contains(&&b"0417;40,00"[..]), "{}", String::from_utf8_lossy(&file));
    payroll.start_run("unknown", false).await.expect_invalid("template");
}

#[tokio::test]
async fn a_timesheet_as_pdf_names_who_signed_it_and_stays_the_same() {
    let payroll = Payroll::start().await;
    payroll.close().await;
    let path = format!("/pay/periods/{NOVEMBER}/timesheets/{}?format=pdf", payroll.maria.id);
    let admin = payroll.admin().await;
    let pdf = payroll.company.get(&path).by(&admin).download().await;
    assert_eq!(pdf.headers["content-type"], "application/pdf");
    assert!(pdf.bytes.starts_with(b"%PDF-1.7"));
    assert_eq!(payroll.company.get(&path).by(&admin).download().await.bytes, pdf.bytes);
    if let Some(folder) = std::env::var_os("ROLLCALL_KEEP_FILES") {
        std::fs::write(std::path::Path::new(&folder).join("timesheet-journey.pdf"), pdf.bytes).unwrap();
    }
    let omar = payroll.company.sign_in("omar").await;
    payroll.company.get(&path).by(&omar).send().await.expect_problem(404, "not_found");
}
