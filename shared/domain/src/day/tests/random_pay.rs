//! Random pay rules for random days, with what must hold for their segments, and an independent count of overtime, minute by minute.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;

use crate::{
    calendar::WorkDate,
    day::{AccountTerms, Day, DayAccount, DayChange, WorkedSpan},
    pay::{
        Approval, ApprovalSubject, ApprovalVerdict, BeforeShift, OvertimePeriod, OvertimeThreshold, PayCalendar,
        PayCode, PayCodes, PayDay, PayRulesVersion, Payment, Segment, SegmentedDay, Stacking, WorkPlace, segment_days,
    },
    schedule::{DayKind, Shift, tests::company::Company},
};

/// Pay rules with the other inputs of pay.
#[derive(Debug, Clone)]
pub(super) struct RandomPay {
    version: PayRulesVersion,
    /// The length of a pay period in days.
    period: i32,
    /// Paid absence of each date in seconds.
    absent: i64,
    /// The decision about all time that waits.
    verdict: ApprovalVerdict,
}

fn time_of(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

fn overtime() -> impl Strategy<Value = Vec<serde_json::Value>> {
    let per = prop_oneof![Just("day"), Just("week"), Just("period")];
    let rule = (per, proptest::option::of(0..3_000u32), any::<bool>(), any::<bool>());
    proptest::collection::vec(rule, 0..6).prop_map(|rules| {
        let mut found = Vec::new();
        let mut thresholds = Vec::new();
        for (index, (per, after, needs_approval, counts_absence)) in rules.into_iter().enumerate() {
            if thresholds.contains(&(per, after)) {
                continue;
            }
            thresholds.push((per, after));
            let after = after.map_or_else(|| "scheduled".into(), |minutes| serde_json::json!({"minutes": minutes}));
            found.push(serde_json::json!({"per": per, "after": after, "code": format!("over{index}"),
                "needs_approval": needs_approval, "counts_absence": counts_absence}));
        }
        found
    })
}

fn premiums() -> impl Strategy<Value = Vec<serde_json::Value>> {
    let days = prop_oneof![
        2 => Just(serde_json::Value::Null),
        1 => Just(serde_json::json!(["workday"])),
        1 => Just(serde_json::json!(["weekly_off", "holiday"])),
    ];
    let weekdays =
        prop_oneof![2 => Just(serde_json::Value::Null), 1 => Just(serde_json::json!(["saturday", "sunday"]))];
    let rule = (0..96u32, 0..96u32, days, weekdays, 0..300u32);
    proptest::collection::vec(rule, 0..4).prop_map(|rules| {
        let premium = |(index, (from, until, days, weekdays, min_minutes)): (usize, (u32, u32, _, _, u32))| {
            let (from, until) = (time_of(15 * from), time_of(15 * until));
            serde_json::json!({"code": format!("extra{index}"), "from": from, "until": until, "days": days,
                "weekdays": weekdays, "min_minutes": min_minutes})
        };
        rules.into_iter().enumerate().map(premium).collect()
    })
}

/// Any rules: thresholds of each kind, premiums, rounding, stacking and work before the shift.
pub(super) fn pays() -> impl Strategy<Value = RandomPay> {
    let mode = prop_oneof![Just("nearest"), Just("up"), Just("down")];
    let rounding = proptest::option::of((1..=60u32, mode, prop_oneof![Just("day"), Just("punch")]));
    let words = (
        prop_oneof![Just("highest"), Just("all")],
        prop_oneof![Just("count"), Just("approve"), Just("ignore")],
        prop_oneof![Just("monday"), Just("thursday"), Just("sunday")],
    );
    let verdict = prop_oneof![Just(ApprovalVerdict::Approved), Just(ApprovalVerdict::Rejected)];
    let others = (prop_oneof![Just(7), Just(14), Just(31)], 0..500i64, verdict);
    (overtime(), premiums(), rounding, words, others).prop_map(
        |(overtime, premiums, rounding, (stacking, before_shift, week_starts), (period, minutes, verdict))| {
            let rounding = rounding
                .map(|(step, mode, of)| serde_json::json!({"step_minutes": step, "mode": mode, "of": of}))
                .unwrap_or_default();
            let version = serde_json::json!({"effective_from": "2020-01-01", "overtime": overtime,
                "premiums": premiums, "rounding": rounding, "stacking": stacking, "before_shift": before_shift,
                "week_starts": week_starts});
            RandomPay { version: serde_json::from_value(version).unwrap(), period, absent: 60 * minutes, verdict }
        },
    )
}

/// Any terms of a time account: none, the schedule, or a contract in seconds.
pub(super) fn terms() -> impl Strategy<Value = Option<AccountTerms>> {
    let contract = proptest::option::of(0..36_000i64);
    proptest::option::of(contract.prop_map(|contract_seconds| AccountTerms { contract_seconds }))
}

impl RandomPay {
    fn period_of(&self, date: WorkDate) -> WorkDate {
        let anchor: WorkDate = "2026-01-01".parse().unwrap();
        date.plus_days(-date.days_since(anchor).rem_euclid(self.period))
    }

    /// Checks the segments of all stored days, before and after decisions about the time that waits.
    pub(super) fn check(&self, company: &Company, now: Timestamp) {
        let undecided = self.segmented(company, &BTreeMap::new());
        self.check_days(company, &undecided, now);
        let decided = |day: &SegmentedDay| -> (WorkDate, Vec<Approval>) {
            let approval = |(subject, seconds): (&ApprovalSubject, &i64)| Approval {
                subject: subject.clone(),
                seconds: *seconds,
                verdict: self.verdict,
            };
            (day.date, day.waiting.iter().map(approval).collect())
        };
        let approvals: BTreeMap<WorkDate, Vec<Approval>> = undecided.iter().map(decided).collect();
        self.check_days(company, &self.segmented(company, &approvals), now);
    }

    /// Compares the seconds by code of all stored days with the independent count.
    pub(super) fn check_overtime(&self, company: &Company) {
        let mut found: BTreeMap<(WorkDate, PayCode), i64> = BTreeMap::new();
        for day in self.segmented(company, &BTreeMap::new()) {
            for segment in &day.segments {
                *found.entry((day.date, segment.code.clone())).or_default() += segment.seconds();
            }
        }
        assert_eq!(found, self.slow_seconds(company), "overtime equals an independent slow count: {self:?}");
    }

    fn segmented(&self, company: &Company, approvals: &BTreeMap<WorkDate, Vec<Approval>>) -> Vec<SegmentedDay> {
        let planner = company.planner();
        let mut kinds: BTreeMap<WorkDate, DayKind> = BTreeMap::new();
        for date in company.days.keys() {
            for date in [date.previous(), *date, date.next()] {
                kinds.entry(date).or_insert_with(|| planner.assignment(date).kind);
            }
        }
        let days: Vec<PayDay<'_>> = company
            .days
            .values()
            .map(|day| PayDay {
                day,
                place: WorkPlace { zone: day.zone(), site_id: None, holidays: &company.holidays, kinds: &kinds },
                paid_absence_seconds: self.absent,
                approvals: approvals.get(&day.date()).map_or(&[], Vec::as_slice),
                cost_center: None,
            })
            .collect();
        let calendar = PayCalendar { rules: &|_, _| &self.version, period: &|date| self.period_of(date) };
        segment_days(&days, calendar, &PayCodes::default())
    }

    fn check_days(&self, company: &Company, segmented: &[SegmentedDay], now: Timestamp) {
        for (day, found) in company.days.values().zip(segmented) {
            self.check_day(day, found, now);
        }
    }

    fn check_day(&self, day: &Day, found: &SegmentedDay, now: Timestamp) {
        let spans = day.worked_spans();
        let segments = &found.segments;
        let total: i64 = segments.iter().map(Segment::seconds).sum();
        let spanned: i64 = spans.iter().map(WorkedSpan::seconds).sum();
        assert_eq!((found.date, total), (day.date(), spanned), "{found:#?}");
        if day.open_session().is_none() {
            assert_eq!(total, day.figures(now).worked_seconds, "segments sum to the worked time: {found:#?}");
        }
        for segment in segments {
            assert!(segment.from < segment.until);
            let is_worked = spans.iter().any(|span| span.from <= segment.from && segment.until <= span.until);
            assert!(is_worked, "segments lie in worked spans: {segment:#?} {spans:#?}");
            let is_base = |code: &PayCode| !code.as_str().starts_with("extra");
            assert!(is_base(&segment.code) && !segment.premiums.iter().any(is_base), "{segment:#?}");
            let distinct: BTreeSet<&PayCode> = segment.premiums.iter().collect();
            assert_eq!(distinct.len(), segment.premiums.len(), "{segment:#?}");
            assert!(self.version.stacking == Stacking::All || segment.premiums.len() <= 1, "{segment:#?}");
        }
        let in_order = |pair: &[Segment]| pair[0].until <= pair[1].from;
        assert!(segments.windows(2).all(in_order), "no second is in two segments: {found:#?}");

        let waits: i64 = segments.iter().filter(|it| it.payment == Payment::Waiting).map(Segment::seconds).sum();
        assert_eq!(found.waiting.values().sum::<i64>(), waits, "{found:#?}");
        assert!(found.paid_seconds() >= 0, "rounding takes no more than what is paid: {found:#?}");
        let of_base = |(code, seconds): (PayCode, i64)| (!code.as_str().starts_with("extra")).then_some(seconds);
        let by_code: i64 = found.seconds_by_code().into_iter().filter_map(of_base).sum();
        assert_eq!(by_code, found.paid_seconds(), "the seconds of the base codes are the paid time: {found:#?}");
    }

    /// The worked seconds by date and code before any decision. Each minute has the code of the highest threshold that the time
    /// before it has reached: of the day, otherwise of the week, otherwise of the pay period.
    fn slow_seconds(&self, company: &Company) -> BTreeMap<(WorkDate, PayCode), i64> {
        let mut sums = BTreeMap::new();
        let week_of = |date: WorkDate| self.version.week_of(date);
        let scheduled = |of: &dyn Fn(WorkDate) -> bool| -> i64 {
            let days = company.days.values().filter(|day| of(day.date()));
            days.flat_map(Day::shifts).map(Shift::scheduled_seconds).sum()
        };
        // The counted and the absent seconds of each week and period, by its first date.
        let mut of_weeks: BTreeMap<WorkDate, (i64, i64)> = BTreeMap::new();
        let mut of_periods: BTreeMap<WorkDate, (i64, i64)> = BTreeMap::new();
        for (date, day) in &company.days {
            let (week, period) = (week_of(*date), self.period_of(*date));
            let of_day = scheduled(&|other| other == *date);
            let of_week = scheduled(&|other| week_of(other) == week);
            let of_period = scheduled(&|other| self.period_of(other) == period);
            let mut worked_on_day = 0;
            let week = of_weeks.entry(week).or_default();
            let period = of_periods.entry(period).or_default();
            week.1 += self.absent;
            period.1 += self.absent;
            let start = day.shifts().iter().filter(|shift| !shift.on_leave).map(|shift| shift.start_at).min();
            let is_early = |second| start.is_some_and(|start| second < start.as_second());
            for second in day
                .worked_spans()
                .iter()
                .flat_map(|span| (span.from.as_second()..span.until.as_second()).step_by(60).collect::<Vec<_>>())
            {
                let mut code = None;
                if self.version.before_shift == BeforeShift::Count || !is_early(second) {
                    let counters = [
                        (OvertimePeriod::Day, &mut worked_on_day, 0, of_day),
                        (OvertimePeriod::Week, &mut week.0, week.1, of_week),
                        (OvertimePeriod::Period, &mut period.0, period.1, of_period),
                    ];
                    for (per, worked, absent, scheduled) in counters {
                        if code.is_none() {
                            code = self.slow_code(per, *worked, absent, scheduled);
                            *worked += 60;
                        }
                    }
                }
                *sums.entry((*date, code.unwrap_or_else(PayCode::regular))).or_default() += 60;
            }
        }
        sums
    }

    /// The code of the highest threshold of a kind that the time has reached; of equal ones, the last in the rules.
    fn slow_code(&self, per: OvertimePeriod, worked: i64, absent: i64, scheduled: i64) -> Option<PayCode> {
        let mut highest: Option<(i64, &PayCode)> = None;
        for rule in self.version.overtime.iter().filter(|rule| rule.per == per) {
            let threshold = match rule.after {
                OvertimeThreshold::Scheduled => scheduled,
                OvertimeThreshold::Minutes(minutes) => {
                    (60 * minutes.as_i64() - if rule.counts_absence { absent } else { 0 }).max(0)
                }
            };
            if threshold <= worked && highest.is_none_or(|(found, _)| found <= threshold) {
                highest = Some((threshold, &rule.code));
            }
        }
        highest.map(|(_, code)| code.clone())
    }
}

/// The terms with which each date was booked last.
pub(super) type BookedTerms = BTreeMap<WorkDate, Option<AccountTerms>>;

/// Books the dates that are over in a time account of the terms, as the scheduled job and a change of the pay profile do.
pub(super) fn book(company: &mut Company, booked: &mut BookedTerms, terms: Option<AccountTerms>, now: Timestamp) {
    let today = company.planner().today(now);
    let over: Vec<Day> =
        company.days.values().filter(|day| day.date() < today && day.open_session().is_none()).cloned().collect();
    for day in over {
        booked.insert(day.date(), terms);
        let after = day.with_account_terms(terms, &company.planner());
        let change = DayChange::new(Some(day.clone()), after, now);
        if !change.account_entries().is_empty() || change.after().account() != day.account() {
            company.commit_day(&change);
        }
    }
}

/// Checks that the ledger's entries of each date are what the date adds to the account.
pub(super) fn check_account(company: &Company, booked: &BookedTerms, now: Timestamp) {
    for (date, day) in &company.days {
        let entries = company.ledger.get(date).copied().unwrap_or(0);
        assert_eq!(entries, day.account().map_or(0, DayAccount::booked_seconds), "{date}");
        if day.open_session().is_some() {
            continue;
        }
        let figures = day.figures(now);
        let target = |terms: AccountTerms| match (terms.contract_seconds, day.kind()) {
            (None, _) => figures.scheduled_seconds,
            (Some(_), DayKind::WeeklyOff | DayKind::Holiday) => 0,
            (Some(contract), DayKind::Workday | DayKind::Leave | DayKind::Unscheduled | DayKind::Unknown) => contract,
        };
        let terms = booked.get(date).copied().flatten();
        // A guessed clock-out reaches at most the target until it is reviewed.
        let is_guessed = day.sessions().iter().any(|session| session.needs_review);
        let worked = |target: i64| if is_guessed { figures.worked_seconds.min(target) } else { figures.worked_seconds };
        let seconds = |target: i64| worked(target) - target;
        assert_eq!(entries, terms.map_or(0, |terms| seconds(target(terms))), "{date}");
    }
}
