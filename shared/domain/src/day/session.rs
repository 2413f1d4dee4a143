//! Sessions: from a clock-in to its clock-out, with the breaks between.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{DayPolicy, FlaggedClockIn, Punch, ReviewStatus};
use crate::{
    id::{BreakId, SessionId},
    schedule::{Shift, ShiftId},
    text::Remark,
};

/// A stretch of presence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// How it began.
    pub clock_in: Punch,
    /// How it ended; an open session hasn't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_out: Option<Punch>,
    /// In order, not overlapping; only the last of an open session may be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Break>,
    /// The shift that the clock-in was matched to. Figures don't look at it (what a session attends follows from its
    /// times); a second clock-in does, so that an early arrival isn't taken for the same shift twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift_id: Option<ShiftId>,
    /// Whether it waits for a review: its end was guessed without a shift to go by, or a rule or plan of its day has a value
    /// that the release which recorded the punch didn't know.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_review: bool,
    /// Why its clock-in was taken and flagged; absent where somebody was expected then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flagged: Option<FlaggedClockIn>,
}

/// An interruption of a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Break {
    /// Which.
    pub id: BreakId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; an open break hasn't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// What the person said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    /// Whether it was paid by the settings when it began. Only breaks of days until 0.1.0 keep it:
    /// [`DayPolicy::pays`] tells whether a break is paid.
    #[serde(default, rename = "paid", skip_serializing_if = "Option::is_none")]
    pub paid_when_begun: Option<bool>,
}

impl Session {
    /// Whether it hasn't ended.
    pub const fn is_open(&self) -> bool {
        self.clock_out.is_none()
    }

    /// The break that hasn't ended.
    pub fn open_break(&self) -> Option<&Break> {
        self.breaks.last().filter(|pause| pause.ended_at.is_none())
    }

    /// The last thing that was pressed in it.
    pub fn last_punch_at(&self) -> Timestamp {
        let last_break = self.breaks.last().map(|pause| pause.ended_at.unwrap_or(pause.started_at));
        let last = last_break.map_or(self.clock_in.at, |at| at.max(self.clock_in.at));
        self.clock_out.as_ref().map_or(last, |out| out.at.max(last))
    }

    /// Whether it attends the shift: whether they overlap. While it is open it attends the shifts that have begun by `as_of`
    /// and begin before clock-in + `auto_clock_out_after_minutes`.
    pub fn attends(&self, shift: &Shift, as_of: Timestamp, policy: &DayPolicy) -> bool {
        let from = self.clock_in.at;
        let open_until = || as_of.min(policy.attends_shifts_before(from));
        let until = self.clock_out.as_ref().map_or_else(open_until, |out| out.at);
        // A clock-out in the second of its clock-in is an overlap too when it lies within the shift.
        from < shift.end_at && (shift.start_at < until || shift.start_at <= from)
    }

    /// Whether its lateness costs leave: a flagged clock-in's only once it is acknowledged.
    pub fn is_charged(&self) -> bool {
        self.flagged.as_ref().is_none_or(|flagged| match flagged.status() {
            ReviewStatus::Acknowledged => true,
            ReviewStatus::Waiting | ReviewStatus::Rejected => false,
        })
    }

    /// Ends it, and an open break with it.
    pub(super) fn close(&mut self, out: Punch) {
        if let Some(pause) = self.breaks.last_mut() {
            pause.ended_at.get_or_insert(out.at);
        }
        self.clock_out = Some(out);
    }
}
