//! `PUT` and `GET /roster/{user_id}`, and their immediate effects.

use rollcall_tests::Company;
use serde_json::json;

use super::{Team, weekly};

#[tokio::test]
async fn weekdays_have_their_own_shifts_and_a_night_shift_ends_the_next_day() {
    let team = Team::start().await;
    let pattern = weekly(json!({
        "monday": [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "17:00", "break_minutes": 15}],
        "wednesday": [{"start": "22:00", "end": "06:00", "break_minutes": 30}],
    }));
    let reply = team.pattern(&team.maria, pattern.clone()).await.expect(200);
    assert_eq!((reply.header("etag"), &reply.body["version"]), (Some("\"1\""), &json!(1)));
    let read = team.company.get(&format!("/roster/{}", team.maria.id)).by(&team.maria).send().await.expect(200);
    assert_eq!(read.body["patterns"][0]["effective_from"], "2026-11-02");
    assert_eq!(read.body["patterns"][0]["shifts"]["wednesday"][0]["end"], "06:00");
    assert_eq!(read.body["patterns"][0]["weekly_offs"], json!(["saturday", "sunday"]));
    let shifts = team.shifts(&team.maria, "2026-11-02", "2026-11-08").await;
    assert_eq!(
        shifts,
        [
            "2026-11-02T09:00:00+03:00 2026-11-02T12:00:00+03:00",
            "2026-11-02T13:00:00+03:00 2026-11-02T17:00:00+03:00",
            "2026-11-04T22:00:00+03:00 2026-11-05T06:00:00+03:00",
        ]
    );
}

#[tokio::test]
async fn a_rotation_turns_week_by_week_from_its_anchor() {
    let team = Team::start().await;
    let week = |start: &str, end: &str| json!({"weekly_offs": ["sunday"], "shifts": {"monday": [{"start": start, "end": end}]}});
    let rotation = json!({"effective_from": "2026-11-02", "anchor": "2026-10-26",
        "weeks": [week("06:00", "14:00"), week("14:00", "22:00")]});
    let reply = team.pattern(&team.maria, rotation).await.expect(200);
    assert_eq!(reply.body["patterns"][0]["anchor"], "2026-10-26");
    let shifts = team.shifts(&team.maria, "2026-11-02", "2026-11-16").await;
    let starts: Vec<&str> = shifts.iter().map(|shift| &shift[..16]).collect();
    assert_eq!(starts, ["2026-11-02T14:00", "2026-11-09T06:00", "2026-11-16T14:00"]);
}

#[tokio::test]
async fn shifts_that_overlap_are_refused_with_both_named_and_the_path_of_one() {
    let team = Team::start().await;
    let overlapping = weekly(json!({
        "monday": [{"start": "22:00", "end": "06:00"}],
        "tuesday": [{"start": "09:00", "end": "10:00"}, {"start": "05:00", "end": "08:00"}],
    }));
    let reply = team.pattern(&team.maria, overlapping).await.expect_invalid("shifts.tuesday[1]");
    let message = reply.body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("monday 22:00-06:00") && message.contains("tuesday 05:00-08:00"), "{message}");
    for (pattern, path) in [
        (json!({"effective_from": "2026-11-01", "weekly_offs": ["sunday"], "shifts": {}}), "effective_from"),
        (json!({"effective_from": "2028-11-01", "weekly_offs": ["sunday"], "shifts": {}}), "effective_from"),
        (json!({"effective_from": "2026-11-02", "weekly_offs": [], "shifts": {}}), "weekly_offs"),
        (
            json!({"effective_from": "2026-11-02", "weekly_offs": ["monday", "tuesday", "sunday"], "shifts": {}}),
            "weekly_offs",
        ),
        (json!({"effective_from": "2026-11-02", "shifts": {}}), "weekly_offs"),
        (json!({"effective_from": "2026-11-02", "weekly_offs": ["sunday"], "shift": {}}), "shift"),
    ] {
        team.pattern(&team.maria, pattern).await.expect_invalid(path);
    }
    let read = team.company.get("/roster/me").by(&team.maria).send().await.expect(200);
    assert_eq!((&read.body["patterns"], &read.body["version"]), (&json!([]), &json!(0)));
}

#[tokio::test]
async fn past_days_keep_the_pattern_that_held() {
    let mut team = Team::start().await;
    team.pattern(&team.maria, weekly(json!({"monday": [{"start": "10:00", "end": "15:00"}]}))).await.expect(200);
    team.at("2026-11-10T08:00:00+03:00").await;
    let later = json!({"effective_from": "2026-11-11", "weekly_offs": ["sunday"],
        "shifts": {"monday": [{"start": "06:00", "end": "11:00"}]}});
    team.pattern(&team.maria, later).await.expect(200);
    let shifts = team.shifts(&team.maria, "2026-11-02", "2026-11-16").await;
    let starts: Vec<&str> = shifts.iter().map(|shift| &shift[..16]).collect();
    assert_eq!(starts, ["2026-11-02T10:00", "2026-11-09T10:00", "2026-11-16T06:00"]);
}

#[tokio::test]
async fn clock_in_board_and_day_follow_the_roster_at_once() {
    let mut team = Team::start().await;
    // Her day is already stored: she clocked in for nine o'clock, and clocked out again.
    team.at("2026-11-02T08:30:00+03:00").await;
    team.company.post("/clock/in").by(&team.maria).json(json!({})).send().await.expect(201);
    team.company.post("/clock/out").by(&team.maria).json(json!({})).send().await.expect(200);
    let plan = json!({"shifts": [{"start": "11:00", "end": "15:00"}], "reason": "Late delivery"});
    team.plan(&team.maria, "2026-11-02", plan).await.expect(200);
    let day = team.day(&team.maria, "2026-11-02").await;
    assert_eq!(
        (&day["shifts"][0]["start_at"], &day["scheduled_seconds"]),
        (&json!("2026-11-02T11:00:00+03:00"), &json!(4 * 3600))
    );
    let board = team.company.get("/attendance/board").by(&team.manager).send().await.expect(200);
    let row = board.items().iter().find(|row| row["user_id"] == team.maria.id.as_str()).unwrap().clone();
    assert_eq!(row["shift"]["start_at"], "2026-11-02T11:00:00+03:00");
    let early = team.company.post("/clock/in").by(&team.maria).json(json!({})).send().await;
    early.expect_problem(409, "outside_window");
    team.at("2026-11-02T10:50:00+03:00").await;
    let day = team.company.post("/clock/in").by(&team.maria).json(json!({})).send().await.expect(201).body;
    assert_eq!((&day["late_seconds"], &day["kind"]), (&json!(0), &json!("workday")));
    // John has no stored day, but is expected according to his new pattern.
    team.at("2026-11-03T06:30:00+03:00").await;
    let pattern = json!({"effective_from": "2026-11-03", "weekly_offs": ["sunday"],
        "shifts": {"tuesday": [{"start": "07:00", "end": "15:00"}]}});
    team.pattern(&team.john, pattern).await.expect(200);
    let day = team.company.post("/clock/in").by(&team.john).json(json!({})).send().await.expect(201).body;
    assert_eq!(day["shifts"][0]["start_at"], "2026-11-03T07:00:00+03:00");
}

#[tokio::test]
async fn a_stale_version_is_refused_and_every_change_is_audited() {
    let team = Team::start().await;
    let nine = weekly(json!({"monday": [{"start": "09:00", "end": "17:00"}]}));
    let path = format!("/roster/{}", team.maria.id);
    let put =
        |version: &str| team.company.put(&path).by(&team.manager).header("If-Match", version).json(nine.clone()).send();
    put("\"1\"").await.expect_problem(412, "precondition_failed");
    put("\"0\"").await.expect(200);
    put("\"1\"").await.expect(200);
    let admin = team.company.sign_in("ada").await;
    let audit = team.company.get(&format!("/audit?subject=user:{}", team.maria.id)).by(&admin).send().await.expect(200);
    let entries: Vec<_> = audit.items().iter().filter(|entry| entry["action"] == "pattern_changed").collect();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["after"]["patterns"][0]["shifts"]["monday"][0]["start"], "09:00");
}

#[tokio::test]
async fn managers_cannot_plan_their_own_roster_and_sites_must_exist() {
    let team = Team::start().await;
    let pattern = weekly(json!({"monday": [{"start": "09:00", "end": "17:00"}]}));
    team.pattern(&team.manager, pattern).await.expect_problem(403, "own_record");
    let nowhere = weekly(json!({"monday": [{"start": "09:00", "end": "17:00", "site_id": team.maria.id}]}));
    team.pattern(&team.maria, nowhere).await.expect_invalid("shifts.monday[0].site_id");
}

/// A shift is read in its site's zone: nine in Berlin is eleven in Istanbul that week.
#[tokio::test]
async fn a_shift_at_a_site_is_read_in_the_zone_of_the_place() {
    let team = Team::of(Company::start().await).await;
    let admin = team.company.sign_in("ada").await;
    let site = json!({"name": "Berlin", "time_zone": "Europe/Berlin"});
    let site = team.company.post("/sites").by(&admin).json(site).send().await.expect(201).str("id").to_owned();
    let pattern = weekly(json!({"monday": [{"start": "09:00", "end": "17:00", "site_id": site}]}));
    team.pattern(&team.maria, pattern).await.expect(200);
    let shifts = team.shifts(&team.maria, "2026-11-02", "2026-11-02").await;
    assert_eq!(shifts, ["2026-11-02T11:00:00+03:00 2026-11-02T19:00:00+03:00"]);
}

/// A site at which a pattern's shifts may lie.
async fn site(company: &Company, name: &str, zone: &str) -> String {
    let site = json!({"name": name, "time_zone": zone});
    company.post("/sites").by(&company.admin).json(site).send().await.expect(201).str("id").to_owned()
}

/// Helsinki's clocks are an hour ahead of Stockholm's.
#[tokio::test]
async fn overlaps_are_compared_by_instant_whatever_the_local_times() {
    let team = Team::start().await;
    let helsinki = site(&team.company, "Helsinki", "Europe/Helsinki").await;
    let stockholm = site(&team.company, "Stockholm", "Europe/Stockholm").await;
    let shift = |site: &str, start: &str, end: &str| json!({"start": start, "end": end, "site_id": site});
    let apart = [shift(&helsinki, "08:00", "12:00"), shift(&stockholm, "11:30", "15:00")];
    team.pattern(&team.maria, weekly(json!({"tuesday": apart}))).await.expect(200);
    let plan = json!({"shifts": apart, "reason": "Two ports"});
    team.plan(&team.maria, "2026-11-04", plan).await.expect(200);
    let at_once = [shift(&stockholm, "08:00", "11:00"), shift(&helsinki, "11:00", "15:00")];
    let refused = team.pattern(&team.maria, weekly(json!({"tuesday": at_once}))).await;
    let refused = refused.expect_invalid("shifts.tuesday[1]");
    assert_eq!(
        refused.body["errors"][0]["message"],
        "must not have shifts that overlap: tuesday 08:00-11:00 (Europe/Stockholm) and \
         tuesday 11:00-15:00 (Europe/Helsinki), first on 2026-11-03"
    );
    let plan = json!({"shifts": at_once, "reason": "Two ports"});
    team.plan(&team.maria, "2026-11-05", plan).await.expect_invalid("shifts[1]");
}

#[tokio::test]
async fn seven_days_on_and_seven_off_is_a_rotation() {
    let team = Team::start().await;
    let long = json!([{"start": "07:00", "end": "19:00", "break_minutes": 60}]);
    let all = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let shifts: serde_json::Map<_, _> = all.iter().map(|weekday| ((*weekday).to_owned(), long.clone())).collect();
    let on = json!({"weekly_offs": [], "shifts": shifts});
    let off = json!({"weekly_offs": all, "shifts": {}});
    let rotation = |weeks: [&serde_json::Value; 2]| json!({"effective_from": "2026-11-02", "anchor": "2026-11-02", "weeks": weeks});
    team.pattern(&team.maria, rotation([&on, &off])).await.expect(200);
    let shifts = team.shifts(&team.maria, "2026-11-02", "2026-11-29").await;
    assert_eq!(shifts.len(), 14);
    assert_eq!((&shifts[6][..10], &shifts[7][..10]), ("2026-11-08", "2026-11-16"));
    let refused = team.pattern(&team.maria, rotation([&on, &on])).await.expect_invalid("weeks");
    assert_eq!(refused.body["errors"][0]["message"], "must name at least 2 days off in 2 weeks");
}

#[tokio::test]
async fn how_many_days_off_a_week_names_is_a_setting() {
    let team = Team::start().await;
    let pattern = |offs: &[&str]| json!({"effective_from": "2026-11-02", "weekly_offs": offs, "shifts": {}});
    let three = ["friday", "saturday", "sunday"];
    team.pattern(&team.maria, pattern(&three)).await.expect_invalid("weekly_offs");
    team.company.settings(json!({"weekly_offs": {"max": 3}})).await;
    team.pattern(&team.maria, pattern(&three)).await.expect(200);
    team.pattern(&team.maria, pattern(&[])).await.expect_invalid("weekly_offs");
    team.company.settings(json!({"weekly_offs": {"min": 0}, "default_weekly_offs": []})).await;
    team.pattern(&team.maria, pattern(&[])).await.expect(200);
    let change = |body| team.company.patch("/settings").by(&team.company.admin).json(body).send();
    change(json!({"weekly_offs": {"min": 1}})).await.expect_invalid("default_weekly_offs");
    change(json!({"weekly_offs": {"min": 4}})).await.expect_invalid("weekly_offs");
    change(json!({"weekly_offs": {"max": 8}})).await.expect_invalid("weekly_offs.max");
}
