//! Segments: overtime, premiums, breaks and rounding, their explanation, and who reads them.

use rollcall_tests::Person;
use serde_json::{Value, json};

use super::{Payroll, told, total};

#[tokio::test]
async fn six_days_of_nine_hours_count_no_hour_twice() {
    let payroll = Payroll::start().await;
    payroll.code("daily", "overtime").await;
    payroll.code("weekly", "overtime").await;
    for day in 2..=7 {
        let at = |hour: u8| format!("2026-11-0{day}T{hour:02}:00:00+03:00");
        payroll.worked(&format!("2026-11-0{day}"), &at(8), &at(17)).await;
    }
    payroll
        .rules(json!({"overtime": [
            {"per": "day", "after": {"minutes": 480}, "code": "daily"},
            {"per": "week", "after": {"minutes": 2400}, "code": "weekly"},
        ]}))
        .await;
    let week = payroll.segments("2026-11-02", "2026-11-08").await;
    let hours = |code: &str| total(&week, code) / 3600;
    assert_eq!((hours("regular"), hours("daily"), hours("weekly")), (40, 6, 8), "{week}");
    for day in week["days"].as_array().unwrap() {
        assert_eq!(day["worked_seconds"], 9 * 3600);
    }
    // A part of the week has the same segments: the rest of the week is read for it.
    let saturday = payroll.segments("2026-11-07", "2026-11-07").await;
    assert_eq!(total(&saturday, "weekly"), 8 * 3600, "{saturday}");
}

#[tokio::test]
async fn a_premium_from_22_to_6_gives_eight_hours_over_midnight() {
    let payroll = Payroll::start().await;
    payroll.code("night", "premium").await;
    payroll.worked("2026-11-03", "2026-11-03T22:00:00+03:00", "2026-11-04T06:00:00+03:00").await;
    payroll.rules(json!({"premiums": [{"code": "night", "from": "22:00", "until": "06:00"}]})).await;
    let segments = payroll.segments("2026-11-03", "2026-11-03").await;
    assert_eq!(told(&segments), ["22:00-00:00 regular +night", "00:00-06:00 regular +night"]);
    assert_eq!(total(&segments, "night"), 8 * 3600);
}

#[tokio::test]
async fn a_night_in_which_clocks_change_has_its_real_hours_of_premium() {
    let payroll = Payroll::start_in("Europe/Berlin").await;
    payroll.code("night", "premium").await;
    // 22:00 to 06:00 on the wall clock; the clocks go back at 03:00.
    payroll.worked("2026-10-24", "2026-10-24T22:00:00+02:00", "2026-10-25T06:00:00+01:00").await;
    payroll.rules(json!({"premiums": [{"code": "night", "from": "22:00", "until": "06:00"}]})).await;
    let segments = payroll.segments("2026-10-24", "2026-10-24").await;
    assert_eq!((segments["days"][0]["worked_seconds"].as_i64(), total(&segments, "night")), (Some(32_400), 32_400));
}

#[tokio::test]
async fn an_automatic_break_lies_after_its_hours_of_work() {
    let payroll = Payroll::start().await;
    payroll.company.settings(json!({"breaks": {"auto_deduct": [{"after_minutes": 360, "minutes": 30}]}})).await;
    payroll.worked("2026-11-09", "2026-11-09T07:43:00+03:00", "2026-11-09T16:44:00+03:00").await;
    payroll.rules(json!({})).await;
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    let spans: Vec<String> = told(&segments).iter().map(|segment| segment[..11].to_owned()).collect();
    assert_eq!((spans.first().unwrap().as_str(), spans[1].as_str()), ("07:43-13:43", "14:13-16:44"));
    assert_eq!(segments["days"][0]["worked_seconds"], 30_660);
}

#[tokio::test]
async fn two_tiers_leave_35_100_seconds_of_ten_and_a_half_hours() {
    let payroll = Payroll::start().await;
    let tiers = json!([{"after_minutes": 360, "minutes": 30}, {"after_minutes": 540, "minutes": 45}]);
    payroll.company.settings(json!({"breaks": {"auto_deduct": tiers}})).await;
    payroll.worked("2026-11-09", "2026-11-09T07:30:00+03:00", "2026-11-09T18:00:00+03:00").await;
    payroll.rules(json!({})).await;
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    let day = &segments["days"][0];
    let sum: i64 = day["segments"].as_array().unwrap().iter().map(|it| it["seconds"].as_i64().unwrap()).sum();
    assert_eq!((day["worked_seconds"].as_i64(), sum), (Some(35_100), 35_100), "{segments}");
}

#[tokio::test]
async fn without_a_profile_work_beyond_the_schedule_is_overtime() {
    let payroll = Payroll::start().await;
    // The default shift is 09:00 to 18:00 with a break of an hour: eight hours.
    payroll.worked("2026-11-09", "2026-11-09T09:00:00+03:00", "2026-11-09T19:00:00+03:00").await;
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    assert_eq!((total(&segments, "regular"), total(&segments, "overtime")), (8 * 3600, 2 * 3600));
}

/// What leave and holidays of a past date pay goes by the schedule and the site of that date.
#[tokio::test]
async fn a_new_default_schedule_and_a_move_change_no_past_leave_or_holiday() {
    let payroll = Payroll::start().await;
    let company = &payroll.company;
    let site = async |name: &str| {
        let site = json!({"name": name, "time_zone": "Europe/Istanbul"});
        company.post("/sites").by(&payroll.admin).json(site).send().await.expect(201).body["id"].clone()
    };
    let (old, new) = (site("Old").await, site("New").await);
    let person = format!("/users/{}", payroll.maria.id);
    let moved = |admin: &Person, site: &Value| company.patch(&person).by(admin).json(json!({"site_id": site})).send();
    moved(&payroll.admin, &old).await.expect(200);
    for (date, site) in [("2026-11-11", &old), ("2026-11-12", &new)] {
        let holiday = json!({"date": date, "name": "Harbour Day", "site_id": site});
        company.post("/holidays").by(&payroll.admin).json(holiday).send().await.expect(201);
    }
    let leave = json!({"start_date": "2026-11-10", "end_date": "2026-11-10", "user_id": payroll.maria.id});
    company.post("/leave/requests").by(&payroll.admin).json(leave).send().await.expect(201);
    company.set_clock("2026-11-18T12:00:00+03:00").await;
    let (admin, maria) = (company.sign_in("ada").await, company.sign_in("maria").await);
    let absences = async || {
        let path = "/pay/segments/me?from=2026-11-09&to=2026-11-13";
        let week = company.get(path).by(&maria).send().await.expect(200).body;
        let days = week["days"].as_array().unwrap().iter();
        let absent = days.filter(|day| day["absences"] != json!([]));
        absent.map(|day| (day["date"].clone(), day["absences"][0]["seconds"].clone())).collect::<Vec<_>>()
    };
    let eight_hours = |date: &str| (json!(date), json!(28_800));
    assert_eq!(absences().await, [eight_hours("2026-11-10"), eight_hours("2026-11-11")]);

    let defaults = json!({"default_shift": {"start": "09:00", "end": "12:00"}, "default_weekly_offs": ["wednesday"]});
    company.patch("/settings").by(&admin).json(defaults).send().await.expect(200);
    moved(&admin, &new).await.expect(200);
    assert_eq!(absences().await, [eight_hours("2026-11-10"), eight_hours("2026-11-11")]);
}

#[tokio::test]
async fn rounding_is_a_line_of_its_own() {
    let payroll = Payroll::start().await;
    payroll.worked("2026-11-09", "2026-11-09T07:50:00+03:00", "2026-11-09T17:02:00+03:00").await;
    payroll.rules(json!({"rounding": {"step_minutes": 15, "mode": "nearest", "of": "day"}})).await;
    let segments = payroll.segments("2026-11-09", "2026-11-09").await;
    let day = &segments["days"][0];
    assert_eq!(day["adjustment"], json!({"code": "regular", "seconds": 180}));
    assert_eq!((&day["worked_seconds"], &day["paid_seconds"]), (&json!(33_120), &json!(33_300)));
}

#[tokio::test]
async fn a_days_figures_are_explained_in_the_readers_language() {
    let payroll = Payroll::start().await;
    // The day of docs/rules.md: in at 09:20, out at 18:10, scheduled 09:00 to 18:00 with a break of an hour.
    payroll.worked("2026-11-09", "2026-11-09T09:20:00+03:00", "2026-11-09T18:10:00+03:00").await;
    payroll.rules(json!({"overtime": [{"per": "day", "after": "scheduled", "code": "overtime"}]})).await;
    let path = "/attendance/me/2026-11-09/explanation";
    let explained = payroll.company.get(path).by(&payroll.maria).send().await.expect(200).body;
    let figure = |explained: &Value, name: &str| -> (i64, Vec<String>) {
        let figures = explained["figures"].as_array().unwrap();
        let found = figures.iter().find(|figure| figure["figure"] == name).unwrap();
        let steps = found["steps"].as_array().unwrap().iter().map(|step| step["text"].as_str().unwrap().to_owned());
        (found["seconds"].as_i64().unwrap(), steps.collect())
    };
    assert_eq!(
        figure(&explained, "worked"),
        (31_800, vec!["Clock-in at 09:20, clock-out at 18:10: 8:50 h".to_owned()])
    );
    let (late, steps) = figure(&explained, "late");
    assert_eq!(late, 1_200);
    assert!(steps.last().unwrap().starts_with("Late: the clock-in at 09:20"), "{steps:?}");
    assert_eq!(figure(&explained, "overtime").0, 3_000);
    // Without free minutes, each late minute costs a minute of annual leave.
    assert_eq!(figure(&explained, "lateness_deduction").0, 1_200);
    let (paid, steps) = figure(&explained, "paid");
    assert_eq!(paid, 31_800);
    assert_eq!(steps[0], "Pay rules “Rules”, version of 2020-01-01");
    let expected =
        ["09:20–17:20: Regular, 8:00 h", "Work beyond 8:00 h of the day: Overtime", "17:20–18:00: Overtime, 0:40 h"];
    assert_eq!(steps[1..4], expected);

    let german = payroll.company.get(path).by(&payroll.maria).header("accept-language", "de").send().await;
    let (_, steps) = figure(&german.expect(200).body, "worked");
    assert_eq!(steps, ["Eingestempelt um 09:20, ausgestempelt um 18:10: 8:50 h"]);
}

#[tokio::test]
async fn segments_are_for_the_person_and_those_in_charge_and_for_three_months() {
    let payroll = Payroll::start().await;
    let tom = payroll.company.person("tom", json!({})).await;
    let path = format!("/pay/segments/{}", payroll.maria.id);
    payroll.company.get(&path).by(&tom).send().await.expect_problem(404, "not_found");
    payroll.company.get(&path).by(&payroll.admin).send().await.expect(200);
    let long = format!("{path}?from=2026-08-01&to=2026-11-01");
    payroll.company.get(&long).by(&payroll.admin).send().await.expect_invalid("to");
}
