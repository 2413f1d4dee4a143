//! The leave calendar.

use rollcall_tests::{Person, Reply};
use serde_json::{Value, json};

use super::Team;

async fn calendar(team: &Team, by: &Person, query: &str) -> Reply {
    team.company.get(&format!("/leave/calendar{query}")).by(by).send().await
}

#[tokio::test]
async fn managers_see_all_leave_and_colleagues_approved_leave_without_type() {
    let team = Team::start().await;
    let colleague = team.company.person("colleague", json!({"department_id": team.department})).await;
    let id = team.approved("2026-11-09", "2026-11-10").await;
    let sick = json!({"type": "sick", "start_date": "2026-11-12", "end_date": "2026-11-12", "end_half": "morning"});
    team.ask(sick).await.expect(201);

    let of_manager = calendar(&team, &team.manager().await, "").await.expect(200);
    assert_eq!(
        of_manager.items()[0],
        json!({"user_id": team.maria.id, "user_name": "maria of the test", "full_name": "maria of the test",
            "start_date": "2026-11-09", "end_date": "2026-11-10", "start_half": null, "end_half": null, "type": "annual", "status": "approved",
            "request_id": id})
    );
    let pending = &of_manager.items()[1];
    assert_eq!(
        (&pending["type"], &pending["status"], &pending["end_half"]),
        (&json!("sick"), &json!("pending"), &json!("morning"))
    );
    let of_colleague = calendar(&team, &colleague, "").await.expect(200);
    assert_eq!(of_colleague.items().len(), 1);
    assert_eq!(
        (&of_colleague.items()[0]["type"], &of_colleague.items()[0]["request_id"]),
        (&Value::Null, &Value::Null)
    );
    let own = calendar(&team, &team.maria().await, "").await.expect(200);
    assert_eq!((own.items().len(), &own.items()[1]["type"]), (2, &json!("sick")));
}

#[tokio::test]
async fn colleagues_see_no_sickness_within_leave() {
    let team = Team::start().await;
    let colleague = team.company.person("colleague", json!({"department_id": team.department})).await;
    team.approved("2026-11-09", "2026-11-13").await;
    let sick = json!({"type": "sick", "start_date": "2026-11-10", "end_date": "2026-11-11", "user_id": team.maria.id});
    team.company.post("/leave/requests").by(&team.manager().await).json(sick).send().await.expect(201);
    let periods = |reply: Reply| -> Vec<String> {
        let period =
            |item: &Value| format!("{}..{}", item["start_date"].as_str().unwrap(), item["end_date"].as_str().unwrap());
        reply.items().iter().map(period).collect()
    };
    let of_manager = periods(calendar(&team, &team.manager().await, "").await.expect(200));
    assert_eq!(of_manager, ["2026-11-10..2026-11-11", "2026-11-09..2026-11-09", "2026-11-12..2026-11-13"]);
    let of_colleague = periods(calendar(&team, &colleague, "").await.expect(200));
    assert_eq!(of_colleague, ["2026-11-09..2026-11-13"]);
    let own = json!({"start_date": "2026-11-10", "end_date": "2026-11-10"});
    let preview = team.company.post("/leave/requests/preview").by(&colleague).json(own).send().await.expect(200);
    let away = preview.body["away"].as_array().unwrap();
    assert_eq!((away.len(), &away[0]["end_date"]), (1, &json!("2026-11-13")), "{}", preview.text);
}

#[tokio::test]
async fn only_what_touches_the_dates_asked_for_is_shown() {
    let team = Team::start().await;
    team.approved("2026-11-09", "2026-11-13").await;
    let cancelled = team.approved("2026-11-16", "2026-11-16").await;
    team.cancel(&cancelled).await.expect(200);
    let manager = team.manager().await;
    let count = async |query: &str| calendar(&team, &manager, query).await.expect(200).items().len();
    assert_eq!(count("?from=2026-11-13&to=2026-11-20").await, 1);
    assert_eq!(count("?from=2026-11-14&to=2026-11-20").await, 0);
    assert_eq!(count("?from=2026-11-02&to=2026-11-09").await, 1);
    assert_eq!(count("?from=2026-11-02&to=2026-11-08").await, 0);
    for (query, path) in [
        ("?from=2026-11-02&to=2026-11-01", "to"),
        ("?from=2026-11-02&to=2027-11-03", "to"),
        ("?from=yesterday", "from"),
        ("?department=x", "department"),
    ] {
        calendar(&team, &manager, query).await.expect_invalid(path);
    }
}

#[tokio::test]
async fn a_department_is_seen_by_who_is_in_it_or_in_charge_of_it() {
    let team = Team::start().await;
    let packing = team.company.department("Packing").await;
    let john = team.company.person("john", json!({"department_id": packing})).await;
    team.approved("2026-11-09", "2026-11-13").await;
    assert_eq!(calendar(&team, &john, "").await.expect(200).items().len(), 0);
    let assembly = format!("?department_id={}", team.department);
    calendar(&team, &john, &assembly).await.expect_problem(403, "forbidden");
    let admin = team.company.sign_in("ada").await;
    assert_eq!(calendar(&team, &admin, &assembly).await.expect(200).items().len(), 1);
    assert_eq!(calendar(&team, &admin, "").await.expect(200).items().len(), 1);
    let unplaced = team.company.person("unplaced", json!({})).await;
    assert_eq!(calendar(&team, &unplaced, "").await.expect(200).items().len(), 0);
}

#[tokio::test]
async fn a_page_continues_where_the_previous_one_ended() {
    let team = Team::start().await;
    for day in [9, 10, 11] {
        team.approved(&format!("2026-11-{day:02}"), &format!("2026-11-{day:02}")).await;
    }
    let manager = team.manager().await;
    let first = calendar(&team, &manager, "?limit=2").await.expect(200);
    assert_eq!(first.items().len(), 2);
    let second = calendar(&team, &manager, &format!("?limit=2&cursor={}", first.str("next_cursor"))).await.expect(200);
    assert_eq!((second.items().len(), &second.items()[0]["start_date"]), (1, &json!("2026-11-11")));
    assert_eq!(second.body.get("next_cursor"), None);
}
