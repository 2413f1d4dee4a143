//! "A Day keeps the department, zone, shifts and policy it was computed with. Until its local date ends it follows the
//! schedule; then it is frozen."

use crate::{
    calendar::Zone,
    day::{Day, HistoryKind},
    schedule::{
        DayKind, DayPlan,
        tests::company::{Company, date, shift},
    },
};

const DAY: &str = "2026-11-02";

fn worked() -> Company {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    company.session("2026-11-02 09:20", "2026-11-02 12:00");
    company
}

fn current(company: &Company, now: &str) -> Day {
    Day::current(company.days.get(&date(DAY)), &company.planner(), date(DAY), company.at(now))
}

#[test]
fn until_its_date_ends_a_day_follows_the_schedule_then_it_is_frozen() {
    let company = worked().planned(DAY, DayPlan::Shifts(vec![shift("09:10", "18:00", 0)]));
    let late = |day: Day| day.figures(company.at("2026-11-03 00:00")).late_seconds;
    assert_eq!(late(current(&company, "2026-11-02 23:59:59")), 600);
    assert_eq!(late(current(&company, "2026-11-03 00:00")), 1200);
}

#[test]
fn leave_approved_on_the_day_is_followed_and_what_was_done_stays() {
    let company = worked().leave(DAY, None);
    let day = current(&company, "2026-11-02 15:00");
    assert_eq!((day.kind(), day.sessions().len()), (DayKind::Leave, 1));
}

/// "A move of department or zone counts from the next work date"
#[test]
fn a_move_of_department_or_zone_counts_from_the_next_work_date() {
    let mut company = worked();
    let department = crate::id::DepartmentId::from(ulid::Ulid::from_parts(1, 5));
    company.person.department_id = Some(department);
    assert_eq!(current(&company, "2026-11-02 15:00").department_id(), None);
    assert_eq!(current(&company, "2026-11-01 23:00").department_id(), Some(department));
    company.person.time_zone = Some(Zone::parse("Asia/Tokyo").unwrap());
    let day = company.days[&date(DAY)].refreshed(&company.planner(), "2026-11-02T15:00:00Z".parse().unwrap());
    assert_eq!((day.zone(), day.shifts()), (&Zone::UTC, company.days[&date(DAY)].shifts()));
}

/// "Changes apply from the next work date where today's has begun."
#[test]
fn a_new_default_shift_applies_from_tomorrow_once_todays_has_begun() {
    let mut company = Company::in_zone("UTC");
    let opened = Day::open(&company.planner(), date(DAY));
    company.session("2026-11-02 09:00", "2026-11-02 12:00");
    let planned = company.days[&date(DAY)].shifts()[0].start_at;
    company.settings.default_shift =
        serde_json::from_str(r#"{"start": "07:00", "end": "16:00", "break_minutes": 60}"#).unwrap();
    let day = current(&company, "2026-11-02 12:30");
    assert_eq!((day.shifts()[0].start_at, day.figures(company.at("2026-11-02 18:00")).late_seconds), (planned, 0));
    let starts = |now: &str| opened.refreshed(&company.planner(), company.at(now)).shifts()[0].start_at;
    assert_eq!(starts("2026-11-02 06:00"), company.at("2026-11-02 07:00"), "nobody came, and it has not begun");
    assert_eq!(starts("2026-11-02 09:00"), company.at("2026-11-02 09:00"), "nobody came, and it has begun");
}

#[test]
fn a_day_follows_leave_and_plans_in_its_own_zone_after_a_zone_change() {
    let moved = |mut company: Company| {
        company.person.time_zone = Some(Zone::parse("Asia/Tokyo").unwrap());
        company.days[&date(DAY)].refreshed(&company.planner(), "2026-11-02T12:30:00Z".parse().unwrap())
    };
    let on_leave = moved(worked().leave(DAY, None));
    assert_eq!((on_leave.kind(), on_leave.zone()), (DayKind::Leave, &Zone::UTC));
    let otherwise = moved(worked().planned(DAY, DayPlan::Shifts(vec![shift("10:00", "19:00", 0)])));
    assert_eq!(otherwise.shifts()[0].start_at, "2026-11-02T10:00:00Z".parse().unwrap());
}

#[test]
fn the_history_lists_every_punch_in_order() {
    let mut company = worked();
    company.clock_in("2026-11-02 13:00").unwrap();
    company.pause("2026-11-02 14:00", "2026-11-02 14:10");
    let history = company.days[&date(DAY)].history();
    let told: Vec<&str> = history
        .iter()
        .map(|entry| match entry.what {
            HistoryKind::ClockIn { .. } => "in",
            HistoryKind::ClockOut { .. } => "out",
            HistoryKind::BreakStart { .. } => "break",
            HistoryKind::BreakEnd { .. } => "back",
            HistoryKind::Edited { .. } => "edited",
            HistoryKind::Excused => "excused",
            HistoryKind::ClockInReviewed { .. } => "reviewed",
        })
        .collect();
    assert_eq!(told, ["in", "out", "in", "break", "back"]);
}

#[test]
fn a_punch_that_was_edited_away_stays_in_the_history() {
    let company = worked();
    let mut stored = serde_json::to_value(&company.days[&date(DAY)]).unwrap();
    let before = stored["sessions"].take();
    stored["sessions"] = serde_json::json!([]);
    stored["edits"] = serde_json::json!([{
        "at": "2026-11-02T16:00:00Z", "by": company.person.id, "cause": "manager", "reason": "wrong person", "before": before,
    }]);
    let day: Day = serde_json::from_value(stored).unwrap();
    assert_eq!(day.history().len(), 3);
    assert!(day.figures(company.at("2026-11-02 17:00")).flags.contains(&crate::day::Flag::Corrected));
}
