//! An independent second computation of the figures, minute by minute, by the person's activity in each. The properties punch in
//! whole minutes.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    bounded::Bounded,
    day::{Day, Session},
    settings::BreakRules,
};

/// The figures that matter for pay.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SlowFigures {
    pub(super) worked: i64,
    pub(super) unpaid: i64,
    pub(super) auto: i64,
    pub(super) scheduled: i64,
    pub(super) late: i64,
    pub(super) early: i64,
    pub(super) overtime: i64,
}

fn minutes(from: Timestamp, until: Timestamp) -> BTreeSet<i64> {
    (from.as_second()..until.as_second()).step_by(60).map(|second| second / 60).collect()
}

fn count(minutes: impl IntoIterator<Item = i64>) -> i64 {
    60 * i64::try_from(minutes.into_iter().count()).unwrap()
}

/// The minutes between sessions, counting gaps of at least a quarter of an hour.
fn long_gaps(sessions: &[&Session]) -> i64 {
    let mut gaps = 0;
    for pair in sessions.windows(2) {
        let gap = minutes(pair[0].clock_out.as_ref().unwrap().at, pair[1].clock_in.at);
        gaps += if gap.len() < 15 { 0 } else { i64::try_from(gap.len()).unwrap() };
    }
    gaps
}

/// Takes the automatically deducted minutes away, one by one, while a part of the break is missing and more was worked than the
/// tier's threshold: the minute after the threshold, or the last one. Returns their number.
fn auto_break(rules: &BreakRules, breaks: i64, worked: &mut Vec<i64>) -> i64 {
    let mut taken = 0;
    for tier in rules.auto_deduct.tiers() {
        let after = usize::try_from(tier.after_minutes.as_i64()).unwrap();
        while breaks + taken < tier.minutes.as_i64() && after < worked.len() {
            worked.remove(after);
            taken += 1;
        }
    }
    taken
}

/// The figures of a day without an open session, by its stored break rules, with grace periods of 5 minutes and without leave.
pub(super) fn figures(day: &Day) -> SlowFigures {
    let rules = &day.policy().breaks;
    let most_break = rules.max_minutes_per_day.map(Bounded::as_i64);
    let closed: Vec<&Session> = day.sessions().iter().filter(|session| session.clock_out.is_some()).collect();
    let out = |session: &Session| session.clock_out.as_ref().unwrap().at;
    let present: BTreeSet<i64> = closed.iter().flat_map(|s| minutes(s.clock_in.at, out(s))).collect();
    let mut unpaid = BTreeSet::new();
    let mut taken = 0;
    for pause in closed.iter().flat_map(|session| &session.breaks) {
        for minute in minutes(pause.started_at, pause.ended_at.unwrap()) {
            taken += 1;
            if !rules.paid || most_break.is_some_and(|most| taken > most) {
                unpaid.insert(minute);
            }
        }
    }
    let in_shifts: BTreeSet<i64> = day.shifts().iter().flat_map(|s| minutes(s.start_at, s.end_at)).collect();
    let mut worked: Vec<i64> = present.difference(&unpaid).copied().collect();
    let auto = 60 * auto_break(rules, taken + long_gaps(&closed), &mut worked);

    let (mut late, mut early) = (0, 0);
    for shift in day.shifts() {
        let here: Vec<&&Session> = closed
            .iter()
            .filter(|s| {
                let same_minute =
                    s.clock_in.at == out(s) && shift.start_at <= s.clock_in.at && s.clock_in.at < shift.end_at;
                same_minute || !minutes(s.clock_in.at, out(s)).is_disjoint(&minutes(shift.start_at, shift.end_at))
            })
            .collect();
        let Some(came) = here.iter().map(|s| s.clock_in.at).min() else { continue };
        let went = here.iter().map(|s| out(s)).max().unwrap();
        let missed = count(minutes(shift.start_at, came.max(shift.start_at)));
        late += if missed > 300 { missed } else { 0 };
        let skipped = count(minutes(went.min(shift.end_at), shift.end_at));
        early += if skipped > 300 { skipped } else { 0 };
    }
    let scheduled = count(in_shifts);
    let start = day.shifts().iter().map(|shift| shift.start_at).min().map(Timestamp::as_second);
    let before = count(worked.iter().copied().filter(|minute| start.is_some_and(|start| minute * 60 < start)));
    let worked = count(worked);
    let guessed = closed.iter().any(|session| session.needs_review);
    let overtime = if guessed { 0 } else { (worked - before - scheduled).max(0) };
    SlowFigures { worked, unpaid: count(unpaid), auto, scheduled, late, early, overtime }
}
