//! The scope of reports: access depends on the current department, and figures belong to the department of their day.

use rollcall_tests::Person;

use super::{Firm, rows, shown};

async fn seen(firm: &Firm, person: &Person, query: &str) -> Vec<String> {
    let reply = firm.report(person, &format!("monthly-work?year=2026&month=11{query}")).await.expect(200);
    shown(&rows(&reply), &["full_name", "department"])
}

#[tokio::test]
async fn managers_see_all_figures_of_the_people_they_manage_now() {
    let firm = Firm::start().await;
    assert_eq!(seen(&firm, &firm.mona, "").await, ["bert Harbour"], "Anna has left the harbour");
    let of_otto = ["anna Workshop", "wim Workshop", "anna Harbour"];
    assert_eq!(seen(&firm, &firm.otto, "").await, of_otto);
    let workshop = format!("&department_id={}", firm.workshop);
    assert_eq!(seen(&firm, &firm.otto, &workshop).await, of_otto[..2]);
    assert_eq!(seen(&firm, &firm.company.admin, &workshop).await, of_otto[..2]);
    let harbour = format!("&department_id={}", firm.harbour);
    assert_eq!(seen(&firm, &firm.company.admin, &harbour).await, ["anna Harbour", "bert Harbour"]);
    let foreign = firm.report(&firm.otto, &format!("monthly-work?department_id={}", firm.harbour)).await;
    foreign.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn reports_from_days_and_from_totals_have_the_same_scope() {
    let firm = Firm::start().await;
    for (person, expected) in [
        (&firm.mona, vec!["bert Harbour 25200"]),
        (&firm.otto, vec!["anna Harbour 64200", "anna Workshop 28800", "wim Workshop 32400"]),
        (&firm.anna, vec!["anna Harbour 64200", "anna Workshop 28800"]),
    ] {
        // Three days, and a whole month: from days, and from totals.
        for dates in ["from=2026-11-02&to=2026-11-04", "from=2026-11-01&to=2026-11-30"] {
            let reply = firm.report(person, &format!("worked-hours?group_by=user&{dates}")).await.expect(200);
            assert_eq!(shown(&rows(&reply), &["full_name", "department", "worked_seconds"]), expected, "{dates}");
        }
    }
    let late = rows(&firm.report(&firm.otto, "lateness?from=2026-11-01&to=2026-11-30").await.expect(200));
    assert_eq!(shown(&late, &["full_name", "department"]), ["anna Harbour"]);
    let sessions = rows(&firm.report(&firm.mona, "attendance?from=2026-11-02&to=2026-11-04").await.expect(200));
    assert_eq!(shown(&sessions, &["date", "full_name"]), ["2026-11-02 bert"]);
}

#[tokio::test]
async fn employees_see_themselves_and_nobody_else() {
    let firm = Firm::start().await;
    assert_eq!(seen(&firm, &firm.anna, "").await, ["anna Harbour", "anna Workshop"]);
    assert_eq!(seen(&firm, &firm.anna, &format!("&department_id={}", firm.workshop)).await, ["anna Workshop"]);
    let of_bert = firm.report(&firm.anna, &format!("monthly-work?user_id={}", firm.bert.id)).await;
    of_bert.expect_problem(404, "not_found");
    let of_leave = rows(&firm.report(&firm.wim, "leave?year=2026").await.expect(200));
    assert_eq!(shown(&of_leave, &["full_name"]), ["wim"]);
}

#[tokio::test]
async fn a_person_who_moved_is_seen_by_the_new_manager_alone() {
    let firm = Firm::start().await;
    let of_anna = format!("&user_id={}", firm.anna.id);
    assert_eq!(seen(&firm, &firm.otto, &of_anna).await, ["anna Harbour", "anna Workshop"]);
    firm.report(&firm.mona, &format!("monthly-work?year=2026&month=11{of_anna}"))
        .await
        .expect_problem(404, "not_found");
}
