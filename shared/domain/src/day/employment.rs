//! Days outside the person's employment.
//!
//! Employment is a fact about the person, not a part of roster or policy. Therefore a day follows it even after its date is over.
//! Worked time stays, and nothing is expected. The previous shifts, kind and leave are stored in case the dates of the employment
//! are corrected again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Day, DayChange};
use crate::{
    calendar::WorkDate,
    employment::Employment,
    schedule::{DayKind, DayLeave, Planner, Shift},
    user::UserStatus,
};

/// The data that a day stores while the person isn't employed on its date.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct OutsideEmployment {
    /// Whether a manager has edited the day since. Until then, its work isn't overtime.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_reviewed: bool,
    /// The shifts, kind and leave that applied before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    withheld: Option<Expected>,
}

/// The shifts, kind and leave of a person on a date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Expected {
    pub(super) kind: DayKind,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) shifts: Vec<Shift>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) leave: Option<DayLeave>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) as_usual: bool,
}

impl OutsideEmployment {
    /// The state after a manager has edited the day.
    pub(super) fn reviewed(self) -> Self {
        Self { is_reviewed: true, ..self }
    }

    /// Returns whether work on the day counts towards overtime.
    pub(super) const fn counts_overtime(&self) -> bool {
        self.is_reviewed
    }
}

impl Day {
    /// The day, whose date is over, updated to the person's employment and nothing else.
    pub(super) fn following_employment(&self, planner: &Planner<'_>) -> Self {
        match (self.outside_employment(), planner.person.employments.hold(self.date())) {
            (None, true) | (Some(_), false) => self.clone(),
            (None, false) => {
                // A day without an expectation has nothing to restore.
                let withheld = Some(self.expected()).filter(|expected| expected.kind != DayKind::Unscheduled);
                let nothing = Expected { kind: DayKind::Unscheduled, shifts: Vec::new(), leave: None, as_usual: false };
                self.clone().employed(Some(OutsideEmployment { is_reviewed: false, withheld }), nothing)
            }
            (Some(outside), true) => match &outside.withheld {
                Some(withheld) => self.restored(withheld, planner),
                None => self.clone().employed(None, by_schedule(planner, self.date())),
            },
        }
    }

    /// The day with the withheld shifts and kind, under the current leave.
    fn restored(&self, withheld: &Expected, planner: &Planner<'_>) -> Self {
        let date = self.date();
        let placed = planner.years.get(&date.year()).and_then(|year| year.leave.get(&date));
        match (&withheld.leave, placed) {
            (Some(kept), Some(placed)) if kept.is_part_of(placed) => self.clone().employed(None, withheld.clone()),
            (Some(_), _) => self.clone().employed(None, by_schedule(planner, date)),
            (None, None) => self.clone().employed(None, withheld.clone()),
            (None, Some(placed)) => self.clone().employed(None, withheld.clone()).with_leave(planner, placed),
        }
    }
}

fn by_schedule(planner: &Planner<'_>, date: WorkDate) -> Expected {
    Day::open(planner, date).expected()
}

/// Opens days that are over and aren't stored, if an active person was employed on their dates according to corrected
/// employments. The absence of these days is then recorded. Dates before the creation of the account stay unrecorded.
pub fn open_corrected(
    corrected: &[Employment],
    planner: &Planner<'_>,
    is_stored: impl Fn(WorkDate) -> bool,
    now: Timestamp,
) -> Vec<DayChange> {
    match planner.person.status {
        UserStatus::Active => {}
        UserStatus::Pending | UserStatus::Disabled => return Vec::new(),
    }
    let (since, last) = (planner.today(planner.person.created_at), planner.today(now).previous());
    corrected
        .iter()
        .flat_map(|span| span.dates_within(since, last))
        .filter(|date| planner.person.is_employed_on(*date) && !is_stored(*date))
        .map(|date| DayChange::new(None, Day::open(planner, date), now))
        .collect()
}
