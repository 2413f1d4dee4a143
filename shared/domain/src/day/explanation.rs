//! The explanation of a day's figures, as steps in words and numbers.

use std::fmt;

use jiff::Timestamp;

use super::{Day, Punch, ShiftStatus, break_intervals::break_intervals, compute_figures::elapsed};
use crate::{
    calendar::Zone,
    leave::LeaveMinutes,
    schedule::Shift,
    settings::{LateDeductionMode, MinutesOfDay},
};

crate::messages! {
    /// A step of an explanation. Times are on the wall clock of the day's zone (`09:00`), durations in hours and minutes
    /// (`8:30`).
    #[expect(clippy::doc_markdown, reason = "each message documents itself, and users read it without Markdown")]
    pub enum ExplanationStep tagged "step" {
        // Scheduled time
        Shift { from: String, until: String, minutes: i64, duration: String } "Shift {from}–{until} with an unpaid break of {minutes} min: {duration} h";
        ShiftOnLeave { from: String, until: String } "Approved leave covers the shift {from}–{until}";
        NoShift "No shift is planned on this date";

        // Shifts of clock-ins
        InWindow { at: String, from: String, until: String, opens: String, closes: String } "The clock-in at {at} belongs to the shift {from}–{until}, because it lies in the clock-in window {opens}–{closes}";
        WhileRunning { at: String, from: String, until: String } "The clock-in at {at} belongs to the shift {from}–{until}, because the shift was running";
        WithoutShift { at: String } "The clock-in at {at} belongs to no shift, because it lies in no clock-in window";

        // Worked time
        ClosedSession { from: String, until: String, duration: String } "Clock-in at {from}, clock-out at {until}: {duration} h";
        OpenSession { from: String } "The session since {from} counts once it ends";
        UnpaidBreak { from: String, until: String, duration: String } "Unpaid break {from}–{until}: −{duration} h";
        PaidBreak { from: String, until: String } "The paid break {from}–{until} counts as work";
        AutomaticBreak { after: String, duration: String } "Automatic break after {after} h of work: −{duration} h";

        // Lateness and early leave
        InTime { at: String, start: String, minutes: i64 } "In time: the clock-in at {at} is within the grace period of {minutes} min after {start}";
        Late { at: String, start: String, minutes: i64, duration: String } "Late: the clock-in at {at} is after the grace period of {minutes} min, so all time since {start} counts: {duration} h";
        Missed { from: String, until: String } "Missed: no session overlaps the shift {from}–{until}";
        StillExpected { from: String, until: String } "The shift {from}–{until} can still be attended";
        StayedToEnd { at: String, end: String, minutes: i64 } "Not early: the clock-out at {at} is at most {minutes} min before {end}";
        LeftEarly { at: String, end: String, minutes: i64, duration: String } "Left early: the clock-out at {at} is more than {minutes} min before {end}: {duration} h";
        Excused "A manager excused the day";

        // Overtime
        Beyond { worked: String, before: String, scheduled: String, duration: String } "{worked} h worked − {before} h before the shift − {scheduled} h scheduled = {duration} h";
        BelowMinimum { minutes: i64 } "Less than {minutes} min doesn't count as overtime";
        Withheld { duration: String } "{duration} h count once a manager has reviewed the day";

        // The cost of lateness
        LatenessIsFree "The settings deduct nothing for lateness";
        DeductedPerMinute { minutes: i64, free: i64 } "Each late minute beyond {free} free min a month is deducted from annual leave: {minutes} min on this date";
        DeductedPerOccurrence { minutes: i64, every: i64 } "Every late day number {every} of a month costs leave: {minutes} min on this date";

        // Pay
        RulesVersion { rules: String, effective_from: String } "Pay rules “{rules}”, version of {effective_from}";
        BuiltInRules "Built-in pay rules: work beyond the scheduled time is overtime";
        BeyondDay { after: String, code: String, name: String } "Work beyond {after} h of the day: {name}";
        BeyondWeek { after: String, code: String, name: String } "Work beyond {after} h of the week: {name}";
        BeyondPeriod { after: String, code: String, name: String } "Work beyond {after} h of the pay period: {name}";
        PaidSegment { from: String, until: String, code: String, name: String, duration: String } "{from}–{until}: {name}, {duration} h";
        PremiumSegment { from: String, until: String, code: String, name: String, premiums: String, duration: String } "{from}–{until}: {name} with premium {premiums}, {duration} h";
        WaitingSegment { from: String, until: String, code: String, name: String, duration: String } "{from}–{until}: {name}, {duration} h, waits for approval and isn't paid yet";
        RejectedSegment { from: String, until: String, code: String, name: String, duration: String } "{from}–{until}: {name}, {duration} h, was rejected and isn't paid";
        IgnoredSegment { from: String, until: String, duration: String } "{from}–{until}: {duration} h before the shift aren't paid";
        RoundedUp { duration: String } "Rounding adds {duration} h";
        RoundedDown { duration: String } "Rounding takes {duration} h";
        PaidLeave { code: String, name: String, duration: String } "{name}, paid: {duration} h";
        UnpaidLeave { code: String, name: String, duration: String } "{name}, not paid: {duration} h";
        PublicHoliday { duration: String } "Public holiday, paid: {duration} h";
    }
}

impl fmt::Display for ExplanationStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.english(f)
    }
}

/// A figure of a day with the steps that lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedFigure {
    /// The figure.
    pub figure: ExplainedKind,
    /// The value in seconds.
    pub seconds: i64,
    /// The steps, in order.
    pub steps: Vec<ExplanationStep>,
}

/// A figure that is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExplainedKind {
    /// The scheduled time.
    Scheduled,
    /// The worked time.
    Worked,
    /// The lateness of all shifts.
    Late,
    /// The time by which shifts were left early.
    EarlyLeave,
    /// The overtime of the day, by the settings.
    Overtime,
    /// The annual leave that the lateness of the day cost, in seconds of leave.
    LatenessDeduction,
    /// The paid time, by the pay rules: work with the adjustment of rounding, paid leave and public holidays.
    Paid,
}

/// Formats a length in hours and minutes (`8:30`), with seconds if there are any.
pub(crate) fn hours(seconds: i64) -> String {
    let seconds = seconds.abs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { format!("{hours}:{minutes:02}") } else { format!("{hours}:{minutes:02}:{rest:02}") }
}

/// Formats an instant as a time of day (`09:00`), with seconds if there are any.
pub(crate) fn clock(at: Timestamp, zone: &Zone) -> String {
    let local = zone.at(at);
    let form = if local.second() == 0 { "%H:%M" } else { "%H:%M:%S" };
    local.strftime(form).to_string()
}

impl Day {
    /// Returns the figures of the day with the steps that lead to them. `deducted` is the leave that the day's lateness cost.
    pub fn explained(&self, as_of: Timestamp, deducted: LeaveMinutes) -> Vec<ExplainedFigure> {
        let figures = self.figures(as_of);
        let figure = |figure, seconds, steps| ExplainedFigure { figure, seconds, steps };
        vec![
            figure(ExplainedKind::Scheduled, figures.scheduled_seconds, self.scheduled_steps()),
            figure(ExplainedKind::Worked, figures.worked_seconds, self.worked_steps()),
            figure(ExplainedKind::Late, figures.late_seconds, self.late_steps(as_of)),
            figure(ExplainedKind::EarlyLeave, figures.early_leave_seconds, self.early_leave_steps(as_of)),
            figure(ExplainedKind::Overtime, figures.overtime_seconds, self.overtime_steps(as_of)),
            figure(ExplainedKind::LatenessDeduction, 60 * deducted.get(), self.deduction_steps(deducted)),
        ]
    }

    /// Formats an instant on the wall clock of the day.
    fn wall_time(&self, at: Timestamp) -> String {
        clock(at, self.zone())
    }

    fn scheduled_steps(&self) -> Vec<ExplanationStep> {
        if self.shifts().is_empty() {
            return vec![ExplanationStep::NoShift];
        }
        let step = |shift: &Shift| {
            let (from, until) = (self.wall_time(shift.start_at), self.wall_time(shift.end_at));
            if shift.on_leave {
                ExplanationStep::ShiftOnLeave { from, until }
            } else {
                let (minutes, duration) = (shift.break_minutes(), hours(shift.scheduled_seconds()));
                ExplanationStep::Shift { from, until, minutes, duration }
            }
        };
        self.shifts().iter().map(step).collect()
    }

    fn worked_steps(&self) -> Vec<ExplanationStep> {
        let mut steps = Vec::new();
        for session in self.sessions() {
            steps.push(match elapsed(session) {
                Some(span) => ExplanationStep::ClosedSession {
                    from: self.wall_time(span.from),
                    until: self.wall_time(span.until),
                    duration: hours(span.seconds()),
                },
                None => ExplanationStep::OpenSession { from: self.wall_time(session.clock_in.at) },
            });
        }
        let break_intervals = break_intervals(self.sessions(), self.policy());
        for pause in self.ended_with_their_session(&break_intervals) {
            if pause.unpaid.from > pause.whole.from {
                let (from, until) = (self.wall_time(pause.whole.from), self.wall_time(pause.unpaid.from));
                steps.push(ExplanationStep::PaidBreak { from, until });
            }
            if pause.unpaid.seconds() > 0 {
                let (from, until) = (self.wall_time(pause.unpaid.from), self.wall_time(pause.unpaid.until));
                steps.push(ExplanationStep::UnpaidBreak { from, until, duration: hours(pause.unpaid.seconds()) });
            }
        }
        for auto_break in self.auto_breaks(&self.closed_time(&break_intervals)) {
            let (after, duration) = (hours(auto_break.after), hours(auto_break.seconds));
            steps.push(ExplanationStep::AutomaticBreak { after, duration });
        }
        steps
    }

    /// The shift of each clock-in, and the lateness of each shift.
    fn late_steps(&self, as_of: Timestamp) -> Vec<ExplanationStep> {
        let mut steps: Vec<ExplanationStep> = Vec::new();
        for session in self.sessions() {
            let at = session.clock_in.at;
            let Some(shift) = session.shift_id.and_then(|id| self.shift(id)) else {
                steps.push(ExplanationStep::WithoutShift { at: self.wall_time(at) });
                continue;
            };
            let (from, until) = (self.wall_time(shift.start_at), self.wall_time(shift.end_at));
            let window = self.policy().window(shift);
            steps.push(if window.holds(at) {
                let (opens, closes) = (self.wall_time(window.from), self.wall_time(window.until));
                ExplanationStep::InWindow { at: self.wall_time(at), from, until, opens, closes }
            } else {
                ExplanationStep::WhileRunning { at: self.wall_time(at), from, until }
            });
        }
        for (shift, figures) in self.shifts().iter().zip(self.figures(as_of).shifts) {
            let (from, until) = (self.wall_time(shift.start_at), self.wall_time(shift.end_at));
            steps.extend(match figures.status {
                ShiftStatus::OnLeave => None,
                ShiftStatus::Expected => Some(ExplanationStep::StillExpected { from, until }),
                ShiftStatus::Missed => Some(ExplanationStep::Missed { from, until }),
                ShiftStatus::Attended => self.attending(shift, as_of).map(|came| {
                    let minutes = grace(came, self.policy().late_grace_minutes);
                    let (at, start) = (self.wall_time(came.at), self.wall_time(shift.start_at));
                    if figures.late_seconds > 0 {
                        let duration = hours(figures.late_seconds);
                        ExplanationStep::Late { at, start, minutes, duration }
                    } else {
                        ExplanationStep::InTime { at, start, minutes }
                    }
                }),
            });
        }
        if self.excuse().is_some() {
            steps.push(ExplanationStep::Excused);
        }
        steps
    }

    /// The first clock-in of the sessions that attend a shift.
    fn attending(&self, shift: &Shift, as_of: Timestamp) -> Option<&Punch> {
        let sessions = self.sessions().iter().filter(|session| session.attends(shift, as_of, self.policy()));
        sessions.map(|session| &session.clock_in).min_by_key(|punch| punch.at)
    }

    fn early_leave_steps(&self, as_of: Timestamp) -> Vec<ExplanationStep> {
        let mut steps = Vec::new();
        for (shift, figures) in self.shifts().iter().zip(self.figures(as_of).shifts) {
            let sessions = || self.sessions().iter().filter(|session| session.attends(shift, as_of, self.policy()));
            if figures.status != ShiftStatus::Attended || sessions().any(super::Session::is_open) {
                continue;
            }
            let went = sessions().filter_map(|session| session.clock_out.as_ref()).max_by_key(|punch| punch.at);
            let Some(went) = went else { continue };
            let minutes = grace(went, self.policy().early_leave_grace_minutes);
            let (at, end) = (self.wall_time(went.at), self.wall_time(shift.end_at));
            steps.push(if figures.early_leave_seconds > 0 {
                ExplanationStep::LeftEarly { at, end, minutes, duration: hours(figures.early_leave_seconds) }
            } else {
                ExplanationStep::StayedToEnd { at, end, minutes }
            });
        }
        steps
    }

    fn overtime_steps(&self, as_of: Timestamp) -> Vec<ExplanationStep> {
        let figures = self.figures(as_of);
        if figures.worked_seconds == 0 {
            return Vec::new();
        }
        let counted = figures.overtime_seconds + figures.withheld_overtime_seconds;
        let before = self.before_shift_seconds(&break_intervals(self.sessions(), self.policy()));
        let beyond = (figures.worked_seconds - before - figures.scheduled_seconds).max(0);
        let mut steps = vec![ExplanationStep::Beyond {
            worked: hours(figures.worked_seconds),
            before: hours(before),
            scheduled: hours(figures.scheduled_seconds),
            duration: hours(beyond),
        }];
        if beyond > 0 && counted == 0 {
            steps.push(ExplanationStep::BelowMinimum { minutes: self.policy().overtime.min_minutes.as_i64() });
        }
        if figures.withheld_overtime_seconds > 0 {
            steps.push(ExplanationStep::Withheld { duration: hours(figures.withheld_overtime_seconds) });
        }
        steps
    }

    fn deduction_steps(&self, deducted: LeaveMinutes) -> Vec<ExplanationStep> {
        let policy = self.policy().late_deduction;
        let minutes = deducted.get();
        vec![match policy.mode {
            LateDeductionMode::Off => ExplanationStep::LatenessIsFree,
            LateDeductionMode::PerMinute => {
                ExplanationStep::DeductedPerMinute { minutes, free: policy.free_minutes_per_month.as_i64() }
            }
            LateDeductionMode::PerOccurrence => {
                ExplanationStep::DeductedPerOccurrence { minutes, every: policy.every.as_i64() }
            }
        }]
    }
}

/// The grace period of a punch in minutes.
fn grace(punch: &Punch, of_day: MinutesOfDay) -> i64 {
    punch.grace_minutes.unwrap_or(of_day).as_i64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::tests::company::{Company, date, shift};

    /// The day of docs/rules.md: in at 09:20, out at 18:10, scheduled 09:00–18:00 with an hour of break.
    fn told(kind: ExplainedKind) -> (i64, Vec<String>) {
        let mut company = Company::with_shifts(&[shift("09:00", "18:00", 60)]);
        company.session("2026-11-02 09:20", "2026-11-02 18:10");
        let day = &company.days[&date("2026-11-02")];
        let explained = day.explained(company.at("2026-11-04 00:00"), LeaveMinutes::new(20));
        let found = explained.into_iter().find(|figure| figure.figure == kind).unwrap();
        (found.seconds, found.steps.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_example_of_the_rules_is_explained_in_words() {
        let (late, steps) = told(ExplainedKind::Late);
        assert_eq!(late, 1_200);
        assert!(steps[0].starts_with("The clock-in at 09:20 belongs to the shift 09:00–18:00"), "{steps:?}");
        assert!(steps[1].starts_with("Late: the clock-in at 09:20"), "{steps:?}");
        assert!(steps[1].ends_with("since 09:00 counts: 0:20 h"), "{steps:?}");
        let (worked, steps) = told(ExplainedKind::Worked);
        assert_eq!((worked, steps), (31_800, vec!["Clock-in at 09:20, clock-out at 18:10: 8:50 h".to_owned()]));
        let (overtime, steps) = told(ExplainedKind::Overtime);
        let sum = "8:50 h worked − 0:00 h before the shift − 8:00 h scheduled = 0:50 h";
        assert_eq!((overtime, steps), (3_000, vec![sum.to_owned()]));
        assert_eq!(told(ExplainedKind::LatenessDeduction).0, 1_200);
    }

    #[test]
    fn lengths_have_seconds_only_where_they_matter() {
        assert_eq!((hours(30_660).as_str(), hours(61).as_str(), hours(-60).as_str()), ("8:31", "0:01:01", "0:01"));
    }
}
