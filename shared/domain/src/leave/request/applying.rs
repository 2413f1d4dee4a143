//! Approved leave that reaches so far back, or interrupts so much other leave, that one transaction doesn't hold all that
//! changes with it: `jobs` applies the rest in steps. So it does for such leave that is cancelled afterwards.
//!
//! The request, what it costs and the schedule are right at once; what follows is what stored days that are over say, and
//! what leave that was interrupted gets back. A request names what is left in [`LeaveRequest::unapplied`], and each step
//! puts its next version along with what the step changes. So a step happens once, whoever runs it, and however often.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{HistoryKind, LeaveContext, LeaveRequest, LeaveStatus, Outcome};
use crate::{audit::Actor, calendar::WorkDate, id::LeaveRequestId};

/// What of leave that was approved, or cancelled afterwards, is still to be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unapplied {
    /// The requests that it interrupts, or no longer does, and that don't know it yet.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub requests: BTreeSet<LeaveRequestId>,
    /// The first date whose stored day doesn't follow yet.
    pub from: WorkDate,
}

/// A part of what is to be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplyStep {
    /// These requests are interrupted, or go on.
    Requests(BTreeSet<LeaveRequestId>),
    /// Stored days from the first to the last of these dates follow.
    Days(WorkDate, WorkDate),
}

impl LeaveRequest {
    /// The next part to be applied, of at most so many requests or dates; none where all of it was applied.
    pub fn next_step(&self, requests: usize, dates: i32, today: WorkDate) -> Option<ApplyStep> {
        let unapplied = self.unapplied.as_ref()?;
        if unapplied.requests.is_empty() {
            let last = self.period.end_date().min(today).min(unapplied.from.plus_days(dates - 1));
            Some(ApplyStep::Days(unapplied.from, last.max(unapplied.from)))
        } else {
            Some(ApplyStep::Requests(unapplied.requests.iter().take(requests).copied().collect()))
        }
    }

    /// Who did what is applied: approved or entered the leave, or cancelled it afterwards.
    pub fn applied_by(&self) -> Actor {
        let decided = self.history.iter().rev().find(|entry| match entry.kind {
            HistoryKind::Approved | HistoryKind::Entered | HistoryKind::Cancelled => true,
            HistoryKind::Requested
            | HistoryKind::Changed
            | HistoryKind::Rejected
            | HistoryKind::Withdrawn
            | HistoryKind::EndedEarly
            | HistoryKind::Recounted
            | HistoryKind::Interrupted
            | HistoryKind::Resumed => false,
        });
        decided.map_or(Actor::System, |entry| entry.by)
    }
}

impl LeaveContext<'_> {
    /// Applies a part of what a request has left to be applied. The context needs the requests, or the stored days, of the
    /// step.
    pub fn apply(&self, before: &LeaveRequest, step: &ApplyStep) -> Outcome {
        let mut book = self.book();
        let (unapplied, others, retroactive) = match (&before.unapplied, step) {
            (None, ApplyStep::Requests(_) | ApplyStep::Days(..)) => (None, Vec::new(), None),
            (Some(unapplied), ApplyStep::Requests(ids)) => {
                let others = match before.status {
                    LeaveStatus::Cancelled => self.resume(&mut book, before),
                    LeaveStatus::Pending | LeaveStatus::Approved | LeaveStatus::Rejected => {
                        self.interrupt(&mut book, before, ids)
                    }
                };
                let requests = unapplied.requests.difference(ids).copied().collect();
                (Some(Unapplied { requests, ..unapplied.clone() }), others, None)
            }
            (Some(unapplied), ApplyStep::Days(_, last)) => {
                let is_over = before.period.end_date().min(self.today()) <= *last;
                let rest = Unapplied { from: last.next(), ..unapplied.clone() };
                ((!is_over).then_some(rest), Vec::new(), Some(before))
            }
        };
        let request = before.applied_up_to(unapplied);
        let effects = self.effects(&changed(&request, &others), book, BTreeMap::new(), retroactive, Vec::new());
        Outcome { request, others, effects }
    }
}

/// A request and those that change with it.
pub(super) fn changed<'a>(request: &'a LeaveRequest, others: &'a [LeaveRequest]) -> Vec<&'a LeaveRequest> {
    std::iter::once(request).chain(others).collect()
}
