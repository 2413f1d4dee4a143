//! Application in steps of leave that doesn't fit into one transaction.
//!
//! Approved leave may reach so far back, or interrupt so much other leave, that one transaction can't hold all changes. `jobs`
//! then applies the rest in steps. The same holds when such leave is cancelled afterwards.
//!
//! The request, its cost and the schedule are right at once. The steps update stored days that are over, and give interrupted
//! leave its dates back. [`LeaveRequest::unapplied`] names what is left. Each step writes the request's next version in the same
//! transaction as its changes. So each step happens once, no matter who runs it and how often.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{HistoryKind, LeaveContext, LeaveRequest, LeaveStatus, Outcome};
use crate::{audit::Actor, calendar::WorkDate, id::LeaveRequestId};

/// The part of approved or cancelled leave that still has to be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unapplied {
    /// The requests that the leave interrupts, or no longer interrupts, and that aren't updated yet.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub requests: BTreeSet<LeaveRequestId>,
    /// The first date whose stored day isn't updated yet.
    pub from: WorkDate,
}

/// A step of the application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplyStep {
    /// Updates these requests: they are interrupted, or no longer interrupted.
    Requests(BTreeSet<LeaveRequestId>),
    /// Updates the stored days from the first to the last of these dates.
    Days(WorkDate, WorkDate),
}

impl LeaveRequest {
    /// Returns the next step, of at most this number of requests or dates; none where everything is applied.
    pub fn next_step(&self, requests: usize, dates: i32, today: WorkDate) -> Option<ApplyStep> {
        let unapplied = self.unapplied.as_ref()?;
        if unapplied.requests.is_empty() {
            let last = self.period.end_date().min(today).min(unapplied.from.plus_days(dates - 1));
            Some(ApplyStep::Days(unapplied.from, last.max(unapplied.from)))
        } else {
            Some(ApplyStep::Requests(unapplied.requests.iter().take(requests).copied().collect()))
        }
    }

    /// Returns the user whose action is applied: the one who approved or entered the leave, or cancelled it afterwards.
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
    /// Applies a step of what a request has left to apply. The context needs the requests or the stored days of the step.
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

/// Returns a request together with those that change with it.
pub(super) fn changed<'a>(request: &'a LeaveRequest, others: &'a [LeaveRequest]) -> Vec<&'a LeaveRequest> {
    std::iter::once(request).chain(others).collect()
}
