//! Work on many timesheets is interrupted, misses people, or fails for one of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use local::{AwsCall, Fault};
use rollcall_tests::Company;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{Payroll, WEEK};
use crate::{
    long_work::{PLENTY, bring},
    table::Table,
};

const PERIOD: &str = "2026-11-02..2026-11-08";

/// Lets the transactions of `jobs` fail from the one with this number on, counted from now, or only that one.
fn fail_from(company: &Company, number: usize, fault: Fault, is_only_one: bool) {
    let made = Arc::new(AtomicUsize::new(0));
    company.stack.faults().plan(move |call: AwsCall<'_>| {
        let is_transaction = call.by == "jobs" && call.operation == "TransactWriteItems";
        let count = if is_transaction { made.fetch_add(1, Ordering::Relaxed) } else { made.load(Ordering::Relaxed) };
        let fails = if is_only_one { is_transaction && count == number } else { call.by == "jobs" && number <= count };
        fails.then_some(fault)
    });
}

/// Returns the event with a fact of a kind.
fn event_of(bus: &mut UnboundedReceiver<Value>, kind: &str) -> Value {
    let has_kind = |event: &Value| event["detail"]["facts"].as_array().unwrap().iter().any(|fact| fact["kind"] == kind);
    std::iter::from_fn(|| bus.try_recv().ok()).find(has_kind).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_whose_figures_changed_follow_later_wherever_a_close_is_interrupted() {
    for (transaction, fault) in [
        (1, Fault::DiesBefore),
        (2, Fault::DiesBefore),
        (2, Fault::DiesAfter),
        (3, Fault::DiesBefore),
        (3, Fault::DiesAfter),
    ] {
        let payroll = Payroll::start().await;
        payroll.approve().await.expect(200);
        payroll.company.settle().await;
        // `jobs` is down when a holiday of the week is entered, so the figures have changed since the approval.
        fail_from(&payroll.company, 0, Fault::DiesBefore, false);
        let holiday = json!({"date": "2026-11-04", "name": "Founding day"});
        payroll.company.post("/holidays").by(&payroll.admin).json(holiday).send().await.expect(201);
        payroll.company.settle().await;
        fail_from(&payroll.company, transaction, fault, true);
        payroll.close().await.expect(202);
        payroll.company.stack.faults().clear();
        let period = payroll.period().await;
        let at = format!("{transaction}, {fault:?}: {period}");
        assert_eq!(period["status"], "closed", "{at}");
        let status = payroll.timesheet(WEEK).await["status"].clone();
        let left_out = period["left_out"].as_array().unwrap();
        assert_eq!(status == "closed", !left_out.contains(&json!(payroll.maria.id)), "{status} {at}");
        assert!(left_out.contains(&json!(payroll.admin.id)), "{at}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_timesheet_that_the_first_passes_of_a_close_missed_is_closed_by_the_last() {
    // After the hold, and after the first pass of the close.
    for (transactions, missed) in [(2, "approved"), (4, "closing")] {
        let payroll = Payroll::start().await;
        payroll.approve().await.expect(200);
        payroll.company.settle().await;
        let mut bus = payroll.company.stack.listen();
        fail_from(&payroll.company, transactions, Fault::DiesBefore, false);
        payroll.close().await.expect(202);
        assert_eq!(payroll.period().await["status"], "closing", "{missed}");
        payroll.company.stack.faults().clear();
        // As if Maria had been renamed while the work passed over her department.
        Table::of(&payroll.company).set_timesheet_status(&payroll.maria.id, PERIOD, missed).await;
        bring(&payroll.company, event_of(&mut bus, "pay_period_closing"), PLENTY).await;
        assert_eq!(payroll.timesheet(WEEK).await["status"], "closed", "{missed}");
        let period = payroll.period().await;
        assert_eq!(
            (&period["status"], &period["left_out"]),
            (&json!("closed"), &json!([payroll.admin.id])),
            "{missed}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_whose_period_is_being_closed_does_not_hold_up_a_holiday_of_the_others() {
    let colleagues: Vec<String> = (0..25).map(|number| format!("nina{number:02}")).chain(["zoe".to_owned()]).collect();
    let payroll = Payroll::with_colleagues(&colleagues, 8, "2026-11-09T08:00:00+03:00").await;
    let (company, zoe) = (&payroll.company, payroll.company.sign_in("zoe").await);
    for person in [&payroll.maria, &zoe] {
        for day in 2..=6 {
            let path = format!("/attendance/{}/2026-11-0{day}/excuse", person.id);
            let excuse = company.post(&path).by(&payroll.admin).json(json!({"reason": "The flu"}));
            excuse.send().await.expect(200);
        }
        payroll.decide_of(&person.id, "approve", json!({})).await.expect(200);
    }
    company.settle().await;
    let table = Table::of(company);
    table.set_timesheet_status(&payroll.maria.id, PERIOD, "closing").await;
    let mut bus = company.stack.listen();
    let holiday = json!({"date": "2026-11-04", "name": "Founding day"});
    company.post("/holidays").by(&payroll.admin).json(holiday).send().await.expect(201);
    company.settle().await;
    let status = async |person: &str| {
        let path = format!("{WEEK}/timesheets/{person}");
        company.get(&path).by(&payroll.admin).send().await.expect(200).body["status"].clone()
    };
    assert_eq!(status(&zoe.id).await, "open", "her page comes after Maria's");
    assert!(company.stack.dead_letters().to_string().contains("holiday_added"));

    // When the period isn't being closed any more, the event is delivered again. Only Maria is left.
    table.set_timesheet_status(&payroll.maria.id, PERIOD, "approved").await;
    payroll.decide_of(&zoe.id, "approve", json!({})).await.expect(200);
    company.settle().await;
    bring(company, event_of(&mut bus, "holiday_added"), Duration::from_mins(1)).await;
    assert_eq!((status(&payroll.maria.id).await, status(&zoe.id).await), (json!("open"), json!("approved")));
}
