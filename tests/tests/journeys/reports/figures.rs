//! The figures of reports.

use serde_json::json;

use super::{Firm, at, shown};

#[tokio::test]
async fn monthly_work_has_a_row_for_each_person_and_department_and_totals() {
    let firm = Firm::start().await;
    let reply = firm.report(&firm.company.admin, "monthly-work?year=2026&month=11").await.expect(200);
    let figures = ["full_name", "department", "worked_seconds", "late_seconds", "days_late", "early_leave_seconds"];
    assert_eq!(
        shown(&super::rows(&reply), &figures),
        [
            // Anna's Tuesday: 09:20 to 18:10; Bert's Monday: 09:30 to 17:00 without half an hour.
            "anna Harbour 64200 1200 1 0",
            "bert Harbour 25200 1800 1 3600",
            "anna Workshop 28800 0 0 3600",
            "wim Workshop 32400 0 0 0",
        ]
    );
    let totals = &reply.body["totals"];
    assert_eq!(totals["worked_seconds"], 64_200 + 25_200 + 28_800 + 32_400);
    assert_eq!((&totals["days_present"], &totals["days_late"]), (&json!(5), &json!(2)));
    assert_eq!(totals["days_on_leave"], json!(0.0));
    // The current month by default; no rows for another month.
    assert_eq!(firm.rows("monthly-work").await, super::rows(&reply));
    assert!(firm.rows("monthly-work?year=2026&month=10").await.is_empty());
}

#[tokio::test]
async fn worked_hours_are_the_same_by_whatever_they_are_added_up() {
    let firm = Firm::start().await;
    let by = |group: &str, dates: &str| format!("worked-hours?group_by={group}&{dates}");
    let november = "from=2026-11-01&to=2026-11-30";
    let days = firm.rows(&by("day", "from=2026-11-02&to=2026-11-05")).await;
    assert_eq!(
        shown(&days, &["from", "to", "worked_seconds", "days_present"]),
        [
            "2026-11-02 2026-11-02 90000 3",
            "2026-11-03 2026-11-03 31800 1",
            "2026-11-04 2026-11-04 28800 1",
            "2026-11-05 2026-11-05 0 0"
        ]
    );
    let weeks = firm.rows(&by("week", november)).await;
    assert_eq!(
        shown(&weeks[..2], &["from", "to", "worked_seconds"]),
        ["2026-11-01 2026-11-01 0", "2026-11-02 2026-11-08 150600"]
    );
    assert_eq!(weeks.len(), 6);
    let users = firm.rows(&by("user", november)).await;
    assert_eq!(
        shown(&users, &["full_name", "department", "worked_seconds"]),
        ["anna Harbour 64200", "bert Harbour 25200", "anna Workshop 28800", "wim Workshop 32400"]
    );
    // A whole month together with days of two other months, which are empty.
    assert_eq!(firm.rows(&by("user", "from=2026-10-30&to=2026-12-02")).await, users);
    // A part of the month, which is calculated from its days.
    assert_eq!(firm.rows(&by("user", "from=2026-11-02&to=2026-11-04")).await, users);
    let departments = firm.rows(&by("department", november)).await;
    assert_eq!(
        shown(&departments, &["department", "worked_seconds", "days_present"]),
        ["Harbour 89400 3", "Workshop 61200 2"]
    );
    let months = firm.rows(&by("month", "from=2026-10-15&to=2026-11-30")).await;
    assert_eq!(
        shown(&months, &["from", "to", "worked_seconds"]),
        ["2026-10-15 2026-10-31 0", "2026-11-01 2026-11-30 150600"]
    );
}

#[tokio::test]
async fn a_late_day_that_is_excused_keeps_its_seconds_and_counts_no_more() {
    let firm = Firm::start().await;
    let excuse = firm.company.post(&format!("/attendance/{}/2026-11-02/excuse", firm.bert.id)).by(&firm.company.admin);
    excuse.json(json!({"reason": "The train"})).send().await.expect(200);
    let reply = firm.report(&firm.company.admin, "lateness?from=2026-11-01&to=2026-11-30").await.expect(200);
    assert_eq!(
        shown(&super::rows(&reply), &["date", "full_name", "department", "late_seconds", "excused", "days_late"]),
        ["2026-11-02 bert Harbour 1800 true 0", "2026-11-03 anna Harbour 1200 false 1"]
    );
    assert_eq!(reply.body["totals"], json!({"late_seconds": 3000, "days_late": 1}));
}

#[tokio::test]
async fn attendance_has_a_row_for_each_session() {
    let firm = Firm::start().await;
    let sessions = firm.rows("attendance?from=2026-11-02&to=2026-11-02").await;
    assert_eq!(
        shown(&sessions, &["full_name", "clock_in", "clock_out", "worked_seconds", "breaks", "break_seconds"]),
        [
            "anna 2026-11-02T09:00:00+03:00 2026-11-02T18:00:00+03:00 32400 0 0",
            "bert 2026-11-02T09:30:00+03:00 2026-11-02T17:00:00+03:00 25200 1 1800",
            "wim 2026-11-02T09:00:00+03:00 2026-11-02T18:00:00+03:00 32400 0 0",
        ]
    );
    assert_eq!(
        shown(&sessions, &["in_remark", "in_place", "has_photo"])[..2],
        ["=1+1 null false", "null Gate 3 false"]
    );
    // A person who is at work has a row without an end.
    super::punch(&firm.company, &firm.wim, "/clock/in", "05T09:00", json!({})).await;
    let wim = at(&firm.company, &firm.wim, "05T10:00").await;
    let own = super::rows(&firm.report(&wim, "attendance?from=2026-11-05&to=2026-11-05").await.expect(200));
    assert_eq!(shown(&own, &["clock_out", "worked_seconds"]), ["null 0"]);
}

#[tokio::test]
async fn presence_rates_are_of_expected_days_and_lateness_rates_of_present() {
    let mut firm = Firm::start().await;
    // Thursday: nobody clocks in, and the scheduled jobs record the no-shows.
    firm.go_to("05T07:00").await;
    firm.company.post("/_local/schedules/open-day").send().await.expect(200);
    firm.go_to("05T23:00").await;
    // One run finds who hasn't clocked in, and the next one that the shift is over.
    for _ in 0..2 {
        firm.company.post("/_local/schedules/lateness").send().await.expect(200);
    }
    let weeks = firm.rows("trends?from=2026-10-26&to=2026-11-08").await;
    assert_eq!(
        shown(&weeks, &["from", "to", "days_present", "days_late", "days_absent", "presence_rate", "lateness_rate"]),
        ["2026-10-26 2026-11-01 0 0 0 null null", "2026-11-02 2026-11-08 5 2 3 0.625 0.4"]
    );
    assert_eq!(weeks[1]["absence_rate"], 0.375);
}

#[tokio::test]
async fn leave_is_what_the_balances_say() {
    let firm = Firm::start().await;
    let ask = json!({"type": "annual", "start_date": "2026-11-09", "end_date": "2026-11-10"});
    firm.company.post("/leave/requests").by(&firm.bert).json(ask).send().await.expect(201);
    for path in ["leave?year=2026", "leave?year=2027"] {
        let rows = firm.rows(path).await;
        assert_eq!(rows.len(), 6, "everybody's annual leave");
        for row in &rows {
            let year = &path["leave?year=".len()..];
            let path = format!("/leave/balances/{}?year={year}", row["user_id"].as_str().unwrap());
            let balance = firm.company.get(&path).by(&firm.company.admin).send().await.expect(200).items()[0].clone();
            for (figure, days) in balance.as_object().unwrap().iter().filter(|(name, _)| *name != "year") {
                assert_eq!(&row[figure], days, "{figure} of {}", row["full_name"]);
            }
        }
    }
    let own = super::rows(&firm.report(&firm.bert, "leave?year=2026").await.expect(200));
    assert_eq!(
        shown(&own, &["full_name", "pending_days", "available_days"]),
        ["bert 2.0 12.93"],
        "half an hour late is charged to it"
    );
}

#[tokio::test]
async fn a_department_that_is_gone_keeps_its_figures_and_its_name() {
    let firm = Firm::start().await;
    let admin = &firm.company.admin;
    let moves = firm.company.patch(&format!("/users/{}", firm.bert.id)).by(admin);
    moves.json(json!({"department_id": firm.workshop})).send().await.expect(200);
    firm.company.delete(&format!("/departments/{}", firm.harbour)).by(admin).send().await.expect(204);
    let rows = firm.rows("monthly-work?year=2026&month=11").await;
    assert_eq!(shown(&rows[..2], &["full_name", "department"]), ["anna Harbour", "bert Harbour"]);
    assert_eq!(rows.len(), 4);
}

#[tokio::test]
async fn invalid_parameters_of_a_report_are_named() {
    let firm = Firm::start().await;
    for (path, named) in [
        ("monthly-work?year=2026", "month"),
        ("monthly-work?year=2026&month=13", "month"),
        ("monthly-work?format=pdf", "format"),
        ("worked-hours?group_by=hour", "group_by"),
        ("worked-hours?from=2026-11-02&to=2026-11-01", "to"),
        ("worked-hours?from=2025-11-01&to=2026-11-30", "to"),
        ("lateness?format=svg", "format"),
        ("leave?year=1999", "year"),
        ("trends?limit=5", "limit"),
        ("attendance?department_id=x", "department_id"),
    ] {
        firm.report(&firm.mona, path).await.expect_invalid(named);
    }
}
