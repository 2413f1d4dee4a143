//! Approved leave that reaches so far back, or interrupts so much other leave, that one transaction doesn't hold all that
//! changes with it: `jobs` applies the rest in steps.
//!
//! The request, what it costs and the schedule are right at once; what follows is what stored days that are over say, and
//! what leave that was interrupted gets back. A request names what is left in [`LeaveRequest::unapplied`], and each step
//! puts its next version along with what the step changes. So a step happens once, whoever runs it, and however often.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{LeaveContext, LeaveRequest, Outcome};
use crate::{calendar::WorkDate, id::LeaveRequestId};

/// What of approved leave is still to be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unapplied {
    /// The requests that it interrupts and that don't know it yet.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub requests: BTreeSet<LeaveRequestId>,
    /// The first date whose stored day doesn't follow yet.
    pub from: WorkDate,
}

/// A part of what is to be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApplyStep {
    /// These requests are interrupted.
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
}

impl LeaveContext<'_> {
    /// Applies a part of what a request has left to be applied. The context needs the requests, or the stored days, of the
    /// step.
    pub fn apply(&self, before: &LeaveRequest, step: &ApplyStep) -> Outcome {
        let mut book = self.book();
        let (unapplied, others, covering) = match (&before.unapplied, step) {
            (None, ApplyStep::Requests(_) | ApplyStep::Days(..)) => (None, Vec::new(), None),
            (Some(unapplied), ApplyStep::Requests(ids)) => {
                let others = self.interrupt(&mut book, before, ids);
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
        let effects = self.effects(&changed(&request, &others), book, BTreeMap::new(), covering, Vec::new());
        Outcome { request, others, effects }
    }
}

/// A request and those that change with it.
pub(super) fn changed<'a>(request: &'a LeaveRequest, others: &'a [LeaveRequest]) -> Vec<&'a LeaveRequest> {
    std::iter::once(request).chain(others).collect()
}
