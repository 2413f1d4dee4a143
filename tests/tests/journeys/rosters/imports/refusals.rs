//! Sheets that are refused.

use std::fmt::Write;

use serde_json::json;

use super::{super::Team, Work, audited, import, site, stand_still};

#[tokio::test]
async fn a_sheet_with_any_error_writes_nothing() {
    let team = Team::start().await;
    let elsewhere = team.company.department("Packing").await;
    team.company.person("nina", json!({"department_id": elsewhere})).await;
    let sheet = "username,date,start,end,site\n\
        maria,2026-11-07,10:00,14:00,\n\
        maria,2026-11-07,13:00,15:00,\n\
        maria,2026-11-01,10:00,14:00,\n\
        nina,2026-11-07,10:00,14:00,\n\
        nobody,2026-11-07,10:00,14:00,Nowhere\n\
        manager,2026-11-07,10:00,14:00,\n\
        john,2028-11-07,10:00,14:00,\n";
    let refused = import(&team.company, &team.manager, sheet).await.expect_problem(422, "invalid_values");
    let paths: Vec<&str> =
        refused.body["errors"].as_array().unwrap().iter().map(|error| error["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "row 4, column date",
            "row 5, column username",
            "row 6, column username",
            "row 6, column site",
            "row 7, column username",
            "row 8, column date",
            "row 3, column start",
        ]
    );
    let read = team.company.get("/roster/me").by(&team.maria).send().await.expect(200);
    assert_eq!(read.body["days"], json!([]));
    for (sheet, path) in [
        ("username,effective_from,weekday,start,end\nmaria,2026-11-03,monday,09:00,17:00\n", "row 2, column weekday"),
        (
            "username,effective_from,weekday,start,end\nmaria,2026-11-03,fri,,\nmaria,2026-11-03,sat,,\nmaria,2026-11-03,sun,,\n",
            "row 2, column weekday",
        ),
        (
            "username,effective_from,weekday,start,end\nmaria,2026-11-03,sun,,\nmaria,2026-11-03,mon,09:00,17:00\nmaria,2026-11-03,mon,16:00,17:00\n",
            "row 4, column start",
        ),
        (
            "username,effective_from,weekday,start,end\nmaria,2026-11-03,sun,,\nmaria,2026-11-03,sun,09:00,17:00\n",
            "row 3, column weekday",
        ),
        ("username,date\n", "row 1, column start"),
    ] {
        import(&team.company, &team.manager, sheet).await.expect_invalid(path);
    }
    let json = team.company.post("/roster/import").by(&team.manager).json(json!({}));
    json.send().await.expect_problem(415, "unsupported_media_type");
    import(&team.company, &team.maria, sheet).await.expect_problem(403, "forbidden");
    let large = format!("username,date,start,end\n{}", "maria,2026-11-07,10:00,14:00\n".repeat(40_000));
    import(&team.company, &team.manager, &large).await.expect_problem(413, "body_too_large");
}

/// Returns the errors of a refused import as `path: message`.
async fn refused(team: &Team, sheet: &str) -> Vec<String> {
    let reply = import(&team.company, &team.manager, sheet).await.expect_problem(422, "invalid_values");
    let told = |error: &serde_json::Value| {
        format!("{}: {}", error["path"].as_str().unwrap(), error["message"].as_str().unwrap())
    };
    reply.body["errors"].as_array().unwrap().iter().map(told).collect()
}

/// Helsinki's clocks are an hour ahead of Stockholm's.
#[tokio::test]
async fn overlaps_of_a_sheet_are_compared_by_instant_before_the_response() {
    let team = Team::start().await;
    site(&team, "Helsinki", "Europe/Helsinki").await;
    site(&team, "Stockholm", "Europe/Stockholm").await;
    let dates = "username,date,start,end,site\n";
    let weekly = "username,effective_from,weekday,start,end,site\nmaria,2026-11-09,sunday,,,\n";
    for (header, slot) in [(dates, "2026-11-09"), (weekly, "2026-11-09,monday")] {
        let first = header.lines().count() + 1;
        let at_once = format!("{header}maria,{slot},08:00,11:00,Stockholm\nmaria,{slot},11:00,15:00,Helsinki\n");
        let [told] = refused(&team, &at_once).await.try_into().unwrap();
        let expected = format!("row {}, column start: must not overlap with row {first}: ", first + 1);
        assert!(told.starts_with(&expected) && told.contains("11:00-15:00 (Europe/Helsinki)"), "{told}");
        let read = team.company.get("/roster/me").by(&team.maria).send().await.expect(200);
        assert_eq!((&read.body["days"], &read.body["patterns"]), (&json!([]), &json!([])));
    }
    for (header, slot) in [(dates, "2026-11-09"), (weekly, "2026-11-09,monday")] {
        let apart = format!("{header}maria,{slot},08:00,12:00,Helsinki\nmaria,{slot},11:30,15:00,Stockholm\n");
        let id = import(&team.company, &team.manager, &apart).await.expect(202).str("id").to_owned();
        team.company.settle().await;
        let seen = team.company.get(&format!("/roster/import/{id}")).by(&team.manager).send().await.expect(200);
        assert_eq!((&seen.body["status"], &seen.body["failures"]), (&json!("done"), &json!([])));
        assert_eq!(team.shifts(&team.maria, "2026-11-09", "2026-11-09").await.len(), 2);
    }
}

/// The last night of one pattern ends at 23:30 UTC; the first morning of the next begins at 23:00 UTC.
#[tokio::test]
async fn consecutive_patterns_of_a_sheet_are_compared_by_instant() {
    let team = Team::start().await;
    site(&team, "Helsinki", "Europe/Helsinki").await;
    site(&team, "Stockholm", "Europe/Stockholm").await;
    let sheet = |evening: &str, morning: &str| {
        format!(
            "username,effective_from,weekday,start,end,site\n\
             maria,2026-11-16,monday,{morning}\nmaria,2026-11-16,sunday,,,\n\
             maria,2026-11-09,sunday,{evening}\nmaria,2026-11-09,saturday,,,\n"
        )
    };
    let at_once = sheet("20:00,00:30,Stockholm", "01:00,09:00,Helsinki");
    assert_eq!(
        refused(&team, &at_once).await,
        ["row 4, column start: must not overlap with row 2: 2026-11-15 20:00-00:30 (Europe/Stockholm) and \
          2026-11-16 01:00-09:00 (Europe/Helsinki)"]
    );
    let apart = sheet("20:00,01:30,Helsinki", "01:00,09:00,Stockholm");
    import(&team.company, &team.manager, &apart).await.expect(202);
    team.company.settle().await;
    assert_eq!(team.shifts(&team.maria, "2026-11-15", "2026-11-16").await.len(), 2);
    assert_eq!(audited(&team.company, &team.maria.id).await, 1, "both patterns are one change");
}

#[tokio::test]
async fn an_overlap_with_existing_plans_is_refused_and_nothing_is_written() {
    let team = Team::start().await;
    let night = json!({"shifts": [{"start": "22:00", "end": "12:00"}], "reason": "r"});
    team.plan(&team.maria, "2026-11-06", night).await.expect(200);
    let sheet = "username,date,start,end\njohn,2026-11-07,10:00,14:00\nmaria,2026-11-07,10:00,14:00\n\
        maria,2026-11-07,13:00,15:00\nmaria,2026-11-08,10:00,14:00\n";
    assert_eq!(
        refused(&team, sheet).await,
        ["row 3, column start: must not have shifts that overlap: 2026-11-06 22:00-12:00 and 2026-11-07 10:00-14:00",],
        "row 4 only overlaps with row 3"
    );
    assert!(team.shifts(&team.john, "2026-11-07", "2026-11-07").await.is_empty());
}

#[tokio::test]
async fn row_numbers_are_those_of_the_spreadsheet_even_after_blank_lines() {
    let team = Team::start().await;
    let sheet = "username,date,start,end,reason\n\nmaria,2026-11-07,10:00,14:00,\"Two\nlines\"\n\n\njohn,2026-11-07,25:00,14:00,\n";
    let told = refused(&team, sheet).await;
    assert_eq!(told, ["row 6, column start: must be a time of day such as 08:30"]);
    stand_still(&team.company);
    let sheet = sheet.replace("25:00", "10:00");
    let id = import(&team.company, &team.manager, &sheet).await.expect(202).str("id").to_owned();
    let night = json!({"shifts": [{"start": "22:00", "end": "12:00"}], "reason": "r"});
    team.plan(&team.john, "2026-11-06", night).await.expect(200);
    let job = Work::of(&team.company).finish(&id).await;
    let failed: Vec<&str> = job.failures.iter().map(|failure| failure.path.as_str()).collect();
    assert_eq!(failed, ["row 6"]);
}

#[tokio::test]
async fn a_site_is_named_whatever_the_case_and_normal_form_of_its_name() {
    let team = Team::start().await;
    site(&team, "İbrahim Rıhtımı", "Europe/Istanbul").await;
    site(&team, "Zürich", "Europe/Zurich").await;
    let names = ["ibrahim rıhtımı", "I\u{307}BRAHI\u{307}M RIHTIMI", "zürich", "ZU\u{308}RICH"];
    let mut sheet = "username,date,start,end,site\n".to_owned();
    for (number, name) in (10..).zip(names) {
        writeln!(sheet, "maria,2026-11-{number},10:00,14:00,{name}").unwrap();
    }
    import(&team.company, &team.manager, &sheet).await.expect(202);
    team.company.settle().await;
    assert_eq!(team.shifts(&team.maria, "2026-11-10", "2026-11-13").await.len(), 4);
    // Another site with the same name makes the name ambiguous.
    site(&team, "ZÜRICH", "Europe/Zurich").await;
    let told = refused(&team, "username,date,start,end,site\nmaria,2026-11-20,10:00,14:00,zurich\n").await;
    assert_eq!(told, ["row 2, column site: must be an id, because several sites have this name"]);
    let exact = "username,date,start,end,site\nmaria,2026-11-20,10:00,14:00,ZÜRICH\n";
    import(&team.company, &team.manager, exact).await.expect(202);
}

#[tokio::test]
async fn a_sheet_names_at_most_500_people() {
    let team = Team::start().await;
    let mut sheet = "user_id,date,start,end\n".to_owned();
    for number in 0..501 {
        writeln!(sheet, "01JBN2V7Q4W0M3T9K5ZXH8R{number:03},2026-11-07,10:00,14:00").unwrap();
    }
    assert_eq!(refused(&team, &sheet).await, ["row 502: is one person too many: a sheet names at most 500 people"]);
}
