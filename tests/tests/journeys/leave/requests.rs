//! Requesting leave, and changing a request before the decision.

use serde_json::{Value, json};

use super::Team;

#[tokio::test]
async fn a_request_above_the_balance_is_refused_unless_it_is_not_counted() {
    let team = Team::start().await;
    team.approved("2026-11-03", "2026-11-03").await;
    // 34 working days.
    let refused = team.ask_for("2026-11-04", "2026-12-21").await.expect_problem(409, "insufficient_balance");
    let detail = refused.str("detail");
    assert!(detail.contains("has 14 days left. The request needs 34 days."), "{detail}");
    assert_eq!(team.days(2026).await, [14.0, 0.0, 1.0]);
    assert_eq!(team.booked(2026).await, ["request -1", "release 1", "use -1"]);
    let unpaid = json!({"type": "unpaid", "start_date": "2026-11-04", "end_date": "2026-12-21"});
    assert_eq!(team.ask(unpaid).await.expect(201).body["days"], 34.0);
}

#[tokio::test]
async fn a_request_shows_all_that_was_asked_and_begins_its_history() {
    let team = Team::start().await;
    let body =
        json!({"start_date": "2026-11-09", "end_date": "2026-11-10", "end_half": "morning", "reason": "A wedding"});
    let reply = team.ask(body).await.expect(201);
    let id = reply.str("id");
    assert_eq!(reply.header("location"), Some(format!("/leave/requests/{id}").as_str()));
    assert_eq!(reply.header("etag"), Some("\"1\""));
    let request = &reply.body;
    assert_eq!((&request["type"], &request["user_id"]), (&json!("annual"), &json!(team.maria.id)));
    assert_eq!((&request["start_date"], &request["end_date"]), (&json!("2026-11-09"), &json!("2026-11-10")));
    assert_eq!((&request["start_half"], &request["end_half"]), (&Value::Null, &json!("morning")));
    assert_eq!((&request["days"], &request["reason"]), (&json!(1.5), &json!("A wedding")));
    let history = request["history"].as_array().unwrap();
    assert_eq!((history.len(), &history[0]["kind"], &history[0]["days"]), (1, &json!("requested"), &json!(1.5)));
    assert_eq!(team.request(id).await, *request);
}

#[tokio::test]
async fn leave_begins_in_the_past_only_as_far_as_its_type_says() {
    let team = Team::start().await;
    team.at("2026-11-12T10:00").await;
    team.ask_for("2026-11-11", "2026-11-13").await.expect_problem(422, "in_the_past");
    team.ask_for("2026-11-12", "2026-11-13").await.expect(201);
    let sick = |start: &str| json!({"type": "sick", "start_date": start, "end_date": "2026-11-06"});
    team.ask(sick("2026-11-04")).await.expect_problem(422, "in_the_past");
    team.ask(sick("2026-11-05")).await.expect(201);
    team.ask_for("2001-01-01", "2001-01-02").await.expect_problem(422, "in_the_past");
    // Managers may enter leave that was forgotten.
    team.enter(json!({"start_date": "2026-11-11", "end_date": "2026-11-11"})).await.expect(201);
}

#[tokio::test]
async fn invalid_values_of_a_leave_request_are_named() {
    let team = Team::start().await;
    for (body, path) in [
        (json!({"start_date": "2026-11-10", "end_date": "2026-11-09"}), "end_date"),
        (json!({"start_date": "2026-11-10", "end_date": "2027-11-11"}), "end_date"),
        (json!({"start_date": "2031-11-10", "end_date": "2031-11-11"}), "start_date"),
        (json!({"start_date": "2026-11-31", "end_date": "2026-12-01"}), "start_date"),
        (json!({"start_date": "2026-11-10"}), "end_date"),
        (json!({"start_date": "2026-11-10", "end_date": "2026-11-10", "type": "holiday"}), "type"),
        (json!({"start_date": "2026-11-10", "end_date": "2026-11-10", "type": "Annual"}), "type"),
        (json!({"start_date": "2026-11-10", "end_date": "2026-11-10", "user_id": "maria"}), "user_id"),
        (json!({"start_date": "2026-11-10", "end_date": "2026-11-10", "days": 1}), "days"),
        (json!({"start_date": "2026-11-10", "end_date": "2026-11-10", "reason": "x".repeat(501)}), "reason"),
    ] {
        team.ask(body).await.expect_invalid(path);
    }
    assert_eq!(team.booked(2026).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_pending_request_is_changed_and_only_by_its_owner() {
    let team = Team::start().await;
    let id = team.ask_for("2026-11-09", "2026-11-10").await.expect(201).str("id").to_owned();
    let path = format!("/leave/requests/{id}");
    let longer = json!({"start_date": "2026-11-09", "end_date": "2026-11-13", "reason": "Longer"});
    let maria = team.maria().await;
    let put = |tag: &'static str, body: &Value| {
        team.company.put(&path).by(&maria).header("if-match", tag).json(body.clone()).send()
    };
    put("\"7\"", &longer).await.expect_problem(412, "precondition_failed");
    let changed = put("\"1\"", &longer).await.expect(200);
    assert_eq!((&changed.body["days"], &changed.body["version"]), (&json!(5.0), &json!(2)));
    assert_eq!(changed.header("etag"), Some("\"2\""));
    assert_eq!(team.days(2026).await, [10.0, 5.0, 0.0]);
    let too_long = json!({"start_date": "2026-11-09", "end_date": "2026-12-18"});
    put("*", &too_long).await.expect_problem(409, "insufficient_balance");
    assert_eq!(team.request(&id).await, changed.body, "a refusal changes nothing");
    team.company.put(&path).by(&team.manager().await).json(longer).send().await.expect_problem(403, "forbidden");

    let sick = json!({"type": "sick", "start_date": "2026-11-09", "end_date": "2026-11-09"});
    assert_eq!(put("*", &sick).await.expect(200).body["type"], "sick");
    assert_eq!(team.days(2026).await, [15.0, 0.0, 0.0]);
    team.decide(&id, "rejected").await.expect(200);
    put("*", &sick).await.expect_problem(409, "already_decided");
    let kinds: Vec<Value> =
        team.request(&id).await["history"].as_array().unwrap().iter().map(|entry| entry["kind"].clone()).collect();
    assert_eq!(kinds, ["requested", "changed", "changed", "rejected"]);
}

#[tokio::test]
async fn leave_that_a_manager_enters_is_approved_at_once() {
    let team = Team::start().await;
    let entered = team.enter(json!({"start_date": "2026-11-09", "end_date": "2026-11-10"})).await.expect(201);
    assert_eq!((&entered.body["status"], &entered.body["decided_by"]), (&json!("approved"), &json!(team.manager.id)));
    assert_eq!(entered.body["history"][0]["kind"], "entered");
    assert_eq!(team.days(2026).await, [13.0, 0.0, 2.0]);
    assert_eq!(team.day("2026-11-09").await["kind"], "leave");
    let own = json!({"start_date": "2026-11-09", "end_date": "2026-11-10", "user_id": team.manager.id});
    let own = team.company.post("/leave/requests").by(&team.manager().await).json(own).send().await.expect(201);
    assert_eq!(own.body["status"], "pending", "nobody approves their own by entering it");
    team.enter(json!({"start_date": "2026-11-11", "end_date": "2026-12-31"}))
        .await
        .expect_problem(409, "insufficient_balance");
}

#[tokio::test]
async fn a_repeated_request_asks_once() {
    let team = Team::start().await;
    let maria = team.maria().await;
    let body = json!({"start_date": "2026-11-09", "end_date": "2026-11-10"});
    let ask =
        || team.company.post("/leave/requests").by(&maria).header("idempotency-key", "k").json(body.clone()).send();
    let first = ask().await.expect(201);
    let again = ask().await.expect(201);
    assert_eq!(again.body, first.body);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(team.days(2026).await, [13.0, 2.0, 0.0]);
}
