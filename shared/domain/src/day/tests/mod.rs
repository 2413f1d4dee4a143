//! Tests of the rules under "Which shift a punch belongs to", "Figures of a day" and "Forgotten clock-out" in docs/rules.md.

mod breaks;
mod checking;
mod edits;
mod employment;
mod figures;
mod flagged;
mod follows;
mod forgotten;
mod geofence;
mod matching;
mod months;
mod newer;
mod offline;
mod overtime;
mod own_schedule;
mod properties;
mod random_pay;
mod slow;
mod status;
