//! Tests of the rollover of leave years.

use super::{Person, annual, requested};
use crate::{
    event::{Fact, LeaveFact},
    id::SessionId,
    leave::{LateCharge, LeaveMinutes, Requested},
    schedule::{ShiftId, tests::company::date},
};

const FIVE_UNTIL_MARCH: &str = r#"{"carry_over_days": 5, "carry_over_expires_after_months": 3}"#;

impl Person {
    /// Returns how much carry-over only its expiry can take.
    fn bound(&self, year: i16) -> f64 {
        super::days(self.balance(year).bound_to_expire(self.today))
    }
}

/// Returns the lateness of a morning's shift; negative where it is reversed.
pub(super) fn late(on: &str, minutes: i64, revision: u64) -> LateCharge {
    LateCharge {
        shift_id: ShiftId::new(date(on), "09:00".parse().unwrap()),
        session_id: SessionId::from(ulid::Ulid::from(1)),
        minutes: LeaveMinutes::new(minutes),
        revision,
    }
}

#[test]
fn remaining_leave_is_carried_over_up_to_the_cap_and_the_rest_expires() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH);
    person.take(1, "2026-11-09", 3).unwrap();
    person.is_up_to_date_on("2027-01-01");
    assert_eq!(person.lines(2026), [("grant", 15.0), ("use", -3.0), ("expiry", -7.0), ("carry_over", -5.0)]);
    assert_eq!(person.lines(2027), [("carry_over", 5.0), ("grant", 15.0)]);
    assert_eq!((person.available(2026), person.available(2027)), (0.0, 20.0));
    let told = |year, minutes| Fact::Leave(LeaveFact::LeaveCarriedOver { leave_type: annual(), year, minutes });
    assert!(person.facts.contains(&told(2027, 5 * 480)));
    person.is_up_to_date_on("2027-01-02");
    assert_eq!(person.lines(2026).len(), 4, "once");
}

#[test]
fn without_a_setting_nothing_is_carried_over() {
    let mut person = Person::on("2026-11-02", "{}");
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-01-01");
    assert_eq!(person.lines(2026), [("grant", 15.0), ("expiry", -15.0)]);
    assert_eq!(person.available(2027), 15.0);
}

#[test]
fn carry_over_is_spent_first_and_what_is_left_of_it_expires() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH);
    person.is_up_to_date_on("2026-11-02");
    // The bookings are in this order, but the carry-over is spent in the order of the dates: two days of February, then a day of
    // lateness in March.
    person.take(1, "2027-04-05", 4).unwrap();
    person.is_up_to_date_on("2027-01-01");
    person.take(2, "2027-02-01", 2).unwrap();
    person.today = date("2027-03-31");
    person.book(|book| book.deduct(late("2027-03-31", 480, 1)));
    assert_eq!(person.bound(2027), 2.0);
    assert_eq!(person.balance(2027).carried_expires_on(), Some(date("2027-03-31")));
    assert_eq!(person.available(2027), 13.0);
    person.is_up_to_date_on("2027-04-01");
    assert_eq!(person.lines(2027).last(), Some(&("expiry", -2.0)));
    assert_eq!((person.available(2027), person.bound(2027)), (11.0, 0.0));
    person.is_up_to_date_on("2027-06-01");
    assert_eq!(person.available(2027), 11.0, "once");
}

#[test]
fn leave_after_the_expiry_cannot_use_days_that_expire_before_it() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH);
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-01-01");
    assert_eq!(person.available(2027), 20.0);
    assert!(person.take(1, "2027-04-05", 20).is_err(), "15 of them are there in April");
    person.take(2, "2027-04-05", 15).unwrap();
    assert!(person.take(3, "2027-06-01", 1).is_err());
    person.take(4, "2027-03-01", 5).unwrap();
    person.is_up_to_date_on("2027-04-01");
    assert_eq!(person.available(2027), 0.0);
}

#[test]
fn what_was_spent_in_time_does_not_expire() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH);
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-01-01");
    person.take(1, "2027-03-22", 8).unwrap();
    person.is_up_to_date_on("2027-04-01");
    assert!(person.lines(2027).iter().all(|(kind, _)| *kind != "expiry"));
    assert_eq!(person.available(2027), 12.0);
}

#[test]
fn carried_days_given_back_after_their_expiry_are_gone() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH);
    person.is_up_to_date_on("2027-01-01");
    // Nothing was granted before. Only the manager's five days are carried over.
    let mut person = Person { balances: std::collections::BTreeMap::new(), ledger: Vec::new(), ..person };
    person.is_up_to_date_on("2026-12-01");
    person.is_up_to_date_on("2027-01-01");
    person.book(|book| book.deduct(late("2027-02-01", 5 * 480, 1)));
    person.is_up_to_date_on("2027-04-01");
    assert_eq!(person.available(2027), 15.0);
    person.book(|book| book.deduct(late("2027-02-01", -480, 2)));
    assert_eq!(person.lines(2027)[3..], [("reversal", 1.0), ("expiry", -1.0)]);
    person.book(|book| book.deduct(late("2027-02-01", 480, 3)));
    assert_eq!(person.lines(2027)[5..], [("late_deduction", -1.0), ("expiry", 1.0)]);
    assert_eq!(person.available(2027), 15.0);
}

#[test]
fn expiry_takes_no_more_than_an_adjustment_left() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH);
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-02-01");
    person.adjust(1, 2027, -18.0);
    assert_eq!(person.available(2027), 2.0);
    person.is_up_to_date_on("2027-04-01");
    assert_eq!(person.lines(2027).last(), Some(&("expiry", -2.0)));
    assert_eq!((person.available(2027), person.bound(2027)), (0.0, 0.0));
    // Leave that is added later isn't carry-over.
    person.adjust(2, 2027, 4.0);
    person.is_up_to_date_on("2027-05-01");
    assert_eq!(person.available(2027), 4.0);
    // The expired carry-over would have paid for the lateness of March, which is found in May.
    person.book(|book| book.deduct(late("2027-03-01", 3 * 480, 1)));
    assert_eq!(person.lines(2027)[5..], [("late_deduction", -3.0), ("expiry", 2.0)]);
    assert_eq!(person.available(2027), 3.0);
    person.book(|book| book.deduct(late("2027-03-01", -3 * 480, 2)));
    assert_eq!(person.available(2027), 4.0);
}

#[test]
fn carry_over_left_by_an_adjustment_can_be_used_until_its_expiry() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH);
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-02-01");
    person.adjust(1, 2027, -18.0);
    let short = person.take(1, "2027-05-03", 1).unwrap_err();
    assert_eq!(short.available, LeaveMinutes::ZERO, "two days are there, and expire before May");
    person.take(2, "2027-03-01", 2).unwrap();
    assert!(person.take(3, "2027-03-08", 1).is_err());
    person.is_up_to_date_on("2027-04-01");
    assert_eq!(person.available(2027), 0.0);
}

#[test]
fn expiry_does_not_touch_a_balance_that_is_owed() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH);
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-02-01");
    person.adjust(1, 2027, -21.0);
    person.is_up_to_date_on("2027-04-01");
    assert_eq!((person.available(2027), person.lines(2027).len()), (-1.0, 3));
}

#[test]
fn a_corrected_expiry_takes_no_more_than_is_left() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH);
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-03-01");
    let two_days = person.charges("2027-03-01", 2);
    person.book(|book| book.reserve(&requested(1, 1), &two_days)).unwrap();
    person.is_up_to_date_on("2027-04-01");
    assert_eq!((person.lines(2027).last(), person.available(2027)), (Some(&("expiry", -3.0)), 15.0));
    person.adjust(1, 2027, -16.5);
    // The request is rejected only now. A day and a half pay the debt, and the rest expires.
    person.book(|book| book.release(&requested(1, 2), &two_days));
    assert_eq!(person.lines(2027)[4..], [("adjustment", -16.5), ("release", 2.0), ("expiry", -0.5)]);
    assert_eq!((person.available(2027), person.bound(2027)), (0.0, 0.0));
    person.adjust(2, 2027, 4.0);
    person.is_up_to_date_on("2027-05-01");
    assert_eq!(person.available(2027), 4.0, "what is added later was never carried over");
}

#[test]
fn reversing_and_rebooking_a_deduction_restores_the_negative_balance() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH);
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-03-01");
    person.book(|book| book.deduct(late("2027-03-01", 720, 1)));
    person.is_up_to_date_on("2027-04-01");
    person.adjust(1, 2027, -16.0);
    assert_eq!(person.available(2027), -1.0);
    let mut revision = 1;
    let mut book_late = |person: &mut Person, minutes| {
        revision += 1;
        person.book(|book| book.deduct(late("2027-03-01", minutes, revision)));
        person.available(2027)
    };
    for _ in 0..2 {
        assert_eq!(book_late(&mut person, -360), -0.25, "it pays for a part of the debt");
        assert_eq!(book_late(&mut person, -360), 0.0, "half a day is beyond the debt, and is gone");
        assert_eq!(book_late(&mut person, 360), -0.25);
        assert_eq!(book_late(&mut person, 360), -1.0);
    }
}

#[test]
fn debt_is_carried_whole() {
    let mut person = Person::on("2026-12-31", "{}");
    person.take(1, "2026-12-17", 15).unwrap();
    person.book(|book| book.deduct(late("2026-12-31", 600, 1)));
    assert_eq!(person.available(2026), -1.25);
    person.is_up_to_date_on("2027-01-01");
    assert_eq!((person.available(2026), person.available(2027)), (0.0, 13.75));
    assert_eq!(person.lines(2027), [("carry_over", -1.25), ("grant", 15.0)]);
}

#[test]
fn changes_to_a_past_leave_year_update_its_carry_over() {
    let mut person = Person::on("2026-12-31", r#"{"carry_over_days": 5}"#);
    person.take(1, "2026-12-20", 10).unwrap();
    person.book(|book| book.deduct(late("2026-12-31", 480, 1)));
    person.is_up_to_date_on("2027-01-01");
    assert_eq!((person.available(2026), person.available(2027)), (0.0, 19.0));
    // The lateness is excused in January, so the fifth day is carried over too.
    person.book(|book| book.deduct(late("2026-12-31", -480, 2)));
    assert_eq!((person.available(2026), person.available(2027)), (0.0, 20.0));
    // Two days are given back. The limit still applies.
    let two = person.charges("2026-12-20", 2);
    person.book(|book| book.give_back(&requested(1, 2), &two));
    assert_eq!((person.available(2026), person.available(2027)), (0.0, 20.0));
    assert_eq!(person.lines(2026).last(), Some(&("expiry", -2.0)));
}

#[test]
fn leave_entered_for_a_year_that_is_over_takes_what_had_expired_then() {
    let mut person = Person::on("2026-12-31", r#"{"carry_over_days": 5}"#);
    person.is_up_to_date_on("2026-12-31");
    person.is_up_to_date_on("2027-01-05");
    person.take(1, "2026-12-20", 9).unwrap();
    assert_eq!((person.available(2026), person.available(2027)), (0.0, 20.0));
    person.take(2, "2026-12-29", 3).unwrap();
    assert_eq!(person.available(2027), 18.0);
    person.take(3, "2027-02-01", 17).unwrap();
    let short = person.take(4, "2026-12-10", 2).unwrap_err();
    assert_eq!((short.year.year, short.available, short.asked), (2027, LeaveMinutes::new(480), LeaveMinutes::new(960)));
    assert_eq!(person.take(4, "2026-12-10", 4).unwrap_err().year.year, 2026);
    person.take(4, "2026-12-10", 1).unwrap();
    assert_eq!(person.available(2027), 0.0);
}

#[test]
fn carry_over_comes_after_leave_that_was_booked_ahead() {
    let mut person = Person::on("2026-12-01", FIVE_UNTIL_MARCH);
    person.take(1, "2027-02-01", 3).unwrap();
    person.is_up_to_date_on("2027-01-01");
    assert_eq!(person.lines(2027), [("grant", 15.0), ("use", -3.0), ("carry_over", 5.0)]);
    assert_eq!(person.bound(2027), 2.0);
    person.is_up_to_date_on("2027-04-01");
    assert_eq!(person.available(2027), 15.0);
}

#[test]
fn a_leave_year_from_april_turns_in_april() {
    let mut person = Person::on("2027-03-31", r#"{"leave_year_start": "04-01", "carry_over_days": 2}"#);
    person.is_up_to_date_on("2027-03-31");
    person.take(1, "2027-03-31", 2).unwrap();
    assert_eq!((person.available(2026), person.available(2027)), (14.0, 14.0), "each year pays its part");
    person.is_up_to_date_on("2027-04-01");
    assert_eq!((person.available(2026), person.available(2027)), (0.0, 16.0));
}

#[test]
fn overdue_leave_years_are_rolled_over_one_after_the_other() {
    let mut person = Person::on("2025-06-01", r#"{"carry_over_days": 5}"#);
    person.is_up_to_date_on("2025-06-01");
    person.is_up_to_date_on("2027-06-01");
    assert_eq!((person.available(2025), person.available(2026), person.available(2027)), (0.0, 0.0, 20.0));
}

#[test]
fn a_later_cap_does_not_rewrite_a_year_that_was_turned() {
    let mut person = Person::on("2026-12-31", r#"{"carry_over_days": 5}"#);
    person.is_up_to_date_on("2026-12-31");
    person.is_up_to_date_on("2027-01-01");
    person.settings.carry_over_days = crate::settings::LeaveAllowance::of_hundredths::<0>();
    person.take(1, "2026-12-28", 1).unwrap();
    assert_eq!(person.available(2027), 20.0);
}

#[test]
fn a_year_prolonged_by_a_new_start_date_rolls_over_at_its_new_end() {
    let mut person = Person::on("2026-11-02", r#"{"carry_over_days": 5}"#);
    person.is_up_to_date_on("2026-11-02");
    person.settings.leave_year_start = crate::settings::MonthDay::try_from("04-01".to_owned()).unwrap();
    let mut unseen = person.clone();
    person.take(1, "2027-03-01", 3).unwrap();
    person.is_up_to_date_on("2027-03-31");
    assert_eq!((person.available(2026), person.balance(2026).year.to), (12.0, date("2027-03-31")));
    person.is_up_to_date_on("2027-04-01");
    assert_eq!((person.available(2026), person.available(2027)), (0.0, 20.0));
    assert_eq!(person.balance(2027).year.from, date("2027-04-01"));
    // The balance wasn't brought up to date in that time.
    unseen.is_up_to_date_on("2027-04-01");
    assert_eq!((unseen.available(2026), unseen.available(2027)), (0.0, 20.0));
}

#[test]
fn a_year_that_began_is_not_shortened_and_the_one_after_it_is() {
    let mut person = Person::on("2026-11-02", r#"{"leave_year_start": "04-01"}"#);
    person.is_up_to_date_on("2026-11-02");
    person.settings.leave_year_start = crate::settings::MonthDay::NEW_YEAR;
    person.is_up_to_date_on("2027-02-01");
    assert_eq!(person.available(2026), 15.0);
    person.is_up_to_date_on("2027-04-01");
    let year = person.balance(2027).year;
    assert_eq!((year.from, year.to), (date("2027-04-01"), date("2027-12-31")));
    person.is_up_to_date_on("2028-01-01");
    assert_eq!((person.available(2027), person.balance(2028).year.from), (0.0, date("2028-01-01")));
}

/// Puts sick leave over the first days of leave that was taken.
fn interrupt(person: &mut Person, from: &str, of: i32, taken: i32) {
    let before = person.charges(from, of);
    let after = before.filtered(|on| date(from).plus_days(taken) <= on);
    let by = requested(9, 1).request_id;
    let interrupted = Requested { interrupted_by: Some(by), ..requested(1, 2) };
    person.book(|book| book.recount_approved(&interrupted, &before, &after));
}

#[test]
fn days_that_sickness_gives_back_outlive_their_year_by_15_months() {
    let settings = r#"{"carry_over_days": 2, "carry_over_expires_after_months": 3, "expire_only_after_notice": false}"#;
    let mut person = Person::on("2026-11-02", settings);
    person.take(1, "2026-11-09", 10).unwrap();
    person.is_up_to_date_on("2027-01-11");
    assert_eq!(person.lines(2027), [("carry_over", 2.0), ("grant", 15.0)]);
    // Two of those ten days were sick leave. They don't expire with the year, whatever the limit is.
    interrupt(&mut person, "2026-11-09", 10, 2);
    assert_eq!(person.lines(2027), [("carry_over", 2.0), ("grant", 15.0), ("carry_over", 2.0)]);
    person.is_up_to_date_on("2027-04-01");
    assert_eq!(person.available(2027), 17.0, "of what was carried over only the two days under the cap expire");
    person.is_up_to_date_on("2028-01-01");
    assert_eq!(person.lines(2028), [("carry_over", 4.0), ("grant", 15.0)]);
    person.is_up_to_date_on("2028-03-31");
    assert_eq!(person.available(2028), 19.0, "to be taken for 15 months after 2026");
    person.is_up_to_date_on("2028-04-01");
    assert_eq!(person.available(2028), 15.0);
}

#[test]
fn carried_days_given_back_for_sickness_outlive_the_carry_over_expiry() {
    let settings = r#"{"carry_over_days": 5, "carry_over_expires_after_months": 3, "expire_only_after_notice": false}"#;
    let mut person = Person::on("2026-11-02", settings);
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-01-01");
    person.take(1, "2027-03-01", 5).unwrap();
    person.is_up_to_date_on("2027-05-03");
    assert_eq!(person.available(2027), 15.0);
    interrupt(&mut person, "2027-03-01", 5, 2);
    assert_eq!(person.available(2027), 17.0, "the expiry of 31 March doesn't take them");
}
