//! Punches that a device made while it was offline and sent later (docs/rules.md#offline-punches).
//!
//! [`DeviceClock`] checks whether the device's clock is trustworthy. [`super::PunchContext::merge_offline`] merges the punches of
//! one person with the recorded punches, by the same transitions as punches made in time. Punches that don't fit wait for a
//! manager. [`super::Day::sessions_with`] returns the sessions of the day with these punches.

mod batch;
mod clock;
mod merging;
mod proposal;
mod record;
mod timeline;

pub use batch::{Merged, OfflineAction, OfflineBatch, OfflineRow, OpenDayMissing, RowOutcome};
pub use clock::{ClockCheck, DeviceClock, Monotonic};

pub use record::{DeviceText, OfflinePunch, WaitReason, WaitingPunch};
