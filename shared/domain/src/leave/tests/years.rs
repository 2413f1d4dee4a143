//! Leave years, days and minutes.

use crate::{
    leave::{LeaveDayLength, LeaveDays, LeaveMinutes, LeaveYear, LeaveYears},
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
fn a_year_that_has_balances_keeps_its_dates_when_years_come_to_begin_otherwise() {
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

#[test]
fn days_are_minutes_underneath_and_shown_to_the_hundredth() {
    let day = LeaveDayLength::of(&Settings::default());
    let shown = |minutes| f64::from(day.in_days(LeaveMinutes::new(minutes)));
    assert_eq!(shown(37), 0.08);
    assert_eq!(shown(-37), -0.08);
    assert_eq!(shown(15 * 480 - 37), 14.92);
    assert_eq!(shown(7_440), 15.5);
    assert_eq!(day.of_allowance(LeaveAllowance::of_hundredths::<33>()), LeaveMinutes::new(158));
    assert_eq!(day.of_days(LeaveDays::try_from(-1.5).unwrap()), LeaveMinutes::new(-720));
    assert_eq!((day.whole().get(), day.half().get()), (480, 240));
    assert!(LeaveDays::try_from(0.125).is_err() && LeaveDays::try_from(f64::NAN).is_err());
}

#[test]
fn every_hundredth_of_a_day_is_shown_as_it_was_given_where_a_day_has_enough_minutes() {
    let settings: Settings = serde_json::from_str(r#"{"leave_day_minutes": 450}"#).unwrap();
    let day = LeaveDayLength::of(&settings);
    for hundredths in -400..=400 {
        let days = LeaveDays::of_hundredths(hundredths);
        assert_eq!(day.in_days(day.of_days(days)), days);
    }
}
