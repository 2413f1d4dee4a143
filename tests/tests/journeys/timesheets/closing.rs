//! Pay periods are closed and reopened.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use rollcall_tests::{Company, Reply};
use serde_json::{Value, json};

use super::{HOUR, NEXT_WEEK, Payroll, WEEK, seconds};
use crate::imports::{counts, import};

#[tokio::test]
async fn of_two_closes_one_is_made_and_people_who_were_left_out_follow() {
    let payroll = Payroll::start().await;
    let (one, other) = tokio::join!(payroll.close(), payroll.close());
    one.expect_problem(409, "period_blocked");
    other.expect_problem(409, "period_blocked");
    // Without Maria, nobody is left to be closed.
    let everyone = json!({"leave_out": [payroll.admin.id, payroll.maria.id]});
    let close = || payroll.company.post(&format!("{WEEK}/close")).by(&payroll.admin).json(everyone.clone()).send();
    let (one, other) = tokio::join!(close(), close());
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert!(statuses == [202, 409] || statuses == [202, 202], "{statuses:?}");
    payroll.company.settle().await;
    assert_eq!(payroll.period().await["status"], "closed");
    assert_eq!(payroll.timesheet(WEEK).await["status"], "open");
    payroll.submit().await.expect(200);
    payroll.approve().await.expect(200);
    payroll.close().await.expect(202);
    assert_eq!(payroll.timesheet(WEEK).await["status"], "closed");
}

#[tokio::test]
async fn a_person_who_is_left_out_twice_is_refused() {
    let payroll = Payroll::start().await;
    payroll.approve().await.expect(200);
    let close = async |left_out: Value| {
        let body = json!({"leave_out": left_out});
        payroll.company.post(&format!("{WEEK}/close")).by(&payroll.admin).json(body).send().await
    };
    close(json!([payroll.admin.id, payroll.admin.id])).await.expect_invalid("leave_out");
    close(json!([payroll.admin.id])).await.expect(202);
}

#[tokio::test]
async fn an_import_and_its_preview_refuse_days_of_a_closed_period() {
    let payroll = Payroll::start().await;
    payroll.approve().await.expect(200);
    payroll.close().await.expect(202);
    let sheet = "username,date,clock_in,clock_out\nmaria,2026-11-03,09:00,12:00\nmaria,2026-11-07,09:00,12:00\n";
    let preview = payroll.company.post("/attendance/import?preview=true").by(&payroll.admin).raw("text/csv", sheet);
    let preview = preview.send().await.expect(200).body;
    let numbers = ["changed", "unchanged", "failed"].map(|number| preview[number].as_u64().unwrap());
    assert_eq!(numbers, [0, 0, 2], "{preview}");
    let codes: Vec<&Value> = preview["failures"].as_array().unwrap().iter().map(|failure| &failure["code"]).collect();
    assert_eq!(codes, ["invalid_values", "period_closed"]);
    let over = import(&payroll.company, &payroll.admin, "/attendance/import", sheet).await;
    assert_eq!((counts(&over), &over["failures"]), ([0, 0, 0, 2], &preview["failures"]));
}

#[tokio::test]
async fn a_reopened_period_keeps_the_approvals_of_unchanged_timesheets() {
    let payroll = Payroll::start().await;
    let reopen = || {
        let body = json!({"reason": "A night shift is missing"});
        payroll.company.post(&format!("{WEEK}/reopen")).by(&payroll.admin).json(body).send()
    };
    reopen().await.expect_problem(409, "period_not_closed");
    payroll.approve().await.expect(200);
    payroll.close().await.expect(202);
    payroll.company.settings(json!({"late_grace_minutes": 6})).await;
    let other = json!({"pay_period": {"kind": "month"}});
    payroll
        .company
        .patch("/settings")
        .by(&payroll.admin)
        .json(other)
        .send()
        .await
        .expect_problem(409, "pay_period_in_use");
    let reopening = reopen().await.expect(202);
    assert!(reopening.str("closed_at").ends_with("+03:00"), "{}", reopening.text);
    payroll.company.settle().await;
    assert_eq!(payroll.period().await["status"], "open");
    assert_eq!(payroll.timesheet(WEEK).await["status"], "approved");

    // A change after the close removes the signatures when the period is opened again.
    payroll.close().await.expect(202);
    payroll.worked("2026-11-03", 9, 17, json!({"after_close": true})).await.expect(200);
    reopen().await.expect(202);
    payroll.company.settle().await;
    let opened = payroll.timesheet(WEEK).await;
    assert_eq!((&opened["status"], seconds(&opened["totals"], "regular")), (&json!("open"), 31 * HOUR), "{opened}");
    assert_eq!(payroll.timesheet(NEXT_WEEK).await["changed_days"], json!([]));
}

/// A change at the instant of a reopening is either made before, so that the timesheet has no signatures, or removes them.
#[tokio::test]
async fn a_change_during_a_reopening_leaves_no_outdated_signature() {
    for round in 0..4 {
        let payroll = Payroll::start().await;
        payroll.approve().await.expect(200);
        payroll.close().await.expect(202);
        let body = json!({"reason": "A night shift is missing"});
        let reopen = payroll.company.post(&format!("{WEEK}/reopen")).by(&payroll.admin).json(body).send();
        let edit = payroll.worked("2026-11-03", 9, 17, json!({"after_close": true}));
        let (edit, reopened) = tokio::join!(edit, reopen);
        edit.expect(200);
        reopened.expect(202);
        payroll.company.settle().await;
        let timesheet = payroll.timesheet(WEEK).await;
        assert_eq!(
            (&timesheet["status"], &timesheet["has_changed"]),
            (&json!("open"), &json!(false)),
            "{round}: {timesheet}"
        );
        assert_eq!(seconds(&timesheet["totals"], "regular"), 31 * HOUR, "{round}: {timesheet}");
        assert_eq!(payroll.timesheet(NEXT_WEEK).await["changed_days"], json!([]), "{round}");
    }
}

#[tokio::test]
async fn rules_changed_during_a_close_leave_no_outdated_closed_timesheet() {
    for round in 0..3 {
        let payroll = Payroll::start().await;
        let overtime = |minutes: u32| {
            let overtime = json!({"per": "day", "after": {"minutes": minutes}, "code": "overtime"});
            json!({"name": "Rules", "versions": [{"effective_from": "2020-01-01", "overtime": [overtime]}]})
        };
        let rules = payroll.company.post("/pay/rules").by(&payroll.admin).json(overtime(480)).send().await;
        let rules = rules.expect(201).str("id").to_owned();
        let profile =
            json!({"personnel_number": "1", "account": false, "effective_from": "2020-01-01", "rules_id": rules});
        let path = format!("/users/{}/pay-profile", payroll.maria.id);
        payroll.company.put(&path).by(&payroll.admin).json(profile).send().await.expect(200);
        payroll.company.settle().await;
        payroll.approve().await.expect(200);
        let path = format!("/pay/rules/{rules}");
        let change = payroll.company.put(&path).by(&payroll.admin).json(overtime(450)).send();
        let (change, _) = tokio::join!(change, payroll.close());
        change.expect(200);
        payroll.company.settle().await;
        let timesheet = payroll.timesheet(WEEK).await;
        let overtime = seconds(&timesheet["totals"], "overtime");
        match timesheet["status"].as_str().unwrap() {
            "closed" => assert_eq!(overtime, 0, "{round}: {timesheet}"),
            "open" => assert_eq!(overtime, 2 * HOUR, "{round}: {timesheet}"),
            other => panic!("{round}: {other}"),
        }
    }
}

/// What a piece of work takes.
struct Cost {
    /// The calls to AWS, by operation.
    calls: BTreeMap<String, u64>,
    read_units: f64,
    write_units: f64,
}

impl Cost {
    /// Counts the calls of a request and of the work that it starts.
    async fn of(company: &Company, request: impl Future<Output = Reply>) -> (Reply, Self) {
        company.settle().await;
        company.delete("/_local/calls").send().await.expect(204);
        let reply = request.await;
        company.settle().await;
        let report = company.get("/_local/calls").send().await.expect(200);
        let mut cost = Self { calls: BTreeMap::new(), read_units: 0.0, write_units: 0.0 };
        for route in report.body["routes"].as_array().unwrap() {
            for operation in route["operations"].as_array().unwrap() {
                let name = operation["operation"].as_str().unwrap().to_owned();
                *cost.calls.entry(name).or_default() += operation["count"].as_u64().unwrap();
                cost.read_units += operation["read_units"].as_f64().unwrap_or(0.0);
                cost.write_units += operation["write_units"].as_f64().unwrap_or(0.0);
            }
        }
        (reply, cost)
    }

    fn all_calls(&self) -> u64 {
        self.calls.values().sum()
    }

    /// Returns the cost in words.
    fn told(&self) -> String {
        let calls: Vec<String> = self.calls.iter().map(|(operation, count)| format!("{count} {operation}")).collect();
        format!("{}: {:.0} read units, {:.0} write units", calls.join(", "), self.read_units, self.write_units)
    }
}

/// A company in which each of some people has worked on the first day of the week and has an approved timesheet.
async fn approved(people: usize) -> Payroll {
    let payroll = Payroll::start().await;
    payroll.approve().await.expect(200);
    let (company, admin) = (&payroll.company, &payroll.admin);
    let numbers: Vec<usize> = (1..people).collect();
    // Some at the same time.
    for some in numbers.chunks(8) {
        join_all(some.iter().map(|number| async move {
            let body = json!({"username": format!("person{number}"), "full_name": format!("Person {number}"),
                "password": rollcall_tests::company::PASSWORD, "hired_on": "2020-01-01"});
            let created = company.post("/users").by(admin).json(body).send().await.expect(201);
            let id = created.str("id");
            let profile = json!({"personnel_number": number.to_string(), "account": false,
                "effective_from": "2020-01-01"});
            company.put(&format!("/users/{id}/pay-profile")).by(admin).json(profile).send().await.expect(200);
            let session = json!({"clock_in": "2026-11-02T09:00:00+03:00", "clock_out": "2026-11-02T18:00:00+03:00", "breaks": []});
            let edit = json!({"sessions": [session], "reason": "Entered"});
            company.put(&format!("/attendance/{id}/2026-11-02")).by(admin).json(edit).send().await.expect(200);
            let approve = company.post(&format!("{WEEK}/timesheets/{id}/approve")).by(admin).json(json!({}));
            approve.send().await.expect(200);
        }))
        .await;
    }
    payroll
}

/// Measures the close of a period of some people.
async fn cost_of_close(payroll: &Payroll) -> Cost {
    let (closed, cost) = Cost::of(&payroll.company, payroll.close()).await;
    closed.expect(202);
    let period = payroll.period().await;
    assert_eq!((&period["status"], &period["left_out"]), (&json!("closed"), &json!([payroll.admin.id])), "{period}");
    cost
}

#[tokio::test]
async fn the_close_of_a_period_costs_in_proportion_to_its_people() {
    let few = cost_of_close(&approved(2).await).await;
    let more = cost_of_close(&approved(12).await).await;
    // Ten more people: the inputs of the figures of each, and two writes of each timesheet in shared transactions.
    let each = (more.all_calls() - few.all_calls()).div_ceil(10);
    assert!(each <= 12, "2 people: {}\n12 people: {}", few.told(), more.told());
}

/// Measures a pay run of a closed period, and its reopening.
async fn costs_after_close(payroll: &Payroll) -> [Cost; 2] {
    let post = |path: String, body: Value| payroll.company.post(&path).by(&payroll.admin).json(body).send();
    let run = json!({"period_id": "2026-11-02..2026-11-08", "template": "csv"});
    let (made, of_run) = Cost::of(&payroll.company, post("/pay/runs".to_owned(), run)).await;
    made.expect(202);
    let reason = json!({"reason": "A night shift is missing"});
    let (opened, of_reopening) = Cost::of(&payroll.company, post(format!("{WEEK}/reopen"), reason)).await;
    opened.expect(202);
    assert_eq!(payroll.timesheet(WEEK).await["status"], "approved");
    [of_run, of_reopening]
}

#[tokio::test]
async fn a_pay_run_and_a_reopening_read_and_write_people_together() {
    let (few, more) = (approved(2).await, approved(12).await);
    for payroll in [&few, &more] {
        cost_of_close(payroll).await;
    }
    let costs = costs_after_close(&few).await.into_iter().zip(costs_after_close(&more).await);
    for (few, more) in costs {
        // Ten more people on the same page.
        assert!(more.all_calls() < few.all_calls() + 10, "2 people: {}\n12 people: {}", few.told(), more.told());
        assert_eq!(few.calls.get("GetItem"), more.calls.get("GetItem"), "{}\n{}", few.told(), more.told());
    }
}
