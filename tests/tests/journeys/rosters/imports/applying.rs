//! Imports that are applied.

use domain::job::JobStatus;
use serde_json::json;

use super::{super::Team, Work, audited, import, stand_still};
use crate::table::Table;

#[tokio::test]
async fn a_sheet_of_patterns_is_applied_person_by_person() {
    let team = Team::start().await;
    let sheet = "username,effective_from,weekday,start,end,break_minutes\n\
        maria,2026-11-03,tuesday,09:00,12:00,\n\
        maria,2026-11-03,tuesday,13:00,17:00,\n\
        maria,2026-11-03,sunday,,,\n\
        john,2026-11-03,wed,22:00,06:00,30\n\
        john,2026-11-03,sat,,,\n\
        john,2026-11-03,sun,,,\n";
    let queued = import(&team.company, &team.manager, sheet).await.expect(202);
    assert_eq!((&queued.body["status"], &queued.body["progress"]), (&json!("queued"), &json!({"done": 0, "total": 2})));
    let id = queued.str("id").to_owned();
    assert_eq!(queued.header("location"), Some(format!("/roster/import/{id}").as_str()));
    team.company.settle().await;
    let seen = team.company.get(&format!("/roster/import/{id}")).by(&team.manager).send().await.expect(200);
    assert_eq!((&seen.body["status"], &seen.body["progress"]["done"]), (&json!("done"), &json!(2)));
    let grid = team.company.get("/roster?from=2026-11-03&to=2026-11-04").by(&team.manager).send().await.expect(200);
    let row = grid.items().iter().find(|row| row["user_id"] == json!(team.maria.id)).unwrap();
    assert_eq!(row["days"][0]["shifts"].as_array().unwrap().len(), 2);
    assert_eq!(team.shifts(&team.maria, "2026-11-03", "2026-11-09").await.len(), 2);
    assert_eq!(
        team.shifts(&team.john, "2026-11-03", "2026-11-09").await,
        ["2026-11-04T22:00:00+03:00 2026-11-05T06:00:00+03:00"]
    );
    assert_eq!(audited(&team.company, &team.maria.id).await, 1);
}

#[tokio::test]
async fn a_sheet_of_dates_plans_them() {
    let team = Team::start().await;
    let admin = team.company.sign_in("ada").await;
    let site = json!({"name": "Berlin", "time_zone": "Europe/Berlin"});
    team.company.post("/sites").by(&admin).json(site).send().await.expect(201);
    let sheet = format!(
        "user_id;date;start;end;break_minutes;site;reason\n{maria};2026-11-07;10:00;14:00;;berlin;Fair\n{maria};2026-11-03;;;;;\n",
        maria = team.maria.id
    );
    import(&team.company, &team.manager, &sheet).await.expect(202);
    team.company.settle().await;
    assert_eq!(
        team.shifts(&team.maria, "2026-11-03", "2026-11-07").await.last().unwrap(),
        "2026-11-07T12:00:00+03:00 2026-11-07T16:00:00+03:00"
    );
    let read = team.company.get("/roster/me").by(&team.maria).send().await.expect(200);
    assert_eq!((&read.body["days"][0]["off"], &read.body["days"][1]["reason"]), (&json!(true), &json!("Fair")));
}

#[tokio::test]
async fn rows_that_no_longer_apply_are_reported_and_the_others_are_applied() {
    let team = Team::start().await;
    stand_still(&team.company);
    let sheet = "username,date,start,end\nmaria,2026-11-07,10:00,14:00\njohn,2026-11-07,10:00,14:00\n";
    let id = import(&team.company, &team.manager, sheet).await.expect(202).str("id").to_owned();
    // Meanwhile, her Friday night shift extends into the Saturday.
    let night = json!({"shifts": [{"start": "22:00", "end": "12:00"}], "reason": "r"});
    team.plan(&team.maria, "2026-11-06", night).await.expect(200);
    let job = Work::of(&team.company).finish(&id).await;
    assert_eq!((job.status, job.done), (JobStatus::Done, 2));
    assert_eq!(job.failures.len(), 1);
    assert_eq!(job.failures[0].path, "row 2");
    assert!(job.failures[0].message.contains("overlap"), "{:?}", job.failures);
    assert_eq!(team.shifts(&team.john, "2026-11-07", "2026-11-07").await.len(), 1);
}

#[tokio::test]
async fn the_same_sheet_under_one_key_begins_one_import() {
    let team = Team::start().await;
    let sheet = "username,date,start,end\nmaria,2026-11-07,10:00,14:00\n";
    let send = || {
        let call = team.company.post("/roster/import").by(&team.manager).header("Idempotency-Key", "november");
        call.raw("text/csv", sheet).send()
    };
    let first = send().await.expect(202);
    let again = send().await.expect(202);
    assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first.body));
    let events = Table::of(&team.company).partition(&format!("OUTBOX#job:{}", first.str("id"))).await;
    assert_eq!(events.len(), 1);
}
