//! Days follow the person's employment even when their date is over (docs/rules.md#corrected-employment).

use std::collections::BTreeSet;

use crate::{
    calendar::Zone,
    day::{Day, DayStatus, Flag, SessionTimes, follow_schedule, open_corrected},
    employment::Employments,
    schedule::{
        DayKind, DayPlan,
        tests::company::{Company, annual_leave, date, shift},
    },
    user::UserStatus,
};

const FRIDAY: &str = "2026-11-06";
const MONTH_LATER: &str = "2026-12-16 09:00";

/// Shifts from Monday to Saturday, 09:00 to 18:00. On Friday 6 November the person worked from 09:20 to 18:10.
fn worked() -> Company {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 60)]);
    company.person.created_at = company.at("2026-11-01 09:00");
    company.session("2026-11-06 09:20", "2026-11-06 18:10");
    company
}

fn until(last: &str) -> Employments {
    Employments::of_dates(None, Some(date(last)))
}

/// Gives the person other employments, and commits the resulting changes of stored days.
fn employ(company: &mut Company, employments: Employments, now: &str) {
    let now = company.at(now);
    let yesterday = company.planner().today(now).previous();
    let corrected = company.person.employments.differing(&employments, yesterday);
    company.person.employments = employments;
    let stored: BTreeSet<_> = company.days.keys().copied().collect();
    let mut changes = follow_schedule(&company.days, &company.planner(), now);
    changes.extend(open_corrected(&corrected, &company.planner(), |date| stored.contains(&date), now));
    for change in &changes {
        company.commit_day(change);
    }
}

#[test]
fn work_outside_employment_stays_flagged_and_is_no_overtime() {
    let mut company = worked();
    let before = company.figures(FRIDAY, MONTH_LATER);
    assert_eq!((before.late_seconds, before.overtime_seconds, before.scheduled_seconds), (1200, 3000, 28_800));
    employ(&mut company, until("2026-11-05"), MONTH_LATER);
    let after = company.figures(FRIDAY, MONTH_LATER);
    assert_eq!((after.worked_seconds, after.overtime_seconds, after.scheduled_seconds), (31_800, 0, 0));
    assert_eq!((after.late_seconds, after.status), (0, DayStatus::Present));
    assert!(after.flags.contains(&Flag::OutsideEmployment));
    assert_eq!(
        (company.totals.worked_seconds, company.totals.overtime_seconds, company.totals.late_seconds),
        (31_800, 0, 0)
    );
}

#[test]
fn an_edit_of_the_day_makes_work_outside_employment_overtime() {
    let mut company = worked();
    employ(&mut company, until("2026-11-05"), MONTH_LATER);
    let blockers =
        |company: &Company| crate::pay::blockers_of_day(&company.days[&date(FRIDAY)], company.at(MONTH_LATER));
    let review = crate::pay::Blocker::NeedsReview { date: date(FRIDAY) };
    assert_eq!(blockers(&company), [review], "the timesheet isn't signed before");
    let times = SessionTimes {
        id: None,
        clock_in: company.at("2026-11-06 09:20"),
        clock_out: Some(company.at("2026-11-06 18:10")),
        breaks: Vec::new(),
        cost_centers: None,
    };
    company.edit_at(company.at(MONTH_LATER), date(FRIDAY), &[times]).unwrap();
    let edited = company.figures(FRIDAY, MONTH_LATER);
    assert_eq!(edited.overtime_seconds, 31_800);
    assert!(edited.flags.contains(&Flag::OutsideEmployment), "that it lies outside stays true");
    assert_eq!(blockers(&company), []);
}

#[test]
fn dates_corrected_back_restore_what_the_day_expected_then() {
    let mut company = worked();
    let before = company.days[&date(FRIDAY)].clone();
    employ(&mut company, until("2026-11-05"), MONTH_LATER);
    // The roster of the date has changed since. A day that is over doesn't follow it.
    company = company.planned(FRIDAY, DayPlan::Off);
    employ(&mut company, Employments::always(), MONTH_LATER);
    let after = &company.days[&date(FRIDAY)];
    assert_eq!((after.shifts(), after.kind()), (before.shifts(), DayKind::Workday));
    assert_eq!(after.figures(company.at(MONTH_LATER)), before.figures(company.at(MONTH_LATER)));
    assert_eq!(after.counted(), before.counted());
}

#[test]
fn absences_before_the_corrected_first_date_are_none() {
    let mut company = worked();
    for on in ["2026-11-02", "2026-11-03"] {
        let opened = crate::day::DayChange::new(None, Day::open(&company.planner(), date(on)), company.at(MONTH_LATER));
        company.commit_day(&opened);
    }
    assert_eq!(company.totals.days_absent, 2);
    employ(&mut company, Employments::since(date("2026-11-04")), MONTH_LATER);
    assert_eq!(company.totals.days_absent, 0);
    assert_eq!(company.figures("2026-11-02", MONTH_LATER).status, DayStatus::Off);
}

#[test]
fn dates_that_turn_out_employed_are_opened_from_the_accounts_first() {
    let mut company = worked();
    company.person.created_at = company.at("2026-11-04 09:00");
    company.person.employments = Employments::since(date("2026-11-09"));
    employ(&mut company, Employments::since(date("2026-11-02")), "2026-11-09 09:00");
    let stored: Vec<String> = company.days.keys().map(ToString::to_string).collect();
    assert_eq!(stored, ["2026-11-04", "2026-11-05", "2026-11-06", "2026-11-07", "2026-11-08"]);
    assert_eq!(company.totals.days_absent, 3, "Sunday is off, and Friday was worked");
    company.person.status = UserStatus::Disabled;
    employ(&mut company, Employments::NONE, "2026-12-09 09:00");
    employ(&mut company, Employments::always(), "2026-12-09 09:00");
    assert_eq!(company.days.len(), 5, "of an account that isn't active nothing is opened");
}

#[test]
fn a_day_employed_again_has_the_leave_that_is_still_approved() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 60)]).leave(FRIDAY, None);
    company.person.created_at = company.at("2026-11-01 09:00");
    let opened = Day::open(&company.planner(), date(FRIDAY));
    company.commit_day(&crate::day::DayChange::new(None, opened, company.at("2026-11-06 08:00")));
    employ(&mut company, until("2026-11-05"), MONTH_LATER);
    let friday = &company.days[&date(FRIDAY)];
    assert_eq!((friday.leave(), friday.counted().half_days_on_leave), (None, 0));
    employ(&mut company, Employments::always(), MONTH_LATER);
    assert_eq!(company.days[&date(FRIDAY)].leave().and_then(|leave| leave.morning.clone()), Some(annual_leave()));
    employ(&mut company, until("2026-11-05"), MONTH_LATER);
    company.years.get_mut(&2026).unwrap().leave.clear();
    employ(&mut company, Employments::always(), MONTH_LATER);
    let friday = &company.days[&date(FRIDAY)];
    assert_eq!((friday.leave(), friday.counted().days_absent), (None, 1));
}

#[test]
fn a_day_in_a_former_zone_follows_employment_too() {
    let mut company = worked();
    company.person.time_zone = Some(Zone::parse("Pacific/Auckland").unwrap());
    let now = "2026-11-07 12:00";
    employ(&mut company, until("2026-11-05"), now);
    assert!(company.days[&date(FRIDAY)].is_outside_employment());
}
