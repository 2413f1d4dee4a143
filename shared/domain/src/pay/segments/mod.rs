//! Segments: the worked time of a day, cut at the instants at which its pay code or its premiums change.
//!
//! Each second of work is in one segment, so the segments of a day always add up to its `worked_seconds`. A segment has one base
//! code. Daily overtime is determined first. Weekly overtime counts only time that isn't daily overtime. The overtime of the pay
//! period counts only time that is neither.

mod affected;
mod segment;
mod work_place;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use self::{
    affected::{affected_dates, affected_later_dates},
    segment::{Approval, ApprovalSubject, ApprovalVerdict, PassedThreshold, Payment, Segment, SegmentedDay},
    work_place::WorkPlace,
};
use super::{
    BeforeShift, CostCenterCode, OvertimePeriod, OvertimeRule, OvertimeThreshold, PayCode, PayCodes, PayRulesVersion,
    PremiumRule, RoundedTime, Rounding, Stacking,
};
use crate::{
    calendar::WorkDate,
    day::{Day, Session},
    schedule::{Shift, later, seconds_between},
};

/// A day with the other inputs of its pay.
#[derive(Debug, Clone, Copy)]
pub struct PayDay<'a> {
    /// The day.
    pub day: &'a Day,
    /// The work place.
    pub place: WorkPlace<'a>,
    /// Paid absence of the date in seconds, for thresholds that count it.
    pub paid_absence_seconds: i64,
    /// Managers' decisions about time of the day that needs approval.
    pub approvals: &'a [Approval],
    /// The cost center of work for which the person didn't name one.
    pub cost_center: Option<&'a CostCenterCode>,
}

/// The rules in force on each date, and the pay periods.
#[derive(Clone, Copy)]
pub struct PayCalendar<'a> {
    /// The rules of the first date as they are on the second one, which is the first date of its week.
    pub rules: &'a dyn Fn(WorkDate, WorkDate) -> &'a PayRulesVersion,
    /// The first date of the pay period that contains a date.
    pub period: &'a dyn Fn(WorkDate) -> WorkDate,
}

impl<'a> PayCalendar<'a> {
    /// The first date of the week that contains a date, and the date's rules in that week: the version that is in force on the week's
    /// first date. It also says on which weekday the week begins.
    pub fn week(&self, date: WorkDate) -> (WorkDate, &'a PayRulesVersion) {
        let by_date = (self.rules)(date, date).week_of(date);
        let week = (self.rules)(date, by_date).week_of(date);
        (week, (self.rules)(date, week))
    }

    /// The rules of each date of the week that contains a date. They differ if the person gets other rules within the week.
    fn rules_of_week(&self, date: WorkDate) -> impl Iterator<Item = &'a PayRulesVersion> {
        let (first, _) = self.week(date);
        (0..7).map(move |days| self.week(first.plus_days(days)).1)
    }
}

/// Time that counts towards the thresholds of a day, a week or a pay period.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    /// Work that isn't overtime of a shorter period.
    worked: i64,
    /// Paid absence.
    absent: i64,
    /// The scheduled time of the whole period.
    scheduled: i64,
}

/// A part of a worked span before it has its final code.
#[derive(Debug, Clone)]
struct Piece {
    from: Timestamp,
    until: Timestamp,
    /// Whether the piece lies before the first shift, if the rules treat such time differently.
    before_shift: bool,
    code: PayCode,
    needs_approval: bool,
    /// The threshold that the piece lies beyond; none for regular work.
    passed: Option<PassedThreshold>,
    premiums: Vec<PayCode>,
    cost_center: Option<CostCenterCode>,
}

impl Piece {
    fn seconds(&self) -> i64 {
        seconds_between(self.from, self.until)
    }
}

/// Segments the work of days in ascending order. For correct figures of a date, `days` must contain all worked dates of its week
/// up to the date. If the rules count pay periods, the same applies to its pay period. For thresholds of scheduled time, `days`
/// must contain all dates of the week and of the pay period.
pub fn segment_days(days: &[PayDay<'_>], calendar: PayCalendar<'_>, codes: &PayCodes) -> Vec<SegmentedDay> {
    let week_of = |pay_day: &PayDay<'_>| calendar.week(pay_day.day.date()).0;
    let period_of = |pay_day: &PayDay<'_>| (calendar.period)(pay_day.day.date());
    let mut week = (None, Counted::default());
    let mut period = (None, Counted::default());
    // What each date before counted towards its week.
    let mut before: Vec<(WorkDate, Counted)> = Vec::new();
    days.iter()
        .map(|pay_day| {
            let date = pay_day.day.date();
            let (first, rules) = calendar.week(date);
            if week.0 != Some(first) {
                let mut counted = scheduled_of(days, |day| week_of(day) == first);
                // The week began earlier if the person's new rules count weeks from another weekday.
                for (_, of_date) in before.iter().filter(|(date, _)| first <= *date) {
                    counted.worked += of_date.worked;
                    counted.absent += of_date.absent;
                }
                week = (Some(first), counted);
            }
            let first = period_of(pay_day);
            if period.0 != Some(first) {
                period = (Some(first), scheduled_of(days, |day| period_of(day) == first));
            }
            week.1.absent += pay_day.paid_absence_seconds;
            period.1.absent += pay_day.paid_absence_seconds;
            let (pieces, before_shift) = daily_pieces(pay_day, rules, codes);
            let worked_before = week.1.worked;
            let pieces = beyond(pieces, rules, OvertimePeriod::Week, &mut week.1);
            let worked = week.1.worked - worked_before;
            before.push((date, Counted { worked, absent: pay_day.paid_absence_seconds, scheduled: 0 }));
            let pieces = beyond(pieces, rules, OvertimePeriod::Period, &mut period.1);
            segmented(pay_day, rules, pieces, before_shift)
        })
        .collect()
}

/// The scheduled time of the days for which `belongs` returns true.
fn scheduled_of(days: &[PayDay<'_>], belongs: impl Fn(&PayDay<'_>) -> bool) -> Counted {
    Counted { scheduled: days.iter().filter(|day| belongs(day)).map(scheduled_seconds).sum(), ..Counted::default() }
}

fn scheduled_seconds(pay_day: &PayDay<'_>) -> i64 {
    pay_day.day.shifts().iter().map(Shift::scheduled_seconds).sum()
}

/// The work of the day with its daily codes and premiums, and the time before the first shift that doesn't count as work.
fn daily_pieces(pay_day: &PayDay<'_>, rules: &PayRulesVersion, codes: &PayCodes) -> (Vec<Piece>, Vec<Piece>) {
    let day = pay_day.day;
    let spans = day.worked_spans();
    let (Some(first), Some(last)) = (spans.first(), spans.last()) else { return (Vec::new(), Vec::new()) };
    let expected = || day.shifts().iter().filter(|shift| !shift.on_leave);
    let first_start = day.first_expected_start();

    let windows = rules.premiums.iter().map(|premium| pay_day.place.windows(premium, first.from, last.until));
    let premiums: Vec<Premium<'_>> =
        rules.premiums.iter().zip(windows).map(|(rule, windows)| Premium { rule, windows }).collect();
    let mut cuts: BTreeSet<Timestamp> = pay_day.place.date_changes(first.from, last.until).collect();
    cuts.extend(premiums.iter().flat_map(|premium| &premium.windows).flat_map(|(from, until)| [*from, *until]));
    cuts.extend(expected().map(|shift| shift.end_at));
    cuts.extend(first_start.filter(|_| rules.before_shift != BeforeShift::Count));
    cuts.extend(day.sessions().iter().flat_map(|session| &session.cost_centers).map(|named| named.from));
    let mut pieces = Vec::new();
    for span in &spans {
        let mut from = span.from;
        let session = day.session(span.session);
        for until in cuts.range(span.from..span.until).copied().chain([span.until]) {
            let before_shift =
                rules.before_shift != BeforeShift::Count && first_start.is_some_and(|start| until <= start);
            pieces.push(Piece {
                from,
                until,
                before_shift,
                code: PayCode::regular(),
                needs_approval: false,
                passed: None,
                premiums: Vec::new(),
                cost_center: session.and_then(|session| session.cost_center_at(from)).or(pay_day.cost_center).cloned(),
            });
            from = until;
        }
    }
    pieces.retain(|piece| piece.seconds() > 0);
    add_premiums(&mut pieces, &premiums, &pay_day.place, rules.stacking, codes);

    let before: i64 = pieces.iter().filter(|piece| piece.before_shift).map(Piece::seconds).sum();
    let counts_before = match rules.before_shift {
        BeforeShift::Count => true,
        BeforeShift::Ignore => false,
        BeforeShift::Approve => {
            verdict(pay_day.approvals, &ApprovalSubject::BeforeShift, before) == Some(ApprovalVerdict::Approved)
        }
    };
    let (before_shift, counted): (Vec<Piece>, Vec<Piece>) =
        pieces.into_iter().partition(|piece| piece.before_shift && !counts_before);
    let mut day_counted = Counted { scheduled: scheduled_seconds(pay_day), ..Counted::default() };
    (beyond(counted, rules, OvertimePeriod::Day, &mut day_counted), before_shift)
}

/// The decision about that time, if it applies to the same number of seconds.
fn verdict(approvals: &[Approval], subject: &ApprovalSubject, seconds: i64) -> Option<ApprovalVerdict> {
    let decided = approvals.iter().rev().find(|approval| approval.subject == *subject && approval.seconds == seconds);
    decided.map(|approval| approval.verdict)
}

/// A premium with its windows around a day.
struct Premium<'a> {
    rule: &'a PremiumRule,
    windows: Vec<(Timestamp, Timestamp)>,
}

impl Premium<'_> {
    fn applies(&self, piece: &Piece, place: &WorkPlace<'_>) -> bool {
        let weekday = || place.zone.date_of(piece.from).weekday();
        self.windows.iter().any(|(from, until)| *from <= piece.from && piece.from < *until)
            && self.rule.weekdays.as_ref().is_none_or(|weekdays| weekdays.contains(&weekday()))
            && self.rule.days.as_ref().is_none_or(|days| days.contains(&place.kind_of(piece.from)))
    }
}

/// Adds to each piece the premiums that apply to it.
fn add_premiums(
    pieces: &mut [Piece],
    premiums: &[Premium<'_>],
    place: &WorkPlace<'_>,
    stacking: Stacking,
    codes: &PayCodes,
) {
    let is_due = |premium: &&Premium<'_>| {
        let within: i64 = pieces.iter().filter(|piece| premium.applies(piece, place)).map(Piece::seconds).sum();
        within >= 60 * premium.rule.min_minutes.as_i64()
    };
    let due: Vec<&Premium<'_>> = premiums.iter().filter(is_due).collect();
    for piece in pieces {
        for premium in &due {
            if premium.applies(piece, place) && !piece.premiums.contains(&premium.rule.code) {
                piece.premiums.push(premium.rule.code.clone());
            }
        }
        match stacking {
            Stacking::All => {}
            Stacking::Highest => {
                // `max_by_key` returns the last of equal elements. In reverse order, that is the first in the rules.
                let highest = piece.premiums.drain(..).rev().max_by_key(|code| codes.multiplier(code));
                piece.premiums.extend(highest);
            }
        }
    }
}

/// The pieces with the codes of a period's overtime rules, each cut where it passes a threshold. Only regular work counts.
fn beyond(pieces: Vec<Piece>, rules: &PayRulesVersion, per: OvertimePeriod, counted: &mut Counted) -> Vec<Piece> {
    let seconds = |rule: &OvertimeRule| match rule.after {
        // A day of absence has no scheduled time, so paid absence would reduce the threshold a second time.
        OvertimeThreshold::Scheduled => counted.scheduled,
        OvertimeThreshold::Minutes(minutes) if rule.counts_absence => (60 * minutes.as_i64() - counted.absent).max(0),
        OvertimeThreshold::Minutes(minutes) => 60 * minutes.as_i64(),
    };
    let mut thresholds: Vec<(i64, &OvertimeRule)> =
        rules.overtime.iter().filter(|rule| rule.per == per).map(|rule| (seconds(rule), rule)).collect();
    // Of equal thresholds, the later rule applies.
    thresholds.sort_by_key(|(threshold, _)| *threshold);

    let mut cut = Vec::new();
    for piece in pieces {
        if piece.code != PayCode::regular() {
            cut.push(piece);
            continue;
        }
        let begins = counted.worked;
        let ends = begins + piece.seconds();
        let mut offsets: Vec<i64> =
            thresholds.iter().map(|(threshold, _)| *threshold).filter(|it| begins < *it && *it < ends).collect();
        offsets.dedup();
        let mut from = begins;
        for until in offsets.into_iter().chain([ends]) {
            let passed = thresholds.iter().rev().find(|(threshold, _)| *threshold <= from);
            cut.push(Piece {
                from: later(piece.from, from - begins),
                until: later(piece.from, until - begins),
                code: passed.map_or_else(PayCode::regular, |(_, rule)| rule.code.clone()),
                needs_approval: passed.is_some_and(|(_, rule)| rule.needs_approval),
                passed: passed.map(|(seconds, _)| PassedThreshold { per, after_seconds: *seconds }),
                ..piece.clone()
            });
            from = until;
        }
        counted.worked = ends;
    }
    cut
}

/// The segments of the day, and whether each is paid.
fn segmented(
    pay_day: &PayDay<'_>,
    rules: &PayRulesVersion,
    pieces: Vec<Piece>,
    before_shift: Vec<Piece>,
) -> SegmentedDay {
    let mut needed: BTreeMap<ApprovalSubject, i64> = BTreeMap::new();
    for piece in pieces.iter().filter(|piece| piece.needs_approval) {
        *needed.entry(ApprovalSubject::Overtime(piece.code.clone())).or_default() += piece.seconds();
    }
    let ignored: i64 = before_shift.iter().map(Piece::seconds).sum();
    if rules.before_shift == BeforeShift::Approve && ignored > 0 {
        needed.insert(ApprovalSubject::BeforeShift, ignored);
    }
    let decided = |subject: &ApprovalSubject| {
        let seconds = needed.get(subject).copied().unwrap_or(0);
        match verdict(pay_day.approvals, subject, seconds) {
            Some(ApprovalVerdict::Approved) => Payment::Paid,
            Some(ApprovalVerdict::Rejected) => Payment::Rejected,
            None => Payment::Waiting,
        }
    };
    let payment = |piece: &Piece| {
        if piece.needs_approval { decided(&ApprovalSubject::Overtime(piece.code.clone())) } else { Payment::Paid }
    };
    let payment_before_shift = match rules.before_shift {
        BeforeShift::Approve => decided(&ApprovalSubject::BeforeShift),
        BeforeShift::Count | BeforeShift::Ignore => Payment::Ignored,
    };
    let segment = |piece: Piece, payment| Segment {
        from: piece.from,
        until: piece.until,
        code: piece.code,
        premiums: piece.premiums,
        payment,
        cost_center: piece.cost_center,
    };
    let passed = pieces.iter().filter_map(|piece| Some((piece.from, piece.passed?))).collect();
    let mut segments: Vec<Segment> =
        before_shift.into_iter().map(|piece| segment(piece, payment_before_shift)).collect();
    segments.extend(pieces.into_iter().map(|piece| {
        let payment = payment(&piece);
        segment(piece, payment)
    }));
    segments.sort_by_key(|segment| segment.from);
    needed.retain(|subject, seconds| verdict(pay_day.approvals, subject, *seconds).is_none());
    let adjustment_seconds = rules.rounding.map_or(0, |rounding| adjustment(pay_day, rules, rounding, &segments));
    SegmentedDay { date: pay_day.day.date(), segments, passed, adjustment_seconds, waiting: needed }
}

/// The seconds that rounding adds to the paid time of a day. A punch changes it only where the time next to the punch is paid: a
/// clock-in before a shift from which only the shift is paid, a clock-out after unapproved overtime, or a clock-out that ends a
/// break changes nothing. A session whose punches are rounded to the same time isn't paid.
fn adjustment(pay_day: &PayDay<'_>, rules: &PayRulesVersion, rounding: Rounding, segments: &[Segment]) -> i64 {
    let paid: i64 = segments.iter().map(Segment::paid_seconds).sum();
    if paid == 0 {
        return 0;
    }
    let rounded_by = match rounding.of {
        RoundedTime::Day => rounding.round(paid) - paid,
        RoundedTime::Punch => {
            let zone = pay_day.place.zone;
            let moved = |at: Timestamp| {
                let time = zone.at(at).time();
                let of_day = 3600 * i64::from(time.hour()) + 60 * i64::from(time.minute()) + i64::from(time.second());
                rounding.round(of_day) - of_day
            };
            let paid_between = |from: Timestamp, until: Timestamp| -> i64 {
                let paid = segments.iter().filter(|segment| segment.payment == Payment::Paid);
                paid.map(|segment| seconds_between(segment.from.max(from), segment.until.min(until)).max(0)).sum()
            };
            // Without a decision about it, no time before the first shift is paid. With one, the time next to the punch is paid.
            let first_paid = match rules.before_shift {
                BeforeShift::Count => None,
                BeforeShift::Ignore | BeforeShift::Approve => pay_day.day.first_expected_start(),
            };
            let paid = || segments.iter().filter(|segment| segment.payment == Payment::Paid);
            let of_session = |session: &Session, end: Timestamp| {
                let begin = session.clock_in.at;
                let (rounded_begin, rounded_end) = (later(begin, moved(begin)), later(end, moved(end)));
                if rounded_end <= rounded_begin {
                    return -paid_between(begin, end);
                }
                let by_clock_in = if begin <= rounded_begin {
                    -paid_between(begin, rounded_begin)
                } else if paid().any(|segment| segment.from == begin) {
                    let from = first_paid.filter(|start| *start <= begin);
                    seconds_between(from.map_or(rounded_begin, |start| rounded_begin.max(start)), begin)
                } else {
                    0
                };
                let by_clock_out = if rounded_end <= end {
                    -paid_between(rounded_end, end)
                } else if paid().any(|segment| segment.until == end) {
                    seconds_between(end, rounded_end)
                } else {
                    0
                };
                by_clock_in + by_clock_out
            };
            let closed =
                pay_day.day.sessions().iter().filter_map(|session| Some((session, session.clock_out.as_ref()?)));
            closed.map(|(session, out)| of_session(session, out.at)).sum()
        }
    };
    // Rounding never makes paid time negative.
    rounded_by.max(-paid)
}
