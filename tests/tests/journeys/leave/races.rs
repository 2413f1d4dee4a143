//! Concurrent requests.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::Team;

#[tokio::test]
async fn concurrent_requests_are_accepted_only_up_to_the_balance() {
    let team = Team::with(json!({"annual_leave_days": 3.5})).await;
    let maria = team.maria().await;
    // Two weeks of mornings and afternoons.
    let workdays = [9, 10, 11, 12, 13, 16, 17, 18, 19, 20].map(|day| format!("2026-11-{day:02}"));
    let halves = [json!({"start_half": "afternoon"}), json!({"end_half": "morning"})];
    let ask = |(date, half): (&String, &Value)| {
        let mut body = json!({"start_date": date, "end_date": date});
        body.as_object_mut().unwrap().extend(half.as_object().unwrap().clone());
        team.company.post("/leave/requests").by(&maria).json(body).send()
    };
    let all = workdays.iter().flat_map(|date| halves.iter().map(move |half| (date, half)));
    let replies = join_all(all.map(ask)).await;
    assert_eq!(replies.len(), 20);
    let accepted = replies.iter().filter(|reply| reply.status == 201).count();
    for reply in replies.into_iter().filter(|reply| reply.status != 201) {
        reply.expect_problem(409, "insufficient_balance");
    }
    assert_eq!(accepted, 7);
    assert_eq!(team.days(2026).await, [0.0, 3.5, 0.0]);
    assert_eq!(team.booked(2026).await, ["request -0.5"; 7]);
}

#[tokio::test]
async fn of_two_managers_at_once_one_decides_and_the_leave_is_used_once() {
    let team = Team::start().await;
    let more = json!({"role": "manager", "manages": [team.department], "department_id": team.department});
    let other = team.company.person("other", more).await;
    let id = team.ask_for("2026-11-09", "2026-11-13").await.expect(201).str("id").to_owned();
    let manager = team.manager().await;
    let path = format!("/leave/requests/{id}/decision");
    let decide = |by| team.company.post(&path).by(by).json(json!({"status": "approved"})).send();
    let replies = join_all([decide(&manager), decide(&other)]).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 200) {
        reply.expect_problem(409, "already_decided");
    }
    assert_eq!(team.booked(2026).await, ["request -5", "release 5", "use -5"]);
    assert_eq!(team.days(2026).await, [10.0, 0.0, 5.0]);
}

#[tokio::test]
async fn one_of_two_concurrent_requests_for_a_date_is_accepted() {
    let team = Team::start().await;
    let maria = team.maria().await;
    let body = json!({"start_date": "2026-11-09", "end_date": "2026-11-09"});
    let replies =
        join_all([1, 2].map(|_| team.company.post("/leave/requests").by(&maria).json(body.clone()).send())).await;
    let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(team.days(2026).await, [14.0, 1.0, 0.0]);
}
