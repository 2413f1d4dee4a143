mod audience;
mod cast;
mod digest;
mod inbox;
mod live;
mod wording;
