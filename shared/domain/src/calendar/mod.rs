//! Dates, times of day, weekdays and zones in the forms that the contract promises.

mod time_of_day;
mod weekday;
mod work_date;
mod zone;

pub use time_of_day::TimeOfDay;
pub use weekday::Weekday;
pub use work_date::WorkDate;
pub use zone::Zone;
