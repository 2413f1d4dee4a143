mod audience;
mod cast;
mod inbox;
mod live;
mod wording;
