//! Tests of requests: their states, their counts, and their effect on days that are over.

use proptest::prelude::*;

use super::*;
use crate::{
    audit::Actor,
    calendar::WorkDate,
    correction::{Decision, Verdict},
    day::{Day, DayStatus},
    employment::Employments,
    holiday::Half,
    id::{LeaveRequestId, UserId},
    leave::Charges,
    schedule::{
        DayPlan,
        tests::company::{Company, annual_leave, date, shift, site_id},
    },
};

fn period(start: &str, end: &str, start_half: bool, end_half: bool) -> LeavePeriod {
    let (start_half, end_half) = (start_half.then_some(StartHalf::Afternoon), end_half.then_some(EndHalf::Morning));
    LeavePeriod::new(date(start), date(end), start_half, end_half).unwrap()
}

fn counted(company: &Company, period: &LeavePeriod, holidays_count: bool) -> String {
    HalfDays::count(
        &company.planner(),
        (&company.days, jiff::Timestamp::UNIX_EPOCH),
        (*period).into(),
        &annual_leave(),
        holidays_count,
    )
    .into()
}

fn manager() -> UserId {
    crate::schedule::tests::company::manager()
}

/// A request for Tuesday 3 to Friday 6 November 2026.
fn pending() -> LeaveRequest {
    let id: LeaveRequestId = annual_leave().request_id;
    let requested_leave = RequestedLeave {
        leave_type: annual_leave().leave_type,
        period: period("2026-11-03", "2026-11-06", false, false),
        half_days: String::from("2222").try_into().unwrap(),
        charges: Charges::default(),
        interruptions: Vec::new(),
        reason: None,
    };
    let zone = crate::calendar::Zone::UTC;
    let at = "2026-11-02T08:00:00Z".parse().unwrap();
    LeaveRequest::requested(NewRequest { id, department_id: None, zone, requested_leave, at })
}

fn verdict(decision: Decision) -> Verdict {
    let at = "2026-11-02T09:00:00Z".parse().unwrap();
    Verdict { by: manager(), at, decision, note: None, self_decided: false }
}

fn decided(request: &LeaveRequest, decision: Decision) -> Result<LeaveRequest, NotPending> {
    request.decided(verdict(decision), request.half_days.clone(), Charges::default())
}

/// Cancels leave when today's part of it has begun.
fn cancelled(request: &LeaveRequest, today: &str) -> Result<LeaveRequest, NotThere> {
    cancelled_by(request, today, None)
}

fn cancelled_by(request: &LeaveRequest, today: &str, earliest: Option<&str>) -> Result<LeaveRequest, NotThere> {
    let at = "2026-11-04T09:00:00Z".parse().unwrap();
    let dates = CancelDates { today: date(today), begun_until: date(today), earliest: earliest.map(date) };
    request.cancelled(Actor::User { id: manager() }, at, dates).map(|cancelled| cancelled.request)
}

#[test]
fn a_request_is_decided_once_and_changed_only_before() {
    let requested_leave = |request: &LeaveRequest| RequestedLeave {
        leave_type: request.leave_type.clone(),
        period: request.period,
        half_days: request.half_days.clone(),
        charges: Charges::default(),
        interruptions: Vec::new(),
        reason: None,
    };
    let at = "2026-11-02T09:00:00Z".parse().unwrap();
    let changed = pending().changed(requested_leave(&pending()), at).unwrap();
    assert_eq!((changed.status, changed.version), (LeaveStatus::Pending, 2));
    let ends = [
        (decided(&pending(), Decision::Approved).unwrap(), LeaveStatus::Approved),
        (decided(&pending(), Decision::Rejected).unwrap(), LeaveStatus::Rejected),
        (cancelled(&pending(), "2026-11-02").unwrap(), LeaveStatus::Cancelled),
    ];
    for (end, status) in ends {
        assert_eq!((end.status, end.version, end.history.len()), (status, 2, 2));
        assert_eq!(decided(&end, Decision::Approved), Err(NotPending(status)));
        assert_eq!(end.changed(requested_leave(&end), at), Err(NotPending(status)));
    }
}

#[test]
fn only_what_is_pending_or_approved_is_cancelled() {
    for status in [LeaveStatus::Rejected, LeaveStatus::Cancelled] {
        assert_eq!(cancelled(&LeaveRequest { status, ..pending() }, "2026-11-02"), Err(NotThere::Ended(status)));
    }
    let approved = decided(&pending(), Decision::Approved).unwrap();
    let ended =
        |begun_until| cancelled(&approved, begun_until).map(|request| (request.status, request.period.end_date()));
    assert_eq!(ended("2026-11-02"), Ok((LeaveStatus::Cancelled, date("2026-11-06"))));
    assert_eq!(ended("2026-11-04"), Ok((LeaveStatus::Approved, date("2026-11-04"))));
    assert_eq!(ended("2026-11-06"), Err(NotThere::LastDay));
    assert_eq!(ended("2026-12-01"), Err(NotThere::Over));
}

#[test]
fn a_manager_cancels_leave_in_full_only_once_it_is_over() {
    let approved = decided(&pending(), Decision::Approved).unwrap();
    let by_manager = |request: &LeaveRequest, today| cancelled_by(request, today, Some("2026-01-01"));
    let ended = by_manager(&approved, "2026-11-04").unwrap();
    assert_eq!((ended.status, ended.period.end_date()), (LeaveStatus::Approved, date("2026-11-04")));
    assert_eq!(by_manager(&ended, "2026-11-04"), Err(NotThere::LastDay), "cancelled again on the same day");
    assert_eq!(by_manager(&approved, "2026-11-06"), Err(NotThere::LastDay));
    assert_eq!(by_manager(&approved, "2026-11-07").unwrap().status, LeaveStatus::Cancelled);
}

#[test]
fn leave_of_which_only_days_off_are_over_is_cancelled_whole() {
    let from_saturday = LeaveRequest {
        period: period("2026-11-07", "2026-11-10", false, false),
        half_days: String::from("0022").try_into().unwrap(),
        status: LeaveStatus::Approved,
        ..pending()
    };
    assert_eq!(cancelled(&from_saturday, "2026-11-08").unwrap().status, LeaveStatus::Cancelled);
    let ended = cancelled(&from_saturday, "2026-11-09").unwrap();
    assert_eq!((ended.status, ended.half_days.total()), (LeaveStatus::Approved, 2));
}

#[test]
fn the_history_keeps_how_it_began_and_the_latest_changes() {
    let mut request = pending();
    for _ in 0..80 {
        let half_days = if request.half_days.total() == 8 { "2220" } else { "2222" };
        let at = "2026-11-02T10:00:00Z".parse().unwrap();
        request = request
            .recounted(String::from(half_days).try_into().unwrap(), Charges::default(), Actor::System, at)
            .unwrap();
    }
    assert_eq!((request.history.len(), request.version), (50, 81));
    assert_eq!(request.history[0].kind, HistoryKind::Requested);
    assert!(request.history[1..].iter().all(|entry| entry.kind == HistoryKind::Recounted));
    let rejected = LeaveRequest { status: LeaveStatus::Rejected, ..request };
    let none = rejected.recounted(
        HalfDays::default(),
        Charges::default(),
        Actor::System,
        "2026-11-02T10:00:00Z".parse().unwrap(),
    );
    assert_eq!(none, None);
}

#[test]
fn a_half_of_a_half_holiday_costs_what_is_left_of_it() {
    let company = Company::in_zone("UTC").holiday("2026-11-03", None, Some(Half::Morning));
    let tuesday = |start_half, end_half| period("2026-11-03", "2026-11-03", start_half, end_half);
    assert_eq!(counted(&company, &tuesday(false, false), false), "1");
    assert_eq!(counted(&company, &tuesday(true, false), false), "1");
    assert_eq!(counted(&company, &tuesday(false, true), false), "0");
    assert_eq!(counted(&company, &tuesday(false, false), true), "2");
}

#[test]
fn leave_is_counted_by_the_persons_own_holidays_and_plans() {
    let company = Company::in_zone("UTC")
        .site(site_id(1), "UTC")
        .holiday("2026-11-03", Some(site_id(1)), None)
        .planned("2026-11-04", DayPlan::Off)
        .planned("2026-11-07", DayPlan::Shifts(vec![shift("10:00", "14:00", 0)]));
    assert_eq!(counted(&company, &period("2026-11-02", "2026-11-08", true, false), false), "1202220");
}

#[test]
fn leave_is_counted_from_hiring_on_with_and_without_attendance_tracking() {
    let mut company = Company::in_zone("UTC");
    company.person.employments = Employments::since(date("2026-11-04"));
    assert_eq!(counted(&company, &period("2026-11-02", "2026-11-05", false, false), false), "0022");
    company.person.tracks_attendance = false;
    assert_eq!(counted(&company, &period("2026-11-02", "2026-11-05", false, false), false), "0022");
}

#[test]
fn todays_leave_has_begun_once_the_time_that_it_covers_has() {
    let until = |company: &Company, period: &LeavePeriod, wall: &str| {
        begun_until(&company.planner(), &company.days, (*period).into(), &annual_leave(), company.at(wall))
    };
    let by_day = Company::in_zone("Europe/Istanbul");
    let whole = period("2026-11-03", "2026-11-06", false, false);
    assert_eq!(until(&by_day, &whole, "2026-11-04 08:59"), date("2026-11-03"));
    assert_eq!(until(&by_day, &whole, "2026-11-04 09:00"), date("2026-11-04"));
    // 13:30 is the middle of 09:00-18:00.
    let from_noon = period("2026-11-04", "2026-11-06", true, false);
    assert_eq!(until(&by_day, &from_noon, "2026-11-04 13:29"), date("2026-11-03"));
    assert_eq!(until(&by_day, &from_noon, "2026-11-04 13:30"), date("2026-11-04"));
    let by_night = Company::with_shifts(&[shift("22:00", "06:00", 0)]);
    assert_eq!(until(&by_night, &whole, "2026-11-04 02:00"), date("2026-11-03"));
    assert_eq!(until(&by_night, &whole, "2026-11-04 22:00"), date("2026-11-04"));
}

#[test]
fn a_day_that_is_over_takes_leave_by_the_shifts_that_it_kept() {
    let company = Company::in_zone("UTC");
    let on = date("2026-11-03");
    let day = Day::open(&company.planner(), on);
    let (later, noon) = (company.at("2026-11-05 12:00"), period("2026-11-03", "2026-11-03", false, true));
    assert_eq!(day.figures(later).status, DayStatus::Absent);
    let covered = |company: &Company, day: &Day, period: &LeavePeriod| {
        day.with_leave(&company.planner(), &Extent::from(*period).on(on, &annual_leave()))
    };
    let whole = period("2026-11-03", "2026-11-03", false, false);
    assert_eq!(covered(&company, &day, &whole).figures(later).status, DayStatus::OnLeave);
    // The roster has changed since. Nobody is expected on that date any more, but the stored day counts as missed work.
    let changed = Company::in_zone("UTC").planned("2026-11-03", DayPlan::Off);
    let on_leave = covered(&changed, &day, &whole);
    assert_eq!(
        (on_leave.figures(later).status, on_leave.kind()),
        (DayStatus::OnLeave, crate::schedule::DayKind::Leave)
    );
    let half = covered(&changed, &day, &noon);
    assert_eq!(half.figures(later).scheduled_seconds, 4 * 3600);
    let rest = covered(&changed, &half, &period("2026-11-03", "2026-11-03", true, false));
    assert_eq!(rest.figures(later).status, DayStatus::OnLeave);
}

#[test]
fn a_day_that_is_over_expects_again_what_cancelled_leave_covered() {
    let company = Company::in_zone("UTC");
    let on = date("2026-11-03");
    let day = Day::open(&company.planner(), on);
    let leave =
        |morning_only| Extent::from(period("2026-11-03", "2026-11-03", false, morning_only)).on(on, &annual_leave());
    let cancelled = |company: &Company, day: &Day| day.without_leave(&company.planner(), annual_leave().request_id);
    assert_eq!(cancelled(&company, &day), None);
    for morning_only in [false, true] {
        let on_leave = day.with_leave(&company.planner(), &leave(morning_only));
        assert_eq!(cancelled(&company, &on_leave).as_ref(), Some(&day));
    }
    // The roster has changed since.
    let changed = Company::in_zone("UTC").planned("2026-11-03", DayPlan::Off);
    let on_leave = day.with_leave(&company.planner(), &leave(false));
    assert_eq!(cancelled(&changed, &on_leave), Some(day));
}

#[test]
fn leave_that_is_placed_and_removed_leaves_the_schedule_as_it_was() {
    let company = Company::in_zone("UTC").leave("2026-12-29", Some(Half::Morning));
    let other = crate::schedule::LeaveRef {
        request_id: "0000000001000000000000000200000000010000000000000001".parse().unwrap(),
        ..annual_leave()
    };
    let mut request = LeaveRequest { id: other.request_id, ..pending() };
    request.period = period("2026-12-29", "2027-01-02", false, false);
    assert_eq!(place(&company.years, request.extent(), &other, |_| false), Err(date("2026-12-29")));
    request.period = period("2026-12-29", "2027-01-02", true, false);
    let placed = place(&company.years, request.extent(), &other, |_| false).unwrap().years;
    assert_eq!(placed.keys().copied().collect::<Vec<_>>(), [2026, 2027]);
    assert_eq!(placed[&2026].leave[&date("2026-12-29")].half_days(), 2);
    assert_eq!((placed[&2026].leave.len(), placed[&2027].leave.len()), (3, 2));
    let ended = remove(&placed, &request, Some(date("2026-12-31")));
    assert_eq!(ended.keys().copied().collect::<Vec<_>>(), [2027]);
    let removed = remove(&placed, &request, None);
    assert_eq!(removed[&2026].leave, company.years[&2026].leave);
    assert!(removed[&2027].leave.is_empty());
}

#[test]
fn open_leave_refuses_overlapping_requests_until_it_is_over() {
    let approved = decided(&pending(), Decision::Approved).unwrap();
    let open = OpenLeave::default().with([&approved], date("2026-11-02"));
    let other: LeaveRequestId = "0000000001000000000000009900000000010000000000000001".parse().unwrap();
    let friday = period("2026-11-06", "2026-11-06", false, false);
    assert_eq!(open.admit(other, friday.into(), |_| false), Err(OpenRefusal::Overlaps(date("2026-11-06"))));
    assert_eq!(open.admit(approved.id, friday.into(), |_| false), Ok(()), "a request doesn't overlap with itself");
    assert_eq!(open.with([], date("2026-11-06")).entries().len(), 1);
    assert_eq!(open.with([], date("2026-11-07")).entries().len(), 0);
    assert_eq!(OpenLeave::default().with([&pending()], date("2027-11-07")).entries().len(), 1);
    let many = (0..40u64).fold(OpenLeave::default(), |open, number| {
        let id = format!("000000000100000000000000{number:02}00000000010000000000000001").parse().unwrap();
        let day = date("2027-01-01").plus_days(i32::try_from(number).unwrap());
        let period = LeavePeriod::new(day, day, None, None).unwrap();
        open.with([&LeaveRequest { id, period, ..pending() }], date("2026-11-02"))
    });
    assert_eq!(many.admit(other, friday.into(), |_| false), Err(OpenRefusal::TooMany));
}

proptest! {
    /// Compares with an independent count that goes half by half and only knows weekdays and a list of free halves.
    #[test]
    fn counted_days_match_an_independent_count(
        start in 0i32..400,
        length in 0i32..60,
        start_half: bool,
        end_half: bool,
        holidays in proptest::collection::vec((0i32..460, prop_oneof![Just(None), Just(Some(Half::Morning)), Just(Some(Half::Afternoon))]), 0..20),
        off in proptest::collection::vec(0i32..460, 0..20),
    ) {
        let first = date("2026-06-01");
        let (start, end) = (first.plus_days(start), first.plus_days(start + length));
        let halves = (start_half.then_some(StartHalf::Afternoon), end_half.then_some(EndHalf::Morning));
        let Ok(period) = LeavePeriod::new(start, end, halves.0, halves.1) else { return Ok(()) };
        let mut company = Company::in_zone("UTC");
        for (day, half) in &holidays {
            company = company.holiday(&first.plus_days(*day).to_string(), None, *half);
        }
        let off: Vec<WorkDate> = off.iter().map(|day| first.plus_days(*day)).collect();
        for day in &off {
            company = company.planned(&day.to_string(), DayPlan::Off);
        }
        let mut expected = 0;
        let mut day = start;
        while day <= end {
            let is_weekend = day.days_since(first).rem_euclid(7) >= 5;
            for half in [Half::Morning, Half::Afternoon] {
                let free = holidays.iter().any(|(on, of)| first.plus_days(*on) == day && of.is_none_or(|of| of == half));
                let cut = (day == start && start_half && half == Half::Morning)
                    || (day == end && end_half && half == Half::Afternoon);
                expected += i64::from(!is_weekend && !off.contains(&day) && !free && !cut);
            }
            day = day.next();
        }
        let counted = HalfDays::count(&company.planner(), (&company.days, jiff::Timestamp::UNIX_EPOCH), period.into(), &annual_leave(), false);
        prop_assert_eq!(counted.total(), expected);
        let dated: i64 = counted.dated(start).map(|(_, half_days)| half_days).sum();
        prop_assert_eq!(dated, expected);
    }
}
