mod audience;
mod digest;
mod fixtures;
mod inbox;
mod live;
mod wording;
