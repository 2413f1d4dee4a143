//! The scheduled jobs, run as the template declares them.

mod again;
mod late_run;
mod load;
mod month;
