//! What is granted, and when.

use super::{Person, annual, minutes};
use crate::{
    employment::Employments,
    event::{Fact, LeaveAdjustmentCause},
    leave::{Accrual, LeaveType, LeaveTypes},
    schedule::tests::company::date,
    settings::LeaveAllowance,
    user::UserStatus,
};

fn own(days: f64) -> LeaveAllowance {
    LeaveAllowance::try_from(days).unwrap()
}

fn monthly(mut person: Person) -> Person {
    let annual = person.types.get(&annual()).unwrap();
    person.types = LeaveTypes::default().with(LeaveType { accrual: Accrual::Monthly, ..annual }).unwrap();
    person
}

#[test]
fn fifteen_days_are_granted_once() {
    let mut person = Person::on("2026-11-02", "{}");
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2026-11-03");
    assert_eq!(person.lines(2026), [("grant", 15.0)]);
    assert_eq!(person.facts.len(), 1);
}

#[test]
fn hired_mid_year_grants_the_remaining_part_rounded_up_to_half_a_day() {
    // 2 July: 183 of 365 days remain, 7.52 of 15 days.
    let mut person = Person::on("2026-07-02", r#"{"prorate_first_year": true}"#).hired_on("2026-07-02");
    person.is_up_to_date_on("2026-07-02");
    assert_eq!(person.lines(2026), [("grant", 8.0)]);
    person.is_up_to_date_on("2027-01-01");
    assert_eq!(person.lines(2027), [("grant", 15.0)]);

    let mut whole = Person::on("2026-07-02", "{}").hired_on("2026-07-02");
    whole.is_up_to_date_on("2026-07-02");
    assert_eq!(whole.lines(2026), [("grant", 15.0)], "without pro rata all of it");
}

#[test]
fn hired_in_a_leap_year_counts_its_366_days() {
    let granted = |hired_on: &str, allowance: f64| {
        let mut person = Person::on(hired_on, r#"{"prorate_first_year": true}"#).hired_on(hired_on);
        person.user.annual_leave_days = Some(own(allowance));
        person.is_up_to_date_on(hired_on);
        person.balance(date(hired_on).year()).figures.granted
    };
    // Half of the 366 days remain on 2 July 2028; a day more makes it a half day more.
    assert_eq!(granted("2028-07-02", 30.0), minutes(15.0));
    assert_eq!(granted("2028-07-01", 30.0), minutes(15.5));
    assert_eq!(granted("2027-07-03", 30.0), minutes(15.0));
    assert_eq!(granted("2028-12-31", 30.0), minutes(0.5));
    assert_eq!(granted("2028-01-01", 15.25), minutes(15.25));
    assert_eq!(granted("2028-01-02", 15.25), minutes(15.25), "rounding up never grants more than the year has");
}

#[test]
fn a_leave_year_from_april_is_granted_from_april() {
    let april = r#"{"leave_year_start": "04-01", "prorate_first_year": true}"#;
    let mut person = Person::on("2027-01-01", april).hired_on("2027-01-01");
    person.is_up_to_date_on("2027-01-01");
    // 90 of 365 days remain: 3.7 days.
    assert_eq!(person.lines(2026), [("grant", 4.0)]);
    person.is_up_to_date_on("2027-03-31");
    assert_eq!(person.balances.len(), 1);
    person.is_up_to_date_on("2027-04-01");
    assert_eq!(person.lines(2027), [("grant", 15.0)]);
}

#[test]
fn who_is_hired_later_is_granted_the_year_in_which_they_come() {
    let mut person = Person::on("2026-11-02", r#"{"prorate_first_year": true}"#).hired_on("2027-07-02");
    person.is_up_to_date_on("2026-11-02");
    assert_eq!(person.lines(2026), []);
    assert_eq!(person.lines(2027), [("grant", 8.0)]);
}

#[test]
fn nobody_is_granted_anything_before_activation_or_after_leaving() {
    for status in [UserStatus::Pending, UserStatus::Disabled] {
        let mut person = Person::on("2026-11-02", "{}");
        person.user.status = status;
        person.is_up_to_date_on("2026-11-02");
        assert_eq!((person.lines(2026), person.balances.len()), (vec![], 0));
    }
    let mut person = Person::on("2026-11-02", "{}");
    person.user.employments = Employments::of_dates(None, Some(date("2025-12-31")));
    person.is_up_to_date_on("2026-11-02");
    assert_eq!(person.lines(2026), []);
}

#[test]
fn the_next_years_grant_is_booked_when_it_is_first_needed_and_not_earlier_than_twelve_months_ahead() {
    let mut person = Person::on("2026-11-02", "{}");
    person.is_up_to_date_on("2026-11-02");
    assert_eq!(person.lines(2027), []);
    person.take(1, "2027-03-01", 2).unwrap();
    assert_eq!(person.lines(2027), [("grant", 15.0), ("use", -2.0)]);
    let short = person.take(2, "2028-03-01", 1).unwrap_err();
    assert_eq!((short.year.year, short.available, short.asked), (2028, minutes(0.0), minutes(1.0)));
    person.is_up_to_date_on("2027-01-01");
    assert_eq!(person.lines(2027), [("grant", 15.0), ("use", -2.0)], "once");
    person.take(2, "2028-03-01", 1).unwrap();
    assert_eq!(person.lines(2028), [("grant", 15.0), ("use", -1.0)]);
}

#[test]
fn a_changed_date_of_hiring_posts_the_difference() {
    let mut person = Person::on("2026-07-02", r#"{"prorate_first_year": true}"#).hired_on("2026-07-02");
    person.is_up_to_date_on("2026-07-02");
    person.user.employments = Employments::since(date("2026-10-01"));
    // 92 of 365 days: 3.78 of 15.
    person.grant_anew();
    assert_eq!(person.lines(2026), [("grant", 8.0), ("grant", -4.0)]);
    let adjusted = Fact::LeaveAdjusted {
        leave_type: annual(),
        year: 2026,
        minutes: -4 * 480,
        cause: LeaveAdjustmentCause::HiringDate,
    };
    assert_eq!(person.facts.last(), Some(&adjusted));
    person.grant_anew();
    assert_eq!(person.lines(2026).len(), 2, "nothing changed, nothing is posted");
}

#[test]
fn a_persons_own_allowance_counts_at_once_and_the_companys_from_the_next_grant() {
    let mut person = Person::on("2026-11-02", "{}");
    person.is_up_to_date_on("2026-11-02");
    person.take(1, "2027-03-01", 1).unwrap();
    person.settings.annual_leave_days = own(25.0);
    person.is_up_to_date_on("2026-11-03");
    assert_eq!((person.available(2026), person.available(2027)), (15.0, 14.0), "the past stays as it was");
    person.user.annual_leave_days = Some(own(20.0));
    person.grant_anew();
    assert_eq!((person.available(2026), person.available(2027)), (20.0, 19.0));
    person.user.annual_leave_days = None;
    person.grant_anew();
    assert_eq!((person.available(2026), person.available(2027)), (15.0, 14.0), "by the rules of its first grant");
    person.is_up_to_date_on("2028-01-01");
    assert_eq!(person.available(2028), 25.0);
}

#[test]
fn a_monthly_grant_comes_on_the_first_day_of_each_month() {
    let mut person = monthly(Person::on("2026-01-01", r#"{"annual_leave_days": 20}"#));
    person.is_up_to_date_on("2026-01-01");
    person.is_up_to_date_on("2026-01-31");
    assert_eq!(person.ledger.iter().map(|entry| entry.minutes.get()).collect::<Vec<_>>(), [800]);
    // Nobody looked in February: March brings both.
    person.is_up_to_date_on("2026-03-01");
    assert_eq!(person.ledger.iter().map(|entry| entry.minutes.get()).collect::<Vec<_>>(), [800, 1600]);
    person.is_up_to_date_on("2026-12-01");
    assert_eq!(person.available(2026), 20.0, "twelve parts are the whole");
    person.take(1, "2027-01-04", 1).unwrap_err();
}

#[test]
fn a_monthly_grant_begins_with_the_month_of_hiring() {
    let mut person = monthly(Person::on("2026-07-16", "{}").hired_on("2026-07-16"));
    person.is_up_to_date_on("2026-07-16");
    assert_eq!(person.available(2026), 1.25);
    let mut prorated = monthly(Person::on("2026-07-16", r#"{"prorate_first_year": true}"#).hired_on("2026-07-16"));
    prorated.is_up_to_date_on("2026-07-16");
    // 16 of 31 days of 1.25: 0.65 days.
    assert_eq!(prorated.available(2026), 1.0);
    prorated.is_up_to_date_on("2026-12-01");
    assert_eq!(prorated.available(2026), 1.0 + 5.0 * 1.25);
}

#[test]
fn the_last_months_of_a_monthly_grant_come_before_the_year_turns() {
    let mut person = monthly(Person::on("2026-01-01", r#"{"annual_leave_days": 24, "carry_over_days": 30}"#));
    person.is_up_to_date_on("2026-10-01");
    person.is_up_to_date_on("2027-01-15");
    assert_eq!(person.lines(2026), [("grant", 20.0), ("grant", 4.0), ("carry_over", -24.0)]);
    assert_eq!(person.available(2027), 26.0);
}
