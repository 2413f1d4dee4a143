//! Tests of leave years, days and minutes.

use crate::{
    leave::{LeaveAmount, LeaveDayLength, LeaveDays, LeaveMinutes, LeaveParts, LeaveYear, LeaveYears},
    schedule::tests::company::date,
    settings::{LeaveAllowance, MonthDay, Settings},
};

fn start(text: &str) -> MonthDay {
    MonthDay::try_from(text.to_owned()).unwrap()
}

fn year(of: &str, begins: &str) -> (i16, String, String, i64) {
    let year = LeaveYear::of(date(of), start(begins));
    (year.year, year.from.to_string(), year.to.to_string(), year.days())
}

fn dates(year: i16, from: &str, to: &str, days: i64) -> (i16, String, String, i64) {
    (year, from.to_owned(), to.to_owned(), days)
}

#[test]
fn a_leave_year_is_named_by_the_calendar_year_in_which_it_begins() {
    assert_eq!(year("2026-11-02", "01-01"), dates(2026, "2026-01-01", "2026-12-31", 365));
    assert_eq!(year("2026-11-02", "04-01"), dates(2026, "2026-04-01", "2027-03-31", 365));
    assert_eq!(year("2027-03-31", "04-01"), dates(2026, "2026-04-01", "2027-03-31", 365));
    assert_eq!(year("2027-04-01", "04-01"), dates(2027, "2027-04-01", "2028-03-31", 366));
}

#[test]
fn a_leave_year_with_a_leap_day_is_a_day_longer() {
    assert_eq!(year("2028-02-29", "01-01"), dates(2028, "2028-01-01", "2028-12-31", 366));
    assert_eq!(year("2028-02-29", "03-01"), dates(2027, "2027-03-01", "2028-02-29", 366));
    assert_eq!(year("2028-03-01", "03-01"), dates(2028, "2028-03-01", "2029-02-28", 365));
    assert_eq!(year("2028-02-28", "02-28"), dates(2028, "2028-02-28", "2029-02-27", 366));
}

#[test]
fn every_date_of_a_leave_year_is_in_one_of_its_twelve_months() {
    for begins in ["01-01", "04-01", "01-31", "02-28", "12-31"] {
        let year = LeaveYear::of(date("2028-06-01"), start(begins));
        let mut day = year.from;
        let mut month = 1;
        while day <= year.to {
            let of = year.month_of(day);
            assert!(of == month || (of == month + 1 && day == year.first_of_month(of)), "{begins} {day}");
            assert!((year.first_of_month(of)..=year.last_of_month(of)).contains(&day), "{begins} {day}");
            month = of;
            day = day.next();
        }
        assert_eq!(month, 12);
    }
}

#[test]
fn a_leave_year_with_balances_keeps_its_start_if_the_setting_changes() {
    let known = [LeaveYear::beginning_in(2026, MonthDay::NEW_YEAR)];
    let years = LeaveYears::new(start("04-01"), known);
    assert_eq!(years.of(date("2026-02-01")).year, 2026);
    assert_eq!(years.of(date("2026-12-31")).year, 2026);
    let prolonged = years.of(date("2027-02-01"));
    assert_eq!((prolonged.year, prolonged.from, prolonged.to), (2026, date("2026-01-01"), date("2027-03-31")));
    assert_eq!(years.of(date("2027-04-01")).year, 2027);
    assert_eq!(years.named(2026), prolonged, "by its name as by its dates");
    assert_eq!(years.named(2027).from, date("2027-04-01"));

    let known = [LeaveYear::beginning_in(2026, start("04-01"))];
    let years = LeaveYears::new(MonthDay::NEW_YEAR, known);
    assert_eq!(years.of(date("2027-03-31")).year, 2026);
    let shortened = years.of(date("2027-04-01"));
    assert_eq!((shortened.year, shortened.from, shortened.to), (2027, date("2027-04-01"), date("2027-12-31")));
}

/// Returns the length of a leave day that a company chose.
fn length(minutes: i64) -> LeaveDayLength {
    let settings: Settings = serde_json::from_value(serde_json::json!({"leave_day_minutes": minutes})).unwrap();
    LeaveDayLength::of(&settings)
}

#[test]
fn what_may_be_taken_rounds_down_and_what_is_taken_rounds_up() {
    let day = length(480);
    let (shown, cost) = (
        |minutes| f64::from(day.in_days(LeaveMinutes::new(minutes))),
        |minutes| f64::from(day.cost_in_days(LeaveMinutes::new(minutes))),
    );
    assert_eq!((shown(37), shown(-37), shown(2), shown(-2)), (0.07, -0.08, 0.0, -0.01));
    assert_eq!((cost(37), cost(-37), cost(2), cost(-2)), (0.08, -0.08, 0.01, -0.01));
    assert_eq!((shown(15 * 480 - 2), shown(15 * 480 - 37), shown(7_440)), (14.99, 14.92, 15.5));
    assert_eq!((day.whole().get(), day.half().get()), (480, 240));
    assert!(LeaveDays::try_from(0.125).is_err() && LeaveDays::try_from(f64::NAN).is_err());
}

#[test]
fn credits_round_up_to_whole_minutes_and_costs_down() {
    let day = length(480);
    let days = |days: f64| day.of_days(LeaveDays::try_from(days).unwrap());
    assert_eq!([days(0.33), days(0.34), days(-0.33)], [159, 164, -158].map(LeaveMinutes::new));
    assert_eq!(days(0.33) + days(0.33) + days(0.34), LeaveMinutes::new(482), "at least the whole day");
    assert_eq!(days(-1.5), LeaveMinutes::new(-720));
    assert_eq!(day.of_allowance(LeaveAllowance::of_hundredths::<33>()), LeaveMinutes::new(159));
    assert_eq!(day.of_cost(LeaveAllowance::of_hundredths::<33>()), LeaveMinutes::new(158));
}

#[test]
fn every_hundredth_of_a_day_is_shown_as_it_was_given() {
    for minutes in [100, 101, 450, 455, 463, 480, 1440] {
        let day = length(minutes);
        for hundredths in -400..=400 {
            let days = LeaveDays::of_hundredths(hundredths);
            assert_eq!(day.in_days(day.of_days(days)), days);
        }
        for hundredths in 0..=400_u32 {
            let cost = LeaveAllowance::try_from(f64::from(hundredths) / 100.0).unwrap();
            assert_eq!(day.cost_in_days(day.of_cost(cost)).hundredths(), i64::from(hundredths));
        }
    }
}

#[test]
fn a_balance_that_is_shown_as_sufficient_is_sufficient() {
    for minutes in [60, 450, 463, 480] {
        let day = length(minutes);
        for available in -1000..=1000 {
            let available = LeaveMinutes::new(available);
            for asked in [day.half(), day.whole(), LeaveMinutes::new(1), LeaveMinutes::new(37)] {
                let is_shown = day.cost_in_days(asked) <= day.in_days(available);
                assert!(!is_shown || asked <= available, "{minutes} {available:?} {asked:?}");
            }
        }
    }
}

#[test]
fn an_amount_has_exact_parts_where_its_days_are_rounded() {
    let day = length(480);
    let parts = |days, hours, minutes| Some(LeaveParts { days, hours, minutes });
    let told = |amount: LeaveAmount| (f64::from(amount.days), amount.exactly);
    let amount = |minutes| told(day.amount(LeaveMinutes::new(minutes)));
    let cost = |minutes| told(day.cost_amount(LeaveMinutes::new(minutes)));
    assert_eq!(amount(15 * 480), (15.0, None));
    assert_eq!(amount(240), (0.5, None));
    assert_eq!(amount(479), (0.99, parts(0, 7, 59)));
    assert_eq!(amount(15 * 480 - 2), (14.99, parts(14, 7, 58)));
    assert_eq!(amount(-37), (-0.08, parts(0, 0, 37)));
    assert_eq!(cost(2), (0.01, parts(0, 0, 2)));
    assert_eq!(cost(480 + 60 + 1), (1.13, parts(1, 1, 1)));
}

#[test]
fn words_add_hours_and_minutes_where_days_are_rounded() {
    let day = length(480);
    let words = |minutes| day.amount(LeaveMinutes::new(minutes)).to_string();
    assert_eq!(words(15 * 480), "15 days");
    assert_eq!(words(480), "1 day");
    assert_eq!(words(240), "0.5 days");
    assert_eq!(words(479), "0.99 days (7 h 59 min)");
    assert_eq!(words(15 * 480 - 2), "14.99 days (14 days 7 h 58 min)");
    assert_eq!(words(-37), "-0.08 days (-37 min)");
    assert_eq!(day.cost_amount(LeaveMinutes::new(2)).to_string(), "0.01 days (2 min)");
    assert_eq!(day.cost_amount(LeaveMinutes::new(480 + 60 + 1)).to_string(), "1.13 days (1 day 1 h 1 min)");
}
