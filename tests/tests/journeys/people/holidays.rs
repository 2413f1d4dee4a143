use std::collections::BTreeSet;

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

/// Returns a calendar with all-day events, each with its UID, date and name.
pub(super) fn calendar(events: &[(&str, &str, &str)]) -> String {
    let event = |(uid, date, name): &(&str, &str, &str)| {
        format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART;VALUE=DATE:{date}\r\nSUMMARY:{name}\r\nEND:VEVENT\r\n")
    };
    let events: String = events.iter().map(event).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
}

#[tokio::test]
async fn a_calendar_is_imported_once_and_follows_its_events() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let send = |query: &'static str, calendar: String| {
        company.post(&format!("/holidays/import{query}")).by(&admin).raw("text/calendar", calendar).send()
    };
    let counts = |reply: &Reply| {
        let added = reply.body["added"].as_array().unwrap().len();
        (added, reply.body["removed"].as_array().unwrap().len(), reply.body["unchanged"].as_u64().unwrap())
    };
    let first = calendar(&[("a@x", "20261225", "Christmas"), ("b@x", "20270101", "New Year")]);
    assert_eq!(counts(&send("?preview=true", first.clone()).await.expect(200)), (2, 0, 0));
    assert_eq!(counts(&send("", first.clone()).await.expect(200)), (2, 0, 0));
    assert_eq!(counts(&send("", first).await.expect(200)), (0, 0, 2));
    let moved = calendar(&[("a@x", "20261224", "Christmas Eve"), ("b@x", "20270101", "New Year")]);
    assert_eq!(counts(&send("", moved).await.expect(200)), (1, 1, 1));
    let of_2026 = company.get("/holidays?year=2026").by(&admin).send().await.expect(200);
    let shown: Vec<_> = of_2026.items().iter().map(|holiday| (&holiday["date"], &holiday["name"])).collect();
    assert_eq!(shown, [(&json!("2026-12-24"), &json!("Christmas Eve"))]);
    send("", "hello".to_owned()).await.expect_problem(422, "invalid_values");
    let sheet = company.post("/holidays/import").by(&admin).raw("text/csv", "date,name\n").send().await;
    sheet.expect_problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn public_holidays_of_a_country_are_imported_once() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    let send = |query: &'static str, body: Value| {
        company.post(&format!("/holidays/import{query}")).by(&admin).json(body).send()
    };
    let dates = |reply: &Reply| {
        let added = reply.body["added"].as_array().unwrap().iter();
        added.map(|holiday| holiday["date"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let germany = json!({"country": "DE", "years": [2027]});
    assert_eq!(dates(&send("?preview=true", germany.clone()).await.expect(200)).len(), 9);
    let added = send("", germany.clone()).await.expect(200);
    assert_eq!(added.body["added"][0]["name"], "Neujahr");
    let again = send("", germany).await.expect(200);
    assert_eq!((dates(&again).len(), &again.body["unchanged"]), (0, &json!(9)));
    let bavaria = json!({"country": "DE", "subdivision": "BY", "years": [2027]});
    assert_eq!(dates(&send("", bavaria).await.expect(200)), ["2027-01-06", "2027-05-27", "2027-11-01"]);

    let turkey = send("?preview=true", json!({"country": "TR", "years": [2027]})).await.expect(200);
    let half_days = |reply: &Reply| {
        reply.body["added"].as_array().unwrap().iter().filter(|holiday| holiday["half_day"] == "afternoon").count()
    };
    assert_eq!(half_days(&turkey), 3);
    let whole = json!({"country": "TR", "years": [2027], "half_days": false});
    assert_eq!(half_days(&send("?preview=true", whole).await.expect(200)), 0);

    send("", json!({"country": "ZZ", "years": [2027]})).await.expect_invalid("country");
    send("", json!({"country": "DE", "subdivision": "XX", "years": [2027]})).await.expect_invalid("subdivision");
    send("", json!({"country": "DE", "years": [2036]})).await.expect_invalid("years");
    send("", json!({"country": "DE", "years": []})).await.expect_invalid("years");
}

#[tokio::test]
async fn each_site_of_a_country_gets_the_holidays_of_its_own_region() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    for (name, region) in [("Munich", json!("DE-BY")), ("Berlin", json!("DE-BE")), ("Lisbon", json!("PT"))] {
        let site = json!({"name": name, "time_zone": "Europe/Berlin", "region": region});
        company.post("/sites").by(&admin).json(site).send().await.expect(201);
    }
    let send = |query: &'static str, body: Value| {
        company.post(&format!("/holidays/import?{query}")).by(&admin).json(body).send()
    };
    let on = |reply: &Reply, date: &str| {
        let added = reply.body["added"].as_array().unwrap().iter().filter(|holiday| holiday["date"] == date);
        added.map(|holiday| holiday["site_name"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
    };
    let germany = json!({"country": "DE", "years": [2027]});
    let added = send("region=DE", germany.clone()).await.expect(200);
    assert_eq!(on(&added, "2027-01-06"), ["Munich".to_owned()].into());
    assert_eq!(on(&added, "2027-03-08"), ["Berlin".to_owned()].into());
    assert_eq!(on(&added, "2027-10-03"), ["Berlin".to_owned(), "Munich".to_owned()].into());
    let again = send("region=DE", germany.clone()).await.expect(200);
    assert_eq!(again.body["added"], json!([]));
    send("region=FR", germany).await.expect_invalid("region");
}

#[tokio::test]
async fn a_calendar_of_a_region_is_for_the_sites_in_it() {
    let company = Company::start().await;
    let admin = company.sign_in("ada").await;
    for (name, region) in [("Munich", "DE-BY"), ("Berlin", "DE-BE"), ("Lisbon", "PT")] {
        let site = json!({"name": name, "time_zone": "Europe/Berlin", "region": region});
        company.post("/sites").by(&admin).json(site).send().await.expect(201);
    }
    let send = |query: &'static str| {
        let calendar = calendar(&[("a@x", "20261101", "All Saints")]);
        company.post(&format!("/holidays/import?{query}")).by(&admin).raw("text/calendar", calendar).send()
    };
    let sites = |reply: &Reply| {
        let added = reply.body["added"].as_array().unwrap().iter();
        added.map(|holiday| holiday["site_name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sites(&send("region=DE-BY").await.expect(200)), ["Munich"]);
    assert_eq!(sites(&send("region=DE").await.expect(200)), ["Berlin"], "Munich has it already");
    send("region=FR").await.expect_invalid("region");
    send("region=de").await.expect_invalid("region");
    let all = company.get("/sites").by(&admin).send().await.expect(200);
    let site = all.items().iter().find(|site| site["name"] == "Munich").unwrap();
    let path = format!("/sites/{}", site["id"].as_str().unwrap());
    let changed = company.patch(&path).by(&admin).json(json!({"region": null})).send().await.expect(200);
    assert_eq!((&site["region"], &changed.body["region"]), (&json!("DE-BY"), &Value::Null));
}
