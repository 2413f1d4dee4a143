//! How much of the breaks is unpaid.

use jiff::Timestamp;

use super::{DayPolicy, Session};
use crate::schedule::{later, seconds_between};

/// A stretch of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Span {
    /// Its length, 0 when it ends before it begins.
    pub(super) fn seconds(self) -> i64 {
        seconds_between(self.from, self.until).max(0)
    }

    /// What it has in common with the other.
    pub(super) fn within(self, other: Self) -> i64 {
        Self { from: self.from.max(other.from), until: self.until.min(other.until) }.seconds()
    }
}

/// A break that ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct BreakInterval {
    /// The session it interrupts, by its place among the day's.
    pub(super) session: usize,
    /// All of it.
    pub(super) whole: Span,
    /// The part that isn't paid: all of an unpaid break, of a paid one what exceeds the day's maximum.
    pub(super) unpaid: Span,
}

/// The breaks of the day that ended, in order. The maximum is a total of the day, used up in the order of the breaks.
pub(super) fn break_intervals(sessions: &[Session], policy: &DayPolicy) -> Vec<BreakInterval> {
    let mut allowed = policy.breaks.max_minutes_per_day.map(|minutes| 60 * minutes.as_i64());
    let mut break_intervals = Vec::new();
    for (session, pause) in sessions.iter().enumerate().flat_map(|(i, s)| s.breaks.iter().map(move |b| (i, b))) {
        let Some(ended_at) = pause.ended_at else { continue };
        let whole = Span { from: pause.started_at, until: ended_at };
        let within = allowed.map_or(whole.seconds(), |allowed| allowed.min(whole.seconds()));
        allowed = allowed.map(|allowed| allowed - within);
        let unpaid_from = if policy.pays(pause) { later(whole.from, within) } else { whole.from };
        break_intervals.push(BreakInterval { session, whole, unpaid: Span { from: unpaid_from, until: ended_at } });
    }
    break_intervals
}

/// Whether more break was taken than the policy allows, a running one included.
pub(super) fn exceed_maximum(sessions: &[Session], policy: &DayPolicy, as_of: Timestamp) -> bool {
    let taken: i64 = sessions
        .iter()
        .flat_map(|session| &session.breaks)
        .map(|pause| Span { from: pause.started_at, until: pause.ended_at.unwrap_or(as_of) }.seconds())
        .sum();
    policy.breaks.max_minutes_per_day.is_some_and(|most| taken > 60 * most.as_i64())
}
