//! Punches that a device made without a network and sent later (docs/rules.md#offline-punches).
//!
//! [`DeviceClock`] says whether the device's clock can be believed. [`super::PunchContext::merge_offline`] puts the punches of one
//! device among those that are recorded, by the same transitions as punches made in time. What doesn't fit waits for a manager:
//! [`super::Day::sessions_with`] says what it would make of the day.

mod clock;
mod merging;
mod proposal;
mod record;
mod timeline;

pub use clock::{ClockCheck, DeviceClock, Monotonic};
pub use merging::{Merged, OfflineBatch, OfflineRow, OpenDayMissing, RowOutcome};
pub use record::{DeviceText, OfflinePunch, WaitReason, WaitingPunch};
