//! Leave that is asked for: reserved, then used or released, and given back.

use super::{LeaveBook, NotEnough, posting::Draft};
use crate::{
    event::{Fact, LeaveAdjustmentCause},
    id::LeaveRequestId,
    leave::{Balances, Charges, EntryCause, EntryKind, LeaveMinutes},
    schedule::LeaveTypeCode,
    text::Reason,
};

/// The request that something is booked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// Which.
    pub request_id: LeaveRequestId,
    /// Its type, a counted one.
    pub leave_type: LeaveTypeCode,
    /// Its version after this change: each books once.
    pub version: u64,
    /// What is said with it.
    pub note: Option<Reason>,
    /// The request that interrupts it, where dates come to count for that one, or no longer do.
    pub interrupted_by: Option<LeaveRequestId>,
}

impl LeaveBook<'_> {
    /// Reserves leave that is asked for.
    pub fn reserve(&mut self, request: &Requested, charges: &Charges) -> Result<(), NotEnough> {
        self.attempt(request, charges, |book| book.take_out(request, EntryKind::Request, charges))
    }

    /// Reserves other leave in the place of what was reserved: a pending request that was edited.
    pub fn reserve_anew(&mut self, request: &Requested, before: &Charges, after: &Charges) -> Result<(), NotEnough> {
        self.attempt(request, after, |book| {
            book.put_back(request, EntryKind::Release, before);
            book.take_out(request, EntryKind::Request, after);
            book.settle_years(request, before);
        })
    }

    /// Ends a reservation: the request was withdrawn or rejected.
    pub fn release(&mut self, request: &Requested, reserved: &Charges) {
        self.bring_up_to_date(&request.leave_type);
        self.put_back(request, EntryKind::Release, reserved);
        self.settle_years(request, reserved);
    }

    /// Ends a reservation and takes the leave: the request was approved. `charges` is what it costs now.
    pub fn approve(&mut self, request: &Requested, reserved: &Charges, charges: &Charges) -> Result<(), NotEnough> {
        self.attempt(request, charges, |book| {
            book.put_back(request, EntryKind::Release, reserved);
            book.take_out(request, EntryKind::Use, charges);
            book.settle_years(request, reserved);
        })
    }

    /// Takes leave that is approved at once.
    pub fn take(&mut self, request: &Requested, charges: &Charges) -> Result<(), NotEnough> {
        self.attempt(request, charges, |book| book.take_out(request, EntryKind::Use, charges))
    }

    /// Gives approved leave back, or the part of it that isn't taken.
    pub fn give_back(&mut self, request: &Requested, charges: &Charges) {
        self.bring_up_to_date(&request.leave_type);
        self.put_back(request, EntryKind::Cancel, charges);
        self.settle_years(request, charges);
    }

    /// The roster, a holiday or other leave changed what a pending request costs.
    pub fn recount_pending(&mut self, request: &Requested, before: &Charges, after: &Charges) {
        self.recount(request, before, after, EntryKind::Request, EntryKind::Release);
    }

    /// The roster, a holiday or other leave changed what approved leave costs. The balance may become negative by it.
    pub fn recount_approved(&mut self, request: &Requested, before: &Charges, after: &Charges) {
        self.recount(request, before, after, EntryKind::Use, EntryKind::Cancel);
    }

    fn recount(&mut self, request: &Requested, before: &Charges, after: &Charges, more: EntryKind, fewer: EntryKind) {
        let (added, dropped) = (after.beyond(before), before.beyond(after));
        let cause = match request.interrupted_by {
            Some(_) => LeaveAdjustmentCause::Interruption,
            None => LeaveAdjustmentCause::Recount,
        };
        self.bring_up_to_date(&request.leave_type);
        self.put_back(request, fewer, &dropped);
        self.take_out(request, more, &added);
        for year in years_of(&[&added, &dropped]) {
            let minutes = dropped.in_year(year) - added.in_year(year);
            if !minutes.is_zero() {
                self.facts.push(Fact::LeaveAdjusted {
                    leave_type: request.leave_type.clone(),
                    year,
                    minutes: minutes.get(),
                    cause,
                });
            }
        }
        self.settle_years(request, &dropped);
        self.settle_years(request, &added);
    }

    /// Books something that must not make a balance negative that pays for it; else nothing is booked.
    fn attempt(
        &mut self,
        request: &Requested,
        charges: &Charges,
        book: impl FnOnce(&mut Self),
    ) -> Result<(), NotEnough> {
        self.bring_up_to_date(&request.leave_type);
        let mut after = self.clone();
        book(&mut after);
        for year in charges.years() {
            let Some(balance) = after.balances.get(&request.leave_type, year) else { continue };
            let Some((_, months)) = charges.of_year(balance.year) else { continue };
            if let Some(available) = balance.shortage(&months, self.booking.today) {
                return Err(NotEnough { year: balance.year, available, asked: months.total() });
            }
        }
        after.settle_years(request, charges);
        if let Some(short) = after.overdrawn_since(&self.balances, request, charges) {
            return Err(short);
        }
        *self = after;
        Ok(())
    }

    /// A later year that pays for leave in one that is over, and can't: what it got from it is spent.
    fn overdrawn_since(&self, before: &Balances, request: &Requested, charges: &Charges) -> Option<NotEnough> {
        let first = charges.years().next()?;
        self.balances.of(&request.leave_type).filter(|balance| first < balance.year.year).find_map(|balance| {
            let was = before.get(&request.leave_type, balance.year.year)?.available();
            let is_worse = balance.available() < was && balance.available().is_negative();
            is_worse.then(|| NotEnough { year: balance.year, available: was, asked: was - balance.available() })
        })
    }

    /// Takes what the charges say out of the years that pay.
    fn take_out(&mut self, request: &Requested, kind: EntryKind, charges: &Charges) {
        self.book_charges(request, kind, charges, false);
    }

    /// Puts back what the charges took.
    fn put_back(&mut self, request: &Requested, kind: EntryKind, charges: &Charges) {
        self.book_charges(request, kind, charges, true);
    }

    fn book_charges(&mut self, request: &Requested, kind: EntryKind, charges: &Charges, is_back: bool) {
        let Requested { request_id, leave_type, version, note, interrupted_by } = request;
        let (request_id, version) = (*request_id, *version);
        for year in charges.years() {
            let year = self.years(leave_type).named(year);
            self.open(leave_type, year);
            if let Some((first, months)) = charges.of_year(year) {
                let months = if is_back { months.negated() } else { months };
                let draft = match *interrupted_by {
                    None => Draft::dated(kind, months, first, EntryCause::Request { request_id, version }),
                    // What was carried over stays spent by the dates that are given back: those minutes expire with what
                    // was interrupted, and not with it.
                    Some(by) => {
                        let cause = EntryCause::Interruption { request_id, version, by };
                        Draft::plain(kind, -months.total(), first, cause)
                    }
                };
                let draft = Draft { note: note.clone(), ..draft };
                self.post(leave_type, year, draft);
            }
        }
    }

    fn settle_years(&mut self, request: &Requested, charges: &Charges) {
        for year in charges.years() {
            let year = self.years(&request.leave_type).named(year);
            self.settle(&request.leave_type, year);
        }
    }
}

impl Charges {
    /// What is taken of that leave year.
    pub fn in_year(&self, year: i16) -> LeaveMinutes {
        self.dates().filter(|(of, _, _)| *of == year).map(|(_, _, minutes)| minutes).sum()
    }
}

/// The leave years that any of them touches.
fn years_of(charges: &[&Charges]) -> std::collections::BTreeSet<i16> {
    charges.iter().flat_map(|charges| charges.years()).collect()
}
