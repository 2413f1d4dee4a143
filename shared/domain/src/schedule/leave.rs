//! Approved leave in the schedule: the halves of a date that it covers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldRule, Invalid, holiday::Half, id::LeaveRequestId};

/// The code of a leave type, such as `annual`: 1 to 32 of `a`–`z`, digits and `_`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, pattern = "^[a-z0-9_]{1,32}$", example = "annual")]
pub struct LeaveTypeCode(String);

impl LeaveTypeCode {
    /// Returns the code if it follows the rules.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if (1..=32).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(FieldRule::LeaveTypeCode))
        }
    }

    /// Annual leave, from which lateness is deducted.
    pub fn annual() -> Self {
        Self("annual".to_owned())
    }

    /// Sick leave.
    pub fn sick() -> Self {
        Self("sick".to_owned())
    }

    /// Time off, which is taken from the time account.
    pub fn time_off() -> Self {
        Self("time_off".to_owned())
    }

    /// Unpaid leave.
    pub fn unpaid() -> Self {
        Self("unpaid".to_owned())
    }

    /// The code as text.
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

/// The approved request to which a leave belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaveRef {
    /// The request's id.
    pub request_id: LeaveRequestId,
    /// The leave type.
    #[serde(rename = "type")]
    pub leave_type: LeaveTypeCode,
}

/// The leave of a date. Each half has its own entry, because two requests may each cover one half.
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

    /// Whether the leave covers that half.
    pub const fn covers(&self, half: Half) -> bool {
        match half {
            Half::Morning => self.morning.is_some(),
            Half::Afternoon => self.afternoon.is_some(),
        }
    }

    /// This leave, completed with `other` on the halves that this leave doesn't cover.
    #[must_use]
    pub fn over(&self, other: &Self) -> Self {
        let half = |own: &Option<LeaveRef>, other: &Option<LeaveRef>| own.clone().or_else(|| other.clone());
        Self { morning: half(&self.morning, &other.morning), afternoon: half(&self.afternoon, &other.afternoon) }
    }

    /// This leave with the halves of a request replaced by those of `other`.
    #[must_use]
    pub fn replacing(&self, request: LeaveRequestId, other: &Self) -> Self {
        let half = |own: &Option<LeaveRef>, other: &Option<LeaveRef>| match own {
            Some(leave) if leave.request_id == request => other.clone(),
            Some(_) | None => own.clone(),
        };
        Self { morning: half(&self.morning, &other.morning), afternoon: half(&self.afternoon, &other.afternoon) }
    }

    /// Returns whether `other` has the same leave on each half that this leave covers.
    pub fn is_part_of(&self, other: &Self) -> bool {
        let is_there = |half: &Option<LeaveRef>, other: &Option<LeaveRef>| half.is_none() || half == other;
        is_there(&self.morning, &other.morning) && is_there(&self.afternoon, &other.afternoon)
    }

    /// The number of halves that the leave covers, 0 to 2.
    pub fn half_days(&self) -> i64 {
        i64::from(self.morning.is_some()) + i64::from(self.afternoon.is_some())
    }

    /// The request and the half that the API returns. There is no half if the whole day is covered. If two requests cover one
    /// half each, the morning's request is returned.
    pub fn shown(&self) -> Option<(&LeaveRef, Option<Half>)> {
        match (&self.morning, &self.afternoon) {
            (Some(leave), Some(_)) => Some((leave, None)),
            (Some(leave), None) => Some((leave, Some(Half::Morning))),
            (None, Some(leave)) => Some((leave, Some(Half::Afternoon))),
            (None, None) => None,
        }
    }
}
