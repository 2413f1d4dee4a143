//! The leave book: what a person may take, what they took, and why.
//!
//! It is a ledger. [`LedgerEntry`]s are only ever added; a [`Balance`] (one for each person, leave year and counted type)
//! is their fold, kept beside them under a version. All amounts are whole minutes of a leave day ([`LeaveMinutes`]);
//! [`LeaveDayLength`] says how they are rounded when they are shown or given in days.
//!
//! How it is used (`docs/leave.md` tells why):
//! - Read the person's [`Balances`] of the years in reach ([`Balances::years_for`]) and make a [`LeaveBook`] of them. It
//!   books nothing by itself.
//! - Leave is booked as [`Charges`]: the minutes of every counted date, by leave year, made by [`LeaveBook::charges`].
//!   Whoever books keeps them, and hands in the same ones when they are released: a date's leave year may come to be
//!   another one, what was booked stays where it is.
//! - A request: [`LeaveBook::reserve`] ([`LeaveBook::reserve_anew`] when it is edited) → [`LeaveBook::release`] (withdrawn,
//!   rejected) or [`LeaveBook::approve`] → [`LeaveBook::give_back`] (cancelled, ended early). What a manager enters:
//!   [`LeaveBook::take`]. A roster or holiday that changed, or other leave that interrupts it ([`Requested::interrupted_by`]):
//!   [`LeaveBook::recount_pending`] and [`LeaveBook::recount_approved`]. Only `reserve`, `reserve_anew`, `approve` and `take` refuse ([`NotEnough`]); nothing
//!   is booked then.
//! - Lateness: [`LeaveBook::deduct`] with every difference, positive or negative. It never refuses.
//! - Activation: [`LeaveBook::bring_up_to_date`]. Changed `hired_on` or `annual_leave_days`: [`LeaveBook::grant_anew`].
//!   By a manager: [`LeaveBook::adjust`]. The clockwork: `bring_up_to_date`, [`LeaveBook::check_mark`] and
//!   [`LeaveBook::give_notices`].
//! - [`LeaveBook::finish`] gives what to commit ([`Booked`]): `Commit::book_leave` puts it, its facts go into the event.
//! - Setting a company up books nothing for its first admin: `leave_day_minutes` could never be chosen then. Their grant is
//!   booked when it is first needed, as everyone's whose year hasn't been opened yet.
//!
//! Every operation first books what has become due (a grant, a year's turn, an expiry), so that nothing depends on the
//! clockwork having run. Types that aren't counted have no balance and never come here.

mod balance;
mod balances;
mod book;
mod carried;
mod charges;
mod days;
mod entry;
mod grant;
mod leave_type;
mod minutes;
mod notice;
pub mod request;
#[cfg(test)]
mod tests;
mod types;
mod year;

pub use balance::{Balance, Figures, FiguresInDays, Granted, Turn};
pub use balances::Balances;
pub use book::{Booked, Booking, LateCharge, LeaveBook, NotEnough, Requested};
pub use carried::{CarriedIn, Lapse, Shortfall};
pub use charges::{Charges, MonthsOfYear};
pub use days::LeaveDays;
pub use entry::{EntryCause, EntryKind, LedgerEntry};
pub use leave_type::{Accrual, LeaveType};
pub use minutes::{LeaveAmount, LeaveDayLength, LeaveMinutes, LeaveParts};
pub use notice::{Expiring, MIN_NOTICE_DAYS, Notice, Notices};
pub use types::{LeaveTypes, TypeRefusal};
pub use year::{LeaveYear, LeaveYears};
