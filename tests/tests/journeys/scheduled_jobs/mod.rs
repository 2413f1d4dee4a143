//! The clockwork, run as the template declares it.

mod again;
mod late_run;
mod load;
mod month;
