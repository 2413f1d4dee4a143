//! "Figures of a day": status, deadlines, `GET /clock`, the board.

use crate::{
    day::{ClockInRefusal, DayStatus, DeadlineKind, Flag, PresenceKind, ShiftStatus},
    holiday::Half,
    schedule::tests::company::{Company, date, shift},
};

const DAY: &str = "2026-11-02";

fn at(time: &str) -> String {
    format!("{DAY} {time}")
}

fn office() -> Company {
    Company::with_shifts(&[shift("09:00", "18:00", 60)])
}

fn split() -> Company {
    Company::with_shifts(&[shift("06:00", "10:00", 0), shift("14:00", "18:00", 0)])
}

/// "absent when every shift of the day is missed"
#[test]
fn a_day_is_absent_only_when_every_shift_is_missed() {
    let company = split();
    let status = |as_of: &str| company.figures(DAY, &at(as_of)).status;
    assert_eq!(
        (status("05:00"), status("12:00"), status("18:00")),
        (DayStatus::Expected, DayStatus::Expected, DayStatus::Absent)
    );
    let mut half_missed = split();
    half_missed.session(&at("14:00"), &at("18:00"));
    let figures = half_missed.figures(DAY, &at("19:00"));
    assert_eq!((figures.status, figures.shifts[0].status), (DayStatus::Present, ShiftStatus::Missed));
}

/// "unscheduled work alone leaves it absent, flagged"
#[test]
fn unscheduled_work_alone_leaves_the_day_absent() {
    let mut company = office();
    company.session(&at("19:00"), &at("20:00"));
    let figures = company.figures(DAY, &at("21:00"));
    assert_eq!((figures.status, figures.flags), (DayStatus::Absent, [Flag::Unscheduled].into()));
    assert_eq!(figures.overtime_seconds, 0);
}

/// "`on_leave` when leave covers all shifts; with half-day leave late and absent follow the remaining half"
#[test]
fn leave_covers_the_day_or_leaves_a_half_that_can_be_missed() {
    let full = office().leave(DAY, None).figures(DAY, "2026-11-03 00:00");
    assert_eq!((full.status, full.scheduled_seconds, full.deadline), (DayStatus::OnLeave, 0, None));
    let half = split().leave(DAY, Some(Half::Morning)).figures(DAY, "2026-11-03 00:00");
    assert_eq!((half.status, half.shifts[0].status), (DayStatus::Absent, ShiftStatus::OnLeave));
}

#[test]
fn a_day_without_shifts_is_off_until_someone_works() {
    let mut company = office();
    assert_eq!(company.figures("2026-11-01", "2026-11-01 12:00").status, DayStatus::Off);
    company.clock_in("2026-11-01 12:00").unwrap();
    assert_eq!(company.figures("2026-11-01", "2026-11-01 12:00").status, DayStatus::Present);
}

#[test]
fn who_came_early_is_present() {
    let mut company = office();
    company.clock_in(&at("08:30")).unwrap();
    let figures = company.figures(DAY, &at("08:40"));
    assert_eq!((figures.status, figures.shifts[0].status), (DayStatus::Present, ShiftStatus::Expected));
}

#[test]
fn deadlines_are_lateness_the_shifts_end_and_the_automatic_clock_out() {
    let mut company = office();
    let deadline = |company: &Company, as_of: &str| company.figures(DAY, &at(as_of)).deadline.map(|d| (d.at, d.kind));
    let shift_id = "2026-11-02T09:00".parse().unwrap();
    let late = Some((company.at(&at("09:05")), DeadlineKind::Late { shift_id }));
    let end = Some((company.at(&at("18:00")), DeadlineKind::ShiftEnd { shift_id }));
    assert_eq!(deadline(&company, "07:00"), late);
    assert_eq!(deadline(&company, "10:00"), late, "the clockwork is behind");
    assert_eq!(deadline(&company, "18:00"), end);
    company.clock_in(&at("09:00")).unwrap();
    assert_eq!(deadline(&company, "09:00"), Some((company.at("2026-11-03 01:00"), DeadlineKind::AutoClose)));
    company.clock_out(&at("12:00")).unwrap();
    assert_eq!(deadline(&company, "12:00"), end, "left early, unless they come back");
    company.session(&at("13:00"), &at("18:00"));
    assert_eq!(deadline(&company, "18:00"), None);
}

#[test]
fn the_clock_status_has_the_next_shift_its_window_and_the_refusal() {
    let mut company = office();
    let early = company.status(&at("07:00"));
    assert!(matches!(early.refusal, Some(ClockInRefusal::OutsideWindow { .. })));
    assert_eq!(early.next_shift.unwrap().id.to_string(), "2026-11-02T09:00");
    assert_eq!(early.window.unwrap().from, company.at(&at("08:00")));
    assert_eq!(early.day.version(), 0);
    let open = company.status(&at("08:00"));
    assert!(open.can_clock_in());
    company.clock_in(&at("08:10")).unwrap();
    let working = company.status(&at("08:20"));
    assert_eq!((working.presence, working.since), (PresenceKind::Working, Some(company.at(&at("08:10")))));
    assert_eq!(
        (working.refusal, working.next_shift.unwrap().id.date()),
        (Some(ClockInRefusal::AlreadyClockedIn), date("2026-11-03"))
    );
    company.clock_out("2026-11-02 18:00").unwrap();
    // The shift after Saturday's is on Monday.
    let weekend = company.status("2026-11-07 19:00");
    assert_eq!((weekend.presence, weekend.next_shift.unwrap().id.date()), (PresenceKind::Out, date("2026-11-09")));
}

#[test]
fn the_clock_status_predicts_the_result_of_a_clock_in() {
    for hour in 0..48 {
        let company = split().leave("2026-11-03", Some(Half::Afternoon)).settings(r#"{"allow_unscheduled": false}"#);
        let wall = format!("2026-11-0{} {:02}:30", 2 + hour / 24, hour % 24);
        let promised = company.status(&wall).refusal;
        let mut company = company;
        assert_eq!(company.clock_in(&wall).err(), promised, "{wall}");
    }
}

#[test]
fn the_board_shows_the_first_shift_that_is_expected() {
    let mut company = split().leave(DAY, Some(Half::Morning));
    company.clock_in(&at("14:10")).unwrap();
    let row = company.days[&date(DAY)].board_row(company.at(&at("14:10")));
    assert_eq!((row.status, row.presence, row.late_seconds), (DayStatus::Present, PresenceKind::Working, 600));
    assert_eq!(row.shift.unwrap().id.to_string(), "2026-11-02T14:00");
    assert_eq!(row.leave.unwrap().half, Some(Half::Morning));
    let stored = serde_json::to_string(&company.days[&date(DAY)].board_row(company.at(&at("14:10")))).unwrap();
    assert!(stored.len() < 900, "{stored}");
}
