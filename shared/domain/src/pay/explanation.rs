//! The explanation of a day's pay, as steps in words and numbers.

use super::{Absence, PayRules, PayRulesVersion, Payment, Segment, SegmentedDay};
use crate::{
    calendar::Zone,
    day::explanation::{ExplainedFigure, ExplainedKind, ExplanationStep, clock, hours},
};

/// Returns the paid time of a day with the steps that lead to it. `rules` are the rules of the person's profile, if it names any,
/// and `version` is their version of the day's week.
pub fn explain_pay(
    day: &SegmentedDay,
    rules: Option<&PayRules>,
    version: &PayRulesVersion,
    absences: &[Absence],
    zone: &Zone,
) -> ExplainedFigure {
    let mut steps = vec![match rules {
        Some(rules) => ExplanationStep::RulesVersion {
            rules: rules.name.as_str().to_owned(),
            effective_from: version.effective_from.to_string(),
        },
        None => ExplanationStep::BuiltInRules,
    }];
    steps.extend(day.segments.iter().map(|segment| of_segment(segment, zone)));
    let duration = hours(day.adjustment_seconds);
    if day.adjustment_seconds > 0 {
        steps.push(ExplanationStep::RoundedUp { duration });
    } else if day.adjustment_seconds < 0 {
        steps.push(ExplanationStep::RoundedDown { duration });
    }
    steps.extend(absences.iter().map(of_absence));
    ExplainedFigure { figure: ExplainedKind::Paid, seconds: day.paid_seconds(), steps }
}

fn of_segment(segment: &Segment, zone: &Zone) -> ExplanationStep {
    let (from, until) = (clock(segment.from, zone), clock(segment.until, zone));
    let (code, duration) = (segment.code.to_string(), hours(segment.seconds()));
    match segment.payment {
        Payment::Paid if segment.premiums.is_empty() => ExplanationStep::PaidSegment { from, until, code, duration },
        Payment::Paid => {
            let premiums: Vec<&str> = segment.premiums.iter().map(super::PayCode::as_str).collect();
            let premiums = premiums.join(", ");
            ExplanationStep::PremiumSegment { from, until, code, premiums, duration }
        }
        Payment::Waiting => ExplanationStep::WaitingSegment { from, until, code, duration },
        Payment::Rejected => ExplanationStep::RejectedSegment { from, until, code, duration },
        Payment::Ignored => ExplanationStep::IgnoredSegment { from, until, duration },
    }
}

fn of_absence(absence: &Absence) -> ExplanationStep {
    let duration = hours(absence.seconds);
    match &absence.leave_type {
        None => ExplanationStep::PublicHoliday { duration },
        Some(code) if absence.paid => ExplanationStep::PaidLeave { code: code.as_str().to_owned(), duration },
        Some(code) => ExplanationStep::UnpaidLeave { code: code.as_str().to_owned(), duration },
    }
}
