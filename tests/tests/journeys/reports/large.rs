//! Reports of many people, who are created directly in the table: reports that exceed a response, and their cost.

use std::{ops::Range, sync::Arc};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, PutRequest, WriteRequest},
};
use domain::{day::Month, ports::Clock};
use local::workforce::Workforce;
use rollcall_tests::Company;
use runtime::system::SystemEntropy;
use serde_json::json;
use store::keys;

use super::{at, costs::counted, rows};
use crate::{
    process_memory::kilobytes,
    table::{Item, Table},
};

/// The work of bulk fixtures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Work<'a> {
    /// The first date.
    pub(super) from: &'a str,
    /// The number of workdays.
    pub(super) days: usize,
    /// The number of sessions per day. One of them is from nine to six, and late for every fourth person.
    pub(super) sessions: usize,
    /// The remark of each punch.
    pub(super) remark: &'a str,
}

impl<'a> Work<'a> {
    /// Returns work with one session a day, from a date on.
    pub(super) const fn from(date: &'a str, days: usize) -> Self {
        Self { from: date, days, sessions: 1, remark: "At the terminal by the gate" }
    }
}

/// Creates the people of a department, and the days that they worked.
pub(super) async fn bulk_fixtures(company: &Company, department: &str, numbers: Range<usize>, work: Work<'_>) {
    let workforce = Workforce {
        department_id: department.parse().unwrap(),
        first: numbers.start,
        people: numbers.len(),
        from: work.from.parse().unwrap(),
        days: work.days,
        sessions: work.sessions,
        remark: Some(work.remark.to_owned()),
        password_of: None,
    };
    let store = Table::of(company).store(Arc::new(SystemEntropy)).await;
    workforce.write(&store, company.stack.clock().now()).await.unwrap();
}

/// Writes only month totals, as 22 days of a person would result in: a month's report reads nothing else.
async fn months(company: &Company, department: &str, numbers: Range<usize>) {
    let client = Client::new(company.stack.sdk());
    let table = client.list_tables().send().await.unwrap().table_names()[0].clone();
    let figures = [
        ("worked_seconds", 720_720),
        ("scheduled_seconds", 633_600),
        ("days_present", 22),
        ("overtime_seconds", 87_120),
        ("late_seconds", 26_400),
        ("days_late", 22),
    ];
    let item = |number: usize| {
        let put = PutRequest::builder().set_item(Some(october(department, number, &figures)));
        WriteRequest::builder().put_request(put.build().unwrap()).build()
    };
    for some in numbers.map(item).collect::<Vec<_>>().chunks(25) {
        client.batch_write_item().request_items(&table, some.to_vec()).send().await.unwrap();
    }
}

/// Returns the item with a person's totals of October.
fn october(department: &str, number: usize, figures: &[(&str, u64)]) -> Item {
    let (department, october) = (Some(department.parse().unwrap()), Month { year: 2026, month: 10 });
    let user = format!("01JBN2V7Q4W0M3T9K5{number:08}").parse().unwrap();
    let (key, index) = (keys::month(user, october, department), keys::months_index(october, department, user));
    let texts = [("pk", key.pk), ("sk", key.sk), ("gsi1pk", index.pk), ("gsi1sk", index.sk)];
    let texts = texts.map(|(name, text)| (name.to_owned(), AttributeValue::S(text)));
    let figures = figures.iter().map(|(name, of)| ((*name).to_owned(), AttributeValue::N(of.to_string())));
    let name = AttributeValue::S(format!("Person {number:05} of the Crowd"));
    let row = ("row".to_owned(), AttributeValue::M([("full_name".to_owned(), name)].into()));
    texts.into_iter().chain(figures).chain([row]).collect()
}

#[tokio::test]
async fn a_workbook_of_more_rows_than_it_can_hold_is_refused_at_once() {
    let company = Company::start().await;
    let crew = company.department("Crew").await;
    let client = Client::new(company.stack.sdk());
    let table = client.list_tables().send().await.unwrap().table_names()[0].clone();
    let admin = at(&company, &company.admin, "02T08:00").await;
    let order = async |format: &str, report: &str| {
        let order = json!({"report": report, "from": "2026-10-01", "to": "2026-10-31", "format": format});
        company.post("/reports/exports").by(&admin).json(order).send().await
    };
    let present = [("days_present", 250_000)];
    client.put_item().table_name(&table).set_item(Some(october(&crew, 1, &present))).send().await.unwrap();
    order("xlsx", "attendance").await.expect(202);
    // Excel's sheets have 1,048,576 rows, and Rollcall's fewer.
    for rows in [1_048_577, 250_001] {
        let present = [("days_present", rows)];
        client.put_item().table_name(&table).set_item(Some(october(&crew, 1, &present))).send().await.unwrap();
        let refused = order("xlsx", "attendance").await.expect_problem(422, "too_many_rows");
        assert_eq!(refused.str("detail"), "A workbook has at most 250000 rows. Choose CSV instead.");
    }
    order("csv", "attendance").await.expect(202);
    order("xlsx", "lateness").await.expect(202);
}

#[tokio::test]
async fn beyond_a_thousand_rows_an_answer_is_refused_and_an_export_is_not() {
    let company = Company::start().await;
    let crew = company.department("Crew").await;
    bulk_fixtures(&company, &crew, 0..260, Work::from("2026-10-05", 4)).await;
    let admin = at(&company, &company.admin, "02T08:00").await;
    let reports = |query: &str| company.get(&format!("/reports/{query}")).by(&admin);
    let refused = reports("attendance?from=2026-10-01&to=2026-10-31").send().await;
    refused.expect_problem(413, "report_too_large");
    let three_days = reports("attendance?from=2026-10-05&to=2026-10-07").send().await.expect(200);
    assert_eq!(rows(&three_days).len(), 780);

    let order = json!({"report": "attendance", "from": "2026-10-01", "to": "2026-10-31", "format": "csv"});
    let ordered = company.post("/reports/exports").by(&admin).json(order).send().await.expect(202);
    company.settle().await;
    let path = format!("/reports/exports/{}", ordered.str("id"));
    let done = company.get(&path).by(&admin).send().await.expect(200);
    let file = reqwest::get(done.str("url")).await.unwrap().bytes().await.unwrap();
    let mut reader = csv::Reader::from_reader(&file[..]);
    let dates: Vec<String> = reader.records().map(|line| line.unwrap().get(0).unwrap().to_owned()).collect();
    assert_eq!(dates.len(), 1040);
    assert!(dates.is_sorted(), "by date");
}

/// Measures the figures of `docs/performance.md`. It creates 220,000 days, so it is run by hand:
/// `ROLLCALL_PEOPLE=10000 cargo test -p rollcall-tests --test journeys reports::large::a_month -- --ignored --nocapture`
#[tokio::test]
#[ignore = "takes minutes"]
#[expect(clippy::disallowed_methods, reason = "the test measures real time")]
async fn a_month_of_thousands() {
    let given =
        |name: &str, usual| std::env::var_os(name).map_or(usual, |number| number.to_str().unwrap().parse().unwrap());
    let (people, days): (usize, usize) = (given("ROLLCALL_PEOPLE", 1000), given("ROLLCALL_DAYS", 22));
    let work = Work { sessions: given("ROLLCALL_SESSIONS", 1), ..Work::from("2026-10-01", days) };
    let company = Company::start().await;
    let mut departments = Vec::new();
    for (number, first) in (0..people).step_by(1000).enumerate() {
        let department = company.department(&format!("Department {number}")).await;
        let numbers = first..(first + 1000).min(people);
        match days {
            0 => months(&company, &department, numbers).await,
            _ => bulk_fixtures(&company, &department, numbers, work).await,
        }
        departments.push(department);
    }
    company.settle().await;
    let admin = at(&company, &company.admin, "02T08:00").await;
    for query in [
        format!("monthly-work?year=2026&month=10&department_id={}", departments[0]),
        "worked-hours?from=2026-10-01&to=2026-10-31&group_by=department".to_owned(),
        "trends?from=2026-10-12&to=2026-10-13".to_owned(),
    ] {
        company.delete("/_local/calls").send().await;
        let before = kilobytes();
        let started = tokio::time::Instant::now();
        let reply = company.get(&format!("/reports/{query}")).by(&admin).send().await.expect(200);
        let took = started.elapsed();
        println!("{query}: {took:?}, {} bytes, memory {before} -> {} kB", reply.text.len(), kilobytes());
        counted(&company, &format!("GET /reports/{}", query.split('?').next().unwrap())).await;
    }
    for (report, more) in [
        ("monthly-work", json!({"year": 2026, "month": 10})),
        ("attendance", json!({"from": "2026-10-01", "to": "2026-10-31"})),
    ] {
        if days == 0 && report == "attendance" {
            continue;
        }
        for format in ["csv", "xlsx"] {
            company.delete("/_local/calls").send().await;
            let mut order = json!({"report": report, "format": format});
            order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let started = tokio::time::Instant::now();
            let ordered = company.post("/reports/exports").by(&admin).json(order).send().await.expect(202);
            let done = loop {
                let path = format!("/reports/exports/{}", ordered.str("id"));
                let now = company.get(&path).by(&admin).send().await.expect(200).body;
                if now["status"] != "queued" && now["status"] != "running" {
                    break now;
                }
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            };
            println!("{report} {format}: {} in {:?}, memory {} kB", done["status"], started.elapsed(), kilobytes());
            counted(&company, "jobs").await;
            let file = reqwest::get(done["url"].as_str().unwrap()).await.unwrap().bytes().await.unwrap();
            println!("{} bytes", file.len());
        }
    }
}
