//! Approved leave as the schedule sees it: which halves of a date it covers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldRule, Invalid, holiday::Half, id::LeaveRequestId};

/// The code of a leave type, such as `annual`: 1 to 32 of `a`–`z`, digits and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[a-z0-9_]{1,32}$", example = "annual")]
pub struct LeaveTypeCode(String);

impl LeaveTypeCode {
    /// The code, when it keeps the rules.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if (1..=32).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(FieldRule::LeaveTypeCode))
        }
    }

    /// Annual leave: what lateness is charged to.
    pub fn annual() -> Self {
        Self("annual".to_owned())
    }

    /// Sick leave.
    pub fn sick() -> Self {
        Self("sick".to_owned())
    }

    /// Unpaid leave.
    pub fn unpaid() -> Self {
        Self("unpaid".to_owned())
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LeaveTypeCode {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<LeaveTypeCode> for String {
    fn from(code: LeaveTypeCode) -> Self {
        code.0
    }
}

/// The approved request behind a leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveRef {
    /// Which request.
    pub request_id: LeaveRequestId,
    /// What kind of leave.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
}

/// What leave covers of a date. The halves are kept apart, since two requests may each take one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayLeave {
    /// The leave of the morning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub morning: Option<LeaveRef>,
    /// The leave of the afternoon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub afternoon: Option<LeaveRef>,
}

impl DayLeave {
    /// Leave of a whole day.
    pub fn full(leave: LeaveRef) -> Self {
        Self { morning: Some(leave.clone()), afternoon: Some(leave) }
    }

    /// Leave of half a day.
    pub fn half(half: Half, leave: LeaveRef) -> Self {
        match half {
            Half::Morning => Self { morning: Some(leave), afternoon: None },
            Half::Afternoon => Self { morning: None, afternoon: Some(leave) },
        }
    }

    /// Whether it covers that half.
    pub const fn covers(&self, half: Half) -> bool {
        match half {
            Half::Morning => self.morning.is_some(),
            Half::Afternoon => self.afternoon.is_some(),
        }
    }

    /// This leave, and on the halves that it doesn't cover the other.
    #[must_use]
    pub fn over(&self, other: &Self) -> Self {
        let half = |own: &Option<LeaveRef>, other: &Option<LeaveRef>| own.clone().or_else(|| other.clone());
        Self { morning: half(&self.morning, &other.morning), afternoon: half(&self.afternoon, &other.afternoon) }
    }

    /// This leave without a request's: what `other` has takes its place.
    #[must_use]
    pub fn replacing(&self, request: LeaveRequestId, other: &Self) -> Self {
        let half = |own: &Option<LeaveRef>, other: &Option<LeaveRef>| match own {
            Some(leave) if leave.request_id == request => other.clone(),
            Some(_) | None => own.clone(),
        };
        Self { morning: half(&self.morning, &other.morning), afternoon: half(&self.afternoon, &other.afternoon) }
    }

    /// Returns whether `other` has the same leave on each half that this covers.
    pub fn is_part_of(&self, other: &Self) -> bool {
        let is_there = |half: &Option<LeaveRef>, other: &Option<LeaveRef>| half.is_none() || half == other;
        is_there(&self.morning, &other.morning) && is_there(&self.afternoon, &other.afternoon)
    }

    /// How many halves it covers, 0 to 2.
    pub fn half_days(&self) -> i64 {
        i64::from(self.morning.is_some()) + i64::from(self.afternoon.is_some())
    }

    /// The request and the half that the API shows: one request, and no half when the whole day is covered. Of two
    /// requests for one date it is the morning's.
    pub fn shown(&self) -> Option<(&LeaveRef, Option<Half>)> {
        match (&self.morning, &self.afternoon) {
            (Some(leave), Some(_)) => Some((leave, None)),
            (Some(leave), None) => Some((leave, Some(Half::Morning))),
            (None, Some(leave)) => Some((leave, Some(Half::Afternoon))),
            (None, None) => None,
        }
    }
}
