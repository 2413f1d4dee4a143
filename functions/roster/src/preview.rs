//! Previews of roster changes.

use app::{
    Refusal,
    roster::plans::{ChangedDay, RosterEffects},
};
use domain::{calendar::WorkDate, roster::Caution};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Problem, RequestId, answers::roster::RosterDayAnswer, problem::ProblemBody};

/// The effects of a change of a person's roster. Nothing is changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RosterPreview {
    /// Whether the change would be made.
    allowed: bool,
    /// The problem with which the change would be refused. Overlapping shifts are both named.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
    /// The dates that would change, in order.
    days: Vec<PreviewedDay>,
    /// The conflicts on these dates. They don't prevent the change.
    conflicts: Vec<RosterConflict>,
}

/// A date before and after the change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RosterPreviewDay)]
pub(crate) struct PreviewedDay {
    /// The work date.
    date: WorkDate,
    /// The date as it is.
    before: RosterDayAnswer,
    /// The date as it would be.
    after: RosterDayAnswer,
}

/// A conflict on a date that a manager should know before they plan it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RosterConflict {
    /// The work date.
    date: WorkDate,
    /// The kind of the conflict.
    kind: ConflictKind,
    /// The conflict in words.
    #[schema(example = "There is approved leave on 2026-11-09.")]
    detail: String,
}

/// The kinds of conflicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RosterConflictKind)]
pub(crate) enum ConflictKind {
    /// The person has approved leave on the date.
    OnLeave,
    /// The date is a holiday.
    Holiday,
    /// There is less rest between two shifts than `min_rest_minutes`.
    TooLittleRest,
}

impl RosterPreview {
    /// Creates the preview of a change, or of its refusal.
    pub(crate) fn new(effects: Result<RosterEffects, Refusal>, request_id: &RequestId) -> Self {
        match effects {
            Ok(RosterEffects { days, conflicts }) => Self {
                allowed: true,
                problem: None,
                days: days
                    .into_iter()
                    .map(|ChangedDay { date, before, after }| PreviewedDay { date, before, after })
                    .collect(),
                conflicts: conflicts.iter().map(|(date, caution)| RosterConflict::new(*date, caution)).collect(),
            },
            Err(refusal) => {
                let problem = Some(Problem::from(refusal).body(request_id.as_str(), request_id.language()));
                Self { allowed: false, problem, days: Vec::new(), conflicts: Vec::new() }
            }
        }
    }
}

impl RosterConflict {
    fn new(date: WorkDate, caution: &Caution) -> Self {
        let (kind, detail) = match caution {
            Caution::OnLeave => (ConflictKind::OnLeave, format!("There is approved leave on {date}.")),
            Caution::Holiday => (ConflictKind::Holiday, format!("{date} is a holiday.")),
            Caution::TooLittleRest(rest) => (
                ConflictKind::TooLittleRest,
                format!(
                    "Between {} and {} are {} minutes. The least are {}.",
                    rest.earlier, rest.later, rest.minutes, rest.wanted
                ),
            ),
        };
        Self { date, kind, detail }
    }
}
