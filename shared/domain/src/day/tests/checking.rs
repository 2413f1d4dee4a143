//! The alerts of scheduled jobs, and when they are sent.

use crate::{
    day::{Checked, Day, DayStatus},
    event::{DayFact, Fact, PunchFact},
    schedule::{
        DayPlan,
        tests::company::{Company, date, shift},
    },
};

const DAY: &str = "2026-11-02";

fn office() -> Company {
    opened(Company::with_shifts(&[shift("09:00", "18:00", 60)]))
}

fn opened(mut company: Company) -> Company {
    let day = Day::open(&company.planner(), date(DAY));
    let change = crate::day::DayChange::new(None, day, company.at("2026-11-01 22:00"));
    company.days.insert(date(DAY), change.after().clone());
    company
}

/// Checks the day as the scheduled job does, and stores the result.
fn check(company: &mut Company, now: &str) -> Option<Vec<Fact>> {
    let now = company.at(now);
    let Checked { change, facts } = company.days[&date(DAY)].checked(&company.planner(), now)?;
    company.days.insert(date(DAY), change.after().clone());
    Some(facts)
}

fn not_arrived(shift: &str) -> Fact {
    Fact::Day(DayFact::NotArrived { date: date(DAY), shift_id: format!("{DAY}T{shift}") })
}

#[test]
fn a_missing_person_is_announced_once_after_the_grace_period() {
    let mut company = office();
    assert_eq!(check(&mut company, "2026-11-02 09:04"), None);
    assert_eq!(check(&mut company, "2026-11-02 09:05"), Some(vec![not_arrived("09:00")]));
    assert_eq!(check(&mut company, "2026-11-02 09:10"), None);
}

#[test]
fn a_person_who_never_clocks_in_is_absent_when_the_shift_ends() {
    let mut company = office();
    check(&mut company, "2026-11-02 09:05");
    assert_eq!(check(&mut company, "2026-11-02 17:59"), None);
    assert_eq!(check(&mut company, "2026-11-02 18:00"), Some(vec![Fact::Day(DayFact::Absent { date: date(DAY) })]));
    assert_eq!(check(&mut company, "2026-11-03 18:00"), None);
    assert_eq!(company.days[&date(DAY)].counted().days_absent, 1);
}

#[test]
fn a_late_check_announces_the_absence_but_no_missed_arrival() {
    let mut company = office();
    assert_eq!(check(&mut company, "2026-11-03 07:00"), Some(vec![Fact::Day(DayFact::Absent { date: date(DAY) })]));
}

#[test]
fn a_day_is_absent_when_the_second_of_two_shifts_is_missed_too() {
    let mut company = opened(Company::with_shifts(&[shift("08:00", "12:00", 0), shift("14:00", "18:00", 0)]));
    assert_eq!(check(&mut company, "2026-11-02 08:05"), Some(vec![not_arrived("08:00")]));
    assert_eq!(check(&mut company, "2026-11-02 12:00"), Some(vec![]));
    assert_eq!(check(&mut company, "2026-11-02 14:05"), Some(vec![not_arrived("14:00")]));
    assert_eq!(check(&mut company, "2026-11-02 18:00"), Some(vec![Fact::Day(DayFact::Absent { date: date(DAY) })]));
}

#[test]
fn an_early_leave_is_announced_when_the_shift_ends() {
    let mut company = office();
    company.clock_in("2026-11-02 09:00").unwrap();
    company.clock_out("2026-11-02 17:00").unwrap();
    assert_eq!(check(&mut company, "2026-11-02 17:30"), None);
    let early = Fact::Punch(PunchFact::LeftEarly {
        date: date(DAY),
        shift_id: format!("{DAY}T09:00"),
        early_leave_seconds: 3600,
    });
    assert_eq!(check(&mut company, "2026-11-02 18:00"), Some(vec![early]));
    assert_eq!(check(&mut company, "2026-11-02 18:05"), None);
}

#[test]
fn a_person_who_arrived_in_time_causes_no_alerts() {
    let mut company = office();
    company.clock_in("2026-11-02 09:03").unwrap();
    assert_eq!(check(&mut company, "2026-11-02 10:00"), None);
    assert_eq!(check(&mut company, "2026-11-02 19:00"), None);
}

#[test]
fn an_excused_absence_is_recorded_without_an_alert() {
    let mut company = office();
    let now = company.at("2026-11-02 18:00");
    company.excuse_at(now, date(DAY)).unwrap();
    assert_eq!(check(&mut company, "2026-11-02 18:05"), Some(vec![]));
}

/// "an override made after the day was opened"
#[test]
fn a_day_that_was_planned_off_after_it_was_opened_is_not_missed() {
    let mut company = office().planned(DAY, DayPlan::Off);
    assert_eq!(check(&mut company, "2026-11-02 09:05"), Some(vec![]), "the day follows, and nothing is told");
    assert_eq!(check(&mut company, "2026-11-02 18:05"), None);
    let now = company.at("2026-11-02 18:05");
    assert_eq!(company.days[&date(DAY)].figures(now).status, DayStatus::Off);
}

/// Checks find what the deadline announced: after any checks in order, nothing is due that isn't found.
#[test]
fn a_deadline_that_has_come_always_gives_something_to_note() {
    let mut company = opened(Company::with_shifts(&[shift("08:00", "12:00", 0), shift("14:00", "18:00", 0)]));
    for hour in 6..24 {
        let now = format!("2026-11-02 {hour:02}:07");
        let at = company.at(&now);
        let due = company.days[&date(DAY)].figures(at).deadline.is_some_and(|deadline| deadline.at <= at);
        assert_eq!(check(&mut company, &now).is_some(), due, "at {now}");
        assert_eq!(check(&mut company, &now), None, "at {now}");
    }
}
