//! The break that is automatically deducted from a long day.

use super::{BreakCounting, Day, break_intervals::Span};
use crate::settings::BreakTier;

/// The minimum time off between two sessions of a day that counts as a break, in seconds.
const SHORTEST_GAP: i64 = 15 * 60;

/// The time of the closed sessions of a day, in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClosedTime {
    /// The time from clock-ins to clock-outs.
    pub(super) elapsed: i64,
    /// Breaks, paid and unpaid.
    pub(super) breaks: i64,
    /// The unpaid part of the breaks.
    pub(super) unpaid: i64,
}

/// The deduction of one tier of the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AutoBreak {
    /// The seconds of work after which the break lies.
    pub(super) after: i64,
    /// The length of the break in seconds, more than 0.
    pub(super) seconds: i64,
}

impl Day {
    /// The automatically deducted breaks, in ascending order of the work before them.
    ///
    /// Each tier, in ascending order, deducts the missing part of its break: `minutes` minus the breaks of the day and the
    /// deductions of earlier tiers, but no more than the work beyond `after_minutes`. Breaks are recorded breaks of any length,
    /// paid or unpaid, and off time between sessions of 15 minutes or more.
    pub(super) fn auto_breaks(&self, time: &ClosedTime) -> Vec<AutoBreak> {
        let tiers = self.policy().breaks.auto_deduct.tiers();
        let mut deducted = Vec::new();
        match self.policy().break_counting {
            BreakCounting::WithinShifts => deducted.extend(tiers.first().map(|tier| AutoBreak {
                after: 60 * tier.after_minutes.as_i64(),
                seconds: self.auto_break_until_0_1_0(*tier, time),
            })),
            BreakCounting::WholeDay => {
                let breaks =
                    time.breaks + self.gaps().map(Span::seconds).filter(|gap| SHORTEST_GAP <= *gap).sum::<i64>();
                let mut earlier = 0;
                for tier in tiers {
                    let after = 60 * tier.after_minutes.as_i64();
                    let missing = 60 * tier.minutes.as_i64() - breaks - earlier;
                    let worked = time.elapsed - time.unpaid - earlier;
                    let seconds = missing.min(worked - after).max(0);
                    earlier += seconds;
                    deducted.push(AutoBreak { after, seconds });
                }
            }
        }
        deducted.retain(|auto_break| auto_break.seconds > 0);
        deducted
    }

    /// The deduction of [`Day::auto_breaks`] by the rules until 0.1.0: off time counts only within a shift, and the threshold
    /// applies to all elapsed time.
    fn auto_break_until_0_1_0(&self, tier: BreakTier, time: &ClosedTime) -> i64 {
        let shifts = || self.shifts().iter().filter(|shift| !shift.on_leave);
        let within_shifts = |gap: Span| -> i64 {
            shifts().map(|shift| gap.within(Span { from: shift.start_at, until: shift.end_at })).sum()
        };
        let missing = 60 * tier.minutes.as_i64() - time.unpaid - self.gaps().map(within_shifts).sum::<i64>();
        let beyond = time.elapsed - 60 * tier.after_minutes.as_i64();
        missing.min(beyond).min(time.elapsed - time.unpaid).max(0)
    }

    /// The time between each session and the next.
    fn gaps(&self) -> impl Iterator<Item = Span> {
        self.sessions()
            .array_windows()
            .filter_map(|[earlier, next]| Some(Span { from: earlier.clock_out.as_ref()?.at, until: next.clock_in.at }))
    }
}
