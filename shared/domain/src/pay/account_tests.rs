//! Tests of what a day adds to a time account: docs/rules.md, "Time accounts".

use super::{PayProfile, tests::day_of};
use crate::{
    calendar::Weekday,
    day::{AccountTerms, DayChange},
    holiday::Half,
    schedule::{
        DayLeave, LeaveRef, LeaveTypeCode, Week,
        tests::company::{Company, MONDAY_TO_SATURDAY, annual_leave, date, shift, week},
    },
};

/// The seconds that a change adds to a time account.
fn booked(change: &DayChange) -> Vec<i64> {
    change.account_entries().iter().map(|entry| entry.seconds).collect()
}

#[test]
fn time_beyond_the_target_waits_for_the_review_of_a_guessed_clock_out() {
    let mut company = Company::with_shifts(&[shift("09:00", "17:00", 0)]);
    // A Sunday off, of which the end is guessed.
    company.clock_in("2026-11-08 10:00").unwrap();
    let later = company.at("2026-11-10 12:00");
    let closed = company.punch(later, |context| context.close_forgotten()).unwrap().unwrap();
    company.commit(closed);
    let day = company.days[&date("2026-11-08")].clone();
    let terms = Some(AccountTerms { contract_seconds: None });
    let change = DayChange::new(Some(day.clone()), day.with_account_terms(terms, &company.planner()), later);
    assert!(day.figures(later).worked_seconds > 0);
    assert_eq!(booked(&change), [] as [i64; 0], "nothing was to be worked, and all of it waits");
}

#[test]
fn the_shares_of_a_contract_add_up_to_its_week() {
    let every_day = [&MONDAY_TO_SATURDAY[..], &[Weekday::Sunday]].concat();
    let pattern =
        Week { weekly_offs: Vec::new().try_into().unwrap(), ..week(&every_day, &[shift("09:00", "17:00", 0)]) };
    let company = Company::in_zone("UTC").pattern("2020-01-01", pattern);
    let profile = serde_json::json!({
        "effective_from": "2026-01-01", "personnel_number": "1", "account": true, "weekly_minutes": 2400});
    let profile: PayProfile = serde_json::from_value(profile).unwrap();
    let share = |day: i32| {
        let terms = profile.account_terms(date("2026-11-02").plus_days(day), &company.planner());
        terms.unwrap().contract_seconds.unwrap()
    };
    assert_eq!((0..7).map(share).sum::<i64>(), 40 * 3600);
}

#[test]
fn each_change_of_a_booked_day_books_the_difference_once() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 60)]);
    company.session("2026-11-02 08:30", "2026-11-02 18:00");
    let (planner, now) = (company.planner(), company.at("2026-11-04 12:00"));
    let unbooked = company.days[&date("2026-11-02")].clone();
    assert_eq!(booked(&DayChange::new(Some(unbooked.clone()), unbooked.clone(), now)), [0i64; 0]);

    let terms = Some(AccountTerms { contract_seconds: None });
    let first = DayChange::new(Some(unbooked.clone()), unbooked.with_account_terms(terms, &planner), now);
    assert_eq!(booked(&first), [5_400]);
    let again = DayChange::new(Some(first.after().clone()), first.after().with_account_terms(terms, &planner), now);
    assert_eq!(booked(&again), [0i64; 0]);

    // Time off that is entered afterwards takes the scheduled eight hours; the work no longer has a target.
    let off = LeaveRef { leave_type: LeaveTypeCode::time_off(), ..annual_leave() };
    let on_leave = first.after().with_leave(&planner, &DayLeave::full(off)).with_time_off(&planner);
    let covered = DayChange::new(Some(first.after().clone()), on_leave, now);
    assert_eq!(booked(&covered), [28_800, -28_800]);
    assert_eq!(covered.after().account().unwrap().booked_seconds(), 5_400);

    let without =
        DayChange::new(Some(covered.after().clone()), covered.after().with_account_terms(None, &planner), now);
    assert_eq!(booked(&without), [-34_200, 28_800]);
    assert_eq!(without.after().account().unwrap().booked_seconds(), 0);
}

#[test]
fn a_contract_is_a_target_on_every_workday_with_leave_as_paid_absence() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 60)]);
    company.session("2026-11-02 09:00", "2026-11-02 15:00");
    let (planner, now) = (company.planner(), company.at("2026-11-04 12:00"));
    let day = company.days[&date("2026-11-02")].clone();
    let terms = Some(AccountTerms { contract_seconds: Some(7 * 3_600) });
    let worked = DayChange::new(Some(day.clone()), day.with_account_terms(terms, &planner), now);
    assert_eq!(booked(&worked), [-3_600]);
    let half = worked.after().with_leave(&planner, &DayLeave::half(Half::Afternoon, annual_leave()));
    let half = DayChange::new(Some(worked.after().clone()), half, now);
    assert_eq!(booked(&half), [12_600]);
}

#[test]
fn half_a_holiday_takes_half_of_a_contracts_target() {
    let company = || {
        let company = Company::with_shifts(&[shift("09:00", "17:00", 0)]);
        company.holiday("2026-11-04", None, Some(Half::Afternoon))
    };
    let terms = Some(AccountTerms { contract_seconds: Some(8 * 3_600) });
    let first = |company: &Company| {
        let (planner, now) = (company.planner(), company.at("2026-11-05 12:00"));
        let day = day_of(company, "2026-11-04");
        booked(&DayChange::new(Some(day.clone()), day.with_account_terms(terms, &planner), now))
    };
    let mut worked = company();
    worked.session("2026-11-04 09:00", "2026-11-04 13:00");
    assert_eq!(first(&worked), [0i64; 0]);
    assert_eq!(first(&company()), [-4 * 3_600]);
    assert_eq!(first(&company().leave("2026-11-04", None)), [0i64; 0], "sick for the whole day");
}
