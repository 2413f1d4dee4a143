//! Bookings for leave requests: reserve, use, release and give back.

use super::{LeaveBook, NotEnough, posting::Draft};
use crate::{
    event::{Fact, LeaveAdjustmentCause, LeaveFact},
    id::LeaveRequestId,
    leave::{Balances, Charges, EntryCause, EntryKind, LeaveMinutes},
    schedule::LeaveTypeCode,
    text::Reason,
};

/// The request that a booking is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// The id of the request.
    pub request_id: LeaveRequestId,
    /// The type of leave, a counted one.
    pub leave_type: LeaveTypeCode,
    /// The request's version after this change. Each version books once.
    pub version: u64,
    /// The note of the entry.
    pub note: Option<Reason>,
    /// The request that interrupts this one. Set where dates start to count for that other request, or stop doing so.
    pub interrupted_by: Option<LeaveRequestId>,
}

impl LeaveBook<'_> {
    /// Reserves the leave of a request.
    pub fn reserve(&mut self, request: &Requested, charges: &Charges) -> Result<(), NotEnough> {
        self.attempt(request, charges, |book| book.take_out(request, EntryKind::Request, charges))
    }

    /// Replaces a reservation, after an edit of a pending request.
    pub fn reserve_anew(&mut self, request: &Requested, before: &Charges, after: &Charges) -> Result<(), NotEnough> {
        self.attempt(request, after, |book| {
            book.put_back(request, EntryKind::Release, before);
            book.take_out(request, EntryKind::Request, after);
            book.settle_years(request, before);
        })
    }

    /// Ends the reservation of a request that was withdrawn or rejected.
    pub fn release(&mut self, request: &Requested, reserved: &Charges) {
        self.bring_up_to_date(&request.leave_type);
        self.put_back(request, EntryKind::Release, reserved);
        self.settle_years(request, reserved);
    }

    /// Ends a reservation and uses the leave, because the request was approved. `charges` is the present cost.
    pub fn approve(&mut self, request: &Requested, reserved: &Charges, charges: &Charges) -> Result<(), NotEnough> {
        self.attempt(request, charges, |book| {
            book.put_back(request, EntryKind::Release, reserved);
            book.take_out(request, EntryKind::Use, charges);
            book.settle_years(request, reserved);
        })
    }

    /// Uses leave that is approved at once.
    pub fn take(&mut self, request: &Requested, charges: &Charges) -> Result<(), NotEnough> {
        self.attempt(request, charges, |book| book.take_out(request, EntryKind::Use, charges))
    }

    /// Gives approved leave back, or the part of it that isn't taken.
    pub fn give_back(&mut self, request: &Requested, charges: &Charges) {
        self.bring_up_to_date(&request.leave_type);
        self.put_back(request, EntryKind::Cancel, charges);
        self.settle_years(request, charges);
    }

    /// Books the changed cost of a pending request after a change of the roster, a holiday or other leave.
    pub fn recount_pending(&mut self, request: &Requested, before: &Charges, after: &Charges) {
        self.recount(request, before, after, EntryKind::Request, EntryKind::Release);
    }

    /// Books the changed cost of approved leave after a change of the roster, a holiday or other leave. The balance may become
    /// negative.
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
                self.facts.push(Fact::Leave(LeaveFact::LeaveAdjusted {
                    leave_type: request.leave_type.clone(),
                    year,
                    minutes: minutes.get(),
                    cause,
                }));
            }
        }
        self.settle_years(request, &dropped);
        self.settle_years(request, &added);
    }

    /// Books something, unless it would make the balance of a paying year negative. In that case, it books nothing.
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

    /// Returns the shortage of a later year, where leave in a year that is over would use carry-over that the later year has
    /// spent.
    fn overdrawn_since(&self, before: &Balances, request: &Requested, charges: &Charges) -> Option<NotEnough> {
        let first = charges.years().next()?;
        self.balances.of(&request.leave_type).filter(|balance| first < balance.year.year).find_map(|balance| {
            let was = before.get(&request.leave_type, balance.year.year)?.available();
            let is_worse = balance.available() < was && balance.available().is_negative();
            is_worse.then(|| NotEnough { year: balance.year, available: was, asked: was - balance.available() })
        })
    }

    /// Books the charges on the years that pay.
    fn take_out(&mut self, request: &Requested, kind: EntryKind, charges: &Charges) {
        self.book_charges(request, kind, charges, false);
    }

    /// Gives the charges back to the years that paid.
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
                    // Dates that are given back still count as spent carry-over. Their minutes expire with the interrupted leave,
                    // not with the carry-over.
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
    /// Returns what is taken from that leave year.
    pub fn in_year(&self, year: i16) -> LeaveMinutes {
        self.dates().filter(|(of, _, _)| *of == year).map(|(_, _, minutes)| minutes).sum()
    }
}

/// Returns the leave years of any of the charges.
fn years_of(charges: &[&Charges]) -> std::collections::BTreeSet<i16> {
    charges.iter().flat_map(|charges| charges.years()).collect()
}
