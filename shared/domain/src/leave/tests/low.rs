//! Tests that each crossing of the low-balance threshold is announced exactly once.

use super::{Person, annual, carry_over::late, requested};
use crate::{
    event::{Fact, LeaveFact},
    leave::LeaveMinutes,
    schedule::tests::company::date,
    settings::LeaveAllowance,
};

/// Creates a person with three and a half days left, half a day above the threshold.
fn near_the_mark() -> Person {
    let mut person = Person::on("2026-11-02", "{}");
    person.take(1, "2026-11-02", 11).unwrap();
    person.book(|book| book.deduct(late("2026-11-02", 240, 1)));
    assert_eq!((person.available(2026), person.lows()), (3.5, 0));
    person
}

#[test]
fn crossing_the_low_balance_threshold_is_announced_once() {
    let mut person = near_the_mark();
    person.book(|book| book.deduct(late("2026-11-03", 240, 1)));
    assert_eq!(person.lows(), 0, "at the mark is not below it");
    person.book(|book| book.deduct(late("2026-11-04", 1, 1)));
    let low = Fact::Leave(LeaveFact::LeaveBalanceLow { leave_type: annual(), year: 2026, minutes: 3 * 480 - 1 });
    assert_eq!(person.facts.last(), Some(&low));
    person.book(|book| book.deduct(late("2026-11-05", 100, 1)));
    person.check_mark();
    assert_eq!(person.lows(), 1);
}

#[test]
fn a_low_balance_is_announced_again_after_a_return_to_the_threshold() {
    let mut person = near_the_mark();
    person.book(|book| book.deduct(late("2026-11-03", 400, 1)));
    person.book(|book| book.deduct(late("2026-11-03", -100, 2)));
    person.book(|book| book.deduct(late("2026-11-03", 100, 3)));
    assert_eq!(person.lows(), 1);
    person.book(|book| book.deduct(late("2026-11-03", -400, 4)));
    person.book(|book| book.deduct(late("2026-11-03", 400, 5)));
    assert_eq!(person.lows(), 2);
}

#[test]
fn a_threshold_is_crossed_by_an_approval_and_not_by_a_request() {
    let mut person = near_the_mark();
    let charges = person.charges("2026-12-01", 2);
    person.book(|book| book.reserve(&requested(2, 1), &charges)).unwrap();
    assert_eq!((person.available(2026), person.lows()), (1.5, 0));
    person.book(|book| book.approve(&requested(2, 2), &charges, &charges)).unwrap();
    assert_eq!((person.available(2026), person.lows()), (1.5, 1));
}

#[test]
fn a_year_that_starts_below_the_threshold_is_not_announced() {
    let mut person = Person::on("2026-11-02", r#"{"annual_leave_days": 2}"#);
    person.take(1, "2026-11-02", 1).unwrap();
    assert_eq!(person.lows(), 0);
    let mut indebted = Person::on("2026-12-31", r#"{"annual_leave_days": 3}"#);
    indebted.take(1, "2027-01-11", 1).unwrap();
    indebted.take(2, "2026-12-29", 3).unwrap();
    assert_eq!(indebted.lows(), 1, "the year that ends");
    indebted.is_up_to_date_on("2027-01-01");
    assert_eq!((indebted.available(2027), indebted.lows()), (2.0, 1), "the new year starts below");
}

#[test]
fn the_balance_of_the_next_year_is_not_announced_as_low() {
    let mut person = Person::on("2026-11-02", "{}");
    person.take(1, "2027-02-01", 14).unwrap();
    assert_eq!(person.lows(), 0);
}

#[test]
fn the_daily_check_announces_balances_below_a_raised_threshold() {
    let mut person = near_the_mark();
    person.settings.low_balance_days = LeaveAllowance::of_hundredths::<500>();
    person.check_mark();
    person.check_mark();
    assert_eq!(person.lows(), 1);
    person.settings.low_balance_days = LeaveAllowance::of_hundredths::<350>();
    person.book(|book| book.deduct(late("2026-11-03", 1, 1)));
    assert_eq!(person.lows(), 2, "it was at this mark before, whether or not anyone looked");
}

#[test]
fn an_expiry_that_crosses_the_threshold_is_announced() {
    let carry = r#"{"annual_leave_days": 4, "carry_over_days": 5, "carry_over_expires_after_months": 3}"#;
    let mut person = Person::on("2026-12-01", carry);
    person.is_up_to_date_on("2026-12-01");
    person.is_up_to_date_on("2027-01-01");
    person.take(1, "2027-05-03", 3).unwrap();
    assert_eq!((person.balance(2027).left(), person.lows()), (LeaveMinutes::new(5 * 480), 0));
    person.today = date("2027-04-01");
    person.check_mark();
    assert_eq!((person.available(2027), person.lows()), (1.0, 1));
}

#[test]
fn the_settled_balance_of_a_leaver_is_not_announced_as_low() {
    let mut person = Person::on("2026-11-02", r#"{"prorate_first_year": true, "low_balance_days": 14}"#);
    person.is_up_to_date_on("2026-11-02");
    person.user.status = crate::user::UserStatus::Disabled;
    person.employed(&[("2020-01-01", Some("2026-11-02"))]);
    assert_eq!((person.available(2026), person.lows()), (12.5, 0));
}
