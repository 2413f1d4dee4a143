//! Facts about days and their figures: edits, reviews, absences and corrections.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    calendar::WorkDate,
    correction::{CorrectionId, Decision},
    day::{EditCause, Verdict},
    id::{DepartmentId, EventId, UserId},
    schedule::ShiftId,
};

/// Facts about days and their figures: edits, reviews, absences and corrections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DayFact {
    /// The sessions of a day were changed.
    DayEdited {
        /// The work date.
        date: WorkDate,
        /// The cause of the change: a manager's edit or an approved correction.
        cause: EditCause,
    },
    /// The flagged clock-ins of a day were acknowledged or rejected.
    ClockInReviewed {
        /// The work date.
        date: WorkDate,
        /// The verdict of the review.
        status: Verdict,
    },
    /// Lateness or absence was excused.
    DayExcused {
        /// The work date.
        date: WorkDate,
    },
    /// Someone requested a correction of one of their own days.
    CorrectionRequested {
        /// The id of the correction.
        correction_id: CorrectionId,
        /// The work date.
        date: WorkDate,
    },
    /// A correction was approved or rejected.
    CorrectionDecided {
        /// The id of the correction.
        correction_id: CorrectionId,
        /// The work date.
        date: WorkDate,
        /// The decision.
        decision: Decision,
    },
    /// A correction was withdrawn by the person who requested it, or because that person left before the decision.
    CorrectionWithdrawn {
        /// The id of the correction.
        correction_id: CorrectionId,
        /// The work date.
        date: WorkDate,
    },
    /// The totals of a month were corrected because they weren't the sum of its days.
    MonthTotalsRebuilt {
        /// The first date of the month.
        month: WorkDate,
        /// The department that the totals are stored with.
        department_id: Option<DepartmentId>,
    },
    /// Stored days were updated after a company-wide change (a holiday, a setting, a site) or after leave that was entered late.
    DaysFollowed {
        /// The work dates whose days changed.
        dates: Vec<WorkDate>,
        /// The event that changed them.
        cause: EventId,
    },
    /// Someone didn't arrive for a shift and its grace period is over. Managers receive this through `missing_people`.
    NotArrived {
        /// The work date.
        date: WorkDate,
        /// The id of the shift.
        shift_id: String,
    },
    /// People of a department whom one run found missing. Managers receive this as one notification, which names each person
    /// where they are few. Each of these people also has a `not_arrived` in an event of their own.
    MissingPeople {
        /// The missing people, each with the shift.
        people: Vec<Missing>,
    },
    /// Days of these people wait for a review. Managers receive this once a week.
    DaysToReview {
        /// The people, each with the number of days.
        people: Vec<DaysToReview>,
    },
    /// Every shift of a day was missed.
    Absent {
        /// The work date.
        date: WorkDate,
    },
}

/// Someone who hasn't arrived for a shift. As text, `<person>/<shift>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Missing {
    /// The person.
    pub user_id: UserId,
    /// The shift. Its id begins with the work date.
    pub shift_id: ShiftId,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.user_id, self.shift_id)
    }
}

impl std::str::FromStr for Missing {
    type Err = crate::Invalid;

    fn from_str(text: &str) -> Result<Self, crate::Invalid> {
        let (user, shift) = text.split_once('/').ok_or_else(|| crate::Invalid::new(crate::FieldRule::ShiftId))?;
        Ok(Self { user_id: user.parse()?, shift_id: shift.parse()? })
    }
}

/// The days of one person that wait for a manager's review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DaysToReview {
    /// The person.
    pub user_id: UserId,
    /// The number of days.
    pub days: u32,
    /// The work date of the day that has waited longest.
    pub oldest: WorkDate,
}
