//! Temporary passwords: valid for 72 hours and for one action. A reset notifies the people concerned.

use rollcall_tests::{Company, Person, Reply, company::PASSWORD};
use serde_json::{Value, json};

async fn login(company: &Company, username: &str, password: &str) -> Reply {
    company.post("/auth/login").json(json!({"username": username, "password": password})).send().await
}

async fn reset(company: &Company, by: &Person, person: &str) -> Reply {
    company.post(&format!("/users/{person}/password-reset")).by(by).json(json!({})).send().await
}

async fn notes(company: &Company, person: &Person) -> Vec<Value> {
    company.settle().await;
    company.get("/notifications").by(person).send().await.expect(200).items().clone()
}

#[tokio::test]
async fn a_temporary_password_lets_its_person_set_their_own_and_nothing_else() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let temporary = reset(&company, &company.admin, &maria.id).await.expect(200).str("temporary_password").to_owned();
    company.get("/auth/me").by(&maria).send().await.expect_problem(401, "unauthenticated");

    let session = login(&company, "maria", &temporary).await.expect(200);
    assert_eq!(session.body["restriction"], "password_change");
    let token = session.str("access_token");
    for path in ["/auth/me", "/clock", "/bootstrap", "/auth/mfa", "/auth/sessions"] {
        company.get(path).token(token).send().await.expect_problem(403, "password_change_required");
    }
    company.post("/clock/in").token(token).json(json!({})).send().await.expect_problem(403, "password_change_required");
    let refreshed = company.post("/auth/refresh").json(json!({"refresh_token": session.str("refresh_token")}));
    let refreshed = refreshed.send().await.expect(200);
    assert_eq!(refreshed.body["restriction"], "password_change");

    let change = |new: &str| json!({"current_password": temporary, "new_password": new});
    let token = refreshed.str("access_token");
    company.put("/auth/password").token(token).json(change(&temporary)).send().await.expect_invalid("new_password");
    company.put("/auth/password").token(token).json(change("seven boats in the harbour")).send().await.expect(204);
    let after = company.post("/auth/refresh").json(json!({"refresh_token": refreshed.str("refresh_token")}));
    let after = after.send().await.expect(200);
    assert!(after.body.get("restriction").is_none());
    company.get("/auth/me").token(after.str("access_token")).send().await.expect(200);
    login(&company, "maria", &temporary).await.expect_problem(401, "invalid_credentials");
    let own = login(&company, "maria", "seven boats in the harbour").await.expect(200);
    assert!(own.body.get("restriction").is_none());
}

#[tokio::test]
async fn a_temporary_password_expires_after_72_hours() {
    let company = Company::start().await;
    let made = json!({"username": "maria", "full_name": "Maria"});
    let made = company.post("/users").by(&company.admin).json(made).send().await.expect(201);
    let temporary = made.str("temporary_password");
    company.set_clock("2026-11-05T07:59:59+03:00").await;
    let session = login(&company, "maria", temporary).await.expect(200);
    company.set_clock("2026-11-05T08:00:00+03:00").await;
    login(&company, "maria", temporary).await.expect_problem(403, "temporary_password_expired");
    login(&company, "maria", "wrong").await.expect_problem(401, "invalid_credentials");
    let change = json!({"current_password": temporary, "new_password": "seven boats in the harbour"});
    let change = company.put("/auth/password").token(session.str("access_token")).json(change).send().await;
    change.expect_problem(403, "temporary_password_expired");
    let admin = company.sign_in("ada").await;
    let again = reset(&company, &admin, made.str("id")).await.expect(200);
    login(&company, "maria", again.str("temporary_password")).await.expect(200);
}

#[tokio::test]
async fn a_reset_notifies_the_person_and_lifts_the_lock_out() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    for _ in 0..5 {
        login(&company, "maria", "wrong").await.expect_problem(401, "invalid_credentials");
    }
    login(&company, "maria", PASSWORD).await.expect_problem(429, "account_locked");
    company.set_clock("2026-11-02T08:00:01+03:00").await;
    let temporary = reset(&company, &company.admin, &maria.id).await.expect(200).str("temporary_password").to_owned();
    let session = login(&company, "maria", &temporary).await.expect(200);
    let change = json!({"current_password": temporary, "new_password": PASSWORD});
    company.put("/auth/password").token(session.str("access_token")).json(change).send().await.expect(204);
    let maria = company.sign_in("maria").await;
    let notes = notes(&company, &maria).await;
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert_eq!(notes[0]["kind"], "password_reset");
    let told = notes[0]["body"].as_str().unwrap();
    assert!(told.starts_with("Ada Admin gave you a temporary password."), "{told}");
    let muted = json!({"muted": ["password_reset"]});
    company.put("/notifications/preferences").by(&maria).json(muted).send().await.expect_invalid("muted");
}

#[tokio::test]
async fn a_reset_of_an_admins_password_notifies_all_other_admins() {
    let company = Company::start().await;
    let [alan, bea] = ["alan", "bea"].map(|name| company.person(name, json!({"role": "admin"})));
    let (alan, bea) = (alan.await, bea.await);
    let hana = company.person("hana", json!({"role": "manager", "manages_all": true})).await;
    reset(&company, &hana, &alan.id).await.expect_problem(403, "forbidden");
    reset(&company, &company.admin, &alan.id).await.expect(200);
    let kinds = async |person: &Person| -> Vec<String> {
        let notes = notes(&company, person).await;
        notes.iter().map(|note| note["kind"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(&bea).await, ["admin_password_reset"]);
    assert_eq!(kinds(&company.admin).await, [""; 0], "her own doing");
    assert_eq!(kinds(&hana).await, [""; 0]);
}
