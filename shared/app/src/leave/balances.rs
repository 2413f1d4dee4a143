//! Leave balances: managers adjust them.

use answers::BalanceAnswer;
use domain::{
    FieldFault, FieldRule,
    event::Subject,
    id::UserId,
    leave::{Balance, Booking, LeaveDayLength, LeaveDays, LeaveMinutes},
    schedule::LeaveTypeCode,
    text::Reason,
};
use store::{Commit, leave_book::BookQuery};

use crate::{Denied, Failed, Outcome, Prepared, Refusal, Request, authorization, use_case::ensure_not_replayed};

/// An adjustment of a person's balance of the current leave year.
#[derive(Debug)]
pub struct Adjustment {
    /// The person.
    pub user: UserId,
    /// The leave type.
    pub leave_type: LeaveTypeCode,
    /// The amount.
    pub amount: Amount,
    /// The reason, which the ledger shows.
    pub reason: Reason,
}

/// The amount of an adjustment.
#[derive(Debug, Clone, Copy)]
pub enum Amount {
    /// The days to add; a negative number removes days.
    Add(LeaveDays),
    /// The days that are available afterwards.
    Available(LeaveDays),
}

impl Amount {
    /// Returns what must be added to a balance with that available leave.
    pub fn of(self, available: LeaveMinutes, day: LeaveDayLength) -> LeaveMinutes {
        match self {
            Self::Add(days) => day.of_days(days),
            Self::Available(days) => day.of_days(days) - available,
        }
    }
}

/// Adjusts a balance, and returns the balance afterwards.
///
/// # Errors
/// The caller may not edit the person's records, the type isn't counted, or there is nothing to add.
pub async fn adjust(request: &Request<'_>, adjustment: &Adjustment) -> Result<Prepared<BalanceAnswer>, Failed> {
    let nothing = || vec![FieldFault::new("days", FieldRule::NotZero)];
    Ok(prepare(request, adjustment).await?.ok_or_else(nothing)?)
}

/// Adjusts a balance like [`adjust`], unless there is nothing to add.
///
/// # Errors
/// The caller may not edit the person's records, or the type isn't counted.
pub async fn adjust_if_needed(request: &Request<'_>, adjustment: &Adjustment) -> Result<Outcome<()>, Failed> {
    Ok(match prepare(request, adjustment).await? {
        Some(Prepared { commit, version, .. }) => Outcome::Changed(Prepared { commit, answer: (), version }),
        None => Outcome::Unchanged { answer: (), version: 0 },
    })
}

/// Prepares an adjustment; none if there is nothing to add.
async fn prepare(request: &Request<'_>, adjustment: &Adjustment) -> Result<Option<Prepared<BalanceAnswer>>, Failed> {
    let Request { ports, caller, repeat, .. } = *request;
    let now = ports.now;
    let Adjustment { user, ref leave_type, amount, ref reason } = *adjustment;
    let snapshot = ports.store.balances_snapshot(caller.user_id, user, repeat, now).await?;
    ensure_not_replayed(snapshot.earlier.clone())?;
    authorization::current_profile(caller, snapshot.caller.as_ref())?;
    let person = snapshot.person.as_ref().ok_or(Denied::NotFound)?;
    authorization::may_edit_days(caller, person, snapshot.deciders)?;
    if !snapshot.types.counted().contains(leave_type) {
        return Err(vec![FieldFault::new("type", FieldRule::NotCountedLeaveType)].into());
    }

    let (settings, today) = (&snapshot.settings.settings, snapshot.today_of(person, now));
    let query = BookQuery { user, years: BookQuery::years_around(today, None), types: vec![leave_type.clone()] };
    let stored = ports.store.stored_book(&query).await?;
    let stamp = request.stamp();
    let mut book = stored.open(person, settings, Booking { at: now, today, by: stamp.actor });
    let (year, day) = (book.years(leave_type).of(today).year, LeaveDayLength::of(settings));
    book.bring_up_to_date(leave_type);
    let available = book.balances().get(leave_type, year).map_or(LeaveMinutes::ZERO, Balance::available);
    let minutes = amount.of(available, day);
    if minutes == LeaveMinutes::ZERO {
        return Ok(None);
    }
    let in_days = |balance: &Balance| BalanceAnswer::new(balance, day);
    let before = book.balances().get(leave_type, year).map(in_days);
    book.adjust(leave_type, year, minutes, reason.clone(), stamp.event_id);
    let after = book.balances().get(leave_type, year).map(in_days);
    let booked = book.finish();
    let after = after.ok_or(Refusal::Defect("an adjustment changed no balance"))?;

    let subject = Subject::User(user);
    let mut commit = Commit::new(stamp, subject, booked.facts.clone())?;
    commit.book_leave(user, &booked, &stored, &snapshot.settings)?;
    commit.audit(subject, "leave_adjusted", before.as_ref(), Some(&after))?;
    // The balances of a person have no version of their own.
    Ok(Some(Prepared { commit, answer: after, version: 0 }))
}
