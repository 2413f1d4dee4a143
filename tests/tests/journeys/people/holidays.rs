use rollcall_tests::{Company, Reply};
use serde_json::{Value, json};

use super::{NOBODY, texts};

async fn add(company: &Company, body: Value) -> Reply {
    company.post("/holidays").by(&company.admin).json(body).send().await
}

#[tokio::test]
async fn holidays_are_added_listed_by_date_and_removed() {
    let company = Company::start().await;
    let site = json!({"name": "Pier", "time_zone": "UTC"});
    let site = company.post("/sites").by(&company.admin).json(site).send().await.expect(201);
    let maria = company.person("maria", json!({})).await;
    let eve = json!({"date": "2026-12-31", "name": "New Year's Eve", "half_day": "afternoon"});
    let added = add(&company, eve.clone()).await.expect(201);
    assert_eq!(added.body["half_day"], "afternoon");
    assert_eq!(added.body["site_id"], Value::Null);
    add(&company, json!({"date": "2026-10-29", "name": "Republic day", "site_id": site.str("id")})).await.expect(201);
    add(&company, json!({"date": "2027-01-01", "name": "New Year"})).await.expect(201);

    let list = async |query: &str| company.get(&format!("/holidays{query}")).by(&maria).send().await.expect(200);
    assert_eq!(texts(&list("").await, "date"), ["2026-10-29", "2026-12-31"], "the present year");
    assert_eq!(texts(&list("?year=2027").await, "name"), ["New Year"]);
    assert!(list("?year=2199").await.items().is_empty());
    for wrong in ["1999", "2200", "next"] {
        company.get(&format!("/holidays?year={wrong}")).by(&maria).send().await.expect_invalid("year");
    }

    add(&company, eve).await.expect_problem(409, "holiday_exists");
    add(&company, json!({"date": "2026-12-31", "name": "Eve", "half_day": "morning"})).await.expect(201);
    add(&company, json!({"date": "2026-12-31", "name": "Eve", "half_day": "evening"})).await.expect_invalid("half_day");
    add(&company, json!({"date": "2026-12-31", "name": "Eve", "site_id": NOBODY})).await.expect_invalid("site_id");
    add(&company, json!({"date": "31.12.2026", "name": "Eve"})).await.expect_invalid("date");

    let path = format!("/holidays/{}", added.str("id"));
    company.delete(&path).by(&maria).send().await.expect_problem(403, "forbidden");
    let stale = company.delete(&path).by(&company.admin).header("if-match", "\"2\"");
    stale.send().await.expect_problem(412, "precondition_failed");
    company.delete(&path).by(&company.admin).header("if-match", "\"1\"").send().await.expect(204);
    company.delete(&path).by(&company.admin).send().await.expect_problem(404, "not_found");
    for nothing in [NOBODY, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "christmas"] {
        let gone = company.delete(&format!("/holidays/{nothing}")).by(&company.admin);
        gone.send().await.expect_problem(404, "not_found");
    }
    assert_eq!(texts(&list("?year=2026").await, "date"), ["2026-10-29", "2026-12-31"]);
}
