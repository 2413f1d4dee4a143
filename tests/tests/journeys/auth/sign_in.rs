//! Signing in with a password, and lock-outs.

use rollcall_tests::{Company, Person, Reply, company::PASSWORD};
use serde_json::{Value, json};

use super::{calls, change_password, login, me, set_up};

#[tokio::test]
async fn people_sign_in_by_username_or_address() {
    let company = set_up().await;
    let body = json!({"setup_token": "-", "username": "x"});
    company.post("/auth/login").json(body).send().await.expect_invalid("setup_token");
    for name in ["ada", "ADA", " ada ", "ada@example.com", "Ada@Example.COM"] {
        let reply = login(&company, name, PASSWORD).await.expect(200);
        assert_eq!(reply.body["token_type"], "Bearer");
        assert_eq!(reply.body["expires_in"], 900);
        assert_eq!(reply.body["user"]["username"], "ada");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        me(&company, reply.str("access_token")).await.expect(200);
    }
}

#[tokio::test]
async fn failed_sign_ins_do_not_reveal_which_names_exist() {
    let company = set_up().await;
    let strip = |reply: Reply| {
        let mut body = reply.body;
        body["request_id"] = Value::Null;
        (reply.status, body, reply.headers.get("retry-after").cloned())
    };
    for _ in 0..6 {
        let known = strip(login(&company, "ada", "wrong").await);
        assert_eq!(strip(login(&company, "nobody", "wrong").await), known);
        assert_eq!(strip(login(&company, "nobody@example.com", "wrong").await), known);
        assert_eq!(strip(login(&company, "not a name\u{0}", "wrong").await), known);
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_costs_what_a_known_one_costs() {
    let company = set_up().await;
    let mut counted = Vec::new();
    for name in ["ada", "nobody"] {
        company.reset_calls().await;
        login(&company, name, "wrong").await.expect(401);
        counted.push(calls(&company, "POST /auth/login").await);
    }
    assert_eq!(counted[0], counted[1]);
}

#[tokio::test]
async fn a_sign_in_costs_two_reads_and_one_write() {
    let company = set_up().await;
    company.reset_calls().await;
    login(&company, "ada", PASSWORD).await.expect(200);
    let expected = [("BatchGetItem", 1), ("GetItem", 1), ("TransactWriteItems", 1)];
    assert_eq!(
        calls(&company, "POST /auth/login").await,
        expected.map(|(name, count)| (name.to_owned(), count)).into()
    );
}

#[tokio::test]
async fn five_wrong_passwords_lock_for_a_quarter_of_an_hour() {
    let company = set_up().await;
    for _ in 0..5 {
        login(&company, "ada", "wrong").await.expect_problem(401, "invalid_credentials");
    }
    let locked = login(&company, "ada", PASSWORD).await.expect_problem(429, "account_locked");
    assert_eq!(locked.header("retry-after"), Some("900"));
    company.set_clock("2026-11-02T08:14:59+03:00").await;
    let locked = login(&company, "ada", PASSWORD).await.expect_problem(429, "account_locked");
    assert_eq!(locked.header("retry-after"), Some("1"));
    company.set_clock("2026-11-02T08:15:00+03:00").await;
    login(&company, "ada", PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_correct_password_resets_the_failed_attempts() {
    let company = set_up().await;
    for _ in 0..3 {
        for _ in 0..4 {
            login(&company, "ada", "wrong").await.expect_problem(401, "invalid_credentials");
        }
        login(&company, "ada", PASSWORD).await.expect(200);
    }
}

#[tokio::test]
async fn guesses_at_the_same_time_are_all_counted() {
    let company = set_up().await;
    let guesses = (0..20).map(|_| {
        let body = json!({"username": "ada", "password": "wrong"});
        tokio::spawn(company.post("/auth/login").json(body).send())
    });
    let mut wrong = 0;
    for guess in guesses.collect::<Vec<_>>() {
        let reply = guess.await.unwrap();
        match reply.status.as_u16() {
            401 => wrong += 1,
            429 => {}
            _ => panic!("{}", reply.text),
        }
    }
    assert_eq!(wrong, 5, "more guesses were looked at than an account has");
    login(&company, "ada", PASSWORD).await.expect_problem(429, "account_locked");
}

#[tokio::test]
async fn a_password_is_right_in_either_normal_form() {
    let company = Company::start().await;
    let (composed, decomposed) = ("Çağlayan köprüsü", "C\u{327}ag\u{306}layan ko\u{308}pru\u{308}su\u{308}");
    let spaced = composed.replace(' ', "\u{a0}");
    for (username, set) in [("maria", composed), ("john", decomposed)] {
        let body = json!({"username": username, "full_name": "Someone", "password": set});
        company.post("/users").by(&company.admin).json(body).send().await.expect(201);
        for typed in [composed, decomposed, &spaced] {
            login(&company, username, typed).await.expect(200);
        }
        login(&company, username, "çağlayan köprüsü").await.expect(401);
    }
    let signed_in = login(&company, "maria", composed).await.expect(200);
    let maria = Person { access_token: signed_in.str("access_token").to_owned(), ..Person::default() };
    change_password(&company, &maria, decomposed, &format!("{decomposed} 2")).await.expect(204);
    login(&company, "maria", &format!("{composed} 2")).await.expect(200);

    let body = json!({"username": "paula", "full_name": "Paula", "password": format!("{decomposed}\n")});
    let refused = company.post("/auth/register").json(body.clone()).send().await;
    refused.expect_problem(422, "invalid_values");
    company.post("/users").by(&company.admin).json(body).send().await.expect_problem(422, "invalid_values");
}
