//! The company context: written together with its parts, read by punches, created if it is missing.

use futures_util::future::join_all;
use local::PartitionKey;
use rollcall_tests::{Company, Person};
use serde_json::{Value, json};

use crate::table::{Item, Table};

async fn contexts(company: &Company) -> Vec<Item> {
    let mut contexts = Vec::new();
    for copy in 0..16 {
        contexts.extend(Table::of(company).partition(&format!("COMPANY#{copy:02}")).await);
    }
    contexts
}

fn version(item: &Item) -> u64 {
    item["version"].as_n().unwrap().parse().unwrap()
}

fn company_name(context: &Item) -> &str {
    let settings = context["settings"].as_m().unwrap()["settings"].as_m().unwrap();
    settings["company_name"].as_s().unwrap()
}

/// Returns the dates of the holidays of a context.
fn holidays(context: &Item) -> Vec<&str> {
    let mut dates = Vec::new();
    for year in context["years"].as_l().unwrap() {
        let of_year = year.as_m().unwrap()["holidays"].as_m().unwrap();
        let holidays = of_year["holidays"].as_l().unwrap().iter();
        dates.extend(holidays.map(|holiday| holiday.as_m().unwrap()["date"].as_s().unwrap().as_str()));
    }
    dates
}

async fn open_day(company: &Company) {
    company.post("/_local/schedules/open-day").send().await.expect(200);
}

async fn add_holiday(company: &Company, date: &str) {
    let body = json!({"date": date, "name": "Republic Day"});
    company.post("/holidays").by(&company.admin).json(body).send().await.expect(201);
}

/// Returns the calls of a route since the last reset, with the units that they read.
pub(crate) async fn reads(company: &Company, route: &str) -> Vec<(String, u64, f64)> {
    let calls = company.get("/_local/calls").send().await.expect(200);
    let routes = calls.body["routes"].as_array().unwrap();
    let found = routes.iter().find(|known| known["route"] == route).unwrap_or_else(|| panic!("{}", calls.text));
    let call = |call: &Value| {
        let units = call["read_units"].as_f64().unwrap();
        (call["operation"].as_str().unwrap().to_owned(), call["count"].as_u64().unwrap(), units)
    };
    found["operations"].as_array().unwrap().iter().map(call).collect()
}

/// Returns the cost of a clock-in with an `Idempotency-Key`.
async fn clock_in_reads(company: &Company, person: &Person) -> Vec<(String, u64, f64)> {
    company.reset_calls().await;
    let punch = company.post("/clock/in").by(person).header("Idempotency-Key", "k").json(json!({}));
    punch.send().await.expect(201);
    reads(company, "POST /clock/in").await
}

#[tokio::test]
async fn a_change_of_a_part_rewrites_all_sixteen_copies() {
    let company = Company::start().await;
    let before = version(&contexts(&company).await[0]);
    company.settings(json!({"company_name": "Harbour Works"})).await;
    add_holiday(&company, "2026-11-04").await;
    let other = json!({"name": "Study leave", "counted": false});
    company.put("/leave/types/study").by(&company.admin).json(other).send().await.expect(200);
    let contexts = contexts(&company).await;
    assert_eq!(contexts.len(), 16);
    for context in &contexts {
        assert_eq!(version(context), before + 3);
        assert_eq!(company_name(context), "Harbour Works");
        assert_eq!(holidays(context), ["2026-11-04"]);
        assert!(context["leave_types"].as_m().unwrap()["changed"].as_m().unwrap().contains_key("study"));
    }
}

#[tokio::test]
async fn admins_who_change_different_parts_at_once_lose_nothing() {
    let company = Company::start().await;
    let dates: Vec<String> = (10..18).map(|day| format!("2026-11-{day}")).collect();
    let renamed = (0..4).map(|number| company.settings(json!({"company_name": format!("Works {number}")})));
    tokio::join!(join_all(dates.iter().map(|date| add_holiday(&company, date))), join_all(renamed));
    let settings = company.get("/settings").by(&company.admin).send().await.expect(200);
    for context in contexts(&company).await {
        assert_eq!(holidays(&context), dates);
        assert_eq!(company_name(&context), settings.body["company_name"].as_str().unwrap());
    }
}

#[tokio::test]
async fn punches_work_in_a_table_of_an_earlier_release() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    add_holiday(&company, "2026-11-03").await;
    for copy in 0..16 {
        Table::of(&company).delete(&format!("COMPANY#{copy:02}"), "CONTEXT").await;
    }
    company.set_clock("2026-11-02T09:00:00+03:00").await;
    company.settings(json!({"late_grace_minutes": 0})).await;
    let maria = company.sign_in(&maria.username).await;
    company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
    assert_eq!(contexts(&company).await.len(), 0, "a change of a part builds nothing");

    open_day(&company).await;
    let built = contexts(&company).await;
    assert_eq!(built.len(), 16);
    assert_eq!(holidays(&built[7]), ["2026-11-03"]);
    open_day(&company).await;
    assert_eq!(version(&contexts(&company).await[0]), version(&built[0]), "it is current");
    company.set_clock("2026-11-03T09:00:00+03:00").await;
    let maria = company.sign_in(&maria.username).await;
    let status = company.get("/attendance/me/2026-11-03").by(&maria).send().await.expect(200);
    assert_eq!(status.body["kind"], "holiday");
}

#[tokio::test]
async fn open_day_corrects_a_context_that_an_earlier_release_left_behind() {
    let company = Company::start().await;
    company.settings(json!({"company_name": "Harbour Works"})).await;
    Table::of(&company).change_company_name_alone("Dock Works").await;
    open_day(&company).await;
    for context in contexts(&company).await {
        assert_eq!(company_name(&context), "Dock Works");
    }
}

#[tokio::test]
async fn the_next_years_holidays_are_known_before_open_day_adds_the_year() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    add_holiday(&company, "2027-02-02").await;
    assert_eq!(holidays(&contexts(&company).await[0]).len(), 0);
    company.set_clock("2027-02-02T09:00:00+03:00").await;
    let maria = company.sign_in(&maria.username).await;
    let day = company.get("/attendance/me/2027-02-02").by(&maria).send().await.expect(200);
    assert_eq!(day.body["kind"], "holiday");
    open_day(&company).await;
    assert_eq!(holidays(&contexts(&company).await[0]), ["2027-02-02"]);
}

/// 14 units before, four of them for the saved answer.
#[tokio::test]
async fn a_clock_in_writes_at_most_twelve_units_of_the_table() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    open_day(&company).await;
    company.stack.count_partitions();
    clock_in_reads(&company, &maria).await;
    let counted = company.stack.counted_partitions();
    // The other calls are writes of the stream's consumers.
    let of_punch = |key: &PartitionKey| {
        let is_own = key.value.ends_with(&maria.id) || key.value.starts_with("IDEM#");
        key.index.is_none() && is_own
    };
    let written: f64 = counted.iter().filter(|(key, _)| of_punch(key)).map(|(_, units)| units.write).sum();
    assert!(written <= 12.0, "{written}: {counted:?}");
}

/// Returns the write units of the table that a punch with an `Idempotency-Key` takes, at a time of 2 November.
async fn punch_writes(company: &Company, username: &str, (time, path, status): (&str, &str, u16)) -> f64 {
    company.set_clock(&format!("2026-11-02T{time}:00+03:00")).await;
    let person = company.sign_in(username).await;
    company.settle().await;
    company.stack.count_partitions();
    let punch = company.post(path).by(&person).header("Idempotency-Key", time).json(json!({}));
    punch.send().await.expect(status);
    let counted = company.stack.counted_partitions();
    let of_punch =
        |key: &PartitionKey| key.index.is_none() && (key.value.ends_with(&person.id) || key.value.starts_with("IDEM#"));
    counted.iter().filter(|(key, _)| of_punch(key)).map(|(_, units)| units.write).sum()
}

/// docs/data-model.md says how the units are counted.
#[tokio::test]
async fn every_punch_of_a_day_writes_at_most_twelve_units_of_the_table() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    open_day(&company).await;
    let [clock_in, break_start, break_end, out] = ["/clock/in", "/breaks/start", "/breaks/end", "/clock/out"];
    for punch in [
        ("09:00", clock_in, 201),
        ("12:00", break_start, 201),
        ("12:30", break_end, 200),
        ("15:00", out, 200),
        // The second session of the day.
        ("16:00", clock_in, 201),
        ("18:00", out, 200),
    ] {
        let written = punch_writes(&company, &maria.username, punch).await;
        assert!(written <= 12.0, "{punch:?}: {written}");
    }
}

/// 16 units before, of which five were of the one partition `ORG`.
#[tokio::test]
async fn a_clock_in_reads_at_most_twelve_units() {
    let company = Company::start().await;
    let site = json!({"name": "Quay", "time_zone": "Europe/Istanbul"});
    let site = company.post("/sites").by(&company.admin).json(site).send().await.expect(201);
    let on_time = company.person("maria", json!({})).await;
    let at_site = company.person("deniz", json!({"site_id": site.str("id")})).await;
    let late = company.person("ali", json!({})).await;
    company.set_clock("2026-11-02T09:00:00+03:00").await;
    let [on_time, at_site] = [company.sign_in(&on_time.username).await, company.sign_in(&at_site.username).await];
    let batch = |count: u64, units: f64| {
        vec![("BatchGetItem".to_owned(), count, units), ("TransactWriteItems".to_owned(), 1, 0.0)]
    };
    assert_eq!(clock_in_reads(&company, &on_time).await, batch(1, 10.0));
    assert_eq!(clock_in_reads(&company, &at_site).await, batch(2, 10.5), "the site");
    company.set_clock("2026-11-02T09:10:00+03:00").await;
    let late = company.sign_in(&late.username).await;
    assert_eq!(clock_in_reads(&company, &late).await, batch(2, 12.0), "the month's lateness and three balances");

    company.reset_calls().await;
    company.post("/clock/out").by(&on_time).json(json!({})).send().await.expect(200);
    assert_eq!(reads(&company, "POST /clock/out").await, batch(1, 9.0));
}

#[tokio::test]
async fn managers_registered_by_release_0_1_0_are_notified_and_migrated() {
    let company = Company::start().await;
    let department = company.department("Harbour").await;
    let more = json!({"role": "manager", "manages": [department]});
    let manager = company.person("manager", more).await;
    let maria = company.person("maria", json!({"department_id": department})).await;
    Table::of(&company).register_as_before(&department, &manager.id).await;

    for (date, moved) in [("2026-11-02", false), ("2026-11-03", true)] {
        company.set_clock(&format!("{date}T09:30:00+03:00")).await;
        let maria = company.sign_in(&maria.username).await;
        company.post("/clock/in").by(&maria).json(json!({})).send().await.expect(201);
        company.settle().await;
        let manager = company.sign_in(&manager.username).await;
        let told = company.get("/notifications").by(&manager).send().await.expect(200);
        let late = told.items().iter().filter(|note| note["kind"] == "late_arrival").count();
        assert_eq!(late, if moved { 2 } else { 1 }, "{}", told.text);
        company.post("/clock/out").by(&maria).json(json!({})).send().await.expect(200);
        open_day(&company).await;
    }
    let register = Table::of(&company).partition("ORG").await;
    let register = register.iter().find(|item| item["sk"].as_s().unwrap() == "MANAGERS").unwrap();
    assert!(register.keys().all(|line| !line.starts_with("of#")), "{register:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn scheduled_jobs_before_the_set_up_do_not_prevent_it() {
    let company = Company::not_set_up("2026-11-02T08:00:00+03:00").await;
    open_day(&company).await;
    assert!(contexts(&company).await.is_empty());
    let first = json!({"setup_token": company.stack.setup_token(), "username": "ada", "full_name": "Ada Admin",
        "password": "a fine long password"});
    company.post("/auth/setup").json(first).send().await.expect(201);
    assert_eq!(contexts(&company).await.len(), 16);
}
