//! Tests of what lateness costs: single cases, and days applied in any order.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{LateBooking, LateDay, LateMonth, LateShift};
use crate::{
    calendar::WorkDate,
    id::SessionId,
    leave::{LeaveDayLength, LeaveMinutes},
    schedule::{
        ShiftId,
        tests::company::{Company, date, shift},
    },
    settings::{LateDeduction, Settings},
};

/// The length of a leave day.
fn leave_day() -> LeaveDayLength {
    LeaveDayLength::of(&Settings::default())
}

fn policy(document: &str) -> LateDeduction {
    serde_json::from_str(document).unwrap()
}

fn per_minute(free: u32) -> LateDeduction {
    policy(&format!(r#"{{"mode": "per_minute", "free_minutes_per_month": {free}}}"#))
}

fn per_occurrence() -> LateDeduction {
    policy(r#"{"mode": "per_occurrence", "every": 3, "days": 0.5}"#)
}

fn off() -> LateDeduction {
    policy(r#"{"mode": "off"}"#)
}

fn on(day: i32) -> WorkDate {
    date("2026-11-01").plus_days(day - 1)
}

fn shift_of(day: i32, hour: u8) -> ShiftId {
    ShiftId::new(on(day), format!("{hour:02}:00").parse().unwrap())
}

fn session(day: i32) -> SessionId {
    SessionId::from(ulid::Ulid::from_parts(1, u128::try_from(day).unwrap()))
}

/// Lateness of so many minutes for the morning's shift; 0 means not late.
fn late(day: i32, minutes: i64, policy: LateDeduction) -> LateDay {
    let shift = LateShift { id: shift_of(day, 9), session_id: session(day), minutes };
    LateDay { date: on(day), is_excused: false, policy, shifts: (minutes > 0).then_some(shift).into_iter().collect() }
}

fn excused(day: LateDay) -> LateDay {
    LateDay { is_excused: true, ..day }
}

/// Follows one day and returns what it books, by day of the month.
fn follow(month: &mut LateMonth, day: LateDay) -> Vec<(i32, i64)> {
    let Some((after, bookings)) = month.follow(&[day], leave_day()) else { return Vec::new() };
    assert_eq!(after.version, month.version + 1);
    // The stored item is read back as it was written.
    *month = serde_json::from_str(&serde_json::to_string(&after).unwrap()).unwrap();
    assert_eq!(*month, after);
    let told = |booking: LateBooking| (booking.shift_id.date().days_since(on(1)) + 1, booking.minutes.get());
    bookings.into_iter().map(told).collect()
}

#[test]
fn thirty_seven_minutes_late_cost_thirty_seven_minutes_of_a_leave_day() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    company.clock_in("2026-11-02 09:37:59").unwrap();
    let day = |company: &Company| LateDay::of(&company.days[&date("2026-11-02")], company.at("2026-11-02 18:00"));
    let mut month = LateMonth::default();
    let (after, bookings) = month.follow(&[day(&company)], leave_day()).unwrap();
    let session_id = company.days[&date("2026-11-02")].sessions()[0].id;
    let shift_id = shift_of(2, 9);
    assert_eq!(bookings, [LateBooking { shift_id, session_id, minutes: LeaveMinutes::new(37) }]);
    month = after;
    company.clock_out("2026-11-02 18:00").unwrap();
    assert_eq!(month.follow(&[day(&company)], leave_day()), None, "clocking out changes nothing");
    company.excuse_at(company.at("2026-11-02 18:05"), date("2026-11-02")).unwrap();
    let (after, bookings) = month.follow(&[day(&company)], leave_day()).unwrap();
    assert_eq!(bookings, [LateBooking { shift_id, session_id, minutes: LeaveMinutes::new(-37) }]);
    assert_eq!(after.booked(), LeaveMinutes::ZERO);
}

#[test]
fn lateness_counts_in_full_after_the_grace_period() {
    let mut company = Company::with_shifts(&[shift("09:00", "18:00", 0)]);
    company.session("2026-11-02 09:05", "2026-11-02 18:00");
    company.session("2026-11-03 09:05:01", "2026-11-03 18:00");
    let minutes = |on: &str| {
        let day = LateDay::of(&company.days[&date(on)], company.at("2026-11-03 20:00"));
        day.shifts.iter().map(|shift| shift.minutes).collect::<Vec<_>>()
    };
    assert_eq!((minutes("2026-11-02"), minutes("2026-11-03")), (vec![], vec![5]));
}

#[test]
fn absence_costs_nothing() {
    let mut company = Company::with_shifts(&[shift("09:00", "12:00", 0), shift("13:00", "18:00", 0)]);
    company.session("2026-11-02 13:30", "2026-11-02 18:00");
    let day = LateDay::of(&company.days[&date("2026-11-02")], company.at("2026-11-02 20:00"));
    let shifts: Vec<(ShiftId, i64)> = day.shifts.iter().map(|shift| (shift.id, shift.minutes)).collect();
    assert_eq!(shifts, [(shift_of(2, 13), 30)]);
}

#[test]
fn free_minutes_go_to_the_first_lateness_of_the_month() {
    let mut month = LateMonth::default();
    assert_eq!(follow(&mut month, late(10, 20, per_minute(30))), []);
    assert_eq!(follow(&mut month, late(12, 20, per_minute(30))), [(12, 10)]);
    assert_eq!(follow(&mut month, late(13, 5, per_minute(30))), [(13, 5)]);
    // Lateness that an edit adds to an earlier date uses up the free minutes of the dates after it.
    assert_eq!(follow(&mut month, late(5, 25, per_minute(30))), [(10, 15), (12, 10)]);
    assert_eq!(follow(&mut month, excused(late(5, 25, per_minute(30)))), [(10, -15), (12, -10)]);
}

#[test]
fn an_excuse_moves_the_deduction_to_the_next_third_late_day() {
    let mut month = LateMonth::default();
    assert_eq!(follow(&mut month, late(2, 10, per_occurrence())), []);
    assert_eq!(follow(&mut month, late(3, 90, per_occurrence())), []);
    assert_eq!(follow(&mut month, late(4, 6, per_occurrence())), [(4, 240)]);
    assert_eq!(follow(&mut month, late(5, 6, per_occurrence())), []);
    assert_eq!(follow(&mut month, excused(late(2, 10, per_occurrence()))), [(4, -240), (5, 240)]);
    assert_eq!(follow(&mut month, late(5, 0, per_occurrence())), [(5, -240)]);
    assert_eq!(month.booked(), LeaveMinutes::ZERO);
}

#[test]
fn a_day_with_two_late_shifts_is_late_once() {
    let two = |day: i32| {
        let shift = |hour| LateShift { id: shift_of(day, hour), session_id: session(day), minutes: 10 };
        LateDay { shifts: vec![shift(9), shift(14)], ..late(day, 10, per_occurrence()) }
    };
    let mut month = LateMonth::default();
    assert_eq!(follow(&mut month, two(2)), []);
    assert_eq!(follow(&mut month, two(3)), []);
    let (_, bookings) = month.follow(&[two(4)], leave_day()).unwrap();
    assert_eq!(
        bookings,
        [LateBooking { shift_id: shift_of(4, 9), session_id: session(4), minutes: LeaveMinutes::new(240) }]
    );
}

#[test]
fn another_policy_never_rewrites_what_was_booked() {
    let mut month = LateMonth::default();
    assert_eq!(follow(&mut month, late(2, 37, per_minute(0))), [(2, 37)]);
    // The day follows the settings until its date is over. The cost of its lateness doesn't.
    assert_eq!(follow(&mut month, late(2, 37, off())), []);
    assert_eq!(follow(&mut month, late(3, 20, off())), []);
    assert_eq!(follow(&mut month, late(3, 20, per_minute(0))), []);
    assert_eq!(follow(&mut month, late(4, 20, per_occurrence())), []);
    assert_eq!(follow(&mut month, late(5, 20, per_minute(0))), [(5, 20)]);
    assert_eq!(follow(&mut month, late(2, 30, off())), [(2, -7)]);
}

#[test]
fn a_shift_with_a_new_start_replaces_the_deduction_of_the_old_one() {
    let mut month = LateMonth::default();
    assert_eq!(follow(&mut month, late(2, 70, per_minute(0))), [(2, 70)]);
    let at_ten = LateShift { id: shift_of(2, 10), session_id: session(2), minutes: 10 };
    let day = LateDay { shifts: vec![at_ten], ..late(2, 10, per_minute(0)) };
    let (after, bookings) = month.follow(&[day], leave_day()).unwrap();
    let minutes: Vec<(ShiftId, i64)> =
        bookings.iter().map(|booking| (booking.shift_id, booking.minutes.get())).collect();
    assert_eq!(minutes, [(shift_of(2, 9), -70), (shift_of(2, 10), 10)]);
    assert_eq!(after.booked().get(), 10);
}

/// The policies of a company that changed in the middle of the month.
fn policies() -> impl Strategy<Value = Vec<LateDeduction>> {
    let some = prop_oneof![
        2 => (0..60u32).prop_map(per_minute),
        2 => Just(per_occurrence()),
        1 => Just(policy(r#"{"mode": "per_occurrence", "every": 1, "days": 1}"#)),
        1 => Just(off()),
    ];
    (some.clone(), some, 1..30usize)
        .prop_map(|(first, second, until)| (0..30).map(|day| if day < until { first } else { second }).collect())
}

/// The state of a day: the lateness of the morning and the afternoon, and whether it is excused.
type Told = (i32, i64, i64, bool);

fn told() -> impl Strategy<Value = Vec<Told>> {
    let minutes = || prop_oneof![2 => Just(0), 3 => 1..90i64];
    proptest::collection::vec((1..=30i32, minutes(), minutes(), any::<bool>()), 1..60)
}

fn day_of(policies: &[LateDeduction], (day, morning, afternoon, is_excused): Told) -> LateDay {
    let policy = policies[usize::try_from(day - 1).unwrap()];
    let shift = |hour, minutes| LateShift { id: shift_of(day, hour), session_id: session(day), minutes };
    let shifts = [shift(9, morning), shift(14, afternoon)].into_iter().filter(|shift| shift.minutes > 0).collect();
    LateDay { date: on(day), is_excused, policy, shifts }
}

/// Computes the cost of a month day by day, from the text of the rules only.
fn counted(days: &BTreeMap<WorkDate, LateDay>) -> i64 {
    let (mut spent, mut late_days, mut cost) = (0, 0, 0);
    for day in days.values().filter(|day| !day.is_excused && !day.shifts.is_empty()) {
        let written = serde_json::to_value(day.policy).unwrap();
        match written["mode"].as_str().unwrap() {
            "per_minute" => {
                let free = written["free_minutes_per_month"].as_i64().unwrap();
                for minute in 0..day.shifts.iter().map(|shift| shift.minutes).sum() {
                    cost += i64::from(spent + minute >= free);
                }
                spent += day.shifts.iter().map(|shift| shift.minutes).sum::<i64>();
            }
            "per_occurrence" => {
                late_days += 1;
                let is_charged = late_days % written["every"].as_i64().unwrap() == 0;
                #[expect(clippy::cast_possible_truncation, reason = "half days and whole ones")]
                let price = (written["days"].as_f64().unwrap() * 480.0) as i64;
                cost += if is_charged { price } else { 0 };
            }
            _ => {}
        }
    }
    cost
}

proptest! {
    #[test]
    fn punches_edits_and_excuses_in_any_order_book_what_the_month_costs(
        policies in policies(),
        told in told(),
        at_once in 1..5usize,
    ) {
        let mut month = LateMonth::default();
        let mut days = BTreeMap::new();
        let mut ledger = BTreeMap::<ShiftId, i64>::new();
        for batch in told.chunks(at_once) {
            let changed: BTreeMap<WorkDate, LateDay> =
                batch.iter().map(|told| day_of(&policies, *told)).map(|day| (day.date, day)).collect();
            let changed: Vec<LateDay> = changed.into_values().collect();
            days.extend(changed.iter().map(|day| (day.date, day.clone())));
            if let Some((after, bookings)) = month.follow(&changed, leave_day()) {
                prop_assert!(after != month);
                for LateBooking { shift_id, minutes, .. } in bookings {
                    prop_assert!(!minutes.is_zero());
                    *ledger.entry(shift_id).or_default() += minutes.get();
                }
                month = after;
            }
            let booked: i64 = ledger.values().sum();
            prop_assert_eq!(booked, counted(&days));
            prop_assert_eq!(month.booked().get(), booked);
            prop_assert!(ledger.values().all(|minutes| *minutes >= 0), "nothing is given back that wasn't taken");
            prop_assert_eq!(month.follow(&changed, leave_day()), None, "what was followed once changes nothing");
        }
        let all: Vec<LateDay> = days.into_values().rev().collect();
        let scratch = LateMonth::default().follow(&all, leave_day()).map_or(LeaveMinutes::ZERO, |(month, _)| month.booked());
        prop_assert_eq!(scratch, month.booked(), "folded from scratch it is the same");
    }
}
