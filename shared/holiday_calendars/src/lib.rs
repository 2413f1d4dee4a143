//! Holidays from calendars: iCalendar files ([`parse`]), and the public holidays of countries ([`public_holidays`]).
//!
//! Both are lists of events ([`HolidayEvent`]). An event has a holiday on each of its dates, at each of the places that have it.
//! The id of a holiday is made from the UID of its event, the site and the date. So the same calendar again changes nothing, and an
//! event that moves within its year moves its holidays ([`domain::holiday_change::YearChange`]).

mod event;
mod icalendar;
mod places;
mod public;
mod year;

pub use event::HolidayEvent;
pub use icalendar::{Calendar, NotACalendar, parse};
pub use places::sites_in;
pub use public::{NotKnown, YEARS, public_holidays};
pub use year::by_year;
