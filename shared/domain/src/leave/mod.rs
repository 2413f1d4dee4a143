//! The leave book: the leave that a person may take, the leave that they took, and the reasons.
//!
//! The leave book is a ledger. [`LedgerEntry`]s are only added. A [`Balance`] (one for each person, leave year and counted type)
//! is the sum of its entries, stored with them under a version. All amounts are whole minutes of a leave day ([`LeaveMinutes`]).
//! [`LeaveDayLength`] defines how amounts are rounded when they are shown or given in days.
//!
//! How to use it (`docs/leave.md` gives the reasons):
//! - Read the person's [`Balances`] of the years in reach ([`Balances::years_for`]) and create a [`LeaveBook`] from them. This
//!   alone books nothing.
//! - Leave is booked as [`Charges`]: the minutes of every counted date, by leave year, created by [`LeaveBook::charges`]. The
//!   caller stores them and passes the same ones when they are released. A date's leave year may change later, but what was
//!   booked stays in its year.
//! - A request: [`LeaveBook::reserve`] ([`LeaveBook::reserve_anew`] when it is edited) → [`LeaveBook::release`] (withdrawn,
//!   rejected) or [`LeaveBook::approve`] → [`LeaveBook::give_back`] (cancelled, ended early). Leave that a manager enters:
//!   [`LeaveBook::take`]. A changed roster or holiday, or other leave that interrupts the leave ([`Requested::interrupted_by`]):
//!   [`LeaveBook::recount_pending`] and [`LeaveBook::recount_approved`]. Only `reserve`, `reserve_anew`, `approve` and `take` can
//!   fail ([`NotEnough`]); nothing is booked then.
//! - Lateness: [`LeaveBook::deduct`] with every difference, positive or negative. It never fails.
//! - Activation: [`LeaveBook::bring_up_to_date`]. Changed `hired_on` or `annual_leave_days`: [`LeaveBook::grant_anew`]. A
//!   manager's adjustment: [`LeaveBook::adjust`]. Scheduled jobs: `bring_up_to_date`, [`LeaveBook::check_mark`] and
//!   [`LeaveBook::give_notices`].
//! - [`LeaveBook::finish`] returns what to commit ([`Booked`]): `Commit::book_leave` writes it, and its facts go into the event.
//! - The setup of a company books nothing for its first admin, because `leave_day_minutes` couldn't be chosen afterwards. Their
//!   grant is booked when it is first needed, like every grant of a year that hasn't been opened yet.
//!
//! Every operation first books what has become due (a grant, a rollover, an expiry), so that no result depends on whether the
//! scheduled jobs have run. Types that aren't counted have no balance and aren't booked here.

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
