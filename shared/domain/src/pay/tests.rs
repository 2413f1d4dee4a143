//! Tests of the section "From days to pay" of docs/rules.md, one for each rule.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    Absence, Approval, ApprovalSubject, ApprovalVerdict, PayCalendar, PayCode, PayCodeDefinition, PayCodes, PayDay,
    PayExplanation, PayRulesVersion, Payment, SegmentedDay, WorkPlace, absences, affected_dates, explain_pay,
    segment_days,
};
use crate::{
    calendar::{Weekday, WorkDate},
    day::Day,
    holiday::Half,
    leave::LeaveTypes,
    schedule::{
        DayKind, LeaveTypeCode, later,
        tests::company::{Company, MONDAY_TO_SATURDAY, date, shift, week},
    },
    settings::Settings,
};

fn rules(document: serde_json::Value) -> PayRulesVersion {
    let mut document = document;
    document["effective_from"] = "2026-01-01".into();
    serde_json::from_value(document).unwrap()
}

fn code(text: &str) -> PayCode {
    PayCode::parse(text).unwrap()
}

/// All worked days of the company, segmented by those rules.
fn segmented(company: &Company, rules: &PayRulesVersion, approvals: &[Approval]) -> Vec<SegmentedDay> {
    let (first, last) = (*company.days.keys().next().unwrap(), *company.days.keys().last().unwrap());
    let around = (-1..=last.days_since(first) + 2).map(|days| first.plus_days(days));
    let kinds: BTreeMap<WorkDate, DayKind> =
        around.map(|date| (date, company.planner().assignment(date).kind)).collect();
    let days: Vec<PayDay<'_>> = company
        .days
        .values()
        .map(|day| PayDay {
            day,
            place: WorkPlace { zone: day.zone(), site_id: None, holidays: &company.holidays, kinds: &kinds },
            paid_absence_seconds: 0,
            approvals,
            cost_center: None,
        })
        .collect();
    let calendar =
        PayCalendar { rules: &|_, _| rules, period: &|date| date.plus_days(1 - i32::from(date.date().day())) };
    let segmented = segment_days(&days, calendar, &PayCodes::default());
    for (day, segmented) in days.iter().zip(&segmented) {
        let worked = day.day.figures(jiff::Timestamp::MAX).worked_seconds;
        assert_eq!(segmented.segments.iter().map(super::Segment::seconds).sum::<i64>(), worked, "{}", segmented.date);
    }
    segmented
}

/// Segments as text, such as `08:00-16:00 regular`, with premiums after a plus sign.
fn told(company: &Company, day: &SegmentedDay) -> Vec<String> {
    let time = |at| company.planner().zone().at(at).strftime("%H:%M").to_string();
    day.segments
        .iter()
        .map(|segment| {
            let codes = std::iter::once(&segment.code).chain(&segment.premiums).map(PayCode::as_str);
            let codes = codes.collect::<Vec<_>>().join(" +");
            format!("{}-{} {codes}", time(segment.from), time(segment.until))
        })
        .collect()
}

fn hours(days: &[SegmentedDay]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for (code, seconds) in days.iter().flat_map(SegmentedDay::seconds_by_code) {
        *sums.entry(code.to_string()).or_default() += seconds;
    }
    sums.into_iter().map(|(code, seconds): (_, i64)| (code, seconds / 3600)).collect()
}

#[test]
fn work_beyond_what_was_scheduled_is_overtime_without_rules() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 60)]);
    company.session("2026-11-02 08:30", "2026-11-02 18:00");
    let days = segmented(&company, &PayRulesVersion::built_in(), &[]);
    assert_eq!(told(&company, &days[0]), ["08:30-16:30 regular", "16:30-18:00 overtime"]);
}

#[test]
fn six_days_of_nine_hours_after_8_a_day_or_40_a_week_count_no_hour_twice() {
    let mut company = Company::with_shifts(&[shift("08:00", "17:00", 0)]);
    for day in 2..=7 {
        company.session(&format!("2026-11-0{day} 08:00"), &format!("2026-11-0{day} 17:00"));
    }
    let rules = rules(serde_json::json!({"overtime": [
        {"per": "day", "after": {"minutes": 480}, "code": "daily"},
        {"per": "week", "after": {"minutes": 2400}, "code": "weekly"},
    ]}));
    let days = segmented(&company, &rules, &[]);
    let expected = [("daily", 6), ("regular", 40), ("weekly", 8)].map(|(code, hours)| (code.to_owned(), hours));
    assert_eq!(hours(&days), expected.into());
    assert_eq!(told(&company, &days[5]), ["08:00-16:00 weekly", "16:00-17:00 daily"]);
}

#[test]
fn a_week_that_starts_on_another_day_counts_from_there() {
    let mut company = Company::with_shifts(&[shift("08:00", "17:00", 0)]);
    // Thursday to Tuesday.
    for day in ["05", "06", "07", "08", "09", "10"] {
        company.session(&format!("2026-11-{day} 08:00"), &format!("2026-11-{day} 17:00"));
    }
    let overtime = serde_json::json!([{"per": "week", "after": {"minutes": 2400}, "code": "weekly"}]);
    let from_monday = rules(serde_json::json!({"overtime": overtime}));
    let from_thursday = rules(serde_json::json!({"overtime": overtime, "week_starts": "thursday"}));
    assert_eq!(hours(&segmented(&company, &from_monday, &[])).get("weekly"), None);
    assert_eq!(hours(&segmented(&company, &from_thursday, &[]))["weekly"], 14);
}

#[test]
fn a_night_premium_goes_over_midnight_for_eight_hours() {
    let mut company = Company::with_shifts(&[shift("22:00", "06:00", 0)]);
    company.session("2026-11-02 22:00", "2026-11-03 06:00");
    let rules = rules(serde_json::json!({"premiums": [{"code": "night", "from": "22:00", "until": "06:00"}]}));
    let days = segmented(&company, &rules, &[]);
    assert_eq!(told(&company, &days[0]), ["22:00-00:00 regular +night", "00:00-06:00 regular +night"]);
    assert_eq!(hours(&days)["night"], 8);
}

#[test]
fn a_night_shift_over_a_clock_change_has_the_premium_for_real_hours() {
    let rules = rules(serde_json::json!({"premiums": [{"code": "night", "from": "22:00", "until": "06:00"}]}));
    for (begins, ends, expected) in
        [("2026-03-28 22:00", "2026-03-29 06:00", 7), ("2026-10-24 22:00", "2026-10-25 06:00", 9)]
    {
        let mut company = Company::in_zone("Europe/Berlin")
            .pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &[shift("22:00", "06:00", 0)]));
        company.session(begins, ends);
        assert_eq!(hours(&segmented(&company, &rules, &[]))["night"], expected);
    }
}

#[test]
fn days_and_weekdays_of_a_premium_are_those_of_the_instant() {
    let mut company = Company::with_shifts(&[shift("20:00", "04:00", 0)]).holiday("2026-11-04", None, None);
    company.session("2026-11-03 20:00", "2026-11-04 04:00");
    company.session("2026-11-07 20:00", "2026-11-08 04:00");
    let rules = rules(serde_json::json!({"premiums": [
        {"code": "holiday", "from": "00:00", "until": "00:00", "days": ["holiday"]},
        {"code": "sunday", "from": "00:00", "until": "00:00", "weekdays": ["sunday"]},
    ]}));
    let days = segmented(&company, &rules, &[]);
    assert_eq!(told(&company, &days[0]), ["20:00-00:00 regular", "00:00-04:00 regular +holiday"]);
    assert_eq!(told(&company, &days[1]), ["20:00-00:00 regular", "00:00-04:00 regular +sunday"]);
}

#[test]
fn the_work_of_a_night_shift_lies_on_two_dates() {
    let mut company = Company::with_shifts(&[shift("20:00", "04:00", 0)]);
    company.session("2026-11-03 20:00", "2026-11-04 04:00");
    company.session("2026-11-05 20:00", "2026-11-06 00:00");
    let kinds = BTreeMap::new();
    let dates_with_work = |on: &str| -> Vec<String> {
        let day = &company.days[&date(on)];
        let place = WorkPlace { zone: day.zone(), site_id: None, holidays: &[], kinds: &kinds };
        let around = (-2..=2).map(|days| date(on).plus_days(days));
        around.filter(|date| place.has_work_on(day, *date)).map(|date| date.to_string()).collect()
    };
    assert_eq!(dates_with_work("2026-11-03"), ["2026-11-03", "2026-11-04"]);
    assert_eq!(dates_with_work("2026-11-05"), ["2026-11-05"], "until midnight");
}

#[test]
fn a_window_that_does_not_cross_midnight_and_a_minimum() {
    let mut company = Company::with_shifts(&[shift("14:00", "22:00", 0)]);
    company.session("2026-11-02 14:00", "2026-11-02 19:30");
    let with_minimum = |minutes: u32| {
        rules(serde_json::json!({"premiums": [
            {"code": "late", "from": "18:00", "until": "22:00", "min_minutes": minutes}]}))
    };
    let told_with = |minutes| told(&company, &segmented(&company, &with_minimum(minutes), &[])[0]);
    assert_eq!(told_with(90), ["14:00-18:00 regular", "18:00-19:30 regular +late"]);
    assert_eq!(told_with(91), ["14:00-18:00 regular", "18:00-19:30 regular"]);
}

#[test]
fn of_several_premiums_the_highest_counts_or_all_do() {
    let mut company = Company::with_shifts(&[shift("22:00", "23:00", 0)]);
    company.session("2026-11-02 22:00", "2026-11-02 23:00");
    let with = |stacking: &str| {
        rules(serde_json::json!({"stacking": stacking, "premiums": [
            {"code": "absence_unpaid", "from": "22:00", "until": "06:00"},
            {"code": "night", "from": "22:00", "until": "06:00"},
            {"code": "late", "from": "18:00", "until": "23:00"},
        ]}))
    };
    // An unknown code has the multiplier 1, `absence_unpaid` has 0.
    assert_eq!(told(&company, &segmented(&company, &with("highest"), &[])[0]), ["22:00-23:00 regular +night"]);
    assert_eq!(
        told(&company, &segmented(&company, &with("all"), &[])[0]),
        ["22:00-23:00 regular +absence_unpaid +night +late"]
    );
}

#[test]
fn work_before_the_shift_counts_waits_or_is_ignored() {
    let mut company = Company::with_shifts(&[shift("09:00", "17:00", 0)]);
    company.session("2026-11-02 08:00", "2026-11-02 17:00");
    let with = |word: &str| {
        rules(serde_json::json!({"before_shift": word, "overtime": [
            {"per": "day", "after": {"minutes": 480}, "code": "overtime"}]}))
    };
    let paid = |word, approvals: &[Approval]| {
        let day = segmented(&company, &with(word), approvals).remove(0);
        (day.paid_seconds() / 3600, day.waiting.len(), told(&company, &day).len())
    };
    assert_eq!(paid("count", &[]), (9, 0, 2));
    assert_eq!(paid("ignore", &[]), (8, 0, 2));
    assert_eq!(paid("approve", &[]), (8, 1, 2));
    let decided = |seconds, verdict| Approval { subject: ApprovalSubject::BeforeShift, seconds, verdict };
    assert_eq!(paid("approve", &[decided(3600, ApprovalVerdict::Approved)]), (9, 0, 3));
    assert_eq!(paid("approve", &[decided(3600, ApprovalVerdict::Rejected)]), (8, 0, 2));
    // The decision applies to another number of seconds, so the time waits again.
    assert_eq!(paid("approve", &[decided(1800, ApprovalVerdict::Approved)]), (8, 1, 2));
}

#[test]
fn overtime_that_needs_approval_is_paid_once_it_has_it() {
    let mut company = Company::with_shifts(&[shift("09:00", "17:00", 0)]);
    company.session("2026-11-02 09:00", "2026-11-02 19:00");
    let rules = rules(serde_json::json!({"overtime": [
        {"per": "day", "after": "scheduled", "code": "overtime", "needs_approval": true}]}));
    let waiting = segmented(&company, &rules, &[]).remove(0);
    assert_eq!(waiting.waiting, [(ApprovalSubject::Overtime(code("overtime")), 7200)].into());
    assert_eq!((waiting.segments[1].payment, waiting.paid_seconds()), (Payment::Waiting, 8 * 3600));
    let approved = Approval {
        subject: ApprovalSubject::Overtime(code("overtime")),
        seconds: 7200,
        verdict: ApprovalVerdict::Approved,
    };
    let approved = segmented(&company, &rules, &[approved]).remove(0);
    assert_eq!((approved.waiting.len(), approved.paid_seconds()), (0, 10 * 3600));
}

#[test]
fn rounding_is_a_line_of_its_own() {
    let mut company = Company::with_shifts(&[shift("08:00", "17:00", 0)]);
    company.session("2026-11-02 07:53", "2026-11-02 17:08");
    let with = |mode: &str, of: &str| {
        let rules = rules(serde_json::json!({"rounding": {"step_minutes": 15, "mode": mode, "of": of}}));
        let day = segmented(&company, &rules, &[]).remove(0);
        (day.adjustment_seconds / 60, day.paid_seconds() / 60)
    };
    // 9 h 15 min is already a multiple of 15 minutes; the punches round to 08:00 and 17:15.
    assert_eq!(with("nearest", "day"), (0, 555));
    assert_eq!(with("nearest", "punch"), (0, 555));
    assert_eq!(with("up", "punch"), (0, 555));
    assert_eq!(with("down", "punch"), (0, 555));
    company.session("2026-11-03 07:50", "2026-11-03 17:02");
    let second = |mode: &str, of: &str| {
        let rules = rules(serde_json::json!({"rounding": {"step_minutes": 15, "mode": mode, "of": of}}));
        let day = segmented(&company, &rules, &[]).remove(1);
        (day.adjustment_seconds / 60, day.paid_seconds() / 60)
    };
    assert_eq!(second("nearest", "punch"), (3, 555));
    assert_eq!(second("nearest", "day"), (3, 555));
    assert_eq!(second("down", "day"), (-12, 540));
    assert_eq!(second("up", "day"), (3, 555));
}

#[test]
fn a_rounded_punch_changes_nothing_where_the_time_next_to_it_is_not_paid() {
    // The adjustment and the paid time in minutes, of a shift from 09:00 to 17:00.
    let paid = |from: &str, until: &str, before_shift: &str, approvals: &[Approval]| {
        let mut company = Company::with_shifts(&[shift("09:00", "17:00", 0)]);
        company.session(&format!("2026-11-02 {from}"), &format!("2026-11-02 {until}"));
        let rules = rules(serde_json::json!({
            "before_shift": before_shift,
            "rounding": {"step_minutes": 15, "mode": "nearest", "of": "punch"},
            "overtime": [{"per": "day", "after": {"minutes": 480}, "code": "overtime", "needs_approval": true}],
        }));
        let day = segmented(&company, &rules, approvals).remove(0);
        (day.adjustment_seconds / 60, day.paid_seconds() / 60)
    };
    assert_eq!(paid("08:53", "17:00", "ignore", &[]), (0, 480));
    assert_eq!(paid("08:52", "17:00", "ignore", &[]), (0, 480));
    assert_eq!(paid("08:53", "17:00", "approve", &[]), (0, 480));
    assert_eq!(paid("09:00", "17:08", "ignore", &[]), (0, 480));
    // Within the shift, a punch is rounded as always.
    assert_eq!(paid("09:05", "16:50", "ignore", &[]), (0, 465));
    assert_eq!(paid("09:20", "16:55", "ignore", &[]), (10, 465));
    // Nothing is paid before the shift, and what is approved is.
    assert_eq!(paid("09:04", "17:00", "ignore", &[]), (4, 480));
    let early = Approval { subject: ApprovalSubject::BeforeShift, seconds: 8 * 60, verdict: ApprovalVerdict::Approved };
    assert_eq!(paid("08:52", "16:45", "approve", &[early]), (7, 480));
}

#[test]
fn a_punch_at_an_unpaid_break_is_not_rounded_into_the_break() {
    let adjustment = |session: (&str, &str), pause: (&str, &str)| {
        let mut company =
            Company::with_shifts(&[shift("08:00", "20:00", 0)]).settings(r#"{"breaks": {"paid": false}}"#);
        let at = |time: &str| format!("2026-11-02 {time}");
        company.clock_in(&at(session.0)).unwrap();
        company.pause(&at(pause.0), &at(pause.1));
        company.clock_out(&at(session.1)).unwrap();
        let rules = rules(
            serde_json::json!({"overtime": [], "rounding": {"step_minutes": 15, "mode": "nearest", "of": "punch"}}),
        );
        segmented(&company, &rules, &[]).remove(0).adjustment_seconds / 60
    };
    assert_eq!(adjustment(("09:00", "17:08"), ("17:00", "17:08")), 0, "the break ends with the session");
    assert_eq!(adjustment(("08:50", "17:00"), ("08:50", "09:00")), 0, "the session begins with the break");
    assert_eq!(adjustment(("09:00", "17:08"), ("12:00", "13:00")), 7, "the break is elsewhere");
}

#[test]
fn a_session_that_rounds_to_nothing_is_not_paid() {
    let paid = |step: u32, mode: &str, punches: &[&str]| {
        let mut company = Company::with_shifts(&[shift("08:00", "20:00", 0)]);
        for session in punches.chunks(2) {
            company.session(&format!("2026-11-02 {}", session[0]), &format!("2026-11-02 {}", session[1]));
        }
        let rounding = serde_json::json!({"step_minutes": step, "mode": mode, "of": "punch"});
        let day = segmented(&company, &rules(serde_json::json!({"rounding": rounding})), &[]).remove(0);
        day.paid_seconds() / 60
    };
    assert_eq!(paid(15, "nearest", &["09:01", "09:05"]), 0, "both punches round to 09:00");
    assert_eq!(paid(15, "nearest", &["09:08", "09:14"]), 0, "both punches round to 09:15");
    assert_eq!(paid(60, "down", &["09:10", "09:50"]), 0);
    assert_eq!(paid(15, "nearest", &["09:00", "17:00", "18:01", "18:05"]), 480);
    assert_eq!(paid(15, "nearest", &["09:01", "09:08"]), 15, "the punches round to 09:00 and 09:15");
}

#[test]
fn a_clock_in_before_a_shift_may_be_rounded_into_it() {
    let mut company = Company::with_shifts(&[shift("08:55", "17:00", 0)]);
    company.session("2026-11-02 08:50", "2026-11-02 17:00");
    let rounding = serde_json::json!({"step_minutes": 60, "mode": "up", "of": "punch"});
    let rules = rules(serde_json::json!({"before_shift": "ignore", "rounding": rounding}));
    assert_eq!(segmented(&company, &rules, &[]).remove(0).adjustment_seconds, -300);
}

#[test]
fn the_rules_of_a_weeks_first_date_hold_for_the_week() {
    let mut company = Company::with_shifts(&[shift("08:00", "18:00", 0)]);
    company.session("2026-11-04 08:00", "2026-11-04 18:00");
    company.session("2026-11-09 08:00", "2026-11-09 18:00");
    let before = rules(serde_json::json!({}));
    let after = rules(serde_json::json!({"overtime": [{"per": "day", "after": {"minutes": 480}, "code": "overtime"}]}));
    let kinds = BTreeMap::new();
    let days: Vec<PayDay<'_>> = company
        .days
        .values()
        .map(|day| PayDay {
            day,
            place: WorkPlace { zone: day.zone(), site_id: None, holidays: &[], kinds: &kinds },
            paid_absence_seconds: 0,
            approvals: &[],
            cost_center: None,
        })
        .collect();
    // The new version begins on a Wednesday.
    let in_force = |_: WorkDate, on: WorkDate| if on < date("2026-11-04") { &before } else { &after };
    let calendar = PayCalendar { rules: &in_force, period: &|date| date };
    let segmented = segment_days(&days, calendar, &PayCodes::default());
    assert_eq!(segmented.iter().map(|day| day.segments.len()).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn other_rules_of_a_person_apply_from_their_first_date_within_the_week() {
    let mut company = Company::with_shifts(&[shift("08:00", "18:00", 0)]);
    for day in 2..=6 {
        company.session(&format!("2026-11-0{day} 08:00"), &format!("2026-11-0{day} 18:00"));
    }
    let weekly = serde_json::json!({"per": "week", "after": {"minutes": 2400}, "code": "weekly"});
    let before = rules(serde_json::json!({"overtime": []}));
    let after = rules(serde_json::json!({"overtime": [weekly]}));
    let from_sunday = rules(serde_json::json!({"overtime": [weekly], "week_starts": "sunday"}));
    let kinds = BTreeMap::new();
    let pay_day = |day| PayDay {
        day,
        place: WorkPlace { zone: Day::zone(day), site_id: None, holidays: &[], kinds: &kinds },
        paid_absence_seconds: 0,
        approvals: &[],
        cost_center: None,
    };
    let days: Vec<PayDay<'_>> = company.days.values().map(pay_day).collect();
    // The profile names other rules from Thursday on. Their weekly threshold counts the whole week.
    let of_profile = |date_of: WorkDate, _| if date_of < date("2026-11-05") { &before } else { &after };
    let calendar = PayCalendar { rules: &of_profile, period: &|date| date };
    let segmented = segment_days(&days, calendar, &PayCodes::default());
    let of_other_week = |date_of: WorkDate, _| if date_of < date("2026-11-05") { &before } else { &from_sunday };
    let other_week = PayCalendar { rules: &of_other_week, period: &|date| date };
    let other_week = segment_days(&days, other_week, &PayCodes::default());
    assert_eq!(hours(&other_week), hours(&segmented), "a week that began on Sunday counts Monday to Wednesday too");
    assert_eq!(
        hours(&segmented),
        [("regular", 40), ("weekly", 10)].map(|(code, hours)| (code.to_owned(), hours)).into()
    );
    let periods = crate::pay::PayPeriods::default();
    let of_monday = affected_dates(date("2026-11-02"), calendar, periods);
    assert_eq!(of_monday, (date("2026-11-02"), date("2026-11-08")), "Monday's hours move the overtime of Friday");
}

/// Six days of ten hours, from Monday 2 to Saturday 7 November. The week begins on another weekday by rules of the Thursday.
#[test]
fn a_week_keeps_its_first_day_when_new_rules_begin_within_it() {
    let mut company = Company::with_shifts(&[shift("08:00", "18:00", 0)]);
    for day in 1..=9 {
        company.session(&format!("2026-11-0{day} 08:00"), &format!("2026-11-0{day} 18:00"));
    }
    let overtime = serde_json::json!([{"per": "week", "after": {"minutes": 2400}, "code": "weekly"}]);
    let of_week = |starts: &str| rules(serde_json::json!({"overtime": overtime, "week_starts": starts}));
    let weeks = |before: &PayRulesVersion, after: &PayRulesVersion| {
        let in_force = |_: WorkDate, on: WorkDate| if on < date("2026-11-05") { before } else { after };
        let calendar = PayCalendar { rules: &in_force, period: &|date| date };
        let first = |day: &WorkDate| calendar.week(*day).0.date().day();
        company.days.keys().map(first).collect::<Vec<_>>()
    };
    let (monday, sunday) = (of_week("monday"), of_week("sunday"));
    assert_eq!(weeks(&monday, &sunday), [26, 2, 2, 2, 2, 2, 2, 8, 8]);
    // The week of the new rules has begun before the old one ends, so its rest is a week of its own.
    assert_eq!(weeks(&sunday, &monday), [1, 1, 1, 1, 1, 1, 1, 8, 9]);
}

#[test]
fn absence_counts_towards_a_weekly_threshold_where_the_rule_says_so() {
    let mut company = Company::with_shifts(&[shift("08:00", "16:00", 0)]);
    for day in 2..=6 {
        company.session(&format!("2026-11-0{day} 08:00"), &format!("2026-11-0{day} 16:00"));
    }
    let with = |after: serde_json::Value, counts_absence: bool| {
        let rules = rules(serde_json::json!({"overtime": [
            {"per": "week", "after": after, "code": "weekly", "counts_absence": counts_absence}]}));
        let kinds = BTreeMap::new();
        let days: Vec<PayDay<'_>> = company
            .days
            .values()
            .map(|day| PayDay {
                day,
                place: WorkPlace { zone: day.zone(), site_id: None, holidays: &[], kinds: &kinds },
                paid_absence_seconds: if day.date() == date("2026-11-02") { 4 * 3600 } else { 0 },
                approvals: &[],
                cost_center: None,
            })
            .collect();
        let calendar = PayCalendar { rules: &|_, _| &rules, period: &|date| date };
        hours(&segment_days(&days, calendar, &PayCodes::default())).get("weekly").copied()
    };
    let forty = serde_json::json!({"minutes": 2400});
    assert_eq!((with(forty.clone(), false), with(forty, true)), (None, Some(4)));
    // Of the scheduled time, absence is subtracted only once: a day of leave has none.
    assert_eq!(with("scheduled".into(), true), None);
}

/// A day of the company, also one without a punch.
pub(super) fn day_of(company: &Company, on: &str) -> Day {
    let now = company.at("2026-11-30 12:00");
    Day::current(company.days.get(&date(on)), &company.planner(), date(on), now)
}

#[test]
fn overtime_of_a_pay_period_counts_what_is_no_other_overtime() {
    let mut company = Company::with_shifts(&[shift("08:00", "17:00", 0)]);
    for day in ["02", "03", "04", "05", "06", "07", "09"] {
        company.session(&format!("2026-11-{day} 08:00"), &format!("2026-11-{day} 17:00"));
    }
    let rules = rules(serde_json::json!({"overtime": [
        {"per": "day", "after": {"minutes": 480}, "code": "daily"},
        {"per": "week", "after": {"minutes": 2400}, "code": "weekly"},
        {"per": "period", "after": {"minutes": 2640}, "code": "monthly"},
    ]}));
    let days = segmented(&company, &rules, &[]);
    // The first week has 40 hours that count. Four more reach the 44 hours of the month on the second Monday.
    let expected = [("daily", 7), ("monthly", 4), ("regular", 44), ("weekly", 8)];
    assert_eq!(hours(&days), expected.map(|(code, hours)| (code.to_owned(), hours)).into());
    assert_eq!(told(&company, &days[6]), ["08:00-12:00 regular", "12:00-16:00 monthly", "16:00-17:00 daily"]);
}

#[test]
fn a_pay_period_counts_from_its_first_date() {
    let mut company = Company::with_shifts(&[shift("08:00", "16:00", 0)]);
    // Friday and Saturday of October, and the Monday and Tuesday after them.
    for day in ["10-30", "10-31", "11-02", "11-03"] {
        company.session(&format!("2026-{day} 08:00"), &format!("2026-{day} 16:00"));
    }
    let rules = rules(serde_json::json!({"overtime": [
        {"per": "period", "after": {"minutes": 720}, "code": "monthly"}]}));
    let days = segmented(&company, &rules, &[]);
    assert_eq!(told(&company, &days[1]), ["08:00-12:00 regular", "12:00-16:00 monthly"]);
    assert_eq!(told(&company, &days[2]), ["08:00-16:00 regular"]);
    assert_eq!(told(&company, &days[3]), ["08:00-12:00 regular", "12:00-16:00 monthly"]);
}

#[test]
fn leave_lowers_a_threshold_of_scheduled_time_for_earlier_days() {
    for (per, code) in [("week", "weekly"), ("period", "monthly")] {
        let with_friday = |company: Company| {
            let mut company = company;
            for day in 2..=5 {
                company.session(&format!("2026-11-0{day} 08:00"), &format!("2026-11-0{day} 18:00"));
            }
            let friday = day_of(&company, "2026-11-06");
            company.days.insert(date("2026-11-06"), friday);
            company
        };
        let shifts = || Company::with_shifts(&[shift("08:00", "16:00", 0)]);
        let rules = rules(serde_json::json!({"overtime": [{"per": per, "after": "scheduled", "code": code}]}));
        // Four days of ten hours are the 40 hours of five shifts, although Friday's shift was missed.
        let missed = with_friday(shifts());
        assert_eq!(hours(&segmented(&missed, &rules, &[])), [("regular".to_owned(), 40)].into(), "{per}");
        // With leave on Friday, 32 hours are scheduled.
        let sick = with_friday(shifts().leave("2026-11-06", None));
        let days = segmented(&sick, &rules, &[]);
        assert_eq!(hours(&days), [("regular".to_owned(), 32), (code.to_owned(), 8)].into(), "{per}");
        let thursday = ["08:00-10:00 regular".to_owned(), format!("10:00-16:00 {code}"), format!("16:00-18:00 {code}")];
        assert_eq!(told(&sick, &days[3]), thursday);
    }
}

#[test]
fn an_automatic_break_is_cut_out_after_its_hours_of_work() {
    let breaks = r#"{"breaks": {"auto_deduct": [
        {"after_minutes": 360, "minutes": 30}, {"after_minutes": 540, "minutes": 45}]}}"#;
    let without_overtime = rules(serde_json::json!({}));
    let of = |from: &str, until: &str| {
        let mut company = Company::with_shifts(&[shift("08:00", "17:00", 0)]).settings(breaks);
        company.session(&format!("2026-11-02 {from}"), &format!("2026-11-02 {until}"));
        let day = segmented(&company, &without_overtime, &[]).remove(0);
        (told(&company, &day), day.paid_seconds())
    };
    let regular = |times: &[&str]| times.iter().map(|times| format!("{times} regular")).collect::<Vec<_>>();
    assert_eq!(of("07:43", "16:44"), (regular(&["07:43-13:43", "14:13-16:44"]), 30_660));
    assert_eq!(of("07:30", "18:00"), (regular(&["07:30-13:30", "14:00-17:00", "17:15-18:00"]), 35_100));
}

#[test]
fn the_excess_of_paid_breaks_is_the_last_part_of_them() {
    let breaks = r#"{"breaks": {"paid": true, "max_minutes_per_day": 30}}"#;
    let mut company = Company::with_shifts(&[shift("08:00", "17:00", 0)]).settings(breaks);
    company.clock_in("2026-11-02 08:00").unwrap();
    company.pause("2026-11-02 10:00", "2026-11-02 10:20");
    company.pause("2026-11-02 12:00", "2026-11-02 12:30");
    company.clock_out("2026-11-02 17:00").unwrap();
    let day = segmented(&company, &rules(serde_json::json!({})), &[]).remove(0);
    // Twenty of the 50 minutes aren't paid.
    assert_eq!(told(&company, &day), ["08:00-10:20 regular", "10:20-12:10 regular", "12:30-17:00 regular"]);
    assert_eq!(day.paid_seconds(), 31_200);
}

/// The absences of a date: the leave type, whether it is paid, and minutes.
fn absent(company: &Company, on: &str) -> Vec<(Option<String>, bool, i64)> {
    let types = LeaveTypes::default();
    let found = absences(&day_of(company, on), &company.planner(), &types, company.at("2026-11-30 12:00"));
    let told = |absence: Absence| {
        let leave_type = absence.leave_type.map(|code| code.as_str().to_owned());
        (leave_type, absence.paid, absence.seconds / 60)
    };
    found.into_iter().map(told).collect()
}

#[test]
fn a_public_holiday_is_paid_without_the_work_beyond_what_is_left() {
    let company = || Company::with_shifts(&[shift("09:00", "17:00", 0)]);
    let mut holiday = company().holiday("2026-11-04", None, None);
    assert_eq!(absent(&holiday, "2026-11-04"), [(None, true, 480)]);
    assert_eq!(absent(&holiday, "2026-11-03"), []);
    holiday.session("2026-11-04 09:00", "2026-11-04 12:00");
    assert_eq!(absent(&holiday, "2026-11-04"), [(None, true, 300)]);

    // Half a holiday leaves four hours of work.
    let mut half = company().holiday("2026-11-04", None, Some(Half::Afternoon));
    half.session("2026-11-04 09:00", "2026-11-04 13:00");
    assert_eq!(absent(&half, "2026-11-04"), [(None, true, 240)]);
    let mut whole = company().holiday("2026-11-04", None, Some(Half::Afternoon));
    whole.session("2026-11-04 09:00", "2026-11-04 17:00");
    assert_eq!(absent(&whole, "2026-11-04"), []);

    // With leave in the other half, nothing is left, and all work is beyond it.
    let flagged = r#"{"clock_in_on_leave": "flag"}"#;
    let leave = company().settings(flagged).holiday("2026-11-04", None, Some(Half::Afternoon));
    let mut leave = leave.leave("2026-11-04", Some(Half::Morning));
    let annual = (Some("annual".to_owned()), true, 240);
    assert_eq!(absent(&leave, "2026-11-04"), [annual.clone(), (None, true, 240)]);
    leave.session("2026-11-04 13:00", "2026-11-04 17:00");
    assert_eq!(absent(&leave, "2026-11-04"), [annual]);
}

#[test]
fn leave_and_holidays_of_the_past_are_paid_by_the_schedule_of_their_dates() {
    let company = Company::in_zone("Europe/Berlin").settings("{}").leave("2026-11-03", None);
    let mut company = company.holiday("2026-11-04", None, None);
    let before = [absent(&company, "2026-11-03"), absent(&company, "2026-11-04")];
    assert_eq!(before, [vec![(Some("annual".to_owned()), true, 480)], vec![(None, true, 480)]]);
    let shorter = r#"{"default_shift": {"start": "09:00", "end": "12:00"}, "default_weekly_offs": ["wednesday"]}"#;
    let shorter: Settings = serde_json::from_str(shorter).unwrap();
    company.settings = shorter.replacing(&company.settings, date("2026-11-18"), company.at("2026-11-18 00:00"));
    assert_eq!([absent(&company, "2026-11-03"), absent(&company, "2026-11-04")], before);
    let company = company.leave("2026-11-19", None);
    assert_eq!(absent(&company, "2026-11-19"), [(Some("annual".to_owned()), true, 180)]);
}

#[test]
fn a_person_who_moves_keeps_the_holidays_of_the_former_site_on_past_dates() {
    let site = |number: u128| crate::id::SiteId::from(ulid::Ulid::from_parts(1, number));
    let mut company = Company::with_shifts(&[shift("09:00", "17:00", 0)])
        .holiday("2026-11-11", Some(site(1)), None)
        .holiday("2026-11-12", Some(site(2)), None)
        .holiday("2026-11-19", Some(site(2)), None);
    company.person.site_id = Some(site(1));
    let paid = |company: &Company| ["2026-11-11", "2026-11-12", "2026-11-19"].map(|on| !absent(company, on).is_empty());
    assert_eq!(paid(&company), [true, false, false]);
    company.person = company.person.clone().moved(Some(site(2)), date("2026-11-18"));
    assert_eq!(paid(&company), [true, false, true]);
    // Of two moves on a date, the last counts from the next one, and the first knows where the date was.
    company.person = company.person.clone().moved(None, date("2026-11-18"));
    assert_eq!(paid(&company), [true, false, false]);
    assert_eq!(company.person.site_on(date("2026-11-18")), Some(site(1)));
}

#[test]
fn leave_is_absent_for_the_scheduled_time_that_it_takes() {
    let company = || Company::with_shifts(&[shift("09:00", "18:00", 60)]);
    let annual = || Some("annual".to_owned());
    assert_eq!(absent(&company().leave("2026-11-04", None), "2026-11-04"), [(annual(), true, 480)]);
    let half = company().leave("2026-11-04", Some(Half::Afternoon));
    assert_eq!(absent(&half, "2026-11-04"), [(annual(), true, 240)]);
    // Nothing is scheduled on a Sunday. Absence without leave has no time.
    assert_eq!(absent(&company().leave("2026-11-08", None), "2026-11-08"), []);
    assert_eq!(absent(&company(), "2026-11-04"), []);
}

/// The paid seconds of a day, and the steps that explain them.
fn explained(
    company: &Company,
    day: &SegmentedDay,
    rules: &PayRulesVersion,
    absences: &[Absence],
) -> (i64, Vec<String>) {
    let named = |code: &str, name: &str, kind: &str| -> PayCodeDefinition {
        let json = serde_json::json!({"code": code, "name": name, "kind": kind, "multiplier": 1.5, "active": true});
        serde_json::from_value(json).unwrap()
    };
    let codes = PayCodes::with([named("weekly", "Sixth day", "overtime"), named("night", "Night work", "premium")]);
    let planner = company.planner();
    let types = LeaveTypes::default();
    let words = PayExplanation { rules: None, version: rules, codes: &codes, types: &types, zone: planner.zone() };
    let figure = explain_pay(day, absences, words);
    (figure.seconds, figure.steps.iter().map(ToString::to_string).skip(1).collect())
}

#[test]
fn thresholds_and_premium_windows_are_explained_by_their_names() {
    let mut company = Company::with_shifts(&[shift("14:00", "22:00", 0)]);
    company.session("2026-11-02 14:00", "2026-11-02 22:00");
    company.session("2026-11-03 14:00", "2026-11-03 23:00");
    let rules = rules(serde_json::json!({
        "overtime": [
            {"per": "week", "after": {"minutes": 540}, "code": "weekly"},
            {"per": "day", "after": {"minutes": 480}, "code": "overtime", "needs_approval": true},
        ],
        "premiums": [{"code": "night", "from": "20:00", "until": "06:00"}],
    }));
    let days = segmented(&company, &rules, &[]);
    let (paid, steps) = explained(&company, &days[1], &rules, &[]);
    let expected = [
        "14:00–15:00: Regular, 1:00 h",
        "Work beyond 9:00 h of the week: Sixth day",
        "15:00–20:00: Sixth day, 5:00 h",
        "20:00–22:00: Sixth day with premium Night work 20:00–06:00, 2:00 h",
        "Work beyond 8:00 h of the day: Overtime",
        "22:00–23:00: Overtime, 1:00 h, waits for approval and isn't paid yet",
    ];
    assert_eq!((paid, steps), (8 * 3600, expected.map(str::to_owned).to_vec()));
}

#[test]
fn the_paid_time_contains_paid_leave_and_holidays() {
    let mut company = Company::with_shifts(&[shift("09:00", "17:00", 0)]);
    company.session("2026-11-02 09:00", "2026-11-02 13:00");
    let rules = rules(serde_json::json!({}));
    let day = segmented(&company, &rules, &[]).remove(0);
    let absence = |leave_type: Option<&str>, paid| Absence {
        leave_type: leave_type.map(|code| LeaveTypeCode::parse(code).unwrap()),
        paid,
        seconds: 2 * 3600,
    };
    let absences = [absence(Some("sick"), true), absence(Some("unpaid"), false), absence(None, true)];
    let expected = [
        "09:00–13:00: Regular, 4:00 h",
        "Sick leave, paid: 2:00 h",
        "Unpaid leave, not paid: 2:00 h",
        "Public holiday, paid: 2:00 h",
    ];
    assert_eq!(explained(&company, &day, &rules, &absences), (8 * 3600, expected.map(str::to_owned).to_vec()));
}

#[test]
fn work_is_cut_where_the_cost_center_changes() {
    let mut company = Company::with_shifts(&[shift("09:00", "17:00", 0)]);
    company.clock_in("2026-11-02 09:00").unwrap();
    company.switch("2026-11-02 12:00", Some("4711"));
    company.switch("2026-11-02 15:00", None);
    company.clock_out("2026-11-02 17:00").unwrap();
    let day = segmented(&company, &rules(serde_json::json!({})), &[]).remove(0);
    let centers: Vec<_> =
        day.segments.iter().map(|segment| segment.cost_center.as_ref().map(|code| code.as_str().to_owned())).collect();
    assert_eq!(told(&company, &day), ["09:00-12:00 regular", "12:00-15:00 regular", "15:00-17:00 regular"]);
    assert_eq!(centers, [None, Some("4711".to_owned()), None]);
}

#[test]
fn the_first_day_of_a_week_is_that_before_or_on_the_date() {
    let mut version = PayRulesVersion::built_in();
    version.week_starts = Weekday::Sunday;
    assert_eq!(version.week_of(date("2026-11-07")), date("2026-11-01"));
    assert_eq!(version.week_of(date("2026-11-08")), date("2026-11-08"));
}

#[test]
fn a_window_of_premiums_is_on_the_wall_clock_when_clocks_change() {
    // The minutes of a premium in a night from 22:00 to 06:00.
    let minutes = |night: &str, morning: &str, from: &str, until: &str| {
        let mut company = Company::in_zone("Europe/Berlin")
            .pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &[shift("22:00", "06:00", 0)]));
        company.session(&format!("{night} 22:00"), &format!("{morning} 06:00"));
        let rules = rules(serde_json::json!({"premiums": [{"code": "night", "from": from, "until": until}]}));
        let day = segmented(&company, &rules, &[]).remove(0);
        let of_premium = day.segments.iter().filter(|segment| !segment.premiums.is_empty());
        of_premium.map(super::Segment::seconds).sum::<i64>() / 60
    };
    // The hour from 02:00 to 03:00 comes twice.
    let autumn = |from, until| minutes("2026-10-24", "2026-10-25", from, until);
    assert_eq!(autumn("22:00", "06:00"), 540);
    assert_eq!(autumn("22:00", "02:30"), 300);
    assert_eq!(autumn("02:30", "03:30"), 90);
    assert_eq!(autumn("02:00", "03:00"), 120);
    // The hour from 02:00 to 03:00 is left out.
    let spring = |from, until| minutes("2026-03-28", "2026-03-29", from, until);
    assert_eq!(spring("22:00", "06:00"), 420);
    assert_eq!(spring("22:00", "02:30"), 240);
    assert_eq!(spring("02:30", "04:00"), 60);
    assert_eq!(spring("02:00", "03:00"), 0);
}

proptest! {
    /// "segments sum to worked; no minute in two base codes; daily + weekly overtime equal a slow independent count", in a week in
    /// which the clocks go back on Sunday night.
    #[test]
    fn overtime_is_that_of_a_count_minute_by_minute(
        days in prop::collection::vec((0..900i64, 1..500i64), 7),
        daily in 0..700i64,
        weekly in 0..3_500i64,
    ) {
        let settings = r#"{"clock_in_window": {"outside": "flag"}}"#;
        let mut company = Company::in_zone("Europe/Berlin")
            .pattern("2020-01-01", week(&MONDAY_TO_SATURDAY, &[shift("09:00", "17:00", 0)]))
            .settings(settings);
        let (mut expected_daily, mut expected_weekly, mut of_week) = (0, 0, 0);
        for (index, (gap, lasts)) in days.iter().enumerate() {
            let morning = company.at(&format!("2026-10-{} 06:00", 19 + index));
            let from = later(morning, 60 * gap);
            company.clock_in_at(from).unwrap();
            company.clock_out_at(later(from, 60 * lasts)).unwrap();
            for of_day in 0..*lasts {
                if of_day >= daily {
                    expected_daily += 60;
                } else {
                    if of_week >= weekly {
                        expected_weekly += 60;
                    }
                    of_week += 1;
                }
            }
        }
        let rules = rules(serde_json::json!({
            "overtime": [
                {"per": "day", "after": {"minutes": daily}, "code": "daily"},
                {"per": "week", "after": {"minutes": weekly}, "code": "weekly"},
            ],
            "premiums": [{"code": "night", "from": "22:00", "until": "06:00"}],
        }));
        let segmented = segmented(&company, &rules, &[]);
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for segment in segmented.iter().flat_map(|day| &day.segments) {
            *sums.entry(segment.code.to_string()).or_default() += segment.seconds();
        }
        let sum = |code: &str| sums.get(code).copied().unwrap_or(0);
        prop_assert_eq!((sum("daily"), sum("weekly")), (expected_daily, expected_weekly));
        let total: i64 = days.iter().map(|(_, lasts)| 60 * lasts).sum();
        prop_assert_eq!(sums.values().sum::<i64>(), total);
        for day in &segmented {
            prop_assert!(day.segments.array_windows().all(|[one, next]| one.until <= next.from));
        }
    }
}
