//! Time of a date that needs approval before it is paid, as the API shows it.

use domain::{
    FieldRule,
    calendar::{WorkDate, Zone},
    id::UserId,
    pay::{Approval, ApprovalSubject, ApprovalVerdict, PayCode},
    text::Reason,
};
use serde::Serialize;
use store::pay::approvals::{PayApprovalRecord, PayDecision, WaitingTime};
use utoipa::ToSchema;

use crate::instant::Instant;

/// Time of a person's date that needs approval before it is paid.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PayApproval)]
pub struct PayApprovalAnswer {
    /// The person.
    user_id: UserId,
    /// The work date.
    date: WorkDate,
    /// The time that waits for a decision.
    waiting: Vec<WaitingTimeAnswer>,
    /// The decisions, oldest first.
    decisions: Vec<PayDecisionAnswer>,
    /// The version; grows with each change.
    version: u64,
}

/// Time that waits for a manager's decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = WaitingTime)]
pub struct WaitingTimeAnswer {
    /// The kind of time.
    subject: TimeSubject,
    /// The pay code of overtime; `null` for work before the first shift.
    code: Option<PayCode>,
    /// The seconds.
    seconds: i64,
}

/// A decision about time of a date.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = PayDecision)]
pub struct PayDecisionAnswer {
    /// The kind of time.
    subject: TimeSubject,
    /// The pay code of overtime; `null` for work before the first shift.
    code: Option<PayCode>,
    /// The seconds that the decision applies to.
    seconds: i64,
    /// The decision.
    status: ApprovalVerdict,
    /// The person who decided.
    decided_by: UserId,
    /// The instant of the decision.
    decided_at: Instant,
    /// The reason.
    #[schema(value_type = Option<String>)]
    note: Option<Reason>,
}

/// The kind of time that needs approval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeSubject {
    /// Work before the first shift.
    BeforeShift,
    /// Overtime.
    Overtime,
}

/// A pay code is given for work before the shift, or missing for overtime.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeMismatch {
    /// The rule that the field `code` breaks.
    pub rule: FieldRule,
}

impl TimeSubject {
    /// Returns the time that a decision is about: overtime has a pay code, work before the shift has none.
    ///
    /// # Errors
    /// The code is missing, or given although there is none.
    pub fn with(self, code: Option<PayCode>) -> Result<ApprovalSubject, CodeMismatch> {
        match (self, code) {
            (Self::BeforeShift, None) => Ok(ApprovalSubject::BeforeShift),
            (Self::Overtime, Some(code)) => Ok(ApprovalSubject::Overtime(code)),
            (Self::BeforeShift, Some(_)) => {
                Err(CodeMismatch { rule: FieldRule::NotWith { other: "before_shift".to_owned() } })
            }
            (Self::Overtime, None) => Err(CodeMismatch { rule: FieldRule::Required }),
        }
    }
}

impl PayApprovalAnswer {
    /// Creates the answer, with instants in a zone.
    pub fn new(user_id: UserId, record: &PayApprovalRecord, zone: &Zone) -> Self {
        Self {
            user_id,
            date: record.date,
            waiting: record.waiting.iter().map(WaitingTimeAnswer::from).collect(),
            decisions: record.decisions.iter().map(|decision| PayDecisionAnswer::new(decision, zone)).collect(),
            version: record.version,
        }
    }
}

impl WaitingTimeAnswer {
    /// Creates the answer.
    pub fn new(subject: &ApprovalSubject, seconds: i64) -> Self {
        let (subject, code) = parts(subject);
        Self { subject, code, seconds }
    }
}

impl From<&WaitingTime> for WaitingTimeAnswer {
    fn from(time: &WaitingTime) -> Self {
        Self::new(&time.subject, time.seconds)
    }
}

impl PayDecisionAnswer {
    fn new(decision: &PayDecision, zone: &Zone) -> Self {
        let Approval { subject, seconds, verdict } = &decision.approval;
        let (subject, code) = parts(subject);
        Self {
            subject,
            code,
            seconds: *seconds,
            status: *verdict,
            decided_by: decision.by,
            decided_at: Instant::new(decision.at, zone),
            note: decision.note.clone(),
        }
    }
}

/// Returns the kind of time and its pay code.
fn parts(subject: &ApprovalSubject) -> (TimeSubject, Option<PayCode>) {
    match subject {
        ApprovalSubject::BeforeShift => (TimeSubject::BeforeShift, None),
        ApprovalSubject::Overtime(code) => (TimeSubject::Overtime, Some(code.clone())),
    }
}
