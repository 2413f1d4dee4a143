//! The dates whose pay can depend on a date, because overtime is counted by week and by pay period.

use super::PayCalendar;
use crate::{
    calendar::{DateRange, WorkDate},
    pay::{OvertimePeriod, OvertimeRule, OvertimeThreshold, PayPeriod, PayPeriods},
};

/// The first and the last date whose pay can depend on a date.
///
/// A change of work or absence concerns the date and, where the rules count weeks or pay periods, those that follow in its week or
/// period. A threshold of scheduled time holds for the whole week or period, and leave, holidays and rosters change scheduled time.
/// The dates before it in the week or period then depend on the date too.
pub fn affected_dates(date: WorkDate, calendar: PayCalendar<'_>, periods: PayPeriods) -> (WorkDate, WorkDate) {
    let (week, _) = calendar.week(date);
    let counts_scheduled =
        |rule: &OvertimeRule, per: OvertimePeriod| rule.per == per && rule.after == OvertimeThreshold::Scheduled;
    let of_week = || calendar.rules_of_week(date).flat_map(|rules| &rules.overtime);
    let mut first = if of_week().any(|rule| counts_scheduled(rule, OvertimePeriod::Week)) { week } else { date };
    let mut last = if of_week().any(|rule| rule.per == OvertimePeriod::Week) { week.plus_days(6) } else { date };
    let period = periods.of(date);
    if has_rule(calendar, period, |rule| counts_scheduled(rule, OvertimePeriod::Period)) {
        first = first.min(period.first());
    }
    // Weekly overtime doesn't count towards a period, so a week moves the overtime of each period that it reaches.
    for period in [period, periods.of(last)] {
        if has_rule(calendar, period, |rule| rule.per == OvertimePeriod::Period) {
            last = last.max(period.last());
        }
    }
    (first, last)
}

/// The dates of later pay periods whose pay can depend on a date from `from` to `to`. Each range belongs to the pay period of the
/// dates that it depends on, and begins on the date after that period.
pub fn affected_later_dates(
    from: WorkDate,
    to: WorkDate,
    calendar: PayCalendar<'_>,
    periods: PayPeriods,
) -> Vec<(PayPeriod, DateRange)> {
    let mut affected = Vec::new();
    let mut period = periods.of(from);
    loop {
        // Of the dates of a period, the last one has the latest affected date.
        let (_, last) = affected_dates(to.min(period.last()), calendar, periods);
        if period.last() < last {
            affected.push((period, DateRange { from: period.last().next(), to: last }));
        }
        let next = periods.of(period.last().next());
        if to <= period.last() || next == period {
            return affected;
        }
        period = next;
    }
}

/// Whether the rules of a date of the period have such a threshold.
fn has_rule(calendar: PayCalendar<'_>, period: PayPeriod, is_wanted: impl Fn(&OvertimeRule) -> bool) -> bool {
    period.dates().any(|date| calendar.week(date).1.overtime.iter().any(&is_wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        pay::{PayPeriodKind, PayRulesVersion},
        schedule::tests::company::date,
    };

    fn version(overtime: serde_json::Value) -> PayRulesVersion {
        serde_json::from_value(serde_json::json!({"effective_from": "2026-01-01", "overtime": overtime})).unwrap()
    }

    fn affected(of: &str, rules: &PayRulesVersion, kind: PayPeriodKind) -> (String, String) {
        let periods = PayPeriods { kind, anchor: date("2026-11-02") };
        let periods = if kind == PayPeriodKind::Month { PayPeriods::default() } else { periods };
        let period = |date: WorkDate| periods.of(date).first();
        let calendar = PayCalendar { rules: &|_, _| rules, period: &period };
        let (first, last) = affected_dates(date(of), calendar, periods);
        (first.to_string(), last.to_string())
    }

    fn dates(first: &str, last: &str) -> (String, String) {
        (first.to_owned(), last.to_owned())
    }

    #[test]
    fn a_fixed_threshold_concerns_the_rest_of_the_week() {
        let weekly = version(serde_json::json!([{"per": "week", "after": {"minutes": 2400}, "code": "overtime"}]));
        assert_eq!(affected("2026-11-04", &weekly, PayPeriodKind::Month), dates("2026-11-04", "2026-11-08"));
        let daily = PayRulesVersion::built_in();
        assert_eq!(affected("2026-11-04", &daily, PayPeriodKind::Month), dates("2026-11-04", "2026-11-04"));
    }

    #[test]
    fn a_threshold_of_scheduled_time_concerns_the_whole_week() {
        let weekly = version(serde_json::json!([{"per": "week", "after": "scheduled", "code": "overtime"}]));
        assert_eq!(affected("2026-11-06", &weekly, PayPeriodKind::Week), dates("2026-11-02", "2026-11-08"));
        // A week over the end of October.
        assert_eq!(affected("2026-11-01", &weekly, PayPeriodKind::Month), dates("2026-10-26", "2026-11-01"));
        let sundays = PayRulesVersion { week_starts: crate::calendar::Weekday::Sunday, ..weekly };
        assert_eq!(affected("2026-11-06", &sundays, PayPeriodKind::Week), dates("2026-11-01", "2026-11-07"));
    }

    #[test]
    fn a_threshold_of_the_period_concerns_the_rest_of_it_or_all_of_it() {
        let fixed = version(serde_json::json!([{"per": "period", "after": {"minutes": 9600}, "code": "overtime"}]));
        assert_eq!(affected("2026-11-18", &fixed, PayPeriodKind::Month), dates("2026-11-18", "2026-11-30"));
        // Without weekly overtime, a week moves no overtime of the next period.
        assert_eq!(affected("2026-11-30", &fixed, PayPeriodKind::Month), dates("2026-11-30", "2026-11-30"));
        // Weekly overtime of 1 December doesn't count towards December.
        let both = version(serde_json::json!([
            {"per": "week", "after": {"minutes": 2400}, "code": "overtime"},
            {"per": "period", "after": {"minutes": 9600}, "code": "overtime"},
        ]));
        assert_eq!(affected("2026-11-30", &both, PayPeriodKind::Month), dates("2026-11-30", "2026-12-31"));
        let scheduled = version(serde_json::json!([{"per": "period", "after": "scheduled", "code": "overtime"}]));
        assert_eq!(affected("2026-11-18", &scheduled, PayPeriodKind::Month), dates("2026-11-01", "2026-11-30"));
        assert_eq!(affected("2026-11-18", &scheduled, PayPeriodKind::TwoWeeks), dates("2026-11-16", "2026-11-29"));
    }

    #[test]
    fn only_the_last_dates_of_a_period_concern_a_later_one() {
        let weekly = version(serde_json::json!([{"per": "week", "after": {"minutes": 2400}, "code": "overtime"}]));
        let both = version(serde_json::json!([
            {"per": "week", "after": {"minutes": 2400}, "code": "overtime"},
            {"per": "period", "after": {"minutes": 9600}, "code": "overtime"},
        ]));
        let later = |from: &str, to: &str, rules: &PayRulesVersion| -> Vec<String> {
            let periods = PayPeriods::default();
            let period = |date: WorkDate| periods.of(date).first();
            let calendar = PayCalendar { rules: &|_, _| rules, period: &period };
            let found = affected_later_dates(date(from), date(to), calendar, periods);
            found.iter().map(|(period, dates)| format!("{period}: {}..{}", dates.from, dates.to)).collect()
        };
        assert_eq!(later("2026-11-04", "2026-11-04", &weekly), Vec::<String>::new());
        // The week from Monday 30 November to Sunday 6 December.
        let of_november = "2026-11-01..2026-11-30: 2026-12-01..2026-12-06";
        assert_eq!(later("2026-11-30", "2026-11-30", &weekly), [of_november]);
        // October ends on a Saturday. The week of 10 December ends in December.
        let of_october = "2026-10-01..2026-10-31: 2026-11-01..2026-11-01";
        assert_eq!(later("2026-10-20", "2026-12-10", &weekly), [of_october, of_november]);
        // Weekly overtime of the first dates of December doesn't count towards December.
        let all_of_december = "2026-11-01..2026-11-30: 2026-12-01..2026-12-31";
        assert_eq!(later("2026-11-30", "2026-11-30", &both), [all_of_december]);
    }

    #[test]
    fn the_version_of_the_week_decides() {
        let before = version(serde_json::json!([{"per": "week", "after": "scheduled", "code": "overtime"}]));
        let after = PayRulesVersion::built_in();
        // The later version begins on a Wednesday, so that it holds from the next week on.
        let rules = |_: WorkDate, on: WorkDate| if on < date("2026-11-04") { &before } else { &after };
        let periods = PayPeriods::default();
        let period = |date: WorkDate| periods.of(date).first();
        let calendar = PayCalendar { rules: &rules, period: &period };
        let of = |on: &str| affected_dates(date(on), calendar, periods);
        assert_eq!(of("2026-11-06"), (date("2026-11-02"), date("2026-11-08")));
        assert_eq!(of("2026-11-13"), (date("2026-11-13"), date("2026-11-13")));
    }
}
