//! Swaps: requested, answered, decided, in races, and worked.

use futures_util::future::join_all;
use rollcall_tests::{Company, Person, Reply};
use serde_json::{Value, json};

use super::{Team, weekly};

async fn ask(company: &Company, by: &Person, my_date: &str, with: &Person, their_date: Option<&str>) -> Reply {
    let mut body = json!({"my_date": my_date, "with_user_id": with.id, "note": "Please"});
    if let Some(date) = their_date {
        body["their_date"] = json!(date);
    }
    company.post("/roster/swaps").by(by).json(body).send().await
}

async fn decide(company: &Company, id: &str, by: &Person, status: &str) -> Reply {
    company.post(&format!("/roster/swaps/{id}/decision")).by(by).json(json!({"status": status})).send().await
}

/// Returns a team in which Maria works on Monday night the 9th, and John on Wednesday morning the 11th.
async fn night_and_morning() -> Team {
    let team = Team::start().await;
    team.pattern(&team.maria, weekly(json!({"monday": [{"start": "22:00", "end": "06:00"}]}))).await.expect(200);
    team.pattern(&team.john, weekly(json!({"wednesday": [{"start": "06:00", "end": "14:00"}]}))).await.expect(200);
    team
}

#[tokio::test]
async fn a_monday_night_for_a_wednesday_morning_and_each_works_on_the_new_day() {
    let mut team = night_and_morning().await;
    let asked = ask(&team.company, &team.maria, "2026-11-09", &team.john, Some("2026-11-11")).await.expect(201);
    let id = asked.str("id").to_owned();
    assert_eq!(asked.header("location"), Some(format!("/roster/swaps/{id}").as_str()));
    assert_eq!((&asked.body["status"], &asked.body["needs_approval"]), (&json!("pending"), &Value::Null));
    assert_eq!(asked.body["offered"][0]["start_at"], "2026-11-09T22:00:00+03:00");
    assert_eq!(team.shifts(&team.maria, "2026-11-09", "2026-11-11").await.len(), 1, "it stays hers until then");
    let swap = decide(&team.company, &id, &team.john, "accepted").await.expect(200);
    assert_eq!((&swap.body["status"], &swap.body["needs_approval"]), (&json!("accepted"), &json!(false)));
    assert_eq!(
        team.shifts(&team.maria, "2026-11-08", "2026-11-12").await,
        ["2026-11-11T06:00:00+03:00 2026-11-11T14:00:00+03:00"]
    );
    assert_eq!(
        team.shifts(&team.john, "2026-11-08", "2026-11-12").await,
        ["2026-11-09T22:00:00+03:00 2026-11-10T06:00:00+03:00"]
    );
    let grid = team.company.get("/roster?from=2026-11-09&to=2026-11-11").by(&team.manager).send().await.expect(200);
    let john = grid.items().iter().find(|row| row["user_id"] == team.john.id.as_str()).unwrap();
    let swapped: Vec<&Value> = john["days"].as_array().unwrap().iter().map(|day| &day["swapped"]).collect();
    assert_eq!(swapped, [&json!(true), &json!(false), &json!(true)]);

    team.at("2026-11-09T21:55:00+03:00").await;
    let day = team.company.post("/clock/in").by(&team.john).json(json!({})).send().await.expect(201).body;
    assert_eq!(
        (&day["date"], &day["kind"], &day["late_seconds"]),
        (&json!("2026-11-09"), &json!("workday"), &json!(0))
    );
    assert!(!day["flags"].as_array().unwrap().contains(&json!("unscheduled")), "{day}");
    team.at("2026-11-10T06:00:00+03:00").await;
    team.company.post("/clock/out").by(&team.john).json(json!({})).send().await.expect(200);
    team.at("2026-11-11T05:58:00+03:00").await;
    let day = team.company.post("/clock/in").by(&team.maria).json(json!({})).send().await.expect(201).body;
    assert_eq!(
        (&day["date"], &day["kind"], &day["late_seconds"]),
        (&json!("2026-11-11"), &json!("workday"), &json!(0))
    );
    assert!(!day["flags"].as_array().unwrap().contains(&json!("unscheduled")), "{day}");
    assert_eq!(team.day(&team.maria, "2026-11-09").await["kind"], "weekly_off");
    assert_eq!(team.day(&team.john, "2026-11-11").await["kind"], "weekly_off");
    assert_eq!(team.day(&team.maria, "2026-11-09").await["status"], "off");
}

#[tokio::test]
async fn of_two_crossing_swaps_over_one_shift_accepted_at_once_one_is_made() {
    let team = Team::start().await;
    let nina = team.company.person("nina", json!({"department_id": team.department})).await;
    // The person who takes the shift is off on that Saturday.
    let saturday = json!({"shifts": [{"start": "10:00", "end": "14:00"}], "reason": "Stocktaking"});
    team.plan(&team.maria, "2026-11-07", saturday).await.expect(200);
    let (maria, john, nina) = (team.company.sign_in("maria").await, team.company.sign_in("john").await, nina);
    let one = ask(&team.company, &maria, "2026-11-07", &john, None).await.expect(201).str("id").to_owned();
    let other = ask(&team.company, &maria, "2026-11-07", &nina, None).await.expect(201).str("id").to_owned();
    let replies =
        join_all([decide(&team.company, &one, &john, "accepted"), decide(&team.company, &other, &nina, "accepted")])
            .await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 200) {
        reply.expect_problem(409, "roster_changed");
    }
    let mut holders = 0;
    for person in [&maria, &john, &nina] {
        holders += team.shifts(person, "2026-11-07", "2026-11-07").await.len();
    }
    assert_eq!(holders, 1, "one shift, one holder");
    assert!(team.shifts(&maria, "2026-11-07", "2026-11-07").await.is_empty());
}

#[tokio::test]
async fn of_twenty_acceptances_of_one_swap_one_counts() {
    let team = night_and_morning().await;
    let asked = ask(&team.company, &team.maria, "2026-11-09", &team.john, Some("2026-11-11")).await.expect(201);
    let id = asked.str("id");
    let replies = join_all((0..20).map(|_| decide(&team.company, id, &team.john, "accepted"))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    for reply in replies.into_iter().filter(|reply| reply.status != 200) {
        reply.expect_problem(409, "already_decided");
    }
    assert_eq!(team.shifts(&team.john, "2026-11-08", "2026-11-12").await.len(), 1);
}

#[tokio::test]
async fn a_swap_between_departments_needs_a_managers_approval() {
    let team = night_and_morning().await;
    let company = &team.company;
    let elsewhere = company.department("Packing").await;
    let nina = company.person("nina", json!({"department_id": elsewhere})).await;
    let more = json!({"role": "manager", "manages": [elsewhere], "department_id": elsewhere});
    let their_manager = company.person("packer", more).await;
    let stranger =
        company.person("stranger", json!({"role": "manager", "manages": [company.department("Sales").await]})).await;
    let asked = ask(company, &team.maria, "2026-11-09", &nina, Some("2026-11-11")).await.expect(201);
    let id = asked.str("id").to_owned();
    decide(company, &id, &team.manager, "approved").await.expect_problem(409, "not_accepted_yet");
    let accepted = decide(company, &id, &nina, "accepted").await.expect(200);
    assert_eq!((&accepted.body["status"], &accepted.body["needs_approval"]), (&json!("accepted"), &json!(true)));
    assert_eq!(team.shifts(&team.maria, "2026-11-09", "2026-11-11").await.len(), 1, "nothing has changed yet");
    for (by, status, code) in [
        (&nina, "approved", (403, "own_request")),
        (&team.maria, "approved", (403, "own_request")),
        (&stranger, "approved", (404, "not_found")),
        (&team.john, "approved", (404, "not_found")),
        (&team.manager, "accepted", (403, "forbidden")),
        (&nina, "declined", (409, "already_decided")),
    ] {
        decide(company, &id, by, status).await.expect_problem(code.0, code.1);
    }
    let waiting = company.get("/roster/swaps?status=awaiting_manager").by(&their_manager).send().await.expect(200);
    assert_eq!(waiting.items().len(), 1);
    assert!(company.get("/roster/swaps").by(&stranger).send().await.expect(200).items().is_empty());
    let approved = decide(company, &id, &their_manager, "approved").await.expect(200);
    assert_eq!(
        (&approved.body["status"], &approved.body["decided_by"]),
        (&json!("approved"), &json!(their_manager.id))
    );
    assert_eq!(team.shifts(&nina, "2026-11-09", "2026-11-09").await.len(), 2, "beside her own by day");
    decide(company, &id, &team.manager, "rejected").await.expect_problem(409, "already_decided");
}

#[tokio::test]
async fn a_swap_between_two_listed_departments_is_listed_once() {
    let team = Team::start().await;
    let company = &team.company;
    let packing = company.department("Packing").await;
    let nina = company.person("nina", json!({"department_id": packing})).await;
    let mut asked = Vec::new();
    for (by, with, date) in [(&team.maria, &nina, "2026-11-10"), (&nina, &team.maria, "2026-11-11")] {
        asked.push(ask(company, by, date, with, None).await.expect(201).str("id").to_owned());
    }
    asked.sort_unstable();
    let listed = company.get("/roster/swaps").by(&company.admin).send().await.expect(200);
    let mut listed: Vec<&str> = listed.items().iter().map(|swap| swap["id"].as_str().unwrap()).collect();
    listed.sort_unstable();
    assert_eq!(listed, asked);
}

#[tokio::test]
async fn a_setting_requires_approval_of_swaps_within_a_department_too() {
    let team = night_and_morning().await;
    team.company.settings(json!({"swap_needs_manager": true})).await;
    let asked = ask(&team.company, &team.maria, "2026-11-09", &team.john, Some("2026-11-11")).await.expect(201);
    let id = asked.str("id").to_owned();
    decide(&team.company, &id, &team.john, "accepted").await.expect(200);
    let rejected = decide(&team.company, &id, &team.manager, "rejected").await.expect(200);
    assert_eq!(rejected.body["status"], "rejected");
    assert_eq!(team.shifts(&team.maria, "2026-11-09", "2026-11-09").await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_swapped_says_why() {
    let mut team = night_and_morning().await;
    let company = &team.company;
    let no_shift = ask(company, &team.maria, "2026-11-10", &team.john, None).await;
    no_shift.expect_problem(422, "no_shift");
    ask(company, &team.maria, "2026-11-09", &team.john, Some("2026-11-12")).await.expect_problem(422, "no_shift");
    ask(company, &team.maria, "2026-11-09", &team.maria, None).await.expect_invalid("with_user_id");
    ask(company, &team.john, "2026-11-01", &team.maria, None).await.expect_invalid("my_date");
    let nobody = Person { id: "01JBN2V7Q4W0M3T9K5ZXH8R6CD".to_owned(), ..Person::default() };
    ask(company, &team.maria, "2026-11-09", &nobody, None).await.expect_invalid("with_user_id");
    // John's own shift would overlap with the night shift.
    let early = json!({"shifts": [{"start": "05:00", "end": "09:00"}], "reason": "r"});
    team.plan(&team.john, "2026-11-10", early).await.expect(200);
    let asked = ask(company, &team.maria, "2026-11-09", &team.john, None).await.expect(201);
    decide(company, asked.str("id"), &team.john, "accepted").await.expect_problem(409, "would_overlap");
    let eight = json!({"shifts": [{"start": "08:00", "end": "09:00"}], "reason": "r"});
    team.plan(&team.john, "2026-11-10", eight).await.expect(200);
    company.settings(json!({"min_rest_minutes": 660})).await;
    let problem = decide(company, asked.str("id"), &team.john, "accepted").await.expect_problem(409, "too_little_rest");
    assert!(problem.str("detail").contains("120 minutes"), "{}", problem.text);
    // The offered shift doesn't exist any more.
    company.settings(json!({"min_rest_minutes": 0})).await;
    team.plan(&team.maria, "2026-11-09", json!({"off": true, "reason": "r"})).await.expect(200);
    decide(company, asked.str("id"), &team.john, "accepted").await.expect_problem(409, "roster_changed");
    let id = asked.str("id").to_owned();
    team.at("2026-11-09T09:00:00+03:00").await;
    decide(&team.company, &id, &team.john, "accepted").await.expect_problem(409, "already_decided");
    let read = team.company.get(&format!("/roster/swaps/{id}")).by(&team.john).send().await.expect(200);
    assert_eq!(read.body["status"], "expired");
}

#[tokio::test]
async fn the_asker_withdraws_and_the_two_see_it_in_their_lists() {
    let team = night_and_morning().await;
    let company = &team.company;
    let asked = ask(company, &team.maria, "2026-11-09", &team.john, Some("2026-11-11")).await.expect(201);
    let path = format!("/roster/swaps/{}", asked.str("id"));
    for person in [&team.maria, &team.john] {
        let list = company.get("/roster/swaps?status=pending").by(person).send().await.expect(200);
        assert_eq!(list.items()[0]["id"], asked.str("id"));
    }
    company.delete(&path).by(&team.john).send().await.expect_problem(403, "forbidden");
    company
        .delete(&path)
        .by(&team.maria)
        .header("If-Match", "\"7\"")
        .send()
        .await
        .expect_problem(412, "precondition_failed");
    company.delete(&path).by(&team.maria).send().await.expect(204);
    decide(company, asked.str("id"), &team.john, "accepted").await.expect_problem(409, "already_decided");
    let list = company.get("/roster/swaps?status=withdrawn").by(&team.john).send().await.expect(200);
    assert_eq!(list.items().len(), 1);
    let declined = ask(company, &team.maria, "2026-11-09", &team.john, None).await.expect(201);
    assert_eq!(
        decide(company, declined.str("id"), &team.john, "declined").await.expect(200).body["status"],
        "declined"
    );
}

#[tokio::test]
async fn the_same_request_again_asks_for_nothing_more() {
    let team = night_and_morning().await;
    let ask = || {
        let body = json!({"my_date": "2026-11-09", "with_user_id": team.john.id});
        team.company.post("/roster/swaps").by(&team.maria).header("Idempotency-Key", "swap").json(body).send()
    };
    let first = ask().await.expect(201);
    let again = ask().await.expect(201);
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first.body));
    let list = team.company.get("/roster/swaps").by(&team.maria).send().await.expect(200);
    assert_eq!(list.items().len(), 1);
}
