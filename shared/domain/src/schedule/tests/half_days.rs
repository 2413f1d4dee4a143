use super::company::{Company, annual_leave, shift};
use crate::{
    holiday::Half,
    schedule::{DayKind, DayLeave},
};

const DAY: &str = "2026-11-02";

fn office_hours() -> Company {
    Company::with_shifts(&[shift("09:00", "18:00", 45)])
}

/// "Half days split at the midpoint of the day's scheduled time."
#[test]
fn half_day_leave_splits_a_shift_in_the_middle_and_halves_its_schedule() {
    for (half, from, until) in [(Half::Morning, "13:30", "18:00"), (Half::Afternoon, "09:00", "13:30")] {
        let company = office_hours().leave(DAY, Some(half));
        let day = company.assignment(DAY);
        assert_eq!((day.kind, day.shifts.len()), (DayKind::Workday, 1));
        let left = &day.shifts[0];
        assert_eq!(
            (left.start_at, left.end_at),
            (company.at(&format!("{DAY} {from}")), company.at(&format!("{DAY} {until}")))
        );
        assert_eq!(left.scheduled_seconds(), (9 * 3600 - 45 * 60) / 2);
        assert_eq!(left.id.to_string(), "2026-11-02T09:00", "what is left keeps the id of the whole");
        assert_eq!(day.leave, Some(DayLeave::half(half, annual_leave())));
    }
}

#[test]
fn two_shifts_are_split_at_the_midpoint_of_their_scheduled_time() {
    let company = Company::with_shifts(&[shift("06:00", "10:00", 0), shift("13:00", "18:00", 60)])
        .leave(DAY, Some(Half::Morning));
    let day = company.assignment(DAY);
    let on_leave: Vec<bool> = day.shifts.iter().map(|shift| shift.on_leave).collect();
    assert_eq!((day.kind, on_leave), (DayKind::Workday, vec![true, false]));
    assert_eq!(day.shifts[1].start_at, company.at("2026-11-02 13:00"));
    assert_eq!(day.shifts.iter().map(crate::schedule::Shift::scheduled_seconds).sum::<i64>(), 4 * 3600);
}

#[test]
fn half_a_holiday_and_half_a_leave_split_at_the_same_instant() {
    let company = office_hours().holiday(DAY, None, Some(Half::Afternoon));
    let day = company.assignment(DAY);
    assert_eq!((day.kind, day.shifts[0].end_at), (DayKind::Workday, company.at("2026-11-02 13:30")));
    let on_leave = company.leave(DAY, Some(Half::Morning)).assignment(DAY);
    assert_eq!((on_leave.kind, on_leave.leave.unwrap().half_days()), (DayKind::Leave, 1));
}

#[test]
fn full_leave_over_half_a_holiday_is_half_a_day_of_leave() {
    let day = office_hours().holiday(DAY, None, Some(Half::Morning)).leave(DAY, None).assignment(DAY);
    assert_eq!((day.kind, day.leave), (DayKind::Leave, Some(DayLeave::half(Half::Afternoon, annual_leave()))));
}

#[test]
fn two_half_holidays_are_a_holiday() {
    let day = office_hours().holiday(DAY, None, Some(Half::Morning)).holiday(DAY, None, Some(Half::Afternoon));
    assert_eq!(day.assignment(DAY).kind, DayKind::Holiday);
}

#[test]
fn two_requests_may_each_take_a_half() {
    let mut company = office_hours().leave(DAY, Some(Half::Morning));
    let leave = company.years.get_mut(&2026).unwrap().leave.get_mut(&super::company::date(DAY)).unwrap();
    leave.afternoon = Some(annual_leave());
    assert_eq!(company.assignment(DAY).kind, DayKind::Leave);
}
