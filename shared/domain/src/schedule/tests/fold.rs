use super::company::{Company, MONDAY_TO_SATURDAY, annual_leave, date, shift, site_id, week};
use crate::{
    calendar::Weekday,
    employment::Employments,
    holiday::Half,
    schedule::{Assignment, DayKind, DayLeave, DayPlan, PlanCause, PlannedDay},
};

fn starts(assignment: &Assignment) -> Vec<String> {
    assignment.shifts.iter().map(|shift| shift.id.start().to_string()).collect()
}

/// "No pattern: the company's default."
#[test]
fn without_a_pattern_the_default_shift_and_offs_hold() {
    let company = Company::in_zone("UTC");
    let monday = company.assignment("2026-11-02");
    assert_eq!((monday.kind, starts(&monday)), (DayKind::Workday, vec!["09:00".to_owned()]));
    assert_eq!(monday.shifts[0].scheduled_seconds(), 28_800);
    assert_eq!(monday.shifts[0].id.to_string(), "2026-11-02T09:00");
    assert_eq!(company.assignment("2026-11-07").kind, DayKind::WeeklyOff);
}

/// "A weekday that a pattern names neither as shift nor as off is off."
#[test]
fn a_weekday_that_a_pattern_does_not_name_is_off() {
    let company =
        Company::in_zone("UTC").pattern("2026-01-01", week(&[Weekday::Monday], &[shift("08:00", "16:00", 0)]));
    assert_eq!(company.assignment("2026-11-02").kind, DayKind::Workday);
    assert_eq!(company.assignment("2026-11-03").kind, DayKind::WeeklyOff);
}

/// "Fold, first wins: approved leave, override or swap, holiday, pattern."
#[test]
fn leave_wins_over_override_over_holiday_over_pattern() {
    let day = "2026-11-02";
    let pattern = || Company::with_shifts(&[shift("08:00", "16:00", 0)]);
    assert_eq!(starts(&pattern().assignment(day)), ["08:00"]);
    let holiday = || pattern().holiday(day, None, None);
    assert_eq!((holiday().assignment(day).kind, holiday().assignment(day).shifts), (DayKind::Holiday, vec![]));
    // "an override may make it a workday"
    let overridden = || holiday().planned(day, DayPlan::Shifts(vec![shift("10:00", "14:00", 0)]));
    assert_eq!(
        (overridden().assignment(day).kind, starts(&overridden().assignment(day))),
        (DayKind::Workday, vec!["10:00".into()])
    );
    assert!(overridden().assignment(day).holiday.is_some());
    let on_leave = overridden().leave(day, None).assignment(day);
    assert_eq!((on_leave.kind, starts(&on_leave)), (DayKind::Leave, vec!["10:00".into()]));
    assert!(on_leave.shifts[0].on_leave);
    assert_eq!(on_leave.shifts[0].scheduled_seconds(), 0);
}

#[test]
fn an_override_may_take_a_day_off_and_a_swap_may_bring_a_shift() {
    let mut company = Company::with_shifts(&[shift("08:00", "16:00", 0)]).planned("2026-11-02", DayPlan::Off);
    assert_eq!(company.assignment("2026-11-02").kind, DayKind::WeeklyOff);
    let cause = PlanCause::Swap { swap_id: "0000000001000000000000000900000000010000000000000001".parse().unwrap() };
    let day = PlannedDay {
        plan: DayPlan::Shifts(vec![shift("20:00", "04:00", 0)]),
        cause: cause.clone(),
        version: 1,
        replaced_swap: None,
    };
    company.years.get_mut(&2026).unwrap().days.insert(date("2026-11-01"), day);
    let sunday = company.assignment("2026-11-01");
    assert_eq!((starts(&sunday), sunday.changed_by), (vec!["20:00".into()], Some(cause)));
}

#[test]
fn a_sites_holiday_holds_for_its_people_and_its_shifts() {
    let (plant, office) = (site_id(1), site_id(2));
    let holiday =
        || Company::in_zone("UTC").site(plant, "UTC").site(office, "UTC").holiday("2026-11-02", Some(plant), None);
    assert_eq!(holiday().assignment("2026-11-02").kind, DayKind::Workday);
    let mut of_plant = holiday();
    of_plant.person.site_id = Some(plant);
    assert_eq!(of_plant.assignment("2026-11-02").kind, DayKind::Holiday);
    let mut at_office = shift("14:00", "18:00", 0);
    at_office.site_id = Some(office);
    let of_both = of_plant.pattern("2026-01-01", week(&MONDAY_TO_SATURDAY, &[shift("08:00", "12:00", 0), at_office]));
    assert_eq!(starts(&of_both.assignment("2026-11-02")), ["14:00"]);
}

#[test]
fn a_holiday_on_a_day_off_is_a_holiday() {
    assert_eq!(
        Company::in_zone("UTC").holiday("2026-11-07", None, None).assignment("2026-11-07").kind,
        DayKind::Holiday
    );
    let half = Company::in_zone("UTC").holiday("2026-11-07", None, Some(Half::Morning));
    assert_eq!(half.assignment("2026-11-07").kind, DayKind::WeeklyOff);
}

/// "Nobody is expected before `hired_on`, after `left_on`, or without `tracks_attendance`."
#[test]
fn nobody_is_expected_before_hiring_after_leaving_or_untracked() {
    let mut company = Company::in_zone("UTC").leave("2026-11-02", None);
    company.person.employments = Employments::of_dates(Some(date("2026-11-03")), Some(date("2026-11-04")));
    let before = company.assignment("2026-11-02");
    assert_eq!((before.kind, before.shifts.len(), before.leave), (DayKind::Unscheduled, 0, None));
    assert_eq!(company.assignment("2026-11-03").kind, DayKind::Workday);
    assert_eq!(company.assignment("2026-11-04").kind, DayKind::Workday);
    assert_eq!(company.assignment("2026-11-05").kind, DayKind::Unscheduled);
    company.person.tracks_attendance = false;
    assert_eq!(company.assignment("2026-11-03").kind, DayKind::Unscheduled);
}

#[test]
fn leave_over_a_day_off_covers_nothing() {
    let saturday = Company::in_zone("UTC").leave("2026-11-07", None).assignment("2026-11-07");
    assert_eq!((saturday.kind, saturday.leave), (DayKind::WeeklyOff, None));
}

#[test]
fn leave_is_counted_by_what_would_be_expected_without_it() {
    let company = Company::in_zone("UTC").leave("2026-11-02", None);
    assert_eq!(company.assignment("2026-11-02").leave, Some(DayLeave::full(annual_leave())));
    assert_eq!(company.planner().assignment_without_leave(date("2026-11-02")).kind, DayKind::Workday);
}
