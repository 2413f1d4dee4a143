//! Dates, times of day, weekdays and time zones in the formats of docs/api.md.

mod date_range;
mod instant;
mod time_of_day;
mod weekday;
mod work_date;
mod zone;

pub use date_range::DateRange;
pub use instant::parse_instant;
pub use time_of_day::TimeOfDay;
pub use weekday::Weekday;
pub use work_date::WorkDate;
pub use zone::Zone;
