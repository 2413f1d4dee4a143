//! Random leave, lateness and adjustments around the expiry of carry-over. An expiry takes no more than is left, at first and in
//! every correction.

use proptest::prelude::*;

use super::{Person, annual, carry_over::late, requested};
use crate::{
    leave::{Charges, EntryKind, LeaveDayLength, LeaveDays, LeaveMinutes},
    schedule::tests::company::reason,
};

/// A random step. Numbers select among the present items.
#[derive(Debug, Clone)]
enum Step {
    /// Someone requests this number of days of leave, beginning this number of days from today.
    Ask(i32, i32),
    Approve(usize),
    Reject(usize),
    Cancel(usize),
    /// A clock-in is late by this number of minutes, this number of days ago.
    Late(i32, i64),
    /// A lateness is excused.
    Excuse(usize),
    /// A manager adds this number of hundredths of a day.
    Adjust(i64),
    Wait(i32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (-20..30i32, 1..4i32).prop_map(|(ahead, lasts)| Step::Ask(ahead, lasts)),
        2 => (0..4usize).prop_map(Step::Approve),
        2 => (0..4usize).prop_map(Step::Reject),
        2 => (0..4usize).prop_map(Step::Cancel),
        3 => (0..40i32, 1..900i64).prop_map(|(ago, minutes)| Step::Late(ago, minutes)),
        3 => (0..4usize).prop_map(Step::Excuse),
        3 => (-1200..600i64).prop_map(Step::Adjust),
        4 => (1..25i32).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..40)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    Approved,
    Ended,
}

/// A person's leave year that follows one with carry-over.
struct World {
    person: Person,
    leave: Vec<(Charges, State)>,
    /// The date, the minutes and the number of bookings and reversals of each lateness.
    lateness: Vec<(String, i64, u64)>,
    adjustments: u128,
}

impl World {
    fn available(&self) -> LeaveMinutes {
        self.person.balance(2027).available()
    }

    /// Moves the selected leave from one state to another, and returns it with its number.
    fn turn(&mut self, which: usize, from: State, to: State) -> Option<(u128, Charges)> {
        let mut of_state = self.leave.iter_mut().zip(1..).filter(|((_, state), _)| *state == from);
        let ((charges, state), number) = of_state.nth(which)?;
        *state = to;
        Some((number, charges.clone()))
    }

    /// Books a lateness, or reverses it.
    fn deduct(&mut self, which: usize, minutes: i64) {
        let (on, _, revision) = &mut self.lateness[which];
        *revision += 1;
        let charge = late(on, minutes, *revision);
        self.person.book(|book| book.deduct(charge));
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Ask(ahead, lasts) => {
                let charges = self.person.charges(&self.person.today.plus_days(ahead).to_string(), lasts);
                let request = requested(self.leave.len() as u128 + 1, 1);
                if self.person.book(|book| book.reserve(&request, &charges)).is_ok() {
                    self.leave.push((charges, State::Pending));
                }
            }
            Step::Approve(which) => {
                let Some((number, charges)) = self.turn(which, State::Pending, State::Approved) else { return };
                if self.person.book(|book| book.approve(&requested(number, 2), &charges, &charges)).is_err() {
                    self.leave[usize::try_from(number).unwrap() - 1].1 = State::Pending;
                }
            }
            Step::Reject(which) => {
                let Some((number, charges)) = self.turn(which, State::Pending, State::Ended) else { return };
                self.person.book(|book| book.release(&requested(number, 2), &charges));
            }
            Step::Cancel(which) => {
                let Some((number, charges)) = self.turn(which, State::Approved, State::Ended) else { return };
                self.person.book(|book| book.give_back(&requested(number, 3), &charges));
            }
            Step::Late(ago, minutes) => {
                let on = self.person.today.plus_days(-ago).to_string();
                if self.lateness.iter().all(|(other, ..)| *other != on) {
                    self.lateness.push((on, minutes, 0));
                    self.deduct(self.lateness.len() - 1, minutes);
                }
            }
            Step::Excuse(which) => {
                let is_booked = |(_, _, revision): &(String, i64, u64)| revision % 2 == 1;
                let booked = self.lateness.iter().enumerate().filter(|(_, lateness)| is_booked(lateness)).nth(which);
                if let Some((which, (_, minutes, _))) = booked {
                    self.deduct(which, -minutes);
                }
            }
            Step::Adjust(hundredths) => {
                self.adjustments += 1;
                let before = self.available();
                let minutes = LeaveDayLength::of(&self.person.settings).of_days(LeaveDays::of_hundredths(hundredths));
                let id = ulid::Ulid::from(self.adjustments).into();
                self.person.book(|book| book.adjust(&annual(), 2027, minutes, reason(), id));
                assert_eq!(self.available(), before + minutes, "what is added was never carried over");
            }
            Step::Wait(days) => {
                self.person.today = self.person.today.plus_days(days);
                // A path to the method isn't general enough over the book's lifetime.
                #[expect(
                    clippy::redundant_closure_for_method_calls,
                    reason = "the method isn't general over lifetimes"
                )]
                self.person.book(|book| book.give_notices());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_expiry_takes_no_more_than_is_left(months in 1..5u32, only_after_notice in any::<bool>(), steps in steps()) {
        let rules = format!(r#"{{"carry_over_days": 10, "carry_over_expires_after_months": {months}}}"#);
        let mut person = Person::on("2026-09-01", &rules);
        person.settings.expire_only_after_notice = only_after_notice;
        person.is_checked_on("2026-09-01");
        person.is_checked_on("2026-10-15");
        person.is_checked_on("2027-01-08");
        let mut world = World { person, leave: Vec::new(), lateness: Vec::new(), adjustments: 0 };
        for (number, step) in steps.into_iter().enumerate() {
            if "2027-11-20" < world.person.today.to_string().as_str() {
                break;
            }
            world.take(&step);
            if let Some(which) = number.checked_rem(world.lateness.len()) {
                let (_, minutes, revision) = world.lateness[which];
                let minutes = if revision % 2 == 1 { minutes } else { -minutes };
                let before = world.available();
                world.deduct(which, -minutes);
                world.deduct(which, minutes);
                let after = world.available();
                if before.is_negative() {
                    assert!(before <= after && after <= LeaveMinutes::ZERO, "it pays a debt and no more");
                } else {
                    assert_eq!(after, before, "what is given back and taken again leaves the balance as it was");
                }
            }
            let expiries = world.person.ledger.iter().filter(|entry| entry.kind == EntryKind::Expiry);
            for expiry in expiries.filter(|entry| entry.minutes.is_negative()) {
                assert!(!expiry.balance_after.is_negative(), "{expiry:?}");
            }
        }
    }
}
