use rollcall_tests::{Company, Reply};
use serde_json::{Value, json};

async fn make(company: &Company, body: Value) -> Reply {
    company.post("/sites").by(&company.admin).json(body).send().await
}

#[tokio::test]
async fn a_site_is_made_moved_and_deleted_by_an_admin() {
    let company = Company::start().await;
    let body = json!({"name": "Pier", "time_zone": "Europe/Berlin", "latitude": 53.5, "longitude": 10});
    let made = make(&company, body).await.expect(201);
    let path = format!("/sites/{}", made.str("id"));
    let expected = json!({"id": made.str("id"), "name": "Pier", "time_zone": "Europe/Berlin", "latitude": 53.5,
        "longitude": 10.0, "radius_m": 200, "region": null, "members": 0, "version": 1});
    assert_eq!(made.body, expected);
    assert_eq!(made.header("location"), Some(path.as_str()));

    let maria = company.person("maria", json!({"site_id": made.str("id")})).await;
    let change = |body: Value| company.patch(&path).by(&company.admin).json(body).send();
    let moved = change(json!({"time_zone": "Europe/Athens", "radius_m": 50})).await.expect(200);
    assert_eq!((&moved.body["radius_m"], &moved.body["version"]), (&json!(50), &json!(2)));
    assert_eq!(moved.body["members"], 1);
    change(json!({"latitude": null})).await.expect_invalid("latitude");
    change(json!({"latitude": 91})).await.expect_invalid("latitude");
    let nowhere = change(json!({"latitude": null, "longitude": null})).await.expect(200);
    assert_eq!((&nowhere.body["latitude"], &nowhere.body["radius_m"]), (&Value::Null, &Value::Null));
    let stale = company.patch(&path).by(&company.admin).header("if-match", "\"2\"").json(json!({"name": "X"}));
    stale.send().await.expect_problem(412, "precondition_failed");

    let read = company.get(&path).by(&maria).send().await.expect(200);
    assert_eq!((&read.body["time_zone"], read.header("etag")), (&json!("Europe/Athens"), Some("\"3\"")));
    company.delete(&path).by(&company.admin).send().await.expect_problem(409, "site_in_use");
    let free = company.patch(&format!("/users/{}", maria.id)).by(&company.admin).json(json!({"site_id": null}));
    free.send().await.expect(200);
    company.delete(&path).by(&maria).send().await.expect_problem(403, "forbidden");
    company.delete(&path).by(&company.admin).send().await.expect(204);
    company.get(&path).by(&maria).send().await.expect_problem(404, "not_found");
    assert!(company.get("/sites").by(&maria).send().await.expect(200).items().is_empty());
}

#[tokio::test]
async fn coordinates_come_together_or_not_at_all() {
    let company = Company::start().await;
    for (more, path) in [
        (json!({"latitude": 1}), "longitude"),
        (json!({"longitude": 1}), "latitude"),
        (json!({"radius_m": 100}), "latitude"),
        (json!({"latitude": 1, "longitude": 181}), "longitude"),
        (json!({"latitude": 1, "longitude": 1, "radius_m": 5}), "radius_m"),
        (json!({"time_zone": "Nowhere"}), "time_zone"),
        (json!({"name": "a\u{0}b"}), "name"),
        (json!({"colour": "red"}), "colour"),
    ] {
        let mut body = json!({"name": "Pier", "time_zone": "UTC"});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        make(&company, body).await.expect_invalid(path);
    }
    make(&company, json!({"name": "Pier"})).await.expect_invalid("time_zone");
}

#[tokio::test]
async fn a_company_has_at_most_200_sites() {
    let company = Company::start().await;
    for _ in 0..200 {
        make(&company, json!({"name": "Pier", "time_zone": "UTC"})).await.expect(201);
    }
    make(&company, json!({"name": "Pier", "time_zone": "UTC"})).await.expect_problem(409, "too_many_sites");
    let all = super::walk(&company, &company.admin, "/sites?limit=70").await;
    assert_eq!(all.len(), 200);
}

/// Past dates are also read in the site's zone.
#[tokio::test]
async fn a_site_that_a_shift_names_is_not_deleted_though_nobody_belongs_to_it() {
    let company = Company::start().await;
    let [quay, pier] = [json!({"name": "Quay", "time_zone": "UTC"}), json!({"name": "Pier", "time_zone": "UTC"})];
    let (quay, pier) = (make(&company, quay).await.expect(201), make(&company, pier).await.expect(201));
    let maria = company.person("maria", json!({})).await;
    let pattern = |site: &Reply| {
        let shift = json!({"start": "09:00", "end": "17:00", "site_id": site.str("id")});
        let body = json!({"effective_from": "2026-11-09", "weekly_offs": ["sunday"], "shifts": {"monday": [shift]}});
        company.put(&format!("/roster/{}", maria.id)).by(&company.admin).json(body).send()
    };
    let delete = |site: &Reply| company.delete(&format!("/sites/{}", site.str("id"))).by(&company.admin).send();
    pattern(&quay).await.expect(200);
    delete(&quay).await.expect_problem(409, "site_in_use");
    // Replaced before it ever applied.
    pattern(&pier).await.expect(200);
    delete(&quay).await.expect(204);
    delete(&pier).await.expect_problem(409, "site_in_use");
    pattern(&quay).await.expect_problem(422, "invalid_values");
}
