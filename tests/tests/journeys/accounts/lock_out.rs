//! Lock-outs: by name and network, so that a stranger locks out only themselves.

use reqwest::Method;
use rollcall_tests::{Company, Reply, company::PASSWORD};
use serde_json::json;

async fn login_from(company: &Company, address: &str, username: &str, password: &str) -> Reply {
    let body = json!({"username": username, "password": password});
    company.call_from(address, Method::POST, "/auth/login").json(body).send().await
}

/// Sends a hundred wrong passwords for a name, from twenty networks.
async fn flood(company: &Company, username: &str) {
    for network in 1..=20 {
        for _ in 0..5 {
            let address = format!("127.0.3.{network}");
            login_from(company, &address, username, "wrong").await.expect_problem(401, "invalid_credentials");
        }
    }
}

#[tokio::test]
async fn a_lock_out_applies_only_to_the_attempts_name_and_network() {
    let company = Company::start().await;
    company.person("maria", json!({})).await;
    for _ in 0..5 {
        login_from(&company, "127.0.0.7", "maria", "wrong").await.expect_problem(401, "invalid_credentials");
    }
    let locked = login_from(&company, "127.0.0.7", "maria", PASSWORD).await.expect_problem(429, "account_locked");
    assert_eq!(locked.header("retry-after"), Some("900"));
    // Other networks and other names aren't locked out.
    login_from(&company, "127.0.0.8", "maria", PASSWORD).await.expect(200);
    login_from(&company, "127.0.0.7", "ada", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_known_device_has_a_budget_of_its_own() {
    let company = Company::start().await;
    company.person("maria", json!({})).await;
    let known = login_from(&company, "127.0.0.7", "maria", PASSWORD).await.expect(200).str("known_device").to_owned();
    for _ in 0..5 {
        login_from(&company, "127.0.0.7", "maria", "wrong").await.expect_problem(401, "invalid_credentials");
    }
    login_from(&company, "127.0.0.7", "maria", PASSWORD).await.expect_problem(429, "account_locked");
    let from_device = async |username: &str, password: &str| {
        let body = json!({"username": username, "password": password, "known_device": known});
        company.call_from("127.0.0.7", Method::POST, "/auth/login").json(body).send().await
    };
    let again = from_device("maria", PASSWORD).await.expect(200);
    assert!(again.str("known_device").starts_with("kd1."));
    for _ in 0..5 {
        from_device("maria", "wrong").await.expect_problem(401, "invalid_credentials");
    }
    from_device("maria", PASSWORD).await.expect_problem(429, "account_locked");
    // The device is known only for its person, and a forged one isn't known.
    for _ in 0..5 {
        from_device("ada", "wrong").await.expect_problem(401, "invalid_credentials");
    }
    login_from(&company, "127.0.0.7", "ada", PASSWORD).await.expect_problem(429, "account_locked");
    let forged = json!({"username": "maria", "password": PASSWORD, "known_device": format!("{known}x")});
    let forged = company.call_from("127.0.0.7", Method::POST, "/auth/login").json(forged).send().await;
    forged.expect_problem(429, "account_locked");
}

#[tokio::test]
async fn after_a_hundred_failures_at_a_name_unknown_devices_wait_an_hour_each() {
    let company = Company::start().await;
    company.person("maria", json!({})).await;
    let known = login_from(&company, "127.0.0.7", "maria", PASSWORD).await.expect(200).str("known_device").to_owned();
    for username in ["maria", "nobody"] {
        flood(&company, username).await;
        let wait = login_from(&company, "127.0.0.8", username, PASSWORD).await.expect_problem(429, "account_locked");
        assert_eq!(wait.header("retry-after"), Some("3600"));
    }
    let body = json!({"username": "maria", "password": PASSWORD, "known_device": known});
    company.call_from("127.0.0.8", Method::POST, "/auth/login").json(body).send().await.expect(200);
    login_from(&company, "127.0.0.8", "ada", PASSWORD).await.expect(200);
    company.set_clock("2026-11-02T08:59:59+03:00").await;
    let wait = login_from(&company, "127.0.0.8", "maria", PASSWORD).await.expect_problem(429, "account_locked");
    assert_eq!(wait.header("retry-after"), Some("1"));
    company.set_clock("2026-11-02T09:00:00+03:00").await;
    login_from(&company, "127.0.0.8", "maria", PASSWORD).await.expect(200);
    // The next day starts a new count.
    company.set_clock("2026-11-03T03:00:00+03:00").await;
    login_from(&company, "127.0.0.9", "maria", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_new_password_lifts_the_wait_of_unknown_devices() {
    let company = Company::start().await;
    let maria = company.person("maria", json!({})).await;
    flood(&company, "maria").await;
    login_from(&company, "127.0.0.8", "maria", PASSWORD).await.expect_problem(429, "account_locked");
    company.set_clock("2026-11-02T08:00:01+03:00").await;
    let path = format!("/users/{}/password-reset", maria.id);
    let reset = company.post(&path).by(&company.admin).json(json!({})).send().await.expect(200);
    login_from(&company, "127.0.0.8", "maria", reset.str("temporary_password")).await.expect(200);
}

#[tokio::test]
async fn a_browser_keeps_the_name_of_its_device_in_a_cookie() {
    let company = Company::start().await;
    let origin = company.stack.url();
    let body = json!({"username": "ada", "password": PASSWORD, "session": "cookie"});
    let first = company.post("/auth/login").header("origin", &origin).json(body.clone()).send().await.expect(200);
    assert!(first.body.get("known_device").is_none() && first.body.get("refresh_token").is_none());
    let cookies: Vec<&str> =
        first.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    let device = cookies.iter().find(|cookie| cookie.starts_with("rollcall-device=")).unwrap();
    assert!(device.contains("HttpOnly") && device.contains("Max-Age=34560000"), "{device}");
    let device = device.split(';').next().unwrap();
    for _ in 0..5 {
        login_from(&company, "127.0.0.1", "ada", "wrong").await.expect_problem(401, "invalid_credentials");
    }
    login_from(&company, "127.0.0.1", "ada", PASSWORD).await.expect_problem(429, "account_locked");
    let call = company.post("/auth/login").header("origin", &origin).header("cookie", device).json(body);
    call.send().await.expect(200);
}
