//! The clockwork, run as the template declares it.

mod again;
mod load;
mod month;
