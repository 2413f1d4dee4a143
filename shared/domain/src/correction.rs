//! Corrections: an employee states how one of their days should be recorded, and a manager decides.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    calendar::{WorkDate, Zone},
    day::{Day, DayStatus, SessionTimes, WaitingPunch},
    id::{DepartmentId, UserId},
    text::{Reason, Remark},
    user::User,
};

pub use crate::owned_id::CorrectionId;

/// A day as the employee says it was, until someone decides whether it is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The correction's id.
    pub id: CorrectionId,
    /// The employee whose day is corrected.
    pub user_id: UserId,
    /// The employee's department when the correction last changed. The managers of this department see the correction in their
    /// list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    /// The day's time zone. Its instants are shown in this zone.
    pub zone: Zone,
    /// The work date of the day.
    pub date: WorkDate,
    /// The sessions that the day gets if the correction is approved.
    #[serde(default)]
    pub sessions: Vec<SessionTimes>,
    /// The employee's reason.
    pub reason: Reason,
    /// The state of the correction.
    pub status: CorrectionStatus,
    /// The version of the day when the correction was requested. A day with another version can't be corrected by this request.
    pub day_version: u64,
    /// The day when the correction was requested. Absent in corrections that were stored before this field existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<CorrectedDay>,
    /// The day after the correction: while it is pending, as it would become; once it is approved, as it became. Absent in
    /// corrections that were stored before this field existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CorrectedDay>,
    /// The offline punches that wait for the decision. A correction that an employee requests has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offline_punches: Vec<WaitingPunch>,
    /// The user who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<UserId>,
    /// The instant of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// The note of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Remark>,
    /// Whether the only administrator decided their own correction, because nobody else could.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_decided: bool,
    /// The instant of the request.
    pub created_at: Timestamp,
    /// The version, which grows by 1 with each change.
    pub version: u64,
}

/// A day before or after a correction, with the figures that follow from its sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectedDay {
    /// The day's status.
    pub status: DayStatus,
    /// The day's sessions, in order.
    #[serde(default)]
    pub sessions: Vec<SessionTimes>,
    /// Worked time, in seconds.
    pub worked_seconds: i64,
    /// Breaks, paid and unpaid, in seconds.
    pub break_seconds: i64,
    /// Lateness, in seconds.
    pub late_seconds: i64,
    /// Time by which shifts were left early, in seconds.
    pub early_leave_seconds: i64,
    /// Overtime, in seconds.
    pub overtime_seconds: i64,
}

impl CorrectedDay {
    /// The day as it is at an instant.
    pub fn of(day: &Day, now: Timestamp) -> Self {
        let figures = day.figures(now);
        Self {
            status: figures.status,
            sessions: day.sessions().iter().map(SessionTimes::of).collect(),
            worked_seconds: figures.worked_seconds,
            break_seconds: figures.break_seconds,
            late_seconds: figures.late_seconds,
            early_leave_seconds: figures.early_leave_seconds,
            overtime_seconds: figures.overtime_seconds,
        }
    }
}

/// The state of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CorrectionStatus {
    /// Nobody has decided yet.
    Pending,
    /// A manager approved the correction: the day is as the employee stated.
    Approved,
    /// A manager rejected the correction: the day is unchanged.
    Rejected,
    /// The employee withdrew the correction, or left the company.
    Withdrawn,
}

/// The outcome of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Approved.
    Approved,
    /// Rejected.
    Rejected,
}

/// A decision with the user who made it, its instant and its note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The user who decides.
    pub by: UserId,
    /// The instant of the decision.
    pub at: Timestamp,
    /// The outcome.
    pub decision: Decision,
    /// The note.
    pub note: Option<Remark>,
    /// Whether the only administrator decides their own correction.
    pub self_decided: bool,
}

/// The correction is no longer pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("already decided")]
pub struct AlreadyDecided(pub CorrectionStatus);

/// The day has changed since the employee requested the correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the day has version {now} and had {then}")]
pub struct DayChangedSince {
    /// The current version of the day.
    pub now: u64,
    /// The version of the day when the correction was requested.
    pub then: u64,
}

impl Correction {
    /// Returns a pending correction of a person's day. `day` is the day now, and `edited` the day as it would become.
    pub fn requested(
        id: CorrectionId,
        person: &User,
        (day, edited): (&Day, Option<&Day>),
        sessions: Vec<SessionTimes>,
        reason: Reason,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            user_id: person.id,
            department_id: person.department_id,
            zone: day.zone().clone(),
            date: day.date(),
            sessions,
            reason,
            status: CorrectionStatus::Pending,
            day_version: day.version(),
            before: Some(CorrectedDay::of(day, now)),
            after: edited.map(|day| CorrectedDay::of(day, now)),
            offline_punches: Vec::new(),
            decided_by: None,
            decided_at: None,
            note: None,
            self_decided: false,
            created_at: now,
            version: 1,
        }
    }

    /// The correction with a decision. A correction can be decided once, while it is pending.
    pub fn decided(&self, verdict: Verdict) -> Result<Self, AlreadyDecided> {
        self.must_be_pending()?;
        let Verdict { by, at, decision, note, self_decided } = verdict;
        let status = match decision {
            Decision::Approved => CorrectionStatus::Approved,
            Decision::Rejected => CorrectionStatus::Rejected,
        };
        let (decided_by, decided_at, version) = (Some(by), Some(at), self.version + 1);
        Ok(Self { status, decided_by, decided_at, note, self_decided, version, ..self.clone() })
    }

    /// The sessions that the day gets when the correction is approved. Offline punches are added to the day as it is at the
    /// approval. A correction that an employee requests applies only to the version of the day that the employee saw.
    ///
    /// # Errors
    ///
    /// The day has changed since the employee requested the correction.
    pub fn sessions_of(&self, day: &Day) -> Result<Vec<SessionTimes>, DayChangedSince> {
        if day.version() == self.day_version {
            Ok(self.sessions.clone())
        } else if self.offline_punches.is_empty() {
            Err(DayChangedSince { now: day.version(), then: self.day_version })
        } else {
            Ok(day.sessions_with(&self.offline_punches))
        }
    }

    /// The correction of a person who moved to another department: it appears in that department's lists from now on.
    #[must_use]
    pub fn moved(&self, department_id: Option<DepartmentId>) -> Self {
        Self { department_id, version: self.version + 1, ..self.clone() }
    }

    /// Withdraws the correction while it is pending.
    pub fn withdrawn(&self) -> Result<Self, AlreadyDecided> {
        self.must_be_pending()?;
        Ok(Self { status: CorrectionStatus::Withdrawn, version: self.version + 1, ..self.clone() })
    }

    /// Fails if the correction is decided or withdrawn.
    pub fn must_be_pending(&self) -> Result<(), AlreadyDecided> {
        match self.status {
            CorrectionStatus::Pending => Ok(()),
            CorrectionStatus::Approved | CorrectionStatus::Rejected | CorrectionStatus::Withdrawn => {
                Err(AlreadyDecided(self.status))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "01JBPB7N3C5V7X9Z1B3D5F7H9K01JBN2V7Q4W0M3T9K5ZXH8R6CD";

    fn pending() -> Correction {
        let id: CorrectionId = ID.parse().unwrap();
        Correction {
            id,
            user_id: id.owner(),
            department_id: None,
            zone: Zone::UTC,
            date: "2026-11-02".parse().unwrap(),
            sessions: Vec::new(),
            reason: Reason::parse("I forgot").unwrap(),
            status: CorrectionStatus::Pending,
            day_version: 3,
            before: None,
            after: None,
            offline_punches: Vec::new(),
            decided_by: None,
            decided_at: None,
            note: None,
            self_decided: false,
            created_at: Timestamp::UNIX_EPOCH,
            version: 1,
        }
    }

    fn verdict(decision: Decision) -> Verdict {
        let by = "01JBN2V7Q4W0M3T9K5ZXH8R6CZ".parse().unwrap();
        Verdict { by, at: Timestamp::UNIX_EPOCH, decision, note: None, self_decided: false }
    }

    #[test]
    fn an_id_contains_its_owner_and_parses_only_in_its_canonical_form() {
        let id: CorrectionId = ID.parse().unwrap();
        assert_eq!(id.to_string(), ID);
        assert_eq!(id.owner().to_string(), "01JBN2V7Q4W0M3T9K5ZXH8R6CD");
        for bad in ["", "x", &ID[..26], &ID[..51], &ID.to_lowercase(), &format!("{ID}0"), "💥💥💥💥💥💥💥💥💥💥💥💥💥"]
        {
            assert!(bad.parse::<CorrectionId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_correction_is_decided_or_withdrawn_once() {
        let ends = [
            pending().decided(verdict(Decision::Approved)).unwrap(),
            pending().decided(verdict(Decision::Rejected)).unwrap(),
            pending().withdrawn().unwrap(),
        ];
        let statuses = [CorrectionStatus::Approved, CorrectionStatus::Rejected, CorrectionStatus::Withdrawn];
        for (end, status) in ends.into_iter().zip(statuses) {
            assert_eq!((end.status, end.version), (status, 2));
            assert_eq!(end.decided(verdict(Decision::Approved)), Err(AlreadyDecided(status)));
            assert_eq!(end.withdrawn(), Err(AlreadyDecided(status)));
        }
    }
}
