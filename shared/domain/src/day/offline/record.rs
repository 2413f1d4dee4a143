//! The stored data of a punch that was received later than it was made.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{FieldRule, Invalid, day::PunchAction, id::SessionId, pay::CostCenterCode};

/// A text that a device chose: its own id, the id of one of its punches, or the id of its boot. 1 to 64 visible ASCII characters
/// without spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceText(String);

impl DeviceText {
    /// The maximum length.
    const MAX: usize = 64;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DeviceText {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Invalid::new(FieldRule::VisibleAscii { min: 1, max: Self::MAX as u64 }))
        }
    }
}

impl TryFrom<String> for DeviceText {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<DeviceText> for String {
    fn from(text: DeviceText) -> Self {
        text.0
    }
}

impl fmt::Display for DeviceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A punch of a day that was received later than it was made, with both times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflinePunch {
    /// The device's id for the punch.
    pub client_id: DeviceText,
    /// The device's id. For a kiosk, this is the kiosk's id.
    pub device_id: DeviceText,
    /// The action.
    pub action: PunchAction,
    /// The session that the punch belongs to.
    pub session_id: SessionId,
    /// The instant of the punch by the device's clock.
    pub occurred_at: Timestamp,
    /// The instant at which the punch was received.
    pub received_at: Timestamp,
    /// Whether the device's monotonic clock confirms `occurred_at`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub time_confirmed: bool,
    /// Whether the punch was so late that a manager should review it, and none has.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_review: bool,
}

/// The reason why an offline punch waits for a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// The punch was later than the settings accept.
    TooLate,
    /// The device's clock was moved, or is wrong.
    ClockMoved,
    /// A manager has edited the day since the punch.
    DayEdited,
    /// The person was already clocked in.
    AlreadyClockedIn,
    /// The person wasn't clocked in.
    NotClockedIn,
    /// The person was already on a break.
    AlreadyOnBreak,
    /// The person wasn't on a break.
    NotOnBreak,
    /// The clock-in was outside the window of every shift.
    OutsideWindow,
    /// There was no shift for the clock-in.
    NotScheduled,
    /// The person was on leave.
    OnLeave,
    /// The clock-in has no location.
    LocationRequired,
    /// The clock-in was made too far from the place of work.
    OutsideGeofence,
    /// The clock-in has no photo.
    PhotoRequired,
    /// The photo was refused.
    PhotoInvalid,
    /// The cost center of the clock-in doesn't exist, or isn't active.
    CostCenterInactive,
    /// The PIN was wrong, or the person was locked out at kiosks.
    InvalidCredentials,
    /// A reason that a newer release of Rollcall has stored and that this release doesn't know.
    #[serde(other)]
    Unknown,
}

impl WaitReason {
    /// The reason's name in the API. If a punch in time would have been refused with a problem code, the name is that code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLate => "too_late",
            Self::ClockMoved => "clock_moved",
            Self::DayEdited => "day_edited",
            Self::AlreadyClockedIn => "already_clocked_in",
            Self::NotClockedIn => "not_clocked_in",
            Self::AlreadyOnBreak => "already_on_break",
            Self::NotOnBreak => "not_on_break",
            Self::OutsideWindow => "outside_window",
            Self::NotScheduled => "not_scheduled",
            Self::OnLeave => "on_leave",
            Self::LocationRequired => "location_required",
            Self::OutsideGeofence => "outside_geofence",
            Self::PhotoRequired => "photo_required",
            Self::PhotoInvalid => "photo_invalid",
            Self::CostCenterInactive => "cost_center_inactive",
            Self::InvalidCredentials => "invalid_credentials",
            Self::Unknown => "unknown",
        }
    }
}

/// A punch that waits for a manager, as its correction stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingPunch {
    /// The device's id for the punch.
    pub client_id: DeviceText,
    /// The device's id. For a kiosk, this is the kiosk's id.
    pub device_id: DeviceText,
    /// The action.
    pub action: PunchAction,
    /// The instant of the punch by the device's clock.
    pub occurred_at: Timestamp,
    /// The instant at which the punch was received.
    pub received_at: Timestamp,
    /// The reason why the punch waits.
    pub reason: WaitReason,
    /// The cost center that the clock-in names. It is proposed with the session, unless it isn't active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_center: Option<CostCenterCode>,
}
