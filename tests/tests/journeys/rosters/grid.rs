//! `GET /roster`

use serde_json::{Value, json};

use super::Team;

fn row<'a>(items: &'a [Value], id: &str) -> &'a Value {
    items.iter().find(|row| row["user_id"] == id).unwrap()
}

#[tokio::test]
async fn the_grid_shows_each_persons_shifts_days_off_holidays_and_plans() {
    let team = Team::start().await;
    let admin = team.company.sign_in("ada").await;
    let holiday = json!({"date": "2026-11-05", "name": "Founders' day"});
    team.company.post("/holidays").by(&admin).json(holiday).send().await.expect(201);
    team.plan(&team.maria, "2026-11-03", json!({"off": true, "reason": "r"})).await.expect(200);
    let grid = team.company.get("/roster?from=2026-11-02&to=2026-11-08").by(&team.manager).send().await.expect(200);
    let names: Vec<&str> = grid.items().iter().map(|row| row["full_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["john of the test", "manager of the test", "maria of the test"]);
    let marias = row(grid.items(), &team.maria.id);
    let kinds: Vec<&str> = marias["days"].as_array().unwrap().iter().map(|day| day["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["workday", "weekly_off", "workday", "holiday", "workday", "weekly_off", "weekly_off"]);
    assert_eq!(marias["days"][1]["overridden"], true);
    assert_eq!(marias["days"][3]["holiday"]["name"], "Founders' day");
    assert_eq!(marias["days"][0]["shifts"][0]["start_at"], "2026-11-02T09:00:00+03:00");
}

#[tokio::test]
async fn employees_see_their_own_department_and_managers_no_other() {
    let team = Team::start().await;
    let elsewhere = team.company.department("Packing").await;
    let outsider = team.company.person("outsider", json!({"department_id": elsewhere})).await;
    let ids = |items: &[Value]| items.iter().map(|row| row["user_id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let own = team.company.get("/roster").by(&outsider).send().await.expect(200);
    assert_eq!(ids(own.items()).join(" "), outsider.id);
    assert_eq!(own.items()[0]["days"].as_array().unwrap().len(), 7);
    let foreign = format!("/roster?department_id={}", team.department);
    team.company.get(&foreign).by(&outsider).send().await.expect_problem(403, "forbidden");
    let foreign = format!("/roster?department_id={elsewhere}");
    team.company.get(&foreign).by(&team.manager).send().await.expect_problem(403, "forbidden");
    assert_eq!(team.company.get("/roster").by(&team.maria).send().await.expect(200).items().len(), 3);
    for (query, path) in [
        ("from=2026-11-02&to=2027-01-03", "to"),
        ("from=2026-11-02&to=2026-11-01", "to"),
        ("form=x", "form"),
        ("format=xml", "format"),
    ] {
        team.company.get(&format!("/roster?{query}")).by(&team.maria).send().await.expect_invalid(path);
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_a_cursor_is_good_for_its_own_grid_alone() {
    let team = Team::start().await;
    let mut walked = Vec::new();
    let mut cursor = String::new();
    let mut first = String::new();
    loop {
        let path = format!("/roster?from=2026-11-02&to=2026-11-03&limit=1{cursor}");
        let page = team.company.get(&path).by(&team.manager).send().await.expect(200);
        walked.extend(page.items().iter().map(|row| row["full_name"].clone()));
        let Some(next) = page.body["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
        first = if first.is_empty() { cursor.clone() } else { first };
    }
    assert_eq!(walked, ["john of the test", "manager of the test", "maria of the test"]);
    let other = format!("/roster?from=2026-11-02&to=2026-11-04&limit=1{first}");
    team.company.get(&other).by(&team.manager).send().await.expect_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn a_sheet_has_a_line_a_person_and_no_formulas() {
    let team = Team::start().await;
    let evil = json!({"department_id": team.department, "full_name": "=HYPERLINK(\"http://evil\")"});
    team.company.person("evil", evil).await;
    team.plan(&team.maria, "2026-11-02", json!({"shifts": [{"start": "22:00", "end": "06:00"}], "reason": "r"}))
        .await
        .expect(200);
    let path = "/roster?from=2026-11-02&to=2026-11-07&format=csv";
    let sheet = team.company.get(path).by(&team.manager).send().await.expect(200);
    assert_eq!(sheet.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(sheet.header("content-disposition"), Some("attachment; filename=\"roster-2026-11-02-2026-11-07.csv\""));
    let lines: Vec<&str> = sheet.text.lines().collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[0].starts_with("full_name,user_id,2026-11-02,"), "{}", lines[0]);
    assert!(sheet.text.contains("\"'=HYPERLINK(\"\"http://evil\"\")\""), "{}", sheet.text);
    let maria = lines.iter().find(|line| line.starts_with("maria")).unwrap();
    assert!(maria.ends_with("22:00-06:00,09:00-18:00,09:00-18:00,09:00-18:00,09:00-18:00,off"), "{maria}");
}
