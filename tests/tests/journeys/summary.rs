//! Summaries: their figures, their dates, and their cost.

use std::collections::BTreeMap;

use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

const FIGURES: [&str; 6] =
    ["worked_seconds", "break_seconds", "scheduled_seconds", "overtime_seconds", "late_seconds", "early_leave_seconds"];

async fn at(company: &Company, person: &Person, now: &str) -> Person {
    company.set_clock(&format!("{now}:00+03:00")).await;
    company.sign_in(&person.username).await
}

/// Works a session on each of the dates.
async fn work(company: &Company, person: &Person, days: &[(&str, &str, &str)]) {
    for (date, arrives, leaves) in days {
        for (time, path, status) in [(arrives, "/clock/in", 201), (leaves, "/clock/out", 200)] {
            let person = at(company, person, &format!("{date}T{time}")).await;
            company.post(path).by(&person).json(json!({})).send().await.expect(status);
        }
    }
}

async fn summary(company: &Company, person: &Person, query: &str) -> Reply {
    company.get(&format!("/attendance/me/summary?{query}")).by(person).send().await
}

fn sum<'a>(parts: impl IntoIterator<Item = &'a Value>, figure: &str) -> i64 {
    parts.into_iter().map(|part| part[figure].as_i64().unwrap()).sum()
}

#[tokio::test]
async fn every_period_is_the_sum_of_its_days_and_of_its_buckets() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let days = [
        ("2026-10-30", "09:00", "18:00"),
        ("2026-11-02", "09:20", "18:10"),
        ("2026-11-03", "09:00", "17:00"),
        ("2026-11-07", "10:00", "12:00"),
        ("2026-11-09", "08:30", "20:00"),
        ("2026-12-01", "09:30", "18:00"),
    ];
    company.set_clock("2026-10-30T08:00:00+03:00").await;
    work(&company, &maria, &days).await;
    let maria = at(&company, &maria, "2026-12-01T19:00").await;
    for (query, from, to, buckets, present, late) in [
        ("period=day&date=2026-11-02", "2026-11-02", "2026-11-02", 1, 1, 1),
        ("period=week&date=2026-11-04", "2026-11-02", "2026-11-08", 7, 3, 1),
        ("period=week&date=2026-11-01", "2026-10-26", "2026-11-01", 7, 1, 0),
        ("period=month&date=2026-11-30", "2026-11-01", "2026-11-30", 30, 4, 1),
        ("period=month", "2026-12-01", "2026-12-31", 31, 1, 1),
        ("period=year&date=2026-01-01", "2026-01-01", "2026-12-31", 12, 6, 2),
        ("period=year&date=2025-01-01", "2025-01-01", "2025-12-31", 12, 0, 0),
    ] {
        let whole = summary(&company, &maria, query).await.expect(200).body;
        assert_eq!((&whole["from"], &whole["to"]), (&json!(from), &json!(to)), "{query}");
        assert_eq!(whole["period"], query[7..].split('&').next().unwrap());
        let parts = whole["buckets"].as_array().unwrap();
        assert_eq!(parts.len(), buckets, "{query}");
        assert_eq!((&parts[0]["from"], &parts[buckets - 1]["to"]), (&json!(from), &json!(to)), "{query}");
        let path = format!("/attendance/me?from={from}&to={to}");
        let list = company.get(&path).by(&maria).send().await.expect(200);
        for figure in FIGURES {
            assert_eq!(whole[figure], sum(list.items(), figure), "{query} {figure}");
            assert_eq!(whole[figure], sum(parts, figure), "{query} {figure}");
        }
        assert_eq!((&whole["days_present"], &whole["days_late"]), (&json!(present), &json!(late)), "{query}");
        assert_eq!((&whole["days_absent"], &whole["days_on_leave"]), (&json!(0), &json!(0.0)), "{query}");
    }
    let year = summary(&company, &maria, "period=year").await.expect(200).body;
    let worked: Vec<i64> =
        year["buckets"].as_array().unwrap().iter().map(|month| month["worked_seconds"].as_i64().unwrap()).collect();
    assert_eq!(worked[..9], [0; 9]);
    assert_eq!(worked[9..], [32_400, 31_800 + 28_800 + 7200 + 41_400, 30_600]);
    assert_eq!((&year["buckets"][1]["from"], &year["buckets"][1]["to"]), (&json!("2026-02-01"), &json!("2026-02-28")));
}

#[tokio::test]
async fn an_iso_week_runs_over_the_end_of_the_year() {
    let company = Company::start_at("2026-12-28T08:00:00+03:00", "Europe/Istanbul").await;
    let maria = company.person("maria", json!({})).await;
    work(&company, &maria, &[("2026-12-31", "09:00", "18:00"), ("2027-01-01", "09:00", "17:00")]).await;
    let maria = at(&company, &maria, "2027-01-03T12:00").await;
    for query in ["period=week", "period=week&date=2026-12-28", "period=week&date=2027-01-01"] {
        let week = summary(&company, &maria, query).await.expect(200).body;
        assert_eq!((&week["from"], &week["to"]), (&json!("2026-12-28"), &json!("2027-01-03")), "{query}");
        assert_eq!(week["worked_seconds"], 32_400 + 28_800);
        assert_eq!(
            (&week["buckets"][3]["worked_seconds"], &week["buckets"][4]["worked_seconds"]),
            (&json!(32_400), &json!(28_800))
        );
    }
    for (year, worked) in [("2026-06-01", 32_400), ("2027-06-01", 28_800)] {
        let year = summary(&company, &maria, &format!("period=year&date={year}")).await.expect(200).body;
        assert_eq!(year["worked_seconds"], worked);
    }
}

#[tokio::test]
async fn a_month_in_two_departments_is_one_bucket() {
    let company = Company::start().await;
    let [harbour, workshop] = [company.department("Harbour").await, company.department("Workshop").await];
    let maria = company.person("maria", json!({"department_id": harbour})).await;
    work(&company, &maria, &[("2026-11-02", "09:00", "18:00")]).await;
    let admin = company.sign_in("ada").await;
    let path = format!("/users/{}", maria.id);
    company.patch(&path).by(&admin).json(json!({"department_id": workshop})).send().await.expect(200);
    work(&company, &maria, &[("2026-11-03", "09:00", "17:00")]).await;
    let maria = at(&company, &maria, "2026-11-03T18:00").await;
    let year = summary(&company, &maria, "period=year").await.expect(200).body;
    assert_eq!(year["buckets"][10]["worked_seconds"], 32_400 + 28_800);
    assert_eq!(year["days_present"], 2);
}

#[tokio::test]
async fn a_summary_is_one_query_whatever_the_period() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    work(&company, &maria, &[("2026-11-02", "09:00", "18:00"), ("2026-12-01", "09:00", "18:00")]).await;
    let maria = at(&company, &maria, "2026-12-01T19:00").await;
    let admin = company.sign_in("ada").await;
    for period in ["day", "week", "month", "year"] {
        let calls = async |person: &Person, user: &str| {
            company.delete("/_local/calls").send().await;
            let path = format!("/attendance/{user}/summary?period={period}");
            company.get(&path).by(person).send().await.expect(200);
            let report = company.get("/_local/calls").send().await.expect(200).body;
            assert_eq!(report["routes"][0]["route"], "GET /attendance/{user_id}/summary");
            let operations = report["routes"][0]["operations"].as_array().unwrap().clone();
            let count = |of: &Value| (of["operation"].as_str().unwrap().to_owned(), of["count"].as_u64().unwrap());
            operations.iter().map(count).collect::<BTreeMap<_, _>>()
        };
        // The batch contains the session, and the profile of another person.
        let expected = BTreeMap::from([("BatchGetItem".to_owned(), 1), ("Query".to_owned(), 1)]);
        assert_eq!(calls(&maria, "me").await, expected, "{period}");
        assert_eq!(calls(&admin, &maria.id).await, expected, "{period}");
    }
}

#[tokio::test]
async fn a_wrong_period_or_date_is_named() {
    let company = Company::start().await;
    for (query, path) in [
        ("", "period"),
        ("period=fortnight", "period"),
        ("period=week&date=2026-02-30", "date"),
        ("period=week&date=1999-12-31", "date"),
        ("period=week&from=2026-11-02", "from"),
    ] {
        summary(&company, &company.admin, query).await.expect_invalid(path);
    }
    let nobody = company.get("/attendance/01JBN2V7Q4W0M3T9K5ZXH8R6CD/summary?period=day").by(&company.admin);
    nobody.send().await.expect_problem(404, "not_found");
}
