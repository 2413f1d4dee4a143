//! The number of calls to the table for reports. It only depends on the number of pages in the table's responses.

use std::collections::BTreeMap;

use rollcall_tests::Company;

use super::{
    at,
    large::{Work, bulk_fixtures},
};

/// Returns the calls of one request.
pub(super) async fn cost(company: &Company, path: &str) -> String {
    let admin = company.sign_in("ada").await;
    company.delete("/_local/calls").send().await.expect(204);
    company.get(&format!("/reports/{path}")).by(&admin).download().await;
    counted(company, &format!("GET /reports/{}", path.split('?').next().unwrap())).await
}

/// Returns the calls of a route since the last reset.
pub(super) async fn counted(company: &Company, route: &str) -> String {
    let report = company.get("/_local/calls").send().await.expect(200);
    let routes = report.body["routes"].as_array().unwrap().iter().filter(|of| of["route"] == route);
    let mut counts: BTreeMap<String, (u64, f64)> = BTreeMap::new();
    for of in routes.flat_map(|of| of["operations"].as_array().unwrap()) {
        let count = counts.entry(of["operation"].as_str().unwrap().to_owned()).or_default();
        count.0 += of["count"].as_u64().unwrap();
        count.1 += of["read_units"].as_f64().unwrap();
    }
    println!("{route}: {counts:?}");
    counts.iter().map(|(operation, (count, _))| format!("{count} {operation}")).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn a_report_of_few_costs_what_one_of_many_costs() {
    let company = Company::start().await;
    let mut costs: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (few, many) = (company.department("Few").await, company.department("Many").await);
    let week = Work::from("2026-10-05", 5);
    bulk_fixtures(&company, &few, 0..5, week).await;
    bulk_fixtures(&company, &many, 100..180, week).await;
    at(&company, &company.admin, "02T08:00").await;
    for department in [&few, &many] {
        for path in [
            "monthly-work?year=2026&month=10",
            "worked-hours?from=2026-10-01&to=2026-10-31&group_by=department",
            "worked-hours?from=2026-10-05&to=2026-10-09&group_by=day",
            "lateness?from=2026-10-05&to=2026-10-09",
            "trends?from=2026-10-05&to=2026-10-11",
            "attendance?from=2026-10-05&to=2026-10-05",
        ] {
            let cost = cost(&company, &format!("{path}&department_id={department}")).await;
            costs.entry(path).or_default().push(cost);
        }
    }
    // One batch reads the session. Two queries read the current and former departments; each other query reads a month or date
    // of the department.
    let expected = [
        // The second batch reads the days.
        ("attendance?from=2026-10-05&to=2026-10-05", "2 BatchGetItem, 3 Query"),
        ("lateness?from=2026-10-05&to=2026-10-09", "1 BatchGetItem, 7 Query"),
        ("monthly-work?year=2026&month=10", "1 BatchGetItem, 3 Query"),
        ("trends?from=2026-10-05&to=2026-10-11", "1 BatchGetItem, 9 Query"),
        ("worked-hours?from=2026-10-01&to=2026-10-31&group_by=department", "1 BatchGetItem, 3 Query"),
        ("worked-hours?from=2026-10-05&to=2026-10-09&group_by=day", "1 BatchGetItem, 7 Query"),
    ];
    for ((path, costs), (expected_path, expected)) in costs.iter().zip(expected) {
        assert_eq!((*path, costs.as_slice()), (expected_path, [expected.to_owned(), expected.to_owned()].as_slice()));
    }
}
