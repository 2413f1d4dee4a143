//! Tests that leave expires only after a notice.

use super::{Person, annual, carry_over::late, days, requested};
use crate::{
    event::{Fact, LeaveFact},
    leave::{Balance, EntryKind, LeaveMinutes},
    schedule::tests::company::date,
    settings::LeaveAllowance,
};

const FIVE_UNTIL_MARCH: &str = r#"{"carry_over_days": 5, "carry_over_expires_after_months": 3}"#;

fn told(days: f64, take_by: &str) -> (f64, String) {
    (days, take_by.to_owned())
}

#[test]
fn a_notice_comes_90_30_and_7_days_before_the_year_ends() {
    let mut person = Person::on("2026-01-01", r#"{"carry_over_days": 5}"#).only_after_notice();
    assert_eq!(person.is_checked_on("2026-10-01"), []);
    assert_eq!(person.is_checked_on("2026-10-02"), [told(10.0, "2026-12-31")]);
    assert_eq!(person.is_checked_on("2026-10-02"), [], "once, however often it is checked");
    assert_eq!(person.is_checked_on("2026-11-30"), []);
    person.take(1, "2026-12-07", 4).unwrap();
    assert_eq!(person.is_checked_on("2026-12-01"), [told(6.0, "2026-12-31")]);
    assert_eq!(person.is_checked_on("2026-12-23"), []);
    assert_eq!(person.is_checked_on("2026-12-24"), [told(6.0, "2026-12-31")]);
    let proof: Vec<_> =
        person.ledger.iter().filter(|entry| entry.kind == EntryKind::Notice).map(|entry| entry.date).collect();
    assert_eq!(proof, ["2026-10-02", "2026-12-01", "2026-12-24"].map(date));
    person.is_up_to_date_on("2027-01-01");
    assert_eq!(person.lines(2026)[5..], [("expiry", -6.0), ("carry_over", -5.0)]);
    assert_eq!(person.available(2027), 20.0);
}

#[test]
fn a_run_that_was_missed_gives_its_notice_later() {
    let mut person = Person::on("2026-01-01", "{}").only_after_notice();
    assert_eq!(person.is_checked_on("2026-10-20"), [told(15.0, "2026-12-31")]);
    assert_eq!(person.is_checked_on("2026-12-30"), [told(15.0, "2026-12-31")], "the last one");
}

#[test]
fn people_without_expiring_leave_get_no_notice() {
    let mut person = Person::on("2026-01-01", r#"{"carry_over_days": 15}"#).only_after_notice();
    assert_eq!(person.is_checked_on("2026-10-02"), []);
    let mut person = Person::on("2026-01-01", "{}").only_after_notice();
    person.take(1, "2026-12-01", 15).unwrap();
    assert_eq!(person.is_checked_on("2026-12-24"), []);
    person.user.status = crate::user::UserStatus::Pending;
    person.balances.clear();
    person.ledger.clear();
    assert_eq!((person.is_checked_on("2026-12-24"), person.balances.len()), (vec![], 0));
}

#[test]
fn days_without_a_notice_are_carried_over_in_full() {
    let mut person = Person::on("2026-11-02", r#"{"carry_over_days": 5}"#).only_after_notice();
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-01-05");
    assert_eq!(person.lines(2026), [("grant", 15.0), ("carry_over", -15.0)]);
    assert_eq!(person.available(2027), 30.0);
}

#[test]
fn only_days_that_a_notice_announced_expire() {
    let mut person = Person::on("2026-01-01", "{}").only_after_notice();
    person.take(1, "2026-12-14", 5).unwrap();
    assert_eq!(person.is_checked_on("2026-12-01"), [told(10.0, "2026-12-31")]);
    // These days are given back after the last notice that counts.
    let five = person.charges("2026-12-14", 5);
    person.book(|book| book.give_back(&requested(1, 2), &five));
    person.is_up_to_date_on("2027-01-01");
    assert_eq!(person.lines(2026)[4..], [("expiry", -10.0), ("carry_over", -5.0)]);
}

#[test]
fn days_announced_too_late_last_at_least_30_days_after_the_notice() {
    let mut person = Person::on("2026-01-01", "{}").only_after_notice();
    assert_eq!(person.is_checked_on("2026-12-20"), [told(15.0, "2027-01-31")]);
    person.is_up_to_date_on("2027-01-01");
    assert_eq!(person.available(2027), 30.0);
    person.is_up_to_date_on("2027-01-20");
    assert_eq!(person.available(2027), 30.0);
    assert!(person.take(1, "2027-02-01", 16).is_err(), "leave of February can't have it");
    person.take(2, "2027-01-18", 4).unwrap();
    person.is_up_to_date_on("2027-02-01");
    assert_eq!(person.lines(2027).last(), Some(&("expiry", -11.0)));
    assert_eq!(person.available(2027), 15.0);
}

#[test]
fn carry_over_expires_after_its_notices() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH).only_after_notice();
    assert_eq!(person.is_checked_on("2026-12-01"), [told(10.0, "2026-12-31")]);
    assert_eq!(person.is_checked_on("2027-01-01"), [told(5.0, "2027-03-31")]);
    person.take(1, "2027-02-01", 2).unwrap();
    assert_eq!(person.is_checked_on("2027-02-28"), []);
    assert_eq!(person.is_checked_on("2027-03-01"), [told(3.0, "2027-03-31")]);
    assert_eq!(person.is_checked_on("2027-03-24"), [told(3.0, "2027-03-31")]);
    person.is_up_to_date_on("2027-04-01");
    assert_eq!(person.lines(2027).last(), Some(&("expiry", -3.0)));
    assert_eq!((person.available(2027), person.is_checked_on("2027-05-01")), (15.0, vec![]));
}

#[test]
fn carry_over_without_a_notice_does_not_expire_before_one() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH).only_after_notice();
    person.is_checked_on("2026-12-01");
    person.is_up_to_date_on("2027-04-10");
    assert_eq!(person.available(2027), 20.0, "its months are over, and nothing lapses");
    assert_eq!(person.is_checked_on("2027-04-10"), [told(5.0, "2027-05-31")]);
    assert_eq!(person.is_checked_on("2027-04-11"), []);
    person.take(1, "2027-05-03", 1).unwrap();
    assert_eq!(person.is_checked_on("2027-05-24"), [told(4.0, "2027-05-31")]);
    person.is_up_to_date_on("2027-05-31");
    assert_eq!(person.available(2027), 19.0);
    person.is_up_to_date_on("2027-06-01");
    assert_eq!((person.lines(2027).last(), person.available(2027)), (Some(&("expiry", -4.0)), 15.0));
}

#[test]
fn a_notice_less_than_30_days_before_the_expiry_puts_it_off() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH).only_after_notice();
    person.is_checked_on("2026-12-01");
    assert_eq!(person.is_checked_on("2027-03-20"), [told(5.0, "2027-04-30")]);
    person.is_up_to_date_on("2027-04-30");
    assert_eq!(person.available(2027), 20.0);
    person.is_up_to_date_on("2027-05-01");
    assert_eq!(person.available(2027), 15.0);
}

#[test]
fn unannounced_carried_days_that_are_given_back_get_a_notice() {
    let mut person = Person::on("2026-11-02", FIVE_UNTIL_MARCH).only_after_notice();
    person.is_checked_on("2026-12-01");
    person.is_up_to_date_on("2027-01-01");
    person.book(|book| book.deduct(late("2027-01-04", 2 * 480, 1)));
    assert_eq!(person.is_checked_on("2027-01-05"), [told(3.0, "2027-03-31")]);
    person.is_up_to_date_on("2027-04-01");
    assert_eq!((person.available(2027), person.lines(2027).last()), (15.0, Some(&("expiry", -3.0))));
    person.book(|book| book.deduct(late("2027-01-04", -2 * 480, 2)));
    assert_eq!(person.available(2027), 17.0);
    assert_eq!(person.is_checked_on("2027-04-02"), [told(2.0, "2027-05-31")]);
    person.is_up_to_date_on("2027-06-01");
    assert_eq!(person.available(2027), 15.0);
}

#[test]
fn without_the_notice_rule_notices_are_sent_but_not_required() {
    let mut person = Person::on("2026-01-01", FIVE_UNTIL_MARCH);
    assert_eq!(person.is_checked_on("2026-12-24"), [told(10.0, "2026-12-31")]);
    person.is_up_to_date_on("2027-03-25");
    assert_eq!(person.is_checked_on("2027-03-25"), [told(5.0, "2027-03-31")]);
    person.is_up_to_date_on("2027-04-01");
    assert_eq!((person.available(2027), person.is_checked_on("2027-04-01")), (15.0, vec![]));
}

#[test]
fn balances_of_the_first_version_are_read_and_keep_what_expired() {
    let stored = serde_json::json!({
        "year": 2026, "from": "2026-01-01", "to": "2026-12-31", "type": "annual",
        "figures": {"granted": 7200, "carried": 2400, "expired": 2400},
        "granted": {"allowance": 7200, "accrual": "yearly", "is_prorated": false, "months": 12},
        "carried_in": {"minutes": 2400, "expires_after_months": 3, "expired": 2400, "was_expired": true},
        "is_low": false, "entries": 3, "version": 3,
    });
    let balance: Balance = serde_json::from_value(stored).unwrap();
    let mut person = Person::on("2026-11-27", FIVE_UNTIL_MARCH).only_after_notice();
    person.balances.insert((annual(), 2026), balance);
    let mut book = crate::leave::LeaveBook::new(
        &person.user,
        &person.settings,
        &person.types,
        person.read(),
        crate::leave::Booking { at: jiff::Timestamp::UNIX_EPOCH, today: person.today, by: crate::audit::Actor::System },
    );
    book.give_notices();
    let booked = book.finish();
    assert_eq!(booked.entries.iter().map(|entry| entry.kind).collect::<Vec<_>>(), [EntryKind::Notice]);
    assert_eq!(days(booked.balances[0].available()), 15.0, "what expired stays expired");
    let expiring = Fact::Leave(LeaveFact::LeaveExpiring {
        leave_type: annual(),
        year: 2026,
        minutes: 10 * 480,
        take_by: date("2026-12-31"),
    });
    assert_eq!(booked.facts, [expiring]);
}

#[test]
fn unexpired_carry_over_of_the_first_version_waits_for_a_notice() {
    let stored = serde_json::json!({"minutes": 2400, "expires_after_months": 3});
    let carried: crate::leave::CarriedIn = serde_json::from_value(stored).unwrap();
    let mut person = Person::on("2027-01-01", FIVE_UNTIL_MARCH).only_after_notice();
    person.is_up_to_date_on("2027-01-01");
    person.adjust(1, 2027, 5.0);
    person.balances.get_mut(&(annual(), 2027)).unwrap().carried_in = Some(carried);
    person.is_up_to_date_on("2027-04-10");
    assert_eq!(person.available(2027), 20.0);
    assert_eq!(person.is_checked_on("2027-04-10"), [told(5.0, "2027-05-31")]);
    person.is_up_to_date_on("2027-06-01");
    assert_eq!(person.balance(2027).available(), LeaveMinutes::new(15 * 480));
}

#[test]
fn a_notice_uses_the_current_carry_over_cap() {
    let mut person = Person::on("2026-01-01", "{}").only_after_notice();
    person.settings.carry_over_days = LeaveAllowance::of_hundredths::<250>();
    assert_eq!(person.is_checked_on("2026-11-01"), [told(12.5, "2026-12-31")]);
}

#[test]
fn a_person_gets_at_most_one_notice_of_carry_over_a_day() {
    let rules = r#"{"annual_leave_days": 3, "carry_over_days": 1, "carry_over_expires_after_months": 1}"#;
    let mut person = Person::on("2026-11-02", rules).only_after_notice();
    person.is_up_to_date_on("2026-11-02");
    person.is_up_to_date_on("2027-01-05");
    person.take(1, "2027-01-18", 2).unwrap();
    assert_eq!(person.is_checked_on("2027-02-01"), [told(1.0, "2027-03-31")]);
    let two = person.charges("2027-01-18", 2);
    person.book(|book| book.give_back(&requested(1, 2), &two));
    assert_eq!(person.is_checked_on("2027-02-01"), [], "both daily jobs check it");
    assert_eq!(person.is_checked_on("2027-02-02"), [told(3.0, "2027-03-31")]);
}
