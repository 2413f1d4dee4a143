//! The explanation of a day's pay, as steps in words and numbers.

use super::{
    Absence, OvertimePeriod, PassedThreshold, PayCode, PayCodes, PayRules, PayRulesVersion, Payment, PremiumRule,
    Segment, SegmentedDay, paid_absence_seconds,
};
use crate::{
    calendar::Zone,
    day::explanation::{ExplainedFigure, ExplainedKind, ExplanationStep, clock, hours},
    leave::LeaveTypes,
    schedule::LeaveTypeCode,
};

/// The words and the rules of an explanation of pay.
#[derive(Debug, Clone, Copy)]
pub struct PayExplanation<'a> {
    /// The rules of the person's profile, if it names any.
    pub rules: Option<&'a PayRules>,
    /// The version of the rules that is in force for the day's week.
    pub version: &'a PayRulesVersion,
    /// The pay codes, for their names.
    pub codes: &'a PayCodes,
    /// The types of leave, for their names.
    pub types: &'a LeaveTypes,
    /// The time zone of the times in the steps.
    pub zone: &'a Zone,
}

/// Returns the paid time of a day, work and paid absence, with the steps that lead to it.
pub fn explain_pay(day: &SegmentedDay, absences: &[Absence], explanation: PayExplanation<'_>) -> ExplainedFigure {
    let mut steps = vec![match explanation.rules {
        Some(rules) => ExplanationStep::RulesVersion {
            rules: rules.name.as_str().to_owned(),
            effective_from: explanation.version.effective_from.to_string(),
        },
        None => ExplanationStep::BuiltInRules,
    }];
    let mut explained = Vec::new();
    for segment in &day.segments {
        // Segments of one threshold follow each other; it is explained before the first of them.
        let passed = day.passed.get(&segment.from).map(|passed| (*passed, &segment.code));
        if let Some((threshold, code)) = passed.filter(|passed| !explained.contains(passed)) {
            explained.push((threshold, code));
            steps.push(explanation.of_threshold(threshold, code));
        }
        steps.push(explanation.of_segment(segment));
    }
    let duration = hours(day.adjustment_seconds);
    if day.adjustment_seconds > 0 {
        steps.push(ExplanationStep::RoundedUp { duration });
    } else if day.adjustment_seconds < 0 {
        steps.push(ExplanationStep::RoundedDown { duration });
    }
    steps.extend(absences.iter().map(|absence| explanation.of_absence(absence)));
    let seconds = day.paid_seconds() + paid_absence_seconds(absences);
    ExplainedFigure { figure: ExplainedKind::Paid, seconds, steps }
}

impl PayExplanation<'_> {
    /// The name of a pay code; the code itself if the company has no such code any more.
    fn name(&self, code: &PayCode) -> String {
        self.codes.get(code).map_or_else(|| code.to_string(), |definition| definition.name.as_str().to_owned())
    }

    /// The name of a type of leave; its code if the company has no such type any more.
    fn leave_name(&self, code: &LeaveTypeCode) -> String {
        let found = self.types.get(code);
        found.map_or_else(|| code.as_str().to_owned(), |leave_type| leave_type.name.as_str().to_owned())
    }

    fn of_threshold(&self, passed: PassedThreshold, code: &PayCode) -> ExplanationStep {
        let (after, code, name) = (hours(passed.after_seconds), code.to_string(), self.name(code));
        match passed.per {
            OvertimePeriod::Day => ExplanationStep::BeyondDay { after, code, name },
            OvertimePeriod::Week => ExplanationStep::BeyondWeek { after, code, name },
            OvertimePeriod::Period => ExplanationStep::BeyondPeriod { after, code, name },
        }
    }

    fn of_segment(&self, segment: &Segment) -> ExplanationStep {
        let (from, until) = (clock(segment.from, self.zone), clock(segment.until, self.zone));
        let (code, name, duration) = (segment.code.to_string(), self.name(&segment.code), hours(segment.seconds()));
        match segment.payment {
            Payment::Paid if segment.premiums.is_empty() => {
                ExplanationStep::PaidSegment { from, until, code, name, duration }
            }
            Payment::Paid => {
                let premiums: Vec<String> = segment.premiums.iter().map(|code| self.premium(code, segment)).collect();
                let premiums = premiums.join(", ");
                ExplanationStep::PremiumSegment { from, until, code, name, premiums, duration }
            }
            Payment::Waiting => ExplanationStep::WaitingSegment { from, until, code, name, duration },
            Payment::Rejected => ExplanationStep::RejectedSegment { from, until, code, name, duration },
            Payment::Ignored => ExplanationStep::IgnoredSegment { from, until, duration },
        }
    }

    /// A premium with its window, such as `Night 22:00–06:00`.
    fn premium(&self, code: &PayCode, segment: &Segment) -> String {
        let time = self.zone.at(segment.from).time();
        let minute = 60 * i32::from(time.hour()) + i32::from(time.minute());
        let contains = |rule: &&PremiumRule| {
            let [from, until] = [rule.from, rule.until].map(|time| i32::from(time.minutes_since_midnight()));
            (minute - from).rem_euclid(24 * 60) < (until - from - 1).rem_euclid(24 * 60) + 1
        };
        // Several rules may have the code. In the night in which clocks change, none may contain the local time.
        let rules = || self.version.premiums.iter().filter(|rule| rule.code == *code);
        let rule = rules().find(contains).or_else(|| rules().next());
        let name = self.name(code);
        rule.map_or_else(|| name.clone(), |rule| format!("{name} {}–{}", rule.from, rule.until))
    }

    fn of_absence(&self, absence: &Absence) -> ExplanationStep {
        let duration = hours(absence.seconds);
        let Some(leave_type) = &absence.leave_type else { return ExplanationStep::PublicHoliday { duration } };
        let (code, name) = (leave_type.as_str().to_owned(), self.leave_name(leave_type));
        if absence.paid {
            ExplanationStep::PaidLeave { code, name, duration }
        } else {
            ExplanationStep::UnpaidLeave { code, name, duration }
        }
    }
}
