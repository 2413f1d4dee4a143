//! The unpaid part of breaks.

use jiff::Timestamp;

use super::{DayPolicy, Session};
use crate::schedule::{later, seconds_between};

/// A span of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Span {
    /// The length of the span in seconds; 0 if it ends before it begins.
    pub(super) fn seconds(self) -> i64 {
        seconds_between(self.from, self.until).max(0)
    }

    /// The seconds that the span has in common with another span.
    pub(super) fn within(self, other: Self) -> i64 {
        Self { from: self.from.max(other.from), until: self.until.min(other.until) }.seconds()
    }
}

/// A break that ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct BreakInterval {
    /// The index of the session that the break interrupts.
    pub(super) session: usize,
    /// The whole break.
    pub(super) whole: Span,
    /// The unpaid part: all of an unpaid break; of a paid break, the part that exceeds the day's maximum.
    pub(super) unpaid: Span,
}

/// The ended breaks of the day, in order. The maximum is a total of the day, which the breaks use up in their order.
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

/// Whether breaks exceed the policy's maximum, including a running break.
pub(super) fn exceed_maximum(sessions: &[Session], policy: &DayPolicy, as_of: Timestamp) -> bool {
    let taken: i64 = sessions
        .iter()
        .flat_map(|session| &session.breaks)
        .map(|pause| Span { from: pause.started_at, until: pause.ended_at.unwrap_or(as_of) }.seconds())
        .sum();
    policy.breaks.max_minutes_per_day.is_some_and(|most| taken > 60 * most.as_i64())
}
