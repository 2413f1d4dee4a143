//! Corrections: an employee says how a day of theirs was, and a manager decides.

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

/// How a day was, as the person says, until someone decides whether it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Which.
    pub id: CorrectionId,
    /// Whose day.
    pub user_id: UserId,
    /// The department that the person belonged to when it last changed: whose managers have it in their list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department_id: Option<DepartmentId>,
    /// The day's zone, in which its instants are shown.
    pub zone: Zone,
    /// Which day.
    pub date: WorkDate,
    /// The sessions as they shall be.
    #[serde(default)]
    pub sessions: Vec<SessionTimes>,
    /// Why.
    pub reason: Reason,
    /// What became of it.
    pub status: CorrectionStatus,
    /// The version that the day had when it was asked for; another one can't be corrected so any more.
    pub day_version: u64,
    /// The day as it was when it was asked for; absent in what was stored before it was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<CorrectedDay>,
    /// The day as it becomes by the correction, and once it is approved as it became; absent likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<CorrectedDay>,
    /// The offline punches that wait for the decision. A person who asks for a correction has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offline_punches: Vec<WaitingPunch>,
    /// Who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<UserId>,
    /// When it was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// What was said with the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Remark>,
    /// Whether the sole admin decided their own, because there was nobody else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_decided: bool,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Counts the changes.
    pub version: u64,
}

/// A day on one side of a correction, with what follows from its sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectedDay {
    /// What the day is.
    pub status: DayStatus,
    /// Its sessions, in order.
    #[serde(default)]
    pub sessions: Vec<SessionTimes>,
    /// Worked time.
    pub worked_seconds: i64,
    /// Breaks, paid and unpaid.
    pub break_seconds: i64,
    /// Lateness.
    pub late_seconds: i64,
    /// Time by which shifts were left early.
    pub early_leave_seconds: i64,
    /// Overtime.
    pub overtime_seconds: i64,
}

impl CorrectedDay {
    /// The day as it stands at an instant.
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
    /// The day is as the person said.
    Approved,
    /// The day stays as it was.
    Rejected,
    /// The person doesn't want it any more, or left.
    Withdrawn,
}

/// How something is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approved,
    /// No.
    Rejected,
}

/// Who decides, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// How.
    pub decision: Decision,
    /// The note.
    pub note: Option<Remark>,
    /// Whether it is the sole admin's own.
    pub self_decided: bool,
}

/// It isn't pending any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("already decided")]
pub struct AlreadyDecided(pub CorrectionStatus);

/// The day has changed since its person asked for a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the day has version {now} and had {then}")]
pub struct DayChangedSince {
    /// The version of the day.
    pub now: u64,
    /// The version that the person saw.
    pub then: u64,
}

impl Correction {
    /// A correction of a person's day, to be decided. `day` is the day now, and `edited` the day as it would become.
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

    /// The correction as it was decided: once, and only while it is pending.
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

    /// The sessions that the day gets by an approval. Offline punches are worked into the day as it is by then; what a person asks
    /// for holds for the day that they saw.
    ///
    /// # Errors
    ///
    /// The day has changed since the person asked.
    pub fn sessions_of(&self, day: &Day) -> Result<Vec<SessionTimes>, DayChangedSince> {
        if day.version() == self.day_version {
            Ok(self.sessions.clone())
        } else if self.offline_punches.is_empty() {
            Err(DayChangedSince { now: day.version(), then: self.day_version })
        } else {
            Ok(day.sessions_with(&self.offline_punches))
        }
    }

    /// The correction of someone who moved: from now on it is in the lists of the department that they belong to.
    #[must_use]
    pub fn moved(&self, department_id: Option<DepartmentId>) -> Self {
        Self { department_id, version: self.version + 1, ..self.clone() }
    }

    /// The correction taken back, while it is pending.
    pub fn withdrawn(&self) -> Result<Self, AlreadyDecided> {
        self.must_be_pending()?;
        Ok(Self { status: CorrectionStatus::Withdrawn, version: self.version + 1, ..self.clone() })
    }

    /// Fails where the correction was decided or withdrawn.
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
    fn an_id_tells_its_owner_and_is_read_back_only_in_its_canonical_spelling() {
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
