//! "A punch outside the window or on leave can be recorded"

use crate::{
    day::{ClockInFlag, ClockInRefusal, DayStatus, Flag, HistoryKind, ReviewStatus, ShiftStatus, Verdict},
    event::{Fact, PunchFact},
    holiday::Half,
    lateness::LateDay,
    schedule::tests::company::{Company, date, shift},
};

const DAY: &str = "2026-11-02";

fn at(time: &str) -> String {
    format!("{DAY} {time}")
}

/// A company whose clock-in window is one hour around the shift's start and that accepts clock-ins at any time.
fn open_house() -> Company {
    let outside = r#"{"clock_in_window": {"before_minutes": 60, "after_minutes": 60, "outside": "flag"}}"#;
    Company::with_shifts(&[shift("09:00", "18:00", 60)]).settings(outside)
}

fn split() -> Company {
    let outside = r#"{"clock_in_window": {"before_minutes": 15, "after_minutes": 15, "outside": "flag"}}"#;
    Company::with_shifts(&[shift("06:00", "10:00", 0), shift("14:00", "18:00", 0)]).settings(outside)
}

/// The shift that a clock-in at that time is matched to.
fn matched(company: Company, time: &str) -> String {
    let mut company = company;
    let punched = company.clock_in(&at(time)).unwrap();
    let session = punched.day().unwrap().sessions()[0].clone();
    assert_eq!(session.flagged.unwrap().reason, ClockInFlag::OutsideWindow);
    session.shift_id.unwrap().to_string()
}

fn charged_minutes(company: &Company) -> i64 {
    let day = LateDay::of(&company.days[&date(DAY)], company.at(&at("20:00")));
    day.shifts.iter().map(|shift| shift.minutes).sum()
}

fn review(company: &mut Company, verdict: Verdict) -> bool {
    let now = company.at(&at("20:00"));
    company.review_at(now, date(DAY), verdict).is_ok()
}

#[test]
fn outside_the_window_a_clock_in_is_refused_unless_the_settings_take_it() {
    let refuse = open_house().settings(r#"{"clock_in_window": {"before_minutes": 60, "after_minutes": 60}}"#);
    let mut company = refuse;
    assert!(matches!(company.clock_in(&at("05:00")), Err(ClockInRefusal::OutsideWindow { .. })));
    let mut company = open_house();
    let status = company.status(&at("05:00"));
    assert_eq!((status.can_clock_in(), status.flag), (true, Some(ClockInFlag::OutsideWindow)));
    let punched = company.clock_in(&at("05:00")).unwrap();
    let session_id = punched.day().unwrap().sessions()[0].id;
    let flagged =
        Fact::Punch(PunchFact::ClockInFlagged { date: date(DAY), session_id, reason: ClockInFlag::OutsideWindow });
    assert!(punched.facts.contains(&flagged));
    company.clock_out(&at("18:00")).unwrap();
    let figures = company.figures(DAY, &at("20:00"));
    assert_eq!(figures.flags, [Flag::OutsideWindow].into());
    assert_eq!((figures.status, figures.worked_seconds), (DayStatus::Present, 13 * 3600));
}

/// "matched to the nearest shift of the date"
#[test]
fn a_flagged_clock_in_matches_the_nearest_shift_that_has_not_ended() {
    assert_eq!(matched(split(), "04:00"), "2026-11-02T06:00");
    assert_eq!(matched(split(), "07:00"), "2026-11-02T06:00");
    assert_eq!(matched(split(), "09:59"), "2026-11-02T06:00");
    assert_eq!(matched(split(), "10:00"), "2026-11-02T14:00", "the first one is over");
    assert_eq!(matched(split(), "17:00"), "2026-11-02T14:00");
    let mut night = Company::with_shifts(&[shift("22:00", "06:00", 0)])
        .settings(r#"{"clock_in_window": {"before_minutes": 60, "after_minutes": 60, "outside": "flag"}}"#);
    assert_eq!(night.clock_in("2026-11-08 03:00").unwrap().date, date("2026-11-07"), "Saturday's shift runs");
}

/// "lateness counts, but its leave deduction waits for the acknowledgement"
#[test]
fn lateness_counts_and_its_deduction_waits_for_the_acknowledgement() {
    let mut company = open_house();
    company.session(&at("11:00"), &at("18:00"));
    let before = company.figures(DAY, &at("20:00"));
    assert_eq!((before.late_seconds, before.worked_seconds), (7200, 7 * 3600));
    assert_eq!(before.flags, [Flag::Late, Flag::OutsideWindow].into());
    assert_eq!((company.totals.days_late, charged_minutes(&company)), (1, 0));

    let totals = company.totals;
    for (minute, verdict, charged) in [
        ("20:01", Verdict::Rejected, 0),
        ("20:02", Verdict::Acknowledged, 120),
        ("20:03", Verdict::Rejected, 0),
        ("20:04", Verdict::Acknowledged, 120),
    ] {
        let now = company.at(&at(minute));
        company.review_at(now, date(DAY), verdict).unwrap();
        assert!(company.review_at(now, date(DAY), verdict).is_err(), "that changes nothing any more");
        assert_eq!(charged_minutes(&company), charged, "{verdict:?}");
        assert_eq!(company.figures(DAY, &at("20:00")), before, "neither changes a figure");
        assert_eq!(company.totals, totals);
    }
    let said: Vec<Verdict> = company.days[&date(DAY)]
        .history()
        .into_iter()
        .filter_map(|entry| {
            let HistoryKind::ClockInReviewed { verdict, .. } = entry.what else { return None };
            Some(verdict)
        })
        .collect();
    assert_eq!(said, [Verdict::Rejected, Verdict::Acknowledged, Verdict::Rejected, Verdict::Acknowledged]);
}

#[test]
fn a_review_settles_the_clock_ins_that_wait_and_leaves_the_others() {
    let mut company = split();
    company.session(&at("07:00"), &at("10:00"));
    let waits = |company: &Company| company.days[&date(DAY)].waits_for_review();
    assert!(waits(&company));
    assert!(review(&mut company, Verdict::Acknowledged));
    assert!(!waits(&company));
    company.session(&at("15:00"), &at("18:00"));
    assert!(waits(&company));
    assert!(review(&mut company, Verdict::Rejected));
    assert!(!waits(&company));
    let statuses: Vec<ReviewStatus> =
        company.days[&date(DAY)].sessions().iter().map(|session| session.flagged.as_ref().unwrap().status()).collect();
    assert_eq!(statuses, [ReviewStatus::Acknowledged, ReviewStatus::Rejected]);
    assert!(review(&mut company, Verdict::Acknowledged), "the one that was rejected");
    assert!(!review(&mut company, Verdict::Acknowledged));
}

#[test]
fn a_clock_in_as_planned_has_nothing_to_acknowledge() {
    let mut company = open_house();
    company.session(&at("09:00"), &at("12:00"));
    company.session(&at("13:00"), &at("18:00"));
    assert_eq!(company.figures(DAY, &at("20:00")).flags, [].into());
    assert!(!review(&mut company, Verdict::Acknowledged));
}

#[test]
fn on_leave_the_clock_in_waits_for_the_acknowledgement_too() {
    let mut company = open_house().leave(DAY, None).settings(r#"{"clock_in_on_leave": "flag"}"#);
    assert_eq!(company.status(&at("10:00")).flag, Some(ClockInFlag::OnLeave));
    company.session(&at("10:00"), &at("12:00"));
    let session = &company.days[&date(DAY)].sessions()[0];
    assert_eq!(session.flagged.as_ref().unwrap().reason, ClockInFlag::OnLeave);
    assert_eq!(company.figures(DAY, &at("20:00")).flags, [Flag::OnLeave].into());
    assert!(review(&mut company, Verdict::Acknowledged));
    assert_eq!(company.figures(DAY, &at("20:00")).flags, [Flag::OnLeave].into());
}

#[test]
fn with_half_a_days_leave_work_in_the_free_half_is_outside_the_window() {
    let mut company = open_house().leave(DAY, Some(Half::Morning));
    let punched = company.clock_in(&at("09:00")).unwrap();
    let session = &punched.day().unwrap().sessions()[0];
    assert_eq!(session.flagged.as_ref().unwrap().reason, ClockInFlag::OutsideWindow);
    company.clock_out(&at("18:00")).unwrap();
    assert_eq!(company.figures(DAY, &at("20:00")).late_seconds, 0);
}

#[test]
fn flagging_does_not_allow_unscheduled_work() {
    let refuse = open_house().settings(r#"{"allow_unscheduled": false}"#);
    let mut company = refuse;
    assert_eq!(company.clock_in(&at("19:00")).unwrap_err(), ClockInRefusal::NotScheduled);
    assert_eq!(company.clock_in("2026-11-08 10:00").unwrap_err(), ClockInRefusal::NotScheduled);
}

#[test]
fn work_before_a_shift_that_is_missed_leaves_the_day_absent() {
    let mut company = open_house();
    company.session(&at("05:00"), &at("06:00"));
    let figures = company.figures(DAY, &at("18:00"));
    assert_eq!((figures.status, figures.shifts[0].status), (DayStatus::Absent, ShiftStatus::Missed));
    assert_eq!((figures.flags, figures.worked_seconds), ([Flag::OutsideWindow].into(), 3600));
}

#[test]
fn a_double_tap_outside_the_window_never_costs_pay() {
    let mut company = split();
    company.clock_in(&at("06:00")).unwrap();
    for again in ["06:30", "10:30", "12:30"] {
        assert_eq!(company.clock_in(&at(again)).unwrap_err(), ClockInRefusal::AlreadyClockedIn, "{again}");
    }
}

#[test]
fn coming_late_to_todays_shift_closes_yesterdays_forgotten_session() {
    let mut company = open_house().settings(r#"{"auto_clock_out_after_minutes": 2880}"#);
    company.clock_in("2026-11-02 09:00").unwrap();
    let punched = company.clock_in("2026-11-03 11:30").unwrap();
    assert_eq!((punched.date, punched.changes.len()), (date("2026-11-03"), 2));
}

#[test]
fn an_edit_that_moves_the_clock_in_leaves_nothing_to_acknowledge() {
    let mut company = open_house();
    company.session(&at("11:00"), &at("18:00"));
    let session = company.days[&date(DAY)].sessions()[0].clone();
    let edited = |company: &Company, clock_in: &str| crate::day::SessionTimes {
        id: Some(session.id),
        clock_in: company.at(&at(clock_in)),
        clock_out: Some(company.at(&at("18:00"))),
        breaks: Vec::new(),
        cost_centers: None,
    };
    let now = company.at(&at("20:00"));
    let kept = edited(&company, "11:00");
    company.edit_at(now, date(DAY), &[kept]).unwrap();
    assert_eq!(charged_minutes(&company), 0, "the clock-in stays as it was made, and waits");
    let moved = edited(&company, "10:30");
    company.edit_at(now, date(DAY), &[moved]).unwrap();
    assert!(company.days[&date(DAY)].sessions()[0].flagged.is_none());
    assert_eq!(charged_minutes(&company), 90);
}
