//! Sessions: the time from a clock-in to its clock-out, including breaks.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DayPolicy, FlaggedClockIn, Punch, ReviewStatus, Source};
use crate::{
    id::{BreakId, SessionId},
    pay::CostCenterCode,
    schedule::{Shift, ShiftId},
    text::Remark,
};

/// A session of presence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// The clock-in.
    pub clock_in: Punch,
    /// The clock-out; absent while the session is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_out: Option<Punch>,
    /// The breaks in order, not overlapping. Only the last break of an open session may be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<Break>,
    /// The shift to which the clock-in was matched. Figures don't use it, because the shifts that a session attends follow from
    /// its times. A second clock-in uses it, so that an early arrival isn't matched to the same shift twice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shift_id: Option<ShiftId>,
    /// Whether the session waits for a review: its end was guessed without a shift, or a rule or plan of its day has an unknown
    /// value. Unknown means that the release that recorded the punch didn't know the value.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub needs_review: bool,
    /// The flag of the clock-in; absent if the person was expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flagged: Option<FlaggedClockIn>,
    /// The cost centers that the person named, in order, each from its instant on. Time before the first is assigned to the cost
    /// center of the person's pay profile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cost_centers: Vec<NamedCostCenter>,
}

/// A cost center that the person named in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StatedCostCenter)]
pub struct NamedCostCenter {
    /// The instant from which work is assigned to the cost center.
    #[schema(value_type = String, format = "date-time", example = "2026-11-02T12:00:00+03:00")]
    pub from: Timestamp,
    /// The cost center; absent if work is assigned to that of the person's pay profile again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_center: Option<CostCenterCode>,
}

/// A break in a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Break {
    /// The break's id.
    pub id: BreakId,
    /// The start of the break.
    pub started_at: Timestamp,
    /// The end of the break; absent while it is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The person's remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<Remark>,
    /// Whether the break was paid according to the settings when it began. Only breaks of days until 0.1.0 have this field.
    /// [`DayPolicy::pays`] returns whether a break is paid.
    #[serde(default, rename = "paid", skip_serializing_if = "Option::is_none")]
    pub paid_when_begun: Option<bool>,
    /// Whether nobody ended the break: it ended with its session. Breaks of releases up to 0.1.0 don't have this field.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ended_with_session: bool,
}

impl Break {
    /// A break that has begun.
    pub(super) const fn begun(id: BreakId, started_at: Timestamp, remark: Option<Remark>) -> Self {
        Self { id, started_at, ended_at: None, remark, paid_when_begun: None, ended_with_session: false }
    }
}

impl Session {
    /// Whether the break hasn't ended.
    pub const fn is_open(&self) -> bool {
        self.clock_out.is_none()
    }

    /// The break that hasn't ended.
    pub fn open_break(&self) -> Option<&Break> {
        self.breaks.last().filter(|pause| pause.ended_at.is_none())
    }

    /// The instant of the last punch in the session.
    pub fn last_punch_at(&self) -> Timestamp {
        let last_break = self.breaks.last().map(|pause| pause.ended_at.unwrap_or(pause.started_at));
        let last = last_break.map_or(self.clock_in.at, |at| at.max(self.clock_in.at));
        let last = self.cost_centers.last().map_or(last, |named| named.from.max(last));
        self.clock_out.as_ref().map_or(last, |out| out.at.max(last))
    }

    /// Whether the session attends the shift, that is, whether they overlap. An open session attends the shifts that have begun
    /// by `as_of` and begin before clock-in + `auto_clock_out_after_minutes`.
    pub fn attends(&self, shift: &Shift, as_of: Timestamp, policy: &DayPolicy) -> bool {
        let from = self.clock_in.at;
        let open_until = || as_of.min(policy.attends_shifts_before(from));
        let until = self.clock_out.as_ref().map_or_else(open_until, |out| out.at);
        // A clock-out in the same second as its clock-in overlaps the shift too, if it lies within it.
        from < shift.end_at && (shift.start_at < until || shift.start_at <= from)
    }

    /// Whether the session's lateness is deducted from leave. If the clock-in is flagged, it must be acknowledged first. Imported
    /// history costs nothing: the balances with which a company begins contain it.
    pub fn is_charged(&self) -> bool {
        self.clock_in.source != Source::Import
            && self.flagged.as_ref().is_none_or(|flagged| match flagged.status() {
                ReviewStatus::Acknowledged => true,
                ReviewStatus::Waiting | ReviewStatus::Rejected => false,
            })
    }

    /// The cost center that the person named for the work of an instant; `None` if the person named none.
    pub fn cost_center_at(&self, at: Timestamp) -> Option<&CostCenterCode> {
        self.cost_centers.iter().rev().find(|named| named.from <= at)?.cost_center.as_ref()
    }

    /// The named cost centers if the clock-in moves to another instant. What the person named with the clock-in moves with it.
    pub(super) fn cost_centers_from(&self, clock_in: Timestamp) -> Vec<NamedCostCenter> {
        let moved = self.cost_centers.iter().map(|named| {
            let from = if named.from <= self.clock_in.at { clock_in } else { named.from.max(clock_in) };
            NamedCostCenter { from, cost_center: named.cost_center.clone() }
        });
        let mut kept: Vec<NamedCostCenter> = Vec::new();
        for named in moved {
            kept.retain(|earlier| earlier.from != named.from);
            kept.push(named);
        }
        kept
    }

    /// Ends the session, together with an open break.
    pub(super) fn close(&mut self, out: Punch) {
        if let Some(pause) = self.breaks.last_mut().filter(|pause| pause.ended_at.is_none()) {
            pause.ended_at = Some(out.at);
            pause.ended_with_session = true;
        }
        self.clock_out = Some(out);
    }
}
