//! Previews of roster changes.

use domain::{
    calendar::WorkDate,
    roster::{Caution, cautions_on},
    schedule::Planner,
};
use serde::Serialize;
use utoipa::ToSchema;
use web::{Problem, RequestId, problem::ProblemBody};

use crate::assigned::{DayAnswer, LeaveShown};

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
    before: DayAnswer,
    /// The date as it would be.
    after: DayAnswer,
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
    /// Creates the preview of a change that would be allowed, with those of the dates that change.
    pub(crate) fn of_change(before: &Planner<'_>, after: &Planner<'_>, dates: impl Iterator<Item = WorkDate>) -> Self {
        let (mut days, mut conflicts) = (Vec::new(), Vec::new());
        for date in dates {
            let (was, becomes) = (before.assignment(date), after.assignment(date));
            if was == becomes {
                continue;
            }
            days.push(PreviewedDay {
                date,
                before: DayAnswer::new(&was, LeaveShown::Whole),
                after: DayAnswer::new(&becomes, LeaveShown::Whole),
            });
            conflicts.extend(cautions_on(after, date).into_iter().map(|caution| RosterConflict::new(date, &caution)));
        }
        Self { allowed: true, problem: None, days, conflicts }
    }

    /// Creates the preview of a change that would be refused.
    pub(crate) fn refused(problem: Problem, request_id: &RequestId) -> Self {
        let problem = Some(problem.body(request_id));
        Self { allowed: false, problem, days: Vec::new(), conflicts: Vec::new() }
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
