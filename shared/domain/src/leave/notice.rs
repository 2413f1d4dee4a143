//! Stored notices that leave expires. Where the company's rule requires a notice, leave doesn't expire without one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::LeaveMinutes;
use crate::calendar::WorkDate;

/// The numbers of days before the expiry at which notices are given.
const NOTICE_DAYS: [i32; 3] = [90, 30, 7];

/// The minimum number of days between a notice and the expiry that it announces.
pub const MIN_NOTICE_DAYS: i32 = 30;

/// A notice that leave expires.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The person's local date of the notice.
    pub on: WorkDate,
    /// The amount that expires unless it is taken. For carry-over, this includes what had expired by then.
    pub minutes: LeaveMinutes,
}

/// The leave that a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expiring {
    /// Leave that can't be carried over to the next leave year.
    WithYear,
    /// Carry-over that isn't taken in time.
    CarriedOver,
}

impl Expiring {
    /// Returns the name in keys.
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
    /// Returns whether there are no notices.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the latest notice.
    pub(super) fn latest(&self) -> Option<Notice> {
        self.0.last().copied()
    }

    /// Adds a notice.
    pub(super) fn add(&mut self, notice: Notice) {
        self.0.push(notice);
    }

    /// Returns the largest amount that was announced up to a date.
    pub(super) fn told_by(&self, date: WorkDate) -> LeaveMinutes {
        let by = self.0.iter().filter(|notice| notice.on <= date);
        by.map(|notice| notice.minutes).max().unwrap_or_default()
    }
}

/// Returns whether a notice is due today for leave that may be taken until `last`, where the latest notice was given on `latest`.
/// A missed notice is given later.
pub(super) fn is_due(today: WorkDate, last: WorkDate, latest: Option<WorkDate>) -> bool {
    let begun = NOTICE_DAYS.iter().map(|days| last.plus_days(-days)).filter(|since| *since <= today).max();
    begun.is_some_and(|since| latest.is_none_or(|latest| latest < since))
}
