//! The lines of a person and pay period, from the figures of the timesheet and the time account.

use std::collections::BTreeMap;

use domain::{
    calendar::WorkDate,
    id::UserId,
    pay::{AccountEntry, PayCode, PayCodeKind, PayCodes, PayPeriod, PayProfiles, TimesheetDay, TimesheetFigures},
    schedule::LeaveTypeCode,
};

use crate::{Hundredths, PayrollLine};

/// The hundredths of a day.
const DAY: i64 = 100;

/// Everything that the lines of a person depend on.
#[derive(Debug, Clone, Copy)]
pub struct PersonFigures<'a> {
    /// The person.
    pub user_id: UserId,
    /// The person's full name.
    pub full_name: &'a str,
    /// The person's pay profiles.
    pub profiles: &'a PayProfiles,
    /// The figures of the timesheet.
    pub figures: &'a TimesheetFigures,
    /// The entries of the person's time account in the period.
    pub entries: &'a [AccountEntry],
    /// The company's pay codes.
    pub codes: &'a PayCodes,
}

/// An absence of one or more dates in a row, as far as the person was expected on them.
struct Stretch {
    leave_type: Option<LeaveTypeCode>,
    code: PayCode,
    from: WorkDate,
    until: WorkDate,
    seconds: i64,
    days: i64,
}

impl PersonFigures<'_> {
    /// Returns the lines: work by code and cost center, absences by type and dates, time that is paid out of the time account,
    /// and differences of earlier dates by date. Hours are left to [`RunResult`](crate::RunResult), which rounds them.
    pub fn lines(&self) -> Vec<PayrollLine> {
        let period = self.figures.period;
        let mut lines = self.work(period);
        lines.extend(self.stretches().into_iter().map(|stretch| PayrollLine {
            leave_type: stretch.leave_type,
            days: Hundredths::new(stretch.days),
            ..self.line(&stretch.code, (stretch.from, stretch.until), stretch.seconds)
        }));
        lines.extend(self.paid_out(period));
        for day in &self.figures.changed {
            let differences = day.difference();
            lines.extend(differences.iter().map(|(code, seconds)| self.line(code, (day.date, day.date), *seconds)));
        }
        lines.retain(|line| line.seconds != 0 || line.days.get() != 0);
        lines
    }

    fn line(&self, code: &PayCode, (from, until): (WorkDate, WorkDate), seconds: i64) -> PayrollLine {
        let definition = self.codes.get(code);
        let profile = self.profiles.on(self.figures.period.last());
        PayrollLine {
            user_id: self.user_id,
            personnel_number: profile.map(|profile| profile.personnel_number.as_str().to_owned()),
            full_name: self.full_name.to_owned(),
            code: code.clone(),
            kind: definition.map_or(PayCodeKind::Regular, |definition| definition.kind),
            leave_type: None,
            export_code: definition
                .and_then(|definition| definition.export_code.clone())
                .unwrap_or_else(|| code.as_str().to_owned()),
            cost_center: None,
            from,
            until,
            seconds,
            hours: Hundredths::default(),
            days: Hundredths::default(),
        }
    }

    /// Work by code and cost center. What no cost center has is a line without one.
    fn work(&self, period: PayPeriod) -> Vec<PayrollLine> {
        let mut sums: BTreeMap<(PayCode, Option<String>), i64> = BTreeMap::new();
        for day in &self.figures.days {
            for (code, seconds) in &day.seconds {
                if !is_absence(code) {
                    *sums.entry((code.clone(), None)).or_default() += seconds;
                }
            }
            for named in &day.cost_centers {
                let center = named.cost_center.as_str().to_owned();
                *sums.entry((named.code.clone(), Some(center))).or_default() += named.seconds;
                *sums.entry((named.code.clone(), None)).or_default() -= named.seconds;
            }
        }
        let dates = (period.first(), period.last());
        let line = |((code, cost_center), seconds)| PayrollLine { cost_center, ..self.line(&code, dates, seconds) };
        sums.into_iter().map(line).collect()
    }

    /// The absences, each with its dates. Dates without work and absence, such as a weekend, don't divide an absence.
    fn stretches(&self) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for day in &self.figures.days {
            let mut continued = Vec::new();
            for (leave_type, code, seconds) in absences_of(day) {
                let days = part_of_day(day, seconds);
                let before = open.iter().copied().find(|place| {
                    stretches.get(*place).is_some_and(|it| it.leave_type == leave_type && it.code == code)
                });
                let place =
                    if let Some((place, stretch)) = before.and_then(|place| Some((place, stretches.get_mut(place)?))) {
                        stretch.until = day.date;
                        stretch.seconds += seconds;
                        stretch.days += days;
                        place
                    } else {
                        let (from, until) = (day.date, day.date);
                        stretches.push(Stretch { leave_type, code, from, until, seconds, days });
                        stretches.len() - 1
                    };
                continued.push(place);
            }
            open = continued;
        }
        stretches
    }

    /// Time that is paid out of the time account, by code.
    fn paid_out(&self, period: PayPeriod) -> Vec<PayrollLine> {
        let paid = self.entries.iter().filter(|entry| period.contains(entry.date)).filter_map(|entry| {
            entry.cause.paid_code().map(|code| self.line(code, (period.first(), period.last()), -entry.seconds))
        });
        paid.collect()
    }
}

/// Whether the seconds of a code are shown as absences, with their types.
fn is_absence(code: &PayCode) -> bool {
    [PayCode::absence_paid(), PayCode::absence_unpaid()].contains(code)
}

/// The absences of a day by type and code. If the types don't add up to the day's seconds, what is left has no type.
fn absences_of(day: &TimesheetDay) -> Vec<(Option<LeaveTypeCode>, PayCode, i64)> {
    let mut found: Vec<(Option<LeaveTypeCode>, PayCode, i64)> = Vec::new();
    let mut left: BTreeMap<PayCode, i64> = day
        .seconds
        .iter()
        .filter(|(code, _)| is_absence(code))
        .map(|(code, seconds)| (code.clone(), *seconds))
        .collect();
    for absence in &day.absences {
        let code = if absence.paid { PayCode::absence_paid() } else { PayCode::absence_unpaid() };
        *left.entry(code.clone()).or_default() -= absence.seconds;
        found.push((absence.leave_type.clone(), code, absence.seconds));
    }
    found.extend(left.into_iter().filter(|(_, seconds)| *seconds != 0).map(|(code, seconds)| (None, code, seconds)));
    found
}

/// The part of a day that an absence takes, in hundredths: its seconds among those that were scheduled.
fn part_of_day(day: &TimesheetDay, seconds: i64) -> i64 {
    let absent: i64 = day.absences.iter().map(|absence| absence.seconds).sum();
    let scheduled = (absent + day.scheduled_seconds).max(seconds);
    if scheduled > 0 { (seconds * DAY + scheduled / 2) / scheduled } else { 0 }
}
