//! The worked time of a day as spans of time. Their total is `worked_seconds`.

use jiff::Timestamp;

use super::{
    Day,
    auto_break::AutoBreak,
    break_intervals::{Span, break_intervals},
    compute_figures::elapsed,
};
use crate::{
    id::SessionId,
    schedule::{later, seconds_between},
};

/// An uninterrupted span of worked time within one session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkedSpan {
    /// The session of the span.
    pub session: SessionId,
    /// The start of the span.
    pub from: Timestamp,
    /// The end of the span, later than `from`.
    pub until: Timestamp,
}

impl WorkedSpan {
    /// The length in seconds, greater than 0.
    pub fn seconds(&self) -> i64 {
        seconds_between(self.from, self.until)
    }
}

impl Day {
    /// Returns the worked time as spans, in order: the closed sessions without their unpaid breaks, both recorded and automatic.
    /// Their lengths add up to `worked_seconds`.
    ///
    /// An automatic break lies directly after the `after_minutes` of its tier, counted in work without the breaks of earlier
    /// tiers. Days of 0.1.0 compare that threshold with elapsed time. If the break doesn't fit there, it is at the end of the
    /// day.
    pub fn worked_spans(&self) -> Vec<WorkedSpan> {
        let break_intervals = break_intervals(self.sessions(), self.policy());
        let auto_breaks = self.auto_breaks(&self.closed_time(&break_intervals));
        let mut spans = Vec::new();
        for (index, session) in self.sessions().iter().enumerate() {
            let Some(Span { from, until }) = elapsed(session) else { continue };
            let mut start = from;
            for pause in break_intervals.iter().filter(|pause| pause.session == index) {
                spans.push(WorkedSpan { session: session.id, from: start, until: pause.unpaid.from });
                start = pause.unpaid.until;
            }
            spans.push(WorkedSpan { session: session.id, from: start, until });
        }
        spans.retain(|span| span.seconds() > 0);
        auto_breaks.iter().fold(spans, |spans, auto_break| without(&spans, *auto_break))
    }
}

/// The spans without an automatic break.
fn without(spans: &[WorkedSpan], auto_break: AutoBreak) -> Vec<WorkedSpan> {
    let total: i64 = spans.iter().map(WorkedSpan::seconds).sum();
    let begins = auto_break.after.min(total - auto_break.seconds);
    let ends = begins + auto_break.seconds;
    let mut rest = Vec::new();
    let mut position = 0;
    for span in spans {
        let at = |offset: i64| later(span.from, (offset - position).clamp(0, span.seconds()));
        rest.push(WorkedSpan { until: at(begins), ..*span });
        rest.push(WorkedSpan { from: at(ends), ..*span });
        position += span.seconds();
    }
    rest.retain(|span| span.seconds() > 0);
    rest
}

#[cfg(test)]
mod tests {
    use crate::schedule::tests::company::{Company, date, shift};

    /// The spans of a day as wall-clock times, with its worked seconds.
    fn spans(settings: &str, sessions: &[(&str, &str)], breaks: &[(&str, &str)]) -> (Vec<String>, i64) {
        let mut company = Company::with_shifts(&[shift("08:00", "17:00", 0)]).settings(settings);
        let at = |time: &str| format!("2026-11-02 {time}");
        for (index, (from, until)) in sessions.iter().enumerate() {
            company.clock_in(&at(from)).unwrap();
            if index == 0 {
                for (from, until) in breaks {
                    company.pause(&at(from), &at(until));
                }
            }
            company.clock_out(&at(until)).unwrap();
        }
        let day = &company.days[&date("2026-11-02")];
        let spans = day.worked_spans();
        let worked = day.figures(company.at("2026-11-04 00:00")).worked_seconds;
        assert_eq!(spans.iter().map(super::WorkedSpan::seconds).sum::<i64>(), worked);
        let time = |at| day.zone().at(at).strftime("%H:%M").to_string();
        (spans.iter().map(|span| format!("{}-{}", time(span.from), time(span.until))).collect(), worked)
    }

    #[test]
    fn an_automatic_break_lies_after_its_hours_of_work() {
        let rule = r#"{"breaks": {"auto_deduct": [{"after_minutes": 360, "minutes": 30}]}}"#;
        let (found, worked) = spans(rule, &[("07:43", "16:44")], &[]);
        assert_eq!((found, worked), (vec!["07:43-13:43".to_owned(), "14:13-16:44".to_owned()], 30_660));
    }

    #[test]
    fn each_tier_has_a_break_of_its_own() {
        let rule = r#"{"breaks": {"auto_deduct": [
            {"after_minutes": 360, "minutes": 30}, {"after_minutes": 540, "minutes": 45}]}}"#;
        let (found, worked) = spans(rule, &[("07:30", "18:00")], &[]);
        assert_eq!(
            (found, worked),
            (["07:30-13:30", "14:00-17:00", "17:15-18:00"].map(str::to_owned).to_vec(), 35_100)
        );
    }

    #[test]
    fn the_excess_of_paid_breaks_is_the_last_of_them() {
        let rule = r#"{"breaks": {"paid": true, "max_minutes_per_day": 30}}"#;
        let (found, worked) = spans(rule, &[("08:00", "17:00")], &[("10:00", "10:20"), ("12:00", "12:30")]);
        assert_eq!(
            (found, worked),
            (["08:00-10:20", "10:20-12:10", "12:30-17:00"].map(str::to_owned).to_vec(), 31_200)
        );
    }

    #[test]
    fn an_automatic_break_can_reach_over_the_gap_between_two_sessions() {
        let rule = r#"{"breaks": {"auto_deduct": [{"after_minutes": 240, "minutes": 60}]}}"#;
        let (found, worked) = spans(rule, &[("08:00", "12:30"), ("12:40", "17:00")], &[]);
        assert_eq!((found, worked), (["08:00-12:00", "13:10-17:00"].map(str::to_owned).to_vec(), 28_200));
    }
}
