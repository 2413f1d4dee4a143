mod audience;
mod digest;
mod facts;
mod fixtures;
mod inbox;
mod live;
mod wording;
