use rollcall_tests::{Company, company::PASSWORD};
use serde_json::{Value, json};

#[tokio::test]
async fn disabling_ends_sign_ins_and_keeps_the_person() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let maria = company.person("maria", json!({"department_id": harbour, "time_zone": "America/New_York"})).await;
    let path = format!("/users/{}", maria.id);
    let delete = |tag: &'static str| company.delete(&path).by(&company.admin).header("if-match", tag).send();
    delete("\"7\"").await.expect_problem(412, "precondition_failed");
    let gone = delete("\"1\"").await.expect(204);
    assert_eq!(gone.text, "");

    let read = company.get(&path).by(&company.admin).send().await.expect(200);
    assert_eq!(read.body["status"], "disabled");
    assert_eq!(read.body["left_on"], "2026-11-02", "it is one in the morning in New York");
    assert_eq!(read.body["version"], 2);
    let login = || company.post("/auth/login").json(json!({"username": "maria", "password": PASSWORD})).send();
    login().await.expect_problem(403, "account_disabled");
    let refresh = company.post("/auth/refresh").json(json!({"refresh_token": maria.refresh_token}));
    refresh.send().await.expect_problem(403, "account_disabled");

    company.delete(&path).by(&company.admin).send().await.expect(204);
    let unchanged = company.get(&path).by(&company.admin).send().await.expect(200);
    assert_eq!(unchanged.body["version"], 2);

    let back = company.patch(&path).by(&company.admin).json(json!({"status": "active"})).send().await.expect(200);
    assert_eq!((&back.body["status"], &back.body["left_on"]), (&json!("active"), &Value::Null));
    login().await.expect(200);
    company.post("/auth/refresh").json(json!({"refresh_token": maria.refresh_token})).send().await.expect(401);
}

#[tokio::test]
async fn disabling_by_a_change_does_the_same() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let path = format!("/users/{}", maria.id);
    let gone = company.patch(&path).by(&company.admin).json(json!({"status": "disabled"})).send().await.expect(200);
    assert_eq!((&gone.body["status"], &gone.body["left_on"]), (&json!("disabled"), &json!("2026-11-02")));
    let refresh = company.post("/auth/refresh").json(json!({"refresh_token": maria.refresh_token}));
    refresh.send().await.expect_problem(403, "account_disabled");
}

#[tokio::test]
async fn a_registration_is_activated_by_who_manages_everyone() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let manager = company.person("mona", json!({"role": "manager", "manages": [harbour]})).await;
    let general = company.person("gina", json!({"role": "manager", "manages_all": true})).await;
    let body = json!({"username": "maria", "full_name": "Maria Weber", "password": PASSWORD});
    let maria = company.post("/auth/register").json(body).send().await.expect(201);
    let path = format!("/users/{}", maria.str("id"));
    let activate = json!({"status": "active", "department_id": harbour});
    company.patch(&path).by(&manager).json(activate.clone()).send().await.expect_problem(404, "not_found");
    let active = company.patch(&path).by(&general).json(activate).send().await.expect(200);
    assert_eq!(active.body["hired_on"], "2026-11-02");
    assert_eq!(active.body["department_id"], json!(harbour));
    company.get(&path).by(&manager).send().await.expect(200);
}
