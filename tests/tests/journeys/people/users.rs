use rollcall_tests::{Company, company::PASSWORD};
use serde_json::{Value, json};

use super::NOBODY;

#[tokio::test]
async fn a_manager_makes_accounts_in_their_own_departments() {
    let company = Company::start().await;
    let (harbour, workshop) = (company.department("Harbour").await, company.department("Workshop").await);
    let manager = company.person("mona", json!({"role": "manager", "manages": [harbour]})).await;
    let maria = json!({"username": "Maria", "full_name": "Maria Weber", "email": "Maria@Example.com",
        "department_id": harbour});

    let made = company.post("/users").by(&manager).json(maria.clone()).send().await.expect(201);
    assert_eq!(made.header("location"), Some(format!("/users/{}", made.str("id")).as_str()));
    assert_eq!(made.header("etag"), Some("\"1\""));
    assert_eq!((&made.body["username"], &made.body["email"]), (&json!("maria"), &json!("maria@example.com")));
    assert_eq!((&made.body["role"], &made.body["status"]), (&json!("employee"), &json!("active")));
    assert_eq!(made.body["hired_on"], "2026-11-02");
    assert_eq!(made.body["created_at"], "2026-11-02T08:00:00+03:00");
    assert_eq!(made.body["annual_leave_days"], Value::Null);
    let password = made.str("temporary_password");
    let login = json!({"username": "maria@example.com", "password": password});
    company.post("/auth/login").json(login).send().await.expect(200);
    let read = company.get(&format!("/users/{}", made.str("id"))).by(&manager).send().await.expect(200);
    assert!(read.body.get("temporary_password").is_none());

    let post = |body: Value| company.post("/users").by(&manager).json(body).send();
    let with = |more: Value| {
        let mut body = json!({"username": "anna", "full_name": "Anna", "department_id": harbour});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
        body
    };
    post(maria).await.expect_problem(409, "username_taken");
    post(with(json!({"email": "maria@example.com"}))).await.expect_problem(409, "email_taken");
    for not_theirs in [
        json!({"department_id": workshop}),
        json!({"department_id": null}),
        json!({"role": "manager"}),
        json!({"role": "admin"}),
        json!({"manages": [harbour]}),
        json!({"manages_all": true}),
    ] {
        post(with(not_theirs)).await.expect_problem(403, "forbidden");
    }
    for (wrong, path) in [
        (json!({"password": "short"}), "password"),
        (json!({"password": "annaannaanna", "username": "annaannaanna"}), "password"),
        (json!({"username": "a b"}), "username"),
        (json!({"full_name": ""}), "full_name"),
        (json!({"hired_on": "2026-02-30"}), "hired_on"),
        (json!({"time_zone": "Mars/Olympus"}), "time_zone"),
        (json!({"site_id": NOBODY}), "site_id"),
        (json!({"annual_leave_days": 15.125}), "annual_leave_days"),
        (json!({"status": "active"}), "status"),
        (json!({"id": NOBODY}), "id"),
    ] {
        post(with(wrong)).await.expect_invalid(path);
    }
}

#[tokio::test]
async fn an_admin_makes_everyone_anywhere() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let site = json!({"name": "Pier", "time_zone": "Europe/Berlin"});
    let site = company.post("/sites").by(&company.admin).json(site).send().await.expect(201);
    let body = json!({"username": "mona", "full_name": "Mona", "role": "manager", "manages": [harbour],
        "department_id": harbour, "site_id": site.str("id"), "time_zone": "Europe/Berlin", "hired_on": "2020-02-29",
        "annual_leave_days": 27.5, "tracks_attendance": false, "password": PASSWORD});
    let mona = company.post("/users").by(&company.admin).json(body).send().await.expect(201);
    assert_eq!(mona.body["manages"], json!([harbour]));
    assert_eq!(mona.body["annual_leave_days"], 27.5);
    assert_eq!(mona.body["created_at"], "2026-11-02T06:00:00+01:00");
    assert!(mona.body.get("temporary_password").is_none());

    for (wrong, path) in [(json!([NOBODY]), "manages"), (json!(["harbour"]), "manages[0]")] {
        let body = json!({"username": "max", "full_name": "Max", "role": "manager", "manages": wrong});
        company.post("/users").by(&company.admin).json(body).send().await.expect_invalid(path);
    }
    let body = json!({"username": "max", "full_name": "Max", "department_id": NOBODY});
    company.post("/users").by(&company.admin).json(body).send().await.expect_invalid("department_id");
    let count = |path: String| {
        let call = company.get(&path).by(&company.admin);
        async { call.send().await.expect(200).body["members"].clone() }
    };
    assert_eq!(count(format!("/departments/{harbour}")).await, 1);
    assert_eq!(count(format!("/sites/{}", site.str("id"))).await, 1);
}

#[tokio::test]
async fn a_repeated_creation_gets_the_first_answer_without_its_secret() {
    let company = Company::start().await;
    let body = json!({"username": "maria", "full_name": "Maria Weber"});
    let post = |body: &Value| {
        company.post("/users").by(&company.admin).header("idempotency-key", "once").json(body.clone()).send()
    };
    let first = post(&body).await.expect(201);
    assert!(first.body["temporary_password"].is_string());
    let again = post(&body).await.expect(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((again.header("etag"), again.header("location")), (first.header("etag"), first.header("location")));
    assert_eq!(again.body["id"], first.body["id"]);
    assert!(again.body.get("temporary_password").is_none());
    post(&json!({"username": "maria", "full_name": "Maria"})).await.expect_problem(422, "idempotency_key_reused");

    let path = format!("/users/{}/password-reset", first.str("id"));
    let reset = || company.post(&path).by(&company.admin).header("idempotency-key", "once").send();
    let password = reset().await.expect(200).str("temporary_password").to_owned();
    let again = reset().await.expect(200);
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &json!({})));
    let login = json!({"username": "maria", "password": password});
    company.post("/auth/login").json(login).send().await.expect(200);
}

#[tokio::test]
async fn a_profile_is_changed_in_part_and_whole() {
    let company = Company::start().await;
    let (harbour, workshop) = (company.department("Harbour").await, company.department("Workshop").await);
    let maria = company.person("maria", json!({"department_id": harbour, "email": "maria@example.com"})).await;
    company.person("anna", json!({"email": "anna@example.com"})).await;
    let path = format!("/users/{}", maria.id);
    let change = |body: Value| company.patch(&path).by(&company.admin).json(body).send();

    let same = change(json!({})).await.expect(200);
    assert_eq!(same.header("etag"), Some("\"1\""));
    let moved = change(json!({"department_id": workshop, "email": null, "username": "maria.weber"})).await.expect(200);
    assert_eq!((&moved.body["department_id"], &moved.body["email"]), (&json!(workshop), &Value::Null));
    assert_eq!((&moved.body["version"], moved.header("etag")), (&json!(2), Some("\"2\"")));
    for (id, members) in [(&harbour, 0), (&workshop, 1)] {
        let read = company.get(&format!("/departments/{id}")).by(&company.admin).send().await.expect(200);
        assert_eq!(read.body["members"], members);
    }
    // Her former username and address are available again.
    company.person("maria", json!({"email": "maria@example.com"})).await;
    change(json!({"username": "anna"})).await.expect_problem(409, "username_taken");
    change(json!({"email": "ANNA@example.com"})).await.expect_problem(409, "email_taken");

    for (wrong, path) in [
        (json!({"full_name": null}), "full_name"),
        (json!({"left_on": "2019-12-31"}), "left_on"),
        (json!({"status": "pending"}), "status"),
        (json!({"department_id": NOBODY}), "department_id"),
        (json!({"site_id": NOBODY}), "site_id"),
        (json!({"manages": [NOBODY]}), "manages"),
        (json!({"version": 2}), "version"),
    ] {
        change(wrong).await.expect_invalid(path);
    }
    let stale = company.patch(&path).by(&company.admin).header("if-match", "\"1\"").json(json!({"full_name": "M"}));
    stale.send().await.expect_problem(412, "precondition_failed");

    let whole = json!({"username": "maria.weber", "full_name": "Maria Weber-Schmidt", "department_id": workshop});
    let put = company.put(&path).by(&company.admin).header("if-match", "\"2\"").json(whole.clone());
    let put = put.send().await.expect(200);
    assert_eq!((&put.body["version"], &put.body["hired_on"]), (&json!(3), &Value::Null));
    let again = company.put(&path).by(&company.admin).json(whole).send().await.expect(200);
    assert_eq!(again.body["version"], 3, "what changes nothing makes no version");
    company.put(&path).by(&company.admin).json(json!({"username": "maria"})).send().await.expect_invalid("full_name");
}

#[tokio::test]
async fn people_see_themselves_and_managers_their_own() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let maria = company.person("maria", json!({"department_id": harbour})).await;
    let anna = company.person("anna", json!({"department_id": harbour})).await;
    let manager = company.person("mona", json!({"role": "manager", "manages": [harbour]})).await;
    let stranger = company.person("max", json!({"role": "manager"})).await;
    let path = format!("/users/{}", maria.id);

    for who in [&maria, &manager, &company.admin] {
        company.get(&path).by(who).send().await.expect(200);
    }
    let me = company.get("/users/me").by(&maria).send().await.expect(200);
    assert_eq!((me.str("id"), me.header("etag")), (maria.id.as_str(), Some("\"1\"")));
    for who in [&anna, &stranger] {
        company.get(&path).by(who).send().await.expect_problem(404, "not_found");
        company.patch(&path).by(who).json(json!({})).send().await.expect_problem(404, "not_found");
        company.delete(&path).by(who).send().await.expect_problem(404, "not_found");
        company.post(&format!("{path}/password-reset")).by(who).send().await.expect_problem(404, "not_found");
    }
    company.get("/users/nobody").by(&company.admin).send().await.expect_problem(404, "not_found");
    company.get(&format!("/users/{NOBODY}")).by(&company.admin).send().await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn managers_and_admins_cannot_change_their_own_records() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let maria = company.person("maria", json!({"department_id": harbour})).await;
    let mona = json!({"role": "manager", "manages": [harbour], "department_id": harbour});
    let manager = company.person("mona", mona).await;
    for who in [&manager, &company.admin] {
        company
            .patch("/users/me")
            .by(who)
            .json(json!({"full_name": "Me"}))
            .send()
            .await
            .expect_problem(403, "own_record");
        let whole = json!({"username": who.username, "full_name": "Me"});
        company.put("/users/me").by(who).json(whole).send().await.expect_problem(403, "own_record");
        company.delete("/users/me").by(who).send().await.expect_problem(403, "own_record");
        company.post("/users/me/password-reset").by(who).send().await.expect_problem(403, "own_record");
    }
    company.patch("/users/me").by(&maria).json(json!({})).send().await.expect_problem(403, "forbidden");

    // Only admins change managers and admins, even in the manager's own department.
    let other = company.person("otto", json!({"role": "manager", "department_id": harbour})).await;
    let path = format!("/users/{}", other.id);
    company.get(&path).by(&manager).send().await.expect(200);
    company.patch(&path).by(&manager).json(json!({"full_name": "O"})).send().await.expect_problem(403, "forbidden");
    company.post(&format!("{path}/password-reset")).by(&manager).send().await.expect_problem(403, "forbidden");
    let promote = company.patch(&format!("/users/{}", maria.id)).by(&manager).json(json!({"role": "manager"}));
    promote.send().await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn a_demotion_applies_to_the_next_request() {
    let company = Company::start().await;
    let general = company.person("gina", json!({"role": "manager", "manages_all": true})).await;
    let maria = company.person("maria", json!({})).await;
    let demote = company.patch(&format!("/users/{}", general.id)).by(&company.admin).json(json!({"role": "employee"}));
    let demoted = demote.send().await.expect(200);
    assert_eq!((&demoted.body["manages_all"], &demoted.body["manages"]), (&json!(false), &json!([])));
    let change = company.patch(&format!("/users/{}", maria.id)).by(&general).json(json!({"full_name": "M"}));
    change.send().await.expect_problem(401, "token_expired");
}

#[tokio::test]
async fn a_reset_password_ends_all_sign_ins() {
    let company = Company::start().await;
    let harbour = company.department("Harbour").await;
    let maria = company.person("maria", json!({"department_id": harbour})).await;
    let manager = company.person("mona", json!({"role": "manager", "manages": [harbour]})).await;
    let path = format!("/users/{}/password-reset", maria.id);
    let reset = company.post(&path).by(&manager).send().await.expect(200);
    company.post("/auth/refresh").json(json!({"refresh_token": maria.refresh_token})).send().await.expect(401);
    let login =
        |password: &str| company.post("/auth/login").json(json!({"username": "maria", "password": password})).send();
    login(PASSWORD).await.expect_problem(401, "invalid_credentials");
    login(reset.str("temporary_password")).await.expect(200);
    company.post(&path).by(&manager).json(json!({"password": "x"})).send().await.expect_invalid("password");
}
