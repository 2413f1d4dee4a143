//! Tests of the ledger entries of requests, deductions and adjustments.

use super::{DAY, Person, annual, carry_over::late, days, minutes, requested};
use crate::{
    id::EventId,
    leave::{EntryKind, LeaveMinutes},
    schedule::tests::company::{date, reason},
};

#[test]
fn leave_is_reserved_then_used_then_given_back() {
    let mut person = Person::on("2026-11-02", "{}");
    let five = person.charges("2026-11-09", 5);
    person.book(|book| book.reserve(&requested(1, 1), &five)).unwrap();
    assert_eq!((person.available(2026), days(person.balance(2026).figures.pending)), (10.0, 5.0));
    person.book(|book| book.approve(&requested(1, 2), &five, &five)).unwrap();
    assert_eq!((person.available(2026), days(person.balance(2026).figures.used)), (10.0, 5.0));
    let rest = five.filtered(|day| date("2026-11-10") < day);
    person.book(|book| book.give_back(&requested(1, 3), &rest));
    assert_eq!(person.available(2026), 13.0);
    let lines = [("grant", 15.0), ("request", -5.0), ("release", 5.0), ("use", -5.0), ("cancel", 3.0)];
    assert_eq!(person.lines(2026), lines);
}

#[test]
fn a_withdrawn_request_gives_all_back() {
    let mut person = Person::on("2026-11-02", "{}");
    let five = person.charges("2026-11-09", 5);
    person.book(|book| book.reserve(&requested(1, 1), &five)).unwrap();
    person.book(|book| book.release(&requested(1, 2), &five));
    assert_eq!(person.lines(2026), [("grant", 15.0), ("request", -5.0), ("release", 5.0)]);
}

#[test]
fn a_request_above_the_balance_books_nothing() {
    let mut person = Person::on("2026-11-02", "{}");
    person.take(1, "2026-11-02", 1).unwrap();
    let before = person.clone();
    let charges = person.charges("2026-11-16", 34);
    let short = person.book(|book| book.reserve(&requested(2, 1), &charges)).unwrap_err();
    assert_eq!((short.year.year, short.available, short.asked), (2026, minutes(14.0), minutes(34.0)));
    assert_eq!((person.ledger, person.balances), (before.ledger, before.balances));
}

#[test]
fn leave_over_a_year_end_is_charged_to_both_years_or_to_neither() {
    let mut person = Person::on("2026-11-02", r#"{"annual_leave_days": 3}"#);
    let charges = person.charges("2026-12-30", 5);
    person.book(|book| book.reserve(&requested(1, 1), &charges)).unwrap();
    assert_eq!((person.available(2026), person.available(2027)), (1.0, 0.0));
    let more = person.charges("2026-12-31", 2);
    let short = person.book(|book| book.reserve(&requested(2, 1), &more)).unwrap_err();
    assert_eq!((short.year.year, short.available, short.asked), (2027, LeaveMinutes::ZERO, minutes(1.0)));
    assert_eq!((person.available(2026), person.available(2027)), (1.0, 0.0));
}

#[test]
fn a_pending_request_is_edited_within_what_it_reserved_itself() {
    let mut person = Person::on("2026-11-02", "{}");
    let (ten, fifteen, sixteen) =
        (person.charges("2026-11-09", 10), person.charges("2026-12-01", 15), person.charges("2026-12-01", 16));
    person.book(|book| book.reserve(&requested(1, 1), &ten)).unwrap();
    let short = person.book(|book| book.reserve_anew(&requested(1, 2), &ten, &sixteen)).unwrap_err();
    assert_eq!(short.available, minutes(15.0));
    person.book(|book| book.reserve_anew(&requested(1, 2), &ten, &fifteen)).unwrap();
    assert_eq!(person.available(2026), 0.0);
}

#[test]
fn the_decision_checks_the_balance_again() {
    let mut person = Person::on("2026-11-02", "{}");
    let all = person.charges("2026-11-09", 15);
    person.book(|book| book.reserve(&requested(1, 1), &all)).unwrap();
    person.book(|book| book.deduct(late("2026-11-02", 37, 1)));
    let short = person.book(|book| book.approve(&requested(1, 2), &all, &all)).unwrap_err();
    assert_eq!((short.available, short.asked), (LeaveMinutes::new(15 * DAY - 37), minutes(15.0)));
    let fewer = all.filtered(|day| day < date("2026-11-23"));
    person.book(|book| book.approve(&requested(1, 2), &all, &fewer)).unwrap();
    assert_eq!(person.balance(2026).available(), LeaveMinutes::new(DAY - 37));
}

#[test]
fn leave_is_given_back_even_if_a_deduction_made_the_balance_negative() {
    let mut person = Person::on("2026-11-02", "{}");
    let all = person.charges("2026-11-09", 15);
    person.book(|book| book.take(&requested(1, 1), &all)).unwrap();
    person.book(|book| book.deduct(late("2026-11-02", 37, 1)));
    assert_eq!(person.balance(2026).available(), LeaveMinutes::new(-37));
    person.take(2, "2026-12-28", 1).unwrap_err();
    let rest = all.filtered(|day| date("2026-11-12") < day);
    person.book(|book| book.give_back(&requested(1, 2), &rest));
    assert_eq!(person.balance(2026).available(), LeaveMinutes::new(11 * DAY - 37));
}

#[test]
fn lateness_is_deducted_with_its_punch_and_taken_back() {
    let mut person = Person::on("2026-11-02", "{}");
    person.book(|book| book.deduct(late("2026-11-02", 37, 1)));
    let deducted = person.ledger.last().unwrap();
    assert_eq!(
        (deducted.kind, deducted.minutes, deducted.date),
        (EntryKind::LateDeduction, LeaveMinutes::new(-37), date("2026-11-02"))
    );
    assert_eq!(deducted.cause.reference(), Some(late("2026-11-02", 37, 1).session_id.to_string()));
    assert_eq!(person.balance(2026).figures.deducted, LeaveMinutes::new(37));
    person.book(|book| book.deduct(late("2026-11-02", -37, 2)));
    assert_eq!(person.ledger.last().unwrap().kind, EntryKind::Reversal);
    assert_eq!(person.available(2026), 15.0);
}

#[test]
#[should_panic(expected = "is booked twice")]
fn the_lateness_of_a_shift_has_a_natural_key() {
    let mut person = Person::on("2026-11-02", "{}");
    person.book(|book| book.deduct(late("2026-11-02", 37, 1)));
    person.book(|book| book.deduct(late("2026-11-02", 37, 1)));
}

#[test]
fn a_recount_writes_the_difference_and_may_go_negative() {
    let mut person = Person::on("2026-11-02", "{}");
    let (fifteen, fourteen, sixteen) =
        (person.charges("2026-11-09", 15), person.charges("2026-11-10", 14), person.charges("2026-11-09", 16));
    person.book(|book| book.take(&requested(1, 1), &fifteen)).unwrap();
    person.book(|book| book.recount_approved(&requested(1, 2), &fifteen, &fourteen));
    assert_eq!(person.lines(2026)[2..], [("cancel", 1.0)]);
    person.book(|book| book.recount_approved(&requested(1, 3), &fourteen, &sixteen));
    assert_eq!(person.lines(2026)[3..], [("use", -2.0)]);
    assert_eq!(person.available(2026), -1.0);
    person.book(|book| book.recount_approved(&requested(1, 4), &sixteen, &sixteen));
    assert_eq!(person.lines(2026).len(), 4);
}

#[test]
fn a_manager_adjusts_with_a_reason() {
    let mut person = Person::on("2026-11-02", "{}");
    let id: EventId = "01JBN2V7Q4W0M3T9K5ZXH8R6CD".parse().unwrap();
    person.book(|book| book.adjust(&annual(), 2026, minutes(-2.5), reason(), id));
    let entry = person.ledger.last().unwrap();
    assert_eq!((entry.kind, entry.note.clone(), person.available(2026)), (EntryKind::Adjustment, Some(reason()), 12.5));
}

#[test]
fn nothing_is_committed_where_nothing_was_booked() {
    let person = Person::on("2026-11-02", "{}");
    let mut untouched = person.clone();
    untouched.book(|book| book.charges(&annual(), [(date("2026-11-09"), minutes(1.0))]));
    assert_eq!(untouched.balances, person.balances);
}
