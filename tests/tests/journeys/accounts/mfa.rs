//! Second factors, from the enrolment to the loss of the phone.

use data_encoding::BASE32_NOPAD;
use rollcall_tests::{Company, Person, Reply, company::PASSWORD};
use serde_json::{Value, json};
use totp_rs::{Builder, Totp};

/// An authenticator app with a person's secret.
struct App(Totp);

impl App {
    fn of(secret: &str) -> Self {
        let secret: [u8; 20] = BASE32_NOPAD.decode(secret.as_bytes()).unwrap().try_into().unwrap();
        Self(Builder::new().with_secret(secret).build().unwrap())
    }

    fn code(&self, now: &str) -> String {
        let now: jiff::Timestamp = now.parse().unwrap();
        self.0.generate(u64::try_from(now.as_second()).unwrap()).to_string()
    }
}

async fn login(company: &Company, username: &str, code: Option<&str>) -> Reply {
    let mut body = json!({"username": username, "password": PASSWORD});
    if let Some(code) = code {
        body["code"] = json!(code);
    }
    company.post("/auth/login").json(body).send().await
}

async fn post(company: &Company, token: &str, path: &str, body: Value) -> Reply {
    company.post(path).token(token).json(body).send().await
}

/// Enrols a second factor at the clock's current time. Returns the app and the recovery codes.
async fn enrol(company: &Company, token: &str, now: &str) -> (App, Vec<String>) {
    let begun = post(company, token, "/auth/mfa", json!({})).await.expect(201);
    let app = App::of(begun.str("secret"));
    assert!(begun.str("otpauth_uri").contains(begun.str("secret")));
    let confirmed = post(company, token, "/auth/mfa/confirm", json!({"code": app.code(now)})).await.expect(200);
    let codes = confirmed.body["recovery_codes"].as_array().unwrap();
    (app, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

const START: &str = "2026-11-02T08:00:00+03:00";
const LATER: &str = "2026-11-02T08:01:00+03:00";

#[tokio::test]
async fn a_sign_in_with_a_second_factor_needs_a_code_once() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let (app, _) = enrol(&company, &maria.access_token, START).await;
    let state = company.get("/auth/mfa").by(&maria).send().await.expect(200);
    assert_eq!(state.body, json!({"enabled": true, "required": false, "enabled_at": START, "recovery_codes_left": 10}));

    login(&company, "maria", None).await.expect_problem(403, "mfa_required");
    // The code that confirmed the enrolment was already used.
    login(&company, "maria", Some(&app.code(START))).await.expect_problem(403, "wrong_code");
    company.set_clock(LATER).await;
    let code = app.code(LATER);
    login(&company, "maria", Some(&code)).await.expect(200);
    login(&company, "maria", Some(&code)).await.expect_problem(403, "wrong_code");
    // The password is checked first.
    let wrong = json!({"username": "maria", "password": "wrong", "code": app.code(LATER)});
    company.post("/auth/login").json(wrong).send().await.expect_problem(401, "invalid_credentials");
}

#[tokio::test]
async fn of_two_sign_ins_with_one_code_one_is_taken() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let (app, _) = enrol(&company, &maria.access_token, START).await;
    company.set_clock(LATER).await;
    let code = app.code(LATER);
    let (one, other) = tokio::join!(login(&company, "maria", Some(&code)), login(&company, "maria", Some(&code)));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403], "{} {}", one.text, other.text);
}

#[tokio::test]
async fn wrong_codes_count_towards_the_lock_out() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let (app, _) = enrol(&company, &maria.access_token, START).await;
    company.set_clock(LATER).await;
    for _ in 0..5 {
        login(&company, "maria", Some("none")).await.expect_problem(403, "wrong_code");
    }
    login(&company, "maria", Some(&app.code(LATER))).await.expect_problem(429, "account_locked");
}

#[tokio::test]
async fn a_recovery_code_works_once_and_new_ones_void_the_rest() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let (_, codes) = enrol(&company, &maria.access_token, START).await;
    assert_eq!(codes.len(), 10);
    login(&company, "maria", Some(&codes[0].to_uppercase())).await.expect(200);
    login(&company, "maria", Some(&codes[0])).await.expect_problem(403, "wrong_code");
    let session = login(&company, "maria", Some(&codes[1].replace('-', ""))).await.expect(200);
    let token = session.str("access_token");
    let state = company.get("/auth/mfa").token(token).send().await.expect(200);
    assert_eq!(state.body["recovery_codes_left"], 8);
    let renewed = post(&company, token, "/auth/mfa/recovery-codes", json!({})).await.expect(200);
    login(&company, "maria", Some(&codes[2])).await.expect_problem(403, "wrong_code");
    let new = renewed.body["recovery_codes"][0].as_str().unwrap();
    login(&company, "maria", Some(new)).await.expect(200);
}

#[tokio::test]
async fn a_role_that_needs_a_second_factor_may_only_enrol_without_one() {
    let company = Company::start().await;
    company.person("hana", json!({"role": "manager", "manages_all": true})).await;
    company.person("maria", json!({})).await;
    company.settings(json!({"second_factor_required_for": "managers"})).await;
    assert!(login(&company, "maria", None).await.expect(200).body.get("restriction").is_none());
    let hana = login(&company, "hana", None).await.expect(200);
    assert_eq!(hana.body["restriction"], "mfa_enrolment");
    let token = hana.str("access_token");
    for path in ["/auth/me", "/clock", "/users"] {
        company.get(path).token(token).send().await.expect_problem(403, "mfa_enrolment_required");
    }
    assert_eq!(company.get("/auth/mfa").token(token).send().await.expect(200).body["required"], true);
    enrol(&company, token, START).await;
    company.get("/clock").token(token).send().await.expect_problem(403, "mfa_enrolment_required");
    let refreshed = company.post("/auth/refresh").json(json!({"refresh_token": hana.str("refresh_token")}));
    let refreshed = refreshed.send().await.expect(200);
    assert!(refreshed.body.get("restriction").is_none());
    company.get("/clock").token(refreshed.str("access_token")).send().await.expect(200);
}

#[tokio::test]
async fn a_confirmation_needs_a_code_where_there_is_a_second_factor() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let (app, codes) = enrol(&company, &maria.access_token, START).await;
    company.set_clock("2026-11-02T08:12:00+03:00").await;
    let confirm = async |code: Option<&str>| {
        let mut body = json!({"password": PASSWORD});
        if let Some(code) = code {
            body["code"] = json!(code);
        }
        company.post("/auth/confirm").by(&maria).json(body).send().await
    };
    company.delete("/auth/mfa").by(&maria).send().await.expect_problem(403, "confirmation_required");
    confirm(None).await.expect_problem(403, "mfa_required");
    confirm(Some("none")).await.expect_problem(403, "wrong_code");
    let confirmed = confirm(Some(&app.code("2026-11-02T08:12:00+03:00"))).await.expect(200);
    company.delete("/auth/mfa").token(confirmed.str("access_token")).send().await.expect(204);
    login(&company, "maria", None).await.expect(200);
    let again = company.delete("/auth/mfa").token(confirmed.str("access_token")).send().await;
    again.expect_problem(409, "mfa_not_enabled");
    assert_eq!(codes.len(), 10);
}

#[tokio::test]
async fn removing_a_lost_second_factor_notifies_its_person() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    enrol(&company, &maria.access_token, START).await;
    let path = format!("/users/{}/mfa", maria.id);
    company.delete(&path).by(&company.admin).send().await.expect(204);
    company.delete(&path).by(&company.admin).send().await.expect_problem(409, "mfa_not_enabled");
    let own = format!("/users/{}/mfa", company.admin.id);
    company.delete(&own).by(&company.admin).send().await.expect_problem(403, "own_record");
    let session = login(&company, "maria", None).await.expect(200);
    company.settle().await;
    let maria = Person { access_token: session.str("access_token").to_owned(), ..maria };
    let inbox = company.get("/notifications").by(&maria).send().await.expect(200);
    assert_eq!(inbox.items()[0]["kind"], "second_factor_reset");
    assert!(inbox.items()[0]["body"].as_str().unwrap().starts_with("Ada Admin removed"), "{}", inbox.text);
}

#[tokio::test]
async fn an_enrolment_begins_again_until_it_is_confirmed() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    let token = &maria.access_token;
    let not_started = post(&company, token, "/auth/mfa/confirm", json!({"code": "123456"})).await;
    not_started.expect_problem(409, "mfa_not_started");
    let first = post(&company, token, "/auth/mfa", json!({})).await.expect(201);
    login(&company, "maria", None).await.expect(200);
    let second = post(&company, token, "/auth/mfa", json!({})).await.expect(201);
    let old = App::of(first.str("secret")).code(START);
    post(&company, token, "/auth/mfa/confirm", json!({"code": old})).await.expect_problem(403, "wrong_code");
    let new = App::of(second.str("secret")).code(START);
    post(&company, token, "/auth/mfa/confirm", json!({"code": new})).await.expect(200);
    post(&company, token, "/auth/mfa", json!({})).await.expect_problem(409, "mfa_already_enabled");
}
