use rollcall_tests::Company;
use serde_json::{Value, json};

use super::{NOBODY, texts, walk};

#[tokio::test]
async fn a_department_is_made_renamed_and_deleted_by_an_admin() {
    let company = Company::start().await;
    let made =
        company.post("/departments").by(&company.admin).json(json!({"name": "Harbour"})).send().await.expect(201);
    let path = format!("/departments/{}", made.str("id"));
    assert_eq!(made.header("location"), Some(path.as_str()));
    let expected = json!({"id": made.str("id"), "name": "Harbour", "members": 0, "version": 1});
    assert_eq!(made.body, expected);

    let maria = company.person("maria", json!({"department_id": made.str("id")})).await;
    let read = company.get(&path).by(&maria).send().await.expect(200);
    assert_eq!((&read.body["members"], read.header("etag")), (&json!(1), Some("\"1\"")));

    let change = |tag: &'static str, body: Value| {
        company.patch(&path).by(&company.admin).header("if-match", tag).json(body).send()
    };
    let renamed = change("\"1\"", json!({"name": "Docks"})).await.expect(200);
    assert_eq!(renamed.body, json!({"id": made.str("id"), "name": "Docks", "members": 1, "version": 2}));
    change("\"1\"", json!({"name": "Harbour"})).await.expect_problem(412, "precondition_failed");
    assert_eq!(change("\"2\"", json!({})).await.expect(200).body["version"], 2);
    change("*", json!({"name": ""})).await.expect_invalid("name");
    change("*", json!({"name": null})).await.expect_invalid("name");
    change("*", json!({"title": "x"})).await.expect_invalid("title");

    company.delete(&path).by(&company.admin).send().await.expect_problem(409, "department_in_use");
    let free = company.patch(&format!("/users/{}", maria.id)).by(&company.admin).json(json!({"department_id": null}));
    free.send().await.expect(200);
    let delete = |tag: &'static str| company.delete(&path).by(&company.admin).header("if-match", tag).send();
    delete("\"1\"").await.expect_problem(412, "precondition_failed");
    delete("\"2\"").await.expect(204);
    delete("*").await.expect_problem(404, "not_found");
    company.get(&path).by(&company.admin).send().await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn only_admins_write_departments() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let manager = company.person("mona", json!({"role": "manager", "manages_all": true})).await;
    let path = format!("/departments/{harbour}");
    company.post("/departments").by(&manager).json(json!({"name": "X"})).send().await.expect_problem(403, "forbidden");
    company.patch(&path).by(&manager).json(json!({"name": "X"})).send().await.expect_problem(403, "forbidden");
    company.delete(&path).by(&manager).send().await.expect_problem(403, "forbidden");
    company.get(&format!("/departments/{NOBODY}")).by(&manager).send().await.expect_problem(404, "not_found");
    company.get(&path).send().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn departments_are_listed_in_the_order_in_which_they_were_made() {
    let company = Company::start().await;
    for (minute, name) in ["Workshop", "Harbour", "Canteen"].into_iter().enumerate() {
        company.set_clock(&format!("2026-11-02T08:{minute:02}:00+03:00")).await;
        company.department(name).await;
    }
    let names = |items: &[Value]| items.iter().map(|item| item["name"].clone()).collect::<Vec<_>>();
    assert_eq!(
        names(&walk(&company, &company.admin, "/departments?limit=2").await),
        ["Workshop", "Harbour", "Canteen"]
    );
    let page = company.get("/departments?limit=2").by(&company.admin).send().await.expect(200);
    assert_eq!(texts(&page, "name"), ["Workshop", "Harbour"]);
}
