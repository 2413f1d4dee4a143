//! Notices that leave expires, as they are kept: without one, nothing does (where the company's rule is so).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::LeaveMinutes;
use crate::calendar::WorkDate;

/// How many days before leave expires its notices are given.
const NOTICE_DAYS: [i32; 3] = [90, 30, 7];

/// How many days a notice must be old before what it tells of is gone.
pub const MIN_NOTICE_DAYS: i32 = 30;

/// A notice that leave expires, as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// On which date of the person's.
    pub on: WorkDate,
    /// How much expires unless it is taken. Of what was carried over together with what had expired of it by then.
    pub minutes: LeaveMinutes,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expiring {
    /// What can't be carried into the next leave year.
    WithYear,
    /// What was carried over and isn't taken in time.
    CarriedOver,
}

impl Expiring {
    /// Its name in keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WithYear => "year",
            Self::CarriedOver => "carried",
        }
    }
}

/// The notices that leave expires with the leave year, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Whether none was given.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The latest.
    pub(super) fn latest(&self) -> Option<Notice> {
        self.0.last().copied()
    }

    /// Adds another one.
    pub(super) fn add(&mut self, notice: Notice) {
        self.0.push(notice);
    }

    /// The most that was told by a date.
    pub(super) fn told_by(&self, date: WorkDate) -> LeaveMinutes {
        let by = self.0.iter().filter(|notice| notice.on <= date);
        by.map(|notice| notice.minutes).max().unwrap_or_default()
    }
}

/// Whether a notice is due today of leave that may be taken until `last`, the latest one having been given on `latest`.
/// One that was missed is given later.
pub(super) fn is_due(today: WorkDate, last: WorkDate, latest: Option<WorkDate>) -> bool {
    let begun = NOTICE_DAYS.iter().map(|days| last.plus_days(-days)).filter(|since| *since <= today).max();
    begun.is_some_and(|since| latest.is_none_or(|latest| latest < since))
}
