//! Edits and excuses: what they keep and refuse, and their effects.

use crate::{
    bounded::Bounded,
    day::{BreakTimes, Flag, HistoryKind, PresenceKind, SessionTimes, Source},
    schedule::tests::company::{Company, date, shift},
    user::UserStatus,
};

const DAY: &str = "2026-11-02";
const EVENING: &str = "2026-11-02 20:00";

/// Clocked in 09:20, on a break from 12:00 to 12:30, clocked out 18:10.
fn worked() -> Company {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    company.clock_in("2026-11-02 09:20").unwrap();
    company.pause("2026-11-02 12:00", "2026-11-02 12:30");
    company.clock_out("2026-11-02 18:10").unwrap();
    company
}

fn times(company: &Company, from: &str, until: &str) -> SessionTimes {
    let at = |time: &str| company.at(&format!("{DAY} {time}"));
    let clock_out = (!until.is_empty()).then(|| at(until));
    SessionTimes { id: None, clock_in: at(from), clock_out, breaks: Vec::new(), cost_centers: None }
}

fn pause(company: &Company, from: &str, until: &str) -> BreakTimes {
    let at = |time: &str| company.at(&format!("{DAY} {time}"));
    BreakTimes { started_at: at(from), ended_at: (!until.is_empty()).then(|| at(until)) }
}

fn edit(company: &mut Company, now: &str, sessions: &[SessionTimes]) -> Result<(), Vec<String>> {
    let now = company.at(now);
    let edited = company.edit_at(now, date(DAY), sessions);
    edited.map(|_| ()).map_err(|misfits| misfits.into_iter().map(|misfit| misfit.path).collect())
}

#[test]
fn an_edit_keeps_unchanged_punches_and_marks_moved_ones_as_a_managers() {
    let mut company = worked();
    let was = company.days[&date(DAY)].sessions()[0].clone();
    let wanted = SessionTimes {
        id: Some(was.id),
        breaks: vec![pause(&company, "12:00", "13:00")],
        ..times(&company, "09:00", "18:10")
    };
    edit(&mut company, EVENING, &[wanted]).unwrap();
    let is = &company.days[&date(DAY)].sessions()[0];
    assert_eq!(is.clock_out, was.clock_out);
    assert_eq!((is.clock_in.source, is.clock_in.at), (Source::Manager, company.at("2026-11-02 09:00")));
    assert_ne!(is.clock_in.id, was.clock_in.id);
    assert_eq!((is.breaks[0].id, is.breaks.len()), (was.breaks[0].id, 1));
    let figures = company.figures(DAY, EVENING);
    assert_eq!((figures.late_seconds, figures.break_seconds), (0, 3600));
    assert!(figures.flags.contains(&Flag::Corrected));
}

#[test]
fn an_edit_keeps_raw_punches_in_the_history_and_adds_only_itself() {
    let mut company = worked();
    let before = company.days[&date(DAY)].history();
    let wanted = SessionTimes { breaks: vec![pause(&company, "13:00", "13:20")], ..times(&company, "08:00", "17:00") };
    edit(&mut company, EVENING, &[wanted]).unwrap();
    let after = company.days[&date(DAY)].history();
    assert_eq!(after[..before.len()], before);
    assert_eq!(after.len(), before.len() + 1);
    assert!(matches!(after.last().unwrap().what, HistoryKind::Edited { .. }));
}

#[test]
fn a_break_that_is_pressed_after_an_edit_is_in_the_history() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    company.clock_in("2026-11-02 09:20").unwrap();
    let open = times(&company, "09:00", "");
    edit(&mut company, "2026-11-02 10:00", &[open]).unwrap();
    company.pause("2026-11-02 12:00", "2026-11-02 12:30");
    let history = company.days[&date(DAY)].history();
    let breaks = history.iter().filter(|entry| matches!(entry.what, HistoryKind::BreakStart { .. })).count();
    assert_eq!((breaks, history.len()), (1, 4));
}

#[test]
fn the_presence_follows_the_session_that_is_closed_or_opened() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    company.clock_in("2026-11-02 09:20").unwrap();
    let closed = times(&company, "09:20", "17:00");
    edit(&mut company, EVENING, std::slice::from_ref(&closed)).unwrap();
    assert_eq!(company.presence.kind(), PresenceKind::Out);
    assert_eq!(company.presence.since(), Some(company.at("2026-11-02 17:00")));
    let open = SessionTimes { breaks: vec![pause(&company, "19:00", "")], ..times(&company, "18:00", "") };
    edit(&mut company, EVENING, &[closed, open]).unwrap();
    assert_eq!(company.presence.kind(), PresenceKind::OnBreak);
    company.clock_out("2026-11-02 21:00").unwrap();
    // From 09:20 to 17:00, and from 18:00 to 21:00 with a break from 19:00.
    assert_eq!(company.figures(DAY, "2026-11-02 21:00").worked_seconds, 60 * (460 + 60));
}

#[test]
fn all_invalid_times_of_an_edit_are_named_by_their_paths() {
    let mut company = worked();
    let mut refused = |sessions: &[SessionTimes]| edit(&mut company, EVENING, sessions).unwrap_err();
    let c = worked();
    let of = |from: &str, until: &str| times(&c, from, until);
    let with = |breaks: Vec<BreakTimes>| vec![SessionTimes { breaks, ..of("09:00", "18:00") }];
    let stranger = crate::id::SessionId::from(ulid::Ulid::from_parts(9, 9));
    let id = c.days[&date(DAY)].sessions()[0].id;
    let long_ago = |hours: i64| c.at(DAY_BEGINS) - jiff::SignedDuration::from_hours(hours);
    for (sessions, paths) in [
        (vec![of("09:00", "08:00")], vec!["sessions[0].clock_out"]),
        (vec![of("09:00", "20:01")], vec!["sessions[0].clock_out"]),
        (vec![of("20:01", "")], vec!["sessions[0].clock_in"]),
        (vec![of("09:00", "12:00"), of("11:59", "13:00")], vec!["sessions[1].clock_in"]),
        (vec![of("09:00", ""), of("11:59", "13:00")], vec!["sessions[0].clock_out"]),
        (vec![SessionTimes { id: Some(stranger), ..of("09:00", "18:00") }], vec!["sessions[0].id"]),
        (
            vec![
                SessionTimes { id: Some(id), ..of("09:00", "12:00") },
                SessionTimes { id: Some(id), ..of("13:00", "18:00") },
            ],
            vec!["sessions[1].id"],
        ),
        (with(vec![pause(&c, "08:59", "09:30")]), vec!["sessions[0].breaks[0].started_at"]),
        (with(vec![pause(&c, "17:30", "18:01")]), vec!["sessions[0].breaks[0].ended_at"]),
        (with(vec![pause(&c, "12:00", "")]), vec!["sessions[0].breaks[0].ended_at"]),
        (
            with(vec![pause(&c, "12:00", "13:00"), pause(&c, "12:59", "13:10")]),
            vec!["sessions[0].breaks[1].started_at"],
        ),
        (vec![SessionTimes { clock_in: long_ago(25), ..of("09:00", "09:00") }], vec!["sessions[0].clock_in"]),
        (
            vec![of("09:00", "08:00"), of("07:00", "20:01")],
            vec!["sessions[0].clock_out", "sessions[1].clock_in", "sessions[1].clock_out"],
        ),
    ] {
        assert_eq!(refused(&sessions), paths, "{sessions:?}");
    }
}

const DAY_BEGINS: &str = "2026-11-02 00:00";

#[test]
fn a_session_does_not_overlap_one_of_a_neighbouring_day() {
    let mut company = worked();
    company.session("2026-11-03 09:00", "2026-11-03 18:00");
    let now = "2026-11-03 20:00";
    let until = |company: &Company, time: &str| SessionTimes {
        clock_out: Some(company.at(&format!("2026-11-03 {time}"))),
        ..times(company, "22:00", "23:00")
    };
    let wanted = until(&company, "09:01");
    assert_eq!(edit(&mut company, now, &[wanted]), Err(vec!["sessions[0].clock_in".to_owned()]));
    let wanted = until(&company, "09:00");
    edit(&mut company, now, &[wanted]).unwrap();
}

#[test]
fn only_one_session_of_a_person_is_open_and_only_of_someone_who_is_here() {
    let path = || Err(vec!["sessions[0].clock_out".to_owned()]);
    let mut company = worked();
    company.clock_in("2026-11-03 09:00").unwrap();
    let open = times(&company, "19:00", "");
    // Tuesday's session is open, and it lies after the edited one.
    let refused = edit(&mut company, "2026-11-03 09:30", std::slice::from_ref(&open)).unwrap_err();
    assert!(refused.contains(&"sessions[0].clock_out".to_owned()));
    let mut company = worked();
    company.settings.auto_clock_out_after_minutes = Bounded::constant::<60>();
    assert_eq!(edit(&mut company, EVENING, std::slice::from_ref(&open)), path());
    let mut company = worked();
    company.person.status = UserStatus::Disabled;
    assert_eq!(edit(&mut company, EVENING, std::slice::from_ref(&open)), path());
    company.person.status = UserStatus::Active;
    edit(&mut company, EVENING, &[open]).unwrap();
}

#[test]
fn a_day_that_is_over_is_computed_with_the_policy_it_kept() {
    let mut company = worked();
    company.settings.late_grace_minutes = Bounded::constant::<60>();
    let wanted = times(&company, "09:30", "18:00");
    edit(&mut company, "2026-11-05 12:00", &[wanted]).unwrap();
    assert_eq!(company.figures(DAY, "2026-11-05 12:00").late_seconds, 1800);
}

/// "overtime 0 until edited"
#[test]
fn an_edit_reviews_a_guessed_clock_out() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    company.clock_in("2026-11-01 10:00").unwrap();
    let now = company.at("2026-11-02 10:00");
    let closed = company.punch(now, |context| context.close_forgotten()).unwrap().unwrap();
    company.commit(closed);
    let sunday = date("2026-11-01");
    assert_eq!(company.figures("2026-11-01", "2026-11-02 10:00").overtime_seconds, 0);
    let session = company.days[&sunday].sessions()[0].clone();
    let out = session.clock_out.unwrap().at;
    let wanted = SessionTimes {
        id: Some(session.id),
        clock_in: session.clock_in.at,
        clock_out: Some(out),
        breaks: Vec::new(),
        cost_centers: None,
    };
    company.edit_at(now, sunday, &[wanted]).unwrap();
    let figures = company.figures("2026-11-01", "2026-11-02 10:00");
    assert!(figures.overtime_seconds > 0 && !figures.flags.contains(&Flag::NeedsReview));
}

/// "Excused: seconds stay, flag `excused`, out of `days_late` and `days_absent`."
#[test]
fn an_excuse_takes_a_day_out_of_the_late_and_the_absent_once() {
    let mut company = worked();
    let now = company.at(EVENING);
    assert_eq!(company.totals.days_late, 1);
    company.excuse_at(now, date(DAY)).unwrap();
    assert_eq!((company.totals.days_late, company.totals.late_seconds), (0, 1200));
    let figures = company.figures(DAY, EVENING);
    assert!(figures.flags.contains(&Flag::Excused) && figures.flags.contains(&Flag::Late));
    assert!(company.excuse_at(now, date(DAY)).is_err());

    // Nobody came on Tuesday, so no day is stored yet.
    let later = company.at("2026-11-03 20:00");
    company.excuse_at(later, date("2026-11-03")).unwrap();
    assert_eq!(company.totals.days_absent, 0);
    assert!(company.excuse_at(later, date("2026-11-04")).is_err(), "Wednesday isn't over");
}
