//! Month totals: the sum of the days' contributions.

use crate::{
    day::{Day, DayChange, MonthTotals},
    holiday::Half,
    id::DepartmentId,
    schedule::tests::company::{Company, date, shift},
};

const DAY: &str = "2026-11-02";

fn office() -> Company {
    Company::with_shifts(&[shift("09:00", "18:00", 60)])
}

#[test]
fn totals_are_the_sum_of_the_days() {
    let mut company = office();
    company.session("2026-11-02 09:20", "2026-11-02 18:10");
    company.session("2026-11-03 09:00", "2026-11-03 17:00");
    let expected = MonthTotals {
        worked_seconds: 31_800 + 28_800,
        scheduled_seconds: 57_600,
        overtime_seconds: 3000,
        late_seconds: 1200,
        early_leave_seconds: 3600,
        days_present: 2,
        days_late: 1,
        ..MonthTotals::default()
    };
    assert_eq!(company.totals, expected);
}

#[test]
fn an_absence_since_the_last_change_is_added_to_the_totals_once() {
    let company = office();
    let opened = DayChange::new(None, Day::open(&company.planner(), date(DAY)), company.at("2026-11-01 22:00"));
    assert_eq!((opened.expected_version(), opened.after().version()), (0, 1));
    let stored = opened.after().clone();
    let ended = DayChange::new(Some(stored.clone()), stored, company.at("2026-11-02 18:00"));
    let [delta] = ended.month_deltas().try_into().unwrap();
    assert_eq!(delta.totals, MonthTotals { days_absent: 1, ..MonthTotals::default() });
    assert_eq!(delta.month.to_string(), "2026-11");
    let again = DayChange::new(Some(ended.after().clone()), ended.after().clone(), company.at("2026-11-02 19:00"));
    assert_eq!(again.month_deltas(), []);
}

#[test]
fn a_day_that_moves_to_another_department_takes_its_contribution_along() {
    let mut company = office();
    let opened = DayChange::new(None, Day::open(&company.planner(), date(DAY)), company.at("2026-11-01 22:00"));
    let department = DepartmentId::from(ulid::Ulid::from_parts(1, 5));
    company.person.department_id = Some(department);
    let now = company.at("2026-11-01 23:00");
    let moved = DayChange::new(Some(opened.after().clone()), opened.after().refreshed(&company.planner(), now), now);
    let deltas = moved.month_deltas();
    assert_eq!(deltas.iter().map(|delta| delta.department_id).collect::<Vec<_>>(), [None, Some(department)]);
    assert!(deltas.iter().map(|delta| delta.totals).sum::<MonthTotals>().is_zero());
}

/// "After an excuse …: seconds stay, flag `excused`, out of `days_late` and `days_absent`."
#[test]
fn excused_lateness_keeps_its_seconds_but_no_longer_counts_a_day() {
    let mut company = office();
    company.session("2026-11-02 09:20", "2026-11-02 18:00");
    let mut stored = serde_json::to_value(&company.days[&date(DAY)]).unwrap();
    stored["excuse"] = serde_json::json!({"at": "2026-11-02T19:00:00Z", "by": company.person.id, "reason": "strike"});
    let excused: Day = serde_json::from_value(stored).unwrap();
    let totals = excused.contribution(company.at("2026-11-02 19:00"));
    assert_eq!((totals.late_seconds, totals.days_late, totals.days_present), (1200, 0, 1));
    assert!(excused.figures(company.at("2026-11-02 19:00")).flags.contains(&crate::day::Flag::Excused));
}

#[test]
fn leave_is_counted_in_halves() {
    let halves = |company: Company| {
        Day::open(&company.planner(), date(DAY)).contribution(company.at("2026-11-02 23:00")).half_days_on_leave
    };
    assert_eq!(halves(office()), 0);
    assert_eq!(halves(office().leave(DAY, Some(Half::Morning))), 1);
    assert_eq!(halves(office().leave(DAY, None)), 2);
}
