//! Tests of the amounts and dates of grants.

use super::{Person, annual, carry_over::late, days, minutes, requested};
use crate::{
    employment::Employments,
    event::{Fact, LeaveAdjustmentCause, LeaveFact},
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

/// Returns what someone with that allowance is granted in the year of their hiring.
fn granted(hired_on: &str, allowance: f64, document: &str) -> f64 {
    let mut person = Person::on(hired_on, document).hired_on(hired_on);
    person.user.annual_leave_days = Some(own(allowance));
    person.is_up_to_date_on(hired_on);
    days(person.balance(date(hired_on).year()).figures.granted)
}

const PRO_RATA: &str = r#"{"prorate_first_year": true}"#;

#[test]
fn hired_within_the_year_grants_its_months_rounded_up_to_half_a_day() {
    assert_eq!(granted("2026-12-01", 12.0, PRO_RATA), 1.0);
    assert_eq!(granted("2026-04-01", 12.0, PRO_RATA), 9.0);
    assert_eq!((granted("2026-12-15", 12.0, PRO_RATA), granted("2026-12-16", 12.0, PRO_RATA)), (1.0, 0.0));
    assert_eq!(granted("2026-01-15", 15.25, PRO_RATA), 15.25, "all twelve months: as it is");
    assert_eq!(granted("2026-10-01", 15.0, PRO_RATA), 4.0, "3.75");
    assert_eq!(granted("2026-07-02", 15.0, "{}"), 15.0, "without pro rata all of it");
    let mut person = Person::on("2026-07-02", PRO_RATA).hired_on("2026-07-02");
    person.is_up_to_date_on("2026-07-02");
    person.is_up_to_date_on("2027-01-01");
    assert_eq!((person.lines(2026)[0], person.lines(2027)[0]), (("grant", 7.5), ("grant", 15.0)));
}

#[test]
fn parts_of_a_year_are_rounded_as_the_company_says() {
    let rounded = |hired_on: &str, allowance: f64, rounding: &str| {
        let document = format!(r#"{{"prorate_first_year": true, "proration": {{"rounding": "{rounding}"}}}}"#);
        granted(hired_on, allowance, &document)
    };
    // 6.25 days.
    let of = |rounding| rounded("2026-08-01", 15.0, rounding);
    assert_eq!(["none", "half_up", "half_nearest", "day_up", "day_nearest"].map(of), [6.25, 6.5, 6.5, 7.0, 6.0]);
    // 7.5 days: a tie of whole days.
    assert_eq!(["half_nearest", "day_nearest"].map(|it| rounded("2026-07-01", 15.0, it)), [7.5, 8.0]);
    // 2.4 days of 28.8.
    assert_eq!(["half_nearest", "day_nearest"].map(|it| rounded("2026-12-01", 28.8, it)), [2.5, 2.0]);
    // A third of a day, in minutes: rounded up.
    assert_eq!(rounded("2026-12-01", 4.01, "none"), 161.0 / 480.0);
}

#[test]
fn pro_rata_by_days_counts_366_of_them_in_a_leap_year() {
    let by_days = r#"{"prorate_first_year": true, "proration": {"unit": "day"}}"#;
    // Half of the 366 days remain on 2 July 2028. One more day of employment adds half a day.
    assert_eq!(granted("2028-07-02", 30.0, by_days), 15.0);
    assert_eq!(granted("2028-07-01", 30.0, by_days), 15.5);
    assert_eq!(granted("2027-07-03", 30.0, by_days), 15.0);
    assert_eq!(granted("2028-12-31", 30.0, by_days), 0.5);
    assert_eq!(granted("2028-01-01", 15.25, by_days), 15.25);
    assert_eq!(granted("2028-01-02", 15.25, by_days), 15.25, "rounding up never grants more than the year has");
    assert_eq!(granted("2026-07-02", 15.0, by_days), 8.0, "7.52");
}

#[test]
fn a_leave_year_from_april_is_granted_from_april() {
    let april = r#"{"leave_year_start": "04-01", "prorate_first_year": true}"#;
    let mut person = Person::on("2027-01-01", april).hired_on("2027-01-01");
    person.is_up_to_date_on("2027-01-01");
    // 3 of 12 months remain: 3.75 days.
    assert_eq!(person.lines(2026), [("grant", 4.0)]);
    person.is_up_to_date_on("2027-03-31");
    assert_eq!(person.balances.len(), 1);
    person.is_up_to_date_on("2027-04-01");
    assert_eq!(person.lines(2027), [("grant", 15.0)]);
}

#[test]
fn the_parts_of_all_months_are_the_years_grant_in_every_case() {
    use crate::{
        leave::{Granted, LeaveDayLength, LeaveMinutes, LeaveYear, grant::Entitled},
        settings::{MonthDay, Proration, ProrationRounding, ProrationUnit, Settings},
    };
    let (day, year) = (LeaveDayLength::of(&Settings::default()), LeaveYear::of(date("2027-06-01"), MonthDay::NEW_YEAR));
    let roundings = [
        ProrationRounding::None,
        ProrationRounding::HalfUp,
        ProrationRounding::HalfNearest,
        ProrationRounding::DayUp,
        ProrationRounding::DayNearest,
    ];
    for (rounding, unit) in roundings.into_iter().flat_map(|it| [(it, ProrationUnit::Month), (it, ProrationUnit::Day)])
    {
        for (hired, lasts) in (0..365).step_by(3).flat_map(|hired| [(hired, 1000), (hired, 100)]) {
            let from = year.from.plus_days(hired);
            let until = Some(from.plus_days(lasts)).filter(|until| *until <= year.to);
            let employments = Employments::of_dates(Some(from), until);
            let granted = |accrual, months, allowance| {
                let proration = Proration { unit, rounding };
                let rules = Granted { allowance: minutes(allowance), accrual, is_prorated: true, proration, months };
                rules.amount(year, months, Entitled { own: None, employments: &employments, day })
            };
            for allowance in [12.0, 15.0, 20.0, 25.0, 28.25] {
                let whole = granted(Accrual::Yearly, 12, allowance);
                assert_eq!(granted(Accrual::Monthly, 12, allowance), whole, "{rounding:?} {unit:?} {from} {until:?}");
                let months = (0..=12).map(|month| granted(Accrual::Monthly, month, allowance));
                assert!(months.is_sorted(), "no month takes back: {rounding:?} {unit:?} {from} {until:?}");
                assert!(LeaveMinutes::ZERO <= whole && whole <= minutes(allowance));
            }
        }
    }
}

#[test]
fn a_leavers_grant_is_settled_as_a_difference() {
    let mut person = Person::on("2026-02-01", PRO_RATA);
    person.is_up_to_date_on("2026-02-01");
    person.take(1, "2027-01-11", 1).unwrap();
    // The end is known in advance: June is the last month.
    person.employed(&[("2020-01-01", Some("2026-06-30"))]);
    assert_eq!(person.lines(2026), [("grant", 15.0), ("grant", -7.5)]);
    assert_eq!(person.lines(2027), [("grant", 15.0), ("use", -1.0), ("grant", -14.0)], "but for what was used");
    person.is_up_to_date_on("2026-06-30");
    person.user.status = UserStatus::Disabled;
    person.grant_anew();
    assert_eq!((person.lines(2026).len(), person.available(2026)), (2, 7.5));
    // The person is back in October: nine months count.
    person.today = date("2026-10-01");
    person.user.status = UserStatus::Active;
    person.employed(&[("2020-01-01", Some("2026-06-30")), ("2026-10-01", None)]);
    assert_eq!(person.lines(2026)[2..], [("grant", 4.0)]);
    assert_eq!(person.available(2026), 11.5);
}

#[test]
fn a_leavers_grant_is_never_below_what_was_used() {
    let mut person = Person::on("2026-06-30", PRO_RATA);
    person.take(1, "2026-06-01", 10).unwrap();
    person.user.status = UserStatus::Disabled;
    person.employed(&[("2020-01-01", Some("2026-06-30"))]);
    assert_eq!(person.lines(2026), [("grant", 15.0), ("use", -10.0), ("grant", -5.0)]);
    assert_eq!(person.available(2026), 0.0);
    // Leave that turns out not to be used is settled too, down to the part of the year.
    for (version, day, left) in [(2, "2026-06-01", 0.0), (3, "2026-06-02", 0.0), (4, "2026-06-03", 0.5)] {
        let one = person.charges(day, 1);
        person.book(|book| book.give_back(&requested(1, version), &one));
        assert_eq!(person.available(2026), left, "{day}");
    }
    person.book(|book| book.deduct(late("2026-06-30", 480, 1)));
    assert_eq!(person.available(2026), -0.5, "and nothing is granted for what costs more");
}

#[test]
fn without_pro_rata_a_leaver_keeps_the_years_grant_and_loses_the_next() {
    let mut person = Person::on("2026-11-02", "{}");
    person.take(1, "2027-01-11", 1).unwrap();
    let day = person.charges("2027-01-11", 1);
    person.book(|book| book.give_back(&requested(1, 2), &day));
    person.employed(&[("2020-01-01", Some("2026-11-30"))]);
    assert_eq!((person.available(2026), person.available(2027)), (15.0, 0.0));
}

#[test]
fn grants_of_the_first_version_stay_by_days() {
    let stored = serde_json::json!({"allowance": 7200, "accrual": "yearly", "is_prorated": true, "months": 12});
    let rules: crate::leave::Granted = serde_json::from_value(stored).unwrap();
    let mut person = Person::on("2026-07-02", PRO_RATA).hired_on("2026-07-02");
    person.is_up_to_date_on("2026-07-02");
    person.balances.get_mut(&(annual(), 2026)).unwrap().granted = Some(rules);
    person.grant_anew();
    assert_eq!(person.lines(2026), [("grant", 7.5), ("grant", 0.5)], "7.52 of 15, rounded up to half a day");
}

#[test]
fn the_first_grant_of_a_future_hire_is_for_the_year_of_hiring() {
    let mut person = Person::on("2026-11-02", r#"{"prorate_first_year": true}"#).hired_on("2027-07-02");
    person.is_up_to_date_on("2026-11-02");
    assert_eq!(person.lines(2026), []);
    assert_eq!(person.lines(2027), [("grant", 7.5)]);
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
fn a_grant_is_booked_when_first_needed_at_most_12_months_ahead() {
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
    // 3 of 12 months: 3.75 of 15.
    person.grant_anew();
    assert_eq!(person.lines(2026), [("grant", 7.5), ("grant", -3.5)]);
    let adjusted = Fact::Leave(LeaveFact::LeaveAdjusted {
        leave_type: annual(),
        year: 2026,
        minutes: -7 * 240,
        cause: LeaveAdjustmentCause::HiringDate,
    });
    assert_eq!(person.facts.last(), Some(&adjusted));
    person.grant_anew();
    assert_eq!(person.lines(2026).len(), 2, "nothing changed, nothing is posted");
}

#[test]
fn a_personal_allowance_applies_at_once_the_companys_to_the_next_grant() {
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
    // Nothing was booked in February. In March, both months are granted.
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
    // July doesn't count, five months do: 6.25 days, rounded up to 6.5.
    let mut prorated = monthly(Person::on("2026-07-16", PRO_RATA).hired_on("2026-07-16"));
    prorated.is_up_to_date_on("2026-07-16");
    assert_eq!(prorated.available(2026), 0.0);
    for (first, granted) in [("08", 1.5), ("09", 3.0), ("10", 4.0), ("11", 5.5), ("12", 6.5)] {
        prorated.is_up_to_date_on(&format!("2026-{first}-01"));
        assert_eq!(prorated.available(2026), granted, "{first}");
    }
}

#[test]
fn the_last_months_of_a_monthly_grant_come_before_the_year_turns() {
    let mut person = monthly(Person::on("2026-01-01", r#"{"annual_leave_days": 24, "carry_over_days": 30}"#));
    person.is_up_to_date_on("2026-10-01");
    person.is_up_to_date_on("2027-01-15");
    assert_eq!(person.lines(2026), [("grant", 20.0), ("grant", 4.0), ("carry_over", -24.0)]);
    assert_eq!(person.available(2027), 26.0);
}
