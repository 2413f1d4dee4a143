use super::team::Team;
use crate::{
    roster::{PlanRefusal, UnplanRefusal},
    schedule::{
        DayKind, DayPlan, PlanCause,
        tests::company::{Company, date, shift},
    },
};

fn shifts(start: &str, end: &str) -> DayPlan {
    DayPlan::Shifts(vec![shift(start, end, 0)])
}

/// 09:00-18:00 on weekdays.
fn maria() -> Team {
    Team::of([Company::in_zone("UTC")])
}

#[test]
fn a_date_is_planned_otherwise_and_goes_back_to_the_pattern() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    team.plan(0, date("2026-11-03"), DayPlan::Off, now).unwrap();
    assert_eq!(team.people[0].assignment("2026-11-03").kind, DayKind::WeeklyOff);
    team.plan(0, date("2026-11-03"), shifts("20:00", "23:00"), now).unwrap();
    assert_eq!(team.shifts(0, "2026-11-03"), ["2026-11-03T20:00:00Z 2026-11-03T23:00:00Z"]);
    let year = &team.people[0].years[&2026];
    assert_eq!((year.version, year.days[&date("2026-11-03")].version), (2, 2), "each plan has a version of its own");
    team.unplan(0, date("2026-11-03"), now).unwrap();
    assert_eq!(team.shifts(0, "2026-11-03"), ["2026-11-03T09:00:00Z 2026-11-03T18:00:00Z"]);
    assert_eq!(team.unplan(0, date("2026-11-03"), now), Err(UnplanRefusal::NotPlanned));
}

#[test]
fn a_holiday_may_be_made_a_workday() {
    let mut team = Team::of([Company::in_zone("UTC").holiday("2026-11-03", None, None)]);
    let now = team.people[0].at("2026-11-02 08:00");
    assert!(team.shifts(0, "2026-11-03").is_empty());
    team.plan(0, date("2026-11-03"), shifts("09:00", "12:00"), now).unwrap();
    assert_eq!(team.shifts(0, "2026-11-03").len(), 1);
}

/// "A past day already worked isn't changed this way (corrections do that)."
#[test]
fn a_day_that_is_over_is_not_planned_any_more() {
    let mut team = maria();
    team.people[0].session("2026-11-02 09:00", "2026-11-02 18:00");
    let now = team.people[0].at("2026-11-04 08:00");
    assert_eq!(team.plan(0, date("2026-11-02"), DayPlan::Off, now), Err(PlanRefusal::DayWorked));
    assert_eq!(team.plan(0, date("2026-11-03"), DayPlan::Off, now), Err(PlanRefusal::InThePast));
    assert_eq!(team.plan(0, date("2027-11-06"), DayPlan::Off, now), Err(PlanRefusal::TooFarAhead));
    assert_eq!(team.plan(0, date("2027-11-05"), DayPlan::Off, now), Ok(()));
}

#[test]
fn a_plan_of_a_past_date_cannot_be_removed() {
    let mut team = maria();
    team.plan(0, date("2026-11-03"), DayPlan::Off, team.people[0].at("2026-11-02 08:00")).unwrap();
    let now = team.people[0].at("2026-11-04 00:00");
    assert_eq!(team.unplan(0, date("2026-11-03"), now), Err(UnplanRefusal::Refused(PlanRefusal::InThePast)));
}

/// "Until its local date ends it follows the schedule."
#[test]
fn today_follows_a_new_plan_though_someone_is_at_work() {
    let mut team = maria();
    team.people[0].clock_in("2026-11-03 09:30").unwrap();
    let late = |team: &Team| {
        team.people[0].days[&date("2026-11-03")].figures(team.people[0].at("2026-11-03 10:00")).late_seconds
    };
    assert_eq!(late(&team), 1800);
    let now = team.people[0].at("2026-11-03 10:00");
    team.plan(0, date("2026-11-03"), shifts("09:30", "18:00"), now).unwrap();
    assert_eq!((late(&team), team.people[0].totals.late_seconds), (0, 0));
}

#[test]
fn a_plan_that_runs_into_a_neighbouring_date_is_refused_both_ways() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    let refused = team.plan(0, date("2026-11-03"), shifts("22:00", "09:01"), now).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "must not have shifts that overlap: 2026-11-03 22:00-09:01 and 2026-11-04 09:00-18:00"
    );
    assert_eq!(team.plan(0, date("2026-11-03"), shifts("22:00", "09:00"), now), Ok(()), "touching is no overlap");
    let refused = team.plan(0, date("2026-11-04"), shifts("08:00", "12:00"), now).unwrap_err();
    assert!(refused.to_string().contains("2026-11-03 22:00-09:00 and 2026-11-04 08:00-12:00"), "{refused}");
    let both = DayPlan::Shifts(vec![shift("10:00", "12:00", 0), shift("11:00", "13:00", 0)]);
    assert!(matches!(team.plan(0, date("2026-11-05"), both, now), Err(PlanRefusal::Clash(_))));
}

#[test]
fn a_plan_is_not_taken_back_where_the_pattern_would_run_into_a_neighbour() {
    let mut team = maria();
    let now = team.people[0].at("2026-11-02 08:00");
    team.plan(0, date("2026-11-04"), DayPlan::Off, now).unwrap();
    team.plan(0, date("2026-11-03"), shifts("22:00", "10:00"), now).unwrap();
    let refused = team.unplan(0, date("2026-11-04"), now).unwrap_err();
    assert!(refused.to_string().contains("2026-11-03 22:00-10:00 and 2026-11-04 09:00-18:00"), "{refused}");
}

#[test]
fn only_a_planned_override_of_a_swapped_date_can_be_removed() {
    let mut team = Team::of([Company::in_zone("UTC"), Company::in_zone("UTC")]);
    let now = team.people[0].at("2026-11-02 08:00");
    team.swap((0, "2026-11-07"), (1, None), now).unwrap_err();
    team.plan(1, date("2026-11-03"), DayPlan::Off, now).unwrap();
    team.swap((0, "2026-11-03"), (1, None), now).unwrap();
    assert_eq!(team.unplan(0, date("2026-11-03"), now), Err(UnplanRefusal::NotPlanned));
    team.plan(0, date("2026-11-03"), shifts("12:00", "13:00"), now).unwrap();
    assert!(matches!(team.people[0].assignment("2026-11-03").changed_by, Some(PlanCause::Override { .. })));
    team.plan(0, date("2026-11-03"), shifts("14:00", "15:00"), now).unwrap();
    team.unplan(0, date("2026-11-03"), now).unwrap();
    assert_eq!(team.shifts(0, "2026-11-03"), [""; 0], "the shift is still the other person's");
    assert_eq!(team.unplan(0, date("2026-11-03"), now), Err(UnplanRefusal::NotPlanned));
}
